"""`pledgewatch init`: a first config.toml, by asking or from options."""

from __future__ import annotations

import os
import shutil
import textwrap
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.context import CONFIG_OPTION, config_path, run_async, terminal_author

if TYPE_CHECKING:
    from bot.init import Check

_WIDEST = 100


@click.command()
@click.option("--discord-token", default="", help="The Discord bot's token.")
@click.option(
    "--discord-channel",
    default="",
    help="Id or link of the Discord channel for alerts. Without it: chosen in chat.",
)
@click.option("--slack-bot-token", default="", help="The Slack app's bot token, xoxb-...")
@click.option("--slack-app-token", default="", help="The Slack app's app-level token, xapp-...")
@click.option(
    "--slack-channel",
    default="",
    help="Id or link of the Slack channel for alerts. Without it: chosen in chat.",
)
@click.option("--country", "countries", multiple=True, help="Whom to watch; repeatable.")
@click.option("--feed", "feeds", multiple=True, help="A feed's address; repeatable.")
@click.option(
    "--starter",
    multiple=True,
    help="Subscribe to what of the starter set bears this tag, or to all; repeatable.",
)
@click.option(
    "--slack-link", is_flag=True, help="Print the link that makes the Slack app, and no more."
)
@click.option("--force", is_flag=True, help="Replace the file that is there.")
@click.option("--no-input", is_flag=True, help="Ask nothing; what no option gives is left out.")
@CONFIG_OPTION
def init(*, slack_link: bool, force: bool, no_input: bool, **given: Any) -> None:
    """Write a configuration by asking a few questions, or from options."""
    from bot.config import ConfigError
    from bot.config.schema import FILE as SCHEMA
    from bot.init import Answers, ask_all, next_steps, refuse_to_replace, write_config
    from bot.init import slack_link as link_to_make_the_slack_app

    if slack_link:
        click.echo(link_to_make_the_slack_app())
        return
    path = config_path() or Path("config.toml")
    if not force:
        refuse_to_replace(path)
    answers = Answers(**given) if no_input or any(given.values()) else ask_all(_ask, _tell)
    try:
        write_config(path, answers, overwrite=force)
    except ConfigError as error:  # no file is wrong yet, but the call
        raise click.UsageError(str(error)) from error
    click.echo(f"Wrote {path}, and {SCHEMA} beside it, by which editors complete and check it.")
    if answers.starter:
        click.echo(_subscribed(path, answers.starter))
    click.echo("Next:")
    for step in next_steps(path, answers):
        click.echo(f"  {step}")


def _subscribed(path: Path, tags: Sequence[str]) -> str:
    """Subscribe to starter feeds in the database, where chat can remove them again."""
    from bot.config import load_config
    from bot.feed_lists import chosen, starter_set, subscribe
    from storage.records import Origin
    from storage.store import Store

    feeds = chosen(starter_set(), () if "all" in tags else tags)

    async def work() -> str:
        async with await Store.open(load_config(path, os.environ).storage.path) as store:
            changes = store.by(terminal_author())
            reply = await subscribe(changes, feeds, origin=Origin.COMMAND, now=datetime.now(UTC))
            return reply.card.headline

    return run_async(work())


def _tell(text: str) -> None:
    """As wide as the terminal; nothing that is to be copied is broken."""
    wide = min(shutil.get_terminal_size().columns, _WIDEST)
    click.echo(textwrap.fill(text, wide, break_on_hyphens=False, break_long_words=False))


def _ask(question: str, check: Check, *, secret: bool = False, optional: bool = False) -> str:
    while True:
        default = "" if optional else None
        answer: str = click.prompt(question, default, secret, show_default=False)
        if not answer:
            return ""
        try:
            return check(answer)
        except ValueError as error:
            click.echo(f"  This {error}.", err=True)
