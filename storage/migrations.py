"""The schema, step by step: named, ordered, append only. A step that was released never changes.

All pending steps run in the caller's one transaction, so that a failed upgrade leaves the file as
it was.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

from storage.errors import StorageError
from storage.instruments import load_instruments, load_memberships
from storage.sqlite import Migrations, sqlite_utils

APPLICATION_ID = 0x504C4457
"""Four bytes in the file's header ("PLDW") that say whose database it is."""

migrations = Migrations("pledgewatch")


def pending(db: sqlite_utils.Database, path: Path) -> bool:
    """Whether steps are missing. Raises StorageError where a newer version wrote the file."""
    known = {step.name for step in migrations._migrations}
    newer = [step.name for step in migrations.applied(db) if step.name not in known]
    if newer:
        raise StorageError(
            f"{path} was written by a newer Pledgewatch (schema {newer[-1]}). Upgrade this one."
        )
    return bool(migrations.pending(db))


def migrate(db: sqlite_utils.Database, path: Path) -> None:
    """Apply what is missing, within the caller's transaction."""
    if pending(db, path):  # another process may have been quicker to the lock
        migrations.apply(db)


def schema_name(db: sqlite_utils.Database) -> str:
    """The last step that was applied."""
    applied = migrations.applied(db)
    return applied[-1].name if applied else ""


def foreign_code(db: sqlite_utils.Database) -> str:
    """The name of a trigger or view that is not from our schema: it would run with every change of
    ours. Empty where there is none."""
    rows = db.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE type IN ('trigger', 'view') ORDER BY name"
    )
    return next((f"a {row[0]} {row[1]}" for row in rows if _plain(row[2]) not in _own_code()), "")


@cache
def _own_code() -> frozenset[str]:
    folder = files("storage").joinpath("data", "schema")
    scripts = (entry.read_text(encoding="utf-8") for entry in folder.iterdir())
    return frozenset(_plain(s) for script in scripts for s in script.split(";\n\n"))


def _plain(statement: str) -> str:
    return " ".join(statement.split()).rstrip("; ")


def _statements(db: sqlite_utils.Database, name: str) -> None:
    script = files("storage").joinpath("data", "schema", name).read_text(encoding="utf-8")
    for statement in script.split(";\n\n"):
        if statement.strip():
            db.execute(statement)


@migrations(name="001_initial")
def _initial(db: sqlite_utils.Database) -> None:
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    _statements(db, "001_initial.sql")


@migrations(name="002_starting_ledger")
def _starting_ledger(db: sqlite_utils.Database) -> None:
    load_memberships(db)
    load_instruments(db)


@migrations(name="003_held")
def _held(db: sqlite_utils.Database) -> None:
    _statements(db, "003_held.sql")


@migrations(name="004_submissions")
def _submissions(db: sqlite_utils.Database) -> None:
    _statements(db, "004_submissions.sql")


@migrations(name="005_chat")
def _chat(db: sqlite_utils.Database) -> None:
    _statements(db, "005_chat.sql")


@migrations(name="006_opinions")
def _opinions(db: sqlite_utils.Database) -> None:
    _statements(db, "006_opinions.sql")


@migrations(name="007_followers")
def _followers(db: sqlite_utils.Database) -> None:
    _statements(db, "007_followers.sql")


@migrations(name="008_sources")
def _sources(db: sqlite_utils.Database) -> None:
    _statements(db, "008_sources.sql")


@migrations(name="009_passed_over")
def _passed_over(db: sqlite_utils.Database) -> None:
    _statements(db, "009_passed_over.sql")


@migrations(name="010_as_told")
def _as_told(db: sqlite_utils.Database) -> None:
    _statements(db, "010_as_told.sql")
