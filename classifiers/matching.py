"""Finds many terms in one pass over a text: an Aho-Corasick automaton with word boundaries."""

from __future__ import annotations

import re
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


def terms_of(cell: str) -> tuple[str, ...]:
    """The terms of a cell of a data file, in which they stand between semicolons."""
    return tuple(term.strip() for term in cell.split(";") if term.strip())


def _one_run(left: str, right: str) -> bool:
    """Whether two letters that touch are of one word in scripts whose words are not told apart by
    space: letters of an alphabet are, and those of katakana, which foreign names are written in."""
    if left < _FIRST_WITHOUT_SPACES and right < _FIRST_WITHOUT_SPACES:
        return True
    return left in _KATAKANA and right in _KATAKANA


_FIRST_WITHOUT_SPACES = "\u1100"
_KATAKANA = frozenset(map(chr, range(0x30A1, 0x3100))) - {"・"}


class _Form(NamedTuple):
    """What of a term is not said by its fixed part."""

    rest: re.Pattern[str] | None = None
    """What follows the first ending, where words follow it."""
    open_ended: bool = False
    begins: bool = False
    """Whether it stands at the beginning of a word alone, though others stand within."""
    ends: bool = False


_PLAIN = _Form()


def _rest(term: str) -> re.Pattern[str] | None:
    """The words after a term's first `*`; endings within are free."""
    _, star, rest = term.partition("*")
    if not star or not rest:
        return None
    words = [re.escape(word) for word in rest.removesuffix("*").split("*")]
    return re.compile(r"\w*" + r"\w*".join(words))


def _form(term: str) -> _Form:
    return _Form(
        _rest(term.removesuffix("$")), term.endswith("*"), term.startswith("^"), term.endswith("$")
    )


def _fixed(term: str, *, within_words: bool) -> str:
    """What of a term is always written alike, up to its first ending."""
    fixed = term.partition("*")[0]
    return fixed.removeprefix("^").removesuffix("$") if within_words else fixed


class TermIndex(Generic[T]):
    """Terms with values. A `*` stands for any ending of the word before it; at the end of a
    term the ending is at most `longest_ending` characters long. Where terms stand `within_words`,
    a `^` before one and a `$` after it bind it to the beginning and the end of a word."""

    def __init__(
        self,
        terms: Iterable[tuple[str, T]],
        longest_ending: int = 12,
        *,
        within_words: bool = False,
    ) -> None:
        values: dict[str, list[T]] = {}
        for term, value in terms:
            values.setdefault(fold(term.strip()), []).append(value)
        self._values = [tuple(dict.fromkeys(found)) for found in values.values()]
        self._forms = {
            number: form for number, term in enumerate(values) if (form := _form(term)) != _PLAIN
        }
        self._within_words = within_words
        self._longest_ending = longest_ending
        self._automaton = AhoCorasick(
            [_fixed(term, within_words=within_words) for term in values],
            implementation=Implementation.ContiguousNFA,
        )

    def __len__(self) -> int:
        return len(self._values)

    def hits(self, folded: str) -> list[Hit[tuple[T, ...]]]:
        """Every term that stands as whole words in a folded text, overlapping ones included."""
        found = []
        for number, start, end in self._automaton.find_matches_as_indexes(folded, overlapping=True):
            term = self._forms.get(number, _PLAIN)
            if start and self._cuts_word(folded, start, bound=term.begins):
                continue
            stop = end
            if term.rest is not None:
                match = term.rest.match(folded, end)
                if match is None:
                    continue
                stop = match.end()
            if term.open_ended:
                stop = self._word_end(folded, stop)
            if stop < len(folded) and self._cuts_word(folded, stop, bound=term.ends):
                continue
            found.append(Hit(start, stop, self._values[number]))
        return found

    def any(self, folded: str) -> bool:
        """Whether any term stands in a folded text."""
        return bool(self.hits(folded))

    def _cuts_word(self, folded: str, place: int, *, bound: bool) -> bool:
        left, right = folded[place - 1], folded[place]
        if not (left.isalnum() and right.isalnum()):
            return False
        return bound or not self._within_words or _one_run(left, right)

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
