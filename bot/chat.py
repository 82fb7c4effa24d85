"""What the application asks of a chat platform, and what may go wrong.

SendFailed        the platform did not take it; says whether and when to try again
  OutcomeUnknown  it may have taken it: ask (`find`) before sending again
  ChannelGone     this channel will not take anything until somebody mends it
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.cards import Card, Form
from bot.outside_text import storable
from storage.records import Message


class SendFailed(Exception):
    """A message was not taken. `reason` is for people and holds no secret."""

    def __init__(
        self, reason: str, *, retryable: bool, retry_after: float | None = None, remedy: str = ""
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retryable = retryable
        self.retry_after = retry_after
        """Seconds, where the platform named them."""
        self.remedy = remedy


class OutcomeUnknown(SendFailed):
    """The line broke or time ran out after the request had left."""

    def __init__(self, reason: str, *, retry_after: float | None = None) -> None:
        super().__init__(reason, retryable=True, retry_after=retry_after)


class ChannelGone(SendFailed):
    """The channel does not exist, is archived, or the app may not write there."""

    def __init__(self, reason: str, *, remedy: str) -> None:
        super().__init__(reason, retryable=False, remedy=remedy)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who gave a command or pressed a button."""

    platform: str
    user: str
    """The platform's id."""
    name: str
    channel: str
    """As in a route: "slack:C...", "discord:123", "terminal"."""
    space: str
    """Discord server or Slack workspace id; empty in a terminal."""
    admin: bool
    """By the platform's own permissions; the configuration may name more."""
    roles: tuple[str, ...] = ()
    """Ids of the asker's roles in the Discord server."""
    parent: str = ""
    """In a Discord thread: the channel that it belongs to, as in a route."""


@dataclass(frozen=True, slots=True)
class Press:
    """A pressed button."""

    action: str
    """details, timeline, not_relevant, correct ..."""
    value: str
    """What the button carried, such as a development's short id."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", storable(self.value))


@dataclass(frozen=True, slots=True)
class Submission:
    """A form that was sent off."""

    action: str
    value: str
    answers: Mapping[str, tuple[str, ...]]
    """Field -> what was given; empty where nothing was."""

    def __post_init__(self) -> None:
        given = {field: tuple(map(storable, texts)) for field, texts in self.answers.items()}
        object.__setattr__(self, "value", storable(self.value))
        object.__setattr__(self, "answers", given)


FORMS = frozenset({"correct", "add_feed", "add_route", "edit_route"})
"""The actions of buttons that open a form. A form must be the first answer to a press, within
three seconds, so that a platform has to know which presses ask for one."""

Answer = Callable[[str, str, Asker], Awaitable[Card]]
"""(root command, its text, asker) -> card. `bot.commands.Commands.answer`."""
OnPress = Callable[[Press, Asker], Awaitable[Card]]
"""-> the card that only the presser sees. `bot.commands.Commands.press`."""
OnForm = Callable[[Press, Asker], Awaitable[Form | Card]]
"""A press whose action is in `FORMS` -> the form, or a card that says why there is none."""
OnSubmit = Callable[[Submission, Asker], Awaitable[Card]]
"""-> the card that only the sender sees; one of tone ERROR leaves the form open where it can."""
OnHome = Callable[[Asker], Awaitable[Card]]
"""What an admin, or a member, sees on the app's home page (Slack's App Home)."""


class Fate(StrEnum):
    """What became of places where the app writes."""

    JOINED = "joined"
    """The app was added to a server or to a channel: a first message is due there."""
    GONE = "gone"
    """Nothing can be written there until somebody mends it."""
    BACK = "back"
    """It can be written there again."""
    RENAMED = "renamed"


@dataclass(frozen=True, slots=True)
class PlaceChange:
    """What a platform tells about channels, whether a route leads to them or not."""

    fate: Fate
    space: str
    """Discord server or Slack workspace id."""
    channels: tuple[str, ...]
    """As in a route. For a server that was joined, the one where a first message fits best, if
    there is one; for one that was left, all that are known."""
    name: str = ""
    """The channel's new name, or the server's."""
    reason: str = ""
    """Why they are gone, in words."""
    remedy: str = ""


OnSuggest = Callable[[str, str, Asker], Awaitable[Sequence[tuple[str, str]]]]
"""(what a parameter takes, what is typed so far, asker) -> (label, value), best first. A kind of
`bot.command_table.Parameter`, or its `suggest`."""

OnPlace = Callable[[PlaceChange], Awaitable[None]]
"""May be told the same twice."""


@dataclass(frozen=True, slots=True)
class Handlers:
    """How a platform passes on what people do."""

    answer: Answer
    press: OnPress
    form: OnForm
    submit: OnSubmit
    home: OnHome
    place: OnPlace
    suggest: OnSuggest


class Memory(Protocol):
    """Keeps short texts across restarts. `storage.store.Store` does."""

    async def recall(self, key: str) -> str:
        """What was kept under a key, or nothing."""

    async def remember(self, key: str, value: str) -> None:
        """Keep a text under a key, in place of what was there."""


class Chat(Protocol):
    """One platform. `start` returns when it can send; it mends its own connection after that.

    A channel may be a person, "discord:@<user id>" or "slack:@<user id>": a direct message.
    """

    name: str
    """"discord", "slack" or "terminal": the part of a channel before the colon."""

    @property
    def healthy(self) -> str:
        """Empty while messages can be sent, else what is wrong and what to do."""

    @property
    def deaf(self) -> str:
        """Empty while commands and buttons arrive, else why they do not."""

    async def start(self, handlers: Handlers) -> None:
        """Connect. Raises SendFailed where a token or permission is at fault (not retryable), or
        the platform cannot be reached (retryable)."""

    async def close(self) -> None:
        """Finish the answers under way, then disconnect. May be called twice."""

    async def identify(self) -> str:
        """Log in without listening: who the bot is and where, and for Discord the link that invites
        it. Sending works after it, so a single pass needs no more. Raises SendFailed."""

    async def check(self, channel: str) -> str:
        """Whether a channel can be written to, for `doctor`: its name. Works after `identify` or
        `start`. Raises SendFailed; ChannelGone with the remedy."""

    async def space_of(self, channel: str) -> str:
        """The server or workspace that a channel belongs to, as in `Asker.space`; empty for a
        terminal and for a person. Works after `identify` or `start`. Raises SendFailed."""

    async def send(
        self, channel: str, card: Card, key: str, reply_to: Message | None = None
    ) -> Message:
        """Post a card. `key` goes along so that `find` can recognise it. Raises SendFailed."""

    async def edit(self, message: Message, card: Card) -> None:
        """Draw a posted message anew. Raises SendFailed."""

    async def find(
        self, channel: str, key: str, since: datetime, reply_to: Message | None = None
    ) -> Message | None:
        """The message posted under this key since then, or None. Raises SendFailed."""
