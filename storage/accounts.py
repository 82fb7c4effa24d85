"""Questions to the ledger's history, and what admins decide on it."""

# ruff: noqa: S608 - what is put together are names and clauses of ours; values are parameters.

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

from classifiers.assessment import Condition, Direction, Obligation, Stage
from storage.errors import Conflict, NotFound
from storage.ledger import current, entry_of, with_alliances
from storage.positions import STANDING, Position, settle
from storage.records import (
    Compared,
    Contradiction,
    LedgerEntry,
    LedgerRecord,
    MatrixCell,
)
from storage.rows import Db, Row, stamp, texts_json

_HISTORY = (
    "SELECT l.*, d.short_id FROM ledger l LEFT JOIN developments d ON d.id = l.development_id"
)
_NEWEST_FIRST = "ORDER BY substr(l.since, 1, 10) DESC, l.stage DESC, l.since DESC, l.id DESC"
"""Most acts are known by the day alone. Of one day, the one that binds most came last: what is
ratified was signed before."""
STANDINGS = ("confirmed", "pending", "rejected")
STATUSES = ("active", "suspended", "withdrawn", "expired", "superseded", "disputed")


def history(
    db: Db, *, committer: str, beneficiary: str, obligation: str, limit: int
) -> list[LedgerRecord]:
    """Every entry on these actors, confirmed or not, newest first."""
    clauses, values = ["1"], list[object]()
    for column, actor in (("committer", committer), ("beneficiary", beneficiary)):
        if actor:
            clauses.append(f"l.{column} IN (SELECT value FROM json_each(?))")
            values.append(texts_json(with_alliances(db, (actor.upper(),), None)))
    if obligation:
        clauses.append("l.obligation = ?")
        values.append(obligation)
    rows = db.execute(
        f"{_HISTORY} WHERE {' AND '.join(clauses)} {_NEWEST_FIRST} LIMIT ?",
        [*values, limit],
    )
    return [_record(row) for row in rows]


def pending(db: Db, limit: int) -> list[LedgerRecord]:
    """What waits for a second source or an admin, newest first."""
    rows = db.execute(
        f"{_HISTORY} WHERE l.standing = 'pending' ORDER BY l.id DESC LIMIT ?", (limit,)
    )
    return [_record(row) for row in rows]


def _record(row: Row) -> LedgerRecord:
    return LedgerRecord(
        entry=entry_of(row, Position(row["id"], row["stage"], row["status"])),
        direction=Direction(row["direction"]),
        standing=row["standing"],
        attribution=row["attribution"],
        short_id=row["short_id"] or "",
        instrument=row["instrument_id"] or "",
        decided_by=row["decided_by"] or "",
        note=row["note"],
    )


def timeline(db: Db, one: str, other: str, limit: int) -> list[LedgerRecord]:
    """What either owed the other, oldest first; one row an act, whatever its obligations."""
    rows = db.execute(
        f"{_HISTORY} WHERE l.standing <> 'rejected' AND"
        " ((l.committer = ?1 AND l.beneficiary = ?2) OR (l.committer = ?2 AND l.beneficiary = ?1))"
        " GROUP BY coalesce(l.instrument_id, l.development_id), l.committer, l.stage, l.direction"
        f" {_NEWEST_FIRST} LIMIT ?3",
        (one.upper(), other.upper(), limit),
    )
    return [_record(row) for row in rows][::-1]


def compare(db: Db, left: str, right: str, beneficiary: str) -> list[Compared]:
    """Where two committers stand, side by side: what both owe first, most binding first."""
    sides: list[dict[tuple[str, Obligation], LedgerEntry]] = []
    for committer in (left, right):
        best: dict[tuple[str, Obligation], LedgerEntry] = {}
        for entry in current(db, beneficiary=beneficiary, committer=committer):
            best.setdefault((entry.beneficiary, entry.obligation), entry)
        sides.append(best)
    one, other = sides
    keys = {**one, **other}
    rows = [Compared(b, o, one.get((b, o)), other.get((b, o))) for b, o in keys]
    return sorted(rows, key=_both_first)


