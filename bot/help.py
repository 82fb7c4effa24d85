"""What can be asked, from the table of commands."""

from __future__ import annotations

from collections.abc import Sequence

from bot.arguments import usage
from bot.cards import Card, Fields, Span
from bot.command_table import Command
from bot.reply import Reply

_TITLES = {"pledges": "What you can ask", "pledgewatch": "What an admin can do"}


def help_for(root: str, table: Sequence[Command]) -> Reply:
    """All commands below a root, each with its usage."""
    commands = [c for c in table if c.root == root and c.path != ("help",)]
    rows = tuple((f"/{c.name}", (Span(f"{c.help}. {usage(c)}"),)) for c in commands)
    data = [{"command": c.name, "help": c.help, "usage": usage(c)} for c in commands]
    return Reply(Card(_TITLES[root], (Fields(rows),), private=True), data)
