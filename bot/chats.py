"""The chats that a configuration asks for."""

from __future__ import annotations

from rich.console import Console

from bot.chat import Chat, Memory
from bot.command_table import COMMANDS
from bot.config import Config
from bot.terminal_chat import TerminalChat


def chats(config: Config, console: Console, memory: Memory | None = None) -> list[Chat]:
    """Terminal always (only routes decide whether anything goes there); Discord and Slack where
    there are tokens. Without a memory Discord is told the commands at each start."""
    made: list[Chat] = [TerminalChat(console)]
    if config.discord_on:
        from bot.discord_chat import DiscordChat

        made.append(
            DiscordChat(
                config.discord.token.get_secret_value(),
                api_url=config.discord.api_url,
                commands=COMMANDS,
                memory=memory,
                servers=frozenset(config.discord.servers),
            )
        )
    if config.slack_on:
        from bot.slack_chat import SlackChat

        made.append(
            SlackChat(
                config.slack.bot_token.get_secret_value(),
                config.slack.app_token.get_secret_value(),
                api_url=config.slack.api_url,
            )
        )
    return made
