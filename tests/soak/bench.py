"""Runs a plan: publishes, makes trouble, kills and restarts, hands everything to the checker."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from storage.records import DeliveryState
from tests.servers import FeedHost, LoopbackDiscord, LoopbackSlack
from tests.soak.checker import Verdict, check, latencies
from tests.soak.faults import Outlets, disturb, fault_of, killing
from tests.soak.news import Story
from tests.soak.newsroom import Newsroom
from tests.soak.plan import DESKS, Cycle, Kill, Phase, Plan, Step
from tests.soak.service import Service

_PATIENCE = 8.0
"""Seconds after which a kill whose moment does not come is done all the same."""
_BEGIN = 60.0
_SETTLE = 420.0
"""Seconds in which all must be delivered once the faults have ended."""
_ROUND = 6.0
"""Seconds: a little more than the service's poll tick."""
_HEARING = 30.0
"""Seconds in which it must hear again; slack_sdk looks after its socket every ten."""
_UNREAD = 8
_GLANCE = 0.02
_LOOK = 0.25
"""Seconds between two looks at all channels."""
Server = FeedHost | LoopbackSlack | LoopbackDiscord


@dataclass(slots=True)
class Report:
    """What came of a run."""

    verdict: Verdict
    latencies: list[float]
    kills: Counter[str]
    """By step, as planned; "elsewhere" where the planned moment did not come."""
    mid_delivery: int
    """Kills that left a delivery leased: of unknown outcome."""
    lines: Counter[str]
    """Disturbed sockets after which the service heard again."""
    deaf: list[str]
    """Those after which it did not."""
    logged: dict[str, int]
    starts: int
    dead: int
    held: int
    bugs: list[str]
    exit_status: int
    seconds: float


