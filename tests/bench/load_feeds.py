"""The outlets of the load bench on loopback, in a process of its own: `python -m
tests.bench.load_feeds`.

Of each 200 feeds one is dead and one is slow. Of ten of the others six answer 304, two send the
same bytes whatever they are asked, and two bring a new item every five minutes, one in twenty-five
of them relevant. One in fifty is long.
"""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from random import Random
from xml.sax.saxutils import escape

from aiohttp import web

from classifiers.examples import Example, shipped
from tests.bench.feed_host import serve

FEEDS = 2000
BEAT = 300.0
"""Seconds between two new items of a feed that brings some."""
_ITEMS, _LONG = 20, 200
_SLOW = 4.0
_RELEVANT = 25
_TEXT = (
    "ministers of several states met in the capital to discuss prices of grain and the state of"
    " the roads while the opposition asked for a vote on the budget of the coming year and the"
    " weather service warned of heavy rain in the northern valleys before the weekend"
)
_WORDS = _TEXT.split()


def kind(feed: int) -> str:
    """How a feed behaves."""
    by_hundreds = {0: "dead", 1: "slow"}.get(feed % 200)
    return by_hundreds or ("304" if feed % 10 < 6 else "same" if feed % 10 < 8 else "new")


@cache
def _relevant() -> list[Example]:
    examples = [e for e in shipped() if e.relevant]
    Random(5).shuffle(examples)  # noqa: S311 - repeatable, no secret
    return examples


def _told(feed: int, number: int) -> tuple[str, str]:
    """Title and summary of an item; they depend on nothing but the two numbers."""
    if number >= 0 and (feed // 10 + number * 7) % _RELEVANT == 0:
        examples = _relevant()
        article = examples[(feed * 13 + number) % len(examples)].article
        return article.title, article.summary or article.text[:400]
    turn = (feed * 7 + number * 13) % len(_WORDS)
    words = " ".join((_WORDS[turn:] + _WORDS[:turn]) * 2)
    return f"Report {number} of outlet {feed}: {words[:60]}", words


class Outlets:
    """Serves /feed/N, its articles, and what the commands of the bench ask for."""

    def __init__(self) -> None:
        self._began = time.time()
        self._origin = ""

    def _out(self, feed: int) -> int:
        """How many new items are out; feeds bring them one after the other."""
        if kind(feed) != "new":
            return 0
        phase = BEAT * (feed % 97) / 97
        return max(0, int((time.time() - self._began + phase) / BEAT))

    def _item(self, feed: int, number: int) -> str:
        title, summary = _told(feed, number)
        url = f"{self._origin}/article/{feed}/{number}"
        late = timedelta(seconds=self._began + number * BEAT)
        when = datetime.fromtimestamp(0, UTC) + late
        return (
            f"<item><title>{escape(title)}</title><link>{url}</link>"
            f'<guid isPermaLink="false">tag:{feed},{self._began:.0f},{number}</guid>'
            f"<description>&lt;p&gt;{escape(escape(summary))}&lt;/p&gt;</description>"
            f"<category>World</category><pubDate>{format_datetime(when)}</pubDate></item>\n"
        )

    def _document(self, feed: int) -> bytes:
        newest = self._out(feed)
        many = _LONG if feed % 50 == 7 else _ITEMS
        items = "".join(self._item(feed, n) for n in range(newest - 1, newest - 1 - many, -1))
        return (
            '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>'
            f"<title>Outlet {feed}</title><link>{self._origin}/</link><language>en</language>\n"
            f"{items}</channel></rss>"
        ).encode()

    async def feed(self, request: web.Request) -> web.Response:
        """Answer one poll."""
        number = int(request.match_info["number"])
        self._origin = str(request.url.origin())
        if kind(number) == "dead":
            return web.Response(status=503)
        if kind(number) == "slow":
            await asyncio.sleep(_SLOW)
        tag = f'"{self._out(number)}"'
        headers = {} if kind(number) == "same" else {"ETag": tag}
        if headers and request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers=headers)
        body = self._document(number)
        return web.Response(body=body, headers=headers, content_type="application/rss+xml")

    async def article(self, request: web.Request) -> web.Response:
        """The page of an item."""
        feed, number = int(request.match_info["feed"]), int(request.match_info["number"])
        title, summary = _told(feed, number)
        return _page(title, summary)

    async def other(self, request: web.Request) -> web.Response:
        """Feeds that are added and tried, a list of feeds, a page that somebody hands in."""
        name, origin = request.match_info["name"], request.url.origin()
        if name.startswith("missed"):
            title = f"Iceland pledges to patrol for Estonia, {name}"
            return _page(title, "Iceland promised patrol ships to Estonia for two years.")
        if name.startswith("list-"):
            url = f"{origin}/listed-{name.removesuffix('.opml')}"
            outline = f'<outline text="{name}" type="rss" xmlUrl="{url}"/>'
            opml = f'<opml version="2.0"><body>{outline}</body></opml>'
            return web.Response(text=opml, content_type="text/x-opml")
        item = "<item><title>Rain in the north</title><guid>rain</guid></item>"
        rss = f"<rss version='2.0'><channel><title>{name}</title>{item}</channel></rss>"
        return web.Response(text=rss, content_type="application/rss+xml")


def _page(title: str, text: str) -> web.Response:
    paragraphs = "".join(f"<p>{escape(text)} {escape(_TEXT)}.</p>" for _ in range(6))
    head = f"<html lang='en'><head><title>{escape(title)}</title></head>"
    body = f"<body><article><h1>{escape(title)}</h1>{paragraphs}</article></body></html>"
    return web.Response(text=head + body, content_type="text/html")


def main() -> None:
    """Be the outlets."""
    outlets = Outlets()
    app = web.Application()
    app.router.add_get("/feed/{number}", outlets.feed)
    app.router.add_get("/article/{feed}/{number}", outlets.article)
    app.router.add_get("/{name}", outlets.other)
    serve(app)


if __name__ == "__main__":
    main()
