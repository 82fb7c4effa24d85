"""Who is committed to whom, to what, how bindingly: a history of entries and where they lead.

An entry *moves* the ledger when its standing is "confirmed": a fact of the starting ledger; a claim
by the committer, by an organisation for its members or by the document itself, that a second
independent outlet has reported; or whatever an admin has confirmed. What others claim, what is
anonymous and what one outlet alone reports is kept as "pending" and moves nothing. "rejected" is
what an admin or a correction has taken back, and what an admin's edit of the stage replaced; what
is denied stands as disputed. Where the confirmed ones lead says `storage/positions.py`.
"""

# ruff: noqa: S608 - what is put together are names and clauses of ours; values are parameters.

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product

from classifiers.assessment import (
    Attribution,
    Claim,
    Condition,
    Modality,
    Obligation,
    Stage,
)
from storage.positions import STANDING, Key, Position, settle
from storage.records import LedgerEntry
from storage.rows import Db, Row, moment, stamp, texts_from, texts_json

MOST_KEYS = 300
"""A claim over more pairs than this names a crowd, not commitments; it moves nothing."""
_MOVERS = (Attribution.COMMITTER, Attribution.DOCUMENT, Attribution.IO)


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
    """Write a development's claims. What it wrote before and claims still says what it says now;
    what it claims no longer stays as history, or is rejected where the development was corrected.
    An admin's decision is never overruled, and nothing is written beside it."""
    _date(db, development_id, stamp(happened))
    before = _own(db, development_id)
    wanted = _wanted(claims, confirmed)
    telling = _Telling(
        development_id,
        stamp(happened),
        title,
        source,
        _cited(db, development_id, before.values()) - {source},
        stamp(now),
    )
    for identity, said in wanted.items():
        _write(db, telling, identity, said, before.get(identity, ()))
    if corrected:
        _reject(db, (row for i, rows in before.items() if i not in wanted for row in rows))
    settle(db, {key for key, _, _ in (*wanted, *before)})


Identity = tuple[Key, int, str]


@dataclass(frozen=True, slots=True)
class _Telling:
    """What all entries of a development have in common."""

    development_id: int
    since: str
    title: str
    source: str
    older: frozenset[str]
    """Its other articles that entries cite."""
    now: str


@dataclass(frozen=True, slots=True)
class _Said:
    """What a development says of one key."""

    standing: str
    conditions: str
    legal_form: str
    attribution: str
    leads: bool
    """Whether the article that leads the development says it; what others added it may not."""


def _wanted(claims: Sequence[Claim], confirmed: bool) -> dict[Identity, _Said]:
    """Where two claims meet in a key, the newer says it, unless the older alone moves the ledger:
    the newer come first."""
    wanted = dict[Identity, _Said]()
    for number, claim in enumerate(claims):
        if claim.modality in (Modality.HISTORICAL, Modality.HYPOTHETICAL):
            continue
        said = _Said(
            standing_of(claim, confirmed=confirmed),
            texts_json(tuple(c.value for c in claim.conditions)),
            claim.legal_form.value,
            claim.attribution.value,
            leads=number == 0,
        )
        for key in keys_of(claim):
            identity = (key, int(claim.stage), claim.direction.value)
            known = wanted.setdefault(identity, said)
            if known.standing == "pending" and said.standing == "confirmed":
                wanted[identity] = said
    return wanted


def _date(db: Db, development_id: int, since: str) -> None:
    """Let every entry of a development bear its date, which nobody decides: else its own acts would
    change their order."""
    db.execute(
        "UPDATE ledger SET since = ? WHERE development_id = ? AND since <> ?",
        (since, development_id, since),
    )


def _own(db: Db, development_id: int) -> dict[Identity, list[Row]]:
    rows = db.execute(
        "SELECT * FROM ledger WHERE development_id = ? ORDER BY id", (development_id,)
    )
    own = defaultdict[Identity, list[Row]](list)
    for r in rows:
        key = (r["committer"], r["beneficiary"], r["obligation"])
        own[key, r["stage"], r["direction"]].append(r)
    return own


def _cited(db: Db, development_id: int, entries: Iterable[Sequence[Row]]) -> frozenset[str]:
    """Articles of a development that its entries cite."""
    sources = {row["source"] for rows in entries for row in rows}
    rows = db.execute(
        "SELECT DISTINCT url FROM articles WHERE development_id = ?"
        " AND url IN (SELECT value FROM json_each(?))",
        (development_id, texts_json(tuple(sources))),
    )
    return frozenset(row["url"] for row in rows)


def _write(db: Db, telling: _Telling, identity: Identity, said: _Said, rows: Sequence[Row]) -> None:
    """Say it in one entry: an admin's as he left it, else the first there is, else a new one."""
    undecided = [row for row in rows if row["decided_by"] is None]
    if len(undecided) < len(rows):
        _reject(db, undecided)
    elif undecided:
        _follow(db, telling, said, undecided[0])
        _reject(db, undecided[1:])
    else:
        _insert(db, telling, identity, said)


def _follow(db: Db, telling: _Telling, said: _Said, row: Row) -> None:
    """Let an entry say what its development says now. What an older article reported, and the one
    that leads did not change, goes on citing the older."""
    content = (said.conditions, said.legal_form, said.attribution)
    same = content == (row["conditions"], row["legal_form"], row["attribution"])
    stays = same and not said.leads and row["source"] in telling.older
    cited = (row["title"], row["source"]) if stays else (telling.title, telling.source)
    if same and (said.standing, *cited) == (row["standing"], row["title"], row["source"]):
        return
    db.execute(
        "UPDATE ledger SET standing = ?, conditions = ?, legal_form = ?, attribution = ?,"
        " title = ?, source = ? WHERE id = ?",
        (said.standing, *content, *cited, row["id"]),
    )


def _insert(db: Db, telling: _Telling, identity: Identity, said: _Said) -> None:
    key, stage, direction = identity
    db.execute(
        "INSERT INTO ledger (committer, beneficiary, obligation, stage, direction, status,"
        " conditions, legal_form, since, title, development_id, standing, attribution, source,"
        " recorded) VALUES (?, ?, ?, ?, ?, 'active', ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *key,
            stage,
            direction,
            said.conditions,
            said.legal_form,
            telling.since,
            telling.title,
            telling.development_id,
            said.standing,
            said.attribution,
            telling.source,
            telling.now,
        ),
    )


def _reject(db: Db, rows: Iterable[Row]) -> None:
    """Take entries back, but for those that an admin decided."""
    db.conn.executemany(
        "UPDATE ledger SET standing = 'rejected' WHERE id = ? AND decided_by IS NULL",
        [(row["id"],) for row in rows],
    )


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
    own = _own(db, development_id)
    _reject(db, (row for rows in own.values() for row in rows))
    settle(db, {key for key, _, _ in own})


def hand_over(db: Db, loser: int, winner: int) -> None:
    """Let what an admin decided on a development that was merged hold for the one that it is now;
    but for what that one itself has moved the ledger with already."""
    db.execute(
        "UPDATE ledger SET development_id = ?2 WHERE development_id = ?1"
        " AND decided_by IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ledger own"
        " WHERE own.development_id = ?2 AND own.standing = 'confirmed'"
        " AND own.committer = ledger.committer AND own.beneficiary = ledger.beneficiary"
        " AND own.obligation = ledger.obligation AND own.stage = ledger.stage"
        " AND own.direction = ledger.direction)",
        (loser, winner),
    )


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
