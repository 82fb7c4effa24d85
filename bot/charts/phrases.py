"""What the plans share in words: names of actors, days, alternative text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from bot.outside_text import clean, cut
from bot.words import Words

MOST_ALT = 900
"""Characters; Discord takes 1,024 of an attachment's description, Slack 2,000 of an image's."""


def day_words(day: date, say: Words) -> str:
    """A day: "6 Jan 2026"."""
    return say.date(_midnight(day))


def short_day(day: date, say: Words) -> str:
    """A day without its year: "6 Jan"."""
    return say.day(_midnight(day))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def listed(codes: Sequence[str], say: Words, most: int = 2) -> str:
    """Some names, and how many there are besides: "Belgium, Canada +18"."""
    shown = [say.actor(code) for code in codes[:most]]
    more = len(codes) - len(shown)
    return ", ".join(shown) + (f" +{more}" if more else "")


def phrase(say: Words, key: str, **values: object) -> str:
    """A sentence of a chart with its values filled in."""
    return say("chart", key).format(**values)


def alt_text(*sentences: str) -> str:
    """The sentences that there are, as one text that both platforms take."""
    return cut(clean(" ".join(s for s in sentences if s)), MOST_ALT)
