"""Counts for the status command and the service's report on itself."""

from __future__ import annotations

from datetime import datetime

from storage.articles import first_since
from storage.migrations import schema_name
from storage.records import Lately, StoreFigures
from storage.rows import Db, moment_or_none, stamp


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
        oldest_due=moment_or_none(
            when(
                "SELECT min(next_check) FROM feeds"
                " WHERE removed IS NULL AND paused = 0 AND ended = 0"
            )
        ),
    )


def lately(db: Db, since: datetime) -> Lately:
    """What came since a time."""
    first = first_since(db, since)

    def one(sql: str, value: object) -> int:
        return int(db.execute(sql, (value,)).fetchone()[0] or 0)

    sent = "SELECT count(*) FROM deliveries WHERE state = 'sent' AND kind = 'alert'"
    return Lately(
        articles=one("SELECT count(*) FROM articles WHERE id >= ?", first),
        relevant=one("SELECT count(*) FROM articles WHERE id >= ? AND relevant", first),
        developments=one("SELECT count(*) FROM developments WHERE created >= ?", stamp(since)),
        alerts=one(f"{sent} AND finished >= ?", stamp(since)),
        dead=one(
            "SELECT count(*) FROM deliveries WHERE state = 'dead' AND finished >= ?", stamp(since)
        ),
    )
