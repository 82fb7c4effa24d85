"""The questions that the read-only site offers, asked of a real database."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from storage.explore import metadata
from storage.store import Store

DESCRIBED = json.loads(metadata(Path("some/pledges.db")))["databases"]["pledges"]
ASKED = {"beneficiary": "ukr", "committer": "usa", "one": "usa", "other": "ukr"}


@pytest.mark.parametrize("name", DESCRIBED["queries"])
async def test_every_question_is_answered(tmp_path: Path, name: str) -> None:
    async with await Store.open(tmp_path / "p.db"):
        pass
    query = DESCRIBED["queries"][name]
    given = {key: ASKED[key] for key in query.get("params", [])}
    with sqlite3.connect(tmp_path / "p.db") as connection:
        rows = connection.execute(query["sql"], given).fetchall()
    assert rows or name in {"latest", "waiting"}


async def test_only_tables_that_exist_are_described(tmp_path: Path) -> None:
    async with await Store.open(tmp_path / "p.db"):
        pass
    with sqlite3.connect(tmp_path / "p.db") as connection:
        there = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    assert set(DESCRIBED["tables"]) <= there


def test_tables_with_secrets_and_people_are_not_shown_and_no_free_question_is_allowed() -> None:
    for table in ("feeds", "feedback", "routes", "deliveries"):
        assert DESCRIBED["tables"][table]["allow"] is False
    assert DESCRIBED["allow_sql"] is False
