"""`pledgewatch routes ...`"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bot.cli.context import CONFIG_OPTION, JSON_OPTION, print_reply, with_core

if TYPE_CHECKING:
    from bot.answers import Reply
    from bot.core import Core


@click.group()
def routes() -> None:
    """Say which developments go to which channel."""


@routes.command("list")
@CONFIG_OPTION
@JSON_OPTION
def list_routes(as_json: bool) -> None:
    """List the routes; a disabled one says why."""

    async def work(core: Core) -> Reply:
        from bot.answers import routes as answer

        return answer(await core.store.routes())

    print_reply(with_core(work, read_only=True), as_json=as_json)


@routes.command()
@click.argument("name")
@click.argument("channel")
@click.option(
    "--beneficiary", "beneficiaries", multiple=True, help="Only what is promised to these."
)
@click.option("--committer", "committers", multiple=True, help="Only acts of these.")
@click.option("--direction", "directions", multiple=True, help="Only these changes.")
@click.option("--min-stage", default="0", show_default=True, help="How binding at least, 0 to 6.")
@click.option(
    "--min-confidence", type=click.FloatRange(0, 1), default=0.0, help="How sure at least."
)
@CONFIG_OPTION
@JSON_OPTION
def add(name: str, channel: str, as_json: bool, **filters: object) -> None:
    """Send what passes the filters to CHANNEL: slack:C..., discord:1234, or terminal."""
    from pydantic import ValidationError

    from bot.config.models import RouteTable
    from storage.records import Origin

    try:
        table = RouteTable.model_validate(
            {"name": name, "channel": channel, **{k: _plain(v) for k, v in filters.items()}}
        )
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in detail["loc"])
        raise click.UsageError(f"{place}: {detail['msg']}") from error

    async def work(core: Core) -> Reply:
        from dataclasses import replace

        from bot.answers import say_so

        route = replace(table.route(), origin=Origin.COMMAND)
        await core.store.add_route(route, now=core.clock(), by="terminal")
        return say_so(f"Route “{name}” added: what passes goes to {channel}.")

    print_reply(with_core(work), as_json=as_json)


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return list(value)
    return int(value) if isinstance(value, str) and value.isdecimal() else value


@routes.command()
@click.argument("name")
@CONFIG_OPTION
@JSON_OPTION
def remove(name: str, as_json: bool) -> None:
    """Remove a route that was not set in the file."""

    async def work(core: Core) -> Reply:
        from bot.answers import say_so

        route = await core.store.remove_route(name, now=core.clock())
        return say_so(f"Route “{route.name}” to {route.channel} removed.")

    print_reply(with_core(work), as_json=as_json)


@routes.command()
@click.argument("name")
@CONFIG_OPTION
@JSON_OPTION
def enable(name: str, as_json: bool) -> None:
    """Send to a route's channel again, once what was wrong with it is mended."""

    async def work(core: Core) -> Reply:
        from bot.answers import say_so
        from storage.errors import NotFound

        found = [r for r in await core.store.routes() if r.name == name]
        if not found:
            raise NotFound(f"There is no route “{name}”; see `pledgewatch routes list`.")
        await core.store.enable_channel(found[0].channel, now=core.clock())
        return say_so(f"Route “{name}” is on; what waited for {found[0].channel} goes out now.")

    print_reply(with_core(work), as_json=as_json)
