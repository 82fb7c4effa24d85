"""`erase-person`: what somebody left in the database, taken away on their request."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from bot.cli.context import CONFIG_OPTION, JSON_OPTION, print_json, read_config, with_core

if TYPE_CHECKING:
    from bot.core import Core
    from storage.erasure import Erased


@click.command("erase-person")
@click.argument("person")
@click.option("--yes", is_flag=True, help="Do not ask.")
@CONFIG_OPTION
@JSON_OPTION
def erase_person(person: str, *, yes: bool, as_json: bool) -> None:
    """Forget PERSON for good: slack:U024BE7LH, discord:1234567890 or terminal:NAME."""
    platform, user = _told_apart(person)
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


def _told_apart(person: str) -> tuple[str, str]:
    """Platform and user; "slack:@U1" is how a person's channel is written."""
    from bot.config.channels import PERSON, one_of
    from bot.config.platforms import PLATFORMS

    platform, _, user = person.partition(":")
    user = user.removeprefix("@")
    in_terminal = platform == "terminal" and user
    if not in_terminal and not PERSON.fullmatch(f"{platform}:{user}"):
        examples = [*(p.person_example for p in PLATFORMS if p.person), "terminal:NAME"]
        raise click.BadParameter(f"write {one_of(examples)}")
    return platform, user
