"""Identifies a text's language by its letters and function words.

Light by choice: headlines and teasers are told apart by a few dozen words as well as by a model of
36 MB, and a language without a lexicon needs no exact name.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from classifiers.language_file import language_file, languages

_WORD = re.compile(r"[^\W\d_]+")
_SAMPLE = 600


class _Signs(NamedTuple):
    """What tells languages apart; sign -> languages."""

    words: Mapping[str, tuple[str, ...]]
    letters: Mapping[str, tuple[str, ...]]
    scripts: Mapping[str, tuple[str, ...]]
    """Those by which a language is told at once; of several, the first where the feed says none."""
    cyrillic: frozenset[str]
    """Languages that are written so."""


@cache
def _shared() -> Mapping[str, Any]:
    text = (files("classifiers") / "data" / "languages.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _signs() -> _Signs:
    table = _shared()
    words = {language: words.split() for language, words in table["words"].items()}
    letters = {language: list(letters) for language, letters in table["letters"].items()}
    cyrillic = set(table["cyrillic"])
    for language in languages():
        own = language_file(language).told_by
        words[language] = [*words.get(language, ()), *own.get("words", "").split()]
        letters[language] = [*letters.get(language, ()), *own.get("letters", "")]
        if own.get("script") == "cyrillic":
            cyrillic.add(language)
    scripts = {script: tuple(names.split()) for script, names in table["scripts"].items()}
    return _Signs(_inverted(words), _inverted(letters), scripts, frozenset(cyrillic))


def _inverted(signs: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for language, its in signs.items():
        for sign in dict.fromkeys(its):
            found.setdefault(sign, []).append(language)
    return {sign: tuple(of) for sign, of in found.items()}


def can_be_told(language: str) -> bool:
    """Whether anything tells the language from others."""
    signs = _signs()
    known = (*signs.words.values(), *signs.letters.values(), *signs.scripts.values())
    return any(language in of for of in known)


def is_cyrillic(language: str) -> bool:
    """Whether a language is written in Cyrillic letters."""
    return language in _signs().cyrillic


def names_take_endings(language: str) -> bool:
    """Whether names of states and people are declined in a language."""
    if language in languages():
        return language_file(language).names_take_endings
    return language in _shared()["names_take_endings"]


_UKRAINIAN = frozenset("іїєґ")


def identify(text: str, declared: str = "") -> str:
    """Two letters; the declared language where the text does not tell, else English."""
    return likely(text, declared)[0]


def likely(text: str, declared: str = "") -> tuple[str, ...]:
    """The languages that the text's small words and letters allow, the likeliest first: more than
    one where a headline is too short to tell."""
    signs = _signs()
    sample = text[:_SAMPLE].lower()
    script = "latin" if sample.isascii() else _script(sample)
    if script in signs.scripts:
        written = signs.scripts[script]
        return (declared[:2].lower() if declared[:2].lower() in written else written[0],)
    scores: dict[str, float] = {}
    for word in _WORD.findall(sample):
        for language in signs.words.get(word, ()):
            scores[language] = scores.get(language, 0.0) + 1.0
    for letter in set(sample) if not sample.isascii() else ():
        for language in signs.letters.get(letter, ()):
            scores[language] = scores.get(language, 0.0) + 0.5
    return _near(_of_script(scores, script, sample), declared[:2].lower())


def _of_script(scores: dict[str, float], script: str, sample: str) -> dict[str, float]:
    """The scores of the languages that are written so."""
    if script != "cyrillic":
        return {name: score for name, score in scores.items() if not is_cyrillic(name)}
    if _UKRAINIAN & set(sample):
        return {"uk": 1.0}
    others = {name: scores.get(name, 0.0) for name in _signs().cyrillic if name != "uk"}
    return others | {"ru": others["ru"] + 1.0}


def _near(scores: dict[str, float], declared: str) -> tuple[str, ...]:
    if not scores:
        return (declared or "en",)
    top = max(scores.values())
    near = sorted(
        (name for name, score in scores.items() if score >= top - 1),
        key=lambda name: (name != declared, -scores[name], name != "en", name),
    )
    return tuple(near)


def _script(sample: str) -> str:
    """The script of most letters, as Unicode names it."""
    counts: dict[str, int] = {}
    for letter in sample[:120]:
        if letter.isalpha():
            name = unicodedata.name(letter, "").split(" ")[0].lower()
            counts[name] = counts.get(name, 0) + 1
    if "hiragana" in counts:
        return "hiragana"  # Japanese is written with Chinese characters as well
    return max(counts, key=lambda name: counts[name]) if counts else "latin"
