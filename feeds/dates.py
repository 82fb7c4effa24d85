"""Dates as feeds give them: ISO 8601, RFC 822, and what publishers make of both."""

from __future__ import annotations

import re
from collections import Counter
from datetime import MAXYEAR, UTC, datetime, timedelta, timezone
from functools import cache

from feeds.word_lists import lines_of

_LONGEST = 90
_EARLIEST_YEAR = 1990
"""No news was published as a feed before; such dates are defaults of the publisher's program."""
_YEARS_AHEAD = 2
_BUILT_YEAR = 2026
"""A clock that shows less is not set; dates are not judged by it."""

_WEEKDAY = r"(?:[^\W\d]+\.?(?:,\ ?|\ ))?"
_DAY = r"(?P<day>[0-9]{1,2})"
_MONTH = r"(?P<month>[^\W\d]{3,})"
_YEAR = r"(?P<year>[0-9]{4})"
_DATES = tuple(
    re.compile(_WEEKDAY + shape, re.VERBOSE)
    for shape in (
        # 2026/11/24, 2026.11.24., 2026年11月24日, 2026-11-24
        rf"""{_YEAR}(?:[-/.]|[年년])\ ?(?P<number>[0-9]{{1,2}})(?:[-/.]|[月월])\ ?
        {_DAY}[日일.]?(?P<rest>.*)""",
        # 24-11-2026, 24.11.2026, 11/24/2026
        rf"{_DAY}(?P<sign>[-/.])\ ?(?P<number>[0-9]{{1,2}})(?P=sign)\ ?{_YEAR}(?P<rest>.*)",
        # 24 Nov 2026, 24-Nov-26, 6. Januar 2026, 6 de enero de 2026, 24th November 2026
        rf"""{_DAY}(?:st|nd|rd|th|\.)?[ -](?:de\ )?{_MONTH}\.?,?[ -](?:de\ )?
        (?P<year>[0-9]{{4}}|[0-9]{{2}})(?P<rest>.*)""",
        # November 24, 2026; Nov 24 2026
        rf"{_MONTH}\.?\ {_DAY}(?:st|nd|rd|th)?,?\ {_YEAR}(?P<rest>.*)",
        # Nov 24 10:00:00 CET 2026
        rf"{_MONTH}\ {_DAY}(?P<rest>\ .+)\ {_YEAR}",
        # 20261124, 20261124100000
        rf"{_YEAR}(?P<number>[0-9]{{2}})(?P<day>[0-9]{{2}})(?P<digits>[0-9]{{4}}(?:[0-9]{{2}})?)?",
    )
)
_TIME = re.compile(
    r"""(?:(?:,|,?\ -|,?\ at|T)?\ ?
    (?P<hour>[0-9]{1,2})[:h](?P<minute>[0-9]{1,2})(?::(?P<second>[0-9]{1,2})(?:[.,][0-9]+)?)?
    (?:\ ?(?P<half>[AaPp])\.?[Mm]\b\.?)?)?
    (?:\ ?(?P<zone>(?:GMT|UTC?)?[+-][0-9]{1,2}(?::?[0-9]{2})?|[A-Za-z]{1,5}))?""",
    re.VERBOSE,
)
_ISO = re.compile(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}[Tt ][0-9].*|[0-9]{4}-[0-9]{2}-[0-9]{2}")
_REMARK = re.compile(r"(?<=.)\ ?\([^()]*\)")
_HALF_DAY = re.compile(r"[0-9]\ ?[AaPp]\.?[Mm]\b")
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{1,2})")
_LETTERS = re.compile(r"[^\W\d]{3}")
_FOREIGN_ZONES = (*range(-8, 4), 9)
"""Hours: of America, as feedparser abbreviates them, of Greece and Hungary, and of Korea, whose
dates it reads as well."""


def parse_date(text: str) -> datetime | None:
    """The moment in UTC, to the second, or None. A time without a zone is taken as UTC; a day and a
    month in figures that may be each other, as in 06/01/2026, make no date."""
    text = " ".join(text.split())
    if not text or len(text) > _LONGEST:
        return None
    try:
        moment = _since_1970(text) or _iso(text) or _in_words(_REMARK.sub("", text))
        return moment.astimezone(UTC).replace(microsecond=0) if moment else None
    except (ValueError, OverflowError):
        return None


