"""`pledgewatch feeds ...`"""

from __future__ import annotations

from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from bot.cli.context import (
    CONFIG_OPTION,
    JSON_OPTION,
    Failure,
    print_json,
    print_reply,
    terminal_author,
    with_core,
)

if TYPE_CHECKING:
    from bot.core import Core
    from bot.reply import Reply


@click.group()
def feeds() -> None:
    """Add, list, test and remove feeds."""


@feeds.command("discover")
@click.argument("address")
@CONFIG_OPTION
@JSON_OPTION
def find(address: str, as_json: bool) -> None:
    """Find the feeds of a site."""

    async def work(core: Core) -> Reply:
        from bot.admin_answers import found_feeds
        from feeds.discover import discover

        return found_feeds(await discover(address, core.fetcher, core.parser))

    print_reply(with_core(work, read_only=True), as_json=as_json)


@feeds.command("import")
@click.argument("file", type=click.File("rb"), required=False)
@click.option("--starter", is_flag=True, help="The starter set that comes with the program.")
@click.option("--tag", "tags", multiple=True, help="Only feeds with this tag.")
@CONFIG_OPTION
@JSON_OPTION
def import_feeds(
    file: IO[bytes] | None, starter: bool, tags: tuple[str, ...], as_json: bool
) -> None:
    """Subscribe to the feeds of an OPML file; folders become tags."""
    from bot.feed_lists import chosen, starter_set, subscribe
    from feeds.opml import read_opml
    from storage.records import Origin

    if (file is None) is not starter:
        raise click.UsageError("Give an OPML file, or --starter.")
    listed = chosen(read_opml(file.read()) if file else starter_set(), tags)

    async def work(core: Core) -> Reply:
        changes = core.store.by(terminal_author())
        return await subscribe(changes, listed, origin=Origin.COMMAND, now=core.clock())

    print_reply(with_core(work), as_json=as_json)


@feeds.command("export")
@click.argument("file", type=click.File("wb"), default="-")
@CONFIG_OPTION
def export_feeds(file: IO[bytes]) -> None:
    """Write the feeds as OPML; tags become folders. Passwords and headers are left out."""
    from feeds.opml import write_opml

    async def work(core: Core) -> bytes:
        listed = await core.store.subscriptions()
        return write_opml(listed, title="Pledgewatch", created=core.clock())

    file.write(with_core(work, read_only=True))


@feeds.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--url", default="", help="Where the document is from; relative links start there.")
@JSON_OPTION
def parse(file: Path, url: str, as_json: bool) -> None:
    """Print the entries of a local feed document."""
    from bot.json_data import document_data
    from feeds.errors import ParseError
    from feeds.parse import parse as parse_document

    try:
        document = parse_document(file.read_bytes(), url=url)
    except ParseError as error:
        raise Failure(f"{file}: {error}") from error
    if as_json:
        print_json(document_data(document))
        return
    click.echo(f"{document.title} ({document.format}, {len(document.entries)} entries)")
    for entry in document.entries:
        date = f"{entry.published:%Y-%m-%d %H:%M}" if entry.published else "no date         "
        click.echo(f"{date}  {entry.title}\n                  {entry.link}")
