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
from storage.errors import DatabaseCorrupt, StorageError
from storage.records import Assessed, Filter, Origin
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
        self.ended_by: DatabaseCorrupt | None = None
        self.keeping = Housekeeping(store, self.clock, settings, self.tell, self.end)

    async def tell(self, text: str, remedy: str) -> None:
        self.told.append(text)

    async def end(self, error: DatabaseCorrupt) -> None:
        self.ended_by = error


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


def damage(path: Path) -> None:
    """Overwrite parts of the file, as a failing disk does."""
    content = bytearray(path.read_bytes())
    for page in range(len(content) // 2 // 16_384 * 16_384, len(content), 16_384):
        content[page : page + 200] = b"\xff" * 200
    path.write_bytes(content)


async def test_a_damaged_database_is_told_ends_the_service_and_is_not_copied(
    tmp_path: Path,
) -> None:
    path = tmp_path / "p.db"
    async with await Store.open(path):
        pass
    damage(path)
    async with await Store.open(path) as store:
        house = House(store, tmp_path)
        await house.keeping.round()
        assert house.told[0].startswith("The database is damaged: ")
        assert house.ended_by is not None
        assert not house.folder.exists()


async def test_damage_that_a_question_meets_is_looked_into_at_once(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    async with await Store.open(path):
        pass
    async with await Store.open(path) as store:
        house = House(store, tmp_path)
        await house.keeping.round()
        await house.keeping.suspicion()
        assert house.ended_by is None
        damage(path)
        await store._database.bare(lambda db: db.execute("PRAGMA shrink_memory"))
        with pytest.raises(DatabaseCorrupt):
            await store.check_ledger()
        await house.keeping.suspicion()
        assert house.ended_by is not None


async def test_a_damaged_search_index_is_made_anew(house: House) -> None:
    feed = await house.store.add_feed(Feed("https://x.example/f"), origin=Origin.COMMAND, now=NOW)
    batch = [Assessed(article("Rain in Kent"), assessment(), alert=True)]
    await house.store.record_poll(feed.id, batch, FeedState(good_polls=1), plan, now=NOW)
    await house.store._database.bare(
        lambda db: db.execute("DELETE FROM articles_fts_data WHERE id > 10")
    )
    await house.keeping.round()
    assert house.told == ["The search index was damaged and is made anew."]
    assert house.ended_by is None
    assert not await house.store.integrity()
    assert len(await house.store.search("Kent", Filter())) == 1


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
