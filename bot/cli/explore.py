"""`explore`: the database as a read-only site, with Datasette."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path

import click

from bot.cli.context import CONFIG_OPTION, Failure, read_config


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8001,
    show_default=True,
    help="Where it listens; 0: any that is free.",
)
@CONFIG_OPTION
def explore(port: int) -> None:
    """Browse the database on http://127.0.0.1 (needs the extra “explore”)."""
    from storage.explore import metadata

    path = read_config().storage.path
    if not path.exists():
        raise Failure(f"There is no database {path} yet; run `pledgewatch poll` first.")
    if importlib.util.find_spec("datasette") is None:
        raise Failure("Datasette is not installed; `pip install 'pledgewatch[explore]'` brings it.")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "metadata.json"
        file.write_text(metadata(path), encoding="utf-8")
        arguments = ["serve", str(path), "--metadata", str(file), "--port", str(port)]
        ended = subprocess.run([sys.executable, "-m", "datasette", *arguments], check=False)  # noqa: S603 - our own interpreter
    sys.exit(ended.returncode)
