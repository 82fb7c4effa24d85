"""The real command line in a process whose clock and disk the bench steers from outside.

`python -m tests.soak.steered run --config config.toml` is `pledgewatch run`, but for this: the
wall clock that Python shows is wrong by as many seconds, and SQLite finds the disk full or the file
read-only, as the JSON file says that SOAK_WEATHER names. The program itself knows nothing of it,
and nothing of it is installed with the program.
"""

from __future__ import annotations

import contextlib
import datetime as datetimes
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime as Datetime  # noqa: N812 - the real one
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from storage.rows import Db

VARIABLE = "SOAK_WEATHER"
FULL, READ_ONLY = "full", "read-only"
_UNLIMITED = 4_294_967_294
"""SQLite's own for max_page_count."""
_NANO = 10**9


@dataclass(frozen=True, slots=True)
class Weather:
    """What the process meets."""

    shift: float = 0.0
    """Seconds by which its clock is ahead."""
    disk: str = ""

    def write(self, path: Path) -> None:
        """In one step: whoever reads meets all of it or nothing."""
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps({"shift": self.shift, "disk": self.disk}))
        fresh.replace(path)


class Forecast:
    """The file, read again whenever it was written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_at = (0, 0)
        self._weather = Weather()

    def now(self) -> Weather:
        """The weather."""
        found = self._path.stat()
        if (found.st_ino, found.st_mtime_ns) != self._read_at:
            self._weather = Weather(**json.loads(self._path.read_text()))
            self._read_at = (found.st_ino, found.st_mtime_ns)
        return self._weather


def steer_clock(forecast: Forecast) -> None:
    """Before anything else is imported, so that libraries go by this clock as well."""
    seconds, nanoseconds = time.time, time.time_ns

    class AnyDatetime(type):
        def __instancecheck__(cls, other: object) -> bool:
            return isinstance(other, Datetime)

    class Steered(Datetime, metaclass=AnyDatetime):
        @classmethod
        def now(cls, tz: datetimes.tzinfo | None = None) -> Any:
            """The present, as wrong as it is to be."""
            return Datetime.now(tz) + datetimes.timedelta(seconds=forecast.now().shift)

    datetimes.datetime = Steered  # type: ignore[misc]
    time.time = lambda: seconds() + forecast.now().shift
    time.time_ns = lambda: nanoseconds() + int(forecast.now().shift * _NANO)


def hinder_disk(forecast: Forecast) -> None:
    """Let every transaction that writes meet the disk as it is to be."""
    from storage import database

    transaction = database.immediate

    @contextlib.contextmanager
    def hindered(db: Db) -> Iterator[None]:
        disk = forecast.now().disk
        pages = db.execute("PRAGMA page_count").fetchone()[0] if disk == FULL else _UNLIMITED
        db.execute(f"PRAGMA max_page_count = {pages}")
        db.execute(f"PRAGMA query_only = {int(disk == READ_ONLY)}")
        with transaction(db):
            yield

    database.immediate = hindered


def main() -> None:
    """Steer, then run the program."""
    forecast = Forecast(Path(os.environ[VARIABLE]))
    steer_clock(forecast)
    hinder_disk(forecast)
    from bot.cli import main as program

    program()


if __name__ == "__main__":
    main()
