"""Tells the admins when the service does not do its work: once, and again when it is well.

What was told is kept in the database, so that a restart tells nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.config import Config
from storage.records import Mode, Route, StoreFigures
from storage.store import Store

_KEY = "watchdog:"


@dataclass(frozen=True, slots=True)
class Limits:
    """For how long each may last before it is told; None: for ever."""

    no_poll: timedelta | None
    no_delivery: timedelta | None
    no_alert: timedelta | None


@dataclass(frozen=True, slots=True)
class Alarm:
    """What is wrong, and what to do."""

    text: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Watched:
    """What the watchdog looks at."""

    figures: StoreFigures
    started: datetime
    failing_since: datetime | None
    """Since when every poll of every feed has failed; None while one can be read."""
    tells_at_once: bool
    """Whether some route tells at once."""


class Tell(Protocol):
    """As `bot.notices.Notices.tell`."""

    async def __call__(self, text: str, remedy: str, *, good: bool = False) -> None: ...


WELL = {
    "poll": "Feeds are read again.",
    "delivery": "Messages are delivered again.",
    "alert": "There are alerts again.",
}


def limits_of(config: Config) -> Limits:
    """As configured."""
    table = config.watchdog
    return Limits(
        no_poll=timedelta(minutes=table.no_poll_minutes) or None,
        no_delivery=timedelta(minutes=table.no_delivery_minutes) or None,
        no_alert=timedelta(days=table.no_alert_days) or None,
    )


def alarms(seen: Watched, limits: Limits, now: datetime) -> dict[str, Alarm]:
    """What lasts for too long, by the keys of `WELL`. Pure."""
    found = {
        "poll": _no_poll(seen, limits.no_poll, now),
        "delivery": _no_delivery(seen.figures, limits.no_delivery, now),
        "alert": _no_alert(seen, limits.no_alert, now),
    }
    return {key: alarm for key, alarm in found.items() if alarm is not None}


def _no_poll(seen: Watched, limit: timedelta | None, now: datetime) -> Alarm | None:
    if limit is None or not seen.figures.feeds:
        return None
    failing, due = seen.failing_since, seen.figures.oldest_due
    if failing is not None and now - failing > limit:
        text = f"No feed could be read since {_at(failing)}."
        return Alarm(text, "Check the network of the machine, then: pledgewatch doctor")
    overdue = max(due, seen.started) if due else None
    if overdue is not None and now - overdue > limit:
        text = f"No feed was polled since {_at(overdue)}, though one was due."
        return Alarm(text, "Look into the log, then start the service anew.")
    return None


def _no_delivery(figures: StoreFigures, limit: timedelta | None, now: datetime) -> Alarm | None:
    oldest = figures.oldest_waiting
    if limit is None or oldest is None or now - oldest <= limit:
        return None
    waiting = f"{figures.waiting} message{'s wait' if figures.waiting != 1 else ' waits'}"
    text = f"{waiting} to be delivered, the oldest since {_at(oldest)}."
    return Alarm(text, "/pledgewatch deliveries says why, pledgewatch doctor what to do.")


def _no_alert(seen: Watched, limit: timedelta | None, now: datetime) -> Alarm | None:
    last = seen.figures.last_alert or seen.started
    if limit is None or not seen.figures.feeds or not seen.tells_at_once or now - last <= limit:
        return None
    text = f"There was no alert since {_at(last)}."
    remedy = "Perhaps there was no news. If there was: /pledgewatch feeds health, /pledges whynot"
    return Alarm(text, remedy)


def tells_at_once(routes: list[Route]) -> bool:
    """Whether some route tells at once, and is neither off nor muted. Pure."""
    return any(
        route.mode is Mode.INSTANT and not route.disabled and route.muted_until is None
        for route in routes
    )


class Watchdog:
    """Looks every minute."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        limits: Limits,
        tell: Tell,
        *,
        failing_since: Callable[[], datetime | None],
    ) -> None:
        self.limits = limits
        self._store = store
        self._clock = clock
        self._tell = tell
        self._failing_since = failing_since
        self._started = clock()

    async def look(self) -> None:
        """Tell what has begun to last for too long, and what is well again. Raises StorageError."""
        seen = Watched(
            await self._store.figures(),
            self._started,
            self._failing_since(),
            tells_at_once(await self._store.routes()),
        )
        now = self._clock()
        await self._told(alarms(seen, self.limits, now), now)

    async def _told(self, found: Mapping[str, Alarm], now: datetime) -> None:
        for key, well in WELL.items():
            told = await self._store.recall(_KEY + key)
            alarm = found.get(key)
            if alarm is not None and not told:
                await self._tell(alarm.text, alarm.remedy)
                await self._store.remember(_KEY + key, now.isoformat())
            elif alarm is None and told:
                since = _at(datetime.fromisoformat(told))
                await self._tell(well, f"It was told on {since}.", good=True)
                await self._store.remember(_KEY + key, "")


def _at(when: datetime) -> str:
    return f"{when:%d %b %H:%M} UTC"
