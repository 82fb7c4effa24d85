from __future__ import annotations

import asyncio
import json
import re
import time
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest

from feeds import parse_pool, parse_worker
from feeds.article import Entry, ParsedFeed
from feeds.errors import ParseError
from feeds.parse import parse
from feeds.parse_pool import ParserPool
from feeds.wire import entry_lines, read_entry
from tests.feeds.documents import rss

URL = "https://example.org/feed"


async def test_a_worker_gives_what_parse_gives() -> None:
    body = rss(*(f"<item><title>N {n}</title><guid>{n}</guid></item>" for n in range(120)))
    async with ParserPool(1) as pool:
        assert await pool.parse(body, URL) == parse(body, url=URL)


def test_a_date_at_the_end_of_the_calendar_costs_no_document() -> None:
    latest = datetime.max.replace(tzinfo=UTC)
    feed = ParsedFeed("T", "rss20", "", (Entry("1", "", "t", "", published=latest),))
    (line,) = entry_lines(feed)
    assert read_entry(line) == replace(feed.entries[0], published=None)


async def test_a_feed_with_a_date_at_the_end_of_the_calendar_is_read() -> None:
    item = '{"id": "1", "title": "t", "date_published": "9999-12-31T23:59:59.9999999Z"}'
    async with ParserPool(1) as pool:
        feed = await pool.parse(b'{"version": "", "items": [%s]}' % item.encode(), URL)
    assert [(one.title, one.published) for one in feed.entries] == [("t", None)]


async def test_what_is_no_feed_is_told_with_its_remedy() -> None:
    async with ParserPool(1) as pool:
        with pytest.raises(ParseError, match="web page") as caught:
            await pool.parse(b"<html><body>hello</body></html>", URL)
        assert caught.value.kind == "not_a_feed"
        assert caught.value.remedy


_TAGS = "</category><category>".join(map(str, range(60_000)))
ENDLESS = rss(f"<item><category>{_TAGS}</category></item>")


async def test_a_document_over_the_deadline_is_killed_and_the_pool_goes_on() -> None:
    async with ParserPool(1, deadline=2.0) as pool:
        started = time.monotonic()
        with pytest.raises(ParseError) as caught:
            await pool.parse(ENDLESS, URL)
        assert caught.value.kind == "parse_timeout"
        assert time.monotonic() - started < 6
        good = await pool.parse(rss("<item><title>after</title></item>"), URL)
        assert good.entries[0].title == "after"


async def test_a_document_that_takes_long_holds_up_no_other() -> None:
    async with ParserPool(2, deadline=60) as pool:
        slow = asyncio.create_task(pool.parse(ENDLESS, URL))
        await asyncio.sleep(0)
        feed = await pool.parse(rss("<item><title>meanwhile</title></item>"), URL)
        assert (feed.entries[0].title, slow.done()) == ("meanwhile", False)
        slow.cancel()
        await asyncio.gather(slow, return_exceptions=True)


async def test_a_further_worker_ends_when_nothing_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse_pool, "_PATIENCE", 0)
    async with ParserPool(3) as pool:
        await asyncio.gather(*(pool.parse(rss(), URL) for _ in range(20)))
        assert len(pool._running) == 1
        assert (await pool.parse(rss("<item><title>t</title></item>"), URL)).entries


async def test_a_cancelled_document_leaves_nothing_behind_for_the_next() -> None:
    slow = rss(*(f"<item><title>slow {n}</title></item>" for n in range(3000)))
    async with ParserPool(1) as pool:
        await pool.parse(rss(), URL)
        task = asyncio.create_task(pool.parse(slow, URL))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await pool.parse(rss("<item><title>next</title></item>"), URL)).entries[
            0
        ].title == "next"


async def test_the_event_loop_breathes_while_a_long_document_is_parsed() -> None:
    long = rss(*(f"<item><title>{'t' * 300} {n}</title></item>" for n in range(5000)))
    worst = 0.0

    async def watch() -> None:
        """What the loop computes between two looks; the rest belongs to other programs."""
        nonlocal worst
        while True:
            before = time.thread_time()
            await asyncio.sleep(0.005)
            worst = max(worst, time.thread_time() - before)

    async with ParserPool(1) as pool:
        await pool.parse(rss(), URL)
        watcher = asyncio.create_task(watch())
        feed = await pool.parse(long, URL)
        watcher.cancel()
    assert len(feed.entries) == 5000
    assert worst < 0.05


async def test_a_worker_is_replaced_after_its_share_of_documents() -> None:
    async with ParserPool(1, documents_per_worker=1) as pool:
        for title in ("first", "second"):
            feed = await pool.parse(rss(f"<item><title>{title}</title></item>"), URL)
            assert feed.entries[0].title == title


@pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="shows in /proc alone")
async def test_a_worker_knows_no_token_and_can_write_no_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PLEDGEWATCH_DISCORD__TOKEN", "s3cret")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s3cret")
    async with ParserPool(1) as pool:
        await pool.parse(rss("<item><title>t</title></item>"), URL)
        (worker,) = pool._running
        process = Path(f"/proc/{worker._process.pid}")
        known = (process / "environ").read_bytes()
        limits = (process / "limits").read_text()
    assert b"PATH=" in known
    assert b"s3cret" not in known
    assert re.search(r"Max file size +0 +0 ", limits)


def test_a_worker_gets_ready_for_pages_in_its_first_idle_moment_and_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[bytes] = []

    def page(body: bytes, given: dict[str, str]) -> list[bytes]:
        asked.append(body)
        return [b"page\n"]

    monkeypatch.setattr(parse_worker, "_extracted", page)
    request = json.dumps({"job": "extract", "size": 2, "url": URL}).encode() + b"\n"
    answers = BytesIO()
    idle = iter((False, True))
    parse_worker.serve(
        BytesIO(b"".join(request + b"p%d" % n for n in range(4))), answers, lambda: next(idle)
    )
    ready, *_ = [body for body in asked if not re.fullmatch(rb"p\d", body)]
    assert asked == [b"p0", b"p1", ready, b"p2", b"p3"]
    assert answers.getvalue() == b"page\n" * 4
