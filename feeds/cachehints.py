"""What a response's headers say about when to ask again (RFC 9111, RFC 9110 section 10.2.3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,10})", re.IGNORECASE)
_NO_CACHE = re.compile(r"(?:^|[\s,])(?:no-store|no-cache)(?:$|[\s,=])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CacheHints:
    """In seconds from the response on; None where nothing is said."""

    fresh_for: float | None = None
    """Of Cache-Control max-age (less Age), else of Expires."""
    retry_after: float | None = None


NO_HINTS = CacheHints()


def read_hints(headers: Mapping[str, str]) -> CacheHints:
    """Read them; whatever is malformed counts as not said."""
    now = _date(headers.get("Date", "")) or datetime.now(UTC)
    return CacheHints(_fresh_for(headers, now), _seconds(headers.get("Retry-After", ""), now))


def _fresh_for(headers: Mapping[str, str], now: datetime) -> float | None:
    control = headers.get("Cache-Control", "")
    if _NO_CACHE.search(control):
        return None
    if found := _MAX_AGE.search(control):
        return max(0.0, float(found.group(1)) - _number(headers.get("Age", "")))
    expires = _date(headers.get("Expires", ""))
    return max(0.0, (expires - now).total_seconds()) if expires else None


def _seconds(value: str, now: datetime) -> float | None:
    """Retry-After, which is a number of seconds or a date."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value[:10])
    moment = _date(value)
    return max(0.0, (moment - now).total_seconds()) if moment else None


def _number(value: str) -> float:
    value = value.strip()
    return float(value[:10]) if value.isascii() and value.isdigit() else 0.0


def _date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
