"""Discord, through discord.py."""

from bot.discord_chat.chat import DiscordChat
from bot.discord_chat.requests import invite_url

__all__ = ["DiscordChat", "invite_url"]
