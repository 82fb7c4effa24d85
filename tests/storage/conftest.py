"""A database in a temporary folder, and a desk that polls into it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from feeds.article import Feed
from storage.records import Origin, Route
from storage.store import Store
from tests.storage.makers import NOW, Desk


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "pledgewatch.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[Store]:
    async with await Store.open(path) as opened:
        yield opened


@pytest.fixture
async def desk(store: Store) -> Desk:
    feed = Feed("https://gazette.example/feed.xml", "Gazette")
    stored = await store.add_feed(feed, origin=Origin.COMMAND, now=NOW)
    return Desk(store, stored.id)


@pytest.fixture
async def routed(desk: Desk) -> Desk:
    await desk.store.add_route(Route("desk", "slack:C1", origin=Origin.CHAT), now=NOW)
    return desk
