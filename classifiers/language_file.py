"""All that is to be known of a language, from its one file `data/lexicons/<two letters>.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from classifiers.matching import terms_of

_FOLDER = files("classifiers") / "data" / "lexicons"
_FLAGS = ("actors_are_capitalised", "names_take_endings")
_USUAL = {
    "words_are_spaced": True,
    "terms_stand_within_words": False,
    "modifiers_follow": False,
    "last_vowels_change": False,
}
"""Flags that a file may leave out, with what then holds."""
CONCEPTS = (
    "act",
    "object",
    "form",
    "condition",
    "open",
    "specific",
    "cue",
    "other",
    "link",
    "gate",
)
"""Tables whose keys are concepts: [act] sign is the concept "act.sign"."""
_OTHERS = (
    "actors",
    "seats",
    "leaders",
    "together",
    "told_by",
    "patterns",
    "story",
    "samples",
)
_PATTERNS = ("units", "magnitude", "timeframe")


class LanguageFileError(ValueError):
    """A language's file is wrong. The message is one sentence: file, table, key and remedy."""

    def __init__(self, language: str, text: str) -> None:
        super().__init__(f"classifiers/data/lexicons/{language}.toml: {text}.")


@dataclass(frozen=True, slots=True)
class LanguageFile:
    """What a language's file says; words and terms in its order."""

    language: str
    actors_are_capitalised: bool
    """Whether a name in lower case is no name: true of English, false of Russian adjectives."""
    names_take_endings: bool
    """Whether names of states and people are declined."""
    last_vowels_change: bool
    """Whether an ending takes the place of a name's last vowel: true of Polish, not of German."""
    words_are_spaced: bool
    """Whether space stands between words: not true of Japanese."""
    terms_stand_within_words: bool
    """Whether a term counts inside a longer run of letters too: true of Korean, which writes
    compounds and particles together with a name, and wherever words are not spaced."""
    modifiers_follow: bool
    """Whether particles stand after a name, negation and tense after a verb."""
    concepts: Mapping[str, tuple[str, ...]]
    """Concept -> terms."""
    actors: Mapping[str, tuple[str, ...]]
    """Code -> the language's own names and adjectives."""
    seats: Mapping[str, tuple[str, ...]]
    """Code -> capitals and institutions."""
    leaders: Mapping[str, tuple[str, ...]]
    """First name in data/actors/leaders.tsv -> spellings."""
    together: Mapping[str, tuple[str, ...]]
    """A word that names several actors, a letter each -> their codes."""
    ambiguous_names: frozenset[str]
    """Usual names of states that are common words as well: they count only as [actors] has them."""
    told_by: Mapping[str, str]
    """`words` and `letters` by which it is told apart; empty where data/languages.toml has them."""
    patterns: Mapping[str, tuple[str, ...]]
    """Regular expressions for units and magnitude of a scale, and for a timeframe."""
    abbreviations: tuple[str, ...]
    """Words after whose stop a sentence goes on."""
    story: Mapping[str, tuple[str, ...]]
    """Concept of data/stories/concepts.toml -> terms."""
    samples: Mapping[str, str]
    """Headlines that say the same in every language, for the tests."""


@cache
def languages() -> tuple[str, ...]:
    """The languages that have a file."""
    names = [entry.name for entry in _FOLDER.iterdir()]
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


@cache
def language_file(language: str) -> LanguageFile:
    """A language's file. Raises FileNotFoundError where there is none, LanguageFileError."""
    return parse(language, (_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))


def stands_within_words(language: str) -> bool:
    """Whether a language's terms count inside a longer run of letters too."""
    return language in languages() and language_file(language).terms_stand_within_words


def parse(language: str, text: str) -> LanguageFile:
    """A language's file from its text. Raises LanguageFileError."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LanguageFileError(language, f"is no TOML: {error}") from None
    _check(language, table)
    listed = {name: _lists(language, name, table.get(name, {})) for name in (*CONCEPTS, *_OTHERS)}
    flags = {name: table.get(name, usual) for name, usual in _USUAL.items()}
    return LanguageFile(
        language=language,
        actors_are_capitalised=table["actors_are_capitalised"],
        names_take_endings=table["names_take_endings"],
        last_vowels_change=flags["last_vowels_change"],
        words_are_spaced=flags["words_are_spaced"],
        terms_stand_within_words=flags["terms_stand_within_words"] or not flags["words_are_spaced"],
        modifiers_follow=flags["modifiers_follow"],
        concepts={f"{n}.{key}": terms for n in CONCEPTS for key, terms in listed[n].items()},
        actors=listed["actors"],
        seats=listed["seats"],
        leaders=listed["leaders"],
        together=listed["together"],
        ambiguous_names=frozenset(terms_of(table.get("ambiguous_names", ""))),
        told_by=table.get("told_by", {}),
        patterns=listed["patterns"],
        abbreviations=tuple(table.get("abbreviations", "").split()),
        story=listed["story"],
        samples=table.get("samples", {}),
    )


def _check(language: str, table: Mapping[str, Any]) -> None:
    if table.get("language") != language:
        raise LanguageFileError(language, f'needs language = "{language}", as the file is called')
    for flag in _FLAGS:
        if not isinstance(table.get(flag), bool):
            raise LanguageFileError(language, f"needs {flag} = true or false, above the tables")
    for flag in _USUAL:
        if not isinstance(table.get(flag, True), bool):
            raise LanguageFileError(language, f"takes {flag} = true or false, above the tables")
    known = {"language", "abbreviations", "ambiguous_names"}
    known |= {*_FLAGS, *_USUAL, *CONCEPTS, *_OTHERS}
    for name in table:
        if name not in known:
            remedy = f"the tables are {', '.join((*CONCEPTS, *_OTHERS))}"
            raise LanguageFileError(language, f"knows no [{name}]; {remedy}")
    for name in table.get("patterns", {}):
        if name not in _PATTERNS:
            raise LanguageFileError(language, f"[patterns] takes {', '.join(_PATTERNS)}")


def _lists(language: str, name: str, rows: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The rows of a table; terms stand between semicolons."""
    found = {}
    for key, terms in rows.items():
        if not isinstance(terms, str) or not (split := terms_of(terms)):
            text = f'[{name}] {key} needs terms in one text: "one; two"'
            raise LanguageFileError(language, text)
        found[key] = split
    return found
