"""`classify` and `evaluate`: the classifier alone, on files."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from bot.cli.context import CONFIG_OPTION, JSON_OPTION, Failure, print_json, with_core

if TYPE_CHECKING:
    from bot.core import Core
    from classifiers.assessment import Assessment
    from classifiers.evaluate import Report
    from classifiers.reader import Reader


@click.command()
@click.argument("file", type=click.File("r", encoding="utf-8"), default="-")
@click.option(
    "--threshold",
    type=click.FloatRange(0, 1),
    help="The score from which an article is relevant. [default: the model's own]",
)
@click.option(
    "--second-opinion",
    is_flag=True,
    help="Ask the language model of [second_opinion] about what the classifier is unsure of.",
)
@CONFIG_OPTION
def classify(file: IO[str], threshold: float | None, second_opinion: bool) -> None:
    """Assess articles: JSON lines in (title, summary, text, ...), JSON lines out."""
    if second_opinion:
        with_core(partial(_with_opinions, file, threshold))
        return
    from bot.json_data import article_from_line
    from classifiers.reader import load_reader

    reader = load_reader()
    if threshold is not None:
        reader = replace(reader, threshold=threshold)
    for row in _rows(file):
        _print(row, reader.assess(article_from_line(row)))


async def _with_opinions(file: IO[str], threshold: float | None, core: Core) -> None:
    from bot.json_data import article_from_line

    if core.opinions is None:
        raise Failure("[second_opinion] url is not set, so there is nobody to ask.")
    reader = core.reader if threshold is None else replace(core.reader, threshold=threshold)
    for row in _rows(file):
        article = article_from_line(row)
        _print(row, await core.opinions.on(article, reader.assess(article), reader.threshold))


def _print(row: dict[str, Any], assessment: Assessment) -> None:
    from bot.json_data import classified
    from classifiers.second_opinion.verdict import STEP

    line = classified(row, assessment)
    if note := next((step.text for step in assessment.trail if step.stage == STEP), ""):
        line["second_opinion"] = note
    written = json.dumps(line, ensure_ascii=False)
    # Half a character that the input had in a key of its own goes back as the escape it was.
    sys.stdout.write(written.encode("utf-8", "backslashreplace").decode() + "\n")


def _rows(lines: IO[str]) -> Iterable[dict[str, Any]]:
    name = lines.name
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            place = f"{name}, line {number}"
            raise Failure(
                f"{place}: this is no JSON ({error.msg} at column {error.colno})."
            ) from error
        if not isinstance(row, dict) or not isinstance(row.get("title", ""), str):
            raise Failure(f"{name}, line {number}: write an object with a text “title”.")
        yield row


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@JSON_OPTION
def evaluate(file: Path, as_json: bool) -> None:
    """Measure the classifier against a labelled JSON-lines file."""
    report = measured(file)
    if as_json:
        print_json(report.to_json())
    else:
        click.echo(str(report))


def measured(file: Path, reader: Reader | None = None) -> Report:
    """How a reader, the shipped one where none is given, does on a labelled file. Raises Failure
    where it is none."""
    from classifiers.evaluate import evaluate as measure

    try:
        return measure(file, reader)
    except (ValueError, KeyError) as error:
        raise Failure(
            f"{file}: {error}. A labelled row is a JSON object with id, title, relevant and claims."
        ) from error
