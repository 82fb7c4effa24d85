"""`health`: asks the running service how it does, for scripts and containers."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from bot.cli.context import (
    CONFIG_OPTION,
    JSON_OPTION,
    Failure,
    print_json,
    read_config,
    run_async,
)

if TYPE_CHECKING:
    from bot.config.models import HealthTable

_PATIENCE = 10.0
"""Seconds."""
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - not bound here


@click.command()
@click.option("--live", is_flag=True, help="Only whether the process works, whatever is down.")
@CONFIG_OPTION
@JSON_OPTION
def health(*, live: bool, as_json: bool) -> None:
    """Ask the running service how it does; it must listen at [health] port."""
    table = read_config().health
    if not table.port:
        raise Failure("Nothing listens: set [health] port, then start the service anew.")
    answer = run_async(_asked(table, "/healthz/live" if live else "/healthz"))
    if as_json:
        print_json(answer)
    else:
        for part, state in answer.get("parts", {}).items():
            click.echo(f"{part}: {state}")
        click.echo("well" if answer["ok"] else "not well")
    if not answer["ok"]:
        sys.exit(1)


async def _asked(table: HealthTable, path: str) -> dict[str, Any]:
    import aiohttp

    host = _EVERYWHERE.get(table.host, table.host)
    host = f"[{host}]" if ":" in host else host
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_PATIENCE)) as session,
            session.get(f"http://{host}:{table.port}{path}") as response,
        ):
            answer: dict[str, Any] = json.loads(await response.text())
            return answer
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        raise Failure(
            f"No service answers at {host}:{table.port} ({type(error).__name__}). Is it running?"
        ) from error
