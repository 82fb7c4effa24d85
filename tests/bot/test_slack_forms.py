"""Forms, the home page, pages and direct messages: the real slack-bolt against a loopback Slack."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.cards import Ask, Button, Card, Form, FormField, Span, Text, Tone
from bot.chat import ChannelGone, Press, SendFailed, Submission
from bot.slack_chat import SlackChat
from storage.records import Message
from tests.bot.fakes import Desk
from tests.servers import Cut, LoopbackSlack, Reply
from tests.servers.slack_rules import texts

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
HOME = Card("Pledgewatch", buttons=(Button("feeds", "", "Feeds"), Button("add_feed", "", "Add")))


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LoopbackSlack]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    async with LoopbackSlack() as running:
        running.add_channel("C1")
        yield running


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.form_given, desk.home_card = CORRECTION, HOME
    return desk


@pytest.fixture
async def chat(server: LoopbackSlack, desk: Desk) -> AsyncIterator[SlackChat]:
    made = SlackChat(server.bot_token, server.app_token, api_url=server.api_url, patience=2.0)
    await made.start(desk.handlers)
    yield made
    await made.close()


def now() -> datetime:
    return datetime.now(UTC)


def shown_in(part: Any) -> str:
    """All that a reader sees."""
    return " ".join(texts(part))


def labels(blocks: list[dict[str, Any]]) -> list[str]:
    return [e["text"]["text"] for b in blocks if b["type"] == "actions" for e in b["elements"]]


async def form_opened(server: LoopbackSlack, chat: SlackChat) -> str:
    """Press Correct on a fresh alert: the modal's id."""
    await chat.send("slack:C1", ALERT, KEY)
    await server.press(server.messages()[-1], "Correct")
    return list(server.modals)[-1]


# --- forms


async def test_a_button_opens_a_form_that_shows_what_stands(
    server: LoopbackSlack, chat: SlackChat, desk: Desk
) -> None:
    view = server.modals[await form_opened(server, chat)]
    assert desk.forms[0][0] == Press("correct", "UKR-142")
    assert (view["title"]["text"], view["submit"]["text"]) == ("Correct UKR-142", "Save")
    stage, actors, quote, note = view["blocks"]
    assert stage["element"]["initial_option"]["value"] == "pledge"
    assert stage["hint"]["text"] == "What the article says"
    assert [o["value"] for o in actors["element"]["initial_options"]] == ["FRA"]
    assert (quote["element"]["multiline"], quote["element"]["initial_value"]) == (True, "We sign.")
    assert (note["element"]["multiline"], note["optional"]) == (False, True)


async def test_what_was_filled_in_arrives_by_field(
    server: LoopbackSlack, chat: SlackChat, desk: Desk
) -> None:
    view = await form_opened(server, chat)
    await server.submit(view, stage="talk", actors=["FRA", "GBR"], note=" only talk ")
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
    assert (asker.user, asker.channel, asker.space) == ("U1", "slack:C1", "T0LOOPBACK")
    assert "Answer" in shown_in(server.modals[view]["blocks"])
    assert "submit" not in server.modals[view]


async def test_what_is_left_empty_arrives_empty(
    server: LoopbackSlack, chat: SlackChat, desk: Desk
) -> None:
    await server.submit(await form_opened(server, chat), quote="  ", actors=[])
    answers = desk.submitted[0][0].answers
    assert (answers["quote"], answers["note"], answers["actors"]) == ((), (), ())


async def test_a_form_that_was_opened_before_a_restart_is_taken_after_it(
    server: LoopbackSlack, chat: SlackChat, desk: Desk
) -> None:
    view = await form_opened(server, chat)
    await chat.close()
    later = SlackChat(server.bot_token, server.app_token, api_url=server.api_url)
    await later.start(desk.handlers)
    await server.submit(view, note="late")
    assert desk.submitted[0][0].answers["note"] == ("late",)
    await later.close()


async def test_a_form_may_be_refused_with_a_sentence(
    server: LoopbackSlack, chat: SlackChat, desk: Desk
) -> None:
    desk.form_given = Card("Only admins may do that", tone=Tone.ERROR)
    await chat.send("slack:C1", ALERT, KEY)
    refused = await server.press(server.messages()[0], "Correct")
    assert "Only admins" in refused.shown[0]["text"]
    assert refused.shown[0]["response_type"] == "ephemeral"
    assert not server.modals


