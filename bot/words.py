"""Our own words in cards, read from `data/words/<language>.toml`: one file a language.

Dates, numbers and the choice of a plural follow the Unicode CLDR, by way of Babel.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from importlib.resources import files
from typing import Any

from babel import Locale
from babel.dates import format_skeleton
from babel.numbers import format_decimal

from classifiers import obligations
from classifiers.actors import display, names_by_language

_FOLDER = files("bot") / "data" / "words"
_OTHER = "other"


class Words:
    """One language. A table or key that is missing is a bug and raises KeyError."""

    def __init__(self, language: str, tables: Mapping[str, Any]) -> None:
        self.language = language
        self.tables = tables
        self._locale = Locale.parse(tables["locale"])

    def __call__(self, table: str, key: object) -> str:
        return str(self.tables[table][str(key)])

    def label(self, key: str, **values: object) -> str:
        """A label with its values filled in."""
        return str(self.tables["label"][key]).format(**values)

    def count(self, key: str, count: int) -> str:
        """So many of something, in the plural that the language has for the number."""
        forms: Mapping[str, str] = self.tables["count"][key]
        return forms.get(self._locale.plural_form(count), forms[_OTHER]).format(count=count)

    def actor(self, code: str) -> str:
        """An actor's usual name in this language; in English where it has none."""
        named: Mapping[str, str] = self.tables["actor"]
        known = names_by_language().get(self.language, {}) if self.language != "en" else {}
        return named.get(code) or known.get(code) or display(code)

    def date(self, at: datetime) -> str:
        """A day, such as "2 Mar 2026"."""
        return _date(self._locale, at.date())

    def day(self, at: datetime) -> str:
        """A day without its year, such as "2 Mar"."""
        return format_skeleton("MMMd", at, locale=self._locale)

    def number(self, value: float) -> str:
        """With two decimals, such as "0.93"."""
        return format_decimal(value, "0.00", locale=self._locale)


@lru_cache(maxsize=512)  # a list of all feeds has thousands of times, of few days
def _date(locale: Locale, day: date) -> str:
    return format_skeleton("yMMMd", day, locale=locale)


@lru_cache
def words(language: str = "en") -> Words:
    """The words of a language; FileNotFoundError where there is no such file."""
    tables = tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    tables["obligation"] |= obligations.words(language)
    return Words(language, tables)


def load() -> None:
    """Read the words and dates of all languages: the first answer in one would hold the event loop
    for some hundredths of a second."""
    for language in languages():
        say = words(language)
        say.date(datetime(2000, 1, 1, tzinfo=UTC))
        say.number(0)


@lru_cache
def languages() -> tuple[str, ...]:
    """Those that an alert can be written in, two letters each."""
    return tuple(sorted(f.name[:2] for f in _FOLDER.iterdir() if f.name.endswith(".toml")))
