"""Loopback Discord, Slack and feed hosts, to which the real libraries connect."""

from tests.servers.base import Adorn, Cut, Fault, Hold, Reply
from tests.servers.discord import LoopbackDiscord
from tests.servers.feeds import FeedHost
from tests.servers.slack import LoopbackSlack

__all__ = [
    "CHATS",
    "Adorn",
    "Cut",
    "Fault",
    "FeedHost",
    "Hold",
    "LoopbackDiscord",
    "LoopbackSlack",
    "Reply",
]

CHATS = """
[discord]
token = "{discord.token}"
api_url = "{discord.api_url}"

[slack]
bot_token = "{slack.bot_token}"
app_token = "{slack.app_token}"
api_url = "{slack.api_url}"
"""
"""Their tables in config.toml, to be formatted with `discord` and `slack`."""
