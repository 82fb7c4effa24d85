"""What a person left here, taken away on request (such as under Article 17 of the GDPR).

What others rely on stays, nameless: verdicts, corrections, decisions on the ledger, routes, feeds,
the audit. What was only the person's own goes: what they follow, the messages sent to them, what
they wrote as a note. Freed space in the file is overwritten, so that nobody reads it off the disk;
backups made before keep it until they are rotated away.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from storage import accounts, audit, feedback, feeds, follows, routes, submissions
from storage.rows import Db


@dataclass(frozen=True, slots=True)
class Erased:
    """How many of each were made nameless, or taken away."""

    feedback: int
    """Verdicts and corrections that the person gave or decided on."""
    submissions: int
    follows_and_mutes: int
    messages: int
    """Direct messages that were sent, or waited."""
    audit: int
    ledger: int
    """Decisions on entries of the ledger."""
    routes: int
    feeds: int

    @property
    def total(self) -> int:
        """Of all of them."""
        return sum(getattr(self, field.name) for field in fields(self))


def erase_person(db: Db, by: str, platform: str) -> Erased:
    """Forget somebody by their id on a platform: "slack", "discord" or "terminal". Within one
    transaction."""
    person = f"{platform}:@{by}"
    db.execute("DELETE FROM memory WHERE key IN (?, ?)", (f"space:{person}", f"name:{person}"))
    return Erased(
        feedback=feedback.erase_person(db, by, platform),
        submissions=submissions.erase_person(db, by, platform),
        follows_and_mutes=follows.erase_person(db, by, platform),
        # One that is being sent right now is recorded in a moment, and pruned with the others.
        messages=db.execute(
            "DELETE FROM deliveries WHERE channel = ? AND state <> 'leased'", (person,)
        ).rowcount,
        ledger=accounts.erase_person(db, by),
        audit=audit.erase_person(db, by, platform),
        routes=routes.erase_person(db, by, platform),
        feeds=feeds.erase_person(db, by),
    )


def overwritten(db: Db) -> None:
    """From now on, what a transaction frees is overwritten with zeros."""
    db.execute("PRAGMA secure_delete = ON")


def emptied_log(db: Db) -> None:
    """Move the write-ahead log into the file, and let the log go."""
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.execute("PRAGMA secure_delete = OFF")
