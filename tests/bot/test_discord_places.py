"""Servers and channels gained and lost: the real discord.py against a loopback Discord."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.chat import Fate, PlaceChange
from bot.discord_chat import DiscordChat
from storage.errors import StorageError
from tests.bot.fakes import Desk, Memory
from tests.servers import LoopbackDiscord
from tests.servers.discord_objects import BASIC, POSTING, Channel

SEND = 1 << 11


@pytest.fixture
async def server() -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord() as running:
        running.add_channel(100)
        running.add_channel(200, name="archive")
        yield running


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
async def chat(server: LoopbackDiscord, desk: Desk) -> AsyncIterator[DiscordChat]:
    """Without a memory: what it finds at the start is nothing new."""
    made = DiscordChat(server.token, api_url=server.api_url)
    await made.start(desk.handlers)
    await server.until(lambda: not made.deaf)
    yield made
    await made.close()


async def told(server: LoopbackDiscord, desk: Desk) -> PlaceChange:
    """The next thing that the handlers are told."""
    await server.until(lambda: desk.places)
    return desk.places.pop(0)


async def started(server: LoopbackDiscord, desk: Desk, memory: Memory) -> DiscordChat:
    chat = DiscordChat(server.token, api_url=server.api_url, memory=memory)
    await chat.start(desk.handlers)
    await server.until(lambda: "discord.servers" in memory.texts)
    return chat


async def test_joining_a_server_names_a_channel_for_a_first_message(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk
) -> None:
    await server.invite(8000, "Embassy")
    assert await told(server, desk) == PlaceChange(
        Fate.JOINED, "8000", ("discord:8001",), "Embassy"
    )


async def test_a_server_where_nothing_may_be_written_has_no_channel_for_it(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk
) -> None:
    await server.invite(8000, "Embassy", denied=SEND)
    assert (await told(server, desk)).channels == ()


async def test_a_server_that_was_joined_before_the_first_start_is_told_once(
    server: LoopbackDiscord, desk: Desk
) -> None:
    memory = Memory()
    for _ in range(2):
        chat = await started(server, desk, memory)
        await chat.close()
    (joined,) = desk.places
    assert (joined.fate, joined.space, joined.channels) == (Fate.JOINED, "7000", ("discord:100",))


async def test_a_server_that_was_left_while_nothing_listened_is_told_at_the_start(
    server: LoopbackDiscord, desk: Desk
) -> None:
    memory = Memory()
    memory.texts["discord.servers"] = "[7000, 6000]"
    chat = await started(server, desk, memory)
    gone = await told(server, desk)
    assert (gone.fate, gone.space, gone.channels) == (Fate.GONE, "6000", ())
    await chat.close()
    assert memory.texts["discord.servers"] == "[7000]"


async def test_being_removed_from_a_server_names_all_its_channels_and_the_remedy(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk
) -> None:
    server.channels[300] = Channel(300, kind=11, parent=100)
    await chat.close()
    await chat.start(desk.handlers)
    await server.until(lambda: not chat.deaf)
    await server.remove_from()
    gone = await told(server, desk)
    assert (gone.fate, gone.space, gone.name) == (Fate.GONE, "7000", "Newsroom")
    assert set(gone.channels) == {"discord:100", "discord:200", "discord:300"}
    assert "Newsroom" in gone.reason
    assert "invite" in gone.remedy


async def test_a_server_that_is_joined_again_is_told_again(
    server: LoopbackDiscord, desk: Desk
) -> None:
    memory = Memory()
    chat = await started(server, desk, memory)
    await server.remove_from()
    await server.invite(7000, "Newsroom")
    await server.until(lambda: len(desk.places) == 3)
    assert [p.fate for p in desk.places] == [Fate.JOINED, Fate.GONE, Fate.JOINED]
    await chat.close()


async def test_an_outage_of_a_server_is_no_departure(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk
) -> None:
    await server.gateway.dispatch("GUILD_DELETE", {"id": "7000", "unavailable": True})
    await server.gateway.dispatch("GUILD_CREATE", server.guild_json(7000))
    await server.invite(8000, "Embassy")
    assert (await told(server, desk)).space == "8000"


async def test_a_deleted_channel_is_gone(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk
) -> None:
    await server.delete_channel(200)
    gone = await told(server, desk)
    assert (gone.fate, gone.channels) == (Fate.GONE, ("discord:200",))
    assert "#archive was deleted" in gone.reason


async def test_a_deleted_thread_is_gone(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk
) -> None:
    server.channels[300] = Channel(300, kind=11, parent=100, name="the deal")
    await chat.close()
    await chat.start(desk.handlers)
    await server.until(lambda: not chat.deaf)
    await server.delete_channel(300)
    gone = await told(server, desk)
    assert (gone.fate, gone.channels) == (Fate.GONE, ("discord:300",))


async def test_a_thread_that_is_locked_and_unlocked_is_told(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk
) -> None:
    server.channels[300] = Channel(300, kind=11, parent=100, name="the deal")
    await chat.close()
    await chat.start(desk.handlers)
    await server.until(lambda: not chat.deaf)
    await server.change_channel(300, locked=True)
    lost = await told(server, desk)
    assert (lost.fate, lost.channels) == (Fate.GONE, ("discord:300",))
    assert "the deal was locked" in lost.reason
    await server.change_channel(300, locked=False)
    assert (await told(server, desk)).fate is Fate.BACK


async def test_a_renamed_channel_is_told_with_its_new_name(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk
) -> None:
    await server.change_channel(100, name="ukraine-desk")
    assert await told(server, desk) == PlaceChange(
        Fate.RENAMED, "7000", ("discord:100",), "ukraine-desk"
    )


async def test_a_permission_that_is_lost_and_given_back_is_told(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk
) -> None:
    await server.change_channel(100, denied=SEND)
    lost = await told(server, desk)
    assert (lost.fate, lost.channels) == (Fate.GONE, ("discord:100",))
    assert "Send Messages" in lost.remedy
    await server.change_channel(100, denied=0)
    assert (await told(server, desk)) == PlaceChange(Fate.BACK, "7000", ("discord:100",))


async def test_a_role_that_loses_its_permissions_takes_all_channels_with_it(
    server: LoopbackDiscord, chat: DiscordChat, desk: Desk
) -> None:
    await server.change_permissions(BASIC & ~SEND)
    lost = await told(server, desk)
    assert lost.channels == ("discord:100", "discord:200")
    assert "#archive, #desk" in lost.reason
    await server.change_permissions(BASIC | POSTING)
    assert (await told(server, desk)).fate is Fate.BACK


async def test_a_handler_that_fails_costs_one_event(
    server: LoopbackDiscord, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed: list[PlaceChange] = []

    async def explode(change: PlaceChange) -> None:
        failed.append(change)
        raise ZeroDivisionError

    monkeypatch.setattr(desk, "place", explode)
    chat = DiscordChat(server.token, api_url=server.api_url)
    await chat.start(desk.handlers)
    await server.until(lambda: not chat.deaf)
    await server.delete_channel(200)
    await server.until(lambda: failed)
    assert (await server.press_id("pw:details:UKR-1:", {**MESSAGE})).shown
    await chat.close()


MESSAGE: dict[str, Any] = {
    "id": "1",
    "channel_id": "100",
    "author": {"id": "5000", "username": "pledgewatch", "discriminator": "0", "avatar": None},
    "content": "x",
    "timestamp": "2026-01-07T18:00:00+00:00",
    "edited_timestamp": None,
    "tts": False,
    "mention_everyone": False,
    "mentions": [],
    "mention_roles": [],
    "attachments": [],
    "embeds": [],
    "components": [],
    "pinned": False,
    "type": 0,
}


class LockedMemory(Memory):
    """A database that another program holds."""

    async def recall(self, key: str) -> str:
        raise StorageError("the database is locked")


async def test_a_locked_database_keeps_nobody_from_connecting(
    server: LoopbackDiscord, desk: Desk
) -> None:
    chat = DiscordChat(server.token, api_url=server.api_url, memory=LockedMemory())
    with capture_logs() as logs:
        await chat.start(desk.handlers)
        await server.until(lambda: any(e["event"] == "discord.servers_not_noted" for e in logs))
    assert not chat.healthy
    assert [entry for entry in logs if entry["log_level"] == "error"] == []
    await chat.close()
