"""A rig for each chat platform: what tests/bot/test_chat_contract.py runs the platform through.

The rig of a platform is `rig()` in the module here that is called like the platform: an async
context manager that yields a `Rig`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from importlib import import_module

from bot.chat import Chat
from tests.servers.base import Fault, Loopback

WRONG = "wrong-secret-token"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A platform at the other end of a line, served on loopback."""

    server: Loopback
    settings: Mapping[str, str]
    """What config.toml says of it, in the platform's table."""
    secret_keys: tuple[str, ...]
    """Of the settings, those that must stand in no log."""
    misled: Callable[[], Chat]
    """Made with `WRONG` for a token."""
    post: str
    """The request that posts a message, "METHOD /path" with stars."""
    edit: str
    """The request that edits one."""
    messages: str
    """Every request about messages."""
    limited: Fault
    """How it says that it takes nothing for 700 seconds."""
    unknown: tuple[Fault, ...] = ()
    """Its own faults after which nobody knows whether a message was posted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rig:
    """A platform with something behind it."""

    make: Callable[[float], Chat]
    """The chat, with this much patience for one request, in seconds."""
    channel: str
    shown: Callable[[], list[str]]
    """All that each message of the channel shows, oldest first, however it is written."""
    line: Line | None = None
    """None where there is no line that could fail."""
    absent_channel: str = ""
    """One that is written rightly, and that there is not."""
    ask: Callable[[str], Awaitable[str]] | None = None
    """Give a command as a member does, without the slash; all that they are shown. None where
    commands are not taken."""
    press: Callable[[int, str], Awaitable[str]] | None = None
    """Press the button of this label under a message of the channel; all that the presser is
    shown. None where buttons cannot be pressed."""
    not_drawn: frozenset[str] = field(default=frozenset())
    """Of a card's parts in the contract, those that the platform leaves out, each for a reason."""


def rig_of(platform: str) -> AbstractAsyncContextManager[Rig]:
    """The rig of a platform. Raises ModuleNotFoundError where nobody wrote it."""
    made: AbstractAsyncContextManager[Rig] = import_module(f"tests.bot.rigs.{platform}").rig()
    return made
