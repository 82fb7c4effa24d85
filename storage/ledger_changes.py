"""How a development differs from the ledger as it stood before it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from classifiers.assessment import Claim, Direction, LegalForm, Modality, Obligation
from storage.ledger import entry_of, with_alliances
from storage.positions import MAKES, STANDING, Key, fold
from storage.records import LedgerChange, LedgerEntry
from storage.rows import Db, Row, moment, stamp, texts_json

SAME_ACT = timedelta(days=4)
"""An instrument of the same stage this short before a development is that development."""
MOST_BEFORE = 12
"""How much of what stood before is kept with a change."""


def changes_of(
    db: Db, development_id: int, claims: Sequence[Claim], happened: datetime
) -> tuple[LedgerChange, ...]:
    """Each claim against the ledger as it stood before, the development's own entries left out."""
    return tuple(
        _change(claim, tuple(_before(db, development_id, claim, happened)))
        for claim in claims
        if claim.modality not in (Modality.HISTORICAL, Modality.HYPOTHETICAL)
    )


def _change(claim: Claim, before: tuple[LedgerEntry, ...]) -> LedgerChange:
    direction = claim.direction
    if direction is Direction.NEW and before and before[0].stage < claim.stage:
        direction = Direction.STRENGTHENED
    return LedgerChange(claim.committers, claim.beneficiaries, direction, claim.stage, before)


def _before(db: Db, development_id: int, claim: Claim, happened: datetime) -> list[LedgerEntry]:
    until = _date_of_the_act(db, claim, happened)
    committers = with_alliances(db, claim.committers, until)
    beneficiaries = with_alliances(db, claim.beneficiaries, until)
    obligations = {o.value for o in claim.obligations} - {Obligation.UNSPECIFIED_GUARANTEE.value}
    entries = []
    for key in _recorded_keys(db, committers, beneficiaries):
        if not obligations or key[2] in obligations:
            entry = _as_it_stood(db, key, development_id, until)
            if entry is not None:
                entries.append(entry)
    own = set(claim.committers)
    entries.sort(key=lambda e: (-e.stage, e.committer not in own, -e.since.timestamp()))
    return entries[:MOST_BEFORE]


def _date_of_the_act(db: Db, claim: Claim, happened: datetime) -> datetime:
    """The starting ledger may hold the very act that the news reports: an instrument between the
    same actors a few days before, or of any date where parties, form and stage are the same. The
    ledger as it stood before the act is then that of the day before the instrument."""
    if not claim.committers or claim.direction not in MAKES:
        return happened
    rows = db.execute(
        "SELECT DISTINCT l.since, l.stage, l.legal_form, i.details FROM ledger l"
        " JOIN instruments i ON i.id = l.instrument_id WHERE l.committer = ?"
        " AND l.beneficiary IN (SELECT value FROM json_each(?)) AND l.since <= ?"
        " ORDER BY l.since DESC",
        (claim.committers[0], texts_json(claim.beneficiaries), stamp(happened)),
    )
    for row in rows:
        if _is_the_act(row, claim, happened):
            return moment(row["since"]) - timedelta(microseconds=1)
    return happened


def _is_the_act(row: Row, claim: Claim, happened: datetime) -> bool:
    if row["stage"] != claim.stage:
        return False
    parties = set(json.loads(row["details"])["committers"])
    same = parties == set(claim.committers)
    recent = happened - moment(row["since"]) < SAME_ACT
    formal = claim.legal_form.value == row["legal_form"] and claim.legal_form in INSTRUMENTS
    return (same and formal) or (recent and bool(parties & set(claim.committers)))


INSTRUMENTS = frozenset(
    {
        LegalForm.TREATY,
        LegalForm.EXECUTIVE_AGREEMENT,
        LegalForm.MOU,
        LegalForm.DECLARATION_OF_INTENT,
        LegalForm.DOMESTIC_LAW,
        LegalForm.EXECUTIVE_ORDER,
        LegalForm.ACCESSION,
    }
)
"""Forms of which two states have one at a time on one matter; declarations they make many of."""


def _recorded_keys(db: Db, committers: Sequence[str], beneficiaries: Sequence[str]) -> list[Key]:
    rows = db.execute(
        "SELECT committer, beneficiary, obligation FROM ledger_current"
        " WHERE beneficiary IN (SELECT value FROM json_each(?))"
        " AND committer IN (SELECT value FROM json_each(?))",
        (texts_json(tuple(beneficiaries)), texts_json(tuple(committers))),
    )
    return [tuple(row) for row in rows.fetchall()]


def _as_it_stood(db: Db, key: Key, development_id: int, until: datetime) -> LedgerEntry | None:
    rows = db.execute(
        "SELECT id, stage, direction, status, since FROM ledger"
        " WHERE committer = ? AND beneficiary = ? AND obligation = ? AND standing = 'confirmed'"
        " AND since <= ? AND development_id IS NOT ? ORDER BY since, id",
        (*key, stamp(until), development_id),
    )
    position = fold(rows)
    if position is None or position.status not in STANDING:
        return None
    return entry_of(
        db.execute("SELECT * FROM ledger WHERE id = ?", (position.ledger_id,)).fetchone(), position
    )
