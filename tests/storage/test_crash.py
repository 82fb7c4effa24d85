"""A process that dies at any instant loses nothing and repeats nothing."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import sys
import textwrap
from pathlib import Path

import pytest

from storage.errors import DatabaseFull
from storage.records import Filter
from storage.store import Store
from tests.storage.makers import Desk, assessed, claim

ROOT = Path(__file__).parents[2]
POLL = """
    import asyncio, os, signal, sys
    from pathlib import Path
    from feeds.article import Feed
    from feeds.schedule import FeedState
    from storage.records import Origin, Route
    from storage.store import Store
    from tests.storage.makers import NOW, assessed, claim, plan

    def die(*_):
        os.kill(os.getpid(), signal.SIGKILL)

    async def main(path, where):
        store = await Store.open(Path(path), service=True)
        feed = await store.add_feed(Feed("https://a.example/feed"), origin=Origin.COMMAND, now=NOW)
        await store.add_route(Route("desk", "slack:C1"), now=NOW)
        batch = [assessed("Rain"), assessed("Britain pledges troops", claim())]
        await store.record_poll(
            feed.id, batch, FeedState(good_polls=1), die if where == "within" else plan, now=NOW
        )
        die()

    asyncio.run(main(sys.argv[1], sys.argv[2]))
"""


async def killed(path: Path, where: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", textwrap.dedent(POLL), str(path), where, cwd=ROOT
    )
    assert await process.wait() == -signal.SIGKILL


async def repeat(store: Store) -> int:
    """The poll that the next process makes; how many deliveries it adds."""
    (feed,) = await store.feeds()
    batch = (assessed("Rain"), assessed("Britain pledges troops", claim()))
    return (await Desk(store, feed.id).poll(*batch)).deliveries


async def test_killed_within_the_transaction_nothing_was_kept_and_the_next_poll_keeps_it(
    path: Path,
) -> None:
    await killed(path, "within")
    async with await Store.open(path, service=True) as store:
        assert (await store.figures()).articles == 0
        assert (await store.feeds())[0].state.good_polls == 0
        assert await repeat(store) == 1


async def test_killed_after_the_transaction_all_was_kept_and_nothing_is_repeated(
    path: Path,
) -> None:
    await killed(path, "after")
    async with await Store.open(path, service=True) as store:
        assert (await store.feeds())[0].state.good_polls == 1
        assert await repeat(store) == 0
        assert len(await store.latest(Filter())) == 1
        assert (await store.figures()).waiting == 1


async def test_a_full_disk_is_named_and_leaves_what_was_there(desk: Desk) -> None:
    await desk.poll(assessed("Rain"))
    pages = await desk.store._database.bare(
        lambda db: db.execute("PRAGMA page_count").fetchone()[0]
    )
    await desk.store._database.bare(lambda db: db.execute(f"PRAGMA max_page_count = {pages}"))
    with pytest.raises(DatabaseFull, match="no room left"):
        await desk.poll(*(assessed(f"Long {n}", text="words " * 2000) for n in range(20)))
    assert (await desk.store.figures()).articles == 1


async def test_the_full_text_index_agrees_with_the_articles_after_edits(desk: Desk) -> None:
    await desk.poll(assessed("Britain pledges troops", claim(), key="id:1"))
    await desk.poll(assessed("Britain pledges tanks", claim(), key="id:1"))
    assert await desk.store.search("troops", Filter()) == []
    check = "INSERT INTO articles_fts (articles_fts, rank) VALUES ('integrity-check', 1)"
    try:
        await desk.store._database.bare(lambda db: db.execute(check))
    except sqlite3.DatabaseError as error:
        pytest.fail(str(error))
