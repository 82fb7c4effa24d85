"""Whatever a feed holds, the reader answers: no text breaks it, and no claim lacks its evidence."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.reader import load_reader
from classifiers.sentences import split
from tests.builders import article

READER = load_reader()
WORDS = [
    "France",
    "pledges",
    "will",
    "not",
    "send",
    "troops",
    "to",
    "Ukraine",
    "NATO",
    "guarantee",
    "treaty",
    "signed",
    "ratified",
    "if",
    ".",
    "!",
    "?",
    "。",
    "！",
    "“",
    "”",
    "'",
    "\n",
    "«",
    "»",
    "–",
    "U.S.",
    "Mr.",
    "Zelensky",
    "Київ",
    "гарантії",
    "безпеки",
    "Польща",
    "підписала",
    "1994",
    "①",
    "ß",
    "ﬁ",
    "\u202e",
]
TEXT = st.one_of(
    st.text(max_size=300),
    st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join),
)


@given(title=TEXT, summary=TEXT, text=TEXT)
def test_no_text_breaks_the_reader_and_every_quotation_is_verbatim(
    title: str, summary: str, text: str
) -> None:
    read = article(title, summary=summary, text=text)
    for claim in READER.assess(read).claims:
        for evidence in claim.evidence:
            place = {"title": title, "summary": summary, "text": text}[evidence.place]
            assert place[evidence.start : evidence.end] == evidence.quote
            assert len(evidence.quote) <= 300


@pytest.mark.parametrize("text", ["協定が署名された。", "。", "He said。", ""])
def test_a_full_stop_of_the_far_east_may_end_a_text(text: str) -> None:
    assert split(text) == ([(0, len(text))] if text else [])


@pytest.mark.parametrize(
    "text",
    [
        "will " * 30_000,
        "if unless " * 20_000,
        "Britain will send troops to Ukraine under a security guarantee, said Macron " * 2_500,
        "that Britain said that " * 9_000,
        "." * 200_000,
        "a" * 200_000,
        " " * 100_000 + "." + " \t" * 50_000,
        "“Ukraine” " * 20_000,
        "1," * 100_000,
    ],
    ids=lambda text: text[:12],
)
def test_no_text_holds_the_reader_up(text: str) -> None:
    started = time.process_time()
    READER.assess(article("Britain pledges troops", summary=text[:10_000], text=text))
    assert time.process_time() - started < 6


@given(st.text(alphabet="ab .!?。\n“”\t", max_size=60), st.integers(1, 400))
def test_sentences_hold_all_that_is_not_white_space_and_are_never_long(
    text: str, times: int
) -> None:
    whole = text * times
    spans = split(whole)
    assert "".join("".join(whole[a:b] for a, b in spans).split()) == "".join(whole.split())
    assert all(0 < end - begin <= 1200 for begin, end in spans)
    assert all(left[1] <= right[0] for left, right in pairwise(spans))
