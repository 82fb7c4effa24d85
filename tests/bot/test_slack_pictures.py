"""Pictures on Slack, with the real slack_sdk and slack-bolt against a loopback Slack."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.cards import Button, Card, Picture, Span, Text
from bot.chat import OutcomeUnknown
from bot.slack_chat import SlackChat
from bot.slack_chat.drawing import draw
from tests.bot.fakes import Desk
from tests.servers import Cut, LoopbackSlack, Reply

PNG = b"\x89PNG\r\n\x1a\n" + bytes(400)
PICTURE = Picture(PNG, "Timeline of two acts.", "timeline.png")
WORDS = Text(((Span("one line"),),))
CARD = Card("Timeline", (PICTURE, WORDS), buttons=(Button("sources", "UKR-1", "Sources"),))
KEY = "0f8fad5bd9cb469fa16570867"


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LoopbackSlack]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("bot.slack_chat.chat.POST_PAUSES", (0.0, 0.0, 0.0))
    monkeypatch.setattr("bot.slack_chat.answering.ANSWER_PAUSES", (0.0, 0.0))
    async with LoopbackSlack() as running:
        running.add_channel("C1")
        yield running


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.card = CARD
    return desk


@pytest.fixture
async def chat(server: LoopbackSlack, desk: Desk) -> AsyncIterator[SlackChat]:
    made = SlackChat(server.bot_token, server.app_token, api_url=server.api_url, patience=2.0)
    await made.start(desk.handlers)
    yield made
    await made.close()


def image_in(server: LoopbackSlack, message: dict[str, Any]) -> bytes:
    """The bytes behind a message's image; nothing where it has none."""
    found = [b["slack_file"]["id"] for b in message["blocks"] if b["type"] == "image"]
    return server.files.kept[found[0]].body if found else b""


async def test_a_picture_is_uploaded_and_named_by_an_image_block(
    server: LoopbackSlack, chat: SlackChat
) -> None:
    await chat.send("slack:C1", CARD, KEY)
    (message,) = server.messages()
    assert [b["type"] for b in message["blocks"]] == ["header", "image", "rich_text", "actions"]
    assert image_in(server, message) == PNG
    assert message["blocks"][1]["alt_text"] == PICTURE.alt


async def test_a_message_waits_until_slack_knows_the_file(
    server: LoopbackSlack, chat: SlackChat
) -> None:
    server.files.refusals = 2
    await chat.send("slack:C1", CARD, KEY)
    (message,) = server.messages()
    assert image_in(server, message) == PNG
    assert len(server.files.kept) == 1


async def test_a_file_that_slack_never_knows_leaves_its_words(
    server: LoopbackSlack, chat: SlackChat
) -> None:
    server.files.refusals = 99
    await chat.send("slack:C1", CARD, KEY)
    (message,) = server.messages()
    assert not image_in(server, message)
    assert PICTURE.alt in str(message["blocks"])


async def test_without_the_scope_the_words_go_out_and_it_is_told_once(
    server: LoopbackSlack, chat: SlackChat
) -> None:
    server.files.allowed = False
    with capture_logs() as logs:
        await chat.send("slack:C1", CARD, KEY)
        await chat.send("slack:C1", CARD, "k2")
    assert len(server.messages()) == 2
    assert PICTURE.alt in str(server.messages()[0]["blocks"])
    (told,) = (line for line in logs if line["event"] == "slack.picture")
    assert "files:write" in told["reason"]
    assert "slack-manifest.json" in told["remedy"]


@pytest.mark.parametrize(
    "step",
    ["* /api/files.getUploadURLExternal", "POST /upload/*", "* /api/files.completeUploadExternal"],
)
@pytest.mark.parametrize("fault", [Reply(503), Cut(committed=False)], ids=["503", "cut"])
async def test_an_upload_that_breaks_costs_the_picture_and_not_the_message(
    server: LoopbackSlack, chat: SlackChat, step: str, fault: Reply | Cut
) -> None:
    server.fail_next(step, fault)
    await chat.send("slack:C1", CARD, KEY)
    (message,) = server.messages()
    assert PICTURE.alt in str(message["blocks"])


async def test_a_post_of_unknown_outcome_is_not_repeated_without_the_picture(
    server: LoopbackSlack, chat: SlackChat
) -> None:
    server.fail_next("POST /api/chat.postMessage", Cut(committed=True))
    with pytest.raises(OutcomeUnknown):
        await chat.send("slack:C1", CARD, KEY)
    assert len(server.messages()) == 1


async def test_a_reply_shows_its_picture_in_the_thread(
    server: LoopbackSlack, chat: SlackChat
) -> None:
    alert = await chat.send("slack:C1", Card("Alert"), KEY)
    await chat.send("slack:C1", CARD, "k2", alert)
    assert image_in(server, server.messages()[1]) == PNG
    assert server.messages()[1]["thread_ts"] == alert.id


