"""What is known of the service at one moment, and what is wrong with it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.meters import LoopLag, Meters
from bot.opinions import OpinionFigures
from storage.errors import StorageError
from storage.records import StoreFigures

STALE = timedelta(minutes=15)
"""A message that is due and not sent for so long shows that delivery stands still."""
UNREAD = timedelta(days=1)
"""No feed was read for so long: feeds rest for a day at most."""
IDLE = 60.0
"""Seconds without any tick of the scheduler, of which one comes every second."""


@dataclass(frozen=True, slots=True)
class Vitals:
    """One look at the service."""

    figures: StoreFigures | None
    """None: the database does not answer."""
    answer_seconds: float
    """How long the database took for them."""
    chats: Mapping[str, str]
    """What is wrong with each; empty where it sends and hears."""
    started: datetime
    idle: float
    """Seconds since the scheduler last began something."""
    last_read: datetime | None
    """When a feed last brought a document since the start, "nothing new" included."""
    last_backup: datetime | None
    meters: Meters
    lag: LoopLag
    opinions: OpinionFigures | None = None
    """None: no language model is configured."""


def is_alive(vitals: Vitals) -> bool:
    """Whether the process works at all; where it does not, only a new start helps. Pure."""
    return vitals.idle < IDLE


def parts(vitals: Vitals, now: datetime) -> dict[str, str]:
    """Every part with what is wrong with it; empty where it is well. Pure."""
    looked = {
        "scheduler": "" if is_alive(vitals) else f"stands still for {vitals.idle:.0f} s",
        "database": "" if vitals.figures else "does not answer",
        **{f"chat {name}": why for name, why in vitals.chats.items()},
    }
    if vitals.figures is not None:
        looked["feeds"] = _feeds(vitals, vitals.figures, now)
        looked["deliveries"] = _deliveries(vitals.figures, now)
    return looked


def _feeds(vitals: Vitals, figures: StoreFigures, now: datetime) -> str:
    last = max(vitals.last_read or vitals.started, vitals.started)
    if figures.feeds and now - last > UNREAD:
        return f"none was read since {last:%Y-%m-%d %H:%M} UTC"
    return ""


def _deliveries(figures: StoreFigures, now: datetime) -> str:
    oldest = figures.oldest_waiting
    if oldest and now - oldest > STALE:
        return f"one waits since {oldest:%Y-%m-%d %H:%M} UTC"
    return ""


def troubles(vitals: Vitals, now: datetime) -> dict[str, str]:
    """What is wrong, by part; empty where all is well. Pure."""
    return {part: why for part, why in parts(vitals, now).items() if why}


def notes(vitals: Vitals) -> dict[str, str]:
    """What does not work and is not needed either; the service is well without it. Pure."""
    paused = vitals.opinions.paused if vitals.opinions else ""
    return {"second opinion": paused} if paused else {}


async def figures_or_none(figures: Callable[[], Awaitable[StoreFigures]]) -> StoreFigures | None:
    """The store's figures within a second; None where it does not answer."""
    try:
        async with asyncio.timeout(1.0):
            return await figures()
    except (StorageError, TimeoutError):
        return None
