"""`pledgewatch ledger ...`: what is not asked from chat."""

from __future__ import annotations

import sys
from typing import IO, TYPE_CHECKING

import click

from bot.cli.context import (
    CONFIG_OPTION,
    JSON_OPTION,
    print_json,
    print_reply,
    terminal_author,
    with_core,
)
from bot.cli.export import to_file, write_table

if TYPE_CHECKING:
    from bot.core import Core
    from bot.reply import Reply
    from storage.records import Contradiction


@click.group()
def ledger() -> None:
    """Check, confirm, edit and export the ledger of commitments."""


@ledger.command()
@CONFIG_OPTION
@JSON_OPTION
def check(as_json: bool) -> None:
    """Find what in the ledger cannot hold; exit status 1 where there is something."""

    async def work(core: Core) -> list[Contradiction]:
        return await core.store.check_ledger()

    found = with_core(work, read_only=True)
    if as_json:
        print_json([{"what": c.what, "entries": list(c.entries)} for c in found])
    else:
        for contradiction in found:
            click.echo(contradiction.what)
        click.echo(f"{len(found)} contradictions.")
    sys.exit(1 if found else 0)


@ledger.command()
@click.argument("entry", type=int)
@click.option("--stage", type=click.IntRange(0, 6), help="How binding.")
@click.option("--status", default="", help="active, suspended, withdrawn, expired ...")
@click.option("--note", default="", help="Why.")
@CONFIG_OPTION
@JSON_OPTION
def edit(entry: int, stage: int | None, status: str, note: str, as_json: bool) -> None:
    """Change what an entry says, which also confirms it."""

    async def work(core: Core) -> Reply:
        from bot.json_data import ledger_data
        from bot.reply import say_so
        from classifiers.assessment import Stage

        record = await core.store.by(terminal_author()).edit_entry(
            entry,
            now=core.clock(),
            stage=None if stage is None else Stage(stage),
            status=status,
            note=note,
        )
        return say_so(f"Entry {entry} is changed.", data=ledger_data(record.entry))

    print_reply(with_core(work), as_json=as_json)


@ledger.command("export")
@to_file
def export_ledger(file: IO[str], form: str) -> None:
    """Write the whole ledger with its history: JSON lines, CSV, or a readable page."""
    write_table("ledger", file, form)
