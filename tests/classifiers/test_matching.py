"""Terms are found as whole words, at true offsets, in one pass."""

from __future__ import annotations

from datetime import date

import pytest

from classifiers.language_file import languages
from classifiers.lexicon import concepts, lexicon
from classifiers.matching import TermIndex, fold
from classifiers.mentions import Kind, find_mentions
from classifiers.sentences import split


def found(terms: list[str], text: str) -> list[str]:
    index = TermIndex((term, term) for term in terms)
    return [text[hit.start : hit.end] for hit in index.hits(fold(text))]


def test_a_term_is_a_whole_word() -> None:
    assert found(["pact"], "The pact had an impact on pacts.") == ["pact"]


def test_a_star_takes_any_ending() -> None:
    assert found(["ratif*"], "Ratified, ratification, gratify") == ["Ratified", "ratification"]


def test_a_star_within_a_term_takes_the_ending_of_that_word() -> None:
    assert found(["гаранті* безпеки"], "гарантіями безпеки") == ["гарантіями безпеки"]


def found_within(terms: list[str], text: str) -> list[str]:
    index = TermIndex(((term, term) for term in terms), within_words=True)
    return [text[hit.start : hit.end] for hit in index.hits(fold(text))]


def test_a_term_may_stand_within_a_compound() -> None:
    assert found_within(["방위조약"], "한미상호방위조약을") == ["방위조약"]


def test_a_caret_binds_a_term_to_the_beginning_of_a_word() -> None:
    assert found_within(["^이란"], "이란은 무엇이란 말인가") == ["이란"]


def test_a_dollar_binds_a_term_to_the_end_of_a_word() -> None:
    assert found_within(["^인도$"], "인도 총리, 인도네시아 방문") == ["인도"]


def test_a_run_of_katakana_is_a_word() -> None:
    assert found_within(["タイ"], "タイとミサイルのタイトル") == ["タイ"]


def test_an_alphabet_keeps_its_words_within_another_script() -> None:
    assert found_within(["nato", "eu"], "NATO加盟、museumの展示") == ["NATO"]


def test_offsets_hold_where_lower_case_is_longer() -> None:
    assert found(["pact"], "İstanbul pact") == ["pact"]


def test_a_section_keeps_the_longest_term() -> None:
    marks = lexicon("en").marks(fold("They did not sign"))
    assert [m.name for m in marks if m.section == "act"] == ["withhold"]


@pytest.mark.parametrize("language", languages())
def test_every_language_has_the_same_concepts(language: str) -> None:
    assert set(concepts(language)) <= set(concepts("en"))


def codes(text: str, day: date | None = None) -> list[tuple[str, Kind]]:
    return [(m.code, m.kind) for m in find_mentions(text, fold(text), "en", day, True)]


def states(text: str, language: str) -> list[str]:
    return [m.code for m in find_mentions(text, fold(text), language, None, False)]


def test_a_word_of_several_states_names_each() -> None:
    assert states("한미일 정상, 북·러 조약 규탄", "ko") == ["KOR", "USA", "JPN", "PRK", "RUS"]
    assert states("日米比が合意", "ja") == ["JPN", "USA", "PHL"]


def test_the_letters_of_several_states_count_in_no_longer_name() -> None:
    assert states("북한미사일", "ko") == ["PRK"]


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [
        ("Rutte rozmawiał w Warszawie", "pl", ["NATO", "POL"]),
        ("Ramstein: Treffen der Minister", "de", ["DEU"]),
        ("Ramaphosa w Kijowie", "pl", ["ZAF", "UKR"]),
        ("Prezydent Ruto w Haiti", "pl", ["KEN", "HTI"]),
        ("Албаніз приїхав до Києва", "uk", ["AUS", "UKR"]),
        ("Duda i Fico: rozmowa Dudy z Ficem", "pl", ["POL", "SVK", "POL", "SVK"]),
        ("Regierung in Rom lehnt ab", "de", ["ITA"]),
        ("Рим отказал Киеву", "ru", ["ITA", "UKR"]),
        ("Rozmowa Tuska z Rubiem i Merzem", "pl", ["POL", "USA", "DEU"]),
    ],
)
def test_a_whole_name_goes_before_the_stem_of_another(
    text: str, language: str, wanted: list[str]
) -> None:
    day = date(2025, 6, 1)
    found = find_mentions(text, fold(text), language, day, True)
    assert [mention.code for mention in found] == wanted


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Milliarden für Militär und Ramadan, Modell in Rubel", "de"),
        ("Miliardy na wojsko, militarny model", "pl"),
        ("Petr a Petra, miliardy na armádu", "cs"),
    ],
)
def test_a_word_that_begins_like_a_leader_is_none(text: str, language: str) -> None:
    assert states(text, language) == []


@pytest.mark.parametrize("dot", ["", "·", "ㆍ", "‧", "・", "-"])
def test_any_mark_may_stand_between_the_letters_of_states(dot: str) -> None:
    assert states(f"한{dot}미, 방위 조약 서명", "ko") == ["KOR", "USA"]


def test_a_common_word_is_no_state() -> None:
    assert states("모든 수단을 동원해 인도적 지원", "ko") == []
    assert states("南スーダンの備蓄米", "ja") == ["SSD"]


def test_an_institution_is_that_of_the_name_before_it() -> None:
    assert states("일본 정부", "ko") == ["JPN"]
    assert states("정부, 일본에 통보", "ko") == ["KOR", "JPN"]


def test_us_is_a_state_and_us_is_not() -> None:
    assert codes("US tells us") == [("USA", Kind.NAME)]


def test_turkey_is_a_state_only_with_a_capital() -> None:
    assert codes("Turkey bakes turkey") == [("TUR", Kind.NAME)]


def test_the_longest_name_wins() -> None:
    assert codes("South Korean") == [("KOR", Kind.ADJECTIVE)]


def test_a_leader_counts_only_in_office() -> None:
    assert codes("Scholz", date(2023, 1, 1)) == [("DEU", Kind.LEADER)]
    assert codes("Scholz", date(2026, 1, 1)) == []


def test_abbreviations_and_initials_end_no_sentence() -> None:
    text = "Mr. Smith met J. Doe at 3 p.m. in the U.S. capital. They left."
    assert [text[a:b] for a, b in split(text)] == [text[:-11], "They left."]


def test_a_line_ends_a_sentence() -> None:
    assert len(split("One line\nAnother line")) == 2
