"""The chats that a configuration asks for."""

from __future__ import annotations

from importlib import import_module

from rich.console import Console

from bot.chat import Chat, Memory
from bot.config import Config
from bot.config.platforms.base import ChatTable
from bot.terminal_chat import TerminalChat


def chats(config: Config, console: Console, memory: Memory | None = None) -> list[Chat]:
    """Terminal always (only routes decide whether anything goes there); the others where their
    table has what they need. `memory` keeps what a platform need not be told at each start."""
    on = [table for table in config.chat_tables() if table.on]
    return [TerminalChat(console), *(_made(table, memory) for table in on)]


def _made(table: ChatTable, memory: Memory | None) -> Chat:
    """A platform's library is loaded where it is on."""
    package = import_module(f"bot.{table.platform.name}_chat")
    chat: Chat = package.chat_of(table, memory)
    return chat
