"""Identifies a text's language by its letters and function words.

Light by choice: headlines and teasers are told apart by a few dozen words as well as by a model of
36 MB, and a language without a lexicon needs no exact name.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from importlib.resources import files

_WORD = re.compile(r"[^\W\d_]+")
_SAMPLE = 600


@cache
def _tables() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]], dict[str, str]]:
    text = (files("classifiers") / "data" / "languages.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    by_word: dict[str, list[str]] = {}
    for language, words in table["words"].items():
        for word in words.split():
            by_word.setdefault(word, []).append(language)
    by_letter: dict[str, list[str]] = {}
    for language, letters in table["letters"].items():
        for letter in letters:
            by_letter.setdefault(letter, []).append(language)
    return (
        {word: tuple(found) for word, found in by_word.items()},
        {letter: tuple(found) for letter, found in by_letter.items()},
        table["scripts"],
    )


def identify(text: str, declared: str = "") -> str:
    """Two letters; the declared language where the text does not tell, else "en"."""
    by_word, by_letter, scripts = _tables()
    sample = text[:_SAMPLE].lower()
    scores: dict[str, float] = {}
    for word in _WORD.findall(sample):
        for language in by_word.get(word, ()):
            scores[language] = scores.get(language, 0.0) + 1.0
    if sample.isascii():
        return _best(scores, declared) or "en"
    for letter in set(sample):
        if letter in by_letter:
            for language in by_letter[letter]:
                scores[language] = scores.get(language, 0.0) + 0.5
    script = _script(sample)
    if script in scripts:
        return scripts[script]
    if script == "cyrillic":
        scores = {name: score for name, score in scores.items() if name in ("uk", "ru", "bg")}
        return _best(scores, declared) or "ru"
    return _best({n: s for n, s in scores.items() if n not in ("uk", "ru", "bg")}, declared) or "en"


def _best(scores: dict[str, float], declared: str) -> str:
    if not scores:
        return declared[:2].lower()
    top = max(scores.values())
    tied = [language for language, score in scores.items() if score == top]
    return declared[:2].lower() if declared[:2].lower() in tied else tied[0]


def _script(sample: str) -> str:
    """The script of most letters, as Unicode names it."""
    counts: dict[str, int] = {}
    for letter in sample[:120]:
        if letter.isalpha():
            name = unicodedata.name(letter, "").split(" ")[0].lower()
            counts[name] = counts.get(name, 0) + 1
    return max(counts, key=lambda name: counts[name]) if counts else "latin"
