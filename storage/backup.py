"""Copies of the database: made while it is in use, verified before they count, restored with care.

A copy is written beside its destination under a temporary name, checked, and only then renamed, so
that a file of the name asked for is always a good one. Nothing is ever overwritten: a database that
is replaced, or found damaged, is set aside under a name with the time in it.
"""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from storage.database import connect, take_service_lock, translated
from storage.errors import Conflict, DatabaseCorrupt, NotFound, StorageError
from storage.migrations import APPLICATION_ID, pending
from storage.rows import Db

_STAMPED = re.compile(r"-(\d{8}T\d{6}Z)\.db$")


def backup(db: Db, target: Path) -> Path:
    """Write a verified copy of an open database. Raises Conflict where the file exists."""
    if target.exists():
        raise Conflict(f"{target} exists already. Give another name; backups are not overwritten.")
    draft = target.with_name(target.name + ".part")
    draft.unlink(missing_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    db.execute("VACUUM INTO ?", (str(draft),))
    verify(draft)
    draft.replace(target)
    return target


def backup_name(folder: Path, now: datetime) -> Path:
    """The name of a scheduled backup; names sort by time."""
    return folder / f"pledgewatch-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.db"


def rotate(folder: Path, keep: int) -> list[Path]:
    """Delete the oldest scheduled backups beyond `keep` (at least one); which."""
    gone = scheduled(folder)[: -max(keep, 1)]
    for path in gone:
        path.unlink()
    return gone


def scheduled(folder: Path) -> list[Path]:
    """The scheduled backups in a folder, oldest first; other files are left alone."""
    return sorted(path for path in folder.glob("*.db") if _STAMPED.search(path.name))


def newest_good(folder: Path) -> Path | None:
    """The newest scheduled backup that passes verification."""
    for path in reversed(scheduled(folder)):
        with contextlib.suppress(StorageError):
            verify(path)
            return path
    return None


def verify(path: Path) -> None:
    """Raises NotFound, DatabaseCorrupt or StorageError where this is no sound database of ours."""
    if not path.is_file():
        raise NotFound(f"There is no file {path}.")
    with translated(path):
        db = connect(path, read_only=True)
        try:
            if db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
                raise StorageError(f"{path} is no database of Pledgewatch.")
            pending(db, path)
            faults = _file_faults(db)
        finally:
            db.close()
    if faults:
        raise DatabaseCorrupt(f"{path} is damaged: {faults[0]}. Try an older backup.")


def integrity_faults(db: Db) -> list[str]:
    """What SQLite, the foreign keys and the full-text index find wrong; empty where all is well."""
    return _file_faults(db) or _index_faults(db)


def _file_faults(db: Db) -> list[str]:
    faults = [row[0] for row in db.execute("PRAGMA integrity_check(10)") if row[0] != "ok"]
    return faults + [
        f"a row of {row[0]} points at a row of {row[2]} that does not exist"
        for row in db.execute("PRAGMA foreign_key_check").fetchmany(10)
    ]


def _index_faults(db: Db) -> list[str]:
    """FTS5 checks itself by a write that changes nothing."""
    try:
        db.execute("INSERT INTO articles_fts (articles_fts, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError as error:
        return [f"the full-text index disagrees with the articles ({error})"]
    return []


def rebuild_index(db: Db) -> None:
    """Make the full-text index anew from the articles."""
    db.execute("INSERT INTO articles_fts (articles_fts) VALUES ('rebuild')")


def restore(source: Path, target: Path, *, now: datetime) -> Path | None:
    """Put a verified backup in the database's place, and the old file aside; its new name.

    Raises DatabaseLocked where a service is running on it, and what `verify` raises.
    """
    verify(source)
    lock = take_service_lock(target)
    try:
        draft = target.with_name(target.name + ".part")
        draft.unlink(missing_ok=True)
        with translated(source):
            copy = connect(source, read_only=True)
            try:
                copy.execute("VACUUM INTO ?", (str(draft),))
            finally:
                copy.close()
        verify(draft)
        aside = set_aside(target, "replaced", now=now) if target.exists() else None
        draft.replace(target)
        _sync_folder(target.parent)
        return aside
    finally:
        lock.close()


def set_aside(path: Path, why: str, *, now: datetime) -> Path:
    """Rename a database and what belongs to it, so that nothing of it is lost; its new name."""
    aside = path.with_name(f"{path.name}.{why}-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    number = 1
    while aside.exists():
        number += 1
        aside = aside.with_name(f"{aside.name.partition('.again-')[0]}.again-{number}")
    for ending in ("-wal", "-shm", ""):
        part = path.with_name(path.name + ending)
        if part.exists():
            part.replace(aside.with_name(aside.name + ending))
    return aside


def _sync_folder(folder: Path) -> None:
    """Make the renaming itself survive a power cut, where the system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def advice(path: Path, folders: Sequence[Path]) -> str:
    """What to do about a damaged database, naming the newest good backup where there is one."""
    for folder in folders:
        good = newest_good(folder) if folder.is_dir() else None
        if good is not None:
            return f"Restore the newest good backup: `pledgewatch restore {good}`."
    return f"No good backup was found. Move {path} away to start anew; nothing was overwritten."
