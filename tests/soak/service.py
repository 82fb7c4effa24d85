"""The real service as a process, and what the bench does to its database from outside."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from feeds import schedule
from storage.records import DeliveryState
from storage.store import Store
from tests.soak.plan import Disk
from tests.soak.steered import VARIABLE, Weather

_ROOT = Path(__file__).resolve().parents[2]
_GLANCE = 0.0005
_STOP = 15.0
_ORPHAN = re.compile(
    r"^Traceback.*\n(?:  .*parse_worker.*\n|  .*\n)+BrokenPipeError: .*\n", re.MULTILINE
)


class Service:
    """`pledgewatch run` in a folder with a config.toml; its log goes to service.log there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.weather = Weather()
        self._forecast = (folder / "weather.json").absolute()
        self.weather.write(self._forecast)
        self.database = folder / "pledgewatch.db"
        self.log = folder / "service.log"
        self.starts = 0
        self._process: asyncio.subprocess.Process | None = None

    @property
    def running(self) -> bool:
        """Whether there is a process that has not ended."""
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start it; it has not come up yet when this returns."""
        path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.soak.steered", "run", "--config", "config.toml",
                cwd=self.folder,
                env={**os.environ, "PYTHONPATH": path, VARIABLE: str(self._forecast)},
                stdout=asyncio.subprocess.DEVNULL,
                stderr=log,
            )  # fmt: skip
        self.starts += 1

    async def kill(self) -> None:
        """kill -9; returns when it is gone."""
        if self._process is not None and self.running:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()

    async def stop(self) -> int:
        """SIGTERM; its exit status. Raises TimeoutError."""
        if self._process is None:
            raise RuntimeError("it was never started")
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self._process.wait(), _STOP)

    def put_clock(self, hours: float) -> None:
        """Let its clock be wrong by so much from now on."""
        self.weather = replace(self.weather, shift=hours * 3600)
        self.weather.write(self._forecast)

    def _now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.weather.shift)

    async def make_due(self, urls: Iterable[str]) -> None:
        """As an operator who resumes feeds: they are due at once, whatever they failed with."""
        async with await Store.open(self.database) as store:
            for url in urls:
                await store.pause_feed(url, paused=False, now=self._now())

    async def feeds_read(self) -> int:
        """How many feeds have been read with success."""
        async with await Store.open(self.database) as store:
            return sum(not schedule.first_poll(feed.state) for feed in await store.feeds())

    async def known(self, addresses: Iterable[str]) -> set[str]:
        """Which of these articles it has recorded."""
        async with await Store.open(self.database) as store:
            return {address for address in addresses if await store.article(address) is not None}

    async def held(self) -> int:
        """How many feeds wait for an admin since they brought too much at once."""
        async with await Store.open(self.database) as store:
            return len(await store.held())

    async def deliveries(self, state: DeliveryState) -> int:
        """How many deliveries are in a state."""
        async with await Store.open(self.database) as store:
            return len(await store.deliveries(state=state.value, limit=100_000))

    async def unsettled(self) -> int:
        """How many deliveries have not ended."""
        states = (DeliveryState.WAITING, DeliveryState.LEASED, DeliveryState.UNKNOWN)
        return sum([await self.deliveries(state) for state in states])

    async def until_more(self, figure: str) -> None:
        """Wait until a figure of the table of deliveries has grown: count(*) does when a poll is
        committed, total(attempts) when a delivery is leased."""
        with contextlib.closing(self._connection()) as db:
            look = _reader(db, f"SELECT {figure} FROM deliveries")  # noqa: S608 - the bench's own
            before = look()
            while look() <= before:  # noqa: ASYNC110 - it looks into another process
                await asyncio.sleep(_GLANCE)

    @contextlib.asynccontextmanager
    async def hindered(self, disk: Disk) -> AsyncIterator[None]:
        """A full disk, a read-only file, or a lock that another process holds."""
        if disk is Disk.LOCKED:
            async with self._locked():
                yield
            return
        self._set_disk(str(disk))
        try:
            yield
        finally:
            self._set_disk("")

    def _set_disk(self, disk: str) -> None:
        self.weather = replace(self.weather, disk=disk)
        self.weather.write(self._forecast)

    @contextlib.asynccontextmanager
    async def _locked(self) -> AsyncIterator[None]:
        """Hold the write lock, as a backup or a person with a shell might."""
        with contextlib.closing(self._connection()) as db:
            db.execute("BEGIN IMMEDIATE")
            yield
            db.rollback()

    def bugs(self) -> list[str]:
        """What is in its log that no fault from outside excuses."""
        wrong = ("delivery.bug", "feed.bug", "task.failed", "tick.failed", "Traceback")
        text = self.log.read_text("utf-8", "replace") if self.log.exists() else ""
        # A worker whose parent was killed has nobody to answer.
        lines = _ORPHAN.sub("", text).splitlines()
        return [line for line in lines if any(word in line for word in wrong)]

    def logged(self, event: str) -> int:
        """How many lines of its log are this event."""
        text = self.log.read_text("utf-8", "replace") if self.log.exists() else ""
        return text.count(f'"event": "{event}"')

    def _connection(self) -> sqlite3.Connection:
        return sqlite3.connect(self.database, timeout=10, isolation_level=None)


def _reader(db: sqlite3.Connection, query: str) -> Callable[[], float]:
    def look() -> float:
        return float(db.execute(query).fetchone()[0] or 0)

    return look
