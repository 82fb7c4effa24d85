"""The service's daily report on its own work, for the channels of the admins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot import __version__
from bot.config.models import WatchdogTable
from bot.timetable import time_of_day
from bot.vitals import Vitals, troubles
from bot.watchdog import Tell
from feeds.addresses import redacted
from storage.records import Lately, StoredFeed
from storage.store import Store

_KEY = "report:day"
_DAY = timedelta(days=1)
_NAMED = 5
"""Failing feeds that are named."""


def due_day(table: WatchdogTable, told: str, now: datetime) -> date | None:
    """The day whose report is due and was not given; `told` is the last one that was. Pure."""
    if not table.report:
        return None
    local = now.astimezone(ZoneInfo(table.zone))
    if local.time() < time_of_day(table.report) or told >= local.date().isoformat():
        return None
    return local.date()


def report(
    vitals: Vitals, lately: Lately, feeds: Sequence[StoredFeed], now: datetime
) -> tuple[str, str, bool]:
    """Headline, text, and whether all is well. Pure."""
    wrong = troubles(vitals, now)
    failing = [f.feed.name or redacted(f.feed.url) for f in feeds if f.state.failures]
    headline = "Daily report: all is well" if not wrong else "Daily report: not all is well"
    lines = [
        *(f"{part}: {why}" for part, why in wrong.items()),
        f"In 24 hours: {lately.articles:,} articles, {lately.relevant:,} relevant,"
        f" {lately.developments:,} new developments, {lately.alerts:,} alerts sent,"
        f" {lately.dead:,} messages given up",
        f"Feeds: {len(feeds):,}, failing: {_named(failing)}",
        _backup(vitals.last_backup, now),
        f"Pledgewatch {__version__}, up for {_span(now - vitals.started)};"
        f" longest hold of the event loop {vitals.lag.worst * 1000:.0f} ms",
    ]
    return headline, "\n".join(lines), not wrong


def _named(failing: Sequence[str]) -> str:
    if not failing:
        return "none"
    more = len(failing) - _NAMED
    return ", ".join(failing[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _backup(last: datetime | None, now: datetime) -> str:
    return f"Newest backup: {_span(now - last)} old" if last else "No scheduled backup"


def _span(span: timedelta) -> str:
    hours = int(span.total_seconds() // 3600)
    return f"{hours // 24} d {hours % 24} h" if hours >= 24 else f"{hours} h"


class SelfReport:
    """Once a day, at its time; one that was missed comes when the service is back that day."""

    def __init__(
        self, store: Store, clock: Callable[[], datetime], table: WatchdogTable, tell: Tell
    ) -> None:
        self.table = table
        self._store = store
        self._clock = clock
        self._tell = tell

    async def give(self, vitals: Vitals) -> bool:
        """Tell it where it is due; whether it was. Raises StorageError."""
        now = self._clock()
        day = due_day(self.table, await self._store.recall(_KEY), now)
        if day is None:
            return False
        lately = await self._store.lately(now - _DAY)
        headline, text, well = report(vitals, lately, await self._store.feeds(), now)
        await self._tell(headline, text, good=well)
        await self._store.remember(_KEY, day.isoformat())
        return True
