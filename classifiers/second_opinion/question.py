"""What a language model is shown of an article: data between marks that it cannot close."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template

from classifiers import sentences
from classifiers.actors import display
from classifiers.document import PLACES, place_text
from classifiers.lexicon import Lexicon, lexicon
from classifiers.matching import fold
from classifiers.mentions import Mention, find_mentions
from classifiers.second_opinion.schema import answer_schema
from feeds.article import Article

_DATA = files("classifiers") / "data" / "second_opinion"
# Of the same length, so that offsets stay true. Chat templates of local models are written with
# these brackets, and some servers read them in the text of a message as well.
_DEFUSED = str.maketrans("<>[]", "‹›⟦⟧")
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What is sent of one place of an article: its beginning, with the article's own offsets."""

    place: str
    text: str
    mentions: tuple[Mention, ...]
    telling: tuple[tuple[int, int], ...]
    """The sentences in which our own lexicon finds an act, or what can be promised."""
    spaced: str
    """The text with single spaces."""
    offsets: tuple[int, ...]
    """For each of its characters the offset in the article's own text."""

    def spans(self, words: str) -> list[tuple[int, int]]:
        """Where whole words stand, in the article's own offsets, whatever the space between."""
        found: list[tuple[int, int]] = []
        wanted = " ".join(words.split())
        start = self.spaced.find(wanted) if wanted else -1
        while start >= 0:
            end = start + len(wanted)
            if not (_cuts(self.spaced, start) or _cuts(self.spaced, end)):
                found.append((self.offsets[start], self.offsets[end - 1] + 1))
            start = self.spaced.find(wanted, start + 1)
        return found


@dataclass(frozen=True, slots=True)
class Question:
    """An article as it is put to a model."""

    article: Article
    language: str
    excerpts: tuple[Excerpt, ...]

    @property
    def actors(self) -> frozenset[str]:
        """Codes of all actors that what is sent names."""
        return frozenset(m.code for excerpt in self.excerpts for m in excerpt.mentions)

    @property
    def addresses_a_model(self) -> bool:
        """Whether the text speaks to a language model: it is then not sent at all."""
        return any(_addressed().search(fold(excerpt.spaced)) for excerpt in self.excerpts)

    def messages(self, boundary: str) -> list[dict[str, str]]:
        """The messages of a chat. `boundary` must be new and random for each call."""
        prompt = _prompt()
        published = self.article.published
        actors = (f"{code} ({display(code)})" for code in sorted(self.actors))
        user = Template(prompt["user"]).substitute(
            published=f"{published:%Y-%m-%d}" if published else "unknown",
            language=self.language,
            actors=", ".join(actors) or "none",
            boundary=boundary,
            article="\n\n".join(f"({e.place}) {e.text}" for e in self.excerpts),
        )
        return [
            {"role": "system", "content": prompt["system"].strip()},
            {"role": "user", "content": user.strip()},
        ]


def question(article: Article, language: str, longest: int) -> Question:
    """The question on an article, of whose title, summary and text the first `longest` characters
    are shown. A text that only repeats the summary is left out. Raises FileNotFoundError where the
    language has no lexicon: of such an article the pipeline is never unsure."""
    words = lexicon(language)
    excerpts: list[Excerpt] = []
    left = longest
    for place in PLACES:
        text = place_text(article, place)
        if place == "text" and text.strip() == article.summary.strip():
            continue
        shown = text[:left].translate(_DEFUSED)
        left -= len(shown)
        if shown:
            excerpts.append(_excerpt(place, shown, article, words))
    return Question(article, language, tuple(excerpts))


@cache
def prompt_digest() -> str:
    """Tells one version of prompt and schema from another."""
    versioned = json.dumps([_prompt(), answer_schema()], sort_keys=True, ensure_ascii=False)
    return hashlib.blake2b(versioned.encode(), digest_size=5).hexdigest()


def _excerpt(place: str, text: str, article: Article, words: Lexicon) -> Excerpt:
    folded = fold(text)
    day = article.published.date() if article.published else None
    mentions = find_mentions(text, folded, words.language, day, words.actors_are_capitalised)
    marks = [m for m in words.marks(folded) if m.concept.startswith(("act.", "object."))]
    spans = [(0, len(text))] if place == "title" else sentences.split(text)
    telling = (s for s in spans if any(s[0] <= m.start < s[1] for m in marks))
    words_of = list(_WORD.finditer(text))
    # Of the space after a word one character counts, but for the last word.
    offsets = [at for m in words_of for at in range(m.start(), m.end() + 1)][:-1]
    spaced = " ".join(m.group() for m in words_of)
    return Excerpt(place, text, tuple(mentions), tuple(telling), spaced, tuple(offsets))


def _cuts(text: str, place: int) -> bool:
    """Whether a place is within a word."""
    return 0 < place < len(text) and _is_letter(text[place - 1]) and _is_letter(text[place])


def _is_letter(char: str) -> bool:
    return char.isalnum() or char == "_"


@cache
def _prompt() -> dict[str, str]:
    loaded: dict[str, str] = tomllib.loads((_DATA / "prompt.toml").read_text(encoding="utf-8"))
    return loaded


@cache
def _addressed() -> re.Pattern[str]:
    lines = (_DATA / "addressed.txt").read_text(encoding="utf-8").splitlines()
    return re.compile("|".join(line for line in lines if line and not line.startswith("#")))
