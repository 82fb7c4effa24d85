from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from feeds.article import Article
from feeds.bursts import dated_since, is_burst
from feeds.schedule import FeedState, Settings

NOW = datetime(2026, 1, 7, 12, 30, tzinfo=UTC)
SETTINGS = Settings()
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def article(published: datetime | None) -> Article:
    return Article(("id:1",), "", "", "", "", "", "", "", published, None, "")


def with_rhythm(gap: timedelta) -> FeedState:
    items = tuple(NOW - gap * n for n in range(20, -1, -1))
    return FeedState(items=items, good_polls=9, last_good=NOW - 5 * MINUTE, newest_published=NOW)


def test_a_flood_that_the_rhythm_does_not_explain_is_a_burst() -> None:
    state = replace(with_rhythm(6 * HOUR), last_good=NOW - HOUR)
    assert is_burst(state, 30, 50, NOW, SETTINGS)
    assert is_burst(state, 10, 10, NOW, SETTINGS)


def test_ten_texts_on_the_day_of_a_summit_are_no_burst_and_fifty_are() -> None:
    state = replace(with_rhythm(6 * HOUR), last_good=NOW - HOUR)
    for count, burst in ((10, False), (50, True)):
        texts = [article(NOW - n * MINUTE) for n in range(count)]
        recent = dated_since(state, texts, NOW)
        assert recent == count
        assert is_burst(state, count, count, NOW, SETTINGS, recent=recent) is burst


def test_a_clock_that_was_put_back_makes_no_burst() -> None:
    state = replace(with_rhythm(6 * MINUTE), last_good=NOW + 5 * HOUR)
    texts = [article(NOW - MINUTE)] * 8
    recent = dated_since(state, texts, NOW)
    assert recent == 8
    assert not is_burst(state, 8, 50, NOW, SETTINGS, recent=recent)


def test_items_with_old_dates_future_dates_or_none_are_not_recent() -> None:
    state = replace(with_rhythm(6 * HOUR), last_good=NOW - HOUR)
    others = [article(NOW - 3 * HOUR), article(NOW + HOUR), article(None)]
    assert dated_since(state, others, NOW) == 0


@pytest.mark.parametrize(
    ("state", "new", "total"),
    [
        (FeedState(), 50, 50),
        (replace(with_rhythm(6 * HOUR), last_good=NOW - HOUR), 3, 50),
        (replace(with_rhythm(6 * HOUR), last_good=NOW - HOUR), 4, 4),
        (replace(with_rhythm(6 * HOUR), last_good=NOW - timedelta(days=10)), 40, 50),
        (replace(with_rhythm(3 * MINUTE), last_good=NOW - HOUR), 40, 50),
        (with_rhythm(HOUR), 0, 50),
    ],
    ids=["first poll", "a busy hour", "a short feed", "after our downtime", "a wire", "nothing"],
)
def test_what_is_no_burst(state: FeedState, new: int, total: int) -> None:
    assert not is_burst(state, new, total, NOW, SETTINGS)
