"""The terminal, printing into a text."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from rich.console import Console

from bot.terminal_chat import TerminalChat
from tests.bot.rigs import Rig


@asynccontextmanager
async def rig() -> AsyncIterator[Rig]:
    """Nothing can fail, and nobody types."""
    out = io.StringIO()
    console = Console(file=out, width=100, force_terminal=False, color_system=None)
    yield Rig(
        make=lambda _patience: TerminalChat(console),
        channel="terminal",
        shown=lambda: out.getvalue().split("╭")[1:],
    )