def agrees(text: str, moment: datetime) -> bool:
    """Whether a moment that feedparser has read is what a text says: in one of the zones that it
    knows, the moment's year, day, hour and minute stand there."""
    if len(text) > _LONGEST or _HALF_DAY.search(text) or moment.year >= MAXYEAR:
        return False
    clock = _CLOCK.search(text)
    wanted = (int(clock[1]), int(clock[2])) if clock else (0, 0)
    numbers = Counter(int(number) for number in re.findall("[0-9]+", text))
    in_figures = not _LETTERS.search(text)
    for hours in _FOREIGN_ZONES:
        local = moment + timedelta(hours=hours)
        date = Counter((local.year, local.day, *([local.month] * in_figures)))
        if (local.hour, local.minute) == wanted and date <= numbers:
            return True
    return False


def plausible(moment: datetime | None, now: datetime) -> datetime | None:
    """A date that news may bear; None for one that is a default or a slip of the publisher's."""
    latest = max(now.year, _BUILT_YEAR) + _YEARS_AHEAD
    return moment if moment and _EARLIEST_YEAR <= moment.year <= latest else None


def _since_1970(text: str) -> datetime | None:
    """Seconds or milliseconds."""
    if not (text.isascii() and text.isdigit() and len(text) in (10, 13)):
        return None
    return datetime.fromtimestamp(int(text[:10]), UTC)


def _iso(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if _ISO.fullmatch(text) else None
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


def _in_words(text: str) -> datetime | None:
    for shape in _DATES:
        found = shape.fullmatch(text)
        date = _date(found.groupdict()) if found else None
        if found and date:
            parts = found.groupdict()
            return _at(date, parts.get("rest") or _spread(parts.get("digits") or ""))
    return None


def _date(parts: dict[str, str]) -> datetime | None:
    """Raises ValueError where there is no such day, or it may be another."""
    year, day = int(parts["year"]), int(parts["day"])
    month = int(parts.get("number") or 0) or _months().get(parts.get("month", "").lower())
    if month is None:
        return None
    if len(parts["year"]) == 2:  # as RFC 2822 (section 4.3) and email.utils read it
        year += 1900 if year > 68 else 2000
    if parts.get("sign") == "/" and day != month and max(day, month) <= 12:
        raise ValueError(parts)
    if parts.get("sign") and month > 12:
        day, month = month, day
    return datetime(year, month, day)  # noqa: DTZ001 - its zone comes with the time


def _spread(digits: str) -> str:
    """ "100000" as "10:00:00"."""
    return ":".join(re.findall("..", digits))


def _at(date: datetime, text: str) -> datetime:
    """Raises ValueError where the text is no time."""
    found = _TIME.fullmatch(text.rstrip())
    if found is None:
        raise ValueError(text)
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    if found["half"] and hour <= 12:
        hour = hour % 12 + 12 * (found["half"] in "Pp")
    if minute > 59 or second > 60 or (hour, minute, second) > (24, 0, 0):
        raise ValueError(text)
    zone = _zone((found["zone"] or "UTC").upper())
    return date.replace(tzinfo=zone) + timedelta(hours=hour, minutes=minute, seconds=second)


def _zone(text: str) -> timezone:
    """Raises ValueError where it may mean several."""
    sign = re.search("[+-]", text)
    offset = text[sign.start() :] if sign else _zones().get(text, "")
    digits = offset[1:].replace(":", "")
    if not digits:
        raise ValueError(text)
    if len(digits) <= 2:
        digits = f"{digits:0>2}00"
    span = timedelta(hours=int(digits[:-2]), minutes=int(digits[-2:]))
    return timezone(-span if offset[0] == "-" else span)


@cache
def _months() -> dict[str, int]:
    return {
        name: number
        for line in lines_of("months.txt")
        for number, names in enumerate(line.partition(" ")[2].split("|"), 1)
        for name in names.split()
    }


@cache
def _zones() -> dict[str, str]:
    return dict(line.split() for line in lines_of("zones.txt"))
