"""Loopback Discord, Slack and feed hosts, to which the real libraries connect."""

from tests.servers.base import Adorn, Cut, Fault, Hold, Reply
from tests.servers.discord import LoopbackDiscord
from tests.servers.feeds import FeedHost
from tests.servers.slack import LoopbackSlack

__all__ = ["Adorn", "Cut", "Fault", "FeedHost", "Hold", "LoopbackDiscord", "LoopbackSlack", "Reply"]
