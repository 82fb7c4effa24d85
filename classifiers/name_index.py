"""The names by which texts in a language call actors, each with what it stands for."""

from __future__ import annotations

from collections.abc import Iterable
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
from classifiers.matching import TermIndex, terms_of


class Kind(StrEnum):
    """What stands for the actor."""

    NAME = "name"
    ADJECTIVE = "adjective"
    SEAT = "seat"
    LEADER = "leader"
    ORGANISATION = "organisation"
    PLACE = "place"
    """Where something is: a region, a town, a base, a mission's host."""


class Meaning(NamedTuple):
    """What a name stands for."""

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


SEPARATORS = ("", "·", "ㆍ", "‧", "・", "-")
_SHORTEST_NAME, _SHORT_STEM = 3, 4
_SHORT_ENDING, _ENDING = 3, 4
"""Letters: "Rubiem", "Nawrockiego"."""
_LONGEST_ENDING = 9
_OF_ADJECTIVES = "en"
"""The language in which the files of actors have them."""
NOBODY = ""
"""The code of what only sounds like an actor: the Budapest Memorandum, the Washington Post."""


@cache
def _names_everywhere(within: bool) -> TermIndex[Meaning]:
    """What texts in any language have: English names. Shared by all, since they would take a
    megabyte for each language."""
    return TermIndex(_terms_everywhere(), _LONGEST_ENDING, within_words=within)


@cache
def name_indexes(language: str) -> tuple[TermIndex[Meaning], ...]:
    """The names that texts in a language have. Where two indexes find the same words, the one
    before goes: a whole name before another's stem."""
    within = stands_within_words(language)
    endings = (_ENDING, _SHORT_ENDING) if names_take_endings(language) else ()
    declined = (TermIndex(_declined_leaders(language, most), most) for most in endings)
    own = TermIndex(_terms_of(language), _LONGEST_ENDING, within_words=within)
    return _names_everywhere(within), *declined, own


def _terms_everywhere() -> Iterable[tuple[str, Meaning]]:
    for actor in directory().values():
        named = Kind.NAME if actor.is_state else Kind.ORGANISATION
        for name in actor.names:
            yield name, Meaning(actor.code, named, name)
        for name in actor.seats:
            yield name, Meaning(actor.code, Kind.SEAT, name)
    for name in not_actors():
        yield name, Meaning(NOBODY, Kind.NAME, name)
    yield from _place_terms()
    for leader in leaders():
        for name in leader.names:
            yield name, Meaning(leader.code, Kind.LEADER, name, leader)
        for stem in leader.stems:
            spelt = stem if " " in stem else stem.capitalize()
            yield stem, Meaning(leader.code, Kind.LEADER, spelt, leader)


def _place_terms() -> Iterable[tuple[str, Meaning]]:
    for code, names, *stems in rows("places.tsv"):
        for name in terms_of(";".join((names, *stems))):
            yield name, Meaning(code, Kind.PLACE, name)
    for names, sender, host in rows("missions.tsv"):
        for name in terms_of(names):
            meaning = Meaning(sender, Kind.ORGANISATION, name, others=((host, Kind.PLACE),))
            yield name, meaning
    for names, members in rows("collective.tsv"):
        first, *others = terms_of(members)
        also = tuple((code, Kind.NAME) for code in others)
        for name in terms_of(names):
            yield name, Meaning(first, Kind.NAME, name, others=also)


def _declined_leaders(language: str, ending: int) -> Iterable[tuple[str, Meaning]]:
    """Leaders' names as a language declines them: those that take an ending of so many letters."""
    changes = language in languages() and language_file(language).last_vowels_change
    for leader in leaders():
        for name in leader.names:
            stem = _stem(name, changes=changes)
            taken = _ENDING if len(stem) > _SHORT_STEM else _SHORT_ENDING
            fits = len(name) > _SHORTEST_NAME and stem not in _english_names()
            if fits and taken == ending:
                yield f"{stem}*", Meaning(leader.code, Kind.LEADER, name, leader)


@cache
def _english_names() -> frozenset[str]:
    """Names of states, which no leader's name may be cut to: Sudan of al-Sudani."""
    return frozenset(name for actor in directory().values() for name in actor.names)


def _stem(name: str, *, changes: bool) -> str:
    """What stands before an ending. Without its last vowel a short name is the beginning of many
    words: Milei of millions, Rama of a fast."""
    stem = name[:-1] if changes and name[-1] in "aeio" else name
    return stem if len(stem) >= _SHORT_STEM else name


def _leader_spellings(language: str) -> Iterable[tuple[str, Meaning]]:
    spellings = language_file(language).leaders if language in languages() else {}
    for leader in leaders():
        for spelling in spellings.get(leader.names[0], ()):
            yield spelling, Meaning(leader.code, Kind.LEADER, spelling, leader)


def _terms_of(language: str) -> Iterable[tuple[str, Meaning]]:
    if language == _OF_ADJECTIVES:
        for actor in directory().values():
            for name in actor.adjectives:
                yield name, Meaning(actor.code, Kind.ADJECTIVE, name)
    yield from _leader_spellings(language)
    declined = names_take_endings(language)
    own = language_file(language) if language in languages() else None
    begins = "^" if own and own.terms_stand_within_words and own.words_are_spaced else ""
    for code, name in names_by_language().get(language, {}).items():
        if own and name in own.ambiguous_names:
            continue
        meaning = Meaning(code, Kind.NAME, name)
        yield begins + name, meaning
        if declined and len(name) > 5:
            yield name[:-1] + "*", meaning
    if own:
        for kind, named in ((Kind.NAME, own.actors), (Kind.SEAT, own.seats)):
            for code, terms in named.items():
                yield from ((term, Meaning(code, kind, term)) for term in terms)
        for word, codes in own.together.items():
            meaning = Meaning(codes[0], Kind.NAME, word, together=codes)
            yield from ((mark.join(word), meaning) for mark in SEPARATORS)
