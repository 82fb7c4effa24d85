"""Evidence: for every field that is set, the words that support it."""

from __future__ import annotations

from collections.abc import Iterable

from classifiers.assessment import Evidence
from classifiers.document import Sentence

LONGEST_QUOTE = 300


def quote(field: str, sentence: Sentence, start: int, end: int) -> Evidence:
    """The words between two offsets of a sentence's place, cut at 300 characters."""
    end = min(end, start + LONGEST_QUOTE, sentence.end)
    return Evidence(field, sentence.words(start, end), sentence.place, start, end)


def whole(field: str, sentence: Sentence) -> Evidence:
    """The sentence itself."""
    return quote(field, sentence, sentence.start, sentence.end)


def unique(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Without repeated ones, in order."""
    return tuple(dict.fromkeys(evidence))
