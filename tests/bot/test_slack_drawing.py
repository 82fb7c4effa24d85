"""Cards as Slack messages: nothing acts by itself, and every limit holds."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from slack_sdk.models.blocks import Block as KitBlock

from bot.cards import Button, Card, Divider, Fields, Quote, Span, Table, Text, Tone
from bot.slack_chat.drawing import carries, draw, entities, metadata
from tests.bot.cards_strategy import cards, texts
from tests.servers.slack_rules import check_message, length
from tests.servers.slack_rules import texts as all_texts

pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")

Json = dict[str, Any]
OURS = re.compile(
    r"<!date\^-?\d+\^\{date_short_pretty\} \{time\}\|[^<>|]+>|<https?://[^<>|\s]+\|[^<>|]+>"
)
ACTIVE = re.compile(r"[<>*_~`]|&(?!amp;|lt;|gt;)")


def only(card: Card) -> list[Json]:
    """The blocks of a card that fits."""
    (page,) = draw(card).pages
    return page


def inline(card: Card) -> list[Json]:
    """The rich text elements of a card's first block."""
    elements: list[Json] = only(card)[1]["elements"][0]["elements"]
    return elements


@settings(max_examples=100)
@given(cards)
def test_every_limit_holds_for_every_card(card: Card) -> None:
    drawing = draw(card, pages=3)
    for page in drawing.pages:
        check_message({"text": drawing.text, "blocks": page}, update=True)
        assert sum(map(length, all_texts(page))) <= 9000


@settings(max_examples=50)
@given(cards)
def test_slacks_own_library_takes_every_block(card: Card) -> None:
    for page in draw(card, pages=3).pages:
        for block in page:
            parsed = KitBlock.parse(block)
            assert parsed is not None
            parsed.validate_json()


@settings(max_examples=100)
@given(cards)
def test_no_text_acts_in_mrkdwn(card: Card) -> None:
    for page in draw(card, pages=3).pages:
        for text in _mrkdwn(page):
            assert not ACTIVE.search(OURS.sub("", text))


def _mrkdwn(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for item in part:
            yield from _mrkdwn(item)
    elif isinstance(part, dict):
        if part.get("type") == "mrkdwn":
            yield part["text"]
        yield from _mrkdwn(list(part.values()))


@given(texts)
def test_a_notification_mentions_nobody(text: str) -> None:
    assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)", draw(Card(text)).text)


@given(texts)
def test_what_is_drawn_can_be_sent(text: str) -> None:
    assert json.dumps(draw(Card(text, (Quote(text, text),))).pages).encode("utf-8")


def test_the_three_entities_are_escaped_once() -> None:
    assert entities("<!here> & &amp;") == "&lt;!here&gt; &amp; &amp;amp;"


def test_spans_take_their_looks() -> None:
    at = datetime(2026, 1, 7, 18, 4, tzinfo=UTC)
    spans = (
        Span("plain"),
        Span("b", bold=True),
        Span("s", struck=True),
        Span("c", code=True),
        Span("l", link="https://e.org/a|b>c"),
        Span("then", time=at),
    )
    assert inline(Card("h", (Text((spans,)),))) == [
        {"type": "text", "text": "plain"},
        {"type": "text", "text": "b", "style": {"bold": True}},
        {"type": "text", "text": "s", "style": {"strike": True}},
        {"type": "text", "text": "c", "style": {"code": True}},
        {"type": "link", "url": "https://e.org/a%7Cb%3Ec", "text": "l"},
        {
            "type": "date",
            "timestamp": int(at.timestamp()),
            "format": "{date_short_pretty} {time}",
            "fallback": "then",
        },
    ]


def test_text_from_outside_stands_in_elements_where_nothing_acts() -> None:
    hostile = "*b* <!channel> <https://e.org|x> :smile:"
    page = only(Card(hostile, (Quote(hostile, hostile), Fields(((hostile, (Span(hostile),)),)))))
    assert not list(_mrkdwn(page))
    assert page[0]["text"] == {"type": "plain_text", "text": hostile, "emoji": False}


@pytest.mark.parametrize("address", ["javascript:alert(1)", "ftp://x.y/z", "", "https://"])
def test_only_web_addresses_become_links(address: str) -> None:
    line = (Span("label", link=address),)
    assert inline(Card("h", (Text((line,)),))) == [{"type": "text", "text": "label"}]


