"""Discord on loopback."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.command_table import COMMANDS
from bot.discord_chat import DiscordChat
from tests.bot.rigs import WRONG, Line, Rig
from tests.servers import LoopbackDiscord, Reply


@asynccontextmanager
async def rig() -> AsyncIterator[Rig]:
    """One server with one channel. Nonces are forgotten at once: a key is found in the message."""
    async with LoopbackDiscord() as server:
        server.add_channel(100)
        server.forgets_nonces = True

        def make(patience: float) -> DiscordChat:
            return DiscordChat(
                server.token, api_url=server.api_url, commands=COMMANDS, patience=patience
            )

        def shown() -> list[str]:
            return [json.dumps(message, ensure_ascii=False) for message in server.messages()]

        async def ask(text: str) -> str:
            return str((await server.slash(text)).shown)

        async def press(number: int, label: str) -> str:
            return str((await server.press(server.messages()[number], label)).shown)

        yield Rig(
            make=make,
            channel="discord:100",
            shown=shown,
            line=Line(
                server=server,
                settings={"token": server.token, "api_url": server.api_url},
                secret_keys=("token",),
                misled=lambda: DiscordChat(WRONG, api_url=server.api_url),
                post="POST */channels/100/messages",
                edit="PATCH */channels/100/messages/*",
                messages="* */messages",
                limited=Reply(429, "<html>", {"Retry-After": "700"}),
            ),
            absent_channel="discord:999",
            ask=ask,
            press=press,
        )
