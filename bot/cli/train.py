"""`train`: a new model from the shipped examples and the team's own corrections."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.classify import measured
from bot.cli.context import CONFIG_OPTION, Failure, read_config, with_core

if TYPE_CHECKING:
    from bot.core import Core
    from classifiers.examples import Example


@click.command()
@click.option(
    "--measure",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A labelled file: show before and after, and refuse a model that is worse.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default="model.json",
    show_default=True,
    help="Where to write it; [classifier] model then names it.",
)
@CONFIG_OPTION
def train(measure: Path | None, output: Path) -> None:
    """Train a model from examples and corrections (needs the extra “train”)."""
    if importlib.util.find_spec("sklearn") is None:
        raise Failure(
            "scikit-learn is not installed; `pip install 'pledgewatch[train]'` brings it."
        )
    from classifiers import model as models
    from classifiers import train as training
    from classifiers.reader import load_reader

    reader = load_reader()
    before = measured(measure, reader) if measure else None  # a file that is none ends it here
    given = _corrections()
    click.echo(f"Training on the shipped examples and {len(given)} corrections ...")
    made = training.train(given)
    if measure and before:
        from bot.retraining import summary, worse

        after = measured(measure, replace(reader, model=models.from_json(made)))
        click.echo(f"before: {summary(before)}")
        click.echo(f"after:  {summary(after)}")
        if why := worse(before, after):
            raise Failure(f"The new model is refused: {why}. Nothing was written.")
    training.write(made, output)
    click.echo(f'Written to {output}. To use it: [classifier] model = "{output}"')


def _corrections() -> list[Example]:
    if not read_config().storage.path.exists():
        return []

    async def work(core: Core) -> list[Example]:
        from bot.retraining import corrections

        return await corrections(core.store)

    return with_core(work, read_only=True)
