"""One value of a command's parameter: what a word means, and what a misspelt one may have meant."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from bot.command_table import Parameter
from bot.dates import since
from bot.phrases import phrases, plain
from classifiers.actors import display, similar

Value = str | int | datetime
Resolve = Callable[[str], str | None]
"""A country's or organisation's name in any form -> its code, or None."""

MOST_WORDS = {"country": 5, "date": 4, "stage": 3, "choice": 2, "reference": 2, "article": 40}
"""How many bare words one value may have; else one."""
_SHORTEST_BEGINNING = 3
_SHORTEST_TITLE = 3
"""Words; fewer are an id, or a mistake."""
_ALIKE = 0.7
_OTHER_SCRIPT = 0.85
_SHORT_ID = re.compile(r"#?([A-Za-z]{2,8})[\s_#‐-―-]*(\d{1,7})")
_NUMBER = re.compile(r"(?:#|no\.?|nr\.?|№)?\s*(\d{1,9})", re.IGNORECASE)
_EDGES = " ,;!?\"'()"


def value_of(parameter: Parameter, word: str, now: datetime, resolve: Resolve) -> Value | None:
    """The value that a word stands for; None where it is none."""
    word = word.strip()
    if not word:
        return None
    readers: Mapping[str, Callable[[], Value | None]] = {
        "country": lambda: resolve(word.strip(_EDGES)),
        "choice": lambda: _choice(parameter, word),
        "stage": lambda: _stage(parameter, word),
        "integer": lambda: _integer(word),
        "date": lambda: since(word.strip(_EDGES), now),
        "reference": lambda: _reference(parameter, word),
        "article": lambda: _reference(parameter, word) or _title(word),
        "address": lambda: _address(word),
    }
    read = readers.get(parameter.kind)
    return read() if read else word


def _choice(parameter: Parameter, word: str) -> str | None:
    wanted = plain(word.strip(_EDGES)).replace(" ", "_").replace("-", "_")
    if wanted in parameter.choices:
        return wanted
    alias = phrases().directions.get(wanted, "")
    if alias in parameter.choices:
        return alias
    starts = [c for c in parameter.choices if c.startswith(wanted)]
    return starts[0] if len(starts) == 1 and len(wanted) >= _SHORTEST_BEGINNING else None


def _stage(parameter: Parameter, word: str) -> str | None:
    """A stage by its name or its number, ">=3" and "3+" included."""
    bare = plain(word.strip(_EDGES)).lstrip(">= ").rstrip("+ ").removeprefix("stage ").strip()
    if bare.isdecimal():
        return parameter.choices[int(bare)] if int(bare) < len(parameter.choices) else None
    return phrases().stages.get(bare) or _choice(parameter, bare)


def _integer(word: str) -> int | None:
    found = _NUMBER.fullmatch(word.strip(_EDGES))
    return int(found[1]) if found else None


def _reference(parameter: Parameter, word: str) -> str | None:
    """An id however it is written, else the one word as it stands: an address or a number."""
    if plain(word) in parameter.choices:
        return plain(word)
    if found := _SHORT_ID.fullmatch(word.strip(_EDGES)):
        return f"{found[1].upper()}-{found[2]}"
    return None if any(c.isspace() for c in word) else word.lstrip("#") or None


def _title(word: str) -> str | None:
    return word if len(word.split()) >= _SHORTEST_TITLE else None


def _address(word: str) -> str | None:
    """A web address; one without its scheme is meant to be https."""
    if "://" in word:
        return word
    return f"https://{word}" if re.match(r"[^\s/@]+\.[^\s/@.]{2,}", word) else None


def wanted(parameter: Parameter) -> str:
    """What a parameter takes, in words."""
    return {
        "country": "a country or organisation that I know",
        "choice": f"one of {', '.join(parameter.choices)}",
        "stage": f"a stage: 0 to 6, or one of {', '.join(parameter.choices)}",
        "integer": "a number",
        "date": "a date or a span such as 2026-01-31, 7d or last week",
        "address": "a web address such as https://example.org/article",
        "reference": "an id such as UKR-142",
        "article": "an article's address or title, or an id such as UKR-142",
    }.get(parameter.kind, f"a {parameter.name}")


def meant(parameter: Parameter, word: str) -> list[str]:
    """Values that are written much like a word that is none, most alike first."""
    bare = plain(word.strip(_EDGES)).replace(" ", "_")
    match parameter.kind:
        case "country":
            return [display(code) for code in similar(word.strip(_EDGES))]
        case "choice" | "stage":
            return [_written(c) for c in alike(bare, parameter.choices)]
        case "date":
            return alike(bare.replace("_", " "), phrases().date_words)
    return []


def alike(word: str, known: Iterable[str]) -> list[str]:
    """The known words that are most like this one."""
    return difflib.get_close_matches(word, list(known), n=2, cutoff=_ALIKE)


def likeness(typed: str, meant_by_it: str) -> float:
    """How alike two words are written, 0 to 1; a name in another script is taken for a likely
    one, since it was found by its spelling in that script."""
    one, other = plain(typed), plain(meant_by_it)
    if one.isascii() != other.isascii():
        return _OTHER_SCRIPT
    return difflib.SequenceMatcher(None, one, other).ratio()


def _written(choice: str) -> str:
    return choice.replace("_", " ")
