"""Who is committed to whom, to what, how bindingly: a history of entries and where they lead.

An entry *moves* the ledger when its standing is "confirmed": a fact of the starting ledger; a claim
by the committer, by an organisation for its members or by the document itself, that a second
independent outlet has reported; or whatever an admin has confirmed. What others claim, what is
anonymous and what one outlet alone reports is kept as "pending" and moves nothing. "rejected" is
what an admin or a correction has taken back; what is denied stands as disputed.

The current position of (committer, beneficiary, obligation) is a fold over its confirmed entries in
order of time (`advance`). It is kept in `ledger_current`, so that a question reads one row a key.
"""

# ruff: noqa: S608 - what is put together are names and clauses of ours; values are parameters.

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product

from classifiers.assessment import (
    Attribution,
    Claim,
    Condition,
    Direction,
    Modality,
    Obligation,
    Stage,
)
from storage.records import LedgerEntry
from storage.rows import Db, Row, moment, stamp, texts_from, texts_json

STANDING = ("active", "suspended", "disputed")
"""What still stands; other statuses are history."""
MOST_KEYS = 300
"""A claim over more pairs than this names a crowd, not commitments; it moves nothing."""


Key = tuple[str, str, str]
_MOVERS = (Attribution.COMMITTER, Attribution.DOCUMENT, Attribution.IO)
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


# --- what a development writes


def keys_of(claim: Claim) -> list[Key]:
    """Every committer towards every beneficiary; nobody owes himself anything."""
    obligations = claim.obligations or (Obligation.UNSPECIFIED_GUARANTEE,)
    keys = [
        (committer, beneficiary, obligation.value)
        for committer, beneficiary, obligation in product(
            claim.committers, claim.beneficiaries, obligations
        )
        if committer != beneficiary or is_alliance(committer)
    ]
    return keys if len(keys) <= MOST_KEYS else []


def is_alliance(actor: str) -> bool:
    """Whether what it owes "itself" is owed to its members."""
    return actor in ALLIANCES


ALLIANCES = frozenset({"NATO", "EU", "CSTO", "AU", "ECOWAS", "ARAB_LEAGUE", "GCC", "OSCE"})


def standing_of(claim: Claim, *, confirmed: bool) -> str:
    """Whether a claim moves the ledger (see the module's head)."""
    return "confirmed" if confirmed and claim.attribution in _MOVERS else "pending"


def record(
    db: Db,
    development_id: int,
    claims: Sequence[Claim],
    *,
    confirmed: bool,
    happened: datetime,
    title: str,
    source: str,
    now: datetime,
    corrected: bool = False,
) -> None:
    """Write a development's claims. What it wrote before stays as history, or is rejected where
    the development was corrected; an admin's decision is never overruled."""
    before = _own(db, development_id)
    wanted = dict(_wanted(claims, confirmed))
    for (key, stage, direction), (claim, standing) in wanted.items():
        if (key, stage, direction) not in before:
            _insert(db, development_id, key, claim, standing, happened, title, source, now)
    touched = {key for key, _, _ in wanted} | {key for key, _, _ in before}
    _refresh(db, before, {k: s for k, (_, s) in wanted.items()}, corrected=corrected)
    settle(db, touched)


Identity = tuple[Key, int, str]


def _wanted(
    claims: Sequence[Claim], confirmed: bool
) -> Iterator[tuple[Identity, tuple[Claim, str]]]:
    for claim in claims:
        if claim.modality in (Modality.HISTORICAL, Modality.HYPOTHETICAL):
            continue
        standing = standing_of(claim, confirmed=confirmed)
        for key in keys_of(claim):
            yield (key, int(claim.stage), claim.direction.value), (claim, standing)


def _own(db: Db, development_id: int) -> dict[Identity, Row]:
    rows = db.execute("SELECT * FROM ledger WHERE development_id = ?", (development_id,))
    return {
        ((r["committer"], r["beneficiary"], r["obligation"]), r["stage"], r["direction"]): r
        for r in rows
    }


