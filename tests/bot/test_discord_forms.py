"""Forms, pages and direct messages: the real discord.py against a loopback Discord."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.cards import Ask, Button, Card, Form, FormField, Span, Text, Tone
from bot.chat import ChannelGone, Press, SendFailed, Submission
from bot.discord_chat import DiscordChat
from storage.records import Message
from tests.bot.fakes import Desk
from tests.servers import Cut, LoopbackDiscord, Reply
from tests.servers.discord_objects import BASIC, MANAGE_GUILD

KEY = "0f8fad5bd9cb469fa16570867"
ALERT = Card(
    "SIGNED · declaration",
    (Text(((Span("France signs."),),)),),
    buttons=(Button("details", "UKR-142", "Details"), Button("correct", "UKR-142", "Correct")),
)
CORRECTION = Form(
    "correct",
    "UKR-142",
    "Correct UKR-142",
    (
        FormField(
            "stage",
            "How binding",
            Ask.CHOICE,
            (("talk", "0 talk"), ("pledge", "2 pledge")),
            ("pledge",),
            "What the article says",
        ),
        FormField("actors", "Who", Ask.CHOICES, (("FRA", "France"), ("GBR", "Britain")), ("FRA",)),
        FormField("quote", "Where it says so", Ask.LONG, initial=("We sign.",), required=False),
        FormField("note", "Note", required=False),
    ),
)


@pytest.fixture
async def server() -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord() as running:
        running.add_channel(100)
        yield running


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.form_given = CORRECTION
    return desk


@pytest.fixture
async def chat(server: LoopbackDiscord, desk: Desk) -> AsyncIterator[DiscordChat]:
    made = DiscordChat(server.token, api_url=server.api_url, patience=2.0)
    await made.start(desk.handlers)
    yield made
    await made.close()


def now() -> datetime:
    return datetime.now(UTC)


def text_of(shown: dict[str, Any]) -> str:
    """All that a reader of a message sees."""
    return str(shown["content"]) + "".join(e.get("description", "") for e in shown["embeds"])


def labels(shown: dict[str, Any]) -> list[str]:
    return [b["label"] for row in shown["components"] for b in row["components"]]


# --- forms


async def test_a_button_opens_a_form_that_shows_what_stands(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk
) -> None:
    await chat.send("discord:100", ALERT, KEY)
    opened = await server.press(server.messages()[0], "Correct")
    assert desk.forms[0][0] == Press("correct", "UKR-142")
    assert opened.modal is not None
    assert opened.modal["title"] == "Correct UKR-142"
    stage, actors, quote, note = (field["component"] for field in opened.modal["components"])
    assert [o["value"] for o in stage["options"] if o.get("default")] == ["pledge"]
    assert (stage["max_values"], actors["max_values"]) == (1, 2)
    assert (quote["style"], quote["value"], quote["required"]) == (2, "We sign.", False)
    assert (note["style"], "value" in note) == (1, False)
    assert opened.modal["components"][0]["description"] == "What the article says"


async def test_what_was_filled_in_arrives_by_field(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk
) -> None:
    await chat.send("discord:100", ALERT, KEY)
    opened = await server.press(server.messages()[0], "Correct")
    sent = await server.submit(opened, stage=["talk"], actors=["FRA", "GBR"], note=" only talk ")
    submission, asker = desk.submitted[0]
    assert submission == Submission(
        "correct",
        "UKR-142",
        {
            "stage": ("talk",),
            "actors": ("FRA", "GBR"),
            "quote": ("We sign.",),
            "note": ("only talk",),
        },
    )
    assert (asker.user, asker.channel, asker.space) == ("9001", "discord:100", "7000")
    assert sent.shown[0]["content"] == "**Answer**"
    assert sent.shown[0]["flags"] == 64


async def test_what_is_left_empty_arrives_empty(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk
) -> None:
    await chat.send("discord:100", ALERT, KEY)
    opened = await server.press(server.messages()[0], "Correct")
    await server.submit(opened, quote="  ")
    assert desk.submitted[0][0].answers["quote"] == ()


async def test_a_form_that_was_opened_before_a_restart_is_taken_after_it(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk
) -> None:
    await chat.send("discord:100", ALERT, KEY)
    opened = await server.press(server.messages()[0], "Correct")
    await chat.close()
    later = DiscordChat(server.token, api_url=server.api_url)
    await later.start(desk.handlers)
    await server.submit(opened, note="late")
    assert desk.submitted[0][0].answers["note"] == ("late",)
    await later.close()


async def test_a_form_may_be_refused_with_a_sentence(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk
) -> None:
    desk.form_given = Card("Only admins may do that", tone=Tone.ERROR)
    await chat.send("discord:100", ALERT, KEY)
    refused = await server.press(server.messages()[0], "Correct")
    assert "Only admins" in text_of(refused.shown[0])
    assert refused.shown[0]["flags"] == 64


async def test_rights_are_asked_of_discord_again_when_a_form_is_sent_off(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk
) -> None:
    await chat.send("discord:100", ALERT, KEY)
    opened = await server.press(server.messages()[0], "Correct", permissions=MANAGE_GUILD)
    await server.submit(opened, permissions=BASIC)
    assert desk.forms[0][1].admin
    assert not desk.submitted[0][1].admin


async def test_a_form_that_takes_too_long_is_answered_with_a_sentence(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.discord_chat.answering._FORM_WITHIN", 0.05)
    desk.release.clear()
    await chat.send("discord:100", ALERT, KEY)
    late = await server.press(server.messages()[0], "Correct")
    assert "too long" in text_of(late.shown[0])


async def test_an_answer_that_is_wrong_shows_what_was_given_and_opens_the_form_again(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk
) -> None:
    desk.card = Card("There is no such country: Narnia", tone=Tone.ERROR, field="note")
    await chat.send("discord:100", ALERT, KEY)
    opened = await server.press(server.messages()[0], "Correct")
    wrong = await server.submit(opened, note="Narnia said so")
    assert "Narnia said so" in text_of(wrong.shown[0])
    assert labels(wrong.shown[0]) == ["Try again"]
    again = await server.press(wrong.shown[0], "Try again")
    assert again.modal is not None


async def test_a_form_that_discord_refuses_is_answered_with_a_sentence(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk
) -> None:
    choices = FormField("stage", "How binding", Ask.CHOICE, (("talk", "a"), ("talk", "b")))
    desk.form_given = Form("correct", "UKR-142", "Correct", (choices,))
    await chat.send("discord:100", ALERT, KEY)
    refused = await server.press(server.messages()[0], "Correct")
    assert "went wrong" in text_of(refused.shown[0])


async def test_the_longest_form_keeps_to_discords_limits(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk
) -> None:
    long = "ü" * 5000
    options = tuple((f"o{n}", long) for n in range(30))
    fields = tuple(
        FormField(f"f{n}", long, ask, options, (long,), long, required=bool(n % 2))
        for n, ask in enumerate((*Ask, Ask.TEXT))
    )
    desk.form_given = Form("edit_route", "r" * 80, long, fields, long)
    await chat.send("discord:100", ALERT, KEY)
    opened = await server.press(server.messages()[0], "Correct")
    assert opened.modal is not None
    assert len(opened.modal["components"]) == 5


# --- what comes too late, or was made up


async def test_a_press_that_arrives_too_late_disturbs_nothing(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk
) -> None:
    await chat.send("discord:100", ALERT, KEY)
    server.lateness = 4.0
    for label in ("Correct", "Details"):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await server.press(server.messages()[0], label)
    assert not desk.pressed
    server.lateness = 0.0
    assert (await server.press(server.messages()[0], "Correct")).modal is not None


@pytest.mark.parametrize(
    "custom_id", ["", "pw", "pw:", "other:correct:UKR-142", "pwf:correct", "x" * 100]
)
async def test_a_button_that_is_not_ours_gets_a_sentence(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk, custom_id: str
) -> None:
    await chat.send("discord:100", ALERT, KEY)
    pressed = await server.press_id(custom_id, server.messages()[0])
    assert "do not know that button" in text_of(pressed.shown[0])
    assert not desk.pressed


@pytest.mark.parametrize(
    "data",
    [
        {"custom_id": "nonsense", "components": []},
        {"custom_id": "pwf:drop_tables:UKR-142", "components": []},
        {"custom_id": "pwf:", "components": []},
    ],
)
async def test_a_form_that_is_not_ours_gets_a_sentence(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk, data: dict[str, Any]
) -> None:
    sent = await server.submit_data(data)
    assert "do not know" in text_of(sent.shown[0])
    assert not desk.submitted


@pytest.mark.parametrize(
    ("components", "answers"),
    [
        ([], {}),
        ([None, 7, "x", {}, {"type": 18}, {"type": 18, "component": None}], {}),
        ([{"type": 18, "component": {"type": 4, "custom_id": "note"}}], {"note": ()}),
        ([{"type": 18, "component": {"type": 4, "custom_id": "note", "value": 9}}], {"note": ()}),
        ([{"type": 18, "component": {"type": 3, "custom_id": "s", "values": "ab"}}], {"s": ()}),
        ([{"type": 18, "component": {"type": 3, "custom_id": "s", "values": [{}]}}], {"s": ()}),
        ([{"type": 18, "component": {"type": 4, "custom_id": ["no"], "value": "x"}}], {}),
        ([{"type": 1, "components": [{"type": 4, "custom_id": "n", "value": "x"}]}], {"n": ("x",)}),
    ],
)
async def test_a_malformed_form_arrives_as_far_as_it_makes_sense(
    server: LoopbackDiscord,
    chat: DiscordChat,
    desk: Desk,
    components: list[Any],
    answers: dict[str, Any],
) -> None:
    await server.submit_data({"custom_id": "pwf:correct:UKR-142", "components": components})
    assert desk.submitted[0][0].answers == answers


async def test_an_oversized_form_arrives_cut(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk
) -> None:
    fields = [
        {"type": 18, "component": {"type": 4, "custom_id": f"f{n}", "value": "x" * 100_000}}
        for n in range(50)
    ]
    await server.submit_data({"custom_id": "pwf:correct:UKR-142", "components": fields})
    answers = desk.submitted[0][0].answers
    assert len(answers) == 5
    assert all(len(text) == 4000 for given in answers.values() for text in given)


async def test_a_handler_that_fails_is_answered_and_the_next_works(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def explode(*_: object) -> Card:
        raise ZeroDivisionError

    await chat.send("discord:100", ALERT, KEY)
    with monkeypatch.context() as broken:
        broken.setattr(desk, "form", explode)
        await chat.start(desk.handlers)
        failed = await server.press(server.messages()[0], "Correct")
        assert "went wrong" in text_of(failed.shown[0])
    assert (await server.press(server.messages()[0], "Details")).shown


# --- pages


PAGE = Card("Page 1", buttons=(Button("page", "2", "Next"),), private=True)


async def test_the_next_page_takes_the_place_of_a_private_answer(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk
) -> None:
    await chat.send("discord:100", ALERT, KEY)
    desk.card = PAGE
    answer = (await server.press(server.messages()[0], "Details")).shown[0]
    desk.card = Card("Page 2", private=True, replaces=True)
    turned = await server.press(answer, "Next")
    assert "Page 2" in text_of(answer)
    assert labels(answer) == []
    assert turned.shown == []


async def test_another_answer_stands_below_a_private_one(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk
) -> None:
    await chat.send("discord:100", ALERT, KEY)
    desk.card = PAGE
    answer = (await server.press(server.messages()[0], "Details")).shown[0]
    desk.card = Card("Something else")
    other = await server.press(answer, "Next")
    assert "Page 1" in text_of(answer)
    assert "Something else" in text_of(other.shown[0])
    assert other.shown[0]["flags"] == 64


async def test_nobody_turns_the_page_of_an_answer_that_others_read(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk
) -> None:
    await chat.send("discord:100", PAGE, KEY)
    desk.card = Card("Page 2", replaces=True)
    turned = await server.press(server.messages()[0], "Next")
    assert "Page 1" in text_of(server.messages()[0])
    assert "Page 2" in text_of(turned.shown[0])
    assert turned.shown[0]["flags"] == 64


# --- mentions


@pytest.mark.parametrize(
    ("mention", "content", "allowed"),
    [
        ("@&123", "<@&123> ", {"parse": [], "roles": [123]}),
        ("@9001", "<@9001> ", {"parse": [], "users": [9001]}),
        ("@here", "@here ", {"parse": ["everyone"]}),
    ],
)
async def test_a_card_calls_whom_it_names_and_nobody_else(
    server: LoopbackDiscord, chat: DiscordChat, mention: str, content: str, allowed: dict[str, Any]
) -> None:
    card = Card("<@&7> @everyone: signed", mention=mention)
    await chat.send("discord:100", card, KEY)
    (message,) = server.messages()
    assert message["content"].startswith(content)
    assert "@everyone" not in message["content"]
    assert message["allowed_mentions"] == allowed


@pytest.mark.parametrize("mention", ["@&", "&1", "@1> <@2", "@&١٢", "everyone", "@everyone x"])
async def test_what_is_no_mention_calls_nobody(
    server: LoopbackDiscord, chat: DiscordChat, mention: str
) -> None:
    await chat.send("discord:100", Card("Signed", mention=mention), KEY)
    assert server.messages()[0]["allowed_mentions"] == {"parse": []}
    assert mention not in server.messages()[0]["content"]


async def test_an_edit_calls_nobody(server: LoopbackDiscord, chat: DiscordChat) -> None:
    sent = await chat.send("discord:100", Card("Signed", mention="@&123"), KEY)
    await chat.edit(sent, Card("Denied", mention="@&123"))
    assert server.messages()[0]["allowed_mentions"] == {"parse": []}


# --- direct messages


async def test_a_direct_message_is_sent_edited_and_found(
    server: LoopbackDiscord, chat: DiscordChat
) -> None:
    sent = await chat.send("discord:@9001", ALERT, KEY)
    assert sent == Message("discord:@9001", server.messages(90010)[0]["id"])
    assert await chat.find("discord:@9001", KEY, now()) == sent
    await chat.edit(sent, Card("DENIED"))
    assert "DENIED" in server.messages(90010)[0]["content"]


async def test_a_reply_in_direct_messages_stands_below_what_it_answers(
    server: LoopbackDiscord, chat: DiscordChat
) -> None:
    alert = await chat.send("discord:@9001", ALERT, KEY)
    reply = await chat.send("discord:@9001", Card("Change"), "k2", alert)
    assert server.messages(90010)[1]["message_reference"]["message_id"] == int(alert.id)
    assert await chat.find("discord:@9001", "k2", now(), alert) == reply
    assert not server.asked("POST */threads")


async def test_a_person_is_known_by_name_and_belongs_to_no_server(
    server: LoopbackDiscord, chat: DiscordChat
) -> None:
    assert await chat.check("discord:@9001") == "@Ada"
    assert await chat.space_of("discord:@9001") == ""


@pytest.mark.parametrize("channel", ["discord:@404", "discord:@ada", "discord:@"])
async def test_a_person_who_does_not_exist_is_gone(chat: DiscordChat, channel: str) -> None:
    with pytest.raises(ChannelGone) as caught:
        await chat.send(channel, ALERT, KEY)
    assert caught.value.remedy


async def test_somebody_who_takes_no_direct_messages_is_gone_with_a_remedy(
    server: LoopbackDiscord, chat: DiscordChat
) -> None:
    await chat.send("discord:@9001", ALERT, KEY)
    server.channels[90010].refusal = (403, 50007, "Cannot send messages to this user")
    with pytest.raises(ChannelGone, match="no direct messages") as caught:
        await chat.send("discord:@9001", ALERT, "k2")
    assert "privacy" in caught.value.remedy


async def test_a_line_that_breaks_before_anything_was_posted_leaves_no_doubt(
    server: LoopbackDiscord, chat: DiscordChat
) -> None:
    server.fail_next("POST */users/@me/channels", Cut(committed=True))
    with pytest.raises(SendFailed) as caught:
        await chat.send("discord:@9001", ALERT, KEY)
    assert type(caught.value) is SendFailed
    assert caught.value.retryable


async def test_a_button_in_direct_messages_works_but_gives_no_rights(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk
) -> None:
    await chat.send("discord:@9001", ALERT, KEY)
    message = server.messages(90010)[0]
    await server.press(message, "Details", channel=90010, permissions=MANAGE_GUILD)
    asker = desk.pressed[0][1]
    assert (asker.user, asker.space, asker.admin) == ("9001", "", False)


async def test_a_channels_server_is_known(server: LoopbackDiscord, chat: DiscordChat) -> None:
    await server.until(lambda: not chat.deaf)
    asked = server.asked("GET */channels/100")
    assert await chat.space_of("discord:100") == "7000"
    assert server.asked("GET */channels/100") == asked


async def test_a_channels_server_is_asked_for_where_nothing_listens(
    server: LoopbackDiscord,
) -> None:
    chat = DiscordChat(server.token, api_url=server.api_url)
    await chat.identify()
    assert await chat.space_of("discord:100") == "7000"
    with pytest.raises(ChannelGone):
        await chat.space_of("discord:404")
    server.fail_next("GET */channels/100", Reply(403, {"code": 50001, "message": "Missing Access"}))
    with pytest.raises(SendFailed):
        await chat.space_of("discord:100")
    await chat.close()
