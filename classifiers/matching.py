"""Finds many terms in one pass over a text: an Aho-Corasick automaton with word boundaries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, NamedTuple, TypeVar

from ahocorasick_rs import AhoCorasick, Implementation

T = TypeVar("T")


class Hit(NamedTuple, Generic[T]):
    """One term found: offsets in characters, and what the term stands for."""

    start: int
    end: int
    value: T


def fold(text: str) -> str:
    """Lower case with as many characters as before, so that offsets stay true."""
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return lower.replace("’", "'") if "’" in lower else lower


class TermIndex(Generic[T]):
    """Terms with values. A term that ends in `*` stands for any ending of its last word,
    at most `longest_ending` characters long."""

    def __init__(self, terms: Iterable[tuple[str, T]], longest_ending: int = 12) -> None:
        values: dict[tuple[str, bool], list[T]] = {}
        for term, value in terms:
            open_ended = term.endswith("*")
            values.setdefault((fold(term.rstrip("*").strip()), open_ended), []).append(value)
        self._terms = [
            (pattern, open_ended, tuple(dict.fromkeys(found)))
            for (pattern, open_ended), found in values.items()
        ]
        self._longest_ending = longest_ending
        self._automaton = AhoCorasick(
            [pattern for pattern, _, _ in self._terms], implementation=Implementation.ContiguousNFA
        )

    def __len__(self) -> int:
        return len(self._terms)

    def hits(self, folded: str) -> list[Hit[tuple[T, ...]]]:
        """Every term that stands as whole words in a folded text, overlapping ones included."""
        found = []
        for number, start, end in self._automaton.find_matches_as_indexes(folded, overlapping=True):
            _, open_ended, value = self._terms[number]
            if start and folded[start - 1].isalnum() and folded[start].isalnum():
                continue
            stop = self._word_end(folded, end) if open_ended else end
            if stop < len(folded) and folded[stop].isalnum() and folded[stop - 1].isalnum():
                continue
            found.append(Hit(start, stop, value))
        return found

    def any(self, folded: str) -> bool:
        """Whether any term stands in a folded text."""
        return bool(self.hits(folded))

    def _word_end(self, folded: str, end: int) -> int:
        limit = min(len(folded), end + self._longest_ending)
        while end < limit and folded[end].isalnum():
            end += 1
        return end


def longest(hits: Iterable[Hit[T]]) -> list[Hit[T]]:
    """The hits that overlap no longer one, from left to right."""
    kept: list[Hit[T]] = []
    for hit in sorted(hits, key=lambda h: (h.start, -h.end)):
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
    return kept
