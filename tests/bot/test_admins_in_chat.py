"""What admins do, end to end: the real discord.py and slack-bolt, the real commands and store."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.chat import Chat
from bot.command_table import COMMANDS
from bot.commands import Commands
from bot.discord_chat import DiscordChat
from bot.notices import Notices
from bot.places import Places
from bot.slack_chat import SlackChat
from bot.spaces import Spaces
from bot.welcome import welcome_card
from storage.records import Route
from tests.bot.conftest import People, unprobed, unsubmitted
from tests.servers import LoopbackDiscord, LoopbackSlack
from tests.servers.discord_objects import BASIC, MANAGE_GUILD
from tests.servers.slack import BOT_USER

ADMIN = BASIC | MANAGE_GUILD
ASKED: list[tuple[str, dict[str, Any]]] = [
    ("status", {}),
    ("feeds list", {}),
    ("feeds health", {}),
    ("feeds held", {}),
    ("feeds import", {}),
    ("feeds import", {"source": "starter", "tags": "nato"}),
    ("feeds export", {}),
    ("feeds pause", {"feed": "NATO"}),
    ("feeds resume", {"feed": "NATO"}),
    ("feeds remove", {"feed": "NATO"}),
    ("routes add", {"name": "night desk", "settings": "to=Ukraine stage>=2 daily"}),
    ("routes list", {}),
    ("routes edit", {"route": "night desk", "settings": "to+=MDA"}),
    ("routes mute", {"route": "night desk", "span": "2h"}),
    ("routes unmute", {"route": "night desk"}),
    ("routes test", {}),
    ("routes test", {"route": "night desk", "settings": "stage=4 threshold=0.5"}),
    ("routes sample", {"route": "night desk"}),
    ("routes enable", {"route": "night desk"}),
    ("routes remove", {"route": "night desk"}),
    ("deliveries", {}),
    ("retry", {}),
    ("audit", {}),
    ("audit", {"since": "7d"}),
    ("ledger pending", {}),
    ("feedback list", {}),
    ("stats", {"by": "route"}),
    ("withdraw", {"reference": "UKR-1", "note": "a satire"}),
    ("undo", {"entry": 1}),
    ("help", {"command": "routes add"}),
]
WRONG = re.compile("went wrong|I do not|is not|There is no")


def told(shown: list[dict[str, Any]]) -> str:
    """All that the asker sees, as one text."""
    return json.dumps(shown, ensure_ascii=False)


def commands_of(people: People, chats: dict[str, Chat]) -> Commands:
    """Over the people's store, with chats that can be asked about channels."""
    store = people.desk.store
    spaces = Spaces(lambda: chats, store)

    def wake() -> None:
        people.woken.append(1)

    places = Places(
        store,
        people.clock,
        spaces=spaces,
        chats=lambda: chats,
        notices=Notices(store, people.clock, spaces, (), wake),
        wake=wake,
    )
    return Commands(
        store,
        unprobed,
        unsubmitted,
        people.clock,
        up=lambda: chats,
        on_place=places.changed,
    )


async def route(people: People, name: str) -> Route:
    return await people.desk.store.route(name)


# --- Discord


@pytest.fixture
async def discord_server() -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord() as running:
        running.add_channel(100)
        yield running


@pytest.fixture
async def discord_chat(
    discord_server: LoopbackDiscord, people: People
) -> AsyncIterator[DiscordChat]:
    server = discord_server
    chats: dict[str, Chat] = {}
    chat = DiscordChat(server.token, api_url=server.api_url, commands=COMMANDS, patience=5.0)
    chats["discord"] = chat
    await chat.start(commands_of(people, chats).handlers)
    yield chat
    await chat.close()


async def test_every_admin_command_is_answered_on_discord(
    discord_server: LoopbackDiscord, discord_chat: DiscordChat
) -> None:
    for command, options in ASKED:
        name = f"pledgewatch {command}"
        asked = await discord_server.slash(name, permissions=ADMIN, **options)
        assert asked.shown, command
        assert not WRONG.search(told(asked.shown)), (command, told(asked.shown))
        assert all(page["flags"] == 64 for page in asked.shown), command


async def test_a_route_is_added_edited_and_undone_on_discord(
    discord_server: LoopbackDiscord, discord_chat: DiscordChat, people: People
) -> None:
    await discord_chat.send("discord:100", welcome_card("discord:100", feeds=0), "k" * 20)
    welcome = discord_server.messages()[0]
    opened = await discord_server.press(welcome, "Send alerts here", permissions=ADMIN)
    added = await discord_server.submit(
        opened, permissions=ADMIN, name="ours", beneficiaries="Ukraine, South Korea"
    )
    assert "Route “ours” added." in told(added.shown)
    made = await route(people, "ours")
    assert (made.channel, made.beneficiaries) == ("discord:100", ("UKR", "KOR"))
    assert made.space
    opened = await discord_server.press(added.shown[-1], "Edit", permissions=ADMIN)
    edited = await discord_server.submit(opened, permissions=ADMIN, settings="min_stage=3")
    assert "stage – → 3" in told(edited.shown)
    await discord_server.press(edited.shown[-1], "Undo", permissions=ADMIN)
    assert await route(people, "ours") == made


