"""Words are taken apart as the encoder learnt them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.wordpiece import Vocabulary

PIECES = ["[UNK]", "[CLS]", "[SEP]", "guarantee", "guarantees", "##d", "##s", "kyiv", "zelensky"]
PIECES += ["##y", ",", "'", '"', "-", "s", "no", "2", "##0"]
VOCABULARY = Vocabulary({piece: number for number, piece in enumerate(PIECES)})


def named(text: str) -> list[str]:
    return [PIECES[piece.number] for piece in VOCABULARY.pieces(text)]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Guarantees", ["guarantees"]),
        ("guaranteed", ["guarantee", "##d"]),
        ("KYIV’s no, no", ["kyiv", "'", "s", "no", ",", "no"]),
        ("“No” – “no”", ['"', "no", '"', "-", '"', "no", '"']),
        ("Żelensky Zelénskyy", ["zelensky", "zelensky", "##y"]),
        ("Zele\u0301nsky", ["zelensky"]),
        ("200", ["2", "##0", "##0"]),
        ("Київ guarantees", ["[UNK]", "guarantees"]),
        ("guarantee" * 9, ["[UNK]"]),
        ("", []),
    ],
)
def test_a_word_is_the_longest_pieces_from_the_left(text: str, pieces: list[str]) -> None:
    assert named(text) == pieces


def test_a_piece_knows_where_its_word_stands() -> None:
    text = "no guaranteed"
    assert [text[p.start : p.end] for p in VOCABULARY.pieces(text)] == ["no", *["guaranteed"] * 2]


@given(st.text())
def test_any_text_can_be_taken_apart(text: str) -> None:
    for piece in VOCABULARY.pieces(text):
        assert 0 <= piece.start < piece.end <= len(text)
