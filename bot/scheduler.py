"""The clock of the service: what is done how often. The one importer of APScheduler.

The schedule of the feeds lies in the database; these ticks only ask it what is due, so that a
restart forgets nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

log = structlog.get_logger(__name__)

Tick = Callable[[], Awaitable[object]]


class _Every(IntervalTrigger):  # type: ignore[misc]
    """APScheduler's own walks through every tick that was missed, one by one: a clock that is put
    forward by years would stop the event loop for hours."""

    def get_next_fire_time(
        self, previous_fire_time: datetime | None, now: datetime
    ) -> datetime | None:
        interval: timedelta = self.interval
        due = None if previous_fire_time is None else previous_fire_time + interval
        return due if due is not None and due > now else now + interval


class Scheduler:
    """Runs ticks, each at most once at a time. A tick that fails is logged and comes again."""

    def __init__(self) -> None:
        # A tick that comes late, after a stall or a suspended machine, must still run: by default
        # APScheduler drops whatever is over a second late.
        defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)
        self._running: set[asyncio.Task[object]] = set()
        self._ticked = time.monotonic()
        self._closing = False

    @property
    def idle(self) -> float:
        """Seconds since a tick last began, whatever the machine's clock has done since."""
        return time.monotonic() - self._ticked

    def every(self, seconds: float, name: str, tick: Tick) -> None:
        """Run a tick now and then every so many seconds."""

        async def run() -> None:
            self._ticked = time.monotonic()
            task = asyncio.current_task()
            if task is not None:
                self._running.add(task)
            try:
                await tick()
            except asyncio.CancelledError:
                if not self._closing:
                    raise
                log.info("tick.ended", tick=name)  # APScheduler would log it as a failure
            except Exception:
                log.exception("tick.failed", tick=name)
            finally:
                if task is not None:
                    self._running.discard(task)

        self._scheduler.add_job(
            run, _Every(seconds=seconds), id=name, next_run_time=datetime.now(UTC)
        )

    def retime(self) -> None:
        """The wall clock was put back, by which APScheduler goes: begin anew, all ticks now."""
        for job in self._scheduler.get_jobs():
            job.modify(next_run_time=datetime.now(UTC))

    def start(self) -> None:
        """Needs a running event loop."""
        self._scheduler.start()

    async def close(self, timeout: float) -> None:
        """Start no tick any more, let those under way end within `timeout` seconds, stop.

        APScheduler's own shutdown cancels running coroutines at once, whatever it is told.
        """
        if not self._scheduler.running:
            return
        self._scheduler.pause()
        if self._running:
            await asyncio.wait(set(self._running), timeout=timeout)
        self._closing = True
        self._scheduler.shutdown(wait=False)
        if self._running:
            await asyncio.wait(set(self._running), timeout=timeout)
