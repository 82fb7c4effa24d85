"""Who changed what, and what it takes to undo it. Neither headers nor other secrets stand here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from storage.errors import NotFound
from storage.records import AuditEntry, Author
from storage.rows import Db, Row, last_id, moment, stamp

UNDO = "undo"


def note(
    db: Db,
    author: Author,
    action: str,
    subject: str,
    *,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    now: datetime,
) -> int:
    """Keep an entry, within the transaction of the change itself; its number."""
    cursor = db.execute(
        "INSERT INTO audit (at, by, name, platform, space, action, subject, before, after)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            stamp(now),
            author.by,
            author.name,
            author.platform,
            author.space,
            action,
            subject,
            _json(before),
            _json(after),
        ),
    )
    return last_id(cursor)


def listing(
    db: Db, *, space: str | None, since: datetime | None, before: int | None, limit: int
) -> list[AuditEntry]:
    """Newest first; of one space or of all (None). `before`: only older ones than this number."""
    rows = db.execute(
        "SELECT * FROM audit WHERE (?1 IS NULL OR space = ?1) AND (?2 IS NULL OR at >= ?2)"
        " AND (?3 IS NULL OR id < ?3) ORDER BY id DESC LIMIT ?4",
        (space, None if since is None else stamp(since), before, limit),
    )
    return [_entry(row) for row in rows]


def last(db: Db, author: Author) -> AuditEntry:
    """The author's own newest change in their space that is not undone. Raises NotFound."""
    row = db.execute(
        "SELECT * FROM audit WHERE space = ? AND platform = ? AND by = ? AND undone_by IS NULL"
        " AND action <> ? ORDER BY id DESC LIMIT 1",
        (author.space, author.platform, author.by, UNDO),
    ).fetchone()
    if row is None:
        raise NotFound(
            "There is nothing to undo of what you changed yourself. `undo` with a number of the"
            " `audit` takes back what others did."
        )
    return _entry(row)


def entry(db: Db, number: int, space: str | None) -> AuditEntry:
    """One of a space, or of any (None). Raises NotFound."""
    row = db.execute(
        "SELECT * FROM audit WHERE id = ?1 AND (?2 IS NULL OR space = ?2)", (number, space)
    ).fetchone()
    if row is None:
        raise NotFound(f"The audit has no entry {number}. `audit` shows their numbers.")
    return _entry(row)


def mark_undone(db: Db, number: int, by: int) -> None:
    """Another entry has undone this one."""
    db.execute("UPDATE audit SET undone_by = ? WHERE id = ?", (by, number))


def erase_person(db: Db, by: str, platform: str) -> int:
    """Forget who it was, on request; what was changed stays, nameless. How many."""
    done = db.execute(
        "UPDATE audit SET by = '', name = '' WHERE by = ? AND platform = ?", (by, platform)
    )
    for kept in ("before", "after"):  # what an undo of a decision on the ledger would bring back
        db.execute(
            f"UPDATE audit SET {kept} = json_set({kept}, '$.decided_by', '')"  # noqa: S608 - one of two names of ours
            f" WHERE json_extract({kept}, '$.decided_by') = ?",
            (by,),
        )
    return int(done.rowcount)


def _json(value: Mapping[str, Any] | None) -> str | None:
    return None if value is None else json.dumps(dict(value), ensure_ascii=False)


def _entry(row: Row) -> AuditEntry:
    return AuditEntry(
        id=row["id"],
        at=moment(row["at"]),
        by=row["by"],
        name=row["name"],
        platform=row["platform"],
        space=row["space"],
        action=row["action"],
        subject=row["subject"],
        before=None if row["before"] is None else json.loads(row["before"]),
        after=None if row["after"] is None else json.loads(row["after"]),
        undone_by=row["undone_by"],
    )
