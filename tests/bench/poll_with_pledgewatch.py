"""One steady round of the feeds package over the bench's host: poll_with_pledgewatch.py PORT FEEDS.

States and keys go through SQLite, one transaction a feed, as in the service; what the service does
with new articles beyond recognising them (classifying, indexing) is not part of the comparison.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import resource
import socket
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from aiohttp.abc import AbstractResolver, ResolveResult

from feeds import schedule
from feeds.article import Article, Feed
from feeds.fetch import Fetcher, FetchSettings
from feeds.identity import identify, keys_of, select
from feeds.parse_pool import ParserPool
from feeds.statejson import state_from_json, state_to_json

_T = TypeVar("_T")

AT_ONCE = 50
PAGE = 500
"""Feeds taken up together."""
SETTINGS = schedule.Settings()


class Loopback(AbstractResolver):
    """Every name is this machine."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The one address."""
        return [
            ResolveResult(
                hostname=host, host="127.0.0.1", port=port, family=socket.AF_INET, proto=0, flags=0
            )
        ]

    async def close(self) -> None:
        """Nothing to close."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the bench's table knows of a key."""

    article_id: int | None
    content_digest: str


class Table:
    """The states and keys of all feeds, on a thread of its own, as in the service."""

    def __init__(self, path: Path) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute("CREATE TABLE states (feed INTEGER PRIMARY KEY, state TEXT) STRICT")
        self._db.execute(
            "CREATE TABLE keys (feed INTEGER, key TEXT, digest TEXT, PRIMARY KEY (feed, key)) "
            "WITHOUT ROWID"
        )

    async def states(self, feeds: Sequence[int]) -> list[schedule.FeedState]:
        """What is remembered of some feeds."""
        return await self._run(self._states, feeds)

    async def known(self, feed: int, keys: Sequence[str]) -> dict[str, Known]:
        """Which of these keys the feed has shown before."""
        return await self._run(self._known, feed, keys)

    async def record(
        self, feed: int, articles: Sequence[Article], state: schedule.FeedState
    ) -> None:
        """Keys first, the state last, in one transaction."""
        await self._run(self._record, feed, articles, state)

    async def _run(self, job: Callable[..., _T], *given: object) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, job, *given)

    def _states(self, feeds: Sequence[int]) -> list[schedule.FeedState]:
        rows = dict(
            self._db.execute(
                "SELECT feed, state FROM states WHERE feed BETWEEN ? AND ?", (feeds[0], feeds[-1])
            )
        )
        return [state_from_json(rows.get(feed, "")) for feed in feeds]

    def _known(self, feed: int, keys: Sequence[str]) -> dict[str, Known]:
        marks = ",".join("?" * len(keys))
        rows = self._db.execute(
            f"SELECT key, digest FROM keys WHERE feed = ? AND key IN ({marks})",  # noqa: S608 - marks
            (feed, *keys),
        )
        return {key: Known(1, digest) for key, digest in rows}

    def _record(self, feed: int, articles: Sequence[Article], state: schedule.FeedState) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        self._db.executemany(
            "INSERT OR IGNORE INTO keys VALUES (?, ?, ?)",
            [(feed, key, article.content_digest) for article in articles for key in article.keys],
        )
        text = state_to_json(state)
        self._db.execute("INSERT OR REPLACE INTO states VALUES (?, ?)", (feed, text))
        self._db.execute("COMMIT")


@dataclass(frozen=True, slots=True)
class Bench:
    """What polls."""

    port: int
    table: Table
    fetcher: Fetcher
    pool: ParserPool


