"""When digests go out and when routes keep quiet, whatever the clocks do."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.timetable import digest_due, quiet_until, span_of_day, time_of_day
from storage.records import Mode, Route

ZONES = [
    "Europe/Kyiv",
    "America/New_York",
    "Pacific/Auckland",
    "Asia/Kathmandu",  # no daylight saving, 5:45 ahead
    "Australia/Lord_Howe",  # put forward by half an hour
    "UTC",
]
CHANGES = [
    datetime(2026, 3, 29, 1, tzinfo=UTC),  # Kyiv, forward
    datetime(2026, 10, 25, 1, tzinfo=UTC),  # Kyiv, back
    datetime(2026, 3, 8, 7, tzinfo=UTC),  # New York, forward
    datetime(2026, 11, 1, 6, tzinfo=UTC),  # New York, back
    datetime(2026, 9, 26, 14, tzinfo=UTC),  # Auckland, forward
    datetime(2026, 4, 4, 14, tzinfo=UTC),  # Auckland, back
    datetime(2026, 7, 1, 12, tzinfo=UTC),
]

clocks = st.times().map(lambda t: t.strftime("%H:%M"))
moments = st.builds(
    lambda change, minutes: change + timedelta(minutes=minutes),
    st.sampled_from(CHANGES),
    st.integers(-4 * 1440, 4 * 1440),
)
daily = st.builds(
    lambda at, zone: Route("r", "terminal", mode=Mode.DAILY, at=at, zone=zone),
    clocks,
    st.sampled_from(ZONES),
)
quiet = st.builds(
    lambda ends, zone: Route("r", "terminal", quiet=f"{ends[0]}-{ends[1]}", zone=zone),
    st.tuples(clocks, clocks).filter(lambda ends: ends[0] != ends[1]),
    st.sampled_from(ZONES),
)


def jumped_over(day: date, clock: time, zone: ZoneInfo) -> bool:
    """Whether the clock never shows that time on that day."""
    local = datetime.combine(day, clock, zone)
    return local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None)


@given(daily, moments)
def test_a_daily_digest_goes_out_once_on_every_local_day(route: Route, start: datetime) -> None:
    zone, when, days = ZoneInfo(route.zone), start, []
    for _ in range(8):
        when = digest_due(route, when)
        days.append(when.astimezone(zone).date())
    assert days == [days[0] + timedelta(days=n) for n in range(8)]


@given(daily, moments)
def test_it_goes_out_when_the_local_clock_first_shows_its_time(route: Route, now: datetime) -> None:
    zone, clock = ZoneInfo(route.zone), time_of_day(route.at)
    when = digest_due(route, now)
    local = when.astimezone(zone)
    if jumped_over(local.date(), clock, zone):
        assert (
            timedelta(0)
            < local.replace(tzinfo=None) - datetime.combine(local.date(), clock)
            <= timedelta(hours=1)
        )
    else:
        assert (local.time(), local.fold) == (clock, 0)
    assert now < when <= now + timedelta(hours=25)


@given(daily, st.integers(0, 6), moments)
def test_a_weekly_digest_goes_out_on_its_weekday_a_week_apart(
    route: Route, weekday: int, now: datetime
) -> None:
    weekly = Route("r", "terminal", mode=Mode.WEEKLY, at=route.at, zone=route.zone, weekday=weekday)
    first = digest_due(weekly, now)
    second = digest_due(weekly, first)
    days = [when.astimezone(ZoneInfo(route.zone)).date() for when in (first, second)]
    assert [day.weekday() for day in days] == [weekday, weekday]
    assert days[1] - days[0] == timedelta(days=7)


@given(st.sampled_from(ZONES[:4]), moments)
def test_an_hourly_digest_goes_out_at_the_next_full_hour_of_the_zone(
    zone: str, now: datetime
) -> None:
    when = digest_due(Route("r", "terminal", mode=Mode.HOURLY, zone=zone), now)
    assert when.astimezone(ZoneInfo(zone)).minute == 0
    assert now < when <= now + timedelta(hours=1)


@given(quiet, moments)
def test_quiet_hours_end_later_than_now_and_then_it_is_quiet_no_more(
    route: Route, now: datetime
) -> None:
    end = quiet_until(route, now)
    if end is not None:
        assert now < end <= now + timedelta(hours=25)
        assert quiet_until(route, end) is None


@given(quiet, moments)
def test_quiet_hours_are_one_stretch_a_day_with_one_end(route: Route, start: datetime) -> None:
    """Sampled every ten minutes over five days: as many ends as days, none within a stretch."""
    samples = [start + timedelta(minutes=10 * n) for n in range(5 * 144)]
    ends = {end for now in samples if (end := quiet_until(route, now))}
    days = [end.astimezone(ZoneInfo(route.zone)).date() for end in ends]
    assert len(set(days)) == len(days)
    for end in ends:
        stretch = [quiet_until(route, now) == end for now in samples]
        first, last = stretch.index(True), len(stretch) - stretch[::-1].index(True)
        assert all(stretch[first:last])


@given(quiet, moments)
def test_it_is_quiet_where_the_local_clock_says_so(route: Route, now: datetime) -> None:
    """Away from the hours in which a clock is changed."""
    if any(abs(now - change) < timedelta(hours=3) for change in CHANGES):
        return
    begin, end = span_of_day(route.quiet)
    clock = now.astimezone(ZoneInfo(route.zone)).time()
    inside = begin <= clock < end if begin < end else clock >= begin or clock < end
    tonight = {now.astimezone(ZoneInfo(route.zone)).date() + timedelta(days=d) for d in (-1, 0, 1)}
    if not any(jumped_over(d, t, ZoneInfo(route.zone)) for d in tonight for t in (begin, end)):
        assert (quiet_until(route, now) is not None) is inside


@given(daily, quiet, moments)
def test_no_digest_goes_out_in_quiet_hours(route: Route, silent: Route, now: datetime) -> None:
    both = Route("r", "t", mode=Mode.DAILY, at=route.at, zone=route.zone, quiet=silent.quiet)
    assert quiet_until(both, digest_due(both, now)) is None


@pytest.mark.parametrize(
    ("zone", "at", "now", "expected"),
    [
        ("Europe/Kyiv", "07:00", "2026-03-28T12:00Z", "2026-03-29T04:00Z"),  # the day of the change
        ("Europe/Kyiv", "07:00", "2026-03-27T12:00Z", "2026-03-28T05:00Z"),  # the day before it
        ("Europe/Kyiv", "03:30", "2026-03-28T12:00Z", "2026-03-29T01:30Z"),  # jumped over: 04:30
        ("America/New_York", "01:30", "2026-10-31T12:00Z", "2026-11-01T05:30Z"),  # shown twice
        ("Pacific/Auckland", "07:00", "2026-04-04T12:00Z", "2026-04-04T19:00Z"),
        ("UTC", "07:00", "2026-03-29T07:00Z", "2026-03-30T07:00Z"),
    ],
)
def test_the_time_of_day_is_that_of_the_zone(zone: str, at: str, now: str, expected: str) -> None:
    route = Route("r", "terminal", mode=Mode.DAILY, at=at, zone=zone)
    assert digest_due(route, datetime.fromisoformat(now)) == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    ("zone", "hours", "now", "expected"),
    [
        ("Europe/Kyiv", "22:00-07:00", "2026-03-28T21:00Z", "2026-03-29T04:00Z"),  # 8 hours only
        ("Europe/Kyiv", "22:00-07:00", "2026-10-24T21:00Z", "2026-10-25T05:00Z"),  # 10 hours
        ("Europe/Kyiv", "22:00-07:00", "2026-07-01T12:00Z", None),
        ("UTC", "12:00-14:00", "2026-07-01T12:00Z", "2026-07-01T14:00Z"),
        ("UTC", "12:00-14:00", "2026-07-01T14:00Z", None),
        ("America/New_York", "23:00-01:30", "2026-11-01T05:40Z", None),  # after the first 01:30
        ("UTC", "", "2026-07-01T12:00Z", None),
    ],
)
def test_quiet_hours_span_midnight_and_changes_of_the_clock(
    zone: str, hours: str, now: str, expected: str | None
) -> None:
    route = Route("r", "terminal", quiet=hours, zone=zone)
    end = datetime.fromisoformat(expected) if expected else None
    assert quiet_until(route, datetime.fromisoformat(now)) == end


@pytest.mark.parametrize("text", ["", "7", "7:00", "24:00", "07:60", "07:0", "-1:30", "07:00:00"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match='such as "07:00"'):
        time_of_day(text)


@pytest.mark.parametrize("text", ["22:00", "22:00-22:00", "22:00-7:00", "22:00-07:00-08:00", "-"])
def test_what_is_no_span_of_the_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match='such as "22:00-07:00"'):
        span_of_day(text)