async def test_rights_are_asked_of_slack_again_when_a_form_is_sent_off(
    server: LoopbackSlack, chat: SlackChat, desk: Desk
) -> None:
    view = await form_opened(server, chat)
    server.users["U1"]["is_admin"] = False
    await server.submit(view)
    assert desk.forms[0][1].admin
    assert not desk.submitted[0][1].admin


async def test_rights_are_asked_of_slack_again_before_something_is_destroyed(
    server: LoopbackSlack, chat: SlackChat, desk: Desk
) -> None:
    buttons = (Button("details", "UKR-142", "Details"), Button("confirm", "t.1", "Remove"))
    await chat.send("slack:C1", Card("Remove it?", ALERT.blocks, buttons=buttons), KEY)
    await server.press(server.messages()[0], "Details")
    server.users["U1"]["is_admin"] = False
    await server.press(server.messages()[0], "Remove")
    assert [asker.admin for _, asker in desk.pressed] == [True, False]


async def test_nobody_is_an_admin_while_slack_does_not_say_so(
    server: LoopbackSlack, chat: SlackChat, desk: Desk
) -> None:
    view = await form_opened(server, chat)
    server.fail_next("* /api/users.info", Reply(503))
    await server.submit(view)
    assert not desk.submitted[0][1].admin


@pytest.mark.parametrize(
    ("told", "admin"),
    [
        ({"is_owner": True}, True),
        ({"is_admin": True, "team_id": "T0LOOPBACK"}, True),
        ({"is_admin": True, "team_id": "T0OTHER"}, False),
        ({"is_admin": True, "is_stranger": True}, False),
        ({"is_admin": True, "deleted": True}, False),
        (
            {"is_admin": True, "team_id": "E1", "enterprise_user": {"teams": ["T0LOOPBACK"]}},
            True,
        ),
    ],
)
async def test_an_admin_is_one_of_this_workspace(
    server: LoopbackSlack, chat: SlackChat, desk: Desk, told: dict[str, Any], admin: bool
) -> None:
    server.users["U9"] = told
    await server.command("/pledgewatch status", user="U9")
    assert desk.asked[0][2].admin is admin


@pytest.mark.parametrize("told", [{"team_id": "T0OTHER"}, {"is_stranger": True}])
async def test_a_guest_of_a_shared_channel_is_of_no_workspace_here(
    server: LoopbackSlack, chat: SlackChat, desk: Desk, told: dict[str, Any]
) -> None:
    server.users["U9"] = told
    await chat.send("slack:C1", ALERT, KEY)
    await server.press(server.messages()[0], "Details", user="U9")
    await server.press(server.messages()[0], "Details", user="U2")
    assert [asker.space for _, asker in desk.pressed] == ["", "T0LOOPBACK"]


# --- answers to a form


async def test_a_fault_is_shown_at_its_field_and_what_was_typed_stays(
    server: LoopbackSlack, chat: SlackChat, desk: Desk
) -> None:
    desk.card = Card("There is no such country: Narnia", tone=Tone.ERROR, field="note")
    view = await form_opened(server, chat)
    wrong = await server.submit(view, note="Narnia")
    assert wrong.response == {
        "response_action": "errors",
        "errors": {"note": "There is no such country: Narnia"},
    }
    assert server.modals[view]["submit"]


async def test_a_fault_of_no_field_is_shown_above_the_form_with_what_was_typed(
    server: LoopbackSlack, chat: SlackChat, desk: Desk
) -> None:
    view = await form_opened(server, chat)
    desk.card = Card("For admins only", tone=Tone.ERROR)
    await server.submit(view, stage="talk", actors=["GBR"], quote="", note="mine")
    blocks = server.modals[view]["blocks"]
    assert "For admins only" in shown_in(blocks[0])
    desk.card = Card("Thank you")
    await server.submit(view)
    assert desk.submitted[1][0] == Submission(
        "correct",
        "UKR-142",
        {"stage": ("talk",), "actors": ("GBR",), "quote": (), "note": ("mine",)},
    )


