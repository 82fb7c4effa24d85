"""The starting ledger: dated instruments and memberships that everything new is compared with.

`data/instruments.jsonl` holds treaties, declarations and events since 1839, each with its source,
our confidence in it and, where it was corrected, why; `data/memberships.json` who belonged to
which alliance and when.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from itertools import product
from typing import Any

from storage.ledger import is_alliance
from storage.positions import settle_all
from storage.sqlite import sqlite_utils

_STATUSES = {
    **{word: word for word in ("expired", "superseded", "rejected", "withdrawn")},
    **{word: word for word in ("suspended", "disputed")},
    "terminated": "expired",
    "collapsed": "expired",
    "breached": "disputed",
}
"""What instruments say of themselves, in the ledger's words; whatever else they say is active."""


def instruments() -> Iterator[dict[str, Any]]:
    """The shipped instruments, oldest first."""
    text = files("storage").joinpath("data", "instruments.jsonl").read_text(encoding="utf-8")
    return (json.loads(line) for line in text.splitlines() if line)


def memberships() -> Iterator[tuple[str, str, str, str | None]]:
    """(organisation, member, from, until), dates as the treaties give them."""
    text = files("storage").joinpath("data", "memberships.json").read_text(encoding="utf-8")
    for organisation, groups in json.loads(text).items():
        for members, since, until in groups:
            for member in members:
                yield organisation, member, since, until


def load_memberships(db: sqlite_utils.Database) -> None:
    """Make the membership table what the package ships."""
    db.execute("DELETE FROM memberships")
    db.conn.executemany(
        "INSERT INTO memberships (organisation, member, since, until) VALUES (?, ?, ?, ?)",
        [(o, m, f"{s}T", None if u is None else f"{u}T") for o, m, s, u in memberships()],
    )


def load_instruments(db: sqlite_utils.Database) -> None:
    """Make the instruments' entries what the package ships; an admin's decisions on them stay."""
    known = {row[0] for row in db.execute("SELECT id FROM instruments")}
    for row in instruments():
        if row["id"] not in known:
            _insert(db, row)
    settle_all(db)


def _insert(db: sqlite_utils.Database, row: dict[str, Any]) -> None:
    db.execute(
        "INSERT INTO instruments (id, date, title, note, confidence, source, details) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            row["id"],
            row["date"],
            row["title"],
            row["note"],
            row["confidence"],
            row["source"],
            json.dumps(row, ensure_ascii=False),
        ),
    )
    db.conn.executemany(
        "INSERT INTO ledger (committer, beneficiary, obligation, stage, direction, status,"
        " conditions, legal_form, since, title, instrument_id, standing, attribution, source,"
        " recorded) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [_entry(row, *key) for key in _keys(row)],
    )


def _entry(
    row: dict[str, Any], committer: str, beneficiary: str, obligation: str
) -> tuple[Any, ...]:
    since = f"{row['date']}T00:00:00.000000Z"
    return (
        committer,
        beneficiary,
        obligation,
        row["stage"],
        row["direction"],
        _STATUSES.get(row["status"], "active"),
        json.dumps(row["conditions"]),
        row["legal_form"] if row["legal_form"] not in ("event", "proposal") else "none_reported",
        since,
        row["title"],
        row["id"],
        # What only others say of a state is kept, and moves nothing.
        "pending" if "attribution" in row else "confirmed",
        row.get("attribution", "document"),
        f"instrument, confidence {row['confidence']}: {row['source']}",
        since,
    )


def _keys(row: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Every committer towards every beneficiary; nobody owes himself anything, but what an
    alliance owes "itself" is owed to its members."""
    alliance = row["committers"] == row["beneficiaries"] and is_alliance(row["committers"][0])
    for key in product(row["committers"], row["beneficiaries"], row["obligations"]):
        if key[0] != key[1] or alliance:
            yield key
