"""The metadata for Datasette fits the schema."""

from __future__ import annotations

import json
import re
from importlib import resources
from typing import Any

import pytest

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


def test_request_headers_of_feeds_which_may_hold_secrets_are_closed() -> None:
    assert METADATA["tables"]["feeds"]["allow"] is False
    assert METADATA["allow_sql"] is False


@pytest.mark.parametrize("name", sorted(METADATA["tables"]))
async def test_every_table_and_facet_exists(store: Store, name: str) -> None:
    table = METADATA["tables"][name]
    columns = await store._database.read(
        lambda db: {row["name"] for row in db.execute(f"PRAGMA table_info({name})")}
    )
    named = [*table.get("facets", ()), table.get("sort_desc"), table.get("label_column")]
    assert columns
    assert {column for column in named if column} <= columns
