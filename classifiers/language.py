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


_UKRAINIAN = frozenset("іїєґ")


def identify(text: str, declared: str = "") -> str:
    """Two letters; the declared language where the text does not tell, else English."""
    return likely(text, declared)[0]


def likely(text: str, declared: str = "") -> tuple[str, ...]:
    """The languages that the text's small words and letters allow, the likeliest first: more than
    one where a headline is too short to tell."""
    by_word, by_letter, scripts = _tables()
    sample = text[:_SAMPLE].lower()
    script = "latin" if sample.isascii() else _script(sample)
    if script in scripts:
        return (scripts[script],)
    scores: dict[str, float] = {}
    for word in _WORD.findall(sample):
        for language in by_word.get(word, ()):
            scores[language] = scores.get(language, 0.0) + 1.0
    for letter in set(sample) if not sample.isascii() else ():
        for language in by_letter.get(letter, ()):
            scores[language] = scores.get(language, 0.0) + 0.5
    return _near(_of_script(scores, script, sample), declared[:2].lower())


def _of_script(scores: dict[str, float], script: str, sample: str) -> dict[str, float]:
    """The scores of the languages that are written so."""
    if script != "cyrillic":
        return {name: score for name, score in scores.items() if name not in ("uk", "ru", "bg")}
    if _UKRAINIAN & set(sample):
        return {"uk": 1.0}
    return {"ru": scores.get("ru", 0.0) + 1.0, "bg": scores.get("bg", 0.0)}


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
