"""The metadata for Datasette fits the schema."""

from __future__ import annotations

import json
import re
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from storage.explore import metadata
from storage.store import Store

METADATA: dict[str, Any] = json.loads(
    resources.files("storage").joinpath("data", "explore.json").read_text(encoding="utf-8")
)["databases"]["pledgewatch"]
PRIVATE = {"by", "added_by", "channel", "headers", "question", "value"}
"""Columns that name a person or a place where people talk, or may hold what somebody typed."""


async def schema(store: Store) -> dict[str, set[str]]:
    """The columns of each table but those of the full-text index, which Datasette hides."""
    rows = await store._database.read(
        lambda db: db.execute(
            "SELECT m.name AS tab, c.name AS col FROM sqlite_master m, pragma_table_info(m.name) c"
            " WHERE m.type = 'table' AND m.name NOT LIKE 'articles_fts%'"
            " AND m.name NOT LIKE 'sqlite_%'"
        ).fetchall()
    )
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row["tab"], set()).add(row["col"])
    return found


@pytest.mark.parametrize("name", sorted(METADATA["queries"]))
async def test_every_canned_query_runs(store: Store, name: str) -> None:
    sql = METADATA["queries"][name]["sql"]
    values = dict.fromkeys(re.findall(r":(\w+)", sql), "FRA")
    rows = await store._database.read(lambda db: db.execute(sql, values).fetchall())
    assert rows or name not in ("status", "owed_by")


async def test_tables_with_secrets_and_people_are_closed(store: Store) -> None:
    tables = await schema(store)
    private = {name for name, columns in tables.items() if columns & PRIVATE}
    assert {"feeds", "feedback", "routes", "deliveries", "follows", "audit"} <= private
    closed = {name for name, table in METADATA["tables"].items() if table.get("allow") is False}
    assert private <= closed


async def test_no_table_is_shown_by_oversight(store: Store) -> None:
    assert set(await schema(store)) == set(METADATA["tables"])


def test_no_question_shows_its_sql() -> None:
    assert [n for n, query in METADATA["queries"].items() if not query.get("hide_sql")] == []


def test_no_free_question_is_allowed_since_it_would_show_them() -> None:
    assert METADATA["allow_sql"] is False


def test_the_description_goes_by_the_name_of_the_file() -> None:
    described = json.loads(metadata(Path("some/pledges.db")))
    assert list(described["databases"]) == ["pledges"]


@pytest.mark.parametrize("name", sorted(METADATA["tables"]))
async def test_every_table_and_facet_exists(store: Store, name: str) -> None:
    table = METADATA["tables"][name]
    columns = await store._database.read(
        lambda db: {row["name"] for row in db.execute(f"PRAGMA table_info({name})")}
    )
    named = [*table.get("facets", ()), table.get("sort_desc"), table.get("label_column")]
    assert columns
    assert {column for column in named if column} <= columns
