"""Text from outside, made harmless and cut."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.outside_text import clean, cut, units, web_address
from tests.bot.cards_strategy import ADDRESSES, texts

pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")


@given(texts)
def test_cleaned_text_is_one_line_without_controls(text: str) -> None:
    cleaned = clean(text)
    assert not {c for c in cleaned if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"}}
    assert not set(cleaned) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert clean(cleaned) == cleaned


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("one\r\ntwo\tthree", "one two three"),
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]8;;https://e.org\x07label\x1b]8;;\x1b\\", "label"),
        ("Україна 🇺🇦 عربى 👩‍🚀", "Україна 🇺🇦 عربى 👩‍🚀"),
        ("\ud83d", ""),
    ],
)
def test_cleaning(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@given(texts, st.integers(1, 300))
def test_a_cut_text_fits_and_shows_that_it_was_cut(text: str, limit: int) -> None:
    shorter = cut(text, limit)
    assert units(shorter) <= limit
    assert shorter == text or shorter.endswith("…")


def test_a_cut_tears_no_accent_off() -> None:
    assert cut("cafe\u0301s", 5) == "caf…"


@given(st.text() | st.sampled_from(ADDRESSES))
def test_an_address_is_web_or_nothing(text: str) -> None:
    address = web_address(text)
    assert not address or address.lower().startswith(("http://", "https://"))
    assert not set(address) & set(' <>|"()\n\\^`{}')


def test_an_address_keeps_its_meaning() -> None:
    same = "https://example.org/a/b?c=d&e=%20f#g"
    assert web_address(same) == same
    assert web_address("https://example.org/ü (1)") == "https://example.org/%C3%BC%20%281%29"


@pytest.mark.parametrize(
    ("text", "count"), [("", 0), ("Kyiv", 4), ("Київ", 4), ("🇺🇦", 4), ("\ud83d", 1)]
)
def test_length_is_counted_in_utf_16_units(text: str, count: int) -> None:
    assert units(text) == count
