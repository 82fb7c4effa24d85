"""Finds the actors that a text names, and by what: name, adjective, seat of government, leader."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import NamedTuple

from classifiers.actors import exact_case
from classifiers.language_file import language_file, languages
from classifiers.matching import Hit
from classifiers.name_context import is_followed, is_shouted, is_somebody_else
from classifiers.name_index import NOBODY, SEPARATORS, Kind, Meaning, name_indexes

__all__ = ["Kind", "Mention", "find_mentions", "name_indexes"]


@dataclass(frozen=True, slots=True)
class Mention:
    """An actor named at a place of a text."""

    start: int
    end: int
    code: str
    kind: Kind


def find_mentions(
    text: str, folded: str, language: str, day: date | None, capitalised: bool
) -> list[Mention]:
    """The actors named in a text, left to right, the longest name at each place.

    `day` decides whose term of office counts; None lets every leader count.
    """
    grammar = _grammar(language)
    found: list[Hit[Meaning]] = []
    for index in name_indexes(language):
        for hit in reversed(index.hits(folded)):  # of an index's stems the longest first
            for meaning in hit.value:
                if _counts(meaning, text[hit.start : hit.end], day, capitalised):
                    found.append(Hit(hit.start, hit.end, meaning))
                    break
    found.sort(key=lambda hit: (hit.start, -hit.end))
    at = {hit.start: hit for hit in reversed(found)}
    mentions: list[Mention] = []
    for start, end, meaning in found:
        before = mentions[-1] if mentions else None
        if meaning.kind is Kind.SEAT and (
            _is_of_another(text, before, start, meaning, grammar)
            or _another_follows(text, end, meaning, at, grammar)
        ):
            continue
        if meaning.is_shared_name and is_somebody_else(text, start, end):
            continue
        if is_shouted(meaning.term, text, start, end, language):
            continue
        if not is_followed(meaning.term, text, end):
            continue
        if not mentions or start >= mentions[-1].end:
            mentions += _of_hit(text, start, end, meaning)
    return [mention for mention in mentions if mention.code != NOBODY]


def _of_hit(text: str, start: int, end: int, meaning: Meaning) -> Iterable[Mention]:
    """A mention of each actor that the words name; of each letter, where a word is made so."""
    if not meaning.together:
        first = Mention(start, end, meaning.code, meaning.kind)
        return [first, *(Mention(start, end, code, kind) for code, kind in meaning.others)]
    letters = [place for place in range(start, end) if text[place] not in SEPARATORS]
    return [
        Mention(place, place + 1, code, meaning.kind)
        for place, code in zip(letters, meaning.together, strict=True)
    ]


class _Grammar(NamedTuple):
    """How a language says whose an institution is."""

    describing: frozenset[Kind]
    """What describes the institution that follows it; where particles mark the parts of a
    sentence, a name without one does."""
    genitive_follows: bool
    """Whether a name that follows without a preposition is the owner's."""


@cache
def _grammar(language: str) -> _Grammar:
    own = language_file(language) if language in languages() else None
    describing = {Kind.ADJECTIVE}
    if own and own.modifiers_follow:
        describing |= {Kind.NAME, Kind.LEADER}
    return _Grammar(frozenset(describing), bool(own and own.last_vowels_change))


_PROPER_WORDS = r"(?:\s+[^\W\d_a-zа-яіїєґ][\w'’-]*){0,3}\s+"
_DESCRIBES = re.compile(_PROPER_WORDS)
_POSSESSES = re.compile("['’]s?" + _PROPER_WORDS)
_OF = re.compile(
    r"\s{1,3}(?:of(?: the)?|de(?: la| los)?|del|della|di|du|des|do|da|der|von|van|av)\s{1,3}"
    r"|\s{1,3}d['’]"
)
_IN = re.compile(r"\s{1,3}(?:in|en|à|a|em|i|w|we|в|у)\s{1,3}")
_SPACE = re.compile(r"\s+")


def _is_of_another(
    text: str, before: Mention | None, start: int, meaning: Meaning, grammar: _Grammar
) -> bool:
    """Whether an institution is that of the state named before it: the Philippine Senate is not
    the one in Washington, nor is Romania's."""
    if before is None or before.code == meaning.code:
        return False
    between = text[before.end : start]
    if before.kind in grammar.describing and not between.strip():
        return True
    if not meaning.is_shared or before.code == NOBODY:
        return False
    begins = grammar.genitive_follows and before.start == 0
    if before.kind is Kind.ADJECTIVE or text[before.start].islower() or begins:
        return _DESCRIBES.fullmatch(between) is not None
    return _POSSESSES.fullmatch(between) is not None


def _another_follows(
    text: str, end: int, meaning: Meaning, at: Mapping[int, Hit[Meaning]], grammar: _Grammar
) -> bool:
    """Whether an institution is that of the state named after it: the Senate of Romania, the
    Senate in Bucharest, el Congreso brasileño, Сейм Литви."""
    if not meaning.is_shared:
        return False
    for link in (_OF, _IN, _SPACE):
        owner = at.get(match.end()) if (match := link.match(text, end)) else None
        if owner is None or owner.value.code in (meaning.code, NOBODY):
            continue
        if link is _IN:
            fits = owner.value.kind is Kind.SEAT
        elif link is _OF:
            fits = owner.value.kind is Kind.NAME
        else:
            adjective = text[owner.start].islower()
            fits = owner.value.kind is Kind.NAME and (adjective or grammar.genitive_follows)
        if fits:
            return True
    return False


def _counts(meaning: Meaning, word: str, day: date | None, capitalised: bool) -> bool:
    if meaning.term in exact_case():
        return word == meaning.term
    if meaning.term[:1].islower() and len(word) <= 3:
        return word.isupper()
    if capitalised and not _is_spelt_like(meaning, word):
        return False
    if meaning.leader is None or day is None:
        return True
    return meaning.leader.in_office(day)


def _is_spelt_like(meaning: Meaning, found: str) -> bool:
    """Whether words have the capitals of a name; of a place all of them: "La Paz" is a seat of
    government, and at the beginning of a sentence "La paz" is peace."""
    if meaning.kind not in (Kind.SEAT, Kind.PLACE):
        return not meaning.term[0].isupper() or found[0].isupper()
    pairs = zip(meaning.term.split(), found.split(), strict=False)
    return all(word[0].isupper() for part, word in pairs if part[0].isupper())
