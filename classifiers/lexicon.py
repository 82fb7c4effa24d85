"""The words of a language for the concepts that all languages share; one data file a language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from classifiers.language_file import language_file, stands_within_words
from classifiers.matching import Hit, TermIndex, longest
from classifiers.obligations import own_objects


@dataclass(frozen=True, slots=True)
class Mark:
    """A concept found in a text."""

    start: int
    end: int
    concept: str
    """"act.sign", "object.pact", "condition.ceasefire" ..."""

    @property
    def section(self) -> str:
        """The part before the point."""
        return self.concept.partition(".")[0]

    @property
    def name(self) -> str:
        """The part after the point."""
        return self.concept.partition(".")[2]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All terms of one language."""

    language: str
    actors_are_capitalised: bool
    """Whether a name in lower case is no name: true of English, false of Russian adjectives."""
    index: TermIndex[str]

    def marks(self, folded: str) -> list[Mark]:
        """The concepts of a folded text by place: in each section the longest terms."""
        by_section: dict[str, list[Hit[str]]] = {}
        for hit in self.index.hits(folded):
            for concept in hit.value:
                section = concept.partition(".")[0]
                by_section.setdefault(section, []).append(Hit(hit.start, hit.end, concept))
        marks = [
            Mark(hit.start, hit.end, hit.value)
            for hits in by_section.values()
            for hit in longest_with_ties(hits)
        ]
        marks.sort(key=lambda mark: (mark.start, mark.end, mark.concept))
        return marks


def longest_with_ties(hits: list[Hit[str]]) -> list[Hit[str]]:
    """The longest hits; of those with the same words, all."""
    spans = {(hit.start, hit.end) for hit in longest(hits)}
    return [hit for hit in hits if (hit.start, hit.end) in spans]


def concepts(language: str) -> Mapping[str, tuple[str, ...]]:
    """Concept -> terms, those of single obligations included."""
    found = dict(language_file(language).concepts)
    for concept, terms in own_objects(language).items():
        found[concept] = (*found.get(concept, ()), *terms)
    return found


@cache
def lexicon(language: str) -> Lexicon:
    """A language's lexicon. Raises FileNotFoundError where there is none."""
    index = TermIndex(_terms(language), within_words=stands_within_words(language))
    return Lexicon(language, language_file(language).actors_are_capitalised, index)


def _terms(language: str) -> Iterator[tuple[str, str]]:
    for concept, terms in concepts(language).items():
        for term in terms:
            yield term, concept
