from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.text import one_line, plain, sentences, teaser_and_text, truncated


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("AT&amp;T <b>bold</b>", "AT&T bold"),
        ("a < b and c > d", "a < b and c > d"),
        ("5 <6 and I <3 you", "5 <6 and I <3 you"),
        ("&amp;lt;p&amp;gt;twice", "twice"),
        ("<p>One.</p><p>Two</p>", "One.\nTwo"),
        ("x<br/>y", "x\ny"),
        ("<a title=\"x > y\" href='z'>t</a>", "t"),
        ("<script>alert('<p>')</script>after", "after"),
        ("<style>p {}</style >after", "after"),
        ("<!-- no --> yes", "yes"),
        ("<![CDATA[in <i>side</i>]]>", "in side"),
        ("T&uuml;rkiye&nbsp;x", "Türkiye x"),
        ("soft\u00adhyphen zero\u200bwidth", "softhyphen zerowidth"),
        ("Norve\u0300ge \u0438\u0306 \u1112\u1161\u11ab", "Norvège й 한"),
        ("", ""),
    ],
)
def test_markup_becomes_text(markup: str, text: str) -> None:
    assert plain(markup) == text


def test_titles_are_one_line() -> None:
    assert one_line("<p>One</p>\n\t<p>two</p>") == "One two"


@given(st.text(alphabet="<>&;/!-ab\"' =lt#1p", max_size=60))
def test_no_whole_tag_is_ever_left(markup: str) -> None:
    text = plain(markup)
    assert "<p>" not in text
    assert "</a>" not in text
    assert "&lt;" not in text


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<a ",
        '<a "',
        "<script>",
        "<!--",
        "<![CDATA[",
        "&",
        "&lt;",
        "<a b='",
        "\n \n",
        "<svg>",
        "</",
        "\u0316\u0300",
    ],
)
def test_the_cost_grows_with_the_length_and_no_faster(piece: str) -> None:
    started = time.process_time()
    plain(piece * (1_000_000 // len(piece)))
    assert time.process_time() - started < 2


def test_text_is_cut_between_words() -> None:
    assert truncated("one two three", 9) == "one two…"
    assert truncated("short", 9) == "short"
    assert truncated("unbreakable", 5) == "unbr…"


@pytest.mark.parametrize(
    "expected",
    [
        ["Mr. Smith met Gen. Kowalski on Jan. 5 in the U.S. capital.", "They signed."],
        ['He said "No."', "Then he left."],
        ["What now?!", "Nobody knows…", "Or do they?"],
        ["W. Churchill spoke.", "Świat słuchał.", "Він погодився."],
        ["It cost 3.5 billion.", "“Too much,” she said."],
    ],
)
def test_sentences_are_found(expected: list[str]) -> None:
    text = " ".join(expected)
    assert [text[start:end] for start, end in sentences(text)] == expected


def test_a_line_is_a_sentence_of_its_own() -> None:
    text = "Headline without stop\nFirst line. Second"
    assert [text[a:b] for a, b in sentences(text)] == [
        "Headline without stop",
        "First line.",
        "Second",
    ]


@given(st.text(alphabet="aB.!? \n\"'Ü", max_size=80))
def test_sentences_hold_all_that_is_not_white_space(text: str) -> None:
    kept = "".join(text[start:end] for start, end in sentences(text))
    assert "".join(kept.split()) == "".join(text.split())


def test_an_article_in_the_place_of_its_summary_is_its_text() -> None:
    whole = "Ministers met in the old town hall. " * 60
    summary, text = teaser_and_text(whole, "")
    assert text == whole
    assert len(summary) <= 300
    assert summary.endswith("hall.")
    assert teaser_and_text("A teaser.", "") == ("A teaser.", "")
    assert teaser_and_text(whole, "The text.") == (whole, "The text.")
