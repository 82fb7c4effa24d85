"""What members do, end to end: the real discord.py and slack-bolt, the real commands and store."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.alert_card import alert_card
from bot.command_table import COMMANDS
from bot.commands import Commands
from bot.discord_chat import DiscordChat
from bot.slack_chat import SlackChat
from classifiers.assessment import Stage
from tests.bot.conftest import People, unprobed, unsubmitted
from tests.servers import LoopbackDiscord, LoopbackSlack
from tests.servers.discord_objects import ADMIN as DISCORD_ADMIN
from tests.servers.discord_objects import BASIC, MANAGE_GUILD, Channel

ASKED: list[tuple[str, dict[str, Any]]] = [
    ("latest", {"beneficiary": "Ukraine", "since": "last week"}),
    ("latest", {"committer": "Великобританія"}),
    ("search", {"query": "troops to:Ukraine"}),
    ("show", {"reference": "UKR-1"}),
    ("status", {"beneficiary": "Estonia"}),
    ("compare", {"first": "GBR", "second": "FRA"}),
    ("timeline", {"actor": "USA", "beneficiary": "UKR"}),
    ("matrix", {"beneficiary": "Ukraine"}),
    ("brief", {"since": "7d"}),
    ("why", {"reference": "UKR-1"}),
    ("whynot", {"reference": "1"}),
    ("follow", {"reference": "UKR-1"}),
    ("follow", {}),
    ("unfollow", {"reference": "all"}),
    ("mute", {"reference": "UKR-1"}),
    ("unmute", {"reference": "UKR-1"}),
    ("forget-me", {}),
    ("help", {}),
    ("help", {"command": "latest"}),
]
WRONG = re.compile("went wrong|I do not|is not")
KEY = "0f8fad5bd9cb469fa16570867"


def told(shown: list[dict[str, Any]]) -> str:
    """All that the asker sees, as one text."""
    return json.dumps(shown, ensure_ascii=False)


# --- Discord


@pytest.fixture
async def discord_server() -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord() as running:
        running.add_channel(100)
        yield running


async def on_discord(server: LoopbackDiscord, commands: Commands) -> DiscordChat:
    chat = DiscordChat(server.token, api_url=server.api_url, commands=COMMANDS, patience=5.0)
    await chat.start(commands.handlers)
    return chat


@pytest.fixture
async def discord_chat(
    discord_server: LoopbackDiscord, people: People
) -> AsyncIterator[DiscordChat]:
    chat = await on_discord(discord_server, people.commands)
    yield chat
    await chat.close()


async def discord_alert(server: LoopbackDiscord, chat: DiscordChat, people: People) -> Any:
    card = alert_card(await people.development(), now=people.clock())
    await chat.send("discord:100", card, KEY)
    return server.messages()[0]


async def test_every_command_is_answered_on_discord(
    discord_server: LoopbackDiscord, discord_chat: DiscordChat
) -> None:
    for command, options in ASKED:
        asked = await discord_server.slash(f"pledges {command}", **options)
        assert asked.shown, command
        assert not WRONG.search(told(asked.shown)), command


async def test_every_button_of_an_alert_is_answered_on_discord(
    discord_server: LoopbackDiscord, discord_chat: DiscordChat, people: People
) -> None:
    message = await discord_alert(discord_server, discord_chat, people)
    parts = {
        "Details": "UKR-1: details",
        "Timeline": "United Kingdom",
        "Sources": "1 independent source",
        "Follow": "You follow UKR-1",
        "Mute here": "Mute UKR-1 for everybody",
        "Not relevant": "noted as not relevant",
    }
    for label, part in parts.items():
        pressed = await discord_server.press(message, label)
        assert part in told(pressed.shown)
        assert all(page["flags"] == 64 for page in pressed.shown)


async def test_a_mute_in_the_alerts_thread_is_for_its_channel_on_discord(
    discord_server: LoopbackDiscord, discord_chat: DiscordChat, people: People
) -> None:
    message = await discord_alert(discord_server, discord_chat, people)
    thread = int(message["id"])
    discord_server.channels[thread] = Channel(thread, kind=11, parent=100)
    asked = await discord_server.slash("pledges mute", channel=thread, reference="UKR-1")
    await discord_server.press(asked.shown[-1], "Mute for this channel", channel=thread)
    assert [d.short_id for d in await people.desk.store.muted("discord:100")] == ["UKR-1"]


async def test_an_admin_corrects_an_alert_in_a_form_on_discord(
    discord_server: LoopbackDiscord, discord_chat: DiscordChat, people: People
) -> None:
    message = await discord_alert(discord_server, discord_chat, people)
    admin = BASIC | MANAGE_GUILD
    opened = await discord_server.press(message, "Correct", permissions=admin)
    sent = await discord_server.submit(opened, permissions=admin, stage=["4"])
    assert "stage 2 pledge > 4 signed, binding" in told(sent.shown)
    assert (await people.development()).claims[0].stage is Stage.SIGNED_BINDING


async def test_a_member_corrects_nothing_alone_on_discord(
    discord_server: LoopbackDiscord, discord_chat: DiscordChat, people: People
) -> None:
    message = await discord_alert(discord_server, discord_chat, people)
    opened = await discord_server.press(message, "Correct")
    sent = await discord_server.submit(opened, committers="France")
    assert "An admin of this server decides" in told(sent.shown)
    (waiting,) = await people.desk.store.feedback_given(state="waiting")
    assert waiting.corrected[0].committers == ("FRA",)


async def test_a_wrong_name_is_told_with_what_was_meant_on_discord(
    discord_server: LoopbackDiscord, discord_chat: DiscordChat, people: People
) -> None:
    message = await discord_alert(discord_server, discord_chat, people)
    opened = await discord_server.press(message, "Correct")
    sent = await discord_server.submit(opened, committers="Frnace")
    assert "Did you mean France?" in told(sent.shown)
    assert await people.desk.store.feedback_given() == []


async def test_a_refused_correction_is_tried_again_on_discord(
    discord_server: LoopbackDiscord, discord_chat: DiscordChat, people: People
) -> None:
    message = await discord_alert(discord_server, discord_chat, people)
    opened = await discord_server.press(message, "Correct")
    wrong = await discord_server.submit(opened, committers="Frnace")
    again = await discord_server.press(wrong.shown[-1], "Try again")
    sent = await discord_server.submit(again, committers="France")
    assert "UKR-1 is noted as corrected" in told(sent.shown)
    (waiting,) = await people.desk.store.feedback_given(state="waiting")
    assert waiting.corrected[0].committers == ("FRA",)


async def test_pages_are_turned_after_a_restart_on_discord(
    discord_server: LoopbackDiscord, discord_chat: DiscordChat, people: People
) -> None:
    await people.pledges_to_kenya(40)
    asked = await discord_server.slash("pledges latest", beneficiary="Kenya")
    await discord_chat.close()
    people.clock.forward(days=90)
    later = Commands(people.desk.store, unprobed, unsubmitted, people.clock)
    chat = await on_discord(discord_server, later)
    turned = await discord_server.press(asked.shown[-1], "Next ▶")
    assert "page 2 of" in told(turned.shown)
    await chat.close()


async def test_a_misspelt_country_is_one_press_away_on_discord(
    discord_server: LoopbackDiscord, discord_chat: DiscordChat
) -> None:
    asked = await discord_server.slash("pledges latest", beneficiary="Ukrane")
    assert "Did you mean “Ukraine”?" in told(asked.shown)
    labels = [b["label"] for row in asked.shown[-1]["components"] for b in row["components"]]
    meant = await discord_server.press(asked.shown[-1], labels[0])
    assert "UKR-1" in told([meant.pressed or {}])


async def test_ids_and_countries_are_completed_on_discord(
    discord_server: LoopbackDiscord, discord_chat: DiscordChat
) -> None:
    offered = await discord_server.complete("pledges show", "reference", "ukr")
    assert [choice["value"] for choice in offered] == ["UKR-1"]
    offered = await discord_server.complete("pledges status", "beneficiary", "Україна")
    assert offered[0]["value"] == "UKR"
    assert await discord_server.complete("pledgewatch feeds remove", "feed", "") == []


async def test_who_follows_on_discord_is_told_there(
    discord_server: LoopbackDiscord, discord_chat: DiscordChat, people: People
) -> None:
    message = await discord_alert(discord_server, discord_chat, people)
    pressed = await discord_server.press(message, "Follow")
    person = f"discord:@{DISCORD_ADMIN['id']}"
    assert len(await people.desk.store.following(person)) == 1
    dropped = await discord_server.press(pressed.shown[-1], "Unfollow")
    assert "no longer follow" in told([dropped.pressed or {}])
    assert await people.desk.store.following(person) == []


# --- Slack


@pytest.fixture
async def slack_server() -> AsyncIterator[LoopbackSlack]:
    async with LoopbackSlack() as running:
        running.add_channel("C1")
        yield running


async def on_slack(server: LoopbackSlack, commands: Commands) -> SlackChat:
    chat = SlackChat(server.bot_token, server.app_token, api_url=server.api_url)
    await chat.start(commands.handlers)
    return chat


@pytest.fixture
async def slack_chat(slack_server: LoopbackSlack, people: People) -> AsyncIterator[SlackChat]:
    chat = await on_slack(slack_server, people.commands)
    yield chat
    await chat.close()


async def slack_alert(server: LoopbackSlack, chat: SlackChat, people: People) -> Any:
    card = alert_card(await people.development(), now=people.clock())
    await chat.send("slack:C1", card, KEY)
    return server.messages("C1")[0]


async def test_every_command_is_answered_on_slack(
    slack_server: LoopbackSlack, slack_chat: SlackChat
) -> None:
    for command, options in ASKED:
        line = " ".join([f"/pledges {command}", *options.values()])
        asked = await slack_server.command(line, user="U2")
        assert not WRONG.search(told(asked.shown)), command


async def test_every_button_of_an_alert_is_answered_on_slack(
    slack_server: LoopbackSlack, slack_chat: SlackChat, people: People
) -> None:
    message = await slack_alert(slack_server, slack_chat, people)
    parts = {
        "Details": "UKR-1: details",
        "Timeline": "United Kingdom",
        "Sources": "1 independent source",
        "Follow": "You follow UKR-1",
        "Mute here": "Mute UKR-1 for everybody",
        "Not relevant": "noted as not relevant",
    }
    for label, part in parts.items():
        pressed = await slack_server.press(message, label, user="U2")
        assert part in told(pressed.shown)
        assert all(page["response_type"] == "ephemeral" for page in pressed.shown)


async def test_an_admin_corrects_an_alert_in_a_modal_on_slack(
    slack_server: LoopbackSlack, slack_chat: SlackChat, people: People
) -> None:
    message = await slack_alert(slack_server, slack_chat, people)
    await slack_server.press(message, "Correct", user="U1")
    (view,) = slack_server.modals
    await slack_server.submit(view, user="U1", stage="4")
    assert (await people.development()).claims[0].stage is Stage.SIGNED_BINDING


async def test_a_member_corrects_nothing_alone_on_slack(
    slack_server: LoopbackSlack, slack_chat: SlackChat, people: People
) -> None:
    message = await slack_alert(slack_server, slack_chat, people)
    await slack_server.press(message, "Correct", user="U2")
    (view,) = slack_server.modals
    await slack_server.submit(view, user="U2", committers="France")
    (waiting,) = await people.desk.store.feedback_given(state="waiting")
    assert (waiting.by, waiting.corrected[0].committers) == ("U2", ("FRA",))


async def test_a_wrong_name_stays_in_the_modal_on_slack(
    slack_server: LoopbackSlack, slack_chat: SlackChat, people: People
) -> None:
    message = await slack_alert(slack_server, slack_chat, people)
    await slack_server.press(message, "Correct", user="U2")
    (view,) = slack_server.modals
    sent = await slack_server.submit(view, user="U2", beneficiaries="Ukrane")
    assert sent.response["response_action"] == "errors"
    assert "Ukrane" in told([sent.response])
    assert await people.desk.store.feedback_given() == []


async def test_pages_are_turned_after_a_restart_on_slack(
    slack_server: LoopbackSlack, slack_chat: SlackChat, people: People
) -> None:
    await people.pledges_to_kenya(40)
    asked = await slack_server.command("/pledges latest for Kenya", user="U2")
    await slack_chat.close()
    people.clock.forward(days=90)
    later = Commands(people.desk.store, unprobed, unsubmitted, people.clock)
    chat = await on_slack(slack_server, later)
    turned = await slack_server.press(asked.shown[-1], "Next ▶", user="U2")
    assert "page 2 of" in told(turned.shown)
    again = await slack_server.press(turned.shown[-1], "Next ▶", user="U2")
    assert again.replaced
    await chat.close()


async def test_what_was_meant_is_one_press_away_on_slack(
    slack_server: LoopbackSlack, slack_chat: SlackChat
) -> None:
    asked = await slack_server.command("/pledges lastest from Unitd Kingdom to “UKR”", user="U2")
    assert "Did you mean “latest" in told(asked.shown)
    half = await slack_server.press(
        asked.shown[-1], '/pledges latest from Unitd Kingdom to "UKR"', user="U2"
    )
    assert "Did you mean “United Kingdom”?" in told(half.shown)
    meant = await slack_server.press(
        half.shown[-1], '/pledges latest from United Kingdom to "UKR"', user="U2"
    )
    assert "UKR-1" in told(meant.shown)


async def test_who_follows_on_slack_is_told_there(
    slack_server: LoopbackSlack, slack_chat: SlackChat, people: People
) -> None:
    message = await slack_alert(slack_server, slack_chat, people)
    await slack_server.press(message, "Follow", user="U2")
    assert len(await people.desk.store.following("slack:@U2")) == 1


async def test_muting_asks_first_on_slack(
    slack_server: LoopbackSlack, slack_chat: SlackChat, people: People
) -> None:
    message = await slack_alert(slack_server, slack_chat, people)
    asked = await slack_server.press(message, "Mute here", user="U2")
    assert await people.desk.store.muted("slack:C1") == []
    done = await slack_server.press(asked.shown[-1], "Mute for this channel", user="U2")
    assert done.replaced
    assert len(await people.desk.store.muted("slack:C1")) == 1
    await slack_server.press(done.shown[-1], "Unmute", user="U2")
    assert await people.desk.store.muted("slack:C1") == []
