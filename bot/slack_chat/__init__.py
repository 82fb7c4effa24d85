"""Slack, through slack-bolt and Socket Mode."""

from bot.slack_chat.chat import SlackChat

__all__ = ["SlackChat"]
