"""A newsroom on loopback: a feed host, a database, and the pipeline between them."""

from __future__ import annotations

import logging
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
import structlog

from bot.cards import Card, Form
from bot.chat import Asker, Press, Submission
from bot.commands import Commands
from bot.opinions import SecondOpinions
from bot.pipeline import Pipeline, PollReport
from bot.probe import FeedProbe
from bot.submission import Submissions
from classifiers.actors import directory
from classifiers.reader import Reader, load_reader
from feeds.article import Feed
from feeds.fetch import Fetcher, FetchSettings
from feeds.parse_pool import ParserPool
from feeds.schedule import Settings
from storage.records import Development, Origin, Recorded, Route
from storage.store import Store
from tests.bot.fakes import Clock
from tests.builders import NOW
from tests.servers.feeds import FeedHost
from tests.storage.makers import Desk, assessed, claim

PLEDGE = (
    "France pledges to send troops to Ukraine",
    "France will send troops to Ukraine once a ceasefire holds, its defence minister said.",
)
MEMBER = Asker("slack", "U2", "Ana", "slack:C1", "T1", admin=False)
ADMIN = replace(MEMBER, user="U1", admin=True)
WEATHER = ("Rain in the north", "Showers are expected until the weekend.")


def rss(*items: tuple[str, str, datetime]) -> str:
    """An RSS document of title, summary and date."""
    body = "".join(
        f"<item><title>{escape(title)}</title><description>{escape(summary)}</description>"
        f"<guid isPermaLink='false'>{abs(hash(title))}</guid>"
        f"<link>https://times.example/{abs(hash(title))}</link>"
        f"<pubDate>{format_datetime(at)}</pubDate></item>"
        for title, summary, at in items
    )
    return f"<rss version='2.0'><channel><title>Example Times</title>{body}</channel></rss>"


@dataclass
class Newsroom:
    """What a pipeline test works with."""

    host: FeedHost
    store: Store
    fetcher: Fetcher
    parser: ParserPool
    reader: Reader
    clock: Clock
    recorded: list[Recorded] = field(default_factory=list)
    told: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pipeline = self.made()

    def made(self, opinions: SecondOpinions | None = None) -> Pipeline:
        """A pipeline, with a language model to ask or without."""
        return Pipeline(
            self.store,
            self.fetcher,
            self.parser,
            self.reader,
            self.clock,
            settings=Settings(),
            on_recorded=self.recorded.append,
            notify=self.notify,
            opinions=opinions,
        )

    async def notify(self, text: str, remedy: str) -> None:
        """What the admins are told."""
        self.told.append((text, remedy))

    def probe(self) -> FeedProbe:
        """For a look at a feed."""
        return FeedProbe(self.fetcher, self.parser, lambda: self.reader, self.store.subscriptions)

    def submissions(self, clock: Callable[[], datetime]) -> Submissions:
        """For articles that people found missing."""
        return Submissions(self.store, self.fetcher, self.parser, lambda: self.reader, clock)

    async def subscribe(self, path: str = "/feed.xml", *, name: str = "Example Times") -> None:
        await self.store.add_feed(
            Feed(self.host.url(path), name), origin=Origin.COMMAND, now=self.clock()
        )

    async def poll(self) -> list[PollReport]:
        """Everything, whatever is due."""
        return await self.pipeline.poll(await self.store.feeds())


@pytest.fixture(autouse=True)
def logging_restored() -> Iterator[None]:
    """The process's own logging, put back after the test: a command sets it up anew, and what it
    lets pass would be what the next test sees."""
    handlers, level = logging.getLogger().handlers[:], logging.getLogger().level
    hook = sys.excepthook
    yield
    sys.excepthook = hook
    logging.getLogger().handlers[:] = handlers
    logging.getLogger().setLevel(level)
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def reader() -> Reader:
    """With a low threshold, so that these tests hold whatever the weights of the model are."""
    return replace(load_reader(), threshold=0.1)


@pytest.fixture
async def newsroom(tmp_path: Path, reader: Reader) -> AsyncIterator[Newsroom]:
    settings = FetchSettings(allow_networks=("127.0.0.0/8", "::1/128"), host_gap=0)
    async with (
        FeedHost() as host,
        await Store.open(tmp_path / "p.db") as store,
        Fetcher(settings) as fetcher,
        ParserPool() as parser,
    ):
        clock = Clock(NOW)
        await store.sync_routes([Route("desk", "slack:C1")], now=NOW)
        yield Newsroom(host, store, fetcher, parser, reader, clock)


def hours_ago(count: float) -> datetime:
    """Before the tests' usual present."""
    return NOW - timedelta(hours=count)


@dataclass
class People:
    """What a test of buttons and commands works with: a store that articles are put into, and the
    commands over it."""

    desk: Desk
    commands: Commands
    clock: Clock
    woken: list[int] = field(default_factory=list)

    async def ask(self, line: str, asker: Asker = MEMBER) -> Card:
        """Type a command."""
        root, _, text = line.partition(" ")
        return await self.commands.answer(root, text, asker)

    async def press(self, action: str, value: str, asker: Asker = MEMBER) -> Card:
        """Press a button."""
        return await self.commands.press(Press(action, value), asker)

    async def press_on(self, card: Card, label: str, asker: Asker = MEMBER) -> Card:
        """Press the button with this label under an answer."""
        button = next(b for b in card.buttons if b.label == label)
        return await self.press(button.action, button.value, asker)

    async def open(self, value: str, asker: Asker = MEMBER) -> Form:
        """Press Correct."""
        form = await self.commands.form(Press("correct", value), asker)
        assert isinstance(form, Form)
        return form

    async def correct(self, asker: Asker, /, **answers: str) -> Card:
        """Open the form on UKR-1, change some answers and send it off."""
        form = await self.open("UKR-1", asker)
        given = {f.name: f.initial for f in form.fields}
        given |= {name: (text,) for name, text in answers.items()}
        return await self.commands.submit(Submission(form.action, form.value, given), asker)

    async def pledges_to_kenya(self, count: int) -> None:
        """So many developments, each by another state."""
        states = [actor.code for actor in directory().values() if actor.is_state][:count]
        for number, code in enumerate(states):
            act = claim(beneficiaries=("KEN",), committers=(code,))
            await self.desk.poll(assessed(f"Pact number {number} " + "x" * number, act))

    async def development(self, name: str = "UKR-1") -> Development:
        """As it stands."""
        found = await self.desk.store.development(name)
        assert found is not None
        return found


def unprobed() -> FeedProbe:
    """Where nothing is fetched."""
    raise AssertionError("this test fetches nothing")


def unsubmitted() -> Submissions:
    """Where nothing is submitted."""
    raise AssertionError("this test submits nothing")


@pytest.fixture
async def people(tmp_path: Path) -> AsyncIterator[People]:
    """A newsroom whose one article reports a pledge by the United Kingdom: UKR-1."""
    async with await Store.open(tmp_path / "p.db") as store:
        feed = Feed("https://gazette.example/feed.xml", "Gazette")
        stored = await store.add_feed(feed, origin=Origin.COMMAND, now=NOW)
        await store.add_route(Route("desk", "slack:C1", origin=Origin.CHAT), now=NOW)
        desk = Desk(store, stored.id)
        await desk.poll(assessed("Britain pledges troops to Ukraine", claim()))
        clock = Clock(NOW + timedelta(hours=1))
        woken: list[int] = []
        commands = Commands(store, unprobed, unsubmitted, clock, wake=lambda: woken.append(1))
        yield People(desk, commands, clock, woken)
