"""What a reader sees of hostile text is that text: nothing more, nothing less, nothing active."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given

from bot.cards import Card, Fields, Quote, Span, Text
from bot.outside_text import clean
from tests.bot.cards_strategy import cards, texts
from tests.render.__main__ import on_discord, on_slack
from tests.render.samples import samples

pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")

LINK = re.compile(r'href="([^"]*)"')


def seen(drawn: str) -> str:
    """The text without the tags."""
    return html.unescape(re.sub(r"<[^>]*>", "", drawn)).replace("\u200b", "")


def as_read(text: str) -> str:
    """A text as it should be read."""
    return clean(text).replace("\u200b", "")


@given(texts.filter(lambda text: len(text) < 700))
def test_text_is_read_on_discord_as_it_was_written(text: str) -> None:
    card = Card("h", (Text(((Span(text),),)), Quote(text, "s"), Fields((("f", (Span(text),)),))))
    assert seen(on_discord(card)).count(as_read(text)) >= 3


@given(texts.filter(lambda text: len(text) < 700))
def test_text_is_read_on_slack_as_it_was_written(text: str) -> None:
    card = Card("h", (Text(((Span(text),),)), Quote(text, "s"), Fields((("f", (Span(text),)),))))
    assert seen(on_slack(card)).count(as_read(text)) >= (3 if as_read(text) else 0)


@given(cards)
def test_no_card_mentions_anybody_or_links_by_itself(card: Card) -> None:
    for drawn in (on_discord(card), on_slack(card)):
        assert "class=mention" not in drawn
        assert "class=bare" not in drawn
        assert "class=spoiler" not in drawn
        for address in LINK.findall(drawn):
            assert address.startswith(("http://", "https://"))


@pytest.mark.parametrize("name", [name for name, _ in samples()])
def test_every_sample_can_be_looked_at(name: str) -> None:
    card = dict(samples())[name]
    for drawn in (on_discord(card), on_slack(card)):
        assert as_read(card.headline)[:100] in seen(drawn)
