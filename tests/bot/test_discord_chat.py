"""The real discord.py against a loopback Discord."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.cards import Button, Card, Quote, Span, Text, Tone
from bot.chat import ChannelGone, OutcomeUnknown, Press, SendFailed
from bot.command_table import Command, Parameter
from bot.discord_chat import DiscordChat, invite_url
from storage.records import Message
from tests.bot.fakes import Desk, Memory
from tests.servers import Adorn, Cut, Hold, LoopbackDiscord, Reply
from tests.servers.discord_objects import (
    ADMIN,
    MANAGE_GUILD,
    SEND_IN_THREADS,
    Channel,
    attachment,
)

POST = "POST */channels/100/messages"
CODE_40062 = {"code": 40062, "message": "Service resource is being rate limited"}
KEY = "0f8fad5bd9cb469fa16570867"
ALERT = Card(
    "SIGNED · declaration: France → Ukraine",
    (
        Text(((Span("stage 3 of 6", bold=True),),)),
        Quote("We sign.", "Example Times", "https://example.org/a"),
    ),
    Tone.BINDING,
    (Button("details", "UKR-142", "Details"), Button("not_relevant", "UKR-142", "Not relevant")),
    (Span("unconfirmed"),),
)
TABLE = (
    Command(
        "pledges",
        ("latest",),
        "The newest",
        (
            Parameter("beneficiary", "Who is promised", kind="country"),
            Parameter("min_stage", "How binding", kind="stage", choices=("talk", "proposal")),
        ),
    ),
    Command("pledges", ("search",), "Find", (Parameter("query", "Words", True, rest=True),)),
    Command("pledgewatch", ("feeds", "list"), "The feeds", admin=True),
    Command(
        "pledgewatch",
        ("feeds", "import"),
        "A list",
        (Parameter("tags", "Which", rest=True), Parameter("file", "The list", kind="file")),
        admin=True,
    ),
)


@pytest.fixture
async def server() -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord() as running:
        running.add_channel(100)
        yield running


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
async def chat(server: LoopbackDiscord, desk: Desk) -> AsyncIterator[DiscordChat]:
    made = DiscordChat(server.token, api_url=server.api_url, commands=TABLE, patience=2.0)
    await made.start(desk.handlers)
    yield made
    await made.close()


def now() -> datetime:
    return datetime.now(UTC)


# --- sending


async def test_an_alert_arrives_with_headline_body_and_buttons(
    server: LoopbackDiscord, chat: DiscordChat
) -> None:
    sent = await chat.send("discord:100", ALERT, KEY)
    (message,) = server.messages()
    assert sent == Message("discord:100", message["id"])
    assert message["content"] == "**SIGNED · declaration: France → Ukraine**"
    assert "> “We sign.”" in message["embeds"][0]["description"]
    assert "[Example Times](https://example.org/a)" in message["embeds"][0]["description"]
    labels = [b["label"] for row in message["components"] for b in row["components"]]
    assert labels == ["Details", "Not relevant"]


async def test_nothing_in_a_message_may_mention_anybody(
    server: LoopbackDiscord, chat: DiscordChat
) -> None:
    await chat.send("discord:100", Card("@everyone <@9001> <@&1>"), KEY)
    assert server.messages()[0]["allowed_mentions"] == {"parse": []}


async def test_the_same_key_posts_only_once(server: LoopbackDiscord, chat: DiscordChat) -> None:
    first = await chat.send("discord:100", ALERT, KEY)
    assert await chat.send("discord:100", ALERT, KEY) == first
    assert len(server.messages()) == 1


async def test_an_edit_redraws_the_message(server: LoopbackDiscord, chat: DiscordChat) -> None:
    message = await chat.send("discord:100", ALERT, KEY)
    await chat.edit(message, Card("DENIED", buttons=ALERT.buttons))
    (edited,) = server.messages()
    assert edited["content"] == "**DENIED**"
    assert edited["edited_timestamp"]


async def test_replies_share_the_alerts_thread(server: LoopbackDiscord, chat: DiscordChat) -> None:
    alert = await chat.send("discord:100", ALERT, KEY)
    first = await chat.send("discord:100", Card("Change: stage 4"), "k2", alert)
    second = await chat.send("discord:100", Card("Change: stage 5"), "k3", alert)
    thread = server.channels[int(alert.id)]
    assert thread.name == "Change: stage 4"
    assert [m["id"] for m in thread.messages] == [first.id, second.id]
    assert first.channel == f"discord:{alert.id}"
    assert len(server.messages()) == 1


async def test_a_reply_stands_below_the_alert_where_threads_are_not_allowed(
    server: LoopbackDiscord, chat: DiscordChat
) -> None:
    server.channels[100].threads = False
    alert = await chat.send("discord:100", ALERT, KEY)
    await chat.send("discord:100", Card("Change"), "k2", alert)
    reply = server.messages()[1]
    assert reply["message_reference"]["message_id"] == int(alert.id)


async def test_a_locked_thread_costs_neither_the_reply_nor_the_route(
    server: LoopbackDiscord, chat: DiscordChat
) -> None:
    alert = await chat.send("discord:100", ALERT, KEY)
    await chat.send("discord:100", Card("Change"), "k2", alert)
    server.channels[int(alert.id)].refusal = (400, 160005, "Thread is locked")
    reply = await chat.send("discord:100", Card("Denied"), "k3", alert)
    assert reply == Message("discord:100", server.messages()[1]["id"])


@pytest.fixture
def thread(server: LoopbackDiscord) -> Channel:
    """Where a route leads: a thread, or a post of a forum."""
    server.channels[300] = Channel(300, kind=11, parent=100, name="the deal")
    return server.channels[300]


async def test_an_edit_opens_an_archived_thread(
    server: LoopbackDiscord, chat: DiscordChat, thread: Channel
) -> None:
    message = await chat.send("discord:300", ALERT, KEY)
    thread.archived = True
    await chat.edit(message, Card("DENIED"))
    assert thread.messages[0]["content"] == "**DENIED**"
    assert not thread.archived


async def test_an_edit_in_a_thread_that_stays_archived_is_given_up(
    server: LoopbackDiscord, chat: DiscordChat, thread: Channel
) -> None:
    message = await chat.send("discord:300", ALERT, KEY)
    thread.archived, thread.denied = True, SEND_IN_THREADS
    with pytest.raises(SendFailed, match="archived") as caught:
        await chat.edit(message, Card("DENIED"))
    assert not isinstance(caught.value, ChannelGone)
    assert not caught.value.retryable
    assert "Send Messages in Threads" in caught.value.remedy


async def test_an_edit_in_a_thread_that_is_archived_again_at_once_is_given_up(
    server: LoopbackDiscord, chat: DiscordChat, thread: Channel
) -> None:
    message = await chat.send("discord:300", ALERT, KEY)
    archived = Reply(400, {"code": 50083, "message": "Thread is archived"})
    server.fail_next("PATCH */channels/300/messages/*", archived, archived)
    with pytest.raises(SendFailed, match="archived") as caught:
        await chat.edit(message, Card("DENIED"))
    assert not isinstance(caught.value, ChannelGone)


async def test_an_edit_is_tried_again_where_discord_is_down_as_the_thread_is_opened(
    server: LoopbackDiscord, chat: DiscordChat, thread: Channel
) -> None:
    message = await chat.send("discord:300", ALERT, KEY)
    thread.archived = True
    server.fail_next("PATCH */channels/300", *[Reply(503)] * 9)
    with pytest.raises(SendFailed) as caught:
        await chat.edit(message, Card("DENIED"))
    assert caught.value.retryable


async def test_a_deleted_message_in_an_archived_thread_is_told_as_deleted(
    server: LoopbackDiscord, chat: DiscordChat, thread: Channel
) -> None:
    message = await chat.send("discord:300", ALERT, KEY)
    thread.archived, thread.messages = True, []
    with pytest.raises(SendFailed, match="deleted"):
        await chat.edit(message, Card("DENIED"))


async def test_a_thread_that_is_locked_takes_nothing_until_it_is_unlocked(
    server: LoopbackDiscord, chat: DiscordChat, thread: Channel
) -> None:
    message = await chat.send("discord:300", ALERT, KEY)
    thread.archived = thread.locked = True
    with pytest.raises(ChannelGone, match="locked"):
        await chat.edit(message, Card("DENIED"))
    with pytest.raises(ChannelGone, match="locked"):
        await chat.check("discord:300")


async def test_a_thread_is_checked_by_what_its_channel_allows(
    server: LoopbackDiscord, chat: DiscordChat, thread: Channel
) -> None:
    thread.archived = True
    assert await chat.check("discord:300") == "the deal"
    server.channels[100].denied = SEND_IN_THREADS
    with pytest.raises(ChannelGone, match="lacks permissions in #desk") as caught:
        await chat.check("discord:300")
    assert caught.value.remedy == "allow it there: Send Messages In Threads"


async def test_a_thread_that_is_locked_is_no_hindrance_to_who_manages_threads(
    server: LoopbackDiscord, chat: DiscordChat, thread: Channel
) -> None:
    thread.locked = True
    server.permissions |= 1 << 34
    assert await chat.check("discord:300") == "the deal"


async def test_alerts_go_out_while_the_gateway_is_down(server: LoopbackDiscord, desk: Desk) -> None:
    server.fail_next("GET /gateway", *[Reply(503)] * 9)
    chat = DiscordChat(server.token, api_url=server.api_url)
    await chat.start(desk.handlers)
    await server.until(lambda: server.asked("GET /gateway"))
    await chat.send("discord:100", ALERT, KEY)
    assert len(server.messages()) == 1
    assert not chat.healthy
    assert "gateway" in chat.deaf
    await chat.close()


# --- faults


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        ((403, 50013, "Missing Permissions"), "may not write"),
        ((403, 50001, "Missing Access"), "cannot see"),
        ((400, 50083, "Thread is archived"), "archived"),
    ],
)
async def test_a_channel_that_refuses_is_gone_with_a_remedy(
    server: LoopbackDiscord, chat: DiscordChat, refusal: tuple[int, int, str], words: str
) -> None:
    server.channels[100].refusal = refusal
    with pytest.raises(ChannelGone, match=words) as caught:
        await chat.send("discord:100", ALERT, KEY)
    assert caught.value.remedy


@pytest.mark.parametrize("channel", ["discord:999", "discord:general", "discord:"])
async def test_a_channel_that_does_not_exist_is_gone(chat: DiscordChat, channel: str) -> None:
    with pytest.raises(ChannelGone):
        await chat.send(channel, ALERT, KEY)


async def test_a_short_rate_limit_is_waited_for(server: LoopbackDiscord, chat: DiscordChat) -> None:
    limited = {"message": "You are being rate limited.", "retry_after": 0.05, "global": False}
    server.fail_next(POST, Reply(429, limited, {"Via": "1.1 google", "Retry-After": "0.05"}))
    await chat.send("discord:100", ALERT, KEY)
    assert server.asked(POST) == 2
    assert len(server.messages()) == 1


@pytest.mark.parametrize("seconds", [10, 90])
async def test_a_long_rate_limit_is_the_outboxs_affair(
    server: LoopbackDiscord, desk: Desk, seconds: int
) -> None:
    chat = DiscordChat(server.token, api_url=server.api_url, patience=0.3)
    await chat.start(desk.handlers)
    limited = {"message": "You are being rate limited.", "retry_after": seconds, "global": False}
    server.fail_next(POST, Reply(429, limited, {"Via": "1.1 g", "Retry-After": str(seconds)}))
    with pytest.raises(SendFailed) as caught:
        await chat.send("discord:100", ALERT, KEY)
    assert type(caught.value) is SendFailed
    assert caught.value.retry_after == pytest.approx(seconds, abs=1)
    await chat.close()


async def test_a_firewalls_rate_limit_names_its_pause(
    server: LoopbackDiscord, chat: DiscordChat
) -> None:
    server.fail_next(POST, Reply(429, "<html>", {"Retry-After": "700"}))
    with pytest.raises(SendFailed) as caught:
        await chat.send("discord:100", ALERT, KEY)
    assert caught.value.retry_after == 700
    assert not isinstance(caught.value, OutcomeUnknown)


async def test_an_exhausted_bucket_does_not_turn_success_into_failure(
    server: LoopbackDiscord, desk: Desk
) -> None:
    chat = DiscordChat(server.token, api_url=server.api_url, patience=0.2)
    await chat.start(desk.handlers)
    spent = {
        "X-RateLimit-Limit": "5",
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset-After": "0.6",
        "X-RateLimit-Bucket": "b",
    }
    server.fail_next(POST, Adorn(spent))
    assert await chat.send("discord:100", ALERT, KEY)
    await chat.close()


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_after_a_server_error_the_outcome_is_unknown(
    server: LoopbackDiscord, desk: Desk, status: int
) -> None:
    chat = DiscordChat(server.token, api_url=server.api_url, patience=0.3)
    await chat.start(desk.handlers)
    server.fail_next(POST, Reply(status, "<html>bad gateway</html>"))
    with pytest.raises(OutcomeUnknown, match=str(status)):
        await chat.send("discord:100", ALERT, KEY)
    await chat.close()


async def test_a_line_cut_after_the_commit_leaves_a_message_that_is_found(
    server: LoopbackDiscord, chat: DiscordChat
) -> None:
    asked = now()
    server.fail_next(POST, Cut(committed=True))
    with pytest.raises(OutcomeUnknown):
        await chat.send("discord:100", ALERT, KEY)
    server.forgets_nonces = True
    found = await chat.find("discord:100", KEY, asked)
    assert found == Message("discord:100", server.messages()[0]["id"])


async def test_a_line_cut_before_the_commit_leaves_nothing_to_find(
    server: LoopbackDiscord, chat: DiscordChat
) -> None:
    asked = now()
    server.fail_next(POST, Cut(committed=False))
    with pytest.raises(OutcomeUnknown):
        await chat.send("discord:100", ALERT, KEY)
    assert await chat.find("discord:100", KEY, asked) is None
    await chat.send("discord:100", ALERT, KEY)
    assert len(server.messages()) == 1


async def test_an_answer_that_never_comes_ends_with_the_patience(
    server: LoopbackDiscord, desk: Desk
) -> None:
    chat = DiscordChat(server.token, api_url=server.api_url, patience=0.2)
    await chat.start(desk.handlers)
    hold = Hold()
    server.fail_next(POST, hold)
    with pytest.raises(OutcomeUnknown):
        await chat.send("discord:100", ALERT, KEY)
    hold.release.set()
    assert await chat.find("discord:100", KEY, now())
    await chat.close()


async def test_a_message_without_buttons_is_found_as_well(
    server: LoopbackDiscord, chat: DiscordChat
) -> None:
    sent = await chat.send("discord:100", Card("A notice"), KEY)
    assert await chat.find("discord:100", KEY, now()) == sent
    assert await chat.find("discord:100", "another", now()) is None


async def test_a_member_who_copies_a_message_is_not_taken_for_it(
    server: LoopbackDiscord, chat: DiscordChat
) -> None:
    await chat.send("discord:100", Card("A notice"), KEY)
    server.messages()[0]["author"] = ADMIN
    assert await chat.find("discord:100", KEY, now()) is None


async def test_a_reply_is_found_in_the_alerts_thread(
    server: LoopbackDiscord, chat: DiscordChat
) -> None:
    alert = await chat.send("discord:100", ALERT, KEY)
    assert await chat.find("discord:100", "k2", now(), alert) is None
    reply = await chat.send("discord:100", Card("Change"), "k2", alert)
    assert await chat.find("discord:100", "k2", now(), alert) == reply


async def test_an_alert_is_found_behind_many_messages_of_others(
    server: LoopbackDiscord, chat: DiscordChat
) -> None:
    asked = now()
    for number in range(150):
        await chat.send("discord:100", Card("chatter"), f"other-{number}")
    sent = await chat.send("discord:100", ALERT, KEY)
    assert await chat.find("discord:100", KEY, asked) == sent


async def test_an_alert_is_found_though_our_clock_had_been_wrong(
    server: LoopbackDiscord, chat: DiscordChat
) -> None:
    sent = await chat.send("discord:100", ALERT, KEY)
    for hours in (-3, 3):
        assert await chat.find("discord:100", KEY, now() + timedelta(hours=hours)) == sent


async def test_old_messages_are_not_searched_for_ever(
    server: LoopbackDiscord, chat: DiscordChat
) -> None:
    server.clock_offset = -86_400
    for number in range(450):
        await chat.send("discord:100", Card("chatter"), f"old-{number}")
    assert await chat.find("discord:100", KEY, now()) is None
    assert server.asked("GET */channels/100/messages") == 2


async def test_a_deleted_alert_is_not_posted_again(
    server: LoopbackDiscord, chat: DiscordChat
) -> None:
    sent = await chat.send("discord:100", ALERT, KEY)
    server.delete(100, sent.id)
    with pytest.raises(SendFailed, match="deleted") as caught:
        await chat.send("discord:100", ALERT, KEY)
    assert not caught.value.retryable
    with pytest.raises(SendFailed, match="deleted"):
        await chat.edit(sent, ALERT)
    assert not server.messages()


async def test_an_edit_that_failed_may_simply_be_repeated(
    server: LoopbackDiscord, chat: DiscordChat
) -> None:
    sent = await chat.send("discord:100", ALERT, KEY)
    server.fail_next("PATCH *", Reply(503))
    with pytest.raises(SendFailed) as caught:
        await chat.edit(sent, ALERT)
    assert type(caught.value) is SendFailed
    assert caught.value.retryable


async def test_a_wrong_token_is_said_so_and_not_shown(server: LoopbackDiscord, desk: Desk) -> None:
    chat = DiscordChat("wrong-secret-token", api_url=server.api_url)
    with pytest.raises(SendFailed) as caught:
        await chat.start(desk.handlers)
    assert not caught.value.retryable
    assert "developers/applications" in caught.value.remedy
    assert "wrong-secret-token" not in f"{caught.value!r}{caught.value.remedy}"


async def test_a_token_revoked_while_running_loses_nothing(
    server: LoopbackDiscord, chat: DiscordChat
) -> None:
    server.fail_next(POST, Reply(401, {"message": "401: Unauthorized", "code": 0}))
    with pytest.raises(SendFailed) as caught:
        await chat.send("discord:100", ALERT, KEY)
    assert caught.value.retryable
    assert caught.value.retry_after
    assert caught.value.remedy


async def test_the_token_stands_in_no_log(
    server: LoopbackDiscord, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    chat = DiscordChat(server.token, api_url=server.api_url, commands=TABLE)
    await chat.start(desk.handlers)
    server.fail_next(POST, Reply(503), Cut(committed=True))
    for key in ("k1", "k2"):
        with pytest.raises(SendFailed):
            await chat.send("discord:100", ALERT, key)
    await server.slash("pledges latest")
    await chat.close()
    assert "/channels/100/messages" in caplog.text
    assert server.token not in caplog.text


@pytest.mark.parametrize("answer", [Reply(403, "<html>blocked</html>"), Reply(400, CODE_40062)])
async def test_a_refusal_that_passes_is_tried_again_later(
    server: LoopbackDiscord, chat: DiscordChat, answer: Reply
) -> None:
    server.fail_next(POST, answer)
    with pytest.raises(SendFailed) as caught:
        await chat.send("discord:100", ALERT, KEY)
    assert type(caught.value) is SendFailed
    assert caught.value.retryable
    assert caught.value.retry_after


async def test_a_message_that_discord_does_not_take_is_given_up_with_its_words(
    server: LoopbackDiscord, chat: DiscordChat
) -> None:
    server.fail_next(POST, Reply(400, {"code": 50035, "message": "Invalid Form Body"}))
    with pytest.raises(SendFailed, match="Invalid Form Body") as caught:
        await chat.send("discord:100", ALERT, KEY)
    assert not caught.value.retryable


async def test_a_platform_that_is_down_at_the_start_is_tried_again(
    server: LoopbackDiscord, desk: Desk
) -> None:
    await server.stop()
    chat = DiscordChat(server.token, api_url=server.api_url)
    with pytest.raises(SendFailed) as caught:
        await chat.start(desk.handlers)
    assert caught.value.retryable
    async with server:
        await chat.start(desk.handlers)
        await chat.send("discord:100", ALERT, KEY)
        await chat.close()
    assert len(server.messages()) == 1


# --- commands and buttons


async def test_a_command_is_acknowledged_at_once_and_answered(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk
) -> None:
    asked = await server.slash("pledges latest", beneficiary="United Kingdom", min_stage="talk")
    assert asked.acked_after is not None
    assert asked.acked_after < 1
    assert asked.shown[0]["content"] == "**Answer**"
    root, text, asker = desk.asked[0]
    assert (root, text) == ("pledges", 'latest beneficiary:"United Kingdom" min_stage:talk')
    assert asker.channel == "discord:100"
    assert asker.space


async def test_words_of_a_search_arrive_as_typed(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk
) -> None:
    await server.slash("pledges search", query='"security guarantee" to:UKR')
    assert desk.asked[0][1] == 'search "security guarantee" to:UKR'


async def test_a_file_arrives_as_its_address(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk
) -> None:
    file = attachment("https://cdn.example/feeds.opml")
    await server.slash("pledgewatch feeds import", file=file, tags="ukraine")
    assert desk.asked[0][1] == "feeds import file:https://cdn.example/feeds.opml ukraine"


async def test_only_those_who_manage_the_server_are_admins(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk
) -> None:
    await server.slash("pledgewatch feeds list")
    await server.slash("pledgewatch feeds list", permissions=MANAGE_GUILD)
    assert [asker.admin for _, _, asker in desk.asked] == [False, True]
    offered = {c["name"]: c["default_member_permissions"] for c in server.commands}
    assert offered == {"pledges": None, "pledgewatch": MANAGE_GUILD}


async def test_in_a_server_that_the_app_is_not_in_nobody_is_an_admin(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk
) -> None:
    server.asked_in = 4242  # somebody installed the app for themselves and asks from there
    await server.slash("pledgewatch feeds list", permissions=MANAGE_GUILD)
    assert not desk.asked[0][2].admin
    assert desk.asked[0][2].space == ""


async def test_a_server_that_the_configuration_leaves_out_is_told_so_and_nothing_else(
    server: LoopbackDiscord, desk: Desk
) -> None:
    chat = DiscordChat(
        server.token, api_url=server.api_url, commands=TABLE, servers=frozenset({"1"})
    )
    await chat.start(desk.handlers)
    try:
        await server.until(lambda: not chat.deaf)
        asked = await server.slash("pledgewatch feeds list", permissions=MANAGE_GUILD)
        assert "does not work in this server" in asked.shown[0]["content"]
        await chat.send("discord:100", ALERT, KEY)
        for custom_id in ("pw:not_relevant:UKR-142:k", "pw:correct:UKR-142:k"):
            await server.press_id(custom_id, server.messages()[0], permissions=MANAGE_GUILD)
        await server.submit_data({"custom_id": "pwf:add_feed:", "components": []})
        assert await server.complete("pledges latest", "beneficiary", "uk") == []
        assert (desk.asked, desk.pressed, desk.forms, desk.submitted) == ([], [], [], [])
        assert (desk.typed, desk.places) == ([], [])
    finally:
        await chat.close()


@pytest.mark.parametrize(
    ("public", "servers", "warned"), [(True, (), True), (True, ("1",), False), (False, (), False)]
)
async def test_an_app_that_anybody_may_add_is_warned_of(
    server: LoopbackDiscord, public: bool, servers: tuple[str, ...], warned: bool
) -> None:
    server.public = public
    chat = DiscordChat(server.token, api_url=server.api_url, servers=frozenset(servers))
    try:
        assert ("switch Public Bot off" in await chat.identify()) is warned
    finally:
        await chat.close()


async def test_what_discord_tells_after_the_end_is_let_be(
    server: LoopbackDiscord, chat: DiscordChat
) -> None:
    await server.until(lambda: not chat.deaf)
    client = chat._client
    assert client is not None
    await chat.close()
    client.dispatch("ready")
    assert not client.connected


async def test_admin_answers_are_for_the_asker_alone(
    server: LoopbackDiscord, chat: DiscordChat
) -> None:
    asked = await server.slash("pledgewatch feeds list", permissions=MANAGE_GUILD)
    assert asked.shown[0]["flags"] == 64


async def test_a_private_answer_to_a_public_command_shows_to_the_asker_alone(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk
) -> None:
    desk.card = Card("I do not understand", private=True)
    asked = await server.slash("pledges latest")
    assert [(s["content"], s["flags"]) for s in asked.shown] == [("**I do not understand**", 64)]


async def test_a_long_answer_comes_on_several_messages(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk
) -> None:
    lines = tuple((Span(f"line {n} " + "x" * 200),) for n in range(50))
    desk.card = Card("Long", (Text(lines),), buttons=(Button("more", "2", "More"),))
    asked = await server.slash("pledges latest")
    await server.until(lambda: any(s["components"] for s in asked.shown))
    everything = "".join(s["embeds"][0]["description"] for s in asked.shown)
    assert all(f"line {n} " in everything for n in range(50))
    assert [bool(s["components"]) for s in asked.shown] == [False] * (len(asked.shown) - 1) + [True]


async def test_a_bug_in_an_answer_is_told_to_the_asker(
    server: LoopbackDiscord, chat: DiscordChat
) -> None:
    asked = await server.slash("pledges search", query="explode")
    assert "went wrong" in asked.shown[0]["content"]
    assert asked.shown[0]["flags"] == 64


async def test_a_command_from_an_old_table_is_answered(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk
) -> None:
    asked = await server.slash("pledges forecast")
    assert "has changed" in asked.shown[0]["content"]
    assert not desk.asked


async def test_what_is_typed_is_completed_for_the_one_who_types(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk
) -> None:
    desk.offers = [("🇺🇦 Ukraine (UKR)", "UKR")]
    offered = await server.complete("pledges latest", "beneficiary", "ukr")
    assert offered == [{"name": "🇺🇦 Ukraine (UKR)", "value": "UKR"}]
    ((kind, typed, asker),) = desk.typed
    assert (kind, typed, asker.platform) == ("country", "ukr", "discord")


async def test_no_more_is_offered_than_discord_takes(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk
) -> None:
    desk.offers = [(f"{number} " + "long " * 50, "v" * 300) for number in range(40)]
    offered = await server.complete("pledges latest", "beneficiary", "")
    assert len(offered) == 25
    assert max(len(each["name"]) for each in offered) <= 100
    assert max(len(each["value"]) for each in offered) <= 100


async def test_a_fault_while_completing_offers_nothing(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk
) -> None:
    assert await server.complete("pledges latest", "beneficiary", "explode") == []


async def test_a_button_works_after_a_restart(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk
) -> None:
    await chat.send("discord:100", ALERT, KEY)
    await chat.close()
    later = DiscordChat(server.token, api_url=server.api_url, commands=TABLE)
    await later.start(desk.handlers)
    pressed = await server.press(server.messages()[0], "Not relevant")
    assert desk.pressed[0][0] == Press("not_relevant", "UKR-142")
    assert pressed.shown[0]["flags"] == 64
    await later.close()


async def test_a_button_works_on_an_edited_alert(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk
) -> None:
    sent = await chat.send("discord:100", ALERT, KEY)
    await chat.edit(sent, ALERT)
    await server.press(server.messages()[0], "Details")
    assert desk.pressed[0][0] == Press("details", "UKR-142")


@pytest.mark.parametrize("fault", ["cut", "op 7", "op 9", "close 4000"])
async def test_commands_are_answered_after_the_gateway_reconnects(
    server: LoopbackDiscord, chat: DiscordChat, fault: str
) -> None:
    await server.gateway.ready()
    if fault == "cut":
        await server.gateway.drop()
    elif fault == "op 7":
        await server.gateway.ask_to_reconnect()
    elif fault == "op 9":
        await server.gateway.invalidate(resumable=True)
    else:
        await server.gateway.drop(4000)
    await server.until(lambda: server.gateway.resumed)
    asked = await server.slash("pledges latest")
    assert asked.shown[0]["content"] == "**Answer**"


async def test_a_token_refused_by_the_gateway_shows_in_the_health(
    server: LoopbackDiscord, desk: Desk
) -> None:
    server.gateway.refuse_with = 4004
    chat = DiscordChat(server.token, api_url=server.api_url)
    await chat.start(desk.handlers)
    await server.until(lambda: chat.healthy)
    assert "token" in chat.healthy
    await chat.close()


@pytest.mark.parametrize("fault", ["unreachable", "close 4013"])
async def test_a_gateway_that_failed_at_first_is_dialled_again(
    server: LoopbackDiscord, desk: Desk, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setattr("bot.discord_chat.chat._FIRST_PAUSE", 0.02)
    if fault == "unreachable":
        server.fail_next("GET /gateway", Reply(503))
    else:
        server.gateway.refuse_with = 4013
    chat = DiscordChat(server.token, api_url=server.api_url, commands=TABLE)
    await chat.start(desk.handlers)
    await server.until(lambda: server.asked("GET /gateway") > 1)
    server.gateway.refuse_with = 0
    await server.until(lambda: not chat.deaf)
    assert (await server.slash("pledges latest")).shown[0]["content"] == "**Answer**"
    await chat.send("discord:100", ALERT, KEY)
    assert not chat.healthy
    await chat.close()


async def test_closing_lets_an_answer_finish(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk
) -> None:
    desk.release.clear()
    asking = asyncio.create_task(server.slash("pledges latest"))
    await server.until(lambda: desk.asked)
    closing = asyncio.create_task(chat.close())
    desk.release.set()
    await closing
    assert (await asking).shown[0]["content"] == "**Answer**"


async def test_commands_are_told_to_discord_only_when_they_change(
    server: LoopbackDiscord, desk: Desk
) -> None:
    memory = Memory()
    for table in (TABLE, TABLE, TABLE[:1]):
        chat = DiscordChat(server.token, api_url=server.api_url, commands=table, memory=memory)
        await chat.start(desk.handlers)
        await chat.close()
    assert server.syncs == 2


async def test_commands_that_discord_refuses_do_not_stop_the_alerts(
    server: LoopbackDiscord, desk: Desk
) -> None:
    server.fail_next("PUT */commands", Reply(403, {"message": "Missing Access", "code": 50001}))
    chat = DiscordChat(server.token, api_url=server.api_url, commands=TABLE)
    await chat.start(desk.handlers)
    await chat.send("discord:100", ALERT, KEY)
    assert len(server.messages()) == 1
    await chat.close()


async def test_no_privileged_intent_is_asked_for(
    server: LoopbackDiscord, chat: DiscordChat
) -> None:
    await server.gateway.ready()
    assert server.gateway.intents == 1


def test_the_invitation_asks_for_no_more_than_alerts_need() -> None:
    link = invite_url(5000)
    assert "client_id=5000" in link
    assert "applications.commands" in link
    permissions = int(link.split("permissions=")[1].split("&")[0])
    assert permissions == sum(1 << bit for bit in (10, 11, 14, 15, 16, 35, 38))


async def test_closing_just_after_connecting_leaves_nothing_behind(
    server: LoopbackDiscord, chat: DiscordChat
) -> None:
    await server.gateway.ready()
    await server.until(lambda: "discord.py" in {task_origin(t) for t in asyncio.all_tasks()})
    await chat.close()
    await asyncio.sleep(0)
    assert "discord.py" not in {task_origin(task) for task in asyncio.all_tasks()}


def task_origin(task: asyncio.Task[object]) -> str:
    """Whose coroutine waits for servers."""
    return "discord.py" if "_delay_ready" in repr(task.get_coro()) else ""
