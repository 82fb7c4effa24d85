"""Slack, through slack-bolt in Socket Mode."""

from bot.chat import Memory
from bot.config.platforms.slack import SlackTable
from bot.slack_chat.chat import SlackChat

__all__ = ["SlackChat", "chat_of"]


def chat_of(table: SlackTable, _memory: Memory | None) -> SlackChat:
    """What a configuration asks for."""
    return SlackChat(
        table.bot_token.get_secret_value(),
        table.app_token.get_secret_value(),
        api_url=table.api_url,
    )
