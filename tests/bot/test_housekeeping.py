"""Checks, backups with rotation, retention: on a real database, with a clock to turn."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.housekeeping import Housekeeping, HousekeepingSettings
from bot.routing import plan
from feeds.article import Feed
from feeds.schedule import FeedState
from storage.backup import scheduled, verify
from storage.errors import StorageError
from storage.records import Assessed, Origin
from storage.store import Store
from tests.bot.fakes import Clock
from tests.builders import NOW, article, assessment


class House:
    """Housekeeping of a fresh database."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.folder = folder / "backups"
        self.clock = Clock(NOW)
        self.told: list[str] = []
        settings = HousekeepingSettings(self.folder, timedelta(hours=6), 2, timedelta(days=30))
        self.keeping = Housekeeping(store, self.clock, settings, self.tell)

    async def tell(self, text: str, remedy: str) -> None:
        self.told.append(text)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with await Store.open(tmp_path / "p.db") as store:
        yield House(store, tmp_path)


async def test_a_copy_is_made_when_its_time_has_come_and_not_before(house: House) -> None:
    await house.keeping.round()
    house.clock.forward(hours=5)
    await house.keeping.round()
    assert len(scheduled(house.folder)) == 1
    house.clock.forward(hours=2)
    await house.keeping.round()
    assert len(scheduled(house.folder)) == 2
    for path in scheduled(house.folder):
        verify(path)


async def test_the_oldest_copies_go_first(house: House) -> None:
    for _ in range(4):
        await house.keeping.round()
        house.clock.forward(hours=7)
    assert len(scheduled(house.folder)) == 2


async def test_a_damaged_database_is_told_and_not_copied(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def damaged() -> list[str]:
        return ["row 7 missing from index"]

    monkeypatch.setattr(house.store, "integrity", damaged)
    await house.keeping.round()
    assert house.told == ["The database is damaged: row 7 missing from index"]
    assert not house.folder.exists()


async def test_a_part_that_fails_stops_no_other(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(target: Path) -> Path:
        raise StorageError("the disk is full")

    monkeypatch.setattr(house.store, "backup", full)
    await house.keeping.round()
    assert house.told == ["The backup failed: the disk is full"]


async def test_old_bodies_are_dropped_and_stay_known(house: House) -> None:
    feed = await house.store.add_feed(Feed("https://x.example/f"), origin=Origin.COMMAND, now=NOW)
    old = article("Rain", text="It rained. " * 50)
    batch = [Assessed(old, assessment(), alert=True)]
    await house.store.record_poll(feed.id, batch, FeedState(good_polls=1), plan, now=NOW)
    house.clock.forward(days=31)
    await house.keeping.round()
    stored = await house.store.article("1")
    assert stored is not None
    assert (stored.article.title, stored.article.text) == ("Rain", "")
    assert await house.store.known_entries(feed.id, old.keys)