async def test_an_edit_shows_the_new_picture(server: LoopbackSlack, chat: SlackChat) -> None:
    message = await chat.send("slack:C1", CARD, KEY)
    await chat.edit(message, Card("Timeline", (Picture(PNG + b"2", "Newer."),)))
    assert image_in(server, server.messages()[0]) == PNG + b"2"


async def test_a_command_is_answered_with_a_picture(server: LoopbackSlack, chat: SlackChat) -> None:
    (shown,) = (await server.command("/pledges matrix")).shown
    assert image_in(server, shown) == PNG
    assert shown["response_type"] == "in_channel"


async def test_an_answer_waits_for_the_file_and_then_goes_without(
    server: LoopbackSlack, chat: SlackChat
) -> None:
    server.files.refusals = 1
    assert image_in(server, (await server.command("/pledges matrix")).shown[0]) == PNG
    server.files.refusals = 99
    (shown,) = (await server.command("/pledges matrix")).shown
    assert PICTURE.alt in str(shown["blocks"])


async def test_a_button_is_answered_with_a_picture_to_the_presser_alone(
    server: LoopbackSlack, chat: SlackChat
) -> None:
    await chat.send("slack:C1", CARD, KEY)
    (shown,) = (await server.press(server.messages()[0], "Sources")).shown
    assert image_in(server, shown) == PNG
    assert shown["response_type"] == "ephemeral"


async def test_a_long_answer_with_a_picture_uses_the_address_no_more_than_five_times(
    server: LoopbackSlack, chat: SlackChat, desk: Desk
) -> None:
    lines = tuple((Span(f"line {n} " + "x" * 300),) for n in range(90))
    desk.card = Card("Long", (PICTURE, Text(lines)))
    server.files.refusals = 99
    asked = await server.command("/pledges matrix")
    await server.until(lambda: "cut: the rest" in str(asked.shown))
    assert server.asked(f"POST /response/{asked.envelope}") <= 5


async def test_a_card_without_a_picture_uploads_nothing(
    server: LoopbackSlack, chat: SlackChat
) -> None:
    await chat.send("slack:C1", Card("Alert", (WORDS,)), KEY)
    assert server.asked("* /api/files.*") == 0


def test_of_two_pictures_the_second_is_told_in_words() -> None:
    drawn = draw(Card("h", (PICTURE, Picture(PNG, "Another."))), file="F1").pages[0]
    assert [b["type"] for b in drawn].count("image") == 1
    assert "Another." in str(drawn)


def test_any_alternative_text_fits() -> None:
    for alt in ("", "é" * 5000):
        image = draw(Card("h", (Picture(PNG, alt),)), file="F1").pages[0][1]
        assert 1 <= len(image["alt_text"]) <= 2000


async def test_an_answer_is_there_in_words_and_its_picture_comes_below(
    server: LoopbackSlack, chat: SlackChat, desk: Desk
) -> None:
    dry = asyncio.Event()

    async def drawn() -> Picture:
        await dry.wait()
        return PICTURE

    desk.card = Card("Timeline", (WORDS,), picture=drawn)
    asked = await server.command("/pledges matrix")
    assert "one line" in str(asked.shown)
    assert len(asked.shown) == 1
    dry.set()
    await server.until(lambda: len(asked.shown) == 2)
    assert image_in(server, asked.shown[1]) == PNG
    assert asked.shown[1]["response_type"] == "in_channel"


@pytest.mark.parametrize("refusals", [1, 99])
async def test_a_picture_below_that_slack_never_knows_is_left_out(
    server: LoopbackSlack, chat: SlackChat, desk: Desk, refusals: int
) -> None:
    async def drawn() -> Picture:
        return PICTURE

    server.files.refusals = refusals
    lines = tuple((Span(f"line {n} " + "x" * 300),) for n in range(90))
    desk.card = Card("Timeline", (Text(lines),), picture=drawn)
    asked = await server.command("/pledges matrix")
    tries = 2 + 2
    await server.until(lambda: server.asked(f"POST /response/{asked.envelope}") == tries)
    assert [bool(image_in(server, one)) for one in asked.shown][2:] == [True] * (refusals == 1)


async def test_a_turned_page_brings_no_second_picture(
    server: LoopbackSlack, chat: SlackChat, desk: Desk
) -> None:
    async def drawn() -> Picture:
        raise AssertionError

    (first,) = (await server.command("/pledges matrix")).shown
    desk.card = Card("Timeline", (WORDS,), picture=drawn, private=True, replaces=True)
    asked = await server.press({**first, "response_type": "ephemeral"}, "Sources")
    assert asked.replaced
    assert len(asked.shown) == 1
