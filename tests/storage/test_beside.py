"""Long work beside the database's own thread."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from pathlib import Path

import pytest

from storage.beside import CACHE_KIB
from storage.database import Database, connect
from storage.errors import StorageError
from storage.rows import Db
from storage.soundness import index_faults_of

ENDLESS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


async def opened(folder: Path) -> Database:
    database = Database(folder / "p.db")
    await database.open(read_only=False, service=False)
    return database


async def test_closing_the_database_ends_what_takes_long(tmp_path: Path) -> None:
    database, begun = await opened(tmp_path), threading.Event()

    def long(db: Db) -> None:
        begun.set()
        db.execute(ENDLESS).fetchone()

    work = asyncio.create_task(database.beside(long))
    await asyncio.to_thread(begun.wait)
    await database.close()
    with pytest.raises(StorageError, match="closed"):
        await work


async def test_a_copy_that_such_work_opens_ends_with_it(tmp_path: Path) -> None:
    database, begun = await opened(tmp_path), threading.Event()

    def long(_: Db) -> None:
        copy = connect(tmp_path / "copy.db")
        begun.set()
        copy.execute(ENDLESS).fetchone()

    work = asyncio.create_task(database.beside(long))
    await asyncio.to_thread(begun.wait)
    await database.close()
    with pytest.raises(StorageError, match="closed"):
        await work


async def test_no_such_work_begins_after_the_end(tmp_path: Path) -> None:
    database = await opened(tmp_path)
    await database.close()
    with pytest.raises(StorageError, match="closed"):
        await database.beside(lambda db: db.execute(ENDLESS).fetchone())


async def test_it_keeps_few_pages_in_memory(tmp_path: Path) -> None:
    database = await opened(tmp_path)
    pages = await database.beside(lambda db: db.execute("PRAGMA cache_size").fetchone()[0])
    assert pages == -CACHE_KIB
    await database.close()


async def test_a_backup_that_is_cut_short_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from storage import backup

    def cut(_: Path) -> None:
        raise StorageError

    monkeypatch.setattr(backup, "verify", cut)
    database = await opened(tmp_path)
    with pytest.raises(StorageError):
        await database.beside(backup.backup, tmp_path / "copies" / "p.db")
    await database.close()
    assert list((tmp_path / "copies").iterdir()) == []


async def test_an_index_whose_check_was_ended_is_not_called_faulty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = await opened(tmp_path)
    monkeypatch.setattr("storage.soundness.shared_fate", _interrupts)
    with pytest.raises(StorageError, match="closed"):
        await database.beside(lambda _: index_faults_of(tmp_path / "p.db"))
    await database.close()


def _interrupts(connection: sqlite3.Connection) -> None:
    connection.set_progress_handler(lambda: 1, 1)
