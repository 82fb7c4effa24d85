"""`erase-person`: what somebody left in the database, taken away on their request."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from bot.cli.context import CONFIG_OPTION, JSON_OPTION, print_json, read_config, with_core

if TYPE_CHECKING:
    from bot.core import Core
    from storage.erasure import Erased

_PERSON = re.compile(r"(slack):@?([UW][A-Z0-9]+)|(discord):@?([0-9]{1,20})|(terminal):(.+)")


@click.command("erase-person")
@click.argument("person")
@click.option("--yes", is_flag=True, help="Do not ask.")
@CONFIG_OPTION
@JSON_OPTION
def erase_person(person: str, *, yes: bool, as_json: bool) -> None:
    """Forget PERSON for good: slack:U024BE7LH, discord:1234567890 or terminal:NAME."""
    found = _PERSON.fullmatch(person)
    if found is None:
        raise click.BadParameter('write "slack:U024BE7LH", "discord:1234567890" or "terminal:NAME"')
    platform, user = (part for part in found.groups() if part)
    config = read_config()
    if not yes:
        click.confirm(f"Forget {person} in {config.storage.path} for good?", abort=True, err=True)

    async def work(core: Core) -> Erased:
        return await core.store.erase_person(user, platform)

    erased = with_core(work)
    if as_json:
        print_json(asdict(erased))
        return
    from bot.forgetting import in_words

    click.echo(f"Taken away or made nameless: {in_words(erased)}.")
    if person in (*config.admins.users, *config.admins.notices):
        click.echo(f"{person} still stands in the configuration under [admins].", err=True)
    if folder := config.storage.backup_folder:
        days = config.storage.backup_hours * config.storage.keep_backups / 24
        click.echo(f"The copies in {folder} keep it for up to {days:.0f} days.", err=True)
