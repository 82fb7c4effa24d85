"""What has to be known of a chat platform before its library is loaded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from pydantic import SecretStr

from bot.config.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """How a platform is called, how its channels and people are written, how fast it takes them.

    The package `bot.<name>_chat` holds the platform itself, and makes it by `chat_of`.
    """

    name: str
    """The part of a channel before the colon: "slack"."""
    title: str
    """As it calls itself."""
    channel: re.Pattern[str]
    """A channel as a route names it, whole: "slack:C024BE91L"."""
    channel_form: str
    """How a channel is written, in words."""
    channel_example: str
    wrong_channel: str = ""
    """The end of a sentence about something that begins like a channel and is none: what it needs
    and where that is found."""
    person: re.Pattern[str] | None = None
    """A user, whole: "slack:U024BE7LH"; None where nobody has an id."""
    person_form: str = ""
    person_example: str = ""
    role: re.Pattern[str] | None = None
    """A group of users whose members may be made admins, whole."""
    role_form: str = ""
    role_example: str = ""
    mention: re.Pattern[str] | None = None
    """Whom an alert may call, whole: "slack:!here"."""
    mention_form: str = ""
    mention_example: str = ""
    links: tuple[re.Pattern[str], ...] = ()
    """Addresses of a channel as people copy them; the first group is its id."""
    bare_id: re.Pattern[str] | None = None
    """A channel's id alone, if it can be told from those of other platforms."""
    marked_id: re.Pattern[str] | None = None
    """The id within the platform's own mark of a channel, <#...>."""
    calls: tuple[tuple[re.Pattern[str], str], ...] = ()
    """How people write whom to call -> what a route keeps, "{}" for the pattern's group."""
    everybody: str = ""
    """The sign before here and everyone in a mention; empty where all cannot be called."""
    gap: float = 0.0
    """Seconds between two messages to one channel."""
    direct: re.Pattern[str] | None = None
    """A channel of one person alone, where it lies in a space like the others; whole."""
    space: str = "server"
    """What its people call that which holds channels."""
    loggers: tuple[str, ...] = ()
    """Of its libraries, whose chatter is kept out of the log."""


class ChatTable(Table):
    """A platform's table in config.toml."""

    platform: ClassVar[Platform]
    needs: ClassVar[tuple[str, ...]]
    """Keys without which it is off, and which it needs all."""

    @property
    def on(self) -> bool:
        """Whether there is something to try."""
        return not self.missing

    @property
    def missing(self) -> tuple[str, ...]:
        """The keys that it needs and that are empty."""
        return tuple(key for key in self.needs if not _plain(getattr(self, key)))

    def secrets(self) -> list[str]:
        """What must stand in no log."""
        values = (getattr(self, name) for name in type(self).model_fields)
        return [value.get_secret_value() for value in values if isinstance(value, SecretStr)]


def _plain(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)
