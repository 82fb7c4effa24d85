"""Slack on loopback."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.slack_chat import SlackChat
from tests.bot.rigs import WRONG, Line, Rig
from tests.servers import LoopbackSlack, Reply

_JSON = {"Content-Type": "application/json"}


@asynccontextmanager
async def rig() -> AsyncIterator[Rig]:
    """One workspace with one channel."""
    async with LoopbackSlack() as server:
        server.add_channel("C1")

        def make(patience: float) -> SlackChat:
            return SlackChat(
                server.bot_token, server.app_token, api_url=server.api_url, patience=patience
            )

        def shown() -> list[str]:
            parts = ("text", "blocks", "attachments")
            return [
                json.dumps({p: m.get(p) for p in parts}, ensure_ascii=False)
                for m in server.messages()
            ]

        async def ask(text: str) -> str:
            return str((await server.command(f"/{text}", user="U2")).shown)

        async def press(number: int, label: str) -> str:
            return str((await server.press(server.messages()[number], label)).shown)

        yield Rig(
            make=make,
            channel="slack:C1",
            shown=shown,
            line=Line(
                server=server,
                settings={
                    "bot_token": server.bot_token,
                    "app_token": server.app_token,
                    "api_url": server.api_url,
                },
                secret_keys=("bot_token", "app_token"),
                misled=lambda: SlackChat(WRONG, server.app_token, api_url=server.api_url),
                post="POST /api/chat.postMessage",
                edit="POST /api/chat.update",
                messages="* /api/c*",
                limited=Reply(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "700"}),
                unknown=(
                    Reply(200, {"ok": False, "error": "fatal_error"}, _JSON),
                    Reply(503, "<html>", _JSON),
                    Reply(502, b"", {"Content-Type": "text/plain"}),
                ),
            ),
            absent_channel="slack:C404",
            ask=ask,
            press=press,
        )
