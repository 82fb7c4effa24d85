"""How much of a document is kept, whoever wrote it."""

from __future__ import annotations

from feeds.errors import ParseError
from feeds.text import one_line, plain, truncated

MOST_ENTRIES = 10_000
"""More than any archive that is worth polling; a document beyond it is refused."""
MOST_TAGS = 250_000
"""Of markup in a document: a dense feed of 5 MB has half as many, and each costs 30 microseconds
and half a kilobyte."""
TITLE_CHARS = 500
SUMMARY_CHARS = 10_000
TEXT_CHARS = 200_000
ID_CHARS = 2_000
_MARKUP_FACTOR = 20
"""Markup beyond this many times what is kept is not even looked at."""
_SIGNS = "<&"
_STAND_INS = "\ue000\ue001"
"""Of private use: they stand for the signs of markup where these are none."""


def title_text(markup: str) -> str:
    """A title as plain text on one line."""
    return truncated(one_line(markup[: TITLE_CHARS * _MARKUP_FACTOR]), TITLE_CHARS)


def summary_text(markup: str) -> str:
    """A teaser as plain text."""
    return truncated(plain(markup[: SUMMARY_CHARS * _MARKUP_FACTOR]), SUMMARY_CHARS)


def entry_text(markup: str) -> str:
    """Full content as plain text."""
    return truncated(plain(markup[: TEXT_CHARS * _MARKUP_FACTOR]), TEXT_CHARS)


def literal_text(text: str) -> str:
    """Full content that is no markup: what looks like a tag or an entity is none."""
    shielded = text[: TEXT_CHARS * _MARKUP_FACTOR].translate(str.maketrans(_SIGNS, _STAND_INS))
    return truncated(plain(shielded).translate(str.maketrans(_STAND_INS, _SIGNS)), TEXT_CHARS)


def too_many(count: int, what: str = "entries", most: int = MOST_ENTRIES) -> ParseError:
    """The error for a document with too many entries, or too much else."""
    return ParseError(
        f"the document has {count:,} {what}; at most {most:,} are read",
        kind="too_large",
        remedy="look on the publisher's site for a feed of the latest items only",
    )
