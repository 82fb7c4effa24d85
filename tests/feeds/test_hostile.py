"""Hostile feeds: each is met with a bounded cost and a clear error, and the next feed is served.

Every case goes the whole way, over HTTP and through a worker.
"""

from __future__ import annotations

import asyncio
import gzip
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from aiohttp import web

from feeds.article import ParsedFeed
from feeds.errors import FeedError
from feeds.fetch import Fetcher, FetchSettings
from feeds.parse_pool import ParserPool
from tests.feeds.conftest import Host
from tests.feeds.documents import atom, rss

LONGEST = 6.0
"""Seconds for any of them, on a machine that is busy with other things."""

Page = Callable[[web.Request], Awaitable[web.StreamResponse]]


def body(data: bytes, **headers: str) -> Page:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=data, headers={k.replace("_", "-"): v for k, v in headers.items()})

    return answer


def categories(count: int) -> bytes:
    return rss("<item>" + "".join(f"<category>{n}</category>" for n in range(count)) + "</item>")


def entities(*, times: int) -> bytes:
    nested = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY e0 "ha">{nested}]>'.encode() + rss(
        f"<item><title>{'&e9;' * times}</title></item>"
    )


def quadratic_entity() -> bytes:
    return f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY e "{"x" * 50_000}">]>'.encode() + rss(
        f"<item><title>{'&e;' * 20_000}</title></item>"
    )


async def drip(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b"<rss>")
        await asyncio.sleep(0.05)


async def loop(request: web.Request) -> web.Response:
    return web.Response(status=302, headers={"Location": str(request.url.with_query(n="1"))})


ERRORS: dict[str, tuple[Page, str, str]] = {
    "gzip bomb": (
        body(gzip.compress(b" " * 100_000_000), Content_Encoding="gzip"),
        "too_large",
        "larger than 5 MB",
    ),
    "gzip bomb within a gzip bomb": (
        body(gzip.compress(gzip.compress(b" " * 100_000_000)), Content_Encoding="gzip, gzip"),
        "too_large",
        "larger than 5 MB",
    ),
    "plain body without end": (body(b"<rss>" + b" " * 20_000_000), "too_large", "larger than 5 MB"),
    "slow drip": (drip, "timeout", "within 2 s"),
    "redirect loop": (loop, "redirects", "circle"),
    "100,000 items": (
        body(rss("<item><title>t</title></item>" * 100_000)),
        "too_large",
        "100,000 entries",
    ),
    "a million tags": (
        body(rss("<item><title>t</title>" + "<a>" * 1_000_000)),
        "too_large",
        "1,000,00. tags",
    ),
    "60,000 categories in one item": (
        body(categories(60_000)),
        "parse_timeout",
        "within 2 s",
    ),
    "nothing but brackets": (body(b"[" * 1_000_000), "not_a_feed", "cannot be read"),
    "a page": (body(b"<html><body>" + b"<p>x</p>" * 50_000), "not_a_feed", "web page"),
}  # fmt: skip

READ: dict[str, Page] = {
    "entity bomb": body(entities(times=10)),
    "one large entity, many times": body(quadratic_entity()),
    "external entity": body(
        b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">'
        b'<!ENTITY % y SYSTEM "http://169.254.169.254/">%y;]>'
        + rss("<item><title>a&x;b</title></item>")
    ),
    "a title of 1 MB": body(rss(f"<item><title>{'title ' * 170_000}</title></item>")),
    "an author of 64 kB": body(rss(f"<item><author>{'a' * 64_000}</author></item>")),
    "tags without end": body(rss("<item><title>t</title>" + "<a>" * 20_000)),
    "an item of open brackets": body(rss(f"<item><title>{'&lt;a ' * 200_000}</title></item>")),
    "CDATA that never ends": body(rss("<item><title>t</title>" + "<![CDATA[" * 100_000)),
    "comments that never end": body(rss("<item><title>t</title>" + "<!--" * 200_000)),
    "white space before the root": body(b"<?xml version='1.0'?>" + b"\n" * 2_000_000 + rss()),
    "null bytes": body(rss("<item><title>t</title></item>") + b"\0" * 1_000_000),
    "an id of 1 MB": body(rss(f"<item><title>t</title><guid>{'i' * 1_000_000}</guid></item>")),
    "script that never ends": body(
        atom("<entry><title type='html'>" + "&lt;script&gt;" * 60_000 + "</title></entry>")
    ),
    "5,000 links in one item": body(
        atom("<entry><title>t</title>" + "<link href='/a'/>" * 5_000 + "</entry>")
    ),
}  # fmt: skip


@asynccontextmanager
async def reading(
    settings: FetchSettings, *, deadline: float
) -> AsyncIterator[Callable[[str], Awaitable[ParsedFeed]]]:
    """Fetches within two seconds, and parses within the deadline."""
    async with (
        Fetcher(replace(settings, timeout_seconds=2)) as fetcher,
        ParserPool(1, deadline=deadline) as pool,
    ):

        async def read(url: str) -> ParsedFeed:
            fetched = await fetcher.get(url)
            return await pool.parse(fetched.body or b"", fetched.final_url, fetched.content_type)

        yield read


@pytest.mark.parametrize("case", ERRORS)
async def test_a_hostile_feed_is_given_up_with_a_reason(
    host: Host, settings: FetchSettings, case: str
) -> None:
    page, kind, said = ERRORS[case]
    async with reading(settings, deadline=2) as read:
        started = time.monotonic()
        with pytest.raises(FeedError, match=said) as caught:
            await read(host.page("/hostile", page))
        assert time.monotonic() - started < LONGEST
        assert caught.value.kind == kind
        good = await read(host.text("/good", rss("<item><title>good</title></item>")))
        assert good.entries[0].title == "good"


@pytest.mark.parametrize("case", READ)
async def test_a_hostile_feed_is_read_at_a_bounded_cost(
    host: Host, settings: FetchSettings, case: str
) -> None:
    async with reading(settings, deadline=LONGEST) as read:
        feed = await read(host.page("/hostile", READ[case]))
        assert all(len(entry.title) <= 500 and "root:" not in entry.title for entry in feed.entries)
        assert all(
            len(entry.id) <= 2_000 and len(entry.summary) <= 10_000 for entry in feed.entries
        )
