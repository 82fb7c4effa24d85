"""A newsroom on loopback: a feed host, a database, and the pipeline between them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from bot.pipeline import Pipeline, PollReport
from classifiers.reader import Reader, load_reader
from feeds.article import Feed
from feeds.fetch import Fetcher, FetchSettings
from feeds.parse_pool import ParserPool
from feeds.schedule import Settings
from storage.records import Origin, Recorded, Route
from storage.store import Store
from tests.bot.fakes import Clock
from tests.builders import NOW
from tests.servers.feeds import FeedHost

PLEDGE = (
    "France pledges to send troops to Ukraine",
    "France will send troops to Ukraine once a ceasefire holds, its defence minister said.",
)
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
    pipeline: Pipeline
    clock: Clock
    recorded: list[Recorded] = field(default_factory=list)
    told: list[tuple[str, str]] = field(default_factory=list)

    async def subscribe(self, path: str = "/feed.xml", *, name: str = "Example Times") -> None:
        await self.store.add_feed(
            Feed(self.host.url(path), name), origin=Origin.COMMAND, now=self.clock()
        )

    async def poll(self) -> list[PollReport]:
        """Everything, whatever is due."""
        return await self.pipeline.poll(await self.store.feeds())


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
        recorded: list[Recorded] = []
        told: list[tuple[str, str]] = []

        async def notify(text: str, remedy: str) -> None:
            told.append((text, remedy))

        pipeline = Pipeline(
            store,
            fetcher,
            parser,
            reader,
            clock,
            settings=Settings(),
            on_recorded=recorded.append,
            notify=notify,
        )
        yield Newsroom(host, store, pipeline, clock, recorded, told)


def hours_ago(count: float) -> datetime:
    """Before the tests' usual present."""
    return NOW - timedelta(hours=count)
