"""Discord, through discord.py."""

from bot.discord_chat.chat import DiscordChat, invite_url

__all__ = ["DiscordChat", "invite_url"]