async def test_a_removal_is_asked_for_and_done_in_place_on_discord(
    discord_server: LoopbackDiscord, discord_chat: DiscordChat, people: People
) -> None:
    await discord_server.slash("pledgewatch routes add", permissions=ADMIN, name="ours")
    asked = await discord_server.slash("pledgewatch routes remove", permissions=ADMIN, route="ours")
    member = await discord_server.press(asked.shown[-1], "Remove")
    assert "is for admins" in told(member.shown)
    done = await discord_server.press(asked.shown[-1], "Remove", permissions=ADMIN)
    assert "removed" in told([done.pressed or {}])
    assert [r.name for r in await people.desk.store.routes()] == ["desk"]


# --- Slack


@pytest.fixture
async def slack_server() -> AsyncIterator[LoopbackSlack]:
    async with LoopbackSlack() as running:
        running.add_channel("C1")
        yield running


@pytest.fixture
async def slack_chat(slack_server: LoopbackSlack, people: People) -> AsyncIterator[SlackChat]:
    server = slack_server
    chats: dict[str, Chat] = {}
    chat = SlackChat(server.bot_token, server.app_token, api_url=server.api_url)
    chats["slack"] = chat
    await chat.start(commands_of(people, chats).handlers)
    yield chat
    await chat.close()


def typed(command: str, options: dict[str, Any]) -> str:
    """As somebody types it in Slack: names in quotation marks where they have blanks."""
    words = [f'"{v}"' if k == "route" and " " in str(v) else str(v) for k, v in options.items()]
    if command == "routes add":
        words[0] = f'"{options["name"]}"'
    return " ".join(["/pledgewatch", command, *words])


async def test_every_admin_command_is_answered_on_slack(
    slack_server: LoopbackSlack, slack_chat: SlackChat
) -> None:
    for command, options in ASKED:
        asked = await slack_server.command(typed(command, options))
        assert asked.shown, command
        assert not WRONG.search(told(asked.shown)), (command, told(asked.shown))


async def test_a_route_is_added_edited_and_undone_on_slack(
    slack_server: LoopbackSlack, slack_chat: SlackChat, people: People
) -> None:
    await slack_chat.send("slack:C1", welcome_card("slack:C1", feeds=0), "k" * 20)
    await slack_server.press(slack_server.messages()[-1], "Send alerts here")
    added = await slack_server.submit(
        list(slack_server.modals)[-1], name="ours", beneficiaries="Ukraine, South Korea"
    )
    made = await route(people, "ours")
    assert (made.channel, made.beneficiaries) == ("slack:C1", ("UKR", "KOR"))
    wrong = await slack_server.command("/pledgewatch routes edit ours at=25:00")
    assert "must be a time of day" in told(wrong.shown)
    edited = await slack_server.command("/pledgewatch routes edit ours min_stage=3")
    undone = await slack_server.press(edited.shown[-1], "Undo")
    assert "Undone: routes edit ours" in told(undone.shown)
    assert await route(people, "ours") == made
    assert added is not None


async def test_the_form_of_a_route_can_be_sent_off_as_it_is_on_slack(
    slack_server: LoopbackSlack, slack_chat: SlackChat, people: People
) -> None:
    await slack_chat.send("slack:C1", welcome_card("slack:C1", feeds=0), "k" * 20)
    for _ in range(2):
        await slack_server.press(slack_server.messages()[-1], "Send alerts here")
        await slack_server.submit(list(slack_server.modals)[-1])
    made = [await route(people, name) for name in ("alerts", "alerts 2")]
    assert [one.channel for one in made] == ["slack:C1", "slack:C1"]


async def test_a_wrong_answer_is_shown_in_the_form_on_slack(
    slack_server: LoopbackSlack, slack_chat: SlackChat, people: People
) -> None:
    await slack_chat.send("slack:C1", welcome_card("slack:C1", feeds=0), "k" * 20)
    await slack_server.press(slack_server.messages()[-1], "Send alerts here")
    view = list(slack_server.modals)[-1]
    sent = await slack_server.submit(view, name="ours", beneficiaries="Atlantis")
    assert "Atlantis" in told([sent.response])
    assert [r.name for r in await people.desk.store.routes()] == ["desk"]


async def test_an_admins_home_adds_routes_on_slack(
    slack_server: LoopbackSlack, slack_chat: SlackChat, people: People
) -> None:
    await slack_server.command("/pledgewatch routes add ours to=UKR")
    await slack_server.open_home()
    await slack_server.until(lambda: slack_server.homes)
    home = told([slack_server.homes["U1"]])
    assert "ours" in home
    assert "Feeds: 1" in home
    await slack_server.press_at_home("Add a route")
    await slack_server.submit(list(slack_server.modals)[-1], name="second", channel="slack:C1")
    assert (await route(people, "second")).channel == "slack:C1"


async def test_a_members_home_shows_no_routes_on_slack(
    slack_server: LoopbackSlack, slack_chat: SlackChat
) -> None:
    await slack_server.command("/pledgewatch routes add embassy to=UKR")
    await slack_server.open_home(user="U2")
    await slack_server.until(lambda: slack_server.homes)
    home = told([slack_server.homes["U2"]])
    assert "Latest developments" in home
    assert "embassy" not in home


async def test_an_app_that_is_invited_says_what_comes_next_on_slack(
    slack_server: LoopbackSlack, slack_chat: SlackChat, people: People
) -> None:
    people.woken.clear()
    joined = {"type": "member_joined_channel", "user": BOT_USER, "channel": "C2"}
    await slack_server.event(joined)
    await slack_server.until(lambda: people.woken)
    newest = (await people.desk.store.deliveries())[0]
    assert (newest["kind"], newest["channel"]) == ("notice", "slack:C2")
