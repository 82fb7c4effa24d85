"""One SQLite file, two threads: what changes it runs on the one, questions on the other, each in
turn, so that an answer waits neither for a poll's record nor for the disk. What takes long has
threads of its own (`beside`).

Who may open a file how:

- the service (`run`, `poll`) opens it with `service=True` and holds a lock beside it for as long as
  it lives; a second service is refused at once with `DatabaseLocked`;
- other writers (`feeds add`, `routes add`) need no lock: each write is one short immediate
  transaction that waits up to `BUSY_SECONDS` for the service's, then is refused with a sentence;
- readers (`latest`, `search`, `status`) open it with `read_only=True` and are never in the way:
  in WAL mode they see the last commit.
"""

from __future__ import annotations

import asyncio
import contextlib
import glob
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from storage.beside import Beside, shared_fate
from storage.errors import (
    DatabaseCorrupt,
    DatabaseFull,
    DatabaseLocked,
    NotFound,
    StorageError,
)
from storage.migrations import APPLICATION_ID, migrate, pending
from storage.rows import Db
from storage.soundness import file_faults
from storage.sqlite import sqlite_utils

DAMAGED = "damaged"
"""In the name of a file that was set aside."""
BUSY_SECONDS = 5.0
CHECKED_AT_START = 128 * 2**20
"""Bytes up to which a service checks its file before it starts, in under a second; a larger file is
checked when the service runs."""
P = ParamSpec("P")
T = TypeVar("T")


