"""Dates that feedparser does not read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_LONGEST = 60


def parse_date(text: str) -> datetime | None:
    """The moment in UTC, or None. A time without a zone is taken as UTC."""
    text = " ".join(text.split())
    if not text or len(text) > _LONGEST:
        return None
    readers: tuple[Callable[[str], datetime], ...] = (datetime.fromisoformat, parsedate_to_datetime)
    for reader in readers:
        try:
            moment = reader(text)
            aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
            return aware.astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None
