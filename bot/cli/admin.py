"""The admins' commands of the chats on the command line, from the same table, but for those whose
way of asking is another there."""

from __future__ import annotations

from collections.abc import Iterator

import click

from bot.cli.ask import as_click
from bot.cli.feeds import feeds
from bot.cli.ledger import ledger
from bot.cli.routes import routes
from bot.command_table import COMMANDS


@click.group()
def feedback() -> None:
    """Decide on what members said of alerts."""


_GROUPS = {"feeds": feeds, "routes": routes, "ledger": ledger, "feedback": feedback}


def admin_commands() -> Iterator[click.Command]:
    """The groups, filled, and the commands that stand alone."""
    for command in COMMANDS:
        if command.root == "pledgewatch" and command.path[-1] not in {"help", "status"}:
            made = as_click(command, read_only=command.reads)
            if len(command.path) == 1:
                yield made
            elif command.path[1] not in _GROUPS[command.path[0]].commands:
                _GROUPS[command.path[0]].add_command(made)
    yield from _GROUPS.values()