class Database:
    """The file and its threads. `read` and `write` take a function whose first argument is the
    connection; what it raises reaches the caller, SQLite's own failures as `StorageError`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.suspect = False
        """SQLite has called the file damaged since it was last found sound."""
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database")
        self._reading = ThreadPoolExecutor(max_workers=1, thread_name_prefix="questions")
        self._reader: Db | None = None
        self._beside = Beside()
        self._db: Db | None = None
        self._lock: sqlite3.Connection | None = None

    async def open(self, *, read_only: bool, service: bool) -> None:
        """Open and migrate. Raises StorageError; nothing is left open then."""
        try:
            await self._run(partial(self._open, read_only=read_only, service=service))
            await self._run(self._open_reader, self._reading)
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Finish what is queued and close; may be called twice."""
        self._beside.end()
        loop = asyncio.get_running_loop()
        for thread, end in ((self._reading, self._close_reader), (self._thread, self._close)):
            with contextlib.suppress(RuntimeError):  # the thread has ended: it was closed before
                await loop.run_in_executor(thread, end)
            thread.shutdown(wait=False)

    async def read(
        self, work: Callable[Concatenate[Db, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `work(connection, ...)` on the thread for questions, in one snapshot of the file: it
        sees all that was written before."""

        def job() -> T:
            db = self._open_one(self._reader)
            with snapshot(db):
                return work(db, *args, **kwargs)

        return await self._run(job, self._reading)

    async def write(
        self, work: Callable[Concatenate[Db, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The same within one immediate transaction: all of it is kept, or nothing, and what is
        kept outlives a power cut, so that what was posted is never forgotten."""

        return await self._write("FULL", work, *args, **kwargs)

    async def write_again(
        self, work: Callable[Concatenate[Db, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The same for what would simply be done again if a power cut took it back: a poll. Nothing
        is sent from it before `write` has leased it, and that makes all before it last as well."""
        return await self._write("NORMAL", work, *args, **kwargs)

    async def _write(
        self,
        synchronous: str,
        work: Callable[Concatenate[Db, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        def job() -> T:
            db = self._open_one(self._db)
            db.execute(f"PRAGMA synchronous = {synchronous}")
            with immediate(db):
                return work(db, *args, **kwargs)

        return await self._run(job)

    async def beside(
        self, work: Callable[Concatenate[Db, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run work that only reads and takes long (a check, a copy) on a thread and a connection of
        its own, so that nobody waits for it. Closing the database ends it."""

        def job() -> T:
            with translated(self.path), contextlib.closing(_reader(self.path)) as db:
                return work(db, *args, **kwargs)

        return await self._beside.run(job)

    async def read_beside(
        self, work: Callable[Concatenate[Db, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """A question that takes long, in one snapshot of the file; the others do not wait for
        it."""

        def job(db: Db) -> T:
            with snapshot(db):
                return work(db, *args, **kwargs)

        return await self.beside(job)

    async def bare(
        self, work: Callable[Concatenate[Db, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The same without a transaction, for VACUUM and its kin."""
        return await self._run(lambda: work(self._open_one(self._db), *args, **kwargs))

    def _open_one(self, db: Db | None) -> Db:
        if db is None:
            raise StorageError(f"The database {self.path} is closed.")
        return db

    async def _run(self, work: Callable[[], T], thread: ThreadPoolExecutor | None = None) -> T:
        def wrapped() -> T:
            try:
                with translated(self.path):
                    return work()
            except DatabaseCorrupt:
                self.suspect = True
                raise

        try:
            future = asyncio.get_running_loop().run_in_executor(thread or self._thread, wrapped)
        except RuntimeError as error:
            raise StorageError(f"The database {self.path} is closed.") from error
        return await future

    def _open(self, *, read_only: bool, service: bool) -> None:
        if read_only and not self.path.exists():
            raise NotFound(
                f"There is no database at {self.path}. The first `pledgewatch poll` makes it."
            )
        if not read_only:
            refuse_after_damage(self.path)
        if service:
            self._lock = take_service_lock(self.path)
        db = connect(self.path, read_only=read_only)
        try:
            prepare(db, self.path, read_only=read_only)
            if service and self.path.stat().st_size <= CHECKED_AT_START:
                refuse_damaged(db, self.path)
        except BaseException:
            db.close()
            raise
        self._db = db

    def _open_reader(self) -> None:
        self._reader = connect(self.path, read_only=True)

    def _close_reader(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _close(self) -> None:
        if self._db is not None:
            with contextlib.suppress(sqlite3.Error):
                self._db.execute("PRAGMA optimize")
            self._db.close()
            self._db = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None


def _reader(path: Path) -> Db:
    return connect(path, read_only=True)


def connect(path: Path, *, read_only: bool = False) -> Db:
    """A connection of the calling thread with our pragmas. foreign_keys holds per connection."""
    mode = "ro" if read_only else "rwc"
    if not read_only:
        make_private(path)
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
    )
    try:
        return _prepared(connection, read_only=read_only)
    except BaseException:
        connection.close()  # the first pragma may find that the file is damaged
        raise


def _prepared(connection: sqlite3.Connection, *, read_only: bool) -> Db:
    connection.row_factory = sqlite3.Row
    db = sqlite_utils.Database(connection)
    if not read_only:
        # Rows of articles fill pages of this size best; it takes hold of an empty file only.
        db.execute("PRAGMA page_size = 16384")
    for pragma in (
        "foreign_keys = ON",
        "temp_store = MEMORY",
        # 6 MB: what the system keeps of the file serves as well, and is given back when needed.
        "cache_size = -6144",
        # The log is worked into the file at 64 MB: at SQLite's 1,000 pages, every twentieth insert
        # of a large database would wait for that.
        "wal_autocheckpoint = 4000",
        # What it grows to while a check or a copy reads the file is given back.
        "journal_size_limit = 67108864",
    ):
        db.execute(f"PRAGMA {pragma}")
    if read_only:
        # The file may be a copy from elsewhere. (Triggers may not write the index without it.)
        db.execute("PRAGMA trusted_schema = OFF")
    shared_fate(connection)
    return db


def make_private(path: Path) -> None:
    """A file that does not exist yet is made for its owner alone, and so are those that SQLite puts
    beside it: it holds what people said, and the headers of feeds. One that is there stays as the
    operator has it."""
    with contextlib.suppress(OSError):  # SQLite says better what is wrong with the folder
        path.touch(mode=0o600, exist_ok=False)


def prepare(db: Db, path: Path, *, read_only: bool = False) -> None:
    """Refuse a file that is not ours, switch to WAL, migrate. Raises StorageError."""
    owner = db.execute("PRAGMA application_id").fetchone()[0]
    tables = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if tables and owner != APPLICATION_ID:
        raise StorageError(
            f"{path} is a database of another program. Set [storage] path to another file."
        )
    if read_only:
        if pending(db, path):
            raise StorageError(
                f"{path} was written by an older Pledgewatch. "
                "Start `pledgewatch run` or `poll` once; that upgrades it."
            )
        return
    # Before anything else is written: an upgrade that fails leaves the file as it was, to the byte.
    if pending(db, path):
        with immediate(db):
            migrate(db, path)
    db.enable_wal()


def refuse_damaged(db: Db, path: Path) -> None:
    """Raises DatabaseCorrupt where the file is not sound."""
    if faults := file_faults(db):
        raise DatabaseCorrupt(f"{path} is damaged: {faults[0]}.")


def refuse_after_damage(path: Path) -> None:
    """A new file in the place of one that was set aside would take all news for new, and forget all
    that was said. Raises DatabaseCorrupt."""
    if path.exists():
        return
    aside = sorted(path.parent.glob(f"{glob.escape(path.name)}.{DAMAGED}-*[0-9Z]"))
    if aside:
        raise DatabaseCorrupt(
            f"There is no database at {path}: it was damaged and is kept as {aside[-1].name}. "
            "To start anew with an empty one, move that file to another folder."
        )


@contextlib.contextmanager
def immediate(db: Db) -> Iterator[None]:
    """A transaction that takes the write lock at once: read-then-write never meets a stale view."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        db.rollback()
        raise


@contextlib.contextmanager
def snapshot(db: Db) -> Iterator[None]:
    """A transaction that only reads: all its questions see one state of the file."""
    db.execute("BEGIN")
    try:
        yield
    finally:
        db.rollback()


def lock_of(path: Path) -> Path:
    """The small file beside the database that a service locks; it stays when the service ends."""
    return path.with_name(path.name + "-lock")


def take_service_lock(path: Path) -> sqlite3.Connection:
    """An exclusive lock on a small file beside the database; the system frees it when the process
    ends, however it ends. Raises DatabaseLocked, or StorageError where the folder takes no file."""
    with translated(lock_of(path)):
        lock = sqlite3.connect(lock_of(path), timeout=0, isolation_level=None)
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            lock.close()
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            raise DatabaseLocked(
                f"Another Pledgewatch is running on {path}. Stop it first, "
                "or give this one a file of its own under [storage] path."
            ) from error
    return lock


@contextlib.contextmanager
def translated(path: Path) -> Iterator[None]:
    """SQLite's failures of the outside world as ours; a wrong statement of ours stays a bug."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        ours = _translation(error, path)
        if ours is None:
            raise
        raise ours from error
    except UnicodeDecodeError as error:
        # SQLite quotes what it cannot read, and the module cannot read the quotation.
        raise _corrupt(path) from error


def _translation(error: sqlite3.DatabaseError, path: Path) -> StorageError | None:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return DatabaseLocked(
            f"{path} is being written by another process, for longer than "
            f"{BUSY_SECONDS:.0f} seconds. Try again, or stop the other process."
        )
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return _corrupt(path)
    if code == sqlite3.SQLITE_INTERRUPT:
        return StorageError(f"The database {path} was closed meanwhile.")
    if code == sqlite3.SQLITE_FULL:
        return DatabaseFull(f"There is no room left to write {path}. Free some disk space.")
    if code in _OUTSIDE:
        return StorageError(f"{path} {_OUTSIDE[code]} ({error}).")
    return None


def _corrupt(path: Path) -> DatabaseCorrupt:
    return DatabaseCorrupt(f"{path} is damaged, or is no database.")


_OUTSIDE: dict[int, str] = {
    sqlite3.SQLITE_READONLY: "cannot be written: the file or its folder is read-only",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: check that its folder exists, and that this user"
    " may write there and read the file",
    sqlite3.SQLITE_IOERR: "could not be read or written: check that the disk has room and is sound",
    sqlite3.SQLITE_PERM: "may not be opened: check its owner and permissions",
    sqlite3.SQLITE_AUTH: "may not be opened: check its owner and permissions",
}
