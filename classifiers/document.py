"""An article as the rules and the models read it: sentences with their concepts and actors."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from classifiers import sentences
from classifiers.language_file import language_file
from classifiers.lexicon import Lexicon, Mark
from classifiers.matching import fold
from classifiers.mentions import Mention, find_mentions
from feeds.article import Article

PLACES = ("title", "summary", "text")
# A development is told in the first paragraphs; what follows is background at growing length.
LONGEST_TEXT = 12_000


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence; every offset counts from the start of its place."""

    number: int
    place: str
    start: int
    end: int
    text: str
    marks: tuple[Mark, ...]
    mentions: tuple[Mention, ...]
    language: str = "en"

    def of(self, section: str) -> list[Mark]:
        """Its marks of one section of the lexicon."""
        prefix = section + "."
        return [mark for mark in self.marks if mark.concept.startswith(prefix)]

    def has(self, *concepts: str) -> bool:
        """Whether it carries any of the concepts."""
        return any(mark.concept in concepts for mark in self.marks)

    def words(self, start: int, end: int) -> str:
        """The text between two offsets of the place."""
        return self.text[start - self.start : end - self.start]

    def apart(self, start: int, end: int) -> int:
        """How many words stand between two offsets of the place; in a language that does not
        space them, two letters count as one."""
        words = self.words(start, end).split()
        if language_file(self.language).words_are_spaced:
            return len(words)
        return (sum(map(len, words)) + 1) // 2

    @property
    def modifiers_follow(self) -> bool:
        """Whether particles stand after names, negation and tense after verbs."""
        return language_file(self.language).modifiers_follow

    @property
    def is_title(self) -> bool:
        """Whether it stands in the headline."""
        return self.place == "title"


@dataclass(frozen=True, slots=True)
class Document:
    """An article taken apart."""

    article: Article
    language: str
    sentences: tuple[Sentence, ...]
    mentions: tuple[Mention, ...] = field(default=())

    @property
    def day(self) -> date | None:
        """The day of publication."""
        return self.article.published.date() if self.article.published else None


def place_text(article: Article, place: str) -> str:
    """The text of one place of an article, as offsets count in it."""
    text: str = getattr(article, place)
    return text


def read(article: Article, language: str, lexicon: Lexicon) -> Document:
    """Takes an article apart. A text that only repeats the summary is left out."""
    day = article.published.date() if article.published else None
    read_sentences: list[Sentence] = []
    for place in PLACES:
        text = place_text(article, place)[:LONGEST_TEXT]
        if not text or (place == "text" and text.strip() == article.summary.strip()):
            continue
        read_sentences += _sentences(place, text, lexicon, day, len(read_sentences))
    mentions = tuple(m for s in read_sentences for m in s.mentions)
    return Document(article, language, tuple(read_sentences), mentions)


def _sentences(
    place: str, text: str, lexicon: Lexicon, day: date | None, first: int
) -> list[Sentence]:
    folded = fold(text)
    marks = lexicon.marks(folded)
    capitalised = lexicon.actors_are_capitalised
    mentions = find_mentions(text, folded, lexicon.language, day, capitalised)
    spans = [(0, len(text))] if place == "title" else sentences.split(text)
    return [
        Sentence(
            first + number,
            place,
            start,
            end,
            text[start:end],
            tuple(m for m in marks if start <= m.start < end),
            tuple(m for m in mentions if start <= m.start < end),
            lexicon.language,
        )
        for number, (start, end) in enumerate(spans)
    ]
