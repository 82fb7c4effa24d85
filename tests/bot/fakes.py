"""A chat that does what the test scripts: the port's own fake."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.cards import Card, Form, FormField, Span, Text
from bot.chat import Asker, Handlers, PlaceChange, Press, Submission
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
    spaces: dict[str, str] = field(default_factory=dict)
    refusing: dict[str, Exception] = field(default_factory=dict)
    """Channel -> what everything sent there raises."""
    refused: int = 0
    finds: int = 0
    gate: asyncio.Event | None = None
    hung: set[str] = field(default_factory=set)
    """Channels of which no answer ever comes."""
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def start(self, handlers: Handlers) -> None:
        if self.start_errors and (error := self.start_errors.popleft()):
            raise error

    async def close(self) -> None:
        self.healthy = "closed"

    async def identify(self) -> str:
        return "fake"

    async def check(self, channel: str) -> str:
        return "#fake"

    async def space_of(self, channel: str) -> str:
        return self.spaces.get(channel, "")

    async def send(
        self, channel: str, card: Card, key: str, reply_to: Message | None = None
    ) -> Message:
        self.arrived.set()
        if self.gate:
            await self.gate.wait()
        if channel in self.hung:
            await asyncio.Event().wait()
        if channel in self.refusing:
            self.refused += 1
            raise self.refusing[channel]
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


class Desk:
    """Answers as the application would, and remembers who asked what."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, Asker]] = []
        self.pressed: list[tuple[Press, Asker]] = []
        self.forms: list[tuple[Press, Asker]] = []
        self.submitted: list[tuple[Submission, Asker]] = []
        self.at_home: list[Asker] = []
        self.places: list[PlaceChange] = []
        self.typed: list[tuple[str, str, Asker]] = []
        self.offers: list[tuple[str, str]] = []
        self.card = Card("Answer", (Text(((Span("one line"),),)),))
        self.fails = False
        """Whether commands meet a bug."""
        self.form_given: Form | Card = Form(
            "correct", "UKR-142", "Correct UKR-142", (FormField("note", "What is wrong"),)
        )
        self.home_card = Card("Home")
        self.release = asyncio.Event()
        self.release.set()
        self.press_release = asyncio.Event()
        self.press_release.set()

    @property
    def handlers(self) -> Handlers:
        """What a chat is started with."""
        return Handlers(
            self.answer,
            self.press,
            self.form,
            self.submit,
            self.home,
            self.place,
            self.suggest,
        )

    async def suggest(self, kind: str, typed: str, asker: Asker) -> list[tuple[str, str]]:
        self.typed.append((kind, typed, asker))
        if "explode" in typed:
            raise ZeroDivisionError
        return self.offers

    async def answer(self, root: str, text: str, asker: Asker) -> Card:
        self.asked.append((root, text, asker))
        await self.release.wait()
        if self.fails or "explode" in text:
            raise ZeroDivisionError
        return self.card

    async def press(self, press: Press, asker: Asker) -> Card:
        self.pressed.append((press, asker))
        await self.press_release.wait()
        return self.card

    async def form(self, press: Press, asker: Asker) -> Form | Card:
        self.forms.append((press, asker))
        await self.release.wait()
        return self.form_given

    async def submit(self, submission: Submission, asker: Asker) -> Card:
        self.submitted.append((submission, asker))
        await self.release.wait()
        return self.card

    async def home(self, asker: Asker) -> Card:
        self.at_home.append(asker)
        return self.home_card

    async def place(self, change: PlaceChange) -> None:
        self.places.append(change)


class Memory:
    """Keeps short texts."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    async def recall(self, key: str) -> str:
        return self.texts.get(key, "")

    async def remember(self, key: str, value: str) -> None:
        self.texts[key] = value


class Clock:
    """A clock that the test turns."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        """Turn it forward."""
        self.now += timedelta(**span)
