"""An article reduced to what tells whether two articles report one act.

Words differ between outlets and languages; what stays is who is named, what is done about what
(`data/stories/concepts.toml`), names and numbers, and when.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from hashlib import blake2b
from importlib import resources
from itertools import pairwise
from typing import Any, NamedTuple

from classifiers.actors import names_by_language
from classifiers.assessment import Assessment, Claim
from classifiers.language_file import language_file, languages, stands_within_words
from classifiers.matching import TermIndex, fold
from classifiers.mentions import Kind, find_mentions
from feeds.article import Article

SKETCH = 96
"""How many of a text's shingles are kept: the smallest digests, an unbiased sample."""
READ = 700
"""Characters of an article that are compared: its head tells what it reports."""

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_NEAR = 100
"""Characters before a name in which its sentence may begin."""
_SENTENCE_START = re.compile(r"(?:^|[.!?:;«»“”\"'\n|(]\s*)$")


@cache
def _data(name: str) -> dict[str, Any]:
    data = resources.files("classifiers").joinpath("data", "stories", name)
    return tomllib.loads(data.read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Report:
    """What the comparison needs of one article."""

    when: datetime
    """When it was published, or else first seen."""
    outlet: str
    language: str
    claims: tuple[Claim, ...]
    """Without their evidence."""
    heads: frozenset[str]
    """Actors that the title names, or else whose act the first claim is."""
    actors: frozenset[str]
    """All actors named."""
    acts: frozenset[str]
    """What is done, after the title."""
    all_acts: frozenset[str]
    """What is done, after all that is compared."""
    moods: frozenset[str]
    """deny, correct, past, comment: how the title speaks."""
    matters: frozenset[str]
    names: frozenset[int]
    """Digests of numbers and of names other than the actors', in Latin letters."""
    words: frozenset[int]
    """Digests of the stems of long words, in Latin letters."""
    shingles: frozenset[int]
    """A sample of the text's word sequences."""


def report_of(article: Article, assessment: Assessment, first_seen: datetime) -> Report:
    """Reduce an article to what the comparison needs."""
    language = assessment.language or article.language or "en"
    languages = tuple(dict.fromkeys(one for one in (language, article.language) if one))
    body = (article.summary or article.text)[:READ]
    title, whole = article.title, f"{article.title}. {body}"
    when = article.published or first_seen
    places = _actors(whole, languages, when)
    in_title = frozenset(a.code for a in places if a.start < len(title) and not a.beside)
    claims = tuple(replace(claim, evidence=()) for claim in assessment.claims)
    acts, moods, _ = concepts(title, languages)
    all_acts, _, matters = concepts(whole, languages)
    return Report(
        when=when,
        outlet=article.source,
        language=language,
        claims=claims,
        heads=in_title or frozenset(claims[0].committers if claims else ()),
        actors=frozenset(a.code for a in places) | _claimed(claims[:1]),
        acts=acts,
        all_acts=all_acts,
        moods=moods,
        matters=matters,
        names=frozenset(_names(whole, [(a.start, a.end) for a in places])),
        words=frozenset(_stems(whole)),
        shingles=shingles(f"{title}\n{body}"),
    )


def _claimed(claims: Iterable[Claim]) -> frozenset[str]:
    return frozenset(a for c in claims for a in (*c.committers, *c.beneficiaries))


class _Named(NamedTuple):
    code: str
    start: int
    end: int
    beside: bool
    """Named only as a place ("in Tokyo") or for contrast ("after Sweden")."""


def _actors(text: str, languages: Iterable[str], when: datetime) -> list[_Named]:
    """Actors with their places in a text."""
    folded = fold(text)
    found: dict[_Named, None] = {}
    for language in languages:
        for mention in find_mentions(text, folded, language, when.date(), capitalised=True):
            place = mention.kind is Kind.SEAT and _PLACE.search(folded, 0, mention.start)
            beside = bool(place or _CONTRAST.search(folded, 0, mention.start))
            found[_Named(mention.code, mention.start, mention.end, beside)] = None
        for hit in _actor_index(language).hits(folded):
            beside = bool(_CONTRAST.search(folded, 0, hit.start))
            for code in hit.value:
                found[_Named(code, hit.start, hit.end, beside)] = None
    return list(found)


_PLACE = re.compile(r"\b(?:in|at|from|near|outside)\s+$")
_CONTRAST = re.compile(
    r"\b(?:after|despite|follows|following|unlike|contradicts|rebuffs|slaps down|rebukes)\s+$"
)


@cache
def _actor_index(language: str) -> TermIndex[str]:
    within = stands_within_words(language)
    return TermIndex(_actor_terms(language), longest_ending=9, within_words=within)


def _actor_terms(language: str) -> Iterator[tuple[str, str]]:
    for code, words in _data("actors.toml").get(language, {}).items():
        yield from ((word, code) for word in words)
    if language in _INFLECTED:
        for code, name in names_by_language().get(language, {}).items():
            if " " not in name and len(name) > 5:
                yield f"{name[:-1]}*", code


_INFLECTED = ("uk", "ru", "pl")


Concepts = tuple[frozenset[str], frozenset[str], frozenset[str]]


def concepts(text: str, languages: Iterable[str]) -> Concepts:
    """Acts, moods and matters that a text names. Of acts and of moods the longest words at a place
    count, so that "not rule out" is no refusal."""
    folded = fold(text)
    found: dict[str, set[str]] = {"acts": set(), "moods": set(), "matters": set()}
    for language in languages:
        end = {"acts": 0, "moods": 0, "matters": 0}
        for hit in sorted(_index(language).hits(folded), key=lambda hit: (hit.start, -hit.end)):
            for kind, name in hit.value:
                if hit.start >= end[kind] or kind == "matters":
                    found[kind].add(name)
                    end[kind] = max(end[kind], hit.end)
    return frozenset(found["acts"]), frozenset(found["moods"]), frozenset(found["matters"])


@cache
def _index(language: str) -> TermIndex[tuple[str, str]]:
    within = stands_within_words(language)
    return TermIndex(_terms(language) or _terms("en"), longest_ending=10, within_words=within)


def _terms(language: str) -> list[tuple[str, tuple[str, str]]]:
    own = language_file(language).story if language in languages() else {}
    return [
        (word, (kind, name))
        for kind, names in _data("concepts.toml").items()
        for name, words in names.items()
        for word in (*words.get(language, ()), *own.get(f"{kind}.{name}", ()))
    ]


def shingles(text: str) -> frozenset[int]:
    """Digests of the text's two-word sequences, the smallest `SKETCH` of them."""
    words = _WORD.findall(text.casefold())
    digests = {digest(" ".join(pair)) for pair in pairwise(words)}
    return frozenset(sorted(digests)[:SKETCH])


def _stems(text: str) -> Iterator[int]:
    """Beginnings of the long words: short ones are grammar in most languages."""
    for word in _WORD.findall(text):
        plain = latin(word)
        if len(plain) > 4:
            yield digest(plain[:6])


def _names(text: str, actors: Sequence[tuple[int, int]]) -> Iterator[int]:
    """Capitalised words that neither begin a sentence nor name an actor, and numbers of two
    digits and more."""
    covered = {i for start, end in actors for i in range(start, end)}
    for match in _WORD.finditer(text):
        word = match.group()
        if word.isdecimal():
            if len(word) > 1:
                yield digest(word)
        elif word[0].isupper() and match.start() not in covered:
            plain = latin(word)
            loud = len(word) > 3 and word.isupper()
            if (
                len(plain) > 3
                and plain not in _COMMON
                and (loud or not _begins_a_sentence(text, match.start()))
            ):
                yield digest(plain[:6])


def _begins_a_sentence(text: str, start: int) -> bool:
    return bool(_SENTENCE_START.search(text, max(start - _NEAR, 0), start))


_COMMON = frozenset(_data("common.toml")["names"])


def latin(word: str) -> str:
    """A word in plain Latin letters, lower case: names are spelt much alike then."""
    return "".join(_LATIN.get(c, c) for c in word.casefold().replace("’", "'").split("'")[0])


_LATIN = dict(
    zip("абвгґдезийклмнопрстуфхыэіёє", "abvggdeziiklmnoprstufhyeieye", strict=False)
) | {
    "ж": "zh", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya", "ї": "i", "й": "y",
    "ц": "ts", "ь": "", "ъ": "", "ё": "e", "є": "ie", "á": "a", "à": "a", "â": "a", "ä": "a",
    "ã": "a", "å": "a", "ą": "a", "é": "e", "è": "e", "ê": "e", "ë": "e", "ę": "e", "í": "i",
    "î": "i", "ï": "i", "ó": "o", "ô": "o", "ö": "o", "ø": "o", "õ": "o", "ú": "u", "ù": "u",
    "û": "u", "ü": "u", "ç": "c", "ć": "c", "č": "c", "ñ": "n", "ń": "n", "ł": "l", "ś": "s",
    "š": "s", "ź": "z", "ż": "z", "ž": "z", "ß": "ss",
}  # fmt: skip


def digest(text: str) -> int:
    """Four bytes of a text, the same in every process."""
    return int.from_bytes(blake2b(text.encode(), digest_size=4).digest(), "big")
