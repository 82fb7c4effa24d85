"""What can be promised, from `data/obligations.toml`: how news names it, how alerts call it.

`python -m classifiers.obligations`, in a checkout, writes what is made from that file: the
enumeration in `classifiers/assessment.py` and the list in `docs/domain.md`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from textwrap import fill
from typing import Any

from classifiers.matching import terms_of

_KEYS = {"objects": list, "weak": bool, "like": str, "words": dict, "terms": dict}
_ENUMERATION = re.compile(r'(class Obligation\(StrEnum\):\n    """[^"]*"""\n\n)(?:    \w+ = .*\n)+')
_LIST = re.compile(r"(## What is promised\n\n)(?:`.*\n)+")
_NAME = re.compile(r"[a-z]+(?:_[a-z]+)*")


class ObligationsError(ValueError):
    """The file is wrong. The message is one sentence: file, table and remedy."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(f"classifiers/data/obligations.toml: [{name}] {text}.")


@dataclass(frozen=True, slots=True)
class Row:
    """One obligation."""

    objects: tuple[str, ...]
    """Concepts of the lexicons that name it."""
    weak: bool = False
    """Whether it counts only where nothing stronger is named."""
    like: str = ""
    """The object whose acts govern its own object too."""
    words: Mapping[str, str] = field(default_factory=dict)
    """Language -> how alerts call it."""
    terms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Language -> words of its own object, the first of `objects`."""


@cache
def rows() -> Mapping[str, Row]:
    """Obligation -> its row. Raises ObligationsError."""
    return parse((files("classifiers") / "data" / "obligations.toml").read_text(encoding="utf-8"))


def parse(text: str) -> dict[str, Row]:
    """The rows from the file's text. Raises ObligationsError."""
    found = {name: _row(name, table) for name, table in tomllib.loads(text).items()}
    taken: dict[str, str] = {}
    for name, row in found.items():
        for concept in row.objects:
            if other := taken.get(concept):
                raise ObligationsError(name, f"names the object {concept}, which is [{other}]'s")
            taken[concept] = name
    for name, row in found.items():
        if row.like and row.like not in taken:
            raise ObligationsError(name, f'like = "{row.like}" is no object of another table')
    return found


def _row(name: str, table: Mapping[str, Any]) -> Row:
    if not _NAME.fullmatch(name):
        raise ObligationsError(name, "must be called in small letters and underscores")
    for key, value in table.items():
        if key not in _KEYS or not isinstance(value, _KEYS[key]):
            kinds = ", ".join(f"{known} ({kind.__name__})" for known, kind in _KEYS.items())
            raise ObligationsError(name, f"{key} is none of {kinds}")
    terms = {language: terms_of(words) for language, words in table.get("terms", {}).items()}
    objects = tuple(table.get("objects", ()))
    if bool(terms) != bool(table.get("like")) or (terms and not objects):
        raise ObligationsError(name, "takes objects, like and terms together, or no terms")
    return Row(
        objects, table.get("weak", False), table.get("like", ""), table.get("words", {}), terms
    )


def own_objects(language: str) -> dict[str, tuple[str, ...]]:
    """Concept -> terms, of the objects whose words stand with their obligation."""
    return {
        f"object.{row.objects[0]}": row.terms[language]
        for row in rows().values()
        if language in row.terms
    }


def governed_like() -> dict[str, tuple[str, ...]]:
    """Object -> objects that the same acts govern."""
    found: dict[str, tuple[str, ...]] = {}
    for row in rows().values():
        if row.like:
            found[row.like] = (*found.get(row.like, ()), row.objects[0])
    return found


def words(language: str) -> dict[str, str]:
    """Obligation -> how alerts call it, of those that say so here."""
    return {name: row.words[language] for name, row in rows().items() if language in row.words}


def write(root: Path) -> None:
    """Write anew what is made from the file. Raises ValueError where there is no place for it."""
    members = "".join(f'    {name.upper()} = "{name}"\n' for name in rows())
    _replace(root / "classifiers" / "assessment.py", _ENUMERATION, members)
    listed = fill(" ".join(f"`{name}`" for name in rows()), 100, break_on_hyphens=False)
    _replace(root / "docs" / "domain.md", _LIST, f"{listed}\n")


def _replace(path: Path, place: re.Pattern[str], made: str) -> None:
    text, count = place.subn(lambda found: found[1] + made, path.read_text(encoding="utf-8"))
    if count != 1:
        raise ValueError(f"{path} has no place for what is made from obligations.toml")
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(__file__).parents[1])
