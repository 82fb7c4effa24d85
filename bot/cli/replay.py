"""`replay`: what another threshold would have changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bot.cli.context import CONFIG_OPTION, JSON_OPTION, print_reply, with_core

if TYPE_CHECKING:
    from bot.core import Core
    from bot.reply import Reply


@click.command()
@click.option("--threshold", type=click.FloatRange(0, 1), required=True, help="The score to try.")
@click.option(
    "--limit",
    type=click.IntRange(1, 10_000),
    default=100,
    show_default=True,
    help="How many articles at most.",
)
@CONFIG_OPTION
@JSON_OPTION
def replay(threshold: float, limit: int, as_json: bool) -> None:
    """Show which alerts another threshold would have added or lost so far."""

    async def work(core: Core) -> Reply:
        from bot.admin_answers import replayed

        return replayed(threshold, await core.store.replay(threshold, limit=limit))

    print_reply(with_core(work, read_only=True), as_json=as_json)
