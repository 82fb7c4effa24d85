"""Dates that feedparser does not read: ISO in other shapes, names of months in other languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import cache

from feeds.word_lists import lines_of

_LONGEST = 60
_NAMED = re.compile(
    r"""(?:[^\W\d]+\.?,?\ )?(?P<day>\d{1,2})\.?\ (?:de\ )?(?P<month>[^\W\d]{3,})\.?,?\ (?:de\ )?
    (?P<year>\d{4}),?(?:\ (?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?)?
    (?:\ ?(?P<zone>[+-]\d{2}:?\d{2}|[A-Z]{1,5}))?""",
    re.VERBOSE,
)


def parse_date(text: str) -> datetime | None:
    """The moment in UTC, or None. A time without a zone is taken as UTC."""
    text = " ".join(text.split())
    if not text or len(text) > _LONGEST:
        return None
    readers: tuple[Callable[[str], datetime], ...] = (
        datetime.fromisoformat,
        parsedate_to_datetime,
        _with_named_month,
    )
    for reader in readers:
        try:
            moment = reader(text)
            aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
            return aware.astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None


def _with_named_month(text: str) -> datetime:
    """ "Seg, 24 Set 2018 19:22:00 -0300", "6. Januar 2026 18:04". Raises ValueError."""
    found = _NAMED.fullmatch(text)
    month = _months().get(found["month"].lower()) if found else None
    if found is None or month is None:
        raise ValueError(text)
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    day = datetime(int(found["year"]), month, int(found["day"]), tzinfo=_zone(found["zone"] or ""))
    return day.replace(hour=hour, minute=minute, second=second)


def _zone(text: str) -> timezone:
    """An offset; names of zones other than UTC's are too many things at once."""
    if text in ("", "Z", "UT", "UTC", "GMT"):
        return UTC
    if text[0] not in "+-":
        raise ValueError(text)
    digits = text[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)


@cache
def _months() -> dict[str, int]:
    return {
        name: number
        for line in lines_of("months.txt")
        for number, names in enumerate(line.partition(" ")[2].split("|"), 1)
        for name in names.split()
    }
