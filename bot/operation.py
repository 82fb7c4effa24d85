"""How the service minds itself, and what its operator sees of it: figures, health, watchdog, daily
report, care of the database, signs of life to systemd."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Coroutine, Iterable
from datetime import datetime

import structlog

from bot import memory
from bot.config import Config
from bot.core import Core
from bot.health import HealthServer
from bot.housekeeping import Housekeeping, OnDamage, housekeeping_settings
from bot.meters import LoopLag, Meters
from bot.notices import Notices
from bot.pipeline import PollReport
from bot.scheduler import Scheduler
from bot.self_report import SelfReport
from bot.supervisor import Supervisor
from bot.vitals import Vitals, figures_or_none, is_alive, troubles
from bot.watchdog import Watchdog, limits_of
from storage.errors import StorageError

log = structlog.get_logger(__name__)

HOUSEKEEPING_TICK = 3600.0
SUSPICION_TICK = 30.0
WATCH_TICK = 60.0
MEMORY_TICK = 20.0
"""Seconds: within a minute of many commands a dozen megabytes lie idle."""


class Operation:
    """Around one `Core`."""

    def __init__(
        self,
        core: Core,
        scheduler: Scheduler,
        notices: Notices,
        *,
        meters: Meters,
        chats: Callable[[], dict[str, str]],
        on_damage: OnDamage,
    ) -> None:
        """`chats` says what is wrong with each. `on_damage` ends the service."""
        config = core.config
        self._core = core
        self._scheduler = scheduler
        self._meters = meters
        self._chats = chats
        self._started = core.clock()
        self._last_read: datetime | None = None
        self._failing_since: datetime | None = None
        self._lag = LoopLag()
        self._supervisor = Supervisor(os.environ)
        self._health = HealthServer(self.vitals, core.clock)
        self._housekeeping = Housekeeping(
            core.store, core.clock, housekeeping_settings(config), notices.tell, on_damage
        )
        self._watchdog = Watchdog(
            core.store,
            core.clock,
            limits_of(config),
            notices.tell,
            failing_since=lambda: self._failing_since,
        )
        self._report = SelfReport(core.store, core.clock, config.watchdog, notices.tell)

    def works(self) -> list[tuple[Coroutine[None, None, None], str]]:
        """What runs until it is cancelled, with names."""
        works = [(self._lag.watch(), "loop lag")]
        if self._supervisor.interval is not None:
            works.append((self._signs_of_life(self._supervisor.interval), "signs of life"))
        return works

    def schedule(self) -> None:
        """Put the ticks into the scheduler."""
        every = self._scheduler.every
        every(HOUSEKEEPING_TICK, "housekeeping", self._housekeeping.round)
        every(SUSPICION_TICK, "suspicion", self._housekeeping.suspicion)
        every(WATCH_TICK, "watch", self._watch)
        every(MEMORY_TICK, "memory", self._trim)

    async def started(self) -> None:
        """Everything runs: listen, and say so."""
        table = self._core.config.health
        if table.port:
            try:
                port = await self._health.start(table.host, table.port)
                log.info("health.on", host=table.host, port=port)
            except OSError as error:
                log.error("health.off", host=table.host, port=table.port, error=str(error))
        self._supervisor.ready("Started; the chats connect in the background")

    def stopping(self) -> None:
        """The service ends."""
        self._supervisor.stopping()

    async def close(self) -> None:
        """Stop listening; may be called twice."""
        await self._health.close()

    def reloading(self) -> None:
        """The configuration is read again, until `reloaded`."""
        self._supervisor.reloading()

    async def reloaded(self) -> None:
        """It is read, or refused."""
        self._supervisor.ready(await self._status())

    def apply(self, config: Config) -> None:
        """Mind what is configured now."""
        self._housekeeping.settings = housekeeping_settings(config)
        self._watchdog.limits = limits_of(config)
        self._report.table = config.watchdog

    def polled(self, reports: Iterable[PollReport]) -> None:
        """A round is over."""
        reports = list(reports)
        self._meters.polled(reports)
        now = self._core.clock()
        if any(report.outcome in {"read", "unchanged"} for report in reports):
            self._last_read, self._failing_since = now, None
        elif reports and self._failing_since is None:
            self._failing_since = now

    async def vitals(self) -> Vitals:
        """What is known of the service now."""
        began = time.perf_counter()
        figures = await figures_or_none(self._core.store.figures)
        opinions = self._core.opinions
        return Vitals(
            figures=figures,
            answer_seconds=time.perf_counter() - began,
            chats=self._chats(),
            started=self._started,
            idle=self._scheduler.idle,
            last_read=self._last_read,
            last_backup=self._housekeeping.last_backup,
            meters=self._meters,
            lag=self._lag,
            opinions=opinions.figures() if opinions else None,
        )

    async def _trim(self) -> None:
        await asyncio.to_thread(memory.trim)

    async def _watch(self) -> None:
        try:
            await self._watchdog.look()
            await self._report.give(await self.vitals())
        except StorageError as error:
            log.error("watch.failed", error=str(error))

    async def _signs_of_life(self, interval: float) -> None:
        """As long as the scheduler works. Where the event loop is held for good, none comes either,
        and systemd starts the service again."""
        while True:
            vitals = await self.vitals()
            if is_alive(vitals):
                self._supervisor.alive(await self._status(vitals))
            await asyncio.sleep(interval)

    async def _status(self, vitals: Vitals | None = None) -> str:
        """A line for `systemctl status`."""
        seen = vitals or await self.vitals()
        wrong = troubles(seen, self._core.clock())
        if wrong:
            return "; ".join(f"{part}: {why}" for part, why in wrong.items())
        figures = seen.figures
        return f"{figures.feeds} feeds, {figures.waiting} messages wait" if figures else ""
