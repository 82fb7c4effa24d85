"""The real slack-bolt and slack_sdk against a loopback Slack."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.cards import Button, Card, Quote, Span, Text, Tone
from bot.chat import ChannelGone, OutcomeUnknown, Press, SendFailed
from bot.slack_chat import SlackChat
from storage.records import Message
from tests.bot.fakes import Desk
from tests.servers import Cut, Hold, LoopbackSlack, Reply

POST = "POST /api/chat.postMessage"
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


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LoopbackSlack]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    async with LoopbackSlack() as running:
        running.add_channel("C1")
        yield running


@pytest.fixture
def desk() -> Desk:
    return Desk()


def made(server: LoopbackSlack, patience: float = 2.0) -> SlackChat:
    return SlackChat(server.bot_token, server.app_token, api_url=server.api_url, patience=patience)


@pytest.fixture
async def chat(server: LoopbackSlack, desk: Desk) -> AsyncIterator[SlackChat]:
    chat = made(server)
    await chat.start(desk.handlers)
    yield chat
    await chat.close()


def now() -> datetime:
    return datetime.now(UTC)


# --- sending


async def test_an_alert_arrives_with_headline_body_and_buttons(
    server: LoopbackSlack, chat: SlackChat
) -> None:
    sent = await chat.send("slack:C1", ALERT, KEY)
    (message,) = server.messages()
    assert sent == Message("slack:C1", message["ts"])
    kinds = [block["type"] for block in message["blocks"]]
    assert kinds == ["header", "rich_text", "rich_text", "context", "actions"]
    assert message["blocks"][0]["text"]["text"] == "🟢 SIGNED · declaration: France → Ukraine"
    assert message["text"] == "🟢 SIGNED · declaration: France → Ukraine"


async def test_nothing_unfurls_and_nothing_is_parsed(
    server: LoopbackSlack, chat: SlackChat
) -> None:
    await chat.send("slack:C1", Card("<!channel> @here https://evil.example"), KEY)
    given = server.messages()[0]["_arguments"]
    assert given["text"] == "&lt;!channel&gt; @here https://evil.example"
    assert (given["parse"], given["mrkdwn"], given["link_names"]) == ("none", False, False)
    assert (given["unfurl_links"], given["unfurl_media"]) == (False, False)


async def test_an_edit_redraws_the_message_and_keeps_its_key(
    server: LoopbackSlack, chat: SlackChat
) -> None:
    message = await chat.send("slack:C1", ALERT, KEY)
    await chat.edit(message, Card("DENIED"))
    assert server.messages()[0]["text"] == "DENIED"
    assert await chat.find("slack:C1", KEY, now()) == message


async def test_a_reply_stands_in_the_alerts_thread(server: LoopbackSlack, chat: SlackChat) -> None:
    alert = await chat.send("slack:C1", ALERT, KEY)
    await chat.send("slack:C1", Card("Change"), "k2", alert)
    assert server.messages()[1]["thread_ts"] == alert.id


async def test_a_reply_to_a_deleted_alert_stands_in_the_channel_and_is_found(
    server: LoopbackSlack, chat: SlackChat
) -> None:
    alert = await chat.send("slack:C1", ALERT, KEY)
    server.delete("C1", alert.id)
    reply = await chat.send("slack:C1", Card("Change"), "k2", alert)
    assert "thread_ts" not in server.messages()[0]
    assert await chat.find("slack:C1", "k2", now(), alert) == reply


# --- faults


@pytest.mark.parametrize(
    ("settings", "words"),
    [({"joined": False}, "not in this"), ({"archived": True}, "archived")],
)
async def test_a_channel_that_refuses_is_gone_with_a_remedy(
    server: LoopbackSlack, chat: SlackChat, settings: dict[str, bool], words: str
) -> None:
    channel = server.add_channel("C2", **settings)
    with pytest.raises(ChannelGone, match=words) as caught:
        await chat.send(channel, ALERT, KEY)
    assert caught.value.remedy


@pytest.mark.parametrize("channel", ["slack:C404", "slack:#general", "slack:"])
async def test_a_channel_that_does_not_exist_is_gone(chat: SlackChat, channel: str) -> None:
    with pytest.raises(ChannelGone):
        await chat.send(channel, ALERT, KEY)


async def test_a_rate_limit_names_its_pause_and_nothing_was_posted(
    server: LoopbackSlack, chat: SlackChat
) -> None:
    server.fail_next(POST, Reply(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "17"}))
    with pytest.raises(SendFailed) as caught:
        await chat.send("slack:C1", ALERT, KEY)
    assert type(caught.value) is SendFailed
    assert caught.value.retry_after == 17
    assert not server.messages()


@pytest.mark.parametrize(
    "reply",
    [
        Reply(503, "<html>Service Unavailable</html>", {"Content-Type": "text/html"}),
        Reply(503, "<html>Service Unavailable</html>", {"Content-Type": "application/json"}),
        Reply(503, "upstream connect error", {"Content-Type": "text/plain"}),
        Reply(502, b""),
        Reply(200, "<html>", {"Content-Type": "application/json"}),
        Reply(200, {"ok": False, "error": "internal_error"}, {"Content-Type": "application/json"}),
        Reply(200, {"ok": False, "error": "fatal_error"}, {"Content-Type": "application/json"}),
    ],
)
async def test_after_a_server_error_the_outcome_is_unknown(
    server: LoopbackSlack, chat: SlackChat, reply: Reply
) -> None:
    server.fail_next(POST, reply)
    with pytest.raises(OutcomeUnknown):
        await chat.send("slack:C1", ALERT, KEY)
    assert server.asked(POST) == 1


async def test_a_line_cut_after_the_commit_leaves_one_message_that_is_found(
    server: LoopbackSlack, chat: SlackChat
) -> None:
    asked = now()
    server.fail_next(POST, Cut(committed=True))
    with pytest.raises(OutcomeUnknown):
        await chat.send("slack:C1", ALERT, KEY)
    (message,) = server.messages()
    assert await chat.find("slack:C1", KEY, asked) == Message("slack:C1", message["ts"])


async def test_a_line_cut_before_the_commit_leaves_nothing_to_find(
    server: LoopbackSlack, chat: SlackChat
) -> None:
    asked = now()
    server.fail_next(POST, Cut(committed=False))
    with pytest.raises(OutcomeUnknown):
        await chat.send("slack:C1", ALERT, KEY)
    assert await chat.find("slack:C1", KEY, asked) is None


async def test_a_reply_is_found_in_the_alerts_thread(
    server: LoopbackSlack, chat: SlackChat
) -> None:
    alert = await chat.send("slack:C1", ALERT, KEY)
    reply = await chat.send("slack:C1", Card("Change"), "k2", alert)
    assert await chat.find("slack:C1", "k2", now(), alert) == reply


async def test_an_alert_is_found_behind_many_messages_of_others(
    server: LoopbackSlack, chat: SlackChat
) -> None:
    asked = now()
    sent = await chat.send("slack:C1", ALERT, KEY)
    for number in range(250):
        stamp = f"{float(sent.id) + 0.001 * (number + 1):.6f}"
        server.messages().append({"type": "message", "ts": stamp, "text": "chatter"})
    assert await chat.find("slack:C1", KEY, asked) == sent
    assert server.asked("* /api/conversations.history") == 2


async def test_an_alert_is_found_though_our_clock_had_been_wrong(
    server: LoopbackSlack, chat: SlackChat
) -> None:
    sent = await chat.send("slack:C1", ALERT, KEY)
    for hours in (-3, 3):
        assert await chat.find("slack:C1", KEY, now() + timedelta(hours=hours)) == sent


async def test_old_messages_are_not_searched_for_ever(
    server: LoopbackSlack, chat: SlackChat
) -> None:
    for number in range(900):
        server.messages().append({"type": "message", "ts": f"{1000 + number}.000000", "text": "x"})
    assert await chat.find("slack:C1", KEY, now()) is None
    assert server.asked("* /api/conversations.history") == 1


async def test_a_search_that_fails_decides_nothing(server: LoopbackSlack, chat: SlackChat) -> None:
    server.fail_next("* /api/conversations.history", Reply(503))
    with pytest.raises(SendFailed) as caught:
        await chat.find("slack:C1", KEY, now())
    assert caught.value.retryable


async def test_an_answer_that_never_comes_ends_with_the_patience(
    server: LoopbackSlack, desk: Desk
) -> None:
    chat = made(server, patience=0.3)
    await chat.start(desk.handlers)
    hold = Hold()
    server.fail_next(POST, hold)
    with pytest.raises(OutcomeUnknown):
        await chat.send("slack:C1", ALERT, KEY)
    hold.release.set()
    await chat.close()


async def test_a_platform_that_cannot_be_reached_got_nothing(
    server: LoopbackSlack, chat: SlackChat
) -> None:
    await server.stop()
    with pytest.raises(SendFailed) as caught:
        await chat.send("slack:C1", ALERT, KEY)
    assert type(caught.value) is SendFailed
    assert caught.value.retryable


async def test_an_edit_that_failed_may_simply_be_repeated(
    server: LoopbackSlack, chat: SlackChat
) -> None:
    sent = await chat.send("slack:C1", ALERT, KEY)
    server.fail_next("POST /api/chat.update", Reply(503))
    with pytest.raises(SendFailed) as caught:
        await chat.edit(sent, ALERT)
    assert type(caught.value) is SendFailed
    assert caught.value.retryable


async def test_an_edit_of_a_deleted_message_is_given_up(
    server: LoopbackSlack, chat: SlackChat
) -> None:
    with pytest.raises(SendFailed) as caught:
        await chat.edit(Message("slack:C1", "1.000000"), ALERT)
    assert not caught.value.retryable


@pytest.mark.parametrize("error", ["token_revoked", "account_inactive", "missing_scope"])
async def test_a_token_lost_while_running_loses_nothing(
    server: LoopbackSlack, chat: SlackChat, error: str
) -> None:
    server.refused_as = error
    with pytest.raises(SendFailed, match=error) as caught:
        await chat.send("slack:C1", ALERT, KEY)
    assert caught.value.retryable
    assert caught.value.retry_after
    assert caught.value.remedy


async def test_the_apps_own_closed_tab_is_no_fault_of_a_persons(
    server: LoopbackSlack, chat: SlackChat
) -> None:
    server.refused_as = "messages_tab_disabled"
    with pytest.raises(SendFailed, match="in person") as caught:
        await chat.send("slack:@U1", ALERT, KEY)
    assert not isinstance(caught.value, ChannelGone)
    assert caught.value.retryable
    assert "Messages Tab" in caught.value.remedy


@pytest.mark.parametrize(
    ("bot_token", "app_token"),
    [("xoxb-wrong", LoopbackSlack.app_token), (LoopbackSlack.bot_token, "xapp-wrong")],
)
async def test_a_wrong_token_is_said_so_at_once_and_not_shown(
    server: LoopbackSlack, desk: Desk, bot_token: str, app_token: str
) -> None:
    chat = SlackChat(bot_token, app_token, api_url=server.api_url)
    which = "bot token" if bot_token == "xoxb-wrong" else "app-level token"
    with pytest.raises(SendFailed, match=f"{which}.*invalid_auth") as caught:
        await chat.start(desk.handlers)
    assert not caught.value.retryable
    assert "api.slack.com/apps" in caught.value.remedy
    assert "wrong" not in f"{caught.value!r}{caught.value.remedy}"
    assert server.asked("* /api/apps.connections.open") <= 1


async def test_the_tokens_stand_in_no_log(
    server: LoopbackSlack, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    chat = made(server)
    await chat.start(desk.handlers)
    server.fail_next(POST, Reply(503), Cut(committed=True))
    for key in ("k1", "k2"):
        with pytest.raises(SendFailed):
            await chat.send("slack:C1", ALERT, key)
    await server.command("/pledges latest")
    await chat.close()
    assert "chat.postMessage" in caplog.text
    assert server.bot_token not in caplog.text
    assert server.app_token not in caplog.text


async def test_a_socket_that_cannot_be_dialled_does_not_hang_the_start(
    server: LoopbackSlack, desk: Desk
) -> None:
    server.fail_next("GET /socket", *[Reply(503)] * 9)
    chat = made(server, patience=0.5)
    with pytest.raises(SendFailed) as caught:
        await chat.start(desk.handlers)
    assert caught.value.retryable
    left = asyncio.all_tasks() - {asyncio.current_task()}
    assert [task for task in left if "RequestHandler" not in repr(task)] == []  # the server's own


# --- commands and buttons


async def test_a_command_is_acknowledged_at_once_and_answered(
    server: LoopbackSlack, chat: SlackChat, desk: Desk
) -> None:
    asked = await server.command("/pledges latest to:UKR &amp; co")
    assert asked.acked_after is not None
    assert asked.acked_after < 1
    assert asked.shown[0]["text"] == "Answer"
    assert asked.shown[0]["response_type"] == "in_channel"
    root, text, asker = desk.asked[0]
    assert (root, text) == ("pledges", "latest to:UKR & co")
    assert (asker.channel, asker.user) == ("slack:C1", "U1")
    assert asker.space


async def test_it_is_acknowledged_while_the_answer_takes_its_time(
    server: LoopbackSlack, chat: SlackChat, desk: Desk
) -> None:
    desk.release.clear()
    asking = asyncio.create_task(server.command("/pledges latest"))
    await server.until(lambda: any(a.acked_after is not None for a in server.asked_of.values()))
    assert not asking.done()
    desk.release.set()
    assert (await asking).shown


async def test_a_private_answer_shows_to_the_asker_alone(
    server: LoopbackSlack, chat: SlackChat, desk: Desk
) -> None:
    desk.card = Card("I do not understand", private=True)
    asked = await server.command("/pledges latets")
    assert asked.shown[0]["response_type"] == "ephemeral"


async def test_a_command_nobody_knows_is_acknowledged_too(
    server: LoopbackSlack, chat: SlackChat, desk: Desk
) -> None:
    asked = await server.command("/forecast tomorrow")
    assert asked.acked_after is not None
    assert desk.asked[0][:2] == ("forecast", "tomorrow")


async def test_a_bug_in_an_answer_is_told_to_the_asker(
    server: LoopbackSlack, chat: SlackChat
) -> None:
    asked = await server.command("/pledges explode")
    assert "went wrong" in asked.shown[0]["text"]
    assert asked.shown[0]["response_type"] == "ephemeral"


async def test_admins_of_the_workspace_are_admins(
    server: LoopbackSlack, chat: SlackChat, desk: Desk
) -> None:
    await server.command("/pledgewatch status", user="U1")
    await server.command("/pledgewatch status", user="U2")
    await server.command("/pledgewatch status", user="U2")
    assert [asker.admin for _, _, asker in desk.asked] == [True, False, False]
    assert server.asked("* /api/users.info") == 2


async def test_nobody_is_an_admin_while_slack_does_not_say(
    server: LoopbackSlack, chat: SlackChat, desk: Desk
) -> None:
    server.fail_next("* /api/users.info", Reply(503))
    await server.command("/pledgewatch status", user="U1")
    assert not desk.asked[0][2].admin


async def test_a_long_answer_comes_on_several_messages(
    server: LoopbackSlack, chat: SlackChat, desk: Desk
) -> None:
    lines = tuple((Span(f"line {n} " + "x" * 300),) for n in range(40))
    desk.card = Card("Long", (Text(lines),), buttons=(Button("more", "2", "More"),))
    asked = await server.command("/pledges latest")
    await server.until(lambda: "actions" in str(asked.shown))
    assert all(f"line {n} " in str(asked.shown) for n in range(40))
    assert len(asked.shown) > 1


async def test_a_button_works_after_a_restart(
    server: LoopbackSlack, chat: SlackChat, desk: Desk
) -> None:
    await chat.send("slack:C1", ALERT, KEY)
    await chat.close()
    later = made(server)
    await later.start(desk.handlers)
    pressed = await server.press(server.messages()[0], "Not relevant")
    assert desk.pressed[0][0] == Press("not_relevant", "UKR-142")
    assert pressed.shown[0]["response_type"] == "ephemeral"
    assert pressed.shown[0]["replace_original"] is False
    await later.close()


@pytest.mark.parametrize("fault", ["disconnect", "abort"])
async def test_commands_are_answered_after_the_socket_reconnects(
    server: LoopbackSlack, desk: Desk, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setattr("bot.slack_chat.listening.PING", 0.2)
    chat = made(server)
    await chat.start(desk.handlers)
    if fault == "disconnect":
        await server.disconnect()
    else:
        server.abort_socket()
    await server.until(lambda: server.connections == 2)
    assert (await server.command("/pledges latest")).shown
    await chat.close()


async def test_alerts_go_out_while_the_socket_is_down(
    server: LoopbackSlack, chat: SlackChat
) -> None:
    server.fail_next("GET /socket", *[Reply(503)] * 99)
    server.abort_socket()
    await server.until(lambda: chat.deaf)
    await chat.send("slack:C1", ALERT, KEY)
    assert len(server.messages()) == 1
    assert not chat.healthy


async def test_an_app_token_that_was_revoked_is_told_and_resumed_when_mended(
    server: LoopbackSlack, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack_chat.listening.PING", 0.1)
    monkeypatch.setattr("bot.slack_chat.chat._WATCH", 0.05)
    chat = made(server)
    await chat.start(desk.handlers)
    server.socket_refused_as = "token_revoked"
    server.abort_socket()
    await server.until(lambda: "token_revoked" in chat.deaf)
    await chat.send("slack:C1", ALERT, KEY)
    server.socket_refused_as = ""
    await server.until(lambda: not chat.deaf)
    assert (await server.command("/pledges latest")).shown
    await chat.close()


async def test_a_failing_auth_test_does_not_reach_the_asker(
    server: LoopbackSlack, chat: SlackChat
) -> None:
    server.fail_next("* /api/auth.test", *[Reply(503)] * 5)
    assert (await server.command("/pledges latest")).shown[0]["text"] == "Answer"


async def test_variables_of_other_slack_apps_change_nothing(
    server: LoopbackSlack, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CLIENT_ID", "CLIENT_SECRET", "BOT_TOKEN", "SIGNING_SECRET"):
        monkeypatch.setenv(f"SLACK_{name}", "somebody-elses")
    chat = made(server)
    await chat.start(desk.handlers)
    assert (await server.command("/pledges latest")).shown[0]["text"] == "Answer"
    await chat.close()


async def test_closing_lets_an_answer_finish(
    server: LoopbackSlack, chat: SlackChat, desk: Desk
) -> None:
    desk.release.clear()
    asking = asyncio.create_task(server.command("/pledges latest"))
    await server.until(lambda: desk.asked)
    closing = asyncio.create_task(chat.close())
    desk.release.set()
    await closing
    assert (await asking).shown


async def test_closing_twice_leaves_no_task_behind(server: LoopbackSlack, desk: Desk) -> None:
    chat = made(server)
    await chat.start(desk.handlers)
    await chat.close()
    await chat.close()
    mine = {t for t in asyncio.all_tasks() if "slack" in str(t.get_coro()).lower()}
    assert not mine
