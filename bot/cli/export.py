"""`export`: tables of the database as files for other programs and people."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Any, TypeVar

import click

from bot.cli.context import CONFIG_OPTION, with_core

if TYPE_CHECKING:
    from bot.core import Core

F = TypeVar("F", bound=Callable[..., Any])


def to_file(command: F) -> F:
    """What all exports take: where to, and in which form."""
    file = click.argument("file", type=click.File("w", encoding="utf-8"), default="-")
    form = click.option(
        "--format",
        "form",
        type=click.Choice(["jsonl", "csv", "html"]),
        default="jsonl",
        show_default=True,
        help="How it is written.",
    )
    return file(form(CONFIG_OPTION(command)))


@click.command("export")
@click.argument("what", type=click.Choice(["developments", "articles", "ledger", "feedback"]))
@to_file
def export(what: str, file: IO[str], form: str) -> None:
    """Write developments, articles, ledger or feedback as JSON lines, CSV or a page."""
    write_table(what, file, form)


def write_table(what: str, file: IO[str], form: str) -> None:
    """Write all rows of a table."""

    async def work(core: Core) -> None:
        from bot.exporting import written

        async for text in written(core.store, what, form):
            file.write(text)

    with_core(work, read_only=True)
