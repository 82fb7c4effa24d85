"""What is asked often is answered from indexes: rows with texts are long, and lie far apart."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from storage import developments, feedback, replay
from storage.database import connect
from storage.rows import Db
from tests.storage.makers import NOW, Desk, assessed, claim

SINCE = NOW - timedelta(days=30)


def steps(path: Path, question: Callable[[Db], object]) -> str:
    """How SQLite answers all that a question asks, a line a step."""
    asked: list[str] = []
    with contextlib.closing(connect(path, read_only=True)) as db:
        db.conn.set_trace_callback(asked.append)
        question(db)
        db.conn.set_trace_callback(None)
        plans = [db.execute(f"EXPLAIN QUERY PLAN {one}").fetchall() for one in asked]
    return "\n".join(step["detail"] for plan in plans for step in plan)


@pytest.fixture
async def told(routed: Desk) -> Desk:
    """One alert, of two outlets."""
    await routed.poll(assessed("Sweden pledges troops", claim()))
    await routed.poll(assessed("Stockholm to deploy", claim(), source="Courier"))
    return routed


@pytest.mark.parametrize("group", ["week", "route", "source"])
async def test_alerts_are_counted_from_indexes(told: Desk, path: Path, group: str) -> None:
    found = steps(path, lambda db: feedback.precision(db, group, SINCE))
    assert "x USING COVERING INDEX deliveries_alerts (finished>?)" in found
    assert "s USING COVERING INDEX articles_of (development_id=?)" in found


async def test_sources_are_read_from_an_index(told: Desk, path: Path) -> None:
    found = steps(path, lambda db: developments.by_ids(db, [1]))
    assert "articles USING COVERING INDEX articles_of (development_id=?)" in found


async def test_the_best_score_of_a_development_comes_from_an_index(told: Desk, path: Path) -> None:
    found = steps(path, lambda db: replay.reported(db, SINCE, 10))
    assert "s USING COVERING INDEX articles_of (development_id=?)" in found


async def test_what_was_passed_over_is_found_by_its_score(told: Desk, path: Path) -> None:
    found = steps(path, lambda db: replay.beginning(db, 0.4, SINCE, 10))
    assert "articles USING INDEX articles_passed_over (score>?)" in found
