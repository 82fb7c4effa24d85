"""What waits for a time of the wall clock, when that was put back: it would wait for as much
longer, and is moved by as much. Nothing is moved into the past."""

# ruff: noqa: S608 - what is put together are names of ours; values are parameters.

from __future__ import annotations

from datetime import datetime, timedelta

from storage.rows import Db, moment, stamp

_WAITING = (
    ("feeds", "next_check", "removed IS NULL"),
    ("deliveries", "due", "state IN ('waiting', 'unknown')"),
    ("deliveries", "leased_until", "state = 'leased'"),
    ("digest_items", "due", "delivery_id IS NULL"),
)
"""Table, column, and for which rows it means something."""


def put_back(db: Db, by: timedelta, *, now: datetime) -> None:
    """Move every time that is to come by as much as the clock was put back."""
    for table, column, which in _WAITING:
        rows = db.execute(
            f"SELECT id, {column} AS due FROM {table} WHERE {which} AND {column} > ?", (stamp(now),)
        ).fetchall()
        db.conn.executemany(
            f"UPDATE {table} SET {column} = ? WHERE id = ?",
            [(stamp(max(now, moment(row["due"]) - by)), row["id"]) for row in rows],
        )
