"""Questions behind buttons ("next page") whose words are too long for a button."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import blake2b

from storage.rows import Db, stamp

KEPT = timedelta(days=400)
"""Since somebody last asked it."""


def keep(db: Db, question: str, *, now: datetime) -> str:
    """A short name by which the question is found again; the same question has the same name."""
    token = blake2b(question.encode(), digest_size=8).hexdigest()
    db.execute("DELETE FROM views WHERE created < ?", (stamp(now - KEPT),))
    db.execute(
        "INSERT INTO views (token, question, created) VALUES (?, ?, ?)"
        " ON CONFLICT (token) DO UPDATE SET created = excluded.created",
        (token, question, stamp(now)),
    )
    return token


def find(db: Db, token: str) -> str | None:
    """The question of that name."""
    row = db.execute("SELECT question FROM views WHERE token = ?", (token,)).fetchone()
    return None if row is None else str(row["question"])