def test_blocks_are_drawn_in_order() -> None:
    card = Card(
        "h",
        (
            Text(((Span("one"),), (Span("two"),))),
            Quote("We sign.", "Example Times", "https://e.org"),
            Divider(),
            Fields((("Left open", (Span("scale"),)),)),
            Table(("who", "stage"), (((Span("GBR"),), (Span("3"),)),)),
        ),
        footer=(Span("2 sources · "), Span("Times_", link="https://e.org")),
        buttons=(Button("details", "UKR-1", "Details", danger=True),),
    )
    header, text, quote, divider, fields, table, footer, actions = only(card)
    assert header["type"] == "header"
    assert _words(text) == "one\ntwo"
    assert quote["elements"][0]["type"] == "rich_text_quote"
    assert _words(quote) == "“We sign.”\n— Example Times"
    assert divider == {"type": "divider"}
    assert _words(fields) == "Left open: scale"
    assert _words(table) == "who · stage\nGBR · 3"
    assert [e["text"] for e in footer["elements"]] == ["2 sources", "<https://e.org|Times＿>"]
    assert actions["elements"][0]["value"] == "UKR-1"
    assert actions["elements"][0]["style"] == "danger"


def _words(block: Json) -> str:
    return "".join(e.get("text", "") for e in block["elements"][0]["elements"])


def test_a_card_that_is_cut_says_so() -> None:
    lines = tuple((Span("word " * 200),) for _ in range(30))
    assert "cut" in str(only(Card("h", (Text(lines),)))[-1])


def test_many_blocks_are_spread_over_pages() -> None:
    card = Card("h", tuple(Text(((Span(str(n)),),)) for n in range(100)))
    pages = draw(card, pages=4).pages
    assert [len(page) <= 50 for page in pages] == [True] * 3


def test_a_card_that_is_full_everywhere_still_fits() -> None:
    long = Span("word " * 2000, link="https://e.org/" + "x" * 1900)
    card = Card(
        "h" * 500,
        (Text(((long,),) * 50), Quote("q" * 9000, "s")),
        buttons=tuple(Button("details", f"UKR-{n}", "b" * 200) for n in range(30)),
        footer=(Span("&" * 900, link="https://e.org/" + "x" * 300),) * 20,
    )
    for page in draw(card, pages=3).pages:
        check_message({"text": "h", "blocks": page})
        assert sum(map(length, all_texts(page))) <= 9000


def test_the_headline_shows_the_tone() -> None:
    marked = {only(Card("h", (Divider(),), tone=tone))[0]["text"]["text"] for tone in Tone}
    assert len(marked) == len(Tone)


def test_a_headline_too_long_for_a_header_is_shown_in_full() -> None:
    long = "word " * 50
    head = only(Card(long, (Divider(),)))[0]
    assert _words(head) == long.strip()
    assert head["elements"][0]["elements"][0]["style"] == {"bold": True}


def test_a_card_without_blocks_is_a_single_line() -> None:
    footer = (Span("Times", link="https://e.org"), Span(" · unconfirmed"))
    card = Card("SIGNED", footer=footer, tone=Tone.BINDING)
    (line,) = only(card)
    assert _words(line) == "🟢 SIGNED · Times · unconfirmed"


def test_what_does_not_stand_is_struck_through() -> None:
    card = Card("SIGNED · treaty", (Divider(),), void="DENIED")
    header, struck = only(card)[:2]
    assert header["text"]["text"] == "DENIED"
    assert struck["elements"][0]["elements"] == [
        {"type": "text", "text": "SIGNED · treaty", "style": {"bold": True, "strike": True}}
    ]
    assert draw(card).text == "DENIED · SIGNED · treaty"
    (line,) = only(Card("SIGNED", void="DENIED", footer=(Span("Times"),)))
    assert _words(line) == "DENIED SIGNED · Times"


def test_a_key_is_read_back() -> None:
    assert carries({"metadata": metadata("k1")}, "k1")
    assert not carries({"metadata": metadata("k1")}, "k2")
    assert not carries({"metadata": {"event_type": "other", "event_payload": {"key": "k1"}}}, "k1")
    assert not carries({}, "k1")


def test_each_line_of_a_long_list_is_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted again for each line after it, a list of a thousand feeds holds the loop for 50 ms."""
    counted: list[str] = []

    def units(text: str) -> int:
        counted.append(text)
        return len(text)

    monkeypatch.setattr("bot.slack_chat.drawing.units", units)
    lines = tuple((Span(f"Outlet {number} "), Span("read a minute ago")) for number in range(1000))
    drawing = draw(Card("Feeds", (Text(lines),)), pages=4)
    elements = sum(len(str(page).split("'text':")) for page in drawing.pages)
    assert len(drawing.pages) == 4
    assert len(counted) < 12 * elements
