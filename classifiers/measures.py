"""The measures of `evaluate`: shares with intervals, F1 over sets, calibration. All pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_Z = 1.959964  # two-sided 95 %


@dataclass(frozen=True, slots=True)
class Share:
    """A share of cases, with Wilson's 95 % interval."""

    hits: int
    total: int

    @property
    def value(self) -> float:
        """The share; 0 where there are no cases."""
        return self.hits / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval; the whole range where there are no cases."""
        n = self.total
        if not n:
            return (0.0, 1.0)
        p, z2 = self.hits / n, _Z * _Z
        middle = p + z2 / (2 * n)
        spread = _Z * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
        low, high = (middle - spread) / (1 + z2 / n), (middle + spread) / (1 + z2 / n)
        return (max(0.0, low), min(1.0, high))

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.value:.3f} [{low:.3f}, {high:.3f}] ({self.hits}/{self.total})"


@dataclass(frozen=True, slots=True)
class Detection:
    """How well relevance was told."""

    precision: Share
    recall: Share

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        p, r = self.precision.value, self.recall.value
        return 2 * p * r / (p + r) if p + r else 0.0


def detection(pairs: Iterable[tuple[bool, bool]]) -> Detection:
    """From (said to be relevant, is relevant)."""
    counts = Counter(pairs)
    hits = counts[(True, True)]
    said = hits + counts[(True, False)]
    true = hits + counts[(False, True)]
    return Detection(Share(hits, said), Share(hits, true))


@dataclass(frozen=True, slots=True)
class SetScore:
    """Micro-averaged agreement of sets."""

    precision: float
    recall: float
    f1: float


def set_score(pairs: Iterable[tuple[frozenset[str], frozenset[str]]]) -> SetScore:
    """From (found, true) sets."""
    hits = found = true = 0
    for ours, theirs in pairs:
        hits += len(ours & theirs)
        found += len(ours)
        true += len(theirs)
    precision = hits / found if found else 0.0
    recall = hits / true if true else 0.0
    f1 = 2 * hits / (found + true) if found + true else 0.0
    return SetScore(precision, recall, f1)


def macro_f1(pairs: Sequence[tuple[str, str]], least: int = 10) -> float:
    """Mean F1 over the true classes with at least `least` cases, from (found, true)."""
    scores = []
    true = Counter(theirs for _, theirs in pairs)
    found = Counter(ours for ours, _ in pairs)
    for name, count in true.items():
        if count >= least:
            hits = sum(1 for ours, theirs in pairs if ours == theirs == name)
            scores.append(2 * hits / (found[name] + count))
    return sum(scores) / len(scores) if scores else 0.0


def calibration_error(pairs: Sequence[tuple[float, bool]], bins: int = 10) -> float:
    """Expected calibration error over bins of equal width, from (score, is relevant)."""
    total = 0.0
    for number in range(bins):
        inside = [(s, t) for s, t in pairs if min(int(s * bins), bins - 1) == number]
        total += abs(sum(s for s, _ in inside) - sum(t for _, t in inside))
    return total / len(pairs) if pairs else 0.0
