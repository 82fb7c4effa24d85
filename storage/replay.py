"""What another threshold would have changed over the stored history."""

from __future__ import annotations

from dataclasses import dataclass

from storage.rows import Db


@dataclass(frozen=True, slots=True)
class Replayed:
    """One article whose verdict would be another."""

    article_id: int
    title: str
    source: str
    url: str
    score: float
    gained: bool
    """True: it would be alerted; False: it would no longer be."""


def replay(db: Db, threshold: float, limit: int) -> list[Replayed]:
    """Articles that a threshold would add or lose, the surest first. An article without a claim is
    never alerted, whatever its score."""
    rows = db.execute(
        "SELECT id, title, source, url, score, relevant FROM articles"
        " WHERE json_array_length(assessment, '$.claims') > 0"
        " AND relevant <> (score >= ?) ORDER BY relevant, score DESC LIMIT ?",
        (threshold, limit),
    )
    return [
        Replayed(r["id"], r["title"], r["source"], r["url"], r["score"], not r["relevant"])
        for r in rows
    ]
