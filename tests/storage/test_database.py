"""The threads of a database."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.database import Database
from storage.rows import Db


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    made = Database(tmp_path / "p.db")
    await made.open(read_only=False, service=False)
    yield made
    await made.close()


def count(db: Db) -> int:
    return int(db.execute("SELECT count(*) FROM short_id_counters").fetchone()[0])


def add(db: Db) -> None:
    db.execute("INSERT INTO short_id_counters (prefix, last) VALUES ('UKR', 1)")


async def test_a_question_waits_for_nobody_who_writes(database: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(db: Db) -> None:
        add(db)
        begun.set()
        go_on.wait(10)

    writing = asyncio.create_task(database.write(slow))
    await asyncio.to_thread(begun.wait)
    assert await database.read(count) == 0
    go_on.set()
    await writing


async def test_a_question_sees_what_was_written_before(database: Database) -> None:
    await database.write(add)
    assert await database.read(count) == 1


async def test_a_question_cannot_write(database: Database) -> None:
    with pytest.raises(Exception, match="read-only"):
        await database.read(add)
