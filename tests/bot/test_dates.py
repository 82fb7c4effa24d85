"""Moments in the past as people type them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.dates import since

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
"""A Monday."""


def day(month: int, number: int, year: int = 2026) -> datetime:
    return datetime(year, month, number, tzinfo=UTC)


@pytest.mark.parametrize(
    ("word", "back"),
    [
        ("24h", timedelta(hours=24)),
        ("7d", timedelta(days=7)),
        ("7 d", timedelta(days=7)),
        ("2 weeks", timedelta(weeks=2)),
        ("last week", timedelta(days=7)),
        ("past month", timedelta(days=30)),
        ("the last 7 days", timedelta(days=7)),
        ("3 days ago", timedelta(days=3)),
        ("a week ago", timedelta(days=7)),
        ("two weeks", timedelta(weeks=2)),
        ("week", timedelta(days=7)),
        ("останні 7 днів", timedelta(days=7)),
        ("минулий тиждень", timedelta(days=7)),
        ("3 дня назад", timedelta(days=3)),
        ("zeszły tydzień", timedelta(days=7)),
        ("vor 3 Tagen", timedelta(days=3)),
        ("letzte Woche", timedelta(days=7)),
        ("il y a 3 jours", timedelta(days=3)),
        ("la semaine dernière", timedelta(days=7)),
        ("hace 3 días", timedelta(days=3)),
    ],
)
def test_a_span_reaches_back_from_now(word: str, back: timedelta) -> None:
    assert since(word, NOW) == NOW - back


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("today", day(3, 2)),
        ("yesterday", day(3, 1)),
        ("вчора", day(3, 1)),
        ("hier", day(3, 1)),
        ("the day before yesterday", day(2, 28)),
        ("Monday", day(2, 23)),
        ("last Friday", day(2, 27)),
        ("Sonntag", day(3, 1)),
        ("this week", day(3, 2)),
        ("this month", day(3, 1)),
        ("this year", day(1, 1)),
    ],
)
def test_a_named_day_begins_at_midnight(word: str, expected: datetime) -> None:
    assert since(word, NOW) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("2026", day(1, 1)),
        ("2026-01", day(1, 1)),
        ("2026-01-31", day(1, 31)),
        ("31.01.2026", day(1, 31)),
        ("31/01/2026", day(1, 31)),
        ("31 Jan 2026", day(1, 31)),
        ("1st February 2026", day(2, 1)),
        ("Jan 31, 2026", day(1, 31)),
        ("31 Jan", day(1, 31)),
        ("3 March", day(3, 3, 2025)),
        ("29 Feb", day(2, 29, 2024)),
        ("2026-01-31T10:00:00+02:00", datetime(2026, 1, 31, 8, tzinfo=UTC)),
    ],
)
def test_a_written_date_is_the_latest_such_day(word: str, expected: datetime) -> None:
    assert since(word, NOW) == expected


@pytest.mark.parametrize(
    "word", ["", "soon", "5", "last", "d", "31 Foo", "9999 years", "2026-13-01", "0x7"]
)
def test_what_is_no_date_is_none(word: str) -> None:
    assert since(word, NOW) is None


@pytest.mark.parametrize(
    ("typed", "begins"),
    [
        ("since last week", NOW - timedelta(days=7)),
        ("seit letzter Woche", NOW - timedelta(days=7)),
        ("March", datetime(2026, 3, 1, tzinfo=UTC)),
        ("since", None),
    ],
)
def test_a_word_for_since_is_no_part_of_a_date(typed: str, begins: datetime | None) -> None:
    assert since(typed, NOW) == begins
