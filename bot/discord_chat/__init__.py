"""Discord, through discord.py."""

from bot.chat import Memory
from bot.command_table import COMMANDS
from bot.config.platforms.discord import DiscordTable
from bot.discord_chat.chat import DiscordChat
from bot.discord_chat.requests import invite_url

__all__ = ["DiscordChat", "chat_of", "invite_url"]


def chat_of(table: DiscordTable, memory: Memory | None) -> DiscordChat:
    """What a configuration asks for. Without a memory Discord is told the commands each time."""
    return DiscordChat(
        table.token.get_secret_value(),
        api_url=table.api_url,
        commands=COMMANDS,
        memory=memory,
        servers=frozenset(table.servers),
    )
