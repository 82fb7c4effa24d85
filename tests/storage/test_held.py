"""A burst waits for an admin: nothing of it is told, nothing of it is lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.routing import plan
from feeds.article import Feed
from feeds.schedule import FeedState, after_move
from storage.errors import Conflict, NotFound
from storage.records import Assessed, Origin, Route
from storage.store import Store
from tests.builders import NOW, article, assessment, claim

URL = "https://times.example/feed"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """One feed, one route, two held pledges and one held piece that matters to nobody."""
    async with await Store.open(tmp_path / "p.db") as opened:
        feed = await opened.add_feed(Feed(URL, "Example Times"), origin=Origin.COMMAND, now=NOW)
        await opened.sync_routes([Route("desk", "slack:C1")], now=NOW)
        batch = [
            Assessed(article(title, summary=title), made, alert=False, reason="held", held=True)
            for title, made in (
                ("Troops for Ukraine", assessment(claim())),
                (
                    "Ships for Taiwan",
                    assessment(claim(committers=("USA",), beneficiaries=("TWN",))),
                ),
                ("Rain", assessment()),
            )
        ]
        await opened.record_poll(feed.id, batch, FeedState(good_polls=3), plan, now=NOW)
        yield opened


async def test_what_is_held_is_kept_and_told_to_nobody(store: Store) -> None:
    assert await store.deliveries() == []
    (held,) = await store.held()
    assert (held.url, held.articles, held.developments) == (URL, 2, 2)


async def test_what_is_released_is_told_once(store: Store) -> None:
    assert await store.release("Example Times", plan, now=NOW) == 2
    assert await store.held() == []
    assert await store.release("Example Times", plan, now=NOW) == 0
    assert len(await store.deliveries()) == 2


async def test_what_is_discarded_is_never_told_and_stays_searchable(store: Store) -> None:
    assert await store.discard("Example Times") == 2
    assert await store.held() == []
    assert await store.deliveries() == []
    assert await store.development("UKR-1") is not None


async def test_a_feed_that_is_unknown_is_an_error(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.release("Nobody's Times", plan, now=NOW)


async def test_a_feed_moves_with_its_memory(store: Store) -> None:
    moved = await store.move_feed(URL, "https://new.example/feed", FeedState(good_polls=3))
    assert moved.feed.url == "https://new.example/feed"
    assert [f.feed.url for f in await store.feeds()] == ["https://new.example/feed"]
    assert await store.known_entries(moved.id, article("Rain").keys)


async def test_a_move_can_be_undone(store: Store) -> None:
    with pytest.raises(NotFound, match="has not moved"):
        await store.undo_move(URL)
    state = after_move(FeedState(good_polls=3), URL)
    await store.move_feed(URL, "https://new.example/feed", state)
    back = await store.undo_move("Example Times")
    assert back.feed.url == URL
    assert back.state.move_refused == "https://new.example/feed"


async def test_a_feed_of_the_file_is_moved_in_the_file(tmp_path: Path) -> None:
    async with await Store.open(tmp_path / "q.db") as store:
        await store.sync_feeds([Feed(URL, "Example Times")], now=NOW)
        with pytest.raises(Conflict, match="configuration file"):
            await store.move_feed(URL, "https://new.example/feed", FeedState())


async def test_a_replay_names_what_another_threshold_would_change(store: Store) -> None:
    lost = await store.replay(0.99)
    assert [(r.title, r.gained) for r in lost] == [
        ("Troops for Ukraine", False),
        ("Ships for Taiwan", False),
    ]
    assert await store.replay(0.5) == []
