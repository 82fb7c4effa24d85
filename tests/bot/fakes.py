"""A chat that does what the test scripts: the port's own fake."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.cards import Card
from bot.chat import Answer, OnPress
from storage.records import Message


@dataclass
class Posted:
    """A message as the fake platform keeps it."""

    channel: str
    key: str
    card: Card
    reply_to: Message | None
    edits: int = 0


@dataclass
class FakeChat:
    """Keeps what is posted. `script` holds what the next sends and edits raise: None for nothing;
    `after` raises only once the message is stored, as a line that is cut after the commit does."""

    name: str = "slack"
    healthy: str = ""
    deaf: str = ""
    posted: dict[str, Posted] = field(default_factory=dict)
    script: deque[Exception | None] = field(default_factory=deque)
    after: deque[Exception | None] = field(default_factory=deque)
    start_errors: deque[Exception | None] = field(default_factory=deque)
    finds: int = 0
    gate: asyncio.Event | None = None
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def start(self, answer: Answer, press: OnPress) -> None:
        if self.start_errors and (error := self.start_errors.popleft()):
            raise error

    async def close(self) -> None:
        self.healthy = "closed"

    async def identify(self) -> str:
        return "fake"

    async def check(self, channel: str) -> str:
        return "#fake"

    async def send(
        self, channel: str, card: Card, key: str, reply_to: Message | None = None
    ) -> Message:
        self.arrived.set()
        if self.gate:
            await self.gate.wait()
        if self.script and (error := self.script.popleft()):
            raise error
        message = Message(channel, f"m{len(self.posted) + 1}")
        self.posted[message.id] = Posted(channel, key, card, reply_to)
        if self.after and (error := self.after.popleft()):
            raise error
        return message

    async def edit(self, message: Message, card: Card) -> None:
        if self.script and (error := self.script.popleft()):
            raise error
        self.posted[message.id].card = card
        self.posted[message.id].edits += 1

    async def find(
        self, channel: str, key: str, since: datetime, reply_to: Message | None = None
    ) -> Message | None:
        self.finds += 1
        for name, posted in self.posted.items():
            if (posted.channel, posted.key) == (channel, key):
                return Message(channel, name)
        return None

    def in_channel(self, channel: str) -> Sequence[Posted]:
        """What a channel shows, oldest first."""
        return [p for p in self.posted.values() if p.channel == channel]


class Clock:
    """A clock that the test turns."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        """Turn it forward."""
        self.now += timedelta(**span)
