"""Relevance by likeness: a support vector machine over labelled examples.

A linear model adds up what each feature is worth; this one knows which features matter together,
since it compares an article with the examples that lie at the border. On cross-validation and on
real news it is more precise than the linear model at every recall, most of all in the languages
with few examples (docs/classification.md has both). The examples' features are kept as an inverted
index, so that only examples that share a feature cost anything.

Scholkopf and Smola, Learning with Kernels (2002), chapter 2: the Gaussian kernel.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from classifiers.arrays import Arrays, of_texts, texts_of

_SCALE = 1000
"""Coefficients are kept as whole thousandths."""
_MANY = 400
"""From so many examples on, a row of ones and noughts is quicker than a list, and no larger."""


class Precedent(NamedTuple):
    """A labelled example that an article is compared with."""

    id: str
    head: str
    """Its head word; "none" where it is not relevant."""
    title: str


@dataclass(frozen=True, slots=True)
class Kernel:
    """The border between relevant and not, held by the examples that lie at it."""

    gamma: float
    bias: float
    precedents: tuple[str, ...]
    """Of each example, by tabs: id, head word, title."""
    coefficients: NDArray[np.float64]
    """Above 0: a relevant one. What each counts, its own length already taken off."""
    reach: NDArray[np.float64]
    """What turns a sum of shared weights into the exponent, by example."""
    numbers: Mapping[str, int]
    """Feature -> its number: those that many examples have come first, those that none has last."""
    squares: NDArray[np.int32]
    """Of each that an example has: what it adds where both sides do, its weight squared."""
    common: NDArray[np.uint8]
    """Of the first features: a row each, 1 where an example has it."""
    starts: NDArray[np.int32]
    holders: NDArray[np.uint16]
    """Of the other features: the examples that have them, and where each one's begin."""

    def margin(self, vector: Mapping[str, float]) -> float:
        """How far on the relevant side an article lies; not yet a probability. The vector is one
        that `features` made: each value its feature's weight over the article's length."""
        exponents, own = self._compared(vector)
        return self.bias + own * float(self.coefficients @ np.exp(exponents))

    def nearest(self, vector: Mapping[str, float], limit: int = 3) -> list[tuple[Precedent, float]]:
        """The examples whose features, as far as they are shared, moved the margin most, with how
        far; for the trail."""
        exponents, own = self._compared(vector)
        # An example that shares nothing moves every article alike: that part tells nothing.
        moved = own * self.coefficients * np.expm1(exponents)
        best = np.argsort(-np.abs(moved), kind="stable")[:limit]
        return [(Precedent(*self.precedents[n].split("\t", 2)), float(moved[n])) for n in best]

    def _compared(self, vector: Mapping[str, float]) -> tuple[NDArray[np.float64], float]:
        """The exponent of each example, and the factor that belongs to the article alone."""
        most = len(self.squares)
        numbered = ((self.numbers.get(name, most), value) for name, value in vector.items())
        known = [(number, value) for number, value in numbered if number < most]
        if not known:
            return np.zeros(len(self.coefficients)), 1.0
        rows = np.array([row for row, _ in known])
        unit = known[0][1] / math.sqrt(self.squares[rows[0]])
        square = unit * unit * int(self.squares[rows].sum())
        exponents = self.reach * self._shared(rows) * unit
        return exponents, math.exp(-self.gamma * square)

    def _shared(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """What each example shares with these features, in squares of weights."""
        shared = np.zeros(len(self.coefficients), np.int64)
        for square in set(self.squares[rows].tolist()):
            alike = rows[self.squares[rows] == square]
            common = alike[alike < len(self.common)]
            lists = [self._holders(row) for row in alike[alike >= len(self.common)]]
            count = self.common[common].sum(0, dtype=np.int64)
            if lists:
                count += np.bincount(np.concatenate(lists), minlength=len(count))
            shared += square * count
        return shared

    def _holders(self, row: int) -> NDArray[np.uint16]:
        at = row - len(self.common)
        return self.holders[self.starts[at] : self.starts[at + 1]]


def packed(
    gamma: float,
    bias: float,
    precedents: Sequence[Precedent],
    coefficients: Sequence[float],
    vectors: Sequence[Mapping[str, float]],
    known: frozenset[str],
) -> dict[str, Any]:
    """The machine as a JSON document. `vectors` are the examples' as `features` made them: one
    weight a feature, divided by the example's length; `known` are the features that count."""
    lengths = [_length(vector) for vector in vectors]
    lists: dict[str, list[float]] = {}
    last: dict[str, int] = {}
    for number, vector in enumerate(vectors):
        for name, value in vector.items():
            if name in known:
                steps = lists.setdefault(name, [round(value * lengths[number], 3)])
                steps.append(number - last.get(name, 0))
                last[name] = number
    return {
        "gamma": gamma,
        "bias": round(bias, 5),
        "precedents": [list(precedent) for precedent in precedents],
        "coefficients": [round(c * _SCALE) for c in coefficients],
        "lengths": [round(length, 4) for length in lengths],
        "postings": {name: lists[name] for name in sorted(lists)},
    }


def _length(vector: Mapping[str, float]) -> float:
    """What the vector was divided by: its smallest value stood for a weight of one."""
    return 1 / min(vector.values(), default=1.0)


def features_of(data: Mapping[str, Any]) -> list[str]:
    """The features of the document that `packed` made, in the order of their numbers. Raises
    KeyError."""
    postings: dict[str, list[float]] = data["postings"]
    return sorted(postings, key=lambda name: -len(postings[name]))


def arrays_of(data: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
    """The document as arrays, without the features' names. Raises KeyError or ValueError."""
    listed = [data["postings"][name] for name in features_of(data)]
    holders = [np.fromiter(accumulate(steps), np.uint16) for _, *steps in listed]
    return {
        "facts": np.array([data["gamma"], data["bias"]], np.float64),
        "precedents": of_texts("\t".join(map(str, row)) for row in data["precedents"]),
        "coefficients": np.array(data["coefficients"], np.int32),
        "lengths": np.array(data["lengths"], np.float64),
        "squares": np.array([round(weight * weight) for weight, *_ in listed], np.int32),
        "counts": np.array([len(one) for one in holders], np.int32),
        "holders": np.concatenate([*holders, np.zeros(0, np.uint16)]),
    }


def from_arrays(stored: Arrays, numbers: Mapping[str, int]) -> Kernel:
    """The machine again, with the features' numbers. Raises KeyError or ValueError."""
    gamma, bias = map(float, stored["facts"])
    lengths, squares, counts = stored["lengths"], stored["squares"], stored["counts"]
    holders, size = stored["holders"], len(stored["lengths"])
    precedents = tuple(texts_of(stored["precedents"]))
    if not len(precedents) == len(stored["coefficients"]) == size:
        raise ValueError(f"{len(precedents)} precedents and {size} lengths do not fit")
    if len(squares) > len(numbers):
        raise ValueError(f"{len(squares)} features of {len(numbers)} have names")
    many = int((counts >= _MANY).sum())  # the features that most examples have come first
    starts = np.concatenate([[0], np.cumsum(counts)])
    common = np.zeros((many, size), np.uint8)
    for number, row in enumerate(common):
        row[holders[starts[number] : starts[number + 1]]] = 1
    sums = np.bincount(holders, np.repeat(squares, counts), size)
    return Kernel(
        gamma=gamma,
        bias=bias,
        precedents=precedents,
        coefficients=stored["coefficients"] / _SCALE * np.exp(-gamma * sums / lengths**2),
        reach=2 * gamma / lengths,
        numbers=numbers,
        squares=squares,
        common=common,
        starts=(starts[many:] - starts[many]).astype(np.int32),
        holders=holders[starts[many] :].copy(),
    )
