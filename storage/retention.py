"""What is let go with time: bodies of articles, and deliveries that no message depends on.

Titles, addresses, keys and developments' evidence stay for ever, so that an article never comes
back as new and every alert can still be explained. Developments and the ledger stay for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from storage.articles import first_since
from storage.rows import Db, Row, assessment_from, assessment_json, stamp

BATCH = 500
"""Articles or deliveries in one transaction."""


def prune_articles(db: Db, before: datetime) -> int:
    """Drop the bodies of some articles first seen before a time; how many. Zero: none is left."""
    rows = db.execute(
        "SELECT id, relevant, score, language, assessment FROM articles"
        " WHERE pruned = 0 AND id < ? ORDER BY id LIMIT ?",
        (first_since(db, before), BATCH),
    ).fetchall()
    for row in rows:
        kept = row["assessment"] if row["relevant"] else _without_trail(row)
        db.execute(
            "UPDATE articles SET text = '', pruned = 1, assessment = ? WHERE id = ?",
            (kept, row["id"]),
        )
    return len(rows)


def _without_trail(row: Row) -> str:
    assessment = assessment_from(
        row["assessment"],
        relevant=bool(row["relevant"]),
        score=row["score"],
        language=row["language"],
    )
    return assessment_json(replace(assessment, trail=()))


def old_deliveries(db: Db, before: datetime) -> list[int]:
    """Notices, edits and replies finished before a time; alerts stay, for their messages may still
    be edited, and digests, for what they told is not told again. Walks through all deliveries."""
    rows = db.execute(
        "SELECT id FROM deliveries WHERE state IN ('sent', 'dead')"
        " AND kind NOT IN ('alert', 'digest') AND finished < ?"
        " AND id NOT IN (SELECT max(id) FROM deliveries"
        " WHERE kind = 'edit' AND state = 'sent' GROUP BY development_id, channel)",
        (stamp(before),),
    )
    return [row["id"] for row in rows]


def forget_deliveries(db: Db, ids: Sequence[int]) -> None:
    """Those of these that still stand as finished."""
    db.execute(
        "DELETE FROM deliveries WHERE id IN (SELECT value FROM json_each(?))"
        " AND state IN ('sent', 'dead')",
        (str(list(ids)),),
    )
