"""What ails a feed, in words. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Literal

from storage.records import StoredFeed

_LATE = timedelta(minutes=15)
_SILENT_AT_LEAST = timedelta(days=7)
_SILENT_GAPS = 8
_FEWEST_ITEMS = 3

Trouble = Literal["paused", "ended", "failing", "moved", "late", "silent", "new", ""]


@dataclass(frozen=True, slots=True)
class Health:
    """One feed's state of health."""

    trouble: Trouble
    """Empty: it is well."""
    text: str
    """In words, with what to do."""


def health(stored: StoredFeed, now: datetime) -> Health:
    """The gravest thing that is wrong with a feed."""
    state = stored.state
    if stored.paused:
        return Health("paused", "paused; feeds resume takes it up again")
    if state.ended:
        return Health("ended", "the publisher says it is gone for good (410); remove it")
    if state.failures:
        since = f" since {state.failing_since:%d %b %H:%M} UTC" if state.failing_since else ""
        return Health("failing", f"failing{since} ({state.failures} times): {state.failure_text}")
    if state.moved_to:
        return Health("moved", f"redirects for good to {state.moved_to}")
    if state.next_check and now - state.next_check > _LATE:
        return Health("late", f"should have been looked at {ago(now - state.next_check)} ago")
    if not state.good_polls:
        return Health("new", "not looked at yet")
    if silence := _silence(stored, now):
        return Health("silent", f"nothing new for {ago(silence)}; does it still exist?")
    return Health("", "well")


def _silence(stored: StoredFeed, now: datetime) -> timedelta | None:
    """How long a feed has brought nothing, where that is far beyond its rhythm."""
    items = stored.state.items
    if len(items) < _FEWEST_ITEMS:
        return None
    silent = now - items[-1]
    if silent <= _SILENT_AT_LEAST:  # of thousands of feeds nearly all: their rhythm is not asked
        return None
    gaps = (later - earlier for earlier, later in pairwise(items))
    usual = timedelta(seconds=median(gap.total_seconds() for gap in gaps))
    return silent if silent > _SILENT_GAPS * usual else None


def ago(span: timedelta) -> str:
    """A span in its largest unit: "3 d", "5 h", "12 min"."""
    minutes = int(span.total_seconds()) // 60
    if minutes >= 48 * 60:
        return f"{minutes // (24 * 60)} d"
    return f"{minutes // 60} h" if minutes >= 120 else f"{minutes} min"
