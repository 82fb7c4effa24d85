"""Relevance by likeness: a support vector machine over labelled examples, scored in plain Python.

A linear model adds up what each feature is worth; this one knows which features matter together,
since it compares an article with the examples that lie at the border. On cross-validation and on
real news it is more precise than the linear model at every recall, most of all in the languages
with few examples (docs/classification.md has both). The examples' features are kept as an inverted
index, so that only examples that share a feature cost anything.

Scholkopf and Smola, Learning with Kernels (2002), chapter 2: the Gaussian kernel.
"""

from __future__ import annotations

import math
import sys
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, repeat
from operator import mul
from typing import Any, NamedTuple

_SCALE = 1000
"""Coefficients are kept as whole thousandths."""
_MANY = 40
"""From so many examples on, a lane is quicker than a list."""
_LANE = 1 << 16


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
    precedents: tuple[Precedent, ...]
    coefficients: array[float]
    """Above 0: a relevant one. What each counts, its own length already taken off."""
    reach: array[float]
    """What turns a sum of shared weights into the exponent, by example."""
    squares: Mapping[str, int]
    """What a feature adds where both sides have it: its weight, squared."""
    lanes: Mapping[str, int]
    """Features that many examples have: one long number, sixteen bits an example. Adding such
    numbers counts for all examples at once."""
    postings: Mapping[str, array[int]]
    """The other features: which examples have them."""

    def margin(self, vector: Mapping[str, float]) -> float:
        """How far on the relevant side an article lies; not yet a probability. The vector is one
        that `features` made: each value its feature's weight over the article's length."""
        exponents, own = self._compared(vector)
        total: float = sum(map(mul, self.coefficients, map(math.exp, exponents)))
        return self.bias + own * total

    def nearest(self, vector: Mapping[str, float], limit: int = 3) -> list[tuple[Precedent, float]]:
        """The examples whose features, as far as they are shared, moved the margin most, with how
        far; for the trail."""
        exponents, own = self._compared(vector)
        # An example that shares nothing moves every article alike: that part tells nothing.
        moved = [own * p for p in map(mul, self.coefficients, map(math.expm1, exponents))]
        best = sorted(range(len(moved)), key=lambda n: -abs(moved[n]))[:limit]
        return [(self.precedents[n], moved[n]) for n in best]

    def _compared(self, vector: Mapping[str, float]) -> tuple[Iterable[float], float]:
        """The exponent of each example, and the factor that belongs to the article alone."""
        known = [name for name in vector if name in self.squares]
        if not known:
            return [0.0] * len(self.coefficients), 1.0
        unit = vector[known[0]] / math.sqrt(self.squares[known[0]])
        shared = self._shared(known)
        square = unit * unit * sum(self.squares[name] for name in known)
        exponents = map(mul, map(mul, self.reach, shared), repeat(unit))
        return exponents, math.exp(-self.gamma * square)

    def _shared(self, known: Sequence[str]) -> list[int]:
        """What each example shares with these features, in squares of weights."""
        total, rest = 0, []
        for name in known:
            lane = self.lanes.get(name)
            if lane is None:
                rest.append(name)
            else:
                total += lane * self.squares[name]
        count = len(self.coefficients)
        shared = memoryview(total.to_bytes(2 * count, "little")).cast("H").tolist()
        for name in rest:
            square = self.squares[name]
            for number in self.postings[name]:
                shared[number] += square
        return shared


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


def from_json(data: Mapping[str, Any]) -> Kernel:
    """The machine of a document that `packed` made. Raises KeyError or ValueError."""
    gamma, lengths = float(data["gamma"]), [float(length) for length in data["lengths"]]
    squares: dict[str, int] = {}
    lanes: dict[str, int] = {}
    postings: dict[str, array[int]] = {}
    sums = [0] * len(lengths)
    for name, (weight, *steps) in data["postings"].items():
        squares[name] = square = round(weight * weight)
        examples = array("H", accumulate(steps))
        for number in examples:
            sums[number] += square
        if len(examples) < _MANY:
            postings[name] = examples
        else:
            lanes[name] = _lane(examples, len(lengths))
    if max(sums, default=0) >= _LANE:
        raise ValueError("an example has more features than a lane can count")
    return Kernel(
        gamma=gamma,
        bias=float(data["bias"]),
        precedents=tuple(Precedent(*map(str, row)) for row in data["precedents"]),
        coefficients=array(
            "d",
            (
                coefficient / _SCALE * math.exp(-gamma * total / (length * length))
                for coefficient, total, length in zip(
                    data["coefficients"], sums, lengths, strict=True
                )
            ),
        ),
        reach=array("d", (2 * gamma / length for length in lengths)),
        squares=squares,
        lanes=lanes,
        postings=postings,
    )


def _lane(examples: Iterable[int], count: int) -> int:
    bits = array("H", bytes(2 * count))
    for number in examples:
        bits[number] = 1
    if sys.byteorder == "big":
        bits.byteswap()
    return int.from_bytes(bits.tobytes(), "little")
