from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.dates import _months, _zones, agrees, parse_date, plausible

EVENING = datetime(2026, 1, 6, 18, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-06T18:04:00.000+00:00",
        "20260106T180400Z",
        "Tue, 6 Jan 2026 18:04:00",
        "Ter, 06 Jan 2026 15:04:00 -0300",
        "Di., 6. Januar 2026 18:04",
        "6 janvier 2026 19:04 +01:00",
        "wt., 6 stycznia 2026 18:04:00 GMT",
        "вт, 6 січня 2026 20:04:00 +0200",
        "6 de enero de 2026 18:04",
        " Tue,\n 6 Jan  2026 18:04 ",
        "2026/01/06 18:04",
        "2026/01/07 03:04:00 +0900",
        "2026.01.06 18:04",
        "2026. 1. 6. 18:04",
        "2026年1月6日 18:04",
        "2026년 1월 6일 18:04",
        "2026-1-6 18:4:0",
        "06-01-2026 18:04",
        "06.01.2026 18:04",
        "2026-01-06 18:04:00 UTC",
        "2026-01-06 13:04:00 EST",
        "2026-01-06 18:04:00.5 Z",
        "Jan 6, 2026 6:04 PM",
        "6 Jan 2026 6:04 p.m.",
        "Tue, 06 Jan 2026 06:04:00 PM GMT",
        "6 Jan 2026 1:04 PM EST",
        "Tuesday, January 6, 2026 - 18:04",
        "Tue, 6th January 2026 18:04",
        "Tue,6 Jan 2026 18:04:00 GMT",
        "06-Jan-26 18:04",
        "Tue, 06 Jan 2026 19:04:00 CET",
        "Tue, 06 Jan 2026 21:04:00 MSK",
        "Wed, 07 Jan 2026 03:04:00 JST",
        "Tue, 06 Jan 2026 20:04:00 GMT+2",
        "Tue Jan 06 19:04:00 CET 2026",
        "Tue Jan 06 2026 19:04:00 GMT+0100 (Central European Standard Time)",
        "20260106180400",
        "1767722640",
        "1767722640000",
    ],
)
def test_dates_in_other_shapes_and_languages(text: str) -> None:
    assert parse_date(text) == EVENING


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "32 Jan 2026 18:04",
        "6 Brumaire 2026",
        "6 Januar 2026 18:04 QQQ",
        "9" * 500,
        "06/01/2026 18:04",
        "31/02/2026",
        "2026-11",
        "2026",
        "6 Jan 2026 18:64",
        "6 Jan 2026 25:00",
        "18:04",
        "6 Jan 2026 at noon",
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert parse_date(text) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("11/24/2026", 24),
        ("24/11/2026", 24),
        ("11/11/2026", 11),
        ("11-24-2026", 24),
        ("Nov 24, 2026 12:00 AM", 24),
        ("Tue, 24 Nov 2026 24:00:00 GMT", 25),
        ("mar, 24 nov 2026", 24),
    ],
)
def test_days_that_can_be_only_one(text: str, day: int) -> None:
    assert parse_date(text) == datetime(2026, 11, day, tzinfo=UTC)


@given(st.text("0123456789-/.:, TZ+年月日aApPmMnNoOvV()", max_size=30))
def test_whatever_stands_for_a_date_does_no_harm(text: str) -> None:
    moment = parse_date(text)
    assert moment is None or moment.tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "moment", "right"),
    [
        ("Tue, 06 Jan 2026 18:04:00 IST", EVENING, True),
        ("Tue, 06 Jan 2026 18:04:00 ET", EVENING.replace(hour=23), True),
        ("2026/11/24 10:00", datetime(2026, 11, 1, tzinfo=UTC), False),
        ("24-11-2026 10:00", datetime(2024, 11, 20, tzinfo=UTC), False),
        ("2026-11-24 10:00:00 QQQ", datetime(2026, 11, 24, tzinfo=UTC), False),
        ("6 Jan 2026 10:00 PM QQQ", datetime(2026, 1, 6, 10, tzinfo=UTC), False),
        ("2026-11", datetime(2026, 11, 1, tzinfo=UTC), False),
        ("2026-01", datetime(2026, 1, 1, tzinfo=UTC), False),
        ("Κυρ, 11 Ιουλ 2004 12:00:00 +0300", datetime(2004, 7, 11, 9, tzinfo=UTC), True),
        ("9999-12-31 23:59", datetime.max.replace(tzinfo=UTC), False),
    ],
)
def test_what_another_reads_counts_only_where_the_date_says_it(
    text: str, moment: datetime, right: bool
) -> None:
    assert agrees(text, moment) is right


@pytest.mark.parametrize("year", [1, 1970, 1989, 2029, 2090, 9999])
def test_a_date_that_no_news_bears_is_none(year: int) -> None:
    assert plausible(datetime(year, 12, 31, 23, 59, 59, 999_999, UTC), EVENING) is None


@pytest.mark.parametrize("now", [EVENING, datetime(1970, 1, 1, tzinfo=UTC)])
def test_a_date_of_these_years_counts_whatever_the_clock_shows(now: datetime) -> None:
    assert plausible(datetime(1990, 1, 1, tzinfo=UTC), now)
    assert plausible(datetime(2028, 12, 31, tzinfo=UTC), now)


def test_an_abbreviation_of_a_zone_is_used_for_no_other() -> None:
    """Of the database of zones; those of RFC 822 mean what it says."""
    rfc822 = {"EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT"}
    offsets: dict[str, set[str]] = {}
    for name in available_timezones():
        for month in range(1, 13, 3):
            local = datetime(2026, month, 1, tzinfo=ZoneInfo(name))
            offsets.setdefault(local.strftime("%Z"), set()).add(local.strftime("%z"))
    for name, offset in _zones().items():
        assert name in rfc822 or offsets.get(name, {offset}) == {offset}


def test_the_names_of_months_are_complete() -> None:
    assert set(_months().values()) == set(range(1, 13))
