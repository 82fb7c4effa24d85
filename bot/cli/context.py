"""What the commands share: the configuration's path, output as card or JSON, who is asking."""

from __future__ import annotations

import asyncio
import getpass
import json
import os
import sys
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from bot.chat import Asker
    from bot.config import Config
    from bot.core import Core
    from bot.reply import Reply
    from storage.records import Author

T = TypeVar("T")
_DEFAULT = Path("config.toml")
_KEY = "pledgewatch.config"


class Failure(Exception):
    """A command failed for a reason that is told in a sentence; exit status 1."""


def _keep(context: click.Context, _: click.Parameter, value: Path | None) -> None:
    if value is not None:
        context.meta[_KEY] = value


CONFIG_OPTION = click.option(
    "--config",
    type=click.Path(path_type=Path, readable=False),  # `load_config` says it with the remedy
    callback=_keep,
    expose_value=False,
    help="The configuration file. [default: config.toml in the current folder]",
)
JSON_OPTION = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def config_path() -> Path | None:
    """The file that --config names in this call, before or after the command."""
    path: Path | None = click.get_current_context().meta.get(_KEY)
    return path


def read_config(*, required: bool = False) -> Config:
    """The configuration of this call. Raises ConfigError."""
    from bot.config import load_config

    return load_config(used_path(required=required), os.environ)


def used_path(*, required: bool = False) -> Path | None:
    """The file that this call reads; None where there is none and none is needed."""
    path = config_path()
    if path is None and (required or _DEFAULT.exists()):
        return _DEFAULT
    return path


def with_core(
    work: Callable[[Core], Awaitable[T]],
    *,
    read_only: bool = False,
    service: bool = False,
    quiet: bool = True,
) -> T:
    """Run a coroutine on the database that the configuration names. `quiet` logs errors only."""
    config = read_config()
    from bot.logs import configure

    configure(config, quiet=quiet)

    async def call() -> T:
        from bot.core import open_core

        exists = config.storage.path.exists()
        async with open_core(config, service=service, read_only=read_only and exists) as core:
            return await work(core)

    return run_async(call())


def run_async(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end."""
    return asyncio.run(work)


def terminal_asker() -> Asker:
    """Whoever sits at the terminal may do everything: the database is theirs."""
    from bot.chat import Asker

    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = str(os.getuid())  # a container may run as a number without a name
    return Asker("terminal", name, name, "terminal", "", admin=True)


def terminal_author() -> Author:
    """The same, for the audit."""
    from storage.records import Author

    asker = terminal_asker()
    return Author(asker.user, asker.platform, asker.space, asker.name)


def print_reply(reply: Reply, *, as_json: bool) -> None:
    """Show an answer; exit with 1 where it is a failure, with 2 where it was wrongly asked."""
    if as_json:
        print_json(reply.plain())
    else:
        from rich.console import Console

        from bot.terminal_chat import draw, torn

        console = Console(stderr=not reply.ok)
        console.print(draw(reply.card))
        for whole in torn(reply.card, console.width):
            console.print(whole, soft_wrap=True, markup=False, highlight=False)
    if not reply.ok:
        sys.exit(2 if reply.misused else 1)


def print_json(data: object) -> None:
    """Print one JSON document."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))
