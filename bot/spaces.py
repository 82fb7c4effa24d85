"""Whose a route is: each Discord server and each Slack workspace sees and changes its own alone.

A route belongs to the space whose admins made it, or that its channel lies in. The operator, in the
terminal, sees and changes all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from bot.chat import Asker, Chat, Memory, SendFailed
from storage.records import Route
from storage.store import Store

OPERATOR = "terminal"


def is_operator(asker: Asker) -> bool:
    """Whether somebody sits at the terminal: the database is theirs."""
    return asker.platform == OPERATOR


async def heard_in(asker: Asker, store: Store) -> str:
    """The channel whose messages the asker has in front of them. An alert and its updates are the
    channel's, also where they are read in the alert's thread; a thread is a place of its own where
    a route leads to it. Raises StorageError."""
    if not asker.parent or any(r.channel == asker.channel for r in await store.routes()):
        return asker.channel
    return asker.parent


class Spaces:
    """Which space a channel lies in: asked once of its platform and kept for ever."""

    def __init__(self, chats: Callable[[], Mapping[str, Chat]], memory: Memory) -> None:
        self._chats = chats
        self._memory = memory
        self._known: dict[str, str] = {}

    async def of(self, channel: str) -> str:
        """The space of a channel; empty for a terminal, a person, or where nothing is known of it.
        Raises StorageError."""
        try:
            return await self.asked(channel)
        except SendFailed:
            return ""

    async def asked(self, channel: str) -> str:
        """The same. Raises SendFailed where the platform has to be asked and gives no answer."""
        if channel in self._known:
            return self._known[channel]
        kept = await self._memory.recall(f"space:{channel}")
        if not kept:
            chat = self._chats().get(channel.partition(":")[0])
            kept = await chat.space_of(channel) if chat is not None else ""
            if kept:
                await self._memory.remember(f"space:{channel}", kept)
        if kept:
            self._known[channel] = kept
        return kept

    async def call(self, channel: str, name: str) -> None:
        """Keep what people call a channel."""
        await self._memory.remember(f"name:{channel}", name)

    async def names(self, channels: Iterable[str]) -> dict[str, str]:
        """What people call them, as far as that is known."""
        found = {c: await self._memory.recall(f"name:{c}") for c in dict.fromkeys(channels)}
        return {channel: name for channel, name in found.items() if name}

    async def routes_of(self, routes: Iterable[Route], asker: Asker) -> list[Route]:
        """Those that an asker may see."""
        return [route for route in routes if await self.owns(asker, route)]

    async def owns(self, asker: Asker, route: Route) -> bool:
        """Whether a route is of the asker's space."""
        if is_operator(asker):
            return True
        if not asker.space:
            return False
        return (route.space or await self.of(route.channel)) == asker.space