def _both_first(row: Compared) -> tuple[bool, int, str, str]:
    stage = max(entry.stage for entry in (row.left, row.right) if entry is not None)
    return not (row.left and row.right), -stage, row.beneficiary, row.obligation.value


def matrix(db: Db, committers: Sequence[str], beneficiaries: Sequence[str]) -> list[MatrixCell]:
    """Who owes whom, the most binding stage a pair; empty lists mean everybody."""
    clauses, values = [f"status IN {STANDING}"], list[object]()
    for column, actors in (("committer", committers), ("beneficiary", beneficiaries)):
        if actors:
            clauses.append(f"{column} IN (SELECT value FROM json_each(?))")
            values.append(texts_json(tuple(a.upper() for a in actors)))
    rows = db.execute(
        # The status is that of the row that has the maximum: the most binding, active before others
        "SELECT committer, beneficiary, stage, status, max(stage * 2 + (status = 'active')),"
        " count(*) AS obligations"
        f" FROM ledger_current WHERE {' AND '.join(clauses)} GROUP BY committer, beneficiary"
        " ORDER BY stage DESC, obligations DESC, committer, beneficiary",
        values,
    )
    return [
        MatrixCell(
            r["committer"], r["beneficiary"], Stage(r["stage"]), r["obligations"], r["status"]
        )
        for r in rows
    ]


# --- what admins decide


def decide(
    db: Db, entry_id: int, standing: str, *, by: str, note: str, now: datetime
) -> LedgerRecord:
    """Confirm, reject, or put back to pending. Raises NotFound, Conflict."""
    if standing not in STANDINGS:
        raise Conflict(f"An entry is {', '.join(STANDINGS)}; not “{standing}”.")
    row = _entry_row(db, entry_id)
    db.execute(
        "UPDATE ledger SET standing = ?, decided_by = ?, decided = ?, note = ? WHERE id = ?",
        (standing, by, stamp(now), note or row["note"], entry_id),
    )
    settle(db, [(row["committer"], row["beneficiary"], row["obligation"])])
    return _record(_entry_row(db, entry_id))


def edit(
    db: Db,
    entry_id: int,
    *,
    stage: Stage | None,
    status: str,
    conditions: Sequence[Condition] | None,
    by: str,
    note: str,
    now: datetime,
) -> LedgerRecord:
    """Change what an entry says, which also confirms it. Where a development wrote another stage,
    that stays as a rejected entry, so that the same claim does not come back. Raises NotFound,
    Conflict."""
    row = _entry_row(db, entry_id)
    if status and status not in STATUSES:
        raise Conflict(f"A status is one of {', '.join(STATUSES)}; not “{status}”.")
    if row["development_id"] is not None and stage not in (None, row["stage"]):
        _keep_as_recorded(db, entry_id, by=by, note=note or row["note"], now=now)
    db.execute(
        "UPDATE ledger SET stage = ?, status = ?, conditions = ?, standing = 'confirmed',"
        " decided_by = ?, decided = ?, note = ? WHERE id = ?",
        (
            int(row["stage"] if stage is None else stage),
            status or row["status"],
            row["conditions"]
            if conditions is None
            else texts_json(tuple(c.value for c in conditions)),
            by,
            stamp(now),
            note or row["note"],
            entry_id,
        ),
    )
    settle(db, [(row["committer"], row["beneficiary"], row["obligation"])])
    return _record(_entry_row(db, entry_id))


def _keep_as_recorded(db: Db, entry_id: int, *, by: str, note: str, now: datetime) -> None:
    kept = (
        "committer, beneficiary, obligation, stage, direction, status, conditions, legal_form,"
        " since, title, development_id, attribution, source, recorded"
    )
    db.execute(
        f"INSERT INTO ledger ({kept}, standing, decided_by, decided, note)"
        f" SELECT {kept}, 'rejected', ?, ?, ? FROM ledger WHERE id = ?",
        (by, stamp(now), note, entry_id),
    )