def _insert(
    db: Db,
    development_id: int,
    key: Key,
    claim: Claim,
    standing: str,
    happened: datetime,
    title: str,
    source: str,
    now: datetime,
) -> None:
    db.execute(
        "INSERT INTO ledger (committer, beneficiary, obligation, stage, direction, status,"
        " conditions, legal_form, since, title, development_id, standing, attribution, source,"
        " recorded) VALUES (?, ?, ?, ?, ?, 'active', ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *key,
            int(claim.stage),
            claim.direction.value,
            texts_json(tuple(c.value for c in claim.conditions)),
            claim.legal_form.value,
            stamp(happened),
            title,
            development_id,
            standing,
            claim.attribution.value,
            source,
            stamp(now),
        ),
    )


def _refresh(
    db: Db, before: dict[Identity, Row], wanted: dict[Identity, str], *, corrected: bool
) -> None:
    for identity, row in before.items():
        standing = wanted.get(identity, "rejected" if corrected else row["standing"])
        if row["decided_by"] is None and standing != row["standing"]:
            db.execute("UPDATE ledger SET standing = ? WHERE id = ?", (standing, row["id"]))


def dispute(db: Db, development_id: int, *, denied: bool) -> None:
    """What somebody denies stands as disputed until an admin decides or the denial is undone."""
    before, after = ("active", "disputed") if denied else ("disputed", "active")
    db.execute(
        "UPDATE ledger SET status = ? WHERE development_id = ? AND status = ?"
        " AND decided_by IS NULL",
        (after, development_id, before),
    )
    settle(db, {key for key, _, _ in _own(db, development_id)})


def reject(db: Db, development_id: int) -> None:
    """Take back what a development wrote: it was denied, or found to be none."""
    rows = _own(db, development_id)
    _refresh(db, rows, {}, corrected=True)
    settle(db, {key for key, _, _ in rows})


# --- questions


def _binding_first(entry: LedgerEntry) -> tuple[int, float, str]:
    return -entry.stage, -entry.since.timestamp(), entry.committer


def current(db: Db, *, beneficiary: str, committer: str) -> list[LedgerEntry]:
    """What stands, most binding first, then newest. What an alliance owes its members, and a
    member through its alliance, is included."""
    clauses, values = [f"c.status IN {STANDING}"], []
    for column, actor in (("beneficiary", beneficiary), ("committer", committer)):
        if actor:
            clauses.append(f"c.{column} IN (SELECT value FROM json_each(?))")
            values.append(texts_json(with_alliances(db, (actor.upper(),), None)))
    rows = db.execute(
        "SELECT l.*, c.stage AS now_stage, c.status AS now_status FROM ledger_current c"
        f" JOIN ledger l ON l.id = c.ledger_id WHERE {' AND '.join(clauses)}",
        values,
    )
    entries = [entry_of(r, Position(r["id"], r["now_stage"], r["now_status"])) for r in rows]
    return sorted(entries, key=_binding_first)


def with_alliances(db: Db, actors: Sequence[str], when: datetime | None) -> tuple[str, ...]:
    """The actors and the alliances that they belonged to then (None: belong to)."""
    rows = db.execute(
        "SELECT DISTINCT organisation FROM memberships WHERE member IN"
        " (SELECT value FROM json_each(?)) AND since <= ?"
        " AND coalesce(until, '9999') > ?",
        (texts_json(tuple(actors)), *(["9998"] * 2 if when is None else [stamp(when)] * 2)),
    )
    return tuple(dict.fromkeys([*actors, *(row["organisation"] for row in rows)]))


def entry_of(row: Row, position: Position) -> LedgerEntry:
    """A row of `ledger` at a position as a value."""
    return LedgerEntry(
        id=row["id"],
        committer=row["committer"],
        beneficiary=row["beneficiary"],
        obligation=Obligation(row["obligation"]),
        stage=Stage(position.stage),
        status=position.status,
        conditions=tuple(Condition(c) for c in texts_from(row["conditions"])),
        legal_form=row["legal_form"],
        since=moment(row["since"]),
        title=row["title"],
        development_id=row["development_id"],
        source=row["source"],
    )
