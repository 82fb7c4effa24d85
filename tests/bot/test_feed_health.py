"""What ails a feed, in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.feed_health import ago, health
from feeds.article import Feed
from feeds.schedule import FeedState
from storage.records import Origin, StoredFeed
from tests.builders import NOW

WELL = FeedState(good_polls=9, last_good=NOW, next_check=NOW + timedelta(minutes=5))


def stored(state: FeedState, *, paused: bool = False) -> StoredFeed:
    return StoredFeed(1, Feed("https://x.example/f"), state, Origin.FILE, paused, NOW)


def daily(until: datetime) -> tuple[datetime, ...]:
    return tuple(until - timedelta(days=n) for n in range(9, -1, -1))


def weekly(last: datetime) -> tuple[datetime, ...]:
    return tuple(last - timedelta(weeks=n) for n in range(9, -1, -1))


@pytest.mark.parametrize(
    ("state", "trouble", "part"),
    [
        (WELL, "", "well"),
        (FeedState(), "new", "not looked at yet"),
        (replace(WELL, ended=True), "ended", "410"),
        (
            replace(WELL, failures=4, failure_text="HTTP 404: check the address"),
            "failing",
            "(4 times): HTTP 404: check the address",
        ),
        (replace(WELL, moved_to="https://y.example/f"), "moved", "https://y.example/f"),
        (replace(WELL, next_check=NOW - timedelta(hours=3)), "late", "3 h ago"),
        (replace(WELL, items=daily(NOW - timedelta(days=20))), "silent", "nothing new for 20 d"),
        (replace(WELL, items=daily(NOW - timedelta(days=2))), "", "well"),
        (replace(WELL, items=weekly(NOW - timedelta(days=20))), "", "well"),
    ],
)
def test_the_gravest_trouble_is_named_with_its_reason(
    state: FeedState, trouble: str, part: str
) -> None:
    found = health(stored(state), NOW)
    assert found.trouble == trouble
    assert part in found.text


def test_a_paused_feed_is_nothing_but_paused() -> None:
    assert health(stored(replace(WELL, failures=3), paused=True), NOW).trouble == "paused"


@pytest.mark.parametrize(
    ("span", "text"),
    [(timedelta(minutes=5), "5 min"), (timedelta(hours=30), "30 h"), (timedelta(days=3), "3 d")],
)
def test_a_span_is_told_in_its_largest_unit(span: timedelta, text: str) -> None:
    assert ago(span) == text
