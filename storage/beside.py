"""Long work on the file, a check or a copy: on threads and connections of its own, so that nobody
waits for it, and ended at once when the database is closed."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

CACHE_KIB = 4096
"""Such work reads everything once: pages that are kept serve nobody, and what a large cache takes
is not given back."""
_LOOK_EVERY = 50_000
"""Steps of SQLite's machine between two looks at whether to go on: some milliseconds."""
_this_thread = threading.local()


class Beside:
    """The jobs of one database."""

    def __init__(self) -> None:
        self.ended = threading.Event()
        self._lock = threading.Lock()
        self._jobs: set[Job] = set()

    async def run(self, job: Callable[[], T]) -> T:
        """Run it on a thread of its own."""
        return await asyncio.to_thread(self._run, job)

    def end(self) -> None:
        """Interrupt what is under way, and whatever begins from now on."""
        self.ended.set()
        with self._lock:
            for job in self._jobs:
                job.interrupt()

    def _run(self, job: Callable[[], T]) -> T:
        mine = _this_thread.job = Job(self.ended)
        with self._lock:
            self._jobs.add(mine)
        try:
            return job()
        finally:
            del _this_thread.job
            with self._lock:
                self._jobs.discard(mine)


class Job:
    """One of them, with the connections that it has opened."""

    def __init__(self, ended: threading.Event) -> None:
        self._ended = ended
        self._connections: list[sqlite3.Connection] = []

    def keep(self, connection: sqlite3.Connection) -> None:
        """Interrupting ends one statement: whatever comes after it looks at the event."""
        connection.set_progress_handler(self._ended.is_set, _LOOK_EVERY)
        self._connections.append(connection)

    def interrupt(self) -> None:
        """SQLite before 3.41 looks at nothing else while it checks a large table."""
        for connection in tuple(self._connections):
            with contextlib.suppress(sqlite3.ProgrammingError):  # it is closed
                connection.interrupt()


def shared_fate(connection: sqlite3.Connection) -> None:
    """A connection of a job ends with it; elsewhere nothing happens. To be called on the thread
    that opens it."""
    job: Job | None = getattr(_this_thread, "job", None)
    if job is not None:
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        connection.execute("PRAGMA temp_store = FILE")
        job.keep(connection)
