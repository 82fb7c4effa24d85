"""Finds the actors that a text names, and by what: name, adjective, seat of government, leader."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from classifiers.actors import (
    directory,
    names_by_language,
    not_actors,
    rows,
    shared_institutions,
    shared_names,
)
from classifiers.language import names_take_endings
from classifiers.language_file import language_file, languages, stands_within_words
from classifiers.leaders import Leader, leaders
from classifiers.matching import Hit, TermIndex, terms_of
from classifiers.name_context import is_followed, is_shouted, is_somebody_else


class Kind(StrEnum):
    """What stands for the actor."""

    NAME = "name"
    ADJECTIVE = "adjective"
    SEAT = "seat"
    LEADER = "leader"
    ORGANISATION = "organisation"
    PLACE = "place"
    """Where something is: a region, a town, a base, a mission's host."""


@dataclass(frozen=True, slots=True)
class Mention:
    """An actor named at a place of a text."""

    start: int
    end: int
    code: str
    kind: Kind


class _Meaning(NamedTuple):
    code: str
    kind: Kind
    term: str
    leader: Leader | None = None
    others: tuple[tuple[str, Kind], ...] = ()
    """Who else is named by the same words."""
    together: tuple[str, ...] = ()
    """Who is named by the letters of one word, in their order."""

    @property
    def is_shared(self) -> bool:
        """Whether it is an institution that other states have by the same name."""
        return self.kind is Kind.SEAT and self.term in shared_institutions()

    @property
    def is_shared_name(self) -> bool:
        """Whether it is the name of a leader or a seat that many others bear."""
        return self.kind in (Kind.LEADER, Kind.SEAT) and self.term in shared_names()


# Common words in one spelling, states in another: only this spelling counts.
_EXACT_CASE = frozenset(
    [
        "SHAPE",
        "US",
        "AU",
        "EU",
        "UN",
        "PH",
        "CAR",
        "UK",
        "NZ",
        "ROK",
        "PLA",
        "IDF",
        "DRC",
        "AES",
        "CIS",
        "SCO",
        "EAC",
        "E3",
        "JEF",
        "DPR",
        "LPR",
        "DNR",
        "LNR",
    ]
)
_SEPARATORS = ("", "·", "ㆍ", "‧", "・", "-")
_SHORTEST_NAME, _SHORT_STEM = 3, 4
_SHORT_ENDING, _ENDING = 3, 4
"""Letters: "Rubiem", "Nawrockiego"."""
_LONGEST_ENDING = 9
_OF_ADJECTIVES = "en"
"""The language in which the files of actors have them."""
NOBODY = ""
"""The code of what only sounds like an actor: the Budapest Memorandum, the Washington Post."""


@cache
def _names_everywhere(within: bool) -> TermIndex[_Meaning]:
    """What texts in any language have: English names. Shared by all, since they would take a
    megabyte for each language."""
    return TermIndex(_terms_everywhere(), _LONGEST_ENDING, within_words=within)


def find_mentions(
    text: str, folded: str, language: str, day: date | None, capitalised: bool
) -> list[Mention]:
    """The actors named in a text, left to right, the longest name at each place.

    `day` decides whose term of office counts; None lets every leader count.
    """
    grammar = _grammar(language)
    found: list[Hit[_Meaning]] = []
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


@cache
def name_indexes(language: str) -> tuple[TermIndex[_Meaning], ...]:
    """The names that texts in a language have. Where two indexes find the same words, the one
    before goes: a whole name before another's stem."""
    within = stands_within_words(language)
    endings = (_ENDING, _SHORT_ENDING) if names_take_endings(language) else ()
    declined = (TermIndex(_declined_leaders(language, most), most) for most in endings)
    own = TermIndex(_terms_of(language), _LONGEST_ENDING, within_words=within)
    return _names_everywhere(within), *declined, own


def _of_hit(text: str, start: int, end: int, meaning: _Meaning) -> Iterable[Mention]:
    """A mention of each actor that the words name; of each letter, where a word is made so."""
    if not meaning.together:
        first = Mention(start, end, meaning.code, meaning.kind)
        return [first, *(Mention(start, end, code, kind) for code, kind in meaning.others)]
    letters = [place for place in range(start, end) if text[place] not in _SEPARATORS]
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
    r"\s+(?:of(?: the)?|de(?: la| los)?|del|della|di|du|des|do|da|der|von|van|av)\s+|\s+d['’]"
)
_IN = re.compile(r"\s+(?:in|en|à|a|em|i|w|we|в|у)\s+")
_SPACE = re.compile(r"\s+")


