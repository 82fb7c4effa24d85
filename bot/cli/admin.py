"""The admins' commands of the chats on the command line, from the same table."""

from __future__ import annotations

from collections.abc import Iterator

import click

from bot.cli.ask import as_click
from bot.cli.feeds import feeds
from bot.cli.ledger import ledger
from bot.cli.routes import routes
from bot.command_table import COMMANDS, Command

_READING = {"list", "health", "held", "test", "pending", "deliveries", "stats"}


@click.group()
def feedback() -> None:
    """Decide on what members said of alerts."""


_GROUPS = {"feeds": feeds, "routes": routes, "ledger": ledger, "feedback": feedback}


def admin_commands() -> Iterator[click.Command]:
    """The groups, filled, and the commands that stand alone."""
    for command in COMMANDS:
        if command.root == "pledgewatch" and command.path[-1] not in {"help", "status"}:
            made = _made(command)
            if len(command.path) == 1:
                yield made
            else:
                _GROUPS[command.path[0]].add_command(made)
    yield from _GROUPS.values()


def _made(command: Command) -> click.Command:
    return as_click(command, read_only=command.path[-1] in _READING)
