"""The chat platforms that there are: one line each in `ChatTables`; no other place lists them.

docs/guides/chat-platform.md tells how to add one.
"""

from __future__ import annotations

from bot.config.platforms.base import ChatTable, Platform
from bot.config.platforms.discord import DiscordTable
from bot.config.platforms.slack import SlackTable
from bot.config.platforms.terminal import TERMINAL
from bot.config.table import Table


class ChatTables(Table):
    """Every platform's table in config.toml, under the platform's name."""

    discord: DiscordTable = DiscordTable()
    slack: SlackTable = SlackTable()

    def chat_tables(self) -> list[ChatTable]:
        """The tables, whether the platform is on or off."""
        return [getattr(self, name) for name in ChatTables.model_fields]

    @property
    def chat_on(self) -> bool:
        """Whether any platform but the terminal is on."""
        return any(table.on for table in self.chat_tables())


PLATFORMS: tuple[Platform, ...] = (
    *(table.platform for table in ChatTables().chat_tables()),
    TERMINAL,
)
BY_NAME = {platform.name: platform for platform in PLATFORMS}
