"""Notices when the machine's clock was put forward or back, and moves what waits for a time.

Feeds and deliveries wait for times of the wall clock, which people and time servers put. Put
forward, everything is due at once, just as when the machine has slept, which looks the same and is
right then. Put back, everything would wait for as much longer: it is moved back as well.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from storage.errors import StorageError
from storage.store import Store

log = structlog.get_logger(__name__)

_GLANCE = 1.0
_KEPT_FOR = 300.0
"""Seconds between two times kept for the next start."""
_TOLERANCE = timedelta(seconds=20)
"""Less than this delays nothing that matters."""
_KEY = "clock"


class ClockWatch:
    """Compares the wall clock with one that nobody puts."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        on_put_back: Callable[[], object],
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        """`steady` counts seconds. `on_put_back` is for what waits in memory."""
        self._store = store
        self._clock = clock
        self._on_put_back = on_put_back
        self._steady = steady
        self._seen = clock(), steady()
        self._kept_at = steady()

    async def resume(self) -> None:
        """At the start: it may have been put back since the last run. Raises StorageError."""
        now, kept = self._clock(), await self._store.recall(_KEY)
        if kept:
            await self._moved(now - max(datetime.fromisoformat(kept), now), now)
        await self._keep(now)

    async def watch(self) -> None:
        """Look every second, for ever."""
        while True:
            await asyncio.sleep(_GLANCE)
            try:
                await self.look()
            except StorageError as error:
                log.error("clock.unrecorded", error=str(error))

    async def look(self) -> None:
        """Act where the clock was put since the last look. Raises StorageError; the next look acts
        then."""
        now, steady = self._clock(), self._steady()
        before, steady_before = self._seen
        put = now - before - timedelta(seconds=steady - steady_before)
        if abs(put) >= _TOLERANCE:
            await self._moved(put, now)
            await self._keep(now)
        elif steady - self._kept_at >= _KEPT_FOR:
            await self._keep(now)
        self._seen = now, steady

    async def _moved(self, put: timedelta, now: datetime) -> None:
        if abs(put) < _TOLERANCE:
            return
        log.warning("clock.put", seconds=round(put.total_seconds()))
        if put < timedelta():
            self._on_put_back()
            await self._store.put_back(-put, now=now)

    async def _keep(self, now: datetime) -> None:
        await self._store.remember(_KEY, now.isoformat())
        self._kept_at = self._steady()
