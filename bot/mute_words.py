"""For how long, as people type it: "2h", "for 3 days", "until Monday", "until 2026-12-01". Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from bot.dates import since
from bot.phrases import phrases, plain

FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
"""Until somebody takes it back."""
_SPAN = re.compile(r"(?:\d{1,4}|an?|one)\s*[^\W\d_]+")
_WEEK = timedelta(weeks=1)


def until(text: str, now: datetime) -> datetime | None:
    """The end of a span that begins now; `FOREVER` for an empty text, None where it is none."""
    words = text.casefold().split()
    while words and words[0] in {"for", "until", "till"}:
        words = words[1:]
    text = " ".join(words)
    if text in {"", "ever", "forever", "further notice"}:
        return FOREVER
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if text == "tomorrow":
        return midnight + timedelta(days=1)
    at = since(text, now)
    if at is None or at > now:
        return at
    if _SPAN.fullmatch(text):
        return now + (now - at)
    # A weekday's name stands for the last one before today.
    return at + _WEEK if plain(text) in phrases().weekdays else None
