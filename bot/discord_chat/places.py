"""Servers and channels that the app gained or lost, told as they happen.

A server may be joined or left while nothing listens, most often before the very first start; so the
servers that are known are kept in memory, and compared whenever Discord says which there are.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable

import discord
import structlog

from bot.chat import Fate, Memory, OnPlace, PlaceChange
from bot.discord_chat.errors import PERMISSIONS_REMEDY

log = structlog.get_logger(__name__)

_KEY = "discord.servers"
_NEEDED = discord.Permissions(view_channel=True, send_messages=True, embed_links=True)


class Places:
    """What is known of the servers; outlives a connection."""

    def __init__(self, tell: OnPlace, memory: Memory | None) -> None:
        """Without a memory the servers of the first connection pass for known."""
        self._tell = tell
        self._memory = memory
        self._known: set[int] | None = None
        self._writable: dict[int, dict[int, str]] = {}
        self._lock = asyncio.Lock()

    async def servers(self, guilds: Iterable[discord.Guild]) -> None:
        """All servers that there are: tell of those that came or went since."""
        async with self._lock:
            here = {guild.id: guild for guild in guilds}
            known = await self._recall() if self._known is None else self._known
            if known is None:
                known = set(here)
            new = [g for number, g in here.items() if number not in known and not g.unavailable]
            gone = known - set(here)
            if new or gone or self._known is None:
                await self._remember((known - gone) | {guild.id for guild in new})
        for guild in here.values():
            await self.permissions(guild)
        for guild in new:
            await self._say(_joined(guild))
        for number in gone:
            await self._say(_left(number, ""))

    async def left(self, guild: discord.Guild) -> None:
        """The app was removed from a server, or the server deleted."""
        async with self._lock:
            if self._known is not None:
                await self._remember(self._known - {guild.id})
        self._writable.pop(guild.id, None)
        channels = [*guild.channels, *guild.threads]
        await self._say(_left(guild.id, guild.name, (c.id for c in channels)))

    async def deleted(self, guild: discord.Guild, channel: int, name: str) -> None:
        """A channel or thread is no more."""
        self._writable.get(guild.id, {}).pop(channel, None)
        reason = f"the Discord channel #{name or channel} was deleted"
        await self._gone(guild, [channel], reason, "choose another channel for the route")

    async def renamed(self, guild: discord.Guild, channel: int, before: str, after: str) -> None:
        """A channel's name may have changed; its number, which routes hold, never does."""
        if before != after:
            await self._say(PlaceChange(Fate.RENAMED, str(guild.id), (_route(channel),), after))

    async def locked(self, thread: discord.Thread) -> None:
        """A thread was locked, or unlocked."""
        if thread.locked:
            reason = f"the Discord thread {thread.name} was locked"
            await self._gone(thread.guild, [thread.id], reason, "unlock it, or choose its channel")
        else:
            place = (_route(thread.id),)
            await self._say(PlaceChange(Fate.BACK, str(thread.guild.id), place))

    async def permissions(self, guild: discord.Guild) -> None:
        """Something changed that decides where the app may write."""
        if guild.unavailable or guild.me is None:
            return
        before, now = self._writable.get(guild.id), _writable(guild)
        self._writable[guild.id] = now
        if before is None or before.keys() == now.keys():
            return
        if lost := before.keys() - now.keys():
            names = ", ".join(sorted(f"#{before[channel]}" for channel in lost))
            reason = f"Pledgewatch may no longer write in {names}"
            await self._gone(guild, lost, reason, PERMISSIONS_REMEDY)
        if back := now.keys() - before.keys():
            await self._say(PlaceChange(Fate.BACK, str(guild.id), tuple(map(_route, sorted(back)))))

    async def _gone(
        self, guild: discord.Guild, channels: Iterable[int], reason: str, remedy: str
    ) -> None:
        numbers = tuple(map(_route, sorted(channels)))
        await self._say(PlaceChange(Fate.GONE, str(guild.id), numbers, "", reason, remedy))

    async def _say(self, change: PlaceChange) -> None:
        log.info("discord.place", fate=change.fate, space=change.space, channels=change.channels)
        await self._tell(change)

    async def _recall(self) -> set[int] | None:
        if self._memory is None:
            return None
        return set(json.loads(await self._memory.recall(_KEY) or "[]"))

    async def _remember(self, known: set[int]) -> None:
        self._known = known
        if self._memory is not None:
            await self._memory.remember(_KEY, json.dumps(sorted(known)))


def _writable(guild: discord.Guild) -> dict[int, str]:
    """Channels where an alert can be posted, with their names."""
    return {
        channel.id: channel.name
        for channel in guild.channels
        if not isinstance(channel, discord.CategoryChannel)
        and channel.permissions_for(guild.me) >= _NEEDED
    }


def _joined(guild: discord.Guild) -> PlaceChange:
    """A first message fits the server's own system channel, else its first text channel."""
    first: list[discord.abc.GuildChannel] = [guild.system_channel] if guild.system_channel else []
    choices = [*first, *guild.text_channels]
    fit = [c for c in choices if guild.me and c.permissions_for(guild.me) >= _NEEDED]
    channels = tuple(_route(channel.id) for channel in fit[:1])
    return PlaceChange(Fate.JOINED, str(guild.id), channels, guild.name)


def _left(number: int, name: str, channels: Iterable[int] = ()) -> PlaceChange:
    return PlaceChange(
        Fate.GONE,
        str(number),
        tuple(map(_route, channels)),
        name,
        f"Pledgewatch is no longer in the Discord server {name or number}",
        "invite it again: pledgewatch doctor shows the link",
    )


def _route(channel: int) -> str:
    return f"discord:{channel}"
