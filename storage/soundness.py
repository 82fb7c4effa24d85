"""Whether the file and its full-text index are sound."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from storage.beside import shared_fate
from storage.rows import Db

_ROOM = 2
"""How many times the file's size must be free for a copy that is looked at and deleted."""
_MOST = 10
"""Faults of one kind that are named."""


@dataclass(frozen=True, slots=True)
class Faults:
    """What was found wrong, in words; all empty where all is well."""

    damage: tuple[str, ...] = ()
    """Of the file: it can be trusted no more."""
    dangling: tuple[str, ...] = ()
    """Rows that point at rows which do not exist: an error of the program."""
    index: tuple[str, ...] = ()
    """Of the full-text index, which can be made anew from the articles."""

    def __bool__(self) -> bool:
        return bool(self.damage or self.dangling or self.index)


def faults(db: Db, path: Path) -> Faults:
    """Look at the file, its references and the index. The file is only read: the index checks
    itself by writing, and for that it is copied beside the file, where there is room."""
    if damage := file_faults(db):
        return Faults(damage=tuple(damage))
    dangling = tuple(dangling_rows(db))
    if shutil.disk_usage(path.parent).free < _ROOM * path.stat().st_size:
        return Faults(dangling=dangling, index=tuple(_unindexed(db)))
    draft = path.with_name(path.name + ".check")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)  # it holds all that the database holds
    try:
        db.execute("VACUUM INTO ?", (str(draft.absolute()),))
        return Faults(dangling=dangling, index=tuple(index_faults_of(draft)))
    finally:
        draft.unlink(missing_ok=True)


def file_faults(db: Db) -> list[str]:
    """What SQLite finds wrong with the file."""
    found = db.execute(f"PRAGMA integrity_check({_MOST})")
    return [row[0].replace("\n", " ") for row in found if row[0] != "ok"]


def dangling_rows(db: Db) -> list[str]:
    """Which references lead nowhere."""
    found = db.execute("PRAGMA foreign_key_check").fetchmany(_MOST)
    return [f"a row of {row[0]} points at a row of {row[2]} that does not exist" for row in found]


def _unindexed(db: Db) -> list[str]:
    """Whether the index holds each article once, whatever words it has for it."""
    missing = db.execute(
        "SELECT count(*) FROM articles WHERE id NOT IN (SELECT id FROM articles_fts_docsize)"
    ).fetchone()[0]
    left = db.execute(
        "SELECT count(*) FROM articles_fts_docsize WHERE id NOT IN (SELECT id FROM articles)"
    ).fetchone()[0]
    if missing or left:
        return [f"the full-text index lacks {missing} articles and holds {left} that are gone"]
    return []


def index_faults_of(copy: Path) -> list[str]:
    """Whether the index of a file that nobody else uses agrees with the articles word by word."""
    with contextlib.closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        shared_fate(connection)
        try:
            connection.execute(
                "INSERT INTO articles_fts (articles_fts, rank) VALUES ('integrity-check', 1)"
            )
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                raise
            return [f"the full-text index disagrees with the articles ({error})"]
    return []


def rebuild_index(db: Db) -> None:
    """Make the full-text index anew from the articles."""
    db.execute("INSERT INTO articles_fts (articles_fts) VALUES ('rebuild')")
