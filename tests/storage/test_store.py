"""Opening, closing, refusing."""

# ruff: noqa: ASYNC240 - a test may wait for the disk

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from feeds.article import Feed
from storage.errors import DatabaseCorrupt, DatabaseLocked, NotFound, StorageError
from storage.records import Filter, Origin
from storage.store import Store
from tests.storage.makers import NOW, Desk, assessed, claim


async def test_a_new_file_has_the_starting_ledger(store: Store) -> None:
    titles = {entry.title for entry in await store.ledger(beneficiary="UKR")}
    assert "Ukraine-United States agreement on security cooperation and long-term support" in titles


async def test_a_second_service_on_the_file_is_refused_with_a_sentence(path: Path) -> None:
    async with await Store.open(path, service=True):
        with pytest.raises(DatabaseLocked, match="Another Pledgewatch is running on"):
            await Store.open(path, service=True)


async def test_the_file_is_free_again_when_the_service_has_closed_it(path: Path) -> None:
    await (await Store.open(path, service=True)).close()
    async with await Store.open(path, service=True) as store:
        assert await store.feeds() == []


async def test_a_command_writes_beside_the_running_service(path: Path) -> None:
    async with await Store.open(path, service=True) as service, await Store.open(path) as command:
        await command.add_feed(Feed("https://a.example/feed"), origin=Origin.COMMAND, now=NOW)
        assert len(await service.feeds()) == 1


async def test_a_reader_reads_beside_the_running_service(path: Path) -> None:
    async with await Store.open(path, service=True) as service:
        await service.add_feed(Feed("https://a.example/feed"), origin=Origin.COMMAND, now=NOW)
        async with await Store.open(path, read_only=True) as reader:
            assert len(await reader.feeds()) == 1


async def test_a_reader_cannot_write(path: Path) -> None:
    await (await Store.open(path)).close()
    async with await Store.open(path, read_only=True) as reader:
        with pytest.raises(StorageError, match="read-only"):
            await reader.add_feed(Feed("https://a.example/feed"), origin=Origin.COMMAND, now=NOW)


async def test_a_reader_makes_no_file(path: Path) -> None:
    with pytest.raises(NotFound, match="There is no database"):
        await Store.open(path, read_only=True)
    assert not path.exists()


async def test_a_file_that_is_no_database_is_named_as_damaged(path: Path) -> None:
    path.write_bytes(b"this is no database at all, whatever its name says" * 100)
    with pytest.raises(DatabaseCorrupt, match="is damaged, or is no database"):
        await Store.open(path)


async def test_a_database_of_another_program_is_left_alone(path: Path) -> None:
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE theirs (x)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(StorageError, match="another program"):
        await Store.open(path)
    assert path.read_bytes() == before


async def test_a_file_of_a_newer_version_is_refused(path: Path) -> None:
    await (await Store.open(path)).close()
    with sqlite3.connect(path) as newer:
        newer.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('pledgewatch', '999_from_the_future', '2030-01-01')"
        )
    newer.close()
    with pytest.raises(StorageError, match="newer Pledgewatch"):
        await Store.open(path)


async def test_closing_twice_is_harmless_and_a_closed_store_says_so(path: Path) -> None:
    store = await Store.open(path)
    await store.close()
    await store.close()
    with pytest.raises(StorageError, match="is closed"):
        await store.feeds()


async def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be opened: check that its folder exists"):
        await Store.open(tmp_path / "nowhere" / "pledgewatch.db")


async def test_a_writer_that_waits_too_long_is_refused_with_a_sentence(
    store: Store, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store._database.bare(lambda db: db.execute("PRAGMA busy_timeout = 1"))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseLocked, match="is being written by another process"):
        await store.add_feed(Feed("https://a.example/feed"), origin=Origin.COMMAND, now=NOW)
    other.close()


async def test_what_was_stored_is_there_after_a_restart(path: Path) -> None:
    async with await Store.open(path) as store:
        feed = await store.add_feed(Feed("https://a.example/feed"), origin=Origin.FILE, now=NOW)
        await Desk(store, feed.id).poll(assessed("Britain pledges troops for Ukraine", claim()))
        before = await store.latest(Filter())
    async with await Store.open(path) as store:
        assert await store.latest(Filter()) == before
