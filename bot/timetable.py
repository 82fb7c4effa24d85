"""When a route's digest goes out, and when a route keeps quiet. Pure.

A time of day is that of the route's zone. Each day has each of its times once: where the clock is
put forward over it, it comes as much later as the clock jumps (RFC 5545, 3.3.5); where the clock is
put back and shows it twice, it is the first.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from storage.records import Mode, Route

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


def digest_due(route: Route, now: datetime) -> datetime:
    """The next time, after now, at which what the route holds is told: the full hour, or the day's
    or week's time; the end of the quiet hours where it falls into them."""
    if route.mode in {Mode.DAILY, Mode.WEEKLY}:
        return out_of_quiet(route, _next_day(route, now))
    return out_of_quiet(route, _full_hour(route, now))


def out_of_quiet(route: Route, when: datetime) -> datetime:
    """That time, or the end of the quiet hours that it lies in."""
    return quiet_until(route, when) or when


def quiet_until(route: Route, now: datetime) -> datetime | None:
    """The end of the quiet hours that now lies in; None outside of them."""
    if not route.quiet:
        return None
    begin, end = span_of_day(route.quiet)
    zone = ZoneInfo(route.zone)
    today = now.astimezone(zone).date()
    for day in (today - _DAY, today):
        last = _at(day if begin < end else day + _DAY, end, zone)
        if _at(day, begin, zone) <= now < last:
            return last
    return None


def span_of_day(text: str) -> tuple[time, time]:
    """Both ends of "22:00-07:00". Raises ValueError with the end of a sentence."""
    ends = text.split("-")
    if len(ends) != 2 or not all(map(_CLOCK.fullmatch, ends)) or ends[0] == ends[1]:
        raise ValueError('must be two times of day, such as "22:00-07:00"')
    return time_of_day(ends[0]), time_of_day(ends[1])


def time_of_day(text: str) -> time:
    """The time of "07:00". Raises ValueError with the end of a sentence."""
    if not _CLOCK.fullmatch(text):
        raise ValueError('must be a time of day, such as "07:00"')
    return time.fromisoformat(text)


def _at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)


def _next_day(route: Route, now: datetime) -> datetime:
    zone, clock = ZoneInfo(route.zone), time_of_day(route.at)
    yesterday = now.astimezone(zone).date() - _DAY
    days = (yesterday + n * _DAY for n in range(10))
    if route.mode is Mode.WEEKLY:
        days = (day for day in days if day.weekday() == route.weekday)
    return next(when for day in days if (when := _at(day, clock, zone)) > now)


def _full_hour(route: Route, now: datetime) -> datetime:
    """On the clock of the zone: some are half an hour off, or a quarter."""
    local = now.astimezone(ZoneInfo(route.zone))
    past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return now.astimezone(UTC) - past + _HOUR