@dataclass
class Bench:
    """One run of a plan."""

    plan: Plan
    service: Service
    room: Newsroom
    kills: Counter[str] = field(default_factory=Counter)
    mid_delivery: int = 0
    lines: Counter[str] = field(default_factory=Counter)
    deaf: list[str] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)
    """Stories whose outlet is not read fast enough."""

    async def run(self) -> Report:
        """The whole plan, then a stretch without faults, then the judgement."""
        began = time.monotonic()
        await self._begin()
        for cycle in self.plan.cycles:
            await self._cycle(cycle)
        await self._settle()
        status = await self.service.stop()
        shown = self.room.shown()
        return Report(
            verdict=check(self.room.expected(), shown),
            latencies=latencies(shown, self.room.read_at()),
            kills=self.kills,
            mid_delivery=self.mid_delivery,
            lines=self.lines,
            deaf=self.deaf,
            logged={e: self.service.logged(e) for e in ("delivery.failed", "delivery.found")},
            starts=self.service.starts,
            dead=await self.service.deliveries(DeliveryState.DEAD),
            held=await self.service.held(),
            bugs=self.service.bugs(),
            exit_status=status,
            seconds=time.monotonic() - began,
        )

    async def _begin(self) -> None:
        """The first poll of a feed alerts nobody: it is over before the news begins."""
        self.room.open()
        await self.service.start()
        await _until(lambda: self.room.outlets.requests, _BEGIN)
        async with asyncio.timeout(_BEGIN):
            while await self.service.feeds_read() < len(self.room.urls):  # noqa: ASYNC110 - as below
                await asyncio.sleep(_LOOK)

    async def _cycle(self, cycle: Cycle) -> None:
        self.room.slack.forgive()
        self.room.discord.forgive()
        self.room.outlets.forgive()
        self.room.discord.forgets_nonces = cycle.forgets_nonces
        await self._tell(cycle.stories, cycle.sequels)
        self._make_trouble(cycle)
        await self.service.make_due(self.room.urls)
        struck = asyncio.Event()
        if not self.service.running:
            await self.service.start()
        if cycle.kill is None:
            await self._spare(cycle)
            return
        async with _beside(self._disturb(cycle.line), self._strike_at(cycle.kill, struck)):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(struck.wait(), _PATIENCE)
        self.kills[cycle.kill.step if struck.is_set() else "elsewhere"] += 1
        await self.service.kill()
        self.mid_delivery += bool(await self.service.deliveries(DeliveryState.LEASED))

    async def _tell(self, stories: Sequence[int], sequels: int) -> None:
        """Reports come out; those of an outlet with much that is still unread wait, since
        more at once would be held as a burst."""
        self.waiting.extend(stories)
        fresh = self.room.fresh()
        known = await self.service.known(address for _, address in fresh)
        unread = Counter(path for path, address in fresh if address not in known)
        for number in self.waiting[:]:
            path = self.room.outlet_of(number)
            if unread[path] < _UNREAD:
                self.room.tell(number)
                unread[path] += 1
                self.waiting.remove(number)
        self.room.tell_sequels(sequels, [p for p, count in unread.items() if count >= _UNREAD])

    async def _spare(self, cycle: Cycle) -> None:
        """A cycle in which nobody dies: it must hear again after its socket was disturbed."""
        await self._lock(cycle.locked)
        if cycle.line:
            await self._disturb_and_listen(cycle.line)
        with contextlib.suppress(TimeoutError):
            await _until(lambda: self.room.posted(cycle.stories), _PATIENCE, _LOOK)

    async def _disturb_and_listen(self, line: str) -> None:
        try:
            await _until(self._hears, _HEARING)
            before = self._connections()
            await self._disturb(line)
            await _until(lambda: self._connections() != before and self._hears(), _HEARING)
            self.lines[line] += 1
        except TimeoutError:
            self.deaf.append(line)

    def _connections(self) -> tuple[int, int]:
        gateway = self.room.discord.gateway
        return self.room.slack.connections, gateway.identified + gateway.resumed

    def _hears(self) -> bool:
        return self.room.slack.connected and self.room.discord.gateway.connected

    def _make_trouble(self, cycle: Cycle) -> None:
        servers: dict[str, Server] = {
            "feeds": self.room.outlets,
            "slack": self.room.slack,
            "discord": self.room.discord,
        }
        for trouble in cycle.troubles:
            server = servers[trouble.where]
            fault = fault_of(trouble.kind, server)
            server.fail_next(trouble.pattern, *[fault] * trouble.times)

    async def _strike_at(self, kill: Kill, struck: asyncio.Event) -> None:
        """Kill the process at the planned moment."""

        async def strike() -> None:
            await asyncio.sleep(kill.delay)
            await self.service.kill()
            struck.set()

        if not kill.at_once:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.service.until_more("count(*)"), _PATIENCE / 2)
        if kill.step in (Step.FETCH, Step.SEND, Step.RECORD, Step.EDIT):
            server, pattern = self._target(kill)
            server.fail_next(pattern, *[killing(kill, strike)] * kill.turn)
        elif kill.step is Step.COMMIT and kill.phase is Phase.BEFORE:
            reads = self.room.outlets.asked("GET *") + kill.turn
            await _until(lambda: self.room.outlets.asked("GET *") >= reads, _PATIENCE)
            await strike()
        else:
            growing = "count(*)" if kill.step is Step.COMMIT else "total(attempts)"
            for _ in range(kill.turn):
                await self.service.until_more(growing)
            await strike()

    def _target(self, kill: Kill) -> tuple[Server, str]:
        if kill.step is Step.FETCH:
            return self.room.outlets, "GET *"
        edits = kill.step is Step.EDIT
        if kill.platform == "slack":
            return self.room.slack, f"POST /api/chat.{'update' if edits else 'postMessage'}"
        return self.room.discord, "PATCH */messages/*" if edits else "POST */messages"

    async def _disturb(self, line: str) -> None:
        """Once the process hears on both platforms."""
        if line:
            with contextlib.suppress(TimeoutError, RuntimeError, ConnectionError):
                await _until(self._hears, _HEARING)
                await disturb(line, self.room.slack, self.room.discord)

    async def _lock(self, seconds: float) -> None:
        """Hold the database's write lock from the moment that deliveries are leased."""
        if not seconds:
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.service.until_more("total(attempts)"), _PATIENCE)
        async with self.service.locked():
            await asyncio.sleep(seconds)

    async def _settle(self) -> None:
        """No faults any more: what is left comes out and is delivered. Then a restart, after which
        nothing may be sent again."""
        for server in (self.room.slack, self.room.discord, self.room.outlets):
            server.forgive()
        end = time.monotonic() + _SETTLE
        while time.monotonic() < end:
            await self._tell((), DESKS)
            await self.service.make_due(self.room.urls)
            if not self.service.running:
                await self.service.start()
            await asyncio.sleep(_ROUND)
            if (
                not self.waiting
                and check(self.room.expected_at_last(), self.room.shown()).clean
                and not (await self.service.unsettled())
            ):
                break
        await self.service.stop()
        await self.service.start()
        await asyncio.sleep(_ROUND)


@contextlib.asynccontextmanager
async def bench(plan: Plan, stories: Sequence[Story], folder: Path) -> AsyncIterator[Bench]:
    """Loopback platforms and feeds, and a configuration that names them."""
    async with Outlets() as outlets, LoopbackSlack() as slack, LoopbackDiscord() as discord:
        room = Newsroom(stories, outlets, slack, discord)
        (folder / "config.toml").write_text(room.config())
        service = Service(folder)
        try:
            yield Bench(plan, service, room)
        finally:
            await service.kill()


@contextlib.asynccontextmanager
async def _beside(*work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run this beside the block; what is left of it then is cancelled, what failed is raised."""
    tasks = [asyncio.ensure_future(one) for one in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    for error in ended:
        if isinstance(error, Exception) and not isinstance(error, TimeoutError):
            raise error


async def _until(condition: Callable[[], object], patience: float, pause: float = _GLANCE) -> None:
    """Raises TimeoutError."""
    async with asyncio.timeout(patience):
        while not condition():  # noqa: ASYNC110 - it looks into another process
            await asyncio.sleep(pause)
