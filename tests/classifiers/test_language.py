"""The language is told by the text, the feed's word counting only where the text allows it."""

from __future__ import annotations

import pytest

from classifiers.language import identify


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The council will meet on Monday to vote on the treaty", "en"),
        ("Der Rat wird am Montag über den Vertrag abstimmen", "de"),
        ("Le conseil votera lundi sur le traité de défense", "fr"),
        ("El consejo votará el lunes sobre el tratado", "es"),
        ("Rada w poniedziałek zagłosuje nad traktatem", "pl"),
        ("Рада голосуватиме за договір у понеділок і вівторок", "uk"),
        ("Совет проголосует за договор в понедельник", "ru"),
        ("이사회는 월요일에 조약을 표결한다", "ko"),
        ("理事会は月曜日に条約を採決する", "ja"),
    ],
)
def test_it_is_told_by_the_text(text: str, language: str) -> None:
    assert identify(text) == language


def test_a_headline_without_kana_is_what_the_feed_declares() -> None:
    assert identify("日米首脳会談", "ja") == "ja"
    assert identify("日米首脳会談") == "zh"


def test_the_text_outweighs_what_the_feed_declares() -> None:
    assert identify("Der Rat wird am Montag über den Vertrag abstimmen", "en") == "de"


def test_a_text_without_small_words_is_what_the_feed_declares() -> None:
    assert identify("NATO 2030", "pl") == "pl"
