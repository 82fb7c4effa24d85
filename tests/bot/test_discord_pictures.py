"""Pictures on Discord, with the real discord.py against a loopback Discord."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.cards import Button, Card, Picture, Span, Text
from bot.command_table import Command
from bot.discord_chat import DiscordChat
from bot.discord_chat.drawing import draw
from tests.bot.fakes import Desk
from tests.servers import LoopbackDiscord

PNG = b"\x89PNG\r\n\x1a\n" + bytes(400)
PICTURE = Picture(PNG, "Timeline of two acts.", "timeline.png")
WORDS = Text(((Span("one line"),),))
CARD = Card("Timeline", (PICTURE, WORDS), buttons=(Button("sources", "UKR-1", "Sources"),))
KEY = "0f8fad5bd9cb469fa16570867"
TABLE = (Command("pledges", ("matrix",), "Who is committed to whom"),)


@pytest.fixture
async def server() -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord() as running:
        running.add_channel(100)
        yield running


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.card = CARD
    return desk


@pytest.fixture
async def chat(server: LoopbackDiscord, desk: Desk) -> AsyncIterator[DiscordChat]:
    made = DiscordChat(server.token, api_url=server.api_url, commands=TABLE, patience=2.0)
    await made.start(desk.handlers)
    yield made
    await made.close()


async def test_a_picture_is_attached_and_shown_in_the_embed(
    server: LoopbackDiscord, chat: DiscordChat
) -> None:
    await chat.send("discord:100", CARD, KEY)
    (message,) = server.messages()
    (attached,) = message["attachments"]
    assert message["embeds"][0]["image"]["url"] == attached["url"]
    assert server.uploads.kept[attached["url"]] == PNG
    assert attached["filename"] == "timeline.png"


async def test_those_who_cannot_see_it_have_its_description(
    server: LoopbackDiscord, chat: DiscordChat
) -> None:
    await chat.send("discord:100", CARD, KEY)
    (message,) = server.messages()
    assert message["attachments"][0]["description"] == PICTURE.alt
    assert PICTURE.alt not in message["embeds"][0]["description"]


async def test_a_picture_alone_is_a_message(server: LoopbackDiscord, chat: DiscordChat) -> None:
    await chat.send("discord:100", Card("Weeks", (PICTURE,)), KEY)
    assert server.messages()[0]["attachments"]


async def test_a_channel_without_attachments_gets_the_words(
    server: LoopbackDiscord, chat: DiscordChat
) -> None:
    server.channels[100].files = False
    await chat.send("discord:100", CARD, KEY)
    (message,) = server.messages()
    assert not message["attachments"]
    assert message["embeds"][0]["description"].startswith("-# Timeline of two acts.\none line")


async def test_an_edit_brings_the_new_picture_and_drops_the_old(
    server: LoopbackDiscord, chat: DiscordChat
) -> None:
    message = await chat.send("discord:100", CARD, KEY)
    newer = Picture(PNG + b"2", "Newer.", "timeline.png")
    await chat.edit(message, Card("Timeline", (newer,)))
    (attached,) = server.messages()[0]["attachments"]
    assert server.uploads.kept[attached["url"]] == newer.png
    await chat.edit(message, Card("Timeline", (WORDS,)))
    assert server.messages()[0]["attachments"] == []


async def test_an_edit_where_attachments_are_not_allowed_brings_the_words(
    server: LoopbackDiscord, chat: DiscordChat
) -> None:
    message = await chat.send("discord:100", Card("Timeline", (WORDS,)), KEY)
    server.channels[100].files = False
    await chat.edit(message, CARD)
    assert PICTURE.alt in server.messages()[0]["embeds"][0]["description"]


async def test_a_command_is_answered_with_a_picture(
    server: LoopbackDiscord, chat: DiscordChat
) -> None:
    (shown,) = (await server.slash("pledges matrix")).shown
    assert server.uploads.kept[shown["attachments"][0]["url"]] == PNG


async def test_a_button_is_answered_with_a_picture_to_the_presser_alone(
    server: LoopbackDiscord, chat: DiscordChat
) -> None:
    await chat.send("discord:100", CARD, KEY)
    pressed = await server.press(server.messages()[0], "Sources")
    assert pressed.private
    assert server.uploads.kept[pressed.shown[0]["attachments"][0]["url"]] == PNG


async def test_of_two_pictures_the_second_is_told_in_words(
    server: LoopbackDiscord, chat: DiscordChat
) -> None:
    second = Picture(PNG, "Another.", "other.png")
    await chat.send("discord:100", Card("Both", (PICTURE, second)), KEY)
    (message,) = server.messages()
    assert len(message["attachments"]) == 1
    assert "Another." in message["embeds"][0]["description"]


async def test_a_long_answer_shows_its_picture_once(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk
) -> None:
    lines = tuple((Span(f"line {n} " + "x" * 300),) for n in range(40))
    desk.card = Card("Long", (PICTURE, Text(lines)))
    asked = await server.slash("pledges matrix")
    await server.until(lambda: "line 39" in str(asked.shown))
    assert [len(message["attachments"]) for message in asked.shown] == [1, 0, 0, 0]


@pytest.mark.parametrize("name", ["../../x.png", "a b.png", "SPOILER_x.exe", ""])
def test_an_odd_name_is_replaced(name: str) -> None:
    parts = draw(Card("h", (Picture(PNG, "alt", name),))).parts()
    assert parts["file"].filename == "picture.png"


def test_a_long_alternative_text_fits_the_description() -> None:
    drawing = draw(Card("h", (Picture(PNG, "é*" * 3000), Text((((Span("x" * 3900),)),)))))
    assert len(drawing.parts()["file"].description) <= 1024
    assert len(drawing.worded().pages[0]) <= 4096


class Easel:
    """Draws when it is told to."""

    def __init__(self, picture: Picture | None = PICTURE) -> None:
        self.dry = asyncio.Event()
        self._picture = picture

    async def draw(self) -> Picture | None:
        await self.dry.wait()
        return self._picture


async def test_an_answer_is_there_in_words_and_gains_its_picture(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk
) -> None:
    easel = Easel()
    desk.card = Card("Timeline", (WORDS,), picture=easel.draw)
    (shown,) = (await server.slash("pledges matrix")).shown
    assert "one line" in str(shown["embeds"])
    assert shown["attachments"] == []
    easel.dry.set()
    asked = next(iter(server.interactions.values()))
    await server.until(lambda: asked.shown[0]["attachments"])
    assert "one line" in str(asked.shown[0]["embeds"])


async def test_an_answer_beside_a_private_one_gains_its_picture(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk
) -> None:
    (private,) = (await server.slash("pledges matrix")).shown
    easel = Easel()
    desk.card = Card("Timeline", (WORDS,), picture=easel.draw, private=True)
    asked = await server.press({**private, "flags": 64}, "Sources")
    assert asked.shown[0]["attachments"] == []
    easel.dry.set()
    await server.until(lambda: asked.shown[0]["attachments"])


async def test_an_answer_whose_picture_cannot_be_drawn_stays_as_it_is(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk
) -> None:
    easel = Easel(None)
    easel.dry.set()
    desk.card = Card("Timeline", (WORDS,), picture=easel.draw)
    asked = await server.slash("pledges matrix")
    desk.card = Card("Next")
    await server.slash("pledges matrix")
    assert server.asked("PATCH /api/v10/webhooks/*") == 2
    assert asked.shown[0]["attachments"] == []
