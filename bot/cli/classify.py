"""`classify` and `evaluate`: the classifier alone, on files."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import click

from bot.cli.context import JSON_OPTION, Failure, print_json


@click.command()
@click.argument("file", type=click.File("r", encoding="utf-8"), default="-")
@click.option(
    "--threshold",
    type=click.FloatRange(0, 1),
    help="The score from which an article is relevant. [default: the model's own]",
)
def classify(file: IO[str], threshold: float | None) -> None:
    """Assess articles: JSON lines in (title, summary, text, ...), JSON lines out."""
    from bot.json_data import article_from_line, classified
    from classifiers.reader import load_reader

    reader = load_reader()
    if threshold is not None:
        reader = replace(reader, threshold=threshold)
    for row in _rows(file):
        assessment = reader.assess(article_from_line(row))
        line = json.dumps(classified(row, assessment), ensure_ascii=False)
        sys.stdout.write(line + "\n")


def _rows(lines: Iterable[str]) -> Iterable[dict[str, Any]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise Failure(
                f"line {number} is no JSON: {error.msg} at column {error.colno}."
            ) from error
        if not isinstance(row, dict) or not isinstance(row.get("title", ""), str):
            raise Failure(f"line {number} must be an object with a text “title”.")
        yield row


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@JSON_OPTION
def evaluate(file: Path, as_json: bool) -> None:
    """Measure the classifier against a labelled JSON-lines file."""
    from classifiers.evaluate import evaluate as measure

    report = measure(file)
    if as_json:
        print_json(report.to_json())
    else:
        click.echo(str(report))