def forget_as_recorded(db: Db, entry_id: int, stage: int) -> None:
    """Remove what the last edit of an entry kept of this stage, before the entry itself says so
    again; not what was decided on since."""
    db.execute(
        "DELETE FROM ledger WHERE id > ?1 AND stage = ?2 AND standing = 'rejected'"
        " AND (committer, beneficiary, obligation, direction, recorded, decided) = (SELECT"
        " committer, beneficiary, obligation, direction, recorded, decided FROM ledger"
        " WHERE id = ?1 AND stage <> ?2)",
        (entry_id, stage),
    )


def _entry_row(db: Db, entry_id: int) -> Row:
    row: Row | None = db.execute(f"{_HISTORY} WHERE l.id = ?", (entry_id,)).fetchone()
    if row is None:
        raise NotFound(f"The ledger has no entry {entry_id}. `ledger export` shows their numbers.")
    return row


# --- ledger check


def contradictions(db: Db) -> list[Contradiction]:
    """What cannot hold: for an admin to edit or reject."""
    return [*_opposite_acts(db), *_lone_reversals(db), *_impossible_dates(db)]


def _opposite_acts(db: Db) -> Iterator[Contradiction]:
    """Two confirmed entries of one day that say yes and no to the same thing."""
    rows = db.execute(
        "SELECT committer, beneficiary, obligation, substr(since, 1, 10) AS day,"
        " group_concat(id) AS ids, group_concat(DISTINCT direction) AS directions FROM ledger"
        " WHERE standing = 'confirmed' GROUP BY committer, beneficiary, obligation, day"
        " HAVING max(direction IN ('new', 'strengthened', 'restored')) = 1"
        " AND max(direction IN ('refused', 'withdrawn', 'suspended')) = 1"
    )
    for row in rows:
        yield Contradiction(
            f"{row['committer']} > {row['beneficiary']}, {row['obligation']}, on {row['day']}: "
            f"{row['directions'].replace(',', ' and ')}. Reject one of them.",
            tuple(int(i) for i in row["ids"].split(",")),
        )


def _lone_reversals(db: Db) -> Iterator[Contradiction]:
    """Something was suspended, withdrawn or restored that never stood."""
    rows = db.execute(
        "SELECT id, committer, beneficiary, obligation, direction, title FROM ledger l"
        " WHERE standing = 'confirmed' AND direction IN ('suspended', 'withdrawn', 'restored')"
        " AND stage >= 5 AND NOT EXISTS (SELECT 1 FROM ledger b"
        " WHERE b.committer = l.committer AND b.obligation = l.obligation"
        " AND b.beneficiary = l.beneficiary AND b.standing = 'confirmed' AND b.id <> l.id"
        " AND b.since <= l.since)"
    )
    for row in rows:
        yield Contradiction(
            f"{row['committer']} > {row['beneficiary']}, {row['obligation']}: {row['direction']} "
            f"by “{row['title']}”, but nothing stood there. Add what stood, or edit the "
            "obligation.",
            (row["id"],),
        )


def _impossible_dates(db: Db) -> Iterator[Contradiction]:
    """An accession of a state that the membership table does not know as a member then."""
    members: dict[str, set[str]] = defaultdict(set)
    for row in db.execute("SELECT organisation, member FROM memberships"):
        members[row["organisation"]].add(row["member"])
    rows = db.execute(
        "SELECT id, committer, beneficiary, title FROM ledger WHERE standing = 'confirmed'"
        " AND direction = 'new' AND legal_form = 'accession' AND stage >= 5"
    )
    for row in rows:
        organisation = members.get(row["beneficiary"])
        if organisation is not None and row["committer"] not in organisation:
            yield Contradiction(
                f"“{row['title']}” makes {row['committer']} a member of {row['beneficiary']}, "
                "which the membership table does not know.",
                (row["id"],),
            )


def erase_person(db: Db, by: str) -> int:
    """Forget who decided on entries, on request; the decisions and their reasons stay. How many."""
    done = db.execute("UPDATE ledger SET decided_by = '' WHERE decided_by = ?", (by,))
    return int(done.rowcount)
