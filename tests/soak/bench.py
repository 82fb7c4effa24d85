"""Runs a plan: publishes, makes trouble, kills and restarts, hands everything to the checker."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from storage.records import DeliveryState
from tests.servers import FeedHost, LoopbackDiscord, LoopbackSlack
from tests.soak.checker import Expected, Shown, Verdict, check, latencies, shown_in
from tests.soak.faults import Outlets, disturb, fault_of, killing
from tests.soak.news import COMMITTERS, THRESHOLD, Item, Sequel, Story
from tests.soak.plan import (
    DESKS,
    FIRST_OUTLETS,
    SECOND_OUTLETS,
    Cycle,
    Kill,
    Phase,
    Plan,
    Step,
)
from tests.soak.service import Service

_PATIENCE = 8.0
"""Seconds after which a kill whose moment does not come is done all the same."""
_SETTLE = 420.0
"""Seconds in which all must be delivered once the faults have ended."""
_ROUND = 6.0
"""Seconds: a little more than the service's poll tick."""
_IN_FEED = 40
_CONFIG = """
[storage]
path = "pledgewatch.db"

[fetch]
allow_networks = ["127.0.0.0/8"]
host_gap = 0
per_host = 6
timeout = 5

[classifier]
threshold = {threshold}

[log]
format = "json"

[discord]
token = "{discord.token}"
api_url = "{discord.api_url}"

[slack]
bot_token = "{slack.bot_token}"
app_token = "{slack.app_token}"
api_url = "{slack.api_url}"
"""
_FEED = """
[[feeds]]
url = "{url}"
name = "Outlet {number}"
interval = "1m"
full_text = false
"""
_ROUTE = """
[[routes]]
name = "{channel}"
channel = "{channel}"
committers = {committers}
"""


@dataclass(slots=True)
class Report:
    """What came of a run."""

    verdict: Verdict
    latencies: list[float]
    kills: Counter[str]
    """By step, as planned; "elsewhere" where the planned moment did not come."""
    mid_delivery: int
    """Kills that left a delivery leased: of unknown outcome."""
    logged: dict[str, int]
    starts: int
    dead: int
    held: int
    bugs: list[str]
    exit_status: int
    seconds: float


