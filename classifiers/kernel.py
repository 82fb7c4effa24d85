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
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import mul
from typing import Any, NamedTuple

_SCALE = 1000
"""Coefficients are kept as whole thousandths."""


@dataclass(frozen=True, slots=True)
class Posting:
    """The examples that have a feature, and what the feature counts in an example."""

    weight: float
    examples: array[int]


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
    postings: Mapping[str, Posting]

    def margin(self, vector: Mapping[str, float]) -> float:
        """How far on the relevant side an article lies; not yet a probability."""
        shared, square = self._shared(vector)
        likeness = map(math.exp, map(mul, self.reach, shared))
        total: float = sum(map(mul, self.coefficients, likeness))
        return self.bias + math.exp(-self.gamma * square) * total

    def nearest(self, vector: Mapping[str, float], limit: int = 3) -> list[tuple[Precedent, float]]:
        """The examples whose features, as far as they are shared, moved the margin most, with how
        far; for the trail."""
        shared, square = self._shared(vector)
        own = math.exp(-self.gamma * square)
        # An example that shares nothing moves every article alike: that part tells nothing.
        likeness = map(math.expm1, map(mul, self.reach, shared))
        moved = [own * part for part in map(mul, self.coefficients, likeness)]
        best = sorted(range(len(moved)), key=lambda n: -abs(moved[n]))[:limit]
        return [(self.precedents[n], moved[n]) for n in best]

    def _shared(self, vector: Mapping[str, float]) -> tuple[list[float], float]:
        """The weight that each example shares with an article, and the article's squared length."""
        shared = [0.0] * len(self.coefficients)
        square = 0.0
        for name, value in vector.items():
            posting = self.postings.get(name)
            if posting is None:
                continue
            square += value * value
            weight = posting.weight * value
            for number in posting.examples:
                shared[number] += weight
        return shared, square


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
    squares = [0.0] * len(lengths)
    postings: dict[str, Posting] = {}
    for name, (weight, *steps) in data["postings"].items():
        examples = array("H")
        number = 0
        for step in steps:
            number += step
            examples.append(number)
            squares[number] += (weight / lengths[number]) ** 2
        postings[name] = Posting(float(weight), examples)
    return Kernel(
        gamma=gamma,
        bias=float(data["bias"]),
        precedents=tuple(Precedent(*map(str, row)) for row in data["precedents"]),
        coefficients=array(
            "d",
            (
                coefficient / _SCALE * math.exp(-gamma * square)
                for coefficient, square in zip(data["coefficients"], squares, strict=True)
            ),
        ),
        reach=array("d", (2 * gamma / length for length in lengths)),
        postings=postings,
    )