def _is_of_another(
    text: str, before: Mention | None, start: int, meaning: _Meaning, grammar: _Grammar
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
    text: str, end: int, meaning: _Meaning, at: Mapping[int, Hit[_Meaning]], grammar: _Grammar
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


def _counts(meaning: _Meaning, word: str, day: date | None, capitalised: bool) -> bool:
    if meaning.term in _EXACT_CASE:
        return word == meaning.term
    if meaning.term[:1].islower() and len(word) <= 3:
        return word.isupper()
    if capitalised and not _is_spelt_like(meaning, word):
        return False
    if meaning.leader is None or day is None:
        return True
    return meaning.leader.in_office(day)


def _is_spelt_like(meaning: _Meaning, found: str) -> bool:
    """Whether words have the capitals of a name; of a place all of them: "La Paz" is a seat of
    government, and at the beginning of a sentence "La paz" is peace."""
    if meaning.kind not in (Kind.SEAT, Kind.PLACE):
        return not meaning.term[0].isupper() or found[0].isupper()
    pairs = zip(meaning.term.split(), found.split(), strict=False)
    return all(word[0].isupper() for part, word in pairs if part[0].isupper())


def _terms_everywhere() -> Iterable[tuple[str, _Meaning]]:
    for actor in directory().values():
        named = Kind.NAME if actor.is_state else Kind.ORGANISATION
        for name in actor.names:
            yield name, _Meaning(actor.code, named, name)
        for name in actor.seats:
            yield name, _Meaning(actor.code, Kind.SEAT, name)
    for name in not_actors():
        yield name, _Meaning(NOBODY, Kind.NAME, name)
    yield from _place_terms()
    for leader in leaders():
        for name in leader.names:
            yield name, _Meaning(leader.code, Kind.LEADER, name, leader)
        for stem in leader.stems:
            spelt = stem if " " in stem else stem.capitalize()
            yield stem, _Meaning(leader.code, Kind.LEADER, spelt, leader)


def _place_terms() -> Iterable[tuple[str, _Meaning]]:
    for code, names, *stems in rows("places.tsv"):
        for name in terms_of(";".join((names, *stems))):
            yield name, _Meaning(code, Kind.PLACE, name)
    for names, sender, host in rows("missions.tsv"):
        for name in terms_of(names):
            meaning = _Meaning(sender, Kind.ORGANISATION, name, others=((host, Kind.PLACE),))
            yield name, meaning
    for names, members in rows("collective.tsv"):
        first, *others = terms_of(members)
        also = tuple((code, Kind.NAME) for code in others)
        for name in terms_of(names):
            yield name, _Meaning(first, Kind.NAME, name, others=also)


def _declined_leaders(language: str, ending: int) -> Iterable[tuple[str, _Meaning]]:
    """Leaders' names as a language declines them: those that take an ending of so many letters."""
    changes = language in languages() and language_file(language).last_vowels_change
    for leader in leaders():
        for name in leader.names:
            stem = _stem(name, changes=changes)
            taken = _ENDING if len(stem) > _SHORT_STEM else _SHORT_ENDING
            fits = len(name) > _SHORTEST_NAME and stem not in _english_names()
            if fits and taken == ending:
                yield f"{stem}*", _Meaning(leader.code, Kind.LEADER, name, leader)


@cache
def _english_names() -> frozenset[str]:
    """Names of states, which no leader's name may be cut to: Sudan of al-Sudani."""
    return frozenset(name for actor in directory().values() for name in actor.names)


def _stem(name: str, *, changes: bool) -> str:
    """What stands before an ending. Without its last vowel a short name is the beginning of many
    words: Milei of millions, Rama of a fast."""
    stem = name[:-1] if changes and name[-1] in "aeio" else name
    return stem if len(stem) >= _SHORT_STEM else name


def _leader_spellings(language: str) -> Iterable[tuple[str, _Meaning]]:
    spellings = language_file(language).leaders if language in languages() else {}
    for leader in leaders():
        for spelling in spellings.get(leader.names[0], ()):
            yield spelling, _Meaning(leader.code, Kind.LEADER, spelling, leader)


def _terms_of(language: str) -> Iterable[tuple[str, _Meaning]]:
    if language == _OF_ADJECTIVES:
        for actor in directory().values():
            for name in actor.adjectives:
                yield name, _Meaning(actor.code, Kind.ADJECTIVE, name)
    yield from _leader_spellings(language)
    declined = names_take_endings(language)
    own = language_file(language) if language in languages() else None
    begins = "^" if own and own.terms_stand_within_words and own.words_are_spaced else ""
    for code, name in names_by_language().get(language, {}).items():
        if own and name in own.ambiguous_names:
            continue
        meaning = _Meaning(code, Kind.NAME, name)
        yield begins + name, meaning
        if declined and len(name) > 5:
            yield name[:-1] + "*", meaning
    if own:
        for kind, named in ((Kind.NAME, own.actors), (Kind.SEAT, own.seats)):
            for code, terms in named.items():
                yield from ((term, _Meaning(code, kind, term)) for term in terms)
        for word, codes in own.together.items():
            meaning = _Meaning(codes[0], Kind.NAME, word, together=codes)
            yield from ((mark.join(word), meaning) for mark in _SEPARATORS)
