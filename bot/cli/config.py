"""`pledgewatch config ...`: what may stand in the configuration."""

from __future__ import annotations

import click


@click.group("config")
def config() -> None:
    """What may stand in the configuration."""


@config.command()
def schema() -> None:
    """Print the JSON schema of config.toml, by which editors complete and check it.

    Example: pledgewatch config schema > config.schema.json
    """
    from bot.config.schema import schema_text

    click.echo(schema_text(), nl=False)
