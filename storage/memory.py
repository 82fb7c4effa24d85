"""Short texts that the service keeps across restarts."""

from __future__ import annotations

from storage.rows import Db


def recall(db: Db, key: str) -> str:
    """What was kept under a key, or nothing."""
    row = db.execute("SELECT value FROM memory WHERE key = ?", (key,)).fetchone()
    return str(row["value"]) if row else ""


def names(db: Db, prefix: str, value: str) -> list[str]:
    """What follows the prefix in the keys under which a text is kept."""
    rows = db.execute(
        "SELECT substr(key, length(?1) + 1) AS name FROM memory"
        " WHERE value = ?2 AND substr(key, 1, length(?1)) = ?1 ORDER BY key",
        (prefix, value),
    )
    return [row["name"] for row in rows]


def remember(db: Db, key: str, value: str) -> None:
    """Keep a text under a key, in place of what was there."""
    db.execute(
        "INSERT INTO memory (key, value) VALUES (?, ?)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, value),
    )