async def test_faults_do_not_pile_up_and_each_try_has_blocks_of_its_own(
    server: LoopbackSlack, chat: SlackChat, desk: Desk
) -> None:
    view = await form_opened(server, chat)
    desk.card = Card("Not yet", tone=Tone.ERROR)
    seen = [[b["block_id"] for b in server.modals[view]["blocks"]]]
    for _ in range(2):
        await server.submit(view, note="x")
        seen.append([b["block_id"] for b in server.modals[view]["blocks"]])
    assert seen[1] == ["fault", "stage#2", "actors#2", "quote#2", "note#2"]
    assert seen[2] == ["fault", "stage#3", "actors#3", "quote#3", "note#3"]
    desk.card = Card("No such note", tone=Tone.ERROR, field="note")
    assert "note#3" in (await server.submit(view)).response["errors"]


@pytest.mark.parametrize("tone", [Tone.PLAIN, Tone.ERROR])
async def test_an_answer_that_takes_long_is_announced_and_follows(
    server: LoopbackSlack,
    chat: SlackChat,
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
    tone: Tone,
) -> None:
    monkeypatch.setattr("bot.slack_chat.listening._ANSWER_WITHIN", 0.05)
    monkeypatch.setattr("bot.slack_chat.listening._SETTLE", 0.0)
    view = await form_opened(server, chat)
    desk.release.clear()
    desk.card = Card("The feed is added", tone=tone)
    await server.submit(view, note="https://example.org")
    assert "Working on it" in shown_in(server.modals[view]["blocks"])
    desk.release.set()
    await server.until(lambda: "The feed is added" in shown_in(server.modals[view]["blocks"]))
    typed_again = "https://example.org" in json.dumps(server.modals[view])
    assert typed_again is (tone is Tone.ERROR)


