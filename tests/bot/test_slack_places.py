"""Channels gained and lost: the real slack-bolt against a loopback Slack."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.chat import Fate, PlaceChange
from bot.command_table import COMMANDS
from bot.slack_chat import SlackChat
from bot.slack_chat.places import place_change
from bot.slack_manifest import manifest
from tests.bot.fakes import Desk
from tests.servers import LoopbackSlack
from tests.servers.slack import BOT_USER, TEAM

HAPPENINGS: list[tuple[dict[str, Any], Fate]] = [
    ({"type": "member_joined_channel", "user": BOT_USER, "channel": "C1"}, Fate.JOINED),
    ({"type": "channel_left", "channel": "C1", "actor_id": "U1"}, Fate.GONE),
    ({"type": "group_left", "channel": "C1"}, Fate.GONE),
    ({"type": "channel_archive", "channel": "C1", "user": "U1"}, Fate.GONE),
    ({"type": "group_archive", "channel": "C1", "user": "U1"}, Fate.GONE),
    ({"type": "channel_unarchive", "channel": "C1", "user": "U1"}, Fate.BACK),
    ({"type": "group_unarchive", "channel": "C1", "user": "U1"}, Fate.BACK),
    ({"type": "channel_deleted", "channel": "C1"}, Fate.GONE),
    ({"type": "group_deleted", "channel": "C1"}, Fate.GONE),
    (
        {"type": "channel_rename", "channel": {"id": "C1", "name": "new", "created": 1}},
        Fate.RENAMED,
    ),
    ({"type": "group_rename", "channel": {"id": "C1", "name": "new", "created": 1}}, Fate.RENAMED),
    (
        {"type": "channel_id_changed", "old_channel_id": "C1", "new_channel_id": "C2"},
        Fate.GONE,
    ),
]


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LoopbackSlack]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    async with LoopbackSlack() as running:
        yield running


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
async def chat(server: LoopbackSlack, desk: Desk) -> AsyncIterator[SlackChat]:
    made = SlackChat(server.bot_token, server.app_token, api_url=server.api_url)
    await made.start(desk.handlers)
    yield made
    await made.close()


@pytest.mark.parametrize(("event", "fate"), HAPPENINGS)
async def test_what_happens_to_a_channel_is_told(
    server: LoopbackSlack, chat: SlackChat, desk: Desk, event: dict[str, Any], fate: Fate
) -> None:
    asked = await server.event(event)
    await server.until(lambda: desk.places)
    (change,) = desk.places
    assert (change.fate, change.space, change.channels) == (fate, TEAM, ("slack:C1",))
    assert bool(change.reason and change.remedy) is (fate is Fate.GONE)
    assert asked.acked_after is not None


async def test_a_renamed_channel_is_told_with_its_new_name(
    server: LoopbackSlack, chat: SlackChat, desk: Desk
) -> None:
    await server.event({"type": "channel_rename", "channel": {"id": "C1", "name": "ukraine"}})
    await server.until(lambda: desk.places)
    assert desk.places == [PlaceChange(Fate.RENAMED, TEAM, ("slack:C1",), "ukraine")]


def test_a_channel_with_a_new_id_names_it_in_the_remedy() -> None:
    event = {"type": "channel_id_changed", "old_channel_id": "C1", "new_channel_id": "C2"}
    change = place_change(event, TEAM, BOT_USER)
    assert change is not None
    assert "slack:C2" in change.remedy


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"type": None},
        {"type": "message", "channel": "C1", "text": "hello"},
        {"type": "member_joined_channel", "user": "U1", "channel": "C1"},
        {"type": "member_joined_channel", "user": BOT_USER},
        {"type": "channel_left", "channel": None},
        {"type": "channel_rename", "channel": "C1"},
        {"type": "channel_id_changed", "old_channel_id": "C1"},
    ],
)
def test_what_concerns_others_or_makes_no_sense_is_not_told(event: dict[str, Any]) -> None:
    assert place_change(event, TEAM, BOT_USER) is None


async def test_a_handler_that_fails_costs_one_event(
    server: LoopbackSlack, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed: list[PlaceChange] = []

    async def explode(change: PlaceChange) -> None:
        failed.append(change)
        raise ZeroDivisionError

    monkeypatch.setattr(desk, "place", explode)
    chat = SlackChat(server.bot_token, server.app_token, api_url=server.api_url)
    await chat.start(desk.handlers)
    await server.event({"type": "channel_left", "channel": "C1"})
    await server.until(lambda: failed)
    assert (await server.command("/pledges latest")).shown
    await chat.close()


def test_the_app_subscribes_to_what_is_understood_and_nothing_else() -> None:
    subscribed = manifest(COMMANDS)["settings"]["event_subscriptions"]["bot_events"]
    understood = {event["type"] for event, _ in HAPPENINGS}
    assert set(subscribed) == understood | {"app_home_opened"}
