"""A moment as people type it: "7d", "last week", "seit Montag", "31 Jan". Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from bot.phrases import Phrases, phrases, plain

_SPAN = re.compile(r"(\d{1,4})\s*([^\W\d_]+)")
_FORMATS = (
    "%Y-%m",
    "%Y/%m/%d",
    "%d.%m.%Y",
    "%d/%m/%Y",
    "%d %b %Y",
    "%d %B %Y",
    "%b %d %Y",
    "%B %d %Y",
    "%b %Y",
    "%B %Y",
)
_YEARLESS = ("%d %b", "%d %B", "%b %d", "%B %d", "%d.%m", "%b", "%B")
_LEAP = 9
"""Within so many years there is a 29 February."""
_SHORTEST_UNIT = 3
"""A unit without a number; a single letter is no date."""
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b")


def since(word: str, now: datetime) -> datetime | None:
    """The moment from which on; UTC; None if it is none. Days begin at midnight UTC; a day without
    a year, or a month without one, is the latest such. "Since" before it is no mistake."""
    known = phrases()
    text = " ".join(plain(word).replace(",", " ").split())
    first, _, others = text.partition(" ")
    if "since" in known.connectors.get(first, ()):
        text = others
    text = _without(known.ago, text)
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if text in known.days:
        return midnight - timedelta(days=known.days[text])
    return _span(text, now, known) or _weekday(text, midnight, known) or _written(text, now)


def coming(word: str, now: datetime) -> datetime | None:
    """The beginning of a day that is named; UTC; None if it is none. A weekday is the next after
    today; a day without a year, or a month without one, the next such."""
    known = phrases()
    text = " ".join(plain(word).replace(",", " ").split()).removeprefix("next ")
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if text == "tomorrow":
        return midnight + timedelta(days=1)
    if text in known.weekdays:
        return midnight + timedelta(days=(known.weekdays[text] - midnight.weekday() - 1) % 7 + 1)
    text = _ORDINAL.sub("", text)
    years = range(now.year, now.year + _LEAP)
    found = (_parsed(f"{text} {year}", f"{form} %Y") for form in _YEARLESS for year in years)
    return next((at for at in found if at and at > now), None) or _written(text, now)


def _without(phrases_of_no_weight: frozenset[str], text: str) -> str:
    padded = f" {text} "
    for phrase in phrases_of_no_weight:
        padded = padded.replace(f" {phrase} ", " ")
    return padded.strip()


def _span(text: str, now: datetime, known: Phrases) -> datetime | None:
    """ "7d", "a week ago", "last 2 months", "this year"."""
    words = text.split()
    if len(words) > 1 and words[0] in known.this and words[-1] in known.units:
        return _beginning(known.units[words[-1]][0], now)
    words = [w for w in words if w not in known.last]
    rest = " ".join(words)
    if found := _SPAN.fullmatch(rest):
        return _back(int(found[1]), found[2], now, known)
    if len(words) == 2 and words[0] in known.numbers:
        return _back(known.numbers[words[0]], words[1], now, known)
    if len(words) == 1 and len(rest) >= _SHORTEST_UNIT:
        return _back(1, rest, now, known)
    return None


def _back(count: int, unit: str, now: datetime, known: Phrases) -> datetime | None:
    if unit not in known.units:
        return None
    try:
        return now - timedelta(hours=count * known.units[unit][1])
    except OverflowError:
        return None


def _beginning(unit: str, now: datetime) -> datetime:
    """Of the hour, day, week, month or year that we are in."""
    at = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    if unit in {"minute", "hour"}:
        return at
    at = at.replace(hour=0)
    if unit == "week":
        return at - timedelta(days=at.weekday())
    if unit == "month":
        return at.replace(day=1)
    return at.replace(month=1, day=1) if unit == "year" else at


def _weekday(text: str, midnight: datetime, known: Phrases) -> datetime | None:
    """The latest day of that name before today."""
    words = [w for w in text.split() if w not in known.last and w not in known.this]
    if len(words) != 1 or words[0] not in known.weekdays:
        return None
    return midnight - timedelta(days=(midnight.weekday() - known.weekdays[words[0]] - 1) % 7 + 1)


def _written(text: str, now: datetime) -> datetime | None:
    text = _ORDINAL.sub("", text)
    if re.fullmatch(r"(?:19|20)\d\d", text):
        return datetime(int(text), 1, 1, tzinfo=UTC)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return _formatted(text, now)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _formatted(text: str, now: datetime) -> datetime | None:
    for form in _FORMATS:
        if (at := _parsed(text, form)) is not None:
            return at
    for form in _YEARLESS:
        for year in range(now.year, now.year - _LEAP, -1):
            at = _parsed(f"{text} {year}", f"{form} %Y")
            if at is not None and at <= now:
                return at
    return None


def _parsed(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form).replace(tzinfo=UTC)
    except ValueError:
        return None
