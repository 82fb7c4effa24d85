"""`pledgewatch routes ...`: what the table of commands does not say."""

from __future__ import annotations

from collections.abc import Sequence

import click

from bot.cli.ask import ask
from bot.cli.completion import value_of
from bot.cli.context import CONFIG_OPTION, JSON_OPTION
from bot.command_table import COMMANDS

_ADD = next(c for c in COMMANDS if c.name == "pledgewatch routes add")
_WHERE = {p.name: p for c in COMMANDS if c.name == "pledges latest" for p in c.parameters}


@click.group()
def routes() -> None:
    """Say which developments go to which channel."""


@routes.command()
@click.argument("name")
@click.argument("channel")
@click.argument("settings", nargs=-1)
@click.option(
    "--beneficiary",
    "beneficiaries",
    multiple=True,
    help="Only what is promised to these.",
    shell_complete=value_of(_WHERE["beneficiary"]),
)
@click.option(
    "--committer",
    "committers",
    multiple=True,
    help="Only acts of these.",
    shell_complete=value_of(_WHERE["committer"]),
)
@click.option(
    "--direction",
    "directions",
    multiple=True,
    help="Only these changes.",
    shell_complete=value_of(_WHERE["direction"]),
)
@click.option("--min-stage", help="How binding at least, 0 to 6.")
@click.option("--min-confidence", help="How sure at least, 0 to 1.")
@CONFIG_OPTION
@JSON_OPTION
def add(name: str, channel: str, settings: Sequence[str], as_json: bool, **filters: object) -> None:
    """Send what passes to CHANNEL: slack:C..., discord:1234, or terminal.

    SETTINGS are typed as in chat: to=UKR min_stage=2 mode=daily at=07:00 zone=Europe/Kyiv ...

    Example: pledgewatch routes add desk slack:C024BE91L to=UKR min_stage=2
    """
    words = [f"channel={channel}", *settings, *_as_settings(filters)]
    ask(_ADD, [name, *words], {}, as_json=as_json, read_only=False)


def _as_settings(filters: dict[str, object]) -> list[str]:
    """Options in the words of the settings."""
    given = {key: value for key, value in filters.items() if value}
    return [
        f"{key}={','.join(value) if isinstance(value, tuple) else value}"
        for key, value in given.items()
    ]
