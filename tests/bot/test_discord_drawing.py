"""Cards as Discord messages: nothing acts by itself, and every limit holds."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings

from bot.cards import Button, Card, Divider, Fields, Quote, Span, Table, Text, Tone
from bot.chat import Press
from bot.discord_chat.drawing import Drawing, custom_id, draw, escape, pressed
from bot.outside_text import clean
from tests.bot.cards_strategy import cards, texts
from tests.servers.discord_rules import check_message

pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")

ESCAPE = re.compile(r"\\[^0-9A-Za-z\s]")
ACTIVE = re.compile(
    r"[*_~|`<\[\]]|://|@everyone|@here|discord\.gg|^[^\S\n]*(#|-|>|\+|\d+[.)])", re.MULTILINE
)


def drawn(*lines: Span) -> str:
    """One line of these spans."""
    return draw(Card("h", (Text((lines,)),), buttons=(Button("a", "b", "c"),))).pages[0]


def message(drawing: Drawing, page: int = 0, key: str = "") -> dict[str, Any]:
    """One page as it goes over the wire."""
    embed = drawing.embed(page)
    return {
        "content": drawing.content,
        "embeds": [embed.to_dict()] if embed else [],
        "components": drawing.view(key).to_components(),
    }


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("U.S.-led (5%) deal: 3.5 bn", "U.S.-led (5%) deal: 3.5 bn"),
        ("*bold* _x_ ~~y~~ ||z||", r"\*bold\* \_x\_ \~\~y\~\~ \|\|z\|\|"),
        ("see https://x.y", r"see https\://x.y"),
        ("<@1> @everyone", "\\<@1> @\u200beveryone"),
        ("# heading", r"\# heading"),
        ("1. list", r"1\. list"),
        ("  - list", r"  \- list"),
        ("[a](b)", r"\[a\](b)"),
    ],
)
def test_only_what_would_act_is_escaped(text: str, escaped: str) -> None:
    assert escape(text) == escaped


@given(texts)
def test_no_text_acts_once_it_is_escaped(text: str) -> None:
    for line in escape(clean(text)).splitlines():
        assert not ACTIVE.search(ESCAPE.sub("x", line.lstrip()))


@settings(max_examples=100)
@given(cards)
def test_every_limit_holds_for_every_card(card: Card) -> None:
    for key in ("", "k" * 25):
        drawing = draw(card, key, pages=3)
        for page in range(len(drawing.pages)):
            check_message(message(drawing, page, key))


@given(texts)
def test_a_headline_is_one_bold_line(text: str) -> None:
    content = draw(Card(text, (Divider(),))).content
    assert content.startswith("**")
    assert content.endswith("**")
    assert "\n" not in content
    assert not ACTIVE.search(ESCAPE.sub("x", content[2:-2]).lstrip())


@given(texts, texts)
def test_a_headline_that_is_struck_through_stays_one_line(text: str, void: str) -> None:
    content = draw(Card(text, (Divider(),), void=void or "x")).content
    assert content.endswith("**~~")
    assert "\n" not in content
    said, _, struck = content[: -len("**~~")].rpartition("~~**")
    said = said.removeprefix("**").removesuffix("** \u200b")
    assert all(not ACTIVE.search(ESCAPE.sub("x", part)) for part in (said, struck))


@given(texts, texts)
def test_a_card_without_blocks_is_a_single_line_without_previews(text: str, footer: str) -> None:
    line = (Span(footer, link="https://e.org/a"), Span(footer))
    drawing = draw(Card(text, footer=line, buttons=(Button("a", "b", "c"),)))
    assert drawing.embed() is None
    assert "\n" not in drawing.content
    linked = re.sub(r"\]\(<https://e\.org/a>\)", "", drawing.content)
    assert "://" not in ESCAPE.sub("x", linked)


def test_a_single_line_is_headline_and_footer() -> None:
    card = Card(
        "SIGNED", footer=(Span("Times", link="https://e.org"), Span(" · x")), tone=Tone.BINDING
    )
    assert draw(card).content == "🟢 **SIGNED** · [Times](<https://e.org>) · x"
    assert draw(card, "k1").content.endswith(" · ref k1")


def test_what_does_not_stand_is_struck_through() -> None:
    card = Card("SIGNED · treaty", (Divider(),), void="DENIED")
    assert draw(card).content == "**DENIED** \u200b~~**SIGNED · treaty**~~"
    assert draw(card).title == "SIGNED · treaty"


def test_spans_take_their_looks() -> None:
    at = datetime(2026, 1, 7, 18, 4, tzinfo=UTC)
    assert drawn(Span("b", bold=True)) == "**b**"
    assert drawn(Span("s", struck=True)) == "~~s~~"
    assert drawn(Span("UKR-1`x", code=True)) == "`UKR-1'x`"
    assert drawn(Span("l", link="https://e.org/a(b)")) == "[l](https://e.org/a%28b%29)"
    assert drawn(Span("then", time=at)) == f"<t:{int(at.timestamp())}:f>"
    assert drawn(Span("small", muted=True)) == "-# small"
    assert drawn(Span("small", muted=True), Span(" and not")) == "small and not"


def test_muted_text_within_a_line_leaves_no_mark_behind() -> None:
    muted = (Span("quiet", muted=True),)
    card = Card("h", (Fields((("f", muted),)), Table((), ((muted,),))), footer=muted)
    assert draw(card).pages[0] == "**f:** quiet\n\nquiet\n\n-# quiet"


def test_neighbouring_marks_do_not_run_together() -> None:
    assert drawn(Span("a", bold=True), Span("b", bold=True)) == "**a**\u200b**b**"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "ftp://x.y/z", "", "https://"])
def test_only_web_addresses_become_links(address: str) -> None:
    assert drawn(Span("label", link=address)) == "label"


def test_blocks_are_drawn_in_order() -> None:
    card = Card(
        "h",
        (
            Quote("We sign.", "Example Times", "https://e.org"),
            Fields((("Left open", (Span("scale"),)),)),
            Divider(),
            Table(("who", "stage"), (((Span("GBR"),), (Span("3"),)),)),
        ),
        footer=(Span("2 sources"),),
        buttons=(Button("a", "b", "c"),),
    )
    assert draw(card).pages[0] == (
        "> “We sign.”\n> -# — [Example Times](https://e.org)\n\n"
        "**Left open:** scale\n────────\n-# who · stage\nGBR · 3\n\n-# 2 sources"
    )


def test_a_quotation_stands_close_to_its_line_and_apart_from_another() -> None:
    blocks = (Text(((Span("stage"),),)), Quote("a", "s"), Quote("b", "s"), Text(((Span("x"),),)))
    assert draw(Card("h", blocks)).pages[0] == ("stage\n> “a”\n> -# — s\n\n> “b”\n> -# — s\n\nx")


def test_a_card_that_is_cut_says_so() -> None:
    card = Card("h", (Text(tuple((Span("word " * 100),) for _ in range(30))),))
    assert "cut" in draw(card).pages[0].splitlines()[-1]


def test_a_card_that_is_cut_keeps_its_footer_and_its_key() -> None:
    lines = tuple((Span("word " * 100),) for _ in range(30))
    card = Card("h", (Text(lines),), footer=(Span("unconfirmed"),))
    assert draw(card, "k1").pages[0].endswith("\n\n-# unconfirmed · ref k1")


def test_a_card_that_is_full_everywhere_still_fits() -> None:
    long = Span("*word* " * 2000, link="https://e.org/" + "x" * 1400)
    card = Card(
        "*" * 500,
        (Text(((long, Span("*" * 1400), long),) * 50), Quote("_" * 9000, "s")),
        buttons=tuple(Button("details", f"UKR-{n}", "b" * 200) for n in range(30)),
        footer=(long,) * 20,
    )
    drawing = draw(card, "k" * 25, pages=3)
    for page in range(len(drawing.pages)):
        check_message(message(drawing, page, "k" * 25))


def test_a_link_that_is_too_long_leaves_its_label() -> None:
    assert drawn(Span("label", link="https://e.org/" + "x" * 1600)) == "label"


def test_the_edge_takes_the_tones_colour() -> None:
    colours = {draw(Card("h", tone=tone)).colour for tone in Tone}
    assert len(colours) == len(Tone)


def test_a_buttons_id_says_what_it_does() -> None:
    button = Button("details", "https://example.org/a:b", "Details")
    assert pressed(custom_id(button, "key")) == Press("details", "https://example.org/a:b")
    assert pressed("somebody:else") is None
    assert pressed("") is None


def test_the_same_button_twice_is_one() -> None:
    twice = (Button("details", "UKR-1", "Details"),) * 2
    view = draw(Card("h", buttons=twice)).view("key")
    assert len(view.children) == 1


def test_a_button_that_carries_too_much_is_a_bug() -> None:
    with pytest.raises(ValueError, match="details"):
        custom_id(Button("details", "x" * 100, "Details"), "key")
