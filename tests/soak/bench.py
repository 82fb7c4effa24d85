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
from tests.servers import Fault, FeedHost, LoopbackDiscord, LoopbackSlack
from tests.soak.checker import Verdict, busiest, check, latencies
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
_HINDERED = 6.5
"""Seconds; longer than the service waits for a lock."""
_RECOVERY = 75.0
"""Seconds in which all must go on by itself once the disk is well again; the service leaves feeds
alone for a minute after it could not keep what they brought."""
_UP = 1.5
"""Seconds after a start."""
_PUT_BACK = 5.0
_A_DIGEST = 1.1
"""Hours."""
_MOST_HOURS = 6
"""After which a digest that has not come does not come."""
_LOOK = 0.25
"""Seconds between two looks at all channels."""
Server = FeedHost | LoopbackSlack | LoopbackDiscord


@dataclass(slots=True)
class Report:
    """What came of a run."""

    verdict: Verdict
    latencies: list[float]
    busiest: tuple[int, float]
    """Channels with alerts, and the most a second in one, replies included."""
    kills: Counter[str]
    """By step, as planned; "elsewhere" where the planned moment did not come."""
    mid_delivery: int
    """Kills that left a delivery leased: of unknown outcome."""
    lines: Counter[str]
    """Disturbed sockets after which the service heard again."""
    deaf: list[str]
    """Those after which it did not."""
    met: Counter[str]
    """What requests, the database and the clock met, by name."""
    over_budget: dict[str, int]
    """Messages that a platform refused since they came too fast."""
    refused_starts: int
    """Starts that the database did not let be."""
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
    met: Counter[str] = field(default_factory=Counter)
    refused_starts: int = 0
    _names: dict[int, str] = field(default_factory=dict)
    """Of faults, by their identity;"""
    _kept: list[Fault] = field(default_factory=list)
    """which is theirs for as long as they are kept."""
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
            latencies=latencies(self.room.alerts(shown), self.room.read_at()),
            busiest=busiest(self.room.alerts(shown)),
            kills=self.kills,
            mid_delivery=self.mid_delivery,
            lines=self.lines,
            deaf=self.deaf,
            met=self.met + self._met_by_requests(),
            over_budget=self.room.over_budget(),
            refused_starts=self.refused_starts,
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
        if not cycle.clock_later:
            self._put_clock(cycle.clock)
        await self.service.make_due(self.room.urls)
        if cycle.kill is None:
            await self._spare(cycle)
            return
        struck = asyncio.Event()
        await self._start()
        clock = cycle.clock if cycle.clock_later else None
        async with _beside(
            self._disturb(cycle.line),
            self._put_clock_later(clock),
            self._strike_at(cycle.kill, struck),
        ):
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
        """A cycle in which nobody dies: it must go on after the database was hindered or the clock
        was put, and hear again after its socket was disturbed."""
        if cycle.disk:
            await self._hinder(cycle)
        await self._start()
        await self._put_clock_later(cycle.clock if cycle.clock_later else None)
        if cycle.line:
            await self._disturb_and_listen(cycle.line)
        patience = _RECOVERY if cycle.disk and not cycle.restart else _PATIENCE
        with contextlib.suppress(TimeoutError):
            await _until(lambda: self.room.posted(cycle.stories), patience, _LOOK)

    async def _start(self) -> None:
        if not self.service.running:
            await self.service.start()

    async def _hinder(self, cycle: Cycle) -> None:
        """Before the start and the poll, or once deliveries are leased."""
        if cycle.disk_later:
            await self._start()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.service.until_more("total(attempts)"), _PATIENCE)
        async with self.service.hindered(cycle.disk):
            await self._start()
            await asyncio.sleep(_HINDERED)
        self.met[f"database {cycle.disk}"] += 1
        if not self.service.running:
            self.refused_starts += 1
        elif cycle.restart:
            await self.service.stop()

    def _put_clock(self, hours: float | None) -> None:
        if hours is None:
            return
        back = hours * 3600 < self.service.weather.shift
        self.service.put_clock(hours)
        state = "running" if self.service.running else "stopped"
        self.met[f"clock put {'back' if back else 'forward'} while {state}"] += 1

    async def _put_clock_later(self, hours: float | None) -> None:
        if hours is not None:
            await asyncio.sleep(_UP)
            self._put_clock(hours)

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
            faults = [fault_of(trouble.kind, server) for _ in range(trouble.times)]
            self._names |= {id(fault): f"{trouble.where} {trouble.kind}" for fault in faults}
            self._kept += faults
            server.fail_next(trouble.pattern, *faults)

    def _met_by_requests(self) -> Counter[str]:
        met = [*self.room.outlets.met, *self.room.slack.met, *self.room.discord.met]
        return Counter(self._names[id(fault)] for fault in met if id(fault) in self._names)

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
            self.met[f"socket {line}"] += 1
            with contextlib.suppress(TimeoutError, RuntimeError, ConnectionError):
                await _until(self._hears, _HEARING)
                await disturb(line, self.room.slack, self.room.discord)

    async def _settle(self) -> None:
        """No faults any more, but that the clock is put: what is left comes out and is delivered;
        the digests when their hour has come. Then a restart, after which nothing may be sent
        again."""
        for server in (self.room.slack, self.room.discord, self.room.outlets):
            server.forgive()
        await self._start()
        if any(cycle.clock is not None for cycle in self.plan.cycles):
            await self._put_clock_later(self._hours() - _PUT_BACK)
        end, hours = time.monotonic() + _SETTLE, 0
        while time.monotonic() < end and hours < _MOST_HOURS:
            await self._tell((), DESKS)
            await self.service.make_due(self.room.urls)
            await self._start()
            await asyncio.sleep(_ROUND)
            if await self._is_quiet():
                if check(self.room.expected(), self.room.shown()).clean:
                    break
                self._put_clock(self._hours() + _A_DIGEST)
                hours += 1
        await self.service.stop()
        await self.service.start()
        await asyncio.sleep(_ROUND)

    async def _is_quiet(self) -> bool:
        """Whether all is out, and nothing is left in the outbox."""
        all_out = not self.waiting and self.room.finished
        return all_out and self.room.all_read() and not await self.service.unsettled()

    def _hours(self) -> float:
        return self.service.weather.shift / 3600


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