async def test_a_handler_that_fails_leaves_the_form_open_with_a_sentence(
    server: LoopbackSlack, chat: SlackChat, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def explode(*_: object) -> Card:
        raise ZeroDivisionError

    monkeypatch.setattr(desk, "submit", explode)
    await chat.start(desk.handlers)
    view = await form_opened(server, chat)
    await server.submit(view, note="kept")
    assert "went wrong" in shown_in(server.modals[view]["blocks"])
    assert "kept" in json.dumps(server.modals[view])


async def test_the_longest_form_keeps_to_slacks_limits(
    server: LoopbackSlack, chat: SlackChat, desk: Desk
) -> None:
    long = "ü" * 5000
    options = tuple((f"o{n}", long) for n in range(30))
    fields = tuple(
        FormField(f"f{n}", long, ask, options, (long,), long, required=bool(n % 2))
        for n, ask in enumerate((*Ask, Ask.TEXT))
    )
    desk.form_given = Form("edit_route", "r" * 80, long, fields, long)
    view = await form_opened(server, chat)
    assert len(server.modals[view]["blocks"]) == 6
    desk.card = Card(long, (Text(((Span(long),),)),), tone=Tone.ERROR, field="f0")
    assert len((await server.submit(view)).response["errors"]["f0"]) <= 300


# --- what comes too late, or makes no sense


async def test_a_form_whose_trigger_has_expired_is_answered_with_a_sentence(
    server: LoopbackSlack, chat: SlackChat, desk: Desk
) -> None:
    await chat.send("slack:C1", ALERT, KEY)
    server.lateness = 5.0
    late = await server.press(server.messages()[0], "Correct")
    assert "too long" in late.shown[0]["text"]


async def test_a_form_that_takes_too_long_is_answered_with_a_sentence(
    server: LoopbackSlack, chat: SlackChat, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack_chat.listening._FORM_WITHIN", 0.05)
    desk.release.clear()
    await chat.send("slack:C1", ALERT, KEY)
    late = await server.press(server.messages()[0], "Correct")
    assert "too long" in late.shown[0]["text"]


async def test_a_form_that_slack_refuses_is_answered_with_a_sentence(
    server: LoopbackSlack, chat: SlackChat, desk: Desk
) -> None:
    desk.form_given = Form("correct", "", "Empty", (FormField("s", "Stage", Ask.CHOICE),))
    await chat.send("slack:C1", ALERT, KEY)
    refused = await server.press(server.messages()[0], "Correct")
    assert "went wrong" in refused.shown[0]["text"]


@pytest.mark.parametrize(
    "view",
    [
        {"callback_id": ""},
        {"callback_id": "nonsense"},
        {"callback_id": "pw:"},
        {"callback_id": "pw:drop_tables", "private_metadata": "{}"},
    ],
)
async def test_a_form_that_is_not_ours_gets_a_sentence(
    server: LoopbackSlack, chat: SlackChat, desk: Desk, view: dict[str, Any]
) -> None:
    asked = await server.submit_view({"id": "V9", "type": "modal", **view})
    assert "do not know that form" in shown_in(asked.response["view"]["blocks"])
    assert not desk.submitted


@pytest.mark.parametrize(
    ("view", "answers"),
    [
        ({}, {}),
        ({"state": None}, {}),
        ({"state": {"values": None}}, {}),
        ({"state": {"values": {"note": None}}}, {}),
        ({"state": {"values": {"note": {"note": None}}}}, {}),
        ({"state": {"values": {"note": {"note": {"value": 7}}}}}, {"note": ()}),
        ({"state": {"values": {"s": {"s": {"selected_option": "x"}}}}}, {"s": ()}),
        ({"state": {"values": {"s": {"s": {"selected_options": [None, {}]}}}}}, {"s": ()}),
        ({"private_metadata": "{no json"}, {}),
        ({"private_metadata": "[]"}, {}),
        ({"private_metadata": None}, {}),
    ],
)
async def test_a_malformed_form_arrives_as_far_as_it_makes_sense(
    server: LoopbackSlack,
    chat: SlackChat,
    desk: Desk,
    view: dict[str, Any],
    answers: dict[str, Any],
) -> None:
    sent = {"id": "V9", "type": "modal", "callback_id": "pw:correct", **view}
    asked = await server.submit_view(sent)
    assert desk.submitted[0][0].answers == answers
    assert asked.response["response_action"] == "update"


async def test_an_oversized_form_arrives_cut(
    server: LoopbackSlack, chat: SlackChat, desk: Desk
) -> None:
    values = {f"f{n}": {"x": {"value": "x" * 10_000}} for n in range(50)}
    view = {"type": "modal", "callback_id": "pw:correct", "state": {"values": values}}
    await server.submit_view(view)
    answers = desk.submitted[0][0].answers
    assert len(answers) == 5
    assert all(len(text) == 3000 for given in answers.values() for text in given)


@pytest.mark.parametrize(
    "change",
    [
        {"user": None},
        {"user": {}},
        {"actions": [{"action_id": "pw:", "type": "button"}]},
        {"actions": [{"action_id": "pw:details:0", "type": "button", "value": None}]},
        {"channel": None, "container": None},
        {"view": "nonsense"},
    ],
)
async def test_a_malformed_press_is_acknowledged_and_the_next_works(
    server: LoopbackSlack, chat: SlackChat, desk: Desk, change: dict[str, Any]
) -> None:
    await chat.send("slack:C1", ALERT, KEY)
    message = server.messages()[0]
    press = {
        "type": "block_actions",
        "user": {"id": "U1"},
        "team": {"id": "T0LOOPBACK"},
        "channel": {"id": "C1"},
        "container": {"type": "message"},
        "actions": [{"action_id": "pw:details:0", "type": "button", "value": "UKR-142"}],
        "trigger_id": "trigger",
        **change,
    }
    asked = await server.interact(press, done=lambda a: a.acked_after is not None)
    assert asked.acked_after is not None
    assert (await server.press(message, "Details")).shown[0]["text"] == "Answer"


async def test_a_command_of_a_megabyte_arrives_cut(
    server: LoopbackSlack, chat: SlackChat, desk: Desk
) -> None:
    await server.command("/pledges search " + "x" * 1_000_000)
    assert len(desk.asked[0][1]) == 4000


# --- the home page


async def test_the_home_page_is_drawn_when_somebody_opens_it(
    server: LoopbackSlack, chat: SlackChat, desk: Desk
) -> None:
    await server.open_home(user="U2")
    await server.until(lambda: server.homes)
    assert (desk.at_home[0].user, desk.at_home[0].channel) == ("U2", "slack:@U2")
    assert not desk.at_home[0].admin
    assert labels(server.homes["U2"]["blocks"]) == ["Feeds", "Add"]


async def test_another_tab_of_the_app_draws_nothing(
    server: LoopbackSlack, chat: SlackChat, desk: Desk
) -> None:
    await server.open_home(tab="messages")
    await server.open_home(user="U2")
    await server.until(lambda: server.homes)
    assert list(server.homes) == ["U2"]


async def test_a_button_at_home_is_answered_above_it_and_the_page_is_drawn_anew(
    server: LoopbackSlack, chat: SlackChat, desk: Desk
) -> None:
    await server.open_home()
    await server.until(lambda: server.homes)
    desk.home_card = Card("Changed")
    await server.press_at_home("Feeds")
    (view,) = server.modals.values()
    assert "Answer" in shown_in(view["blocks"])
    await server.until(lambda: "Changed" in shown_in(server.homes["U1"]["blocks"]))


async def test_an_answer_at_home_that_takes_long_is_announced_and_follows(
    server: LoopbackSlack, chat: SlackChat, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack_chat.answering._OPEN_WITHIN", 0.05)
    await server.open_home()
    await server.until(lambda: server.homes)
    desk.press_release.clear()
    await server.press_at_home("Feeds")
    assert "Working on it" in shown_in(list(server.modals.values()))
    desk.press_release.set()
    await server.until(lambda: "Answer" in shown_in(list(server.modals.values())))


async def test_a_form_at_home_draws_the_page_anew_when_it_is_sent_off(
    server: LoopbackSlack, chat: SlackChat, desk: Desk
) -> None:
    await server.open_home()
    await server.until(lambda: server.homes)
    await server.press_at_home("Add")
    desk.home_card = Card("One feed more")
    (view,) = server.modals
    await server.submit(view, note="https://example.org/feed")
    assert desk.submitted[0][1].channel == "slack:@U1"
    await server.until(lambda: "One feed more" in shown_in(server.homes["U1"]["blocks"]))


async def test_a_button_in_a_modal_draws_the_modal_anew(
    server: LoopbackSlack, chat: SlackChat, desk: Desk
) -> None:
    await server.open_home()
    await server.until(lambda: server.homes)
    desk.card = Card("Page 1", buttons=(Button("page", "2", "Next"),))
    await server.press_at_home("Feeds")
    (view,) = server.modals
    desk.card = Card("Page 2", replaces=True)
    await server.press_in_modal(view, "Next")
    assert "Page 2" in shown_in(server.modals[view]["blocks"])


async def test_a_form_in_a_modal_stands_above_it(
    server: LoopbackSlack, chat: SlackChat, desk: Desk
) -> None:
    await server.open_home()
    await server.until(lambda: server.homes)
    desk.card = Card("Routes", buttons=(Button("edit_route", "desk", "Edit"),))
    await server.press_at_home("Feeds")
    (view,) = server.modals
    await server.press_in_modal(view, "Edit")
    assert len(server.stacked) == 1


async def test_a_home_page_that_slack_does_not_take_costs_nothing_else(
    server: LoopbackSlack, chat: SlackChat, desk: Desk
) -> None:
    server.fail_next("* /api/views.publish", Reply(503))
    await server.open_home()
    await server.until(lambda: server.asked("* /api/views.publish"))
    assert (await server.command("/pledges latest")).shown[0]["text"] == "Answer"


# --- pages


PAGE = Card("Page 1", buttons=(Button("page", "2", "Next"),), private=True)


async def test_the_next_page_takes_the_place_of_a_private_answer(
    server: LoopbackSlack, chat: SlackChat, desk: Desk
) -> None:
    desk.card = PAGE
    answer = (await server.command("/pledges latest")).shown[0]
    desk.card = Card("Page 2", private=True, replaces=True)
    turned = await server.press(answer, "Next")
    assert turned.replaced
    assert answer["text"] == "Page 2"


async def test_another_answer_stands_below_a_private_one(
    server: LoopbackSlack, chat: SlackChat, desk: Desk
) -> None:
    desk.card = PAGE
    answer = (await server.command("/pledges latest")).shown[0]
    desk.card = Card("Something else")
    other = await server.press(answer, "Next")
    assert not other.replaced
    assert other.shown[0]["text"] == "Something else"


async def test_nobody_turns_the_page_of_an_answer_that_others_read(
    server: LoopbackSlack, chat: SlackChat, desk: Desk
) -> None:
    await chat.send("slack:C1", PAGE, KEY)
    desk.card = Card("Page 2", replaces=True)
    turned = await server.press(server.messages()[0], "Next")
    assert not turned.replaced
    assert turned.shown[0]["response_type"] == "ephemeral"


# --- mentions


@pytest.mark.parametrize(
    ("mention", "element"),
    [
        ("!subteam^S1", {"type": "usergroup", "usergroup_id": "S1"}),
        ("!here", {"type": "broadcast", "range": "here"}),
        ("@U1", {"type": "user", "user_id": "U1"}),
    ],
)
async def test_a_card_calls_whom_it_names_and_nobody_else(
    server: LoopbackSlack, chat: SlackChat, mention: str, element: dict[str, str]
) -> None:
    await chat.send("slack:C1", Card("<!channel> signed", ALERT.blocks, mention=mention), KEY)
    (message,) = server.messages()
    found = [e for b in message["blocks"] if b["type"] == "rich_text" for e in b["elements"]]
    kinds = [part for element in found for part in element["elements"] if part["type"] != "text"]
    assert kinds == [element]
    assert "<!" not in message["text"]


@pytest.mark.parametrize("mention", ["!subteam^", "!subteam^S1> <!here", "here", "@", "!nobody"])
async def test_what_is_no_mention_calls_nobody(
    server: LoopbackSlack, chat: SlackChat, mention: str
) -> None:
    await chat.send("slack:C1", Card("Signed", ALERT.blocks, mention=mention), KEY)
    blocks = json.dumps(server.messages()[0]["blocks"])
    assert not any(kind in blocks for kind in ("usergroup", "broadcast", '"user"', "here"))


# --- direct messages


async def test_a_direct_message_is_sent_edited_and_found(
    server: LoopbackSlack, chat: SlackChat
) -> None:
    sent = await chat.send("slack:@U1", ALERT, KEY)
    assert sent == Message("slack:@U1", server.messages("DU1")[0]["ts"])
    assert await chat.find("slack:@U1", KEY, now()) == sent
    await chat.edit(sent, Card("DENIED"))
    assert "DENIED" in server.messages("DU1")[0]["text"]
    reply = await chat.send("slack:@U1", Card("Change"), "k2", sent)
    assert server.messages("DU1")[1]["thread_ts"] == sent.id
    assert await chat.find("slack:@U1", "k2", now(), sent) == reply
    assert server.asked("* /api/conversations.open") == 1


async def test_a_person_is_known_by_name_and_belongs_to_no_workspace(
    server: LoopbackSlack, chat: SlackChat
) -> None:
    assert await chat.check("slack:@U1") == "@somebody"
    assert await chat.space_of("slack:@U1") == ""


@pytest.mark.parametrize("channel", ["slack:@U404", "slack:@ada lovelace", "slack:@"])
async def test_a_person_who_does_not_exist_is_gone(chat: SlackChat, channel: str) -> None:
    with pytest.raises(ChannelGone) as caught:
        await chat.send(channel, ALERT, KEY)
    assert caught.value.remedy


async def test_a_line_that_breaks_before_anything_was_posted_leaves_no_doubt(
    server: LoopbackSlack, chat: SlackChat
) -> None:
    server.fail_next("* /api/conversations.open", Cut(committed=True))
    with pytest.raises(SendFailed) as caught:
        await chat.send("slack:@U1", ALERT, KEY)
    assert type(caught.value) is SendFailed
    assert caught.value.retryable


async def test_a_missing_scope_is_told_with_its_remedy(
    server: LoopbackSlack, chat: SlackChat
) -> None:
    lacking = {"ok": False, "error": "missing_scope", "needed": "im:write"}
    server.fail_next(
        "* /api/conversations.open", Reply(200, lacking, {"Content-Type": "application/json"})
    )
    with pytest.raises(SendFailed, match="im:write") as caught:
        await chat.send("slack:@U1", ALERT, KEY)
    assert "slack-manifest.json" in caught.value.remedy


async def test_every_channel_belongs_to_the_workspace(
    server: LoopbackSlack, chat: SlackChat
) -> None:
    assert await chat.space_of("slack:C1") == "T0LOOPBACK"