@dataclass
class Bench:
    """One run of a plan in a folder."""

    plan: Plan
    stories: Sequence[Story]
    service: Service
    outlets: Outlets
    slack: LoopbackSlack
    discord: LoopbackDiscord
    items: dict[str, list[tuple[Item, datetime]]] = field(default_factory=dict)
    place: dict[str, tuple[str, int]] = field(default_factory=dict)
    """By mark: the path of the first report, and its number there."""
    told: list[Story] = field(default_factory=list)
    sequels: set[str] = field(default_factory=set)
    """Marks whose second report is out."""
    kills: Counter[str] = field(default_factory=Counter)
    mid_delivery: int = 0

    # --- news

    def publish(self, path: str, item: Item) -> None:
        """A report comes out."""
        self.items[path].append((item, datetime.now(UTC)))
        self.outlets.show(path, _rss(self.items[path]), len(self.items[path]))

    def tell(self, number: int) -> None:
        """The first report of a story."""
        story, path = self.stories[number], f"/outlet-{number % FIRST_OUTLETS}"
        self.publish(path, story.first)
        self.told.append(story)
        self.place[story.mark] = path, len(self.items[path])

    def tell_sequels(self, most: int) -> None:
        """Second reports of what is known by now; a second outlet that comes first would be the
        first."""
        marks = {mark for message in self.shown() for mark in message.marks}
        due = [s for s in self.told if s.second and s.mark not in self.sequels and s.mark in marks]
        for story in due[:most]:
            number = FIRST_OUTLETS + self.stories.index(story) % SECOND_OUTLETS
            if story.second is not None:
                self.publish(f"/outlet-{number}", story.second)
            self.sequels.add(story.mark)

    def shown(self) -> list[Shown]:
        """Everything that stands on both platforms."""
        return shown_in(self.slack, self.discord)

    def expected(self) -> list[Expected]:
        """All alerts that the published reports call for."""
        return [
            Expected(
                channel, story.mark, story.sequel if story.mark in self.sequels else Sequel.NONE
            )
            for story in self.told
            for channel in _desk(story.committer)
        ]

    # --- the run

    async def run(self) -> Report:
        """The whole plan, then a stretch without faults, then the judgement."""
        began = time.monotonic()
        await self._begin()
        for cycle in self.plan.cycles:
            await self._cycle(cycle)
        await self._settle()
        status = await self.service.stop()
        shown = self.shown()
        return Report(
            verdict=check(self.expected(), shown),
            latencies=latencies(shown, self._read_at()),
            kills=self.kills,
            mid_delivery=self.mid_delivery,
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
        for path in self.items:
            self.publish(path, Item("Rain in the north", "Showers until the weekend.", "rain"))
        await self.service.start()
        await _until(lambda: all(self.outlets.served[path] for path in self.items), 60)
        await _until_settled(self.service, 60)

    async def _cycle(self, cycle: Cycle) -> None:
        self.slack.forgive()
        self.discord.forgive()
        self.outlets.forgive()
        self.discord.forgets_nonces = cycle.forgets_nonces
        for number in cycle.stories:
            self.tell(number)
        self.tell_sequels(cycle.sequels)
        self._make_trouble(cycle)
        await self.service.make_due(self.outlets.url(path) for path in self.items)
        struck = asyncio.Event()
        if not self.service.running:
            await self.service.start()
        async with _beside(self._disturb(cycle.line)):
            await self._lock(cycle.locked)
            if cycle.kill is None:
                with contextlib.suppress(TimeoutError):
                    await _until(lambda: self._all_posted(cycle), _PATIENCE)
                return
            async with _beside(self._strike_at(cycle.kill, struck)):
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(struck.wait(), _PATIENCE)
        self.kills[cycle.kill.step if struck.is_set() else "elsewhere"] += 1
        await self.service.kill()
        self.mid_delivery += bool(await self.service.deliveries(DeliveryState.LEASED))

    def _make_trouble(self, cycle: Cycle) -> None:
        servers: dict[str, FeedHost | LoopbackSlack | LoopbackDiscord] = {
            "feeds": self.outlets,
            "slack": self.slack,
            "discord": self.discord,
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

        if kill.step in (Step.FETCH, Step.SEND, Step.RECORD, Step.EDIT):
            server, pattern = self._target(kill)
            server.fail_next(pattern, *[killing(kill, strike)] * kill.turn)
        elif kill.step is Step.COMMIT and kill.phase is Phase.BEFORE:
            reads = self.outlets.asked("GET *") + kill.turn
            await _until(lambda: self.outlets.asked("GET *") >= reads, _PATIENCE)
            await strike()
        else:
            growing = "count(*)" if kill.step is Step.COMMIT else "total(attempts)"
            for _ in range(kill.turn):
                await self.service.until_more(growing)
            await strike()

    def _target(self, kill: Kill) -> tuple[FeedHost | LoopbackSlack | LoopbackDiscord, str]:
        if kill.step is Step.FETCH:
            return self.outlets, "GET *"
        edits = kill.step is Step.EDIT
        if kill.platform == "slack":
            return self.slack, f"POST /api/chat.{'update' if edits else 'postMessage'}"
        return self.discord, "PATCH */messages/*" if edits else "POST */messages"

    async def _disturb(self, line: str) -> None:
        if line:
            with contextlib.suppress(TimeoutError, RuntimeError, ConnectionError):
                await disturb(line, self.slack, self.discord)

    async def _lock(self, seconds: float) -> None:
        """Hold the database's write lock from the moment that deliveries are leased."""
        if not seconds:
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.service.until_more("total(attempts)"), _PATIENCE)
        async with self.service.locked():
            await asyncio.sleep(seconds)

    def _all_posted(self, cycle: Cycle) -> bool:
        shown = Counter((m.channel, mark) for m in self.shown() for mark in m.marks)
        return all(
            shown[channel, self.stories[number].mark]
            for number in cycle.stories
            for channel in _desk(self.stories[number].committer)
        )

    async def _settle(self) -> None:
        """No faults any more: what is left comes out and is delivered. Then a restart, after which
        nothing may be sent again."""
        for server in (self.slack, self.discord, self.outlets):
            server.forgive()
        end = time.monotonic() + _SETTLE
        while time.monotonic() < end:
            self.tell_sequels(DESKS)
            await self.service.make_due(self.outlets.url(path) for path in self.items)
            if not self.service.running:
                await self.service.start()
            await asyncio.sleep(_ROUND)
            if check(self._all_expected(), self.shown()).clean and not (
                await self.service.unsettled()
            ):
                break
        await self.service.stop()
        await self.service.start()
        await asyncio.sleep(_ROUND)

    def _all_expected(self) -> list[Expected]:
        return [Expected(c, s.mark, s.sequel) for s in self.told for c in _desk(s.committer)]

    def _read_at(self) -> dict[str, float]:
        """By mark: when its feed was first read with it."""
        return {
            mark: next(at for at, items in self.outlets.served[path] if items >= number)
            for mark, (path, number) in self.place.items()
            if any(items >= number for _, items in self.outlets.served[path])
        }


@contextlib.asynccontextmanager
async def bench(plan: Plan, stories: Sequence[Story], folder: Path) -> AsyncIterator[Bench]:
    """Loopback platforms and feeds, and a configuration that names them."""
    async with Outlets() as outlets, LoopbackSlack() as slack, LoopbackDiscord() as discord:
        for number in range(DESKS):
            slack.add_channel(f"C{number}")
            discord.add_channel(100 + number)
        paths = [f"/outlet-{n}" for n in range(FIRST_OUTLETS + SECOND_OUTLETS)]
        text = _CONFIG.format(threshold=THRESHOLD, discord=discord, slack=slack)
        for number, path in enumerate(paths):
            text += _FEED.format(url=outlets.url(path), number=number)
        for number in range(DESKS):
            codes = str(list(COMMITTERS[number::DESKS])).replace("'", '"')
            for channel in _channels(number):
                text += _ROUTE.format(channel=channel, committers=codes)
        (folder / "config.toml").write_text(text)
        service = Service(folder)
        try:
            yield Bench(
                plan, stories, service, outlets, slack, discord, {path: [] for path in paths}
            )
        finally:
            await service.kill()


def _channels(desk: int) -> tuple[str, str]:
    return f"slack:C{desk}", f"discord:{100 + desk}"


def _desk(committer: str) -> tuple[str, str]:
    return _channels(COMMITTERS.index(committer) % DESKS)


def _rss(items: Sequence[tuple[Item, datetime]]) -> bytes:
    body = "".join(
        f"<item><title>{escape(item.title)}</title><description>{escape(item.summary)}"
        f"</description><guid isPermaLink='false'>{item.slug}</guid>"
        f"<link>https://news.example/{item.slug}</link>"
        f"<pubDate>{format_datetime(at - timedelta(seconds=1))}</pubDate></item>"
        for item, at in reversed(items[-_IN_FEED:])
    )
    return f"<rss version='2.0'><channel><title>News</title>{body}</channel></rss>".encode()


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


async def _until(condition: Any, patience: float) -> None:
    """Raises TimeoutError."""
    async with asyncio.timeout(patience):
        while not condition():  # noqa: ASYNC110 - it looks into another process
            await asyncio.sleep(0.02)


async def _until_settled(service: Service, patience: float) -> None:
    async with asyncio.timeout(patience):
        while await service.unsettled() or await service.unread():  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.1)
