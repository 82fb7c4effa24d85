"""`pledgewatch routes ...`"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bot.cli.context import CONFIG_OPTION, JSON_OPTION, print_reply, with_core

if TYPE_CHECKING:
    from bot.core import Core
    from bot.reply import Reply


@click.group()
def routes() -> None:
    """Say which developments go to which channel."""


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

    from bot.config.faults import fault_of
    from bot.config.models import RouteTable
    from storage.records import Origin

    try:
        table = RouteTable.model_validate(
            {"name": name, "channel": channel, **{k: _plain(v) for k, v in filters.items()}}
        )
    except ValidationError as error:
        fault = fault_of(error.errors(include_url=False)[0])
        place = ".".join(str(part) for part in fault.path)
        raise click.UsageError(f"{place} {fault.text}.") from error

    async def work(core: Core) -> Reply:
        from dataclasses import replace

        from bot.reply import say_so

        route = replace(table.route(), origin=Origin.COMMAND)
        await core.store.add_route(route, now=core.clock(), by="terminal")
        return say_so(f"Route “{name}” added: what passes goes to {channel}.")

    print_reply(with_core(work), as_json=as_json)


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return list(value)
    return int(value) if isinstance(value, str) and value.isdecimal() else value
