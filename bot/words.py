"""Our own words in cards, read from `data/words/<language>.toml`: one file a language."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files


class Words:
    """Looks a word up by table and key; a missing one is a bug and raises KeyError."""

    def __init__(self, tables: dict[str, dict[str, str]]) -> None:
        self._tables = tables

    def __call__(self, table: str, key: object) -> str:
        return self._tables[table][str(key)]

    def label(self, key: str, **values: object) -> str:
        """A label with its values filled in."""
        return self._tables["label"][key].format(**values)


@lru_cache
def words(language: str = "en") -> Words:
    """The words of a language; FileNotFoundError where there is no such file."""
    text = (files("bot") / "data" / "words" / f"{language}.toml").read_text(encoding="utf-8")
    return Words(tomllib.loads(text))
