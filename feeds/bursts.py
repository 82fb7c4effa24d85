"""Whether a feed brings far more at once than it ever did: a mistake, an import, somebody's prank.
Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from feeds.article import Article
from feeds.schedule import FeedState, Settings, first_poll

_HOUR = timedelta(hours=1)


def is_burst(
    state: FeedState,
    new: int,
    total: int,
    now: datetime,
    settings: Settings,
    *,
    recent: int = 0,
) -> bool:
    """Whether a known feed yields far more new items than its rhythm and the time since the last
    good poll explain; `total` is how many the document has. A feed's first poll is no burst.

    `recent` of them are dated since then (`dated_since`). They count for a third: on the day of a
    summit a ministry publishes ten texts at once, and those are what this program is for."""
    if first_poll(state) or not new:
        return False
    floor = settings.burst_floor if new < total else settings.burst_floor / 3
    return new - recent * 2 / 3 > settings.burst_factor * _expected(state, now) + floor


def dated_since(state: FeedState, new: Sequence[Article], now: datetime) -> int:
    """How many new articles are dated after the last good poll, or within the hour before it."""
    since = min(state.last_good or now, now) - _HOUR
    return sum(1 for one in new if one.published and since <= one.published <= now)


def _expected(state: FeedState, now: datetime) -> float:
    """Items that the rhythm explains since the last good poll, our own downtime included."""
    if len(state.items) < 2 or state.last_good is None:
        return 0.0
    span = max(state.items[-1] - state.items[0], _HOUR)
    passed = max(now - state.last_good, timedelta())  # the clock may have been put back
    return (len(state.items) - 1) * (passed / span)
