"""Channels and servers that are lost, found or new: their admins are told once, nothing that waits
is lost, and it goes on when it is mended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from bot.chat import Chat, Fate, PlaceChange, SendFailed
from bot.notices import Notices
from bot.spaces import Spaces
from storage.records import DeliveryKind, NewDelivery, Route
from storage.store import Store

log = structlog.get_logger(__name__)

_CHECK = 15.0
"""Seconds that a platform may take to say whether a channel can be written to."""
_AGAIN = timedelta(days=1)
"""A channel that we reopened, and that was lost all the same, is not looked at again before. Of
some a platform says that they can be written to and then refuses what is posted: their admins would
be told of a loss and a find with every look."""


class Places:
    """Around one store and the chats that are up."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        *,
        spaces: Spaces,
        chats: Callable[[], Mapping[str, Chat]],
        notices: Notices,
        wake: Callable[[], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._spaces = spaces
        self._chats = chats
        self._notices = notices
        self._wake = wake

    async def changed(self, change: PlaceChange) -> None:
        """What a platform tells, perhaps twice."""
        match change.fate:
            case Fate.GONE:
                await self._lost(change)
            case Fate.BACK:
                for channel in change.channels:
                    await self._found(channel)
            case Fate.JOINED:
                await self._joined(change)
            case Fate.RENAMED:
                for channel in change.channels:
                    await self._spaces.call(channel, f"#{change.name}")

    async def mend(self) -> None:
        """See whether disabled channels can be written to again: no platform tells of all that is
        mended."""
        closed = [r for r in await self._store.routes() if r.disabled]
        for channel in await self._that_can_be_written_to(closed):
            key = f"reopened:{channel}"
            before = await self._store.recall(key)
            if not before or self._clock() - datetime.fromisoformat(before) >= _AGAIN:
                await self._store.remember(key, self._clock().isoformat())
                await self._found(channel)

    async def _that_can_be_written_to(self, routes: Sequence[Route]) -> list[str]:
        """Their channels, as far as the platforms say so."""
        good: list[str] = []
        for channel in dict.fromkeys(route.channel for route in routes):
            chat = self._chats().get(channel.partition(":")[0])
            if chat is None or chat.healthy:
                continue
            try:
                async with asyncio.timeout(_CHECK):
                    await chat.check(channel)
            except (SendFailed, TimeoutError):
                continue
            good.append(channel)
        return good

    async def _lost(self, change: PlaceChange) -> None:
        channels = change.channels or await self._known_in(change.space)
        for channel in channels:
            names = await self._store.disable_channel(channel, change.reason, now=self._clock())
            if names:
                await self._notices.lost(channel, names, change.reason, change.remedy)

    async def _known_in(self, space: str) -> list[str]:
        """The channels of a space that routes lead to."""
        routes = await self._store.routes()
        return [r.channel for r in routes if await self._spaces.of(r.channel) == space]

    async def _found(self, channel: str) -> None:
        names = await self._store.enable_channel(channel, now=self._clock())
        if not names:
            return
        self._wake()
        await self._notices.found(channel, names)

    async def _joined(self, change: PlaceChange) -> None:
        """A first message, once, where no route leads yet; where one does, all is well again."""
        routes = await self._store.routes()
        routed = {route.channel for route in routes}
        for channel in change.channels:
            key = f"welcomed:{channel}"
            if channel in routed or await self._store.recall(key):
                continue
            welcome = NewDelivery(DeliveryKind.NOTICE, channel, "", {"card": "welcome"})
            await self._store.enqueue([welcome], now=self._clock())
            await self._store.remember(key, self._clock().isoformat())
            self._wake()
        here = await self._known_in(change.space)
        closed = [r for r in routes if r.disabled and r.channel in here]
        for channel in await self._that_can_be_written_to(closed):
            await self._found(channel)
