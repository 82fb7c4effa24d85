"""`doctor`, `run`, `poll`, `demo`."""

from __future__ import annotations

import gc
import os
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from bot.cli.context import (
    CONFIG_OPTION,
    JSON_OPTION,
    print_json,
    print_reply,
    read_config,
    run_async,
    used_path,
    with_core,
)
from bot.memory import give_back

if TYPE_CHECKING:
    from bot.core import Core


@click.command()
@CONFIG_OPTION
@JSON_OPTION
def doctor(as_json: bool) -> None:
    """Check configuration, database, feeds and chats; say what to do about each fault."""
    from bot.doctor import examine, report

    config = read_config()
    from bot.logs import configure

    configure(config, quiet=True)
    found = run_async(examine(config, from_file=used_path() is not None))
    print_reply(report(found), as_json=as_json)


@click.command()
@CONFIG_OPTION
def run() -> None:
    """Run the service until SIGTERM or Ctrl-C; SIGHUP reads the configuration again."""
    # Half a second of a start went into searching what is there to stay; `App.run` searches again.
    gc.disable()
    give_back()

    async def work(core: Core) -> None:
        from rich.console import Console

        from bot.app import App
        from bot.chats import chats
        from bot.config import load_config

        load = partial(load_config, path, os.environ)
        await App(core, chats(core.config, Console(), core.store), load).run()

    path = used_path()
    with_core(work, service=True, quiet=False)


@click.command()
@click.option("--all", "everything", is_flag=True, help="All feeds, not only those that are due.")
@click.option("--no-deliver", is_flag=True, help="Only read and store; send nothing.")
@CONFIG_OPTION
@JSON_OPTION
def poll(everything: bool, no_deliver: bool, as_json: bool) -> None:
    """Read the feeds that are due once, deliver, and end."""

    async def work(core: Core) -> dict[str, Any]:
        from rich.console import Console

        from bot.app import App
        from bot.chats import chats
        from bot.json_data import poll_data

        app = App(core, chats(core.config, Console(stderr=as_json), core.store))
        try:
            reports = await app.poll_once(everything=everything, deliver=not no_deliver)
            return poll_data(reports, sent=app.outbox.sent)
        finally:
            await app.close()

    data = with_core(work, service=True)
    if as_json:
        print_json(data)
    else:
        from bot.admin_answers import counted
        from feeds.addresses import redacted

        click.echo(
            f"Polled {counted(data['feeds'], 'feed')}, {len(data['failed'])} failed;"
            f" {data['new']} new articles,"
            f" {data['edited']} edited, {len(data['relevant'])} relevant;"
            f" {data['sent']} alerts sent."
        )
        for failure in data["failed"]:
            place, error = redacted(failure["url"]), failure["error"]
            click.echo(error if place in error else f"{place}: {error}", err=True)
    if data["failed"] and len(data["failed"]) == data["feeds"]:
        sys.exit(1)


@click.command()
def demo() -> None:
    """Show the whole way on sample feeds served on this machine: no token, no network."""
    from bot.demo import run_demo

    sys.exit(run_async(run_demo()))
