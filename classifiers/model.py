"""The trained model: plain data. Loading it executes nothing.

Linear models over named features, and for relevance a support vector machine (`kernel.py`). Heads
that read the same features share one table: a row of weights a feature, a column a class.
scikit-learn trains them (`classifiers/train.py`) and is not needed here.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers import arrays, kernel
from classifiers.arrays import Arrays, of_texts, texts_of
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
    bias: NDArray[np.float64]
    rows: Mapping[str, int]
    """Feature -> its row of weights."""
    weights: NDArray[np.int16]
    """Whole multiples of `scale`."""
    scale: float

    def margin(self, head: str, vector: Mapping[str, float]) -> float:
        """The log odds of a head with a single class."""
        column = self.heads[head].column
        rows, values = self._known(vector)
        return float(self.bias[column] + self.scale * (values @ self.weights[rows, column]))

    def margins(self, vector: Mapping[str, float]) -> list[float]:
        """Every column at once."""
        rows, values = self._known(vector)
        found: list[float] = (self.bias + self.scale * (values @ self.weights[rows])).tolist()
        return found

    def _known(self, vector: Mapping[str, float]) -> tuple[list[int], NDArray[np.float64]]:
        known = [(self.rows[name], value) for name, value in vector.items() if name in self.rows]
        return [row for row, _ in known], np.array([value for _, value in known], np.float64)

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
        parts = [
            (name, float(self.weights[self.rows[name], column]) * self.scale * value)
            for name, value in vector.items()
            if name in self.rows
        ]
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
    joint: tuple[float, float, float] | None
    """The same of kernel and encoder together: a slope each, and the offset. None in a model that
    was trained before there was an encoder."""
    encoder: str
    """The digest of the encoder that it was calibrated with; of another the opinion does not
    count."""
    cuts: Mapping[str, float]
    """From which probability an actor takes a role."""

    def margin(self, vector: Mapping[str, float]) -> float | None:
        """How far on the relevant side an article lies, by its likeness to examples; None where
        the linear model or the likeness is sure that it is not relevant."""
        slope, offset = self.screen
        first = logistic(slope * self.article.margin("relevant", vector) + offset)
        if first < SURELY_NOT:
            return None
        margin = self.kernel.margin(vector)
        return None if self.score(margin) < SURELY_NOT else margin

    def score(self, margin: float, encoder: float | None = None) -> float:
        """The calibrated probability that an article is relevant, from its margin and, where the
        encoder was asked, the encoder's."""
        if encoder is None or self.joint is None:
            return logistic(self.slope * margin + self.offset)
        of_kernel, of_encoder, offset = self.joint
        return logistic(of_kernel * margin + of_encoder * encoder + offset)


def logistic(margin: float) -> float:
    """The probability of log odds; exact at both ends."""
    if margin >= 0:
        return 1 / (1 + math.exp(-margin))
    grown = math.exp(margin)
    return grown / (1 + grown)


@cache
def shipped() -> Model:
    """The model that comes with the package."""
    return from_arrays(arrays.shipped("model.npz.zst"))


def load(path: Path) -> Model:
    """A model from a file, of arrays or a JSON document. Raises OSError, or ValueError where it is
    none."""
    content = path.read_bytes()
    try:
        if content.startswith(arrays.MAGIC):
            return from_arrays(arrays.load(content))
        return from_json(json.loads(content))
    except (LookupError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError(f"no model: {error!r}") from error


def from_json(data: Mapping[str, Any]) -> Model:
    """The model of a document that `classifiers.train` made."""
    return from_arrays(arrays_of(data))


_SINGLE = ("version", "screen", "slope", "offset", "joint", "encoder", "cuts")
_TABLES = ("article", "role")


def arrays_of(data: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
    """A model's document as arrays. Raises KeyError or ValueError where it is none."""
    facts = {name: data[name] for name in _SINGLE if name in data}
    facts |= {t: {name: data[t][name] for name in ("heads", "bias", "scale")} for t in _TABLES}
    found: dict[str, NDArray[Any]] = {"facts": of_texts([json.dumps(facts)])}
    for table in _TABLES:
        columns, rows = len(data[table]["bias"]), data[table]["rows"]
        if table == "article":
            rows = _numbered(rows, kernel.features_of(data["kernel"]), columns)
        if any(len(row) != columns for row in rows.values()):
            raise ValueError(f"a row of weights that has not {columns} of them")
        found[f"{table}.features"] = of_texts(rows)
        found[f"{table}.weights"] = np.array(list(rows.values()), np.int16).reshape(-1, columns)
    machine = kernel.arrays_of(data["kernel"])
    return found | {f"kernel.{name}": array for name, array in machine.items()}


def _numbered(
    rows: dict[str, list[int]], first: Sequence[str], columns: int
) -> dict[str, list[int]]:
    """The rows in the order of the kernel's features, so that both are found by one number."""
    return {name: [0] * columns for name in first} | rows


def from_arrays(stored: Arrays) -> Model:
    """The model again. Raises KeyError or ValueError where they are none."""
    if "kernel.features" in stored:
        raise ValueError("no model of this version, but of an earlier one: train it again")
    facts = json.loads(texts_of(stored["facts"])[0])
    machine = {n.removeprefix("kernel."): a for n, a in stored.items() if n.startswith("kernel.")}
    article = _table(facts, "article", stored)
    return Model(
        str(facts["version"]),
        article,
        _table(facts, "role", stored),
        (float(facts["screen"][0]), float(facts["screen"][1])),
        kernel.from_arrays(machine, article.rows),
        float(facts["slope"]),
        float(facts["offset"]),
        _joint(facts.get("joint")),
        str(facts.get("encoder", "")),
        {str(name): float(cut) for name, cut in facts["cuts"].items()},
    )


def _joint(numbers: Sequence[float] | None) -> tuple[float, float, float] | None:
    if numbers is None:
        return None
    of_kernel, of_encoder, offset = map(float, numbers)
    return of_kernel, of_encoder, offset


def _table(facts: Mapping[str, Any], name: str, stored: Arrays) -> Table:
    heads: dict[str, Head] = {}
    column = 0
    for head, classes in facts[name]["heads"].items():
        heads[head] = Head(tuple(classes), column)
        column += len(classes)
    features = texts_of(stored[f"{name}.features"])
    weights, bias = stored[f"{name}.weights"], np.array(facts[name]["bias"], np.float64)
    if weights.shape != (len(features), column) or len(bias) != column:
        raise ValueError(f"{name}: weights of {weights.shape} and {len(bias)} biases do not fit")
    return Table(
        heads,
        bias=bias,
        rows={sys.intern(feature): number for number, feature in enumerate(features)},
        weights=weights,
        scale=float(facts[name]["scale"]),
    )
