"""Where the confirmed entries of a key lead: a fold over them in order of time (`advance`).

The current position of (committer, beneficiary, obligation) is kept in `ledger_current`, so that a
question reads one row a key.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from classifiers.assessment import Direction, Stage
from storage.rows import Db, Row

Key = tuple[str, str, str]
STANDING = ("active", "suspended", "disputed")
"""What still stands; other statuses are history."""
MAKES = (Direction.NEW, Direction.STRENGTHENED)
"""Directions that make a commitment, or make it more."""
_KEEPS = (Direction.REAFFIRMED, Direction.INVOKED, Direction.RESTORED, Direction.WEAKENED)


@dataclass(frozen=True, slots=True)
class Position:
    """Where a key stands after some of its entries."""

    ledger_id: int
    stage: int
    status: str


def advance(position: Position | None, entry: Row) -> Position | None:
    """The position after one more entry. A withdrawal or suspension counts from when it is in
    effect; one that is only announced changes nothing yet. A refusal, a demand, an absence or a
    hedge is history and no position."""
    direction = Direction(entry["direction"])
    here = Position(entry["id"], entry["stage"], entry["status"])
    standing = position is not None and position.status in STANDING
    if direction in MAKES:
        return here if _replaces(here, position) else position
    if direction in _KEEPS:
        return _kept(position, here, direction) if standing and position else here
    if entry["stage"] >= Stage.IN_FORCE and direction in _ENDS:
        base = position or here
        return Position(base.ledger_id, base.stage, _ENDS[direction])
    return position


_ENDS = {
    Direction.SUSPENDED: "suspended",
    Direction.WITHDRAWN: "withdrawn",
    Direction.BREACHED: "disputed",
}


def _replaces(new: Position, old: Position | None) -> bool:
    if old is None or old.status not in STANDING:
        return True
    return new.status in STANDING and new.stage >= old.stage


def _kept(position: Position, new: Position, direction: Direction) -> Position:
    """A reaffirmation of what stands leaves it as it is, unless it went further."""
    if direction in (Direction.REAFFIRMED, Direction.RESTORED) and new.stage > position.stage:
        return new
    status = "active" if direction is Direction.RESTORED else position.status
    return Position(position.ledger_id, position.stage, status)


def settle(db: Db, keys: Iterable[Key]) -> None:
    """Bring `ledger_current` up to date for these keys."""
    for key in keys:
        rows = db.execute(
            "SELECT id, stage, direction, status, since FROM ledger WHERE committer = ?"
            " AND beneficiary = ? AND obligation = ? AND standing = 'confirmed'"
            " ORDER BY since, id",
            key,
        ).fetchall()
        _keep_position(db, key, fold(rows), rows[-1]["since"] if rows else "")


def fold(rows: Iterable[Row]) -> Position | None:
    """Where entries in order of time lead."""
    position: Position | None = None
    for row in rows:
        position = advance(position, row)
    return position


def _keep_position(db: Db, key: Key, position: Position | None, as_of: str) -> None:
    if position is None:
        db.execute(
            "DELETE FROM ledger_current WHERE committer = ? AND beneficiary = ? AND obligation = ?",
            key,
        )
        return
    db.execute(
        "INSERT INTO ledger_current (committer, beneficiary, obligation, ledger_id, stage, status,"
        " as_of) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
        " ledger_id = excluded.ledger_id, stage = excluded.stage, status = excluded.status,"
        " as_of = excluded.as_of",
        (*key, position.ledger_id, position.stage, position.status, as_of),
    )


def settle_all(db: Db) -> None:
    """Every key anew: after loading instruments."""
    rows = db.execute("SELECT DISTINCT committer, beneficiary, obligation FROM ledger")
    settle(db, [tuple(row) for row in rows.fetchall()])
