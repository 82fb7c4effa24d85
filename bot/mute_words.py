"""For how long, as people type it: "2h", "for 3 days", "until Monday", "until 31 Dec". Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from bot.dates import coming
from bot.phrases import phrases, plain

FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
"""Until somebody takes it back."""
_SPAN = re.compile(r"(\d{1,4}|an?|one)\s*([^\W\d_]+)")


def until(text: str, now: datetime) -> datetime | None:
    """The end of a span that begins now; `FOREVER` for an empty text, None where it is none or is
    over already."""
    words = text.casefold().split()
    while words and words[0] in {"for", "until", "till"}:
        words = words[1:]
    text = " ".join(words)
    if text in {"", "ever", "forever", "further notice"}:
        return FOREVER
    try:
        end = _after(text, now) or coming(text, now)
    except OverflowError:
        return None
    return end if end and end > now else None


def _after(text: str, now: datetime) -> datetime | None:
    """ "2h", "3 days", "a week"."""
    found = _SPAN.fullmatch(plain(text))
    if found is None or found[2] not in phrases().units:
        return None
    count = int(found[1]) if found[1].isdecimal() else 1
    return now + timedelta(hours=count * phrases().units[found[2]][1])
