"""No address that somebody types, and none that a publisher puts in its place, reaches our own
network: each door is tried against a service that must not be asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import web

from bot.cards import Card, Tone
from bot.chat import Submission
from bot.commands import Commands
from bot.probe import FeedProbe
from bot.submission import Submissions
from classifiers.reader import Reader
from feeds.fetch import Fetcher, FetchSettings
from feeds.parse_pool import ParserPool
from storage.store import Store
from tests.bot.conftest import ADMIN, WEATHER, hours_ago, rss
from tests.builders import NOW
from tests.servers.feeds import FeedHost

INNER = "127.0.0.9"
"""A network that stays closed, beside the one that the tests open."""


@dataclass
class House:
    """A publisher on an address that is open, a service on one that is closed, and the commands."""

    publisher: FeedHost
    inner: str
    asked: list[str]
    store: Store
    commands: Commands

    def redirecting(self, path: str) -> str:
        """An address of the publisher that leads inside."""
        return self.publisher.url(f"/to{path}")


class Publisher(FeedHost):
    """`/to/...` redirects inside."""

    inner = ""

    def route(self, router: web.UrlDispatcher) -> None:
        router.add_get("/to/{path:.*}", self._inside)
        super().route(router)

    async def _inside(self, request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": f"{self.inner}/private"})


@pytest.fixture
async def house(tmp_path: Path, reader: Reader) -> AsyncIterator[House]:
    asked: list[str] = []

    async def private(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(text=rss((*WEATHER, hours_ago(1))), content_type="text/xml")

    app = web.Application()
    app.router.add_get("/{path:.*}", private)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, INNER, 0).start()
    inner = f"http://{INNER}:{runner.addresses[0][1]}"
    async with (
        Publisher() as publisher,
        await Store.open(tmp_path / "p.db") as store,
        Fetcher(FetchSettings(allow_networks=("127.0.0.1/32",), host_gap=0)) as fetcher,
        ParserPool(1) as parser,
    ):
        publisher.inner = inner
        probe = FeedProbe(fetcher, parser, lambda: reader, store.subscriptions)
        submissions = Submissions(store, fetcher, parser, lambda: reader, lambda: NOW)
        commands = Commands(store, lambda: probe, lambda: submissions, lambda: NOW)
        yield House(publisher, inner, asked, store, commands)
    await runner.cleanup()


DOORS = [
    "pledgewatch feeds add {}",
    "pledgewatch feeds test {}",
    "pledgewatch feeds import {}",
    "pledgewatch feeds import file:{}",
    "pledges submit {}",
    "pledges why {}",
    "pledges whynot {}",
]


async def refused(house: House, line: str) -> Card:
    root, _, text = line.partition(" ")
    card = await house.commands.answer(root, text, ADMIN)
    assert card.tone is Tone.ERROR or not card.headline.startswith("Subscribed")
    assert house.asked == []
    assert await house.store.feeds() == []
    return card


@pytest.mark.parametrize("door", DOORS)
async def test_no_command_dials_a_closed_address(house: House, door: str) -> None:
    await refused(house, door.format(f"{house.inner}/feed.xml"))


@pytest.mark.parametrize("door", DOORS)
async def test_no_command_follows_a_redirect_inside(house: House, door: str) -> None:
    await refused(house, door.format(house.redirecting("/feed.xml")))


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    "address",
    [
        "http://2130706441:{port}/",
        "http://0x7f.9:{port}/",
        "http://[::ffff:127.0.0.9]:{port}/",
        "http://127。0。0。9:{port}/",
        "http://me:pw@127.0.0.9:{port}/",
    ],
)
async def test_no_spelling_of_a_closed_address_is_let_through(
    house: House, door: str, address: str
) -> None:
    port = house.inner.rpartition(":")[2]
    await refused(house, door.format(address.format(port=port)))


@pytest.mark.parametrize(
    "scheme", ["file:///etc/passwd", "ftp://127.0.0.9/", "gopher://x/_", "data:,x", "unix:/run/x"]
)
@pytest.mark.parametrize("door", DOORS)
async def test_no_other_scheme_is_taken(house: House, door: str, scheme: str) -> None:
    card = await refused(house, door.format(scheme))
    assert "root:" not in str(card)


async def test_a_page_that_announces_a_closed_address_is_not_followed(house: House) -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="{}">'
    head = link.format(f"{house.inner}/feed") + link.format(house.redirecting("/feed"))
    page = f"<html><head><base href='{house.inner}/'>{head}</head><a href='/rss'>x</a></html>"
    house.publisher.publish("/site", page, content_type="text/html")
    await refused(house, f"pledgewatch feeds add {house.publisher.url('/site')}")


@pytest.mark.parametrize("separator", ["\n", '"/><outline xmlUrl="'])
async def test_a_form_of_feeds_dials_none_of_them(house: House, separator: str) -> None:
    addresses = separator.join([f"{house.inner}/a", house.redirecting("/b")])
    text = addresses if separator == "\n" else f'<opml><body><outline xmlUrl="{addresses}"/></body>'
    sent = Submission("add_feed", "", {"feeds": (text,), "tags": (), "name": ()})
    await house.commands.submit(sent, ADMIN)
    assert house.asked == []


async def test_a_list_of_feeds_that_leads_inside_is_taken_and_never_dialled(
    house: House, reader: Reader
) -> None:
    from bot.pipeline import Pipeline
    from feeds.schedule import Settings

    house.publisher.publish(
        "/list.opml",
        f'<opml><body><outline xmlUrl="{house.inner}/a"/>'
        f'<outline xmlUrl="{house.redirecting("/b")}"/></body></opml>',
    )
    command = f"feeds import {house.publisher.url('/list.opml')}"
    await house.commands.answer("pledgewatch", command, ADMIN)
    feeds = await house.store.feeds()
    assert len(feeds) == 2
    async with (
        Fetcher(FetchSettings(allow_networks=("127.0.0.1/32",), host_gap=0)) as fetcher,
        ParserPool(1) as parser,
    ):

        async def notify(text: str, remedy: str) -> None:
            await asyncio.sleep(0)

        pipeline = Pipeline(
            house.store,
            fetcher,
            parser,
            reader,
            lambda: NOW,
            settings=Settings(),
            on_recorded=lambda recorded: None,
            notify=notify,
        )
        reports = await pipeline.poll(feeds)
    assert {report.error.kind for report in reports if report.error} == {"refused"}
    assert house.asked == []
