"""Names of actors, in any language, to codes and back."""

from __future__ import annotations

import pytest

from classifiers import actors


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("UKR", "UKR"),
        ("ukraine", "UKR"),
        ("Україна", "UKR"),
        ("🇺🇦", "UKR"),
        ("U.S.", "USA"),
        ("the united states", "USA"),
        ("Vereinigtes Königreich", "GBR"),
        ("Nemecko", "DEU"),
        ("Côte d’Ivoire", "CIV"),
        ("Quai d'Orsay", "FRA"),
        ("taiwan", "TWN"),
        ("Kosovo", "XKX"),
        ("Transnistria", "TRANSNISTRIA"),
        ("coalition of the willing", "COALITION_OF_THE_WILLING"),
        ("nato", "NATO"),
        ("european union", "EU"),
    ],
)
def test_a_name_in_any_known_language_resolves(name: str, code: str) -> None:
    assert actors.resolve(name) == code


@pytest.mark.parametrize("name", ["", "Atlantis", "🇺", "123"])
def test_an_unknown_name_resolves_to_nothing(name: str) -> None:
    assert actors.resolve(name) is None


def test_every_code_displays_as_a_name_that_resolves_to_it() -> None:
    for code in actors.directory():
        assert actors.resolve(actors.display(code)) == code


def test_a_state_has_its_flag_and_an_alliance_none() -> None:
    assert (actors.flag("GBR"), actors.flag("NATO")) == ("🇬🇧", "")


def test_suggestions_begin_with_names_that_start_so() -> None:
    assert actors.suggest("ger", 3)[0] == ("DEU", "Germany")


def test_suggestions_know_other_languages_and_keep_the_limit() -> None:
    assert ("DEU", "Germany") in actors.suggest("Allem", 5)
    assert len(actors.suggest("", 7)) == 7
