"""Files of every released schema, as SQL: what they hold is what an upgrade must keep.

`python -m tests.storage.released` writes the dump of each step that has none yet: the file of the
step before, upgraded by that step, with the rows of `data/rows/<step>.sql` for the tables that are
new. A dump that is there is never written again: it stands for the files that people have.
"""

# ruff: noqa: S608 - what is put together are names of ours

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import sqlite_utils

from storage.migrations import APPLICATION_ID, migrations

FOLDER = Path(__file__).parent / "data"
STEPS = tuple(step.name for step in migrations._migrations)
_APPLIED = "2026-03-02 12:00:00+00:00"
_INSTRUMENTS = "('inst-001', 'inst-002', 'inst-003')"
_FEW = (
    f"DELETE FROM ledger_current WHERE ledger_id IN"
    f" (SELECT id FROM ledger WHERE instrument_id NOT IN {_INSTRUMENTS})",
    f"DELETE FROM ledger WHERE instrument_id NOT IN {_INSTRUMENTS}",
    f"DELETE FROM instruments WHERE id NOT IN {_INSTRUMENTS}",
    "DELETE FROM memberships WHERE organisation <> 'CSTO'",
)
"""The starting ledger is large, and the same in every file: a few rows stand for it."""


def dump_of(step: str) -> Path:
    """Where the dump of a step lies."""
    return FOLDER / f"{step}.sql"


def make(path: Path, step: str) -> None:
    """Write the file that a program of that schema left behind when it ended."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.executescript(dump_of(step).read_text(encoding="utf-8"))
        connection.execute("PRAGMA journal_mode = WAL")


def tables(connection: sqlite3.Connection) -> list[str]:
    """The tables of a file, without those that belong to the full-text index."""
    found = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'articles_fts%'"
        " AND name NOT LIKE 'sqlite_%' ORDER BY rowid"
    )
    return [row[0] for row in found]


def _next(connection: sqlite3.Connection, step: str) -> None:
    """Take a file to a step from the one before."""
    migrations.apply(sqlite_utils.Database(connection), stop_before=STEPS[STEPS.index(step) + 1 :])
    rows = FOLDER / "rows" / f"{step}.sql"
    if rows.exists():
        connection.executescript(rows.read_text(encoding="utf-8"))
    if step == "002_starting_ledger":
        for statement in _FEW:
            connection.execute(statement)
    connection.execute("UPDATE _sqlite_migrations SET applied_at = ?", (_APPLIED,))


def _dump(connection: sqlite3.Connection) -> Iterator[str]:
    made = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
    yield f"PRAGMA application_id = {APPLICATION_ID}"
    for (sql,) in connection.execute(
        f"{made} AND type = 'table' AND name NOT LIKE 'articles_fts_%' ORDER BY rowid"
    ):
        yield sql
    for table in tables(connection):
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        quoted = " || ', ' || ".join(f"quote({column})" for column in columns)
        for (values,) in connection.execute(f"SELECT {quoted} FROM {table}"):
            yield f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({values})"
    for (sql,) in connection.execute(f"{made} AND type IN ('index', 'trigger') ORDER BY rowid"):
        yield sql
    yield "INSERT INTO articles_fts (articles_fts) VALUES ('rebuild')"


def write() -> list[Path]:
    """Write the dumps that are missing; which."""
    written = []
    for before, step in pairwise(("", *STEPS)):
        path = dump_of(step)
        if path.exists():
            continue
        with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
            connection.row_factory = sqlite3.Row
            if before:
                connection.executescript(dump_of(before).read_text(encoding="utf-8"))
            _next(connection, step)
            path.write_text("".join(f"{line};\n" for line in _dump(connection)), encoding="utf-8")
        written.append(path)
    return written


if __name__ == "__main__":
    for made in write():
        print(made)  # noqa: T201 - says what it wrote
