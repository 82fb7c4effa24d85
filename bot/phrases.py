"""The words around the values of a command, from `data/phrases.toml`."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Phrases:
    """Every key and word as `plain` writes it."""

    commands: Mapping[str, str]
    """Other words for commands."""
    connectors: Mapping[str, tuple[str, ...]]
    """Words before a value -> the parameters that it may be for, the likeliest first."""
    towards: frozenset[str]
    """Words between the one that gives and the one that gets."""
    noise: frozenset[str]
    """Words that add nothing."""
    days: Mapping[str, int]
    """Names of days -> how many days back."""
    last: frozenset[str]
    this: frozenset[str]
    ago: frozenset[str]
    numbers: Mapping[str, int]
    units: Mapping[str, tuple[str, float]]
    """Names of spans -> ("day", its hours)."""
    weekdays: Mapping[str, int]
    """0 is Monday."""
    stages: Mapping[str, str]
    directions: Mapping[str, str]

    @property
    def date_words(self) -> list[str]:
        """Words that a date may be made of, for telling what was meant."""
        return [*self.days, *self.weekdays]


def plain(text: str) -> str:
    """A word as it is compared: no case, no accents (Cyrillic letters keep theirs)."""
    folded = text.casefold().replace("’", "'")
    return "".join(_bare(c) for c in unicodedata.normalize("NFC", folded))


def _bare(char: str) -> str:
    base = unicodedata.normalize("NFD", char)[0]
    return base if base.isascii() else char


@lru_cache
def phrases() -> Phrases:
    """Read once."""
    path = files("bot") / "data" / "phrases.toml"
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    dates = table["dates"]
    named = (("today", 0), ("yesterday", 1), ("before_yesterday", 2))
    return Phrases(
        commands=table["commands"],
        connectors={plain(k): tuple(v) for k, v in table["connectors"].items()},
        towards=_words(table["towards"]["words"]),
        noise=_words(table["noise"]["words"]),
        days={plain(word): back for name, back in named for word in dates[name]},
        last=_words(dates["last"]),
        this=_words(dates["this"]),
        ago=_words(dates["ago"]),
        numbers=table["numbers"],
        units={plain(w): (u["name"], u["hours"]) for u in table["units"] for w in u["words"]},
        weekdays={plain(w): int(day) for day, words in table["weekdays"].items() for w in words},
        stages={plain(k): v for k, v in table["stage"].items()},
        directions={plain(k): v for k, v in table["direction"].items()},
    )


def _words(words: Iterable[str]) -> frozenset[str]:
    return frozenset(plain(word) for word in words)
