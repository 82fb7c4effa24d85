"""Cards in a terminal."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from rich.cells import cell_len
from rich.console import Console

from bot.cards import Button, Card, Divider, Fields, Quote, Span, Table, Text, Tone
from bot.chat import SendFailed
from bot.terminal_chat import TerminalChat, draw, torn
from tests.bot.cards_strategy import cards
from tests.bot.fakes import Desk

pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")

SEQUENCES_OF_RICH = re.compile(r"\x1b\[[\d;]*m|\x1b\]8;(?:id=\d+;https?://[!-~]+|;)\x1b\\")
CARD = Card(
    "SIGNED · declaration",
    (
        Text(((Span("stage "), Span("3 of 6", bold=True)),)),
        Quote("We sign. " * 20, "Example Times", "https://example.org/a"),
        Fields((("Conditions", (Span("peace"),)), ("Left open", (Span("scale"),)))),
        Divider(),
        Table(("who", "stage"), (((Span("GBR"),), (Span("3"),)),)),
    ),
    Tone.BINDING,
    (Button("details", "UKR-1", "Details"),),
    (Span("first seen "), Span("?", time=datetime(2026, 1, 7, 18, 4, tzinfo=UTC))),
)


def printed(card: Card, *, colour: bool = False, width: int = 80) -> str:
    """What a terminal shows."""
    out = io.StringIO()
    if colour:
        console = Console(file=out, width=width, force_terminal=True, color_system="truecolor")
    else:
        console = Console(file=out, width=width, force_terminal=False, color_system=None)
    console.print(draw(card))
    return out.getvalue()


def chat() -> tuple[TerminalChat, io.StringIO]:
    out = io.StringIO()
    return TerminalChat(Console(file=out, width=80, force_terminal=False, color_system=None)), out


def test_everything_of_a_card_is_shown() -> None:
    shown = printed(CARD)
    for words in ("SIGNED · declaration", "stage 3 of 6", "— Example Times", "[Details]", "GBR"):
        assert words in shown
    assert "first seen 07 Jan 2026 18:04 UTC" in shown


def test_fields_are_aligned() -> None:
    lines = [line for line in printed(CARD).splitlines() if "peace" in line or "scale" in line]
    assert lines[0].index("peace") == lines[1].index("scale")


def test_a_quotation_has_a_bar_at_every_line() -> None:
    quoted = [line for line in printed(CARD).splitlines() if "We sign." in line]
    assert len(quoted) > 1
    assert all(line.startswith("│ ┃ ") for line in quoted)


def test_an_address_becomes_a_hyperlink() -> None:
    assert "https://example.org/a\x1b\\" in printed(CARD, colour=True)


def test_nothing_is_wider_than_the_terminal() -> None:
    assert all(cell_len(line) <= 40 for line in printed(CARD, width=40).splitlines())


@settings(max_examples=30)
@given(cards)
def test_no_text_steers_the_terminal(card: Card) -> None:
    rest = SEQUENCES_OF_RICH.sub("", printed(card, colour=True))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", rest)


def test_markup_of_rich_in_a_text_is_text() -> None:
    assert "[red]alert[/red]" in printed(Card("[red]alert[/red]"))


async def test_a_reply_is_indented_below_its_alert() -> None:
    terminal, out = chat()
    alert = await terminal.send("terminal", Card("Alert"), "k1")
    await terminal.send("terminal", Card("Change"), "k2", alert)
    assert any(line.startswith("    ╭") for line in out.getvalue().splitlines())


async def test_the_same_key_prints_only_once_and_is_found() -> None:
    terminal, out = chat()
    sent = await terminal.send("terminal", Card("Alert"), "k1")
    assert await terminal.send("terminal", Card("Alert"), "k1") == sent
    assert out.getvalue().count("Alert") == 1
    assert await terminal.find("terminal", "k1", datetime.now(UTC)) == sent
    assert await terminal.find("terminal", "k2", datetime.now(UTC)) is None


async def test_an_edit_prints_the_card_anew_with_its_number() -> None:
    terminal, out = chat()
    sent = await terminal.send("terminal", Card("Alert"), "k1")
    await terminal.edit(sent, Card("Denied"))
    assert f"alert {sent.id}, updated" in out.getvalue()
    assert "Denied" in out.getvalue()


async def test_a_terminal_that_went_away_is_a_failed_delivery() -> None:
    class Gone(io.StringIO):
        def write(self, _text: str) -> int:
            raise BrokenPipeError

    terminal = TerminalChat(Console(file=Gone()))
    with pytest.raises(SendFailed) as caught:
        await terminal.send("terminal", Card("Alert"), "k1")
    assert caught.value.remedy


async def test_it_needs_no_connection() -> None:
    terminal, _ = chat()

    await terminal.start(Desk().handlers)
    assert not terminal.healthy
    await terminal.close()


def test_what_is_copied_and_lies_broken_is_there_in_one_piece() -> None:
    address = f"https://chat.example/invite?{'permissions=1&' * 6}end"
    card = Card("Well", (Fields((("chat", (Span(f"invite it: {address}; `short`"),)),)),))
    assert torn(card, 60) == [address]
    assert torn(card, 200) == []
    command = f"pledgewatch restore {'/folder' * 12}/copy.db"
    assert torn(Card("Ill", (Text(((Span(f"Do `{command}`."),),)),)), 60) == [command]
