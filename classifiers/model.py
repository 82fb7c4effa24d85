"""The trained model: plain data, scored in plain Python. Loading it executes nothing.

Linear models over named features, and for relevance a support vector machine (`kernel.py`). Heads
that read the same features share one table: a row of weights a feature, a column a class.
scikit-learn trains them (`classifiers/train.py`) and is not needed here.
"""

from __future__ import annotations

import json
import math
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from classifiers import kernel
from classifiers.kernel import Kernel

# What the linear model holds for less likely is not worth the costlier look.
SURELY_NOT = 0.03


@dataclass(frozen=True, slots=True)
class Head:
    """One decision: its classes, and the first of its columns."""

    classes: tuple[str, ...]
    column: int


@dataclass(frozen=True, slots=True)
class Table:
    """Weights of several heads over one set of features."""

    heads: Mapping[str, Head]
    bias: tuple[float, ...]
    rows: Mapping[str, array[int]]
    """Whole multiples of `scale`, two bytes each: a tenth of the room that floats take."""
    scale: float

    def margin(self, head: str, vector: Mapping[str, float]) -> float:
        """The log odds of a head with a single class."""
        column, rows = self.heads[head].column, self.rows
        total = 0.0
        for name, value in vector.items():
            row = rows.get(name)
            if row is not None:
                total += row[column] * value
        return self.bias[column] + self.scale * total

    def margins(self, vector: Mapping[str, float]) -> list[float]:
        """Every column at once."""
        totals = [0.0] * len(self.bias)
        for name, value in vector.items():
            row = self.rows.get(name)
            if row is not None:
                totals = [total + weight * value for total, weight in zip(totals, row, strict=True)]
        return [b + self.scale * total for b, total in zip(self.bias, totals, strict=True)]

    def probabilities(self, head: str, margins: list[float]) -> dict[str, float]:
        """Class -> probability, from all margins of the table."""
        classes, column = self.heads[head].classes, self.heads[head].column
        own = margins[column : column + len(classes)]
        top = max(own)
        shares = [math.exp(margin - top) for margin in own]
        total = sum(shares)
        return {name: share / total for name, share in zip(classes, shares, strict=True)}

    def strongest(
        self, head: str, vector: Mapping[str, float], limit: int = 5
    ) -> list[tuple[str, float]]:
        """The features that moved a head with a single class most, for the trail."""
        column = self.heads[head].column
        rows, scale = self.rows, self.scale
        parts = [(n, rows[n][column] * scale * v) for n, v in vector.items() if n in rows]
        return sorted(parts, key=lambda part: -abs(part[1]))[:limit]


@dataclass(frozen=True, slots=True)
class Model:
    """Everything that was learnt."""

    version: str
    article: Table
    """Heads: "relevant" (one class), "type", "direction", "stage"."""
    role: Table
    """Heads: "committer", "beneficiary" (one class each)."""
    screen: tuple[float, float]
    """Platt's slope and offset of the linear margin, for one relevant article in three."""
    kernel: Kernel
    slope: float
    offset: float
    """The same of the kernel's margin."""
    cuts: Mapping[str, float]
    """From which probability an actor takes a role."""

    def relevance(self, vector: Mapping[str, float]) -> float:
        """The calibrated probability that an article is relevant."""
        slope, offset = self.screen
        first = logistic(slope * self.article.margin("relevant", vector) + offset)
        if first < SURELY_NOT:
            return first
        return logistic(self.slope * self.kernel.margin(vector) + self.offset)


def logistic(margin: float) -> float:
    """The probability of log odds; exact at both ends."""
    if margin >= 0:
        return 1 / (1 + math.exp(-margin))
    grown = math.exp(margin)
    return grown / (1 + grown)


@cache
def shipped() -> Model:
    """The model that comes with the package."""
    path = files("classifiers") / "data" / "model.json"
    return from_json(json.loads(path.read_text(encoding="utf-8")))


def load(path: Path) -> Model:
    """A model from a file. Raises OSError, ValueError or KeyError where it is none."""
    return from_json(json.loads(path.read_text(encoding="utf-8")))


def from_json(data: Mapping[str, Any]) -> Model:
    """The model of a document that `classifiers.train` wrote."""
    return Model(
        str(data["version"]),
        _table(data["article"]),
        _table(data["role"]),
        (float(data["screen"][0]), float(data["screen"][1])),
        kernel.from_json(data["kernel"]),
        float(data["slope"]),
        float(data["offset"]),
        {str(name): float(cut) for name, cut in data["cuts"].items()},
    )


def _table(data: Mapping[str, Any]) -> Table:
    heads: dict[str, Head] = {}
    column = 0
    for name, classes in data["heads"].items():
        heads[name] = Head(tuple(classes), column)
        column += len(classes)
    scale = float(data["scale"])
    rows = {name: _row(packed, column) for name, packed in data["rows"].items()}
    return Table(heads, tuple(float(b) for b in data["bias"]), rows, scale)


def _row(packed: Iterable[int], columns: int) -> array[int]:
    row = array("h", packed)
    if len(row) != columns:
        raise ValueError(f"a row of {len(row)} weights where {columns} are due")
    return row
