"""Words to the admins: whom a fault is told to, and how it looks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from bot.cards import Card, Span, Text, Tone
from bot.spaces import Spaces
from storage.records import DeliveryKind, NewDelivery
from storage.store import Store

log = structlog.get_logger(__name__)


class Notices:
    """Puts them into the outbox, for those whom they concern and no other space."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        spaces: Spaces,
        channels: Sequence[str],
        wake: Callable[[], None],
    ) -> None:
        """`channels` are the operator's for such words. `wake` is called where one may be sent."""
        self._store = store
        self._clock = clock
        self._spaces = spaces
        self.channels = channels
        self._wake = wake

    async def tell(self, text: str, remedy: str, *, about: str = "", good: bool = False) -> None:
        """Tell the admins, and the log in any case. `about` is the channel that cannot be told
        itself; empty: the whole service. `good`: it is well again."""
        (log.info if good else log.error)("notice", text=text, remedy=remedy)
        payload = {"text": text, "remedy": remedy, "good": good}
        audience = await self._audience(about)
        if audience:
            new = [NewDelivery(DeliveryKind.NOTICE, c, "", payload) for c in audience]
            await self._store.enqueue(new, now=self._clock())
            self._wake()

    async def lost(self, channel: str, routes: Sequence[str], reason: str, remedy: str) -> None:
        """A channel is told nothing more by these routes."""
        name, named = await self._called(channel, routes)
        text = f"Nothing more is sent to {name} (route {named}): {reason}"
        await self.tell(text, remedy, about=channel)

    async def found(self, channel: str, routes: Sequence[str]) -> None:
        """A channel is told by these routes again."""
        name, named = await self._called(channel, routes)
        text = f"Alerts go to {name} again (route {named}); what waited is on its way"
        await self.tell(text, "", about=channel, good=True)

    async def _called(self, channel: str, routes: Sequence[str]) -> tuple[str, str]:
        """A channel and its routes as their own people call them."""
        space, names = await self._spaces.of(channel), await self._spaces.names([channel])
        named = ", ".join(f"“{route.removesuffix(f' @{space}')}”" for route in routes)
        return names.get(channel, channel), named

    async def _audience(self, about: str) -> list[str]:
        """The operator's channels in the channel's own space; where there is none, the admins who
        made its routes, in person; where nobody did, all of the operator's channels."""
        others = [c for c in self.channels if c != about]
        space = await self._spaces.of(about) if about else ""
        if not space:
            return others
        near = [c for c in others if await self._spaces.of(c) == space]
        platform = about.partition(":")[0]
        makers = await self._store.route_makers(about)
        return near or [f"{platform}:@{maker}" for maker in makers] or others


def notice_card(text: str, remedy: str, *, good: bool = False) -> Card:
    """A word to the admins: what is wrong and what to do, or what is well again."""
    blocks = (Text(((Span(remedy),),)),) if remedy else ()
    return Card(headline=text, blocks=blocks, tone=Tone.BINDING if good else Tone.ERROR)
