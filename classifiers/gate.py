"""The cheap test that lets most news pass by: is a commitment's subject named at all?

It is built for recall: every article that says something of guarantees, pacts, forces abroad,
bases or membership passes, in any of the languages, before the language is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from classifiers.language_file import languages, stands_within_words
from classifiers.lexicon import concepts
from classifiers.matching import TermIndex, fold
from feeds.article import Article

# Words of these concepts alone say nothing: "attack", "billion", "mission".
_TOO_COMMON = frozenset({"attack", "money", "mission", "spending", "cooperation", "intel"})
_TEXT_READ = 4_000


@dataclass(frozen=True, slots=True)
class Gate:
    """The terms of every language, in one index for each way in which terms stand in words."""

    indexes: tuple[TermIndex[str], ...]

    def passes(self, article: Article) -> bool:
        """Whether the article deserves to be read."""
        found = self._any(fold(f"{article.title}\n{article.summary}"))
        if found or not article.text:
            return found
        return self._any(fold(article.text[:_TEXT_READ]))

    def _any(self, folded: str) -> bool:
        return any(index.any(folded) for index in self.indexes)

    def terms(self, article: Article) -> tuple[str, ...]:
        """The terms found, for the trail."""
        text = fold(f"{article.title}\n{article.summary}\n{article.text[:_TEXT_READ]}")
        hits = (hit for index in self.indexes for hit in index.hits(text))
        return tuple(dict.fromkeys(text[hit.start : hit.end] for hit in hits))


def _opens(concept: str) -> bool:
    section, _, name = concept.partition(".")
    return section == "gate" or (section == "object" and name not in _TOO_COMMON)


@cache
def gate() -> Gate:
    """The gate, built from the object concepts of all lexicons and their `gate` sections."""
    return Gate(tuple(_index(within_words=within) for within in (False, True)))


def _index(*, within_words: bool) -> TermIndex[str]:
    terms = [
        (term, concept)
        for language in languages()
        if stands_within_words(language) == within_words
        for concept, found in concepts(language).items()
        if _opens(concept)
        for term in found
    ]
    return TermIndex(terms, within_words=within_words)
