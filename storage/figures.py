"""Counts for the status command."""

from __future__ import annotations

from storage.migrations import schema_name
from storage.records import StoreFigures
from storage.rows import Db, moment_or_none


def figures(db: Db) -> StoreFigures:
    """Cheap: every count comes from an index."""

    def one(sql: str) -> int:
        return int(db.execute(sql).fetchone()[0] or 0)

    def when(sql: str) -> str | None:
        value: str | None = db.execute(sql).fetchone()[0]
        return value

    waiting = "FROM deliveries WHERE state IN ('waiting', 'leased', 'unknown')"
    return StoreFigures(
        feeds=one("SELECT count(*) FROM feeds WHERE removed IS NULL"),
        feeds_failing=one("SELECT count(*) FROM feeds WHERE removed IS NULL AND failures > 0"),
        # Articles are never deleted, so the last number is their count.
        articles=one("SELECT max(id) FROM articles"),
        developments=one(
            "SELECT count(*) FROM developments INDEXED BY developments_latest"
            " WHERE merged_into IS NULL AND status <> 'withdrawn'"
        ),
        waiting=one(f"SELECT count(*) {waiting}"),
        dead=one("SELECT count(*) FROM deliveries WHERE state = 'dead'"),
        oldest_waiting=moment_or_none(when(f"SELECT min(created) {waiting}")),
        last_poll=moment_or_none(when("SELECT max(last_checked) FROM feeds")),
        last_alert=moment_or_none(
            when("SELECT max(finished) FROM deliveries WHERE state = 'sent' AND kind = 'alert'")
        ),
        schema=schema_name(db),
    )
