"""`pledgewatch init`: a first config.toml, by asking or from options."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.context import CONFIG_OPTION, config_path

if TYPE_CHECKING:
    from bot.init import Check


@click.command()
@click.option("--discord-token", default="", help="The Discord bot's token.")
@click.option("--discord-channel", default="", help="Id of the Discord channel for alerts.")
@click.option("--slack-bot-token", default="", help="The Slack app's bot token, xoxb-...")
@click.option("--slack-app-token", default="", help="The Slack app's app-level token, xapp-...")
@click.option("--slack-channel", default="", help="Id of the Slack channel for alerts.")
@click.option("--country", "countries", multiple=True, help="Whom to watch; repeatable.")
@click.option("--feed", "feeds", multiple=True, help="A feed's address; repeatable.")
@click.option("--force", is_flag=True, help="Replace the file that is there.")
@click.option("--no-input", is_flag=True, help="Ask nothing; what no option gives is left out.")
@CONFIG_OPTION
def init(*, force: bool, no_input: bool, **given: Any) -> None:
    """Write a configuration by asking a few questions, or from options."""
    from bot.init import Answers, ask_all, next_steps, refuse_to_replace, write_config

    path = config_path() or Path("config.toml")
    if not force:
        refuse_to_replace(path)
    answers = Answers(**given) if no_input or any(given.values()) else ask_all(_ask)
    write_config(path, answers, overwrite=force)
    click.echo(f"Wrote {path}. Next:")
    for step in next_steps(path, answers):
        click.echo(f"  {step}")


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
