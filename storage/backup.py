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

from storage.database import (
    DAMAGED,
    connect,
    immediate,
    lock_of,
    make_private,
    take_service_lock,
    translated,
)
from storage.errors import Conflict, DatabaseCorrupt, NotFound, StorageError
from storage.migrations import APPLICATION_ID, foreign_code, pending
from storage.rows import Db
from storage.soundness import dangling_rows, file_faults, index_faults_of, rebuild_index

_HEADER = 100
_OWNER = slice(68, 72)
"""Where the header of a SQLite file has the application's id."""
_OF_THE_COPY = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY}
_ENDINGS = ("", "-wal", "-journal", "-shm")
"""Of the files that are one database."""
_STAMPED = re.compile(r"^pledgewatch-(\d{8}T\d{6}Z)\.db$")


def backup(db: Db, target: Path) -> Path:
    """Write a verified copy of an open database, for its owner alone and without the headers of
    feeds, which the configuration holds. Raises Conflict where the file exists, StorageError where
    there is no place for one."""
    # A log that lies there would be played into the copy when it is opened.
    if found := _parts(target):
        raise Conflict(f"{found[0]} exists already. Give another name; nothing is overwritten.")
    draft = target.with_name(target.name + ".part")
    draft.unlink(missing_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        _copy(db, draft)
        _without_secrets(draft)
        verify(draft)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return target


def _copy(db: Db, draft: Path) -> None:
    # The whole path, since a name that begins with "file:" would be an address with options.
    make_private(draft)
    try:
        db.execute("VACUUM INTO ?", (str(draft.absolute()),))
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in _OF_THE_COPY:
            raise
        with translated(draft):  # it is not the original that has no place
            raise


def _without_secrets(copy: Path) -> None:
    """A copy leaves the machine sooner than its original."""
    with translated(copy), contextlib.closing(connect(copy)) as db:
        db.execute("PRAGMA secure_delete = ON")
        db.execute("UPDATE feeds SET headers = '[]' WHERE headers <> '[]'")


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


def newest_scheduled(folder: Path) -> datetime | None:
    """When the newest of them was begun."""
    found = [_STAMPED.search(path.name) for path in scheduled(folder)[-1:]]
    return datetime.strptime(found[0][1], "%Y%m%dT%H%M%S%z") if found and found[0] else None


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
            if strange := foreign_code(db):
                raise StorageError(
                    f"{path} is no copy that Pledgewatch made: somebody put {strange} into it."
                )
            faults = [*file_faults(db), *dangling_rows(db)]
        finally:
            db.close()
    if faults:
        raise DatabaseCorrupt(f"{path} is damaged: {faults[0]}. Try an older backup.")


def restore(source: Path, target: Path, *, now: datetime, silent: bool = False) -> Path | None:
    """Put a verified backup in the database's place, and aside what is there, be it the log alone
    that is left of a lost database; its new name.

    What waited to be sent when the backup was made may have been sent since: it is looked for on
    its platform first. `silent`: the first look at each feed tells nobody, since what came after
    the backup was told already.

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
                _copy(copy, draft)
            finally:
                copy.close()
        verify(draft)
        _mend_index(draft)
        _catch_up(draft, silent=silent)
        # Without its database too: what a killed service left would be played into the new one.
        aside = set_aside(target, "replaced", now=now) if _parts(target) else None
        draft.replace(target)
        _sync_folder(target.parent)
        return aside
    finally:
        lock.close()


def _catch_up(draft: Path, *, silent: bool) -> None:
    with translated(draft), contextlib.closing(connect(draft)) as db, immediate(db):
        db.execute(
            "UPDATE deliveries SET state = 'unknown', reconcile = 1, leased_until = NULL,"
            " first_attempt = coalesce(first_attempt, created)"
            " WHERE state IN ('waiting', 'leased', 'unknown')"
        )
        if silent:
            db.execute("UPDATE feeds SET state = json_set(state, '$.good_polls', 0)")


def _mend_index(draft: Path) -> None:
    """The index is made from the articles: a copy with a bad one is a good copy."""
    if index_faults_of(draft):
        with translated(draft), contextlib.closing(connect(draft)) as db:
            rebuild_index(db)


def set_aside(path: Path, why: str, *, now: datetime) -> Path:
    """Rename a database and what belongs to it, so that nothing of it is lost; its new name, or
    that of what is left of it where the database itself is gone."""
    aside = path.with_name(f"{path.name}.{why}-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    number = 1
    while _parts(aside):
        number += 1
        aside = aside.with_name(f"{aside.name.partition('.again-')[0]}.again-{number}")
    for part in reversed(_parts(path)):
        part.replace(aside.with_name(aside.name + part.name.removeprefix(path.name)))
    return next(iter(_parts(aside)), aside)


def _parts(path: Path) -> list[Path]:
    """What is there of a database: the file, then what SQLite keeps beside it."""
    parts = (path.with_name(path.name + ending) for ending in _ENDINGS)
    return [part for part in parts if part.exists()]


def _sync_folder(folder: Path) -> None:
    """Make the renaming itself survive a power cut, where the system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def is_ours(path: Path) -> bool:
    """Whether a file, damaged or not, was a database of ours: it says so, or a service has run on
    it. What somebody named by mistake is left where it is."""
    try:
        with path.open("rb") as file:
            header = file.read(_HEADER)
    except OSError:
        return False
    says_so = header[_OWNER] == APPLICATION_ID.to_bytes(4, "big")
    return says_so or lock_of(path).exists()


def put_aside(path: Path, *, now: datetime) -> Path:
    """Set a damaged database aside; its new name. Raises DatabaseLocked where a service is running
    on it."""
    lock = take_service_lock(path)
    try:
        return set_aside(path, DAMAGED, now=now)
    finally:
        lock.close()


def advice(folders: Sequence[Path]) -> str:
    """What to do about a damaged database: the newest good backup, where there is one."""
    for folder in folders:
        good = newest_good(folder) if folder.is_dir() else None
        if good is not None:
            return f"The newest good backup is {good}: `pledgewatch restore {good}`."
    return "No good backup was found in [storage] backup_folder; nothing was overwritten."
