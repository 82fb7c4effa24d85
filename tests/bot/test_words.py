"""Our own words: every language says everything that English says, in its own grammar."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import pytest
from babel import Locale

from bot.words import languages, load, words
from classifiers.actors import directory, flag, names_by_language
from classifiers.assessment import (
    Attribution,
    Condition,
    Direction,
    Head,
    LegalForm,
    Modality,
    Obligation,
)

FOREIGN = [language for language in languages() if language != "en"]
PLACEHOLDER = re.compile(r"\{\w*\}")


def tables(language: str) -> dict[str, Any]:
    """The file, without what each language has its own of."""
    text = (files("bot") / "data" / "words" / f"{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def flat(node: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Every word with its path; names of actors and plurals apart."""
    for key, value in node.items():
        if isinstance(value, Mapping):
            if key not in {"actor", "count"}:
                yield from flat(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value


def test_alerts_can_be_written_in_four_languages() -> None:
    assert languages() == ("de", "en", "fr", "uk")


@pytest.mark.parametrize("language", FOREIGN)
def test_a_language_has_the_keys_of_english_with_their_placeholders(language: str) -> None:
    english, other = dict(flat(tables("en"))), dict(flat(tables(language)))
    assert other.keys() == english.keys()
    for key, text in english.items():
        assert sorted(PLACEHOLDER.findall(other[key])) == sorted(PLACEHOLDER.findall(text)), key
        assert bool(other[key]) == bool(text), key


@pytest.mark.parametrize("language", languages())
def test_every_plural_of_the_language_has_its_form(language: str) -> None:
    read = tables(language)
    rule = Locale.parse(read["locale"]).plural_form
    used = {rule(count) for count in range(1000)}
    assert read["count"].keys() == tables("en")["count"].keys()
    for key, forms in read["count"].items():
        assert used | {"other"} == forms.keys(), key
        assert all(PLACEHOLDER.findall(text) == ["{count}"] for text in forms.values())


@pytest.mark.parametrize(
    ("language", "count", "said"),
    [
        ("en", 1, "1 source"),
        ("en", 2, "2 sources"),
        ("uk", 1, "1 джерело"),
        ("uk", 2, "2 джерела"),
        ("uk", 5, "5 джерел"),
        ("uk", 11, "11 джерел"),
        ("uk", 21, "21 джерело"),
        ("uk", 22, "22 джерела"),
        ("fr", 1, "1 source"),
        ("fr", 2, "2 sources"),
        ("fr", 1_000_000, "1000000 sources"),
        ("de", 1, "1 Quelle"),
        ("de", 3, "3 Quellen"),
    ],
)
def test_things_are_counted_as_the_language_counts(language: str, count: int, said: str) -> None:
    assert words(language).count("sources", count) == said


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("head", Head),
        ("direction", Direction),
        ("obligation", Obligation),
        ("legal_form", LegalForm),
        ("condition", Condition),
        ("attribution", Attribution),
        ("modality", Modality),
        ("stage", range(7)),
        ("stage_meaning", range(7)),
        ("retreat_meaning", range(7)),
        ("role", ("first", "further", "syndicated", "update", "denial", "correction")),
        ("left_open", ("scale", "mandate", "enforcement", "timeframe")),
    ],
)
def test_there_is_a_word_for_every_value(language: str, table: str, values: Any) -> None:
    known = words(language).tables[table]
    lacking = [str(value) for value in values if not isinstance(known.get(str(value)), str)]
    place = f"bot/data/words/{language}.toml [{table}]"
    if table == "obligation":
        place += " (or words of the obligation in classifiers/data/obligations.toml)"
    assert lacking == [], f"{place} lacks these"


@pytest.mark.parametrize("language", FOREIGN)
def test_every_actor_has_a_name_in_the_language(language: str) -> None:
    named = tables(language)["actor"].keys() | names_by_language()[language].keys()
    assert directory().keys() <= named
    assert tables(language)["actor"].keys() <= directory().keys()


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("en", ("United States", "NATO", "Coalition of the Willing", "Moldova")),
        ("uk", ("США", "НАТО", "Коаліція охочих", "Молдова")),
        ("fr", ("États-Unis", "OTAN", "Coalition des volontaires", "Moldavie")),
        ("de", ("USA", "NATO", "Koalition der Willigen", "Republik Moldau")),
    ],
)
def test_actors_are_named_as_the_language_names_them(language: str, names: tuple[str, ...]) -> None:
    codes = ("USA", "NATO", "COALITION_OF_THE_WILLING", "MDA")
    assert tuple(map(words(language).actor, codes)) == names


def test_an_actor_that_nobody_knows_is_named_by_its_code() -> None:
    assert words("uk").actor("NEW_PACT") == "NEW PACT"
    assert flag("NEW_PACT") == ""


@pytest.mark.parametrize(
    ("language", "intent", "understanding"),
    [
        ("en", "declaration of intent", "memorandum of understanding"),
        ("uk", "декларація про наміри", "меморандум про взаєморозуміння"),
        ("fr", "déclaration d’intention", "protocole d’accord"),
        ("de", "Absichtserklärung", "Memorandum of Understanding"),
    ],
)
def test_instruments_have_the_names_that_diplomats_use(
    language: str, intent: str, understanding: str
) -> None:
    say = words(language)
    assert say("legal_form", LegalForm.DECLARATION_OF_INTENT) == intent
    assert say("legal_form", LegalForm.MOU) == understanding


@pytest.mark.parametrize(
    ("language", "date", "number"),
    [
        ("en", "2 Mar 2026", "0.90"),
        ("uk", "2 бер. 2026\u202fр.", "0,90"),
        ("fr", "2 mars 2026", "0,90"),
        ("de", "2. März 2026", "0,90"),
    ],
)
def test_dates_and_numbers_follow_the_language(language: str, date: str, number: str) -> None:
    say = words(language)
    assert say.date(datetime(2026, 3, 2, tzinfo=UTC)) == date
    assert say.number(0.9) == number


def test_french_keeps_its_colons_with_their_words() -> None:
    text = (files("bot") / "data" / "words" / "fr.toml").read_text(encoding="utf-8")
    assert not re.findall(r"= \".* [:;?!].*\"", text)


def test_a_language_that_is_not_there_is_a_loud_fault() -> None:
    with pytest.raises(FileNotFoundError):
        words("tlh")


def test_what_is_loaded_at_the_start_is_not_read_again() -> None:
    words.cache_clear()
    load()
    read = words.cache_info().misses
    for language in languages():
        words(language).date(datetime(2026, 3, 2, tzinfo=UTC))
    assert words.cache_info().misses == read