async def poll(bench: Bench, number: int, state: schedule.FeedState, now: datetime) -> int:
    """One poll of one feed, from its state to its state; how many articles were new."""
    table = bench.table
    feed = Feed(f"http://outlet{number}.test:{bench.port}/feed/{number}")
    fetched = await bench.fetcher.get(feed.url, validators=state.validators)
    if fetched.body is None:
        after = schedule.after_success(state, fetched, now, SETTINGS, feed=feed)
        await table.record(number, (), after)
        return 0
    parsed = await bench.pool.parse(
        fetched.body, fetched.final_url, fetched.content_type, memory=state.memory
    )
    articles = identify(parsed, feed)
    chosen = select(articles, await table.known(number, keys_of(articles)), state, now)
    new = (*chosen.new, *chosen.resurfaced)
    after = schedule.after_success(state, fetched, now, SETTINGS, feed=feed, parsed=parsed, new=new)
    await table.record(number, new, after)
    return len(new)


class Watch:
    """The longest time for which the event loop was not free: by the clock, and of that what it
    computed itself (the rest it was kept from the processor by other programs)."""

    def __init__(self) -> None:
        self.worst = 0.0
        self.busiest = 0.0

    async def run(self) -> None:
        """Look every 5 ms."""
        while True:
            wall, cpu = time.perf_counter(), time.thread_time()
            await asyncio.sleep(0.005)
            late = time.perf_counter() - wall - 0.005
            self.worst = max(self.worst, late)
            self.busiest = max(self.busiest, min(late, time.thread_time() - cpu))


def processes() -> list[int]:
    """This process and its workers."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return [os.getpid(), *map(int, children)]


def cpu_seconds() -> float:
    """Of this process and its workers."""
    ticks = 0
    for process in processes():
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        ticks += sum(map(int, fields[11:15]))  # its own, and that of children that have ended
    return ticks / os.sysconf("SC_CLK_TCK")


def memory_mb() -> float:
    """PSS of this process and its workers."""
    total = 0
    for process in processes():
        rollup = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        total += next(int(line.split()[1]) for line in rollup if line.startswith("Pss:"))
    return total / 1024


async def round_(bench: Bench, feeds: int, now: datetime) -> tuple[int, float]:
    """Poll every feed; how many articles were new, and the peak of memory."""
    slots = asyncio.Semaphore(AT_ONCE)
    new, peak = 0, 0.0

    async def one(number: int, state: schedule.FeedState) -> None:
        nonlocal new
        async with slots:
            found = await poll(bench, number, state, now)
        new += found

    for start in range(0, feeds, PAGE):
        page = range(start, min(start + PAGE, feeds))
        states = await bench.table.states(page)
        await asyncio.gather(*map(one, page, states))
        peak = max(peak, await asyncio.to_thread(memory_mb))
    return new, peak


async def main(port: int, feeds: int) -> None:
    """A first round, then a steady one, which is measured."""
    settings = FetchSettings(host_gap=0, allow_networks=("127.0.0.0/8",), per_host=50)
    now = datetime(2026, 1, 2, tzinfo=UTC)
    with tempfile.TemporaryDirectory() as folder:
        table = Table(Path(folder) / "bench.sqlite")
        async with Fetcher(settings, resolver=Loopback()) as fetcher, ParserPool(2) as pool:
            bench = Bench(port, table, fetcher, pool)
            gc.freeze()  # as a service does once it has started: a full collection takes 50 ms
            await round_(bench, feeds, now)
            await fetcher.get(f"http://outlet.test:{port}/next")
            print(json.dumps(await measured(bench, feeds, now + timedelta(days=1))))  # noqa: T201


async def measured(bench: Bench, feeds: int, now: datetime) -> dict[str, float]:
    """A round's figures."""
    watch = Watch()
    watching = asyncio.create_task(watch.run())
    wall, cpu = time.perf_counter(), cpu_seconds()
    new, peak = await round_(bench, feeds, now)
    figures = {
        "wall": time.perf_counter() - wall,
        "cpu": cpu_seconds() - cpu,
        "new": new,
        "peak_mb": peak,
        "stall_ms": watch.worst * 1000,
        "busy_ms": watch.busiest * 1000,
    }
    watching.cancel()
    return figures


if __name__ == "__main__":
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 65_536), soft))
    asyncio.run(main(*map(int, sys.argv[1:3])))
