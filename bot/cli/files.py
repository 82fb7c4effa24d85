"""`backup`, `restore`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.context import CONFIG_OPTION, JSON_OPTION, print_json, read_config, with_core

if TYPE_CHECKING:
    from bot.core import Core


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@CONFIG_OPTION
@JSON_OPTION
def backup(path: Path, *, as_json: bool) -> None:
    """Write a verified copy of the database to PATH, while the service runs."""

    async def work(core: Core) -> Path:
        return await core.store.backup(path)

    made = with_core(work, read_only=True)
    if as_json:
        print_json({"backup": str(made)})
    else:
        click.echo(f"{made} is a good copy.")


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--silent",
    is_flag=True,
    help="The first look at each feed tells nobody: what came after the backup was told already.",
)
@CONFIG_OPTION
@JSON_OPTION
def restore(path: Path, *, silent: bool, as_json: bool) -> None:
    """Put a backup in the database's place. What was there is set aside, not overwritten."""
    from datetime import UTC, datetime

    from storage.backup import restore as put_back

    target = read_config().storage.path
    aside = put_back(path, target, now=datetime.now(UTC), silent=silent)
    if as_json:
        names = {"restored": target, "from": path, "aside": aside or ""}
        print_json({key: str(name) for key, name in names.items()})
        return
    click.echo(f"{target} is restored from {path}.")
    if aside:
        click.echo(f"What was there is now {aside}.")
