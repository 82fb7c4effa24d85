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


@pytest.mark.parametrize("name", sorted(METADATA["queries"]))
async def test_every_canned_query_runs(store: Store, name: str) -> None:
    sql = METADATA["queries"][name]["sql"]
    values = dict.fromkeys(re.findall(r":(\w+)", sql), "FRA")
    rows = await store._database.read(lambda db: db.execute(sql, values).fetchall())
    assert rows or name not in ("status", "owed_by")


@pytest.mark.parametrize("table", ["feeds", "feedback", "routes", "deliveries"])
def test_tables_with_secrets_and_people_are_closed(table: str) -> None:
    assert METADATA["tables"][table]["allow"] is False


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
