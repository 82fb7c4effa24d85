"""Subscriptions."""

from __future__ import annotations

from datetime import timedelta

import pytest

from feeds.article import Feed, Validators
from feeds.schedule import FeedState
from storage.errors import Conflict, NotFound
from storage.records import Origin
from storage.store import Store
from tests.storage.makers import NOW, Desk, assessed

FEED = Feed(
    "https://a.example/feed",
    "Alpha",
    tags=("wire",),
    interval=timedelta(minutes=7),
    full_text=False,
    headers=(("Authorization", "Basic eDp5"),),
)


async def test_a_feed_comes_back_as_it_was_added(store: Store) -> None:
    added = await store.add_feed(FEED, origin=Origin.CHAT, now=NOW, by="U1")
    assert (await store.feeds()) == [added]
    assert (added.feed, added.origin, added.added, added.added_by) == (FEED, Origin.CHAT, NOW, "U1")


async def test_a_feed_is_subscribed_once(store: Store) -> None:
    await store.add_feed(FEED, origin=Origin.CHAT, now=NOW)
    with pytest.raises(Conflict, match="subscribed already"):
        await store.add_feed(FEED, origin=Origin.CHAT, now=NOW)


async def test_feeds_are_due_longest_overdue_first(store: Store) -> None:
    late = await store.add_feed(Feed("https://late.example"), origin=Origin.CHAT, now=NOW)
    later = await store.add_feed(Feed("https://later.example"), origin=Origin.CHAT, now=NOW)
    soon = await store.add_feed(Feed("https://soon.example"), origin=Origin.CHAT, now=NOW)
    never = await store.add_feed(Feed("https://never.example"), origin=Origin.CHAT, now=NOW)
    for feed, minutes in ((late, -20), (later, -10), (soon, 5)):
        when = NOW + timedelta(minutes=minutes)
        await store.save_feed_state(feed.id, FeedState(next_check=when))
    assert [f.id for f in await store.due_feeds(NOW)] == [never.id, late.id, later.id]


async def test_a_state_comes_back_as_it_was_saved(store: Store) -> None:
    feed = await store.add_feed(FEED, origin=Origin.CHAT, now=NOW)
    state = FeedState(Validators("etag", "yesterday", "d1"), NOW, NOW, failures=2, failure="dns")
    await store.save_feed_state(feed.id, state)
    assert (await store.feeds())[0].state == state


async def test_paused_feeds_are_not_due(store: Store) -> None:
    paused = await store.add_feed(FEED, origin=Origin.CHAT, now=NOW)
    await store.pause_feed("alpha", paused=True, now=NOW)
    assert await store.due_feeds(NOW) == []
    await store.pause_feed("alpha", paused=False, now=NOW)
    assert [f.id for f in await store.due_feeds(NOW)] == [paused.id]


async def test_a_feed_that_its_publisher_has_ended_is_due_when_its_time_comes(store: Store) -> None:
    ended = await store.add_feed(FEED, origin=Origin.CHAT, now=NOW)
    later = NOW + timedelta(days=1)
    await store.save_feed_state(ended.id, FeedState(next_check=later, failures=1, ended=True))
    assert await store.due_feeds(NOW) == []
    assert [f.id for f in await store.due_feeds(later)] == [ended.id]


async def test_a_feed_that_the_file_fixes_cannot_be_removed(store: Store) -> None:
    await store.sync_feeds([FEED], now=NOW)
    with pytest.raises(Conflict, match="configuration file"):
        await store.remove_feed("Alpha", now=NOW)


async def test_an_unknown_feed_is_named(store: Store) -> None:
    with pytest.raises(NotFound, match="No feed is called “Omega”"):
        await store.remove_feed("Omega", now=NOW)


async def test_the_file_adds_changes_and_retires_its_feeds_only(store: Store) -> None:
    await store.add_feed(Feed("https://chat.example", "Chat"), origin=Origin.CHAT, now=NOW)
    await store.sync_feeds([FEED, Feed("https://b.example", "Beta")], now=NOW)
    await store.sync_feeds([Feed("https://b.example", "Gamma")], now=NOW)
    assert [f.feed.name for f in await store.feeds()] == ["Chat", "Gamma"]


async def test_a_feed_that_comes_back_remembers_what_it_showed(desk: Desk) -> None:
    shown = assessed("Old news")
    await desk.poll(shown)
    await desk.store.remove_feed("Gazette", now=NOW)
    feed = Feed("https://gazette.example/feed.xml", "Gazette")
    back = await desk.store.add_feed(feed, origin=Origin.CHAT, now=NOW)
    assert back.id == desk.feed_id
    assert set(await desk.store.known_entries(back.id, shown.article.keys)) == set(
        shown.article.keys
    )
    assert [f.id for f in await desk.store.due_feeds(NOW)] == [back.id]


async def test_subscriptions_are_the_feeds_without_their_polls(desk: Desk) -> None:
    await desk.store.add_feed(Feed("https://b.example/x", "Apple"), origin=Origin.CHAT, now=NOW)
    await desk.store.add_feed(Feed("https://a.example/x", "zebra"), origin=Origin.CHAT, now=NOW)
    await desk.store.remove_feed("zebra", now=NOW)
    assert await desk.store.subscriptions() == [f.feed for f in await desk.store.feeds()]
    assert "Apple" in {f.name for f in await desk.store.subscriptions()}
    assert "zebra" not in {f.name for f in await desk.store.subscriptions()}
