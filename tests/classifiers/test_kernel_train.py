"""What holds the border between relevant and not."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix

from classifiers.kernel_train import BORDER, Machine, learn

FEATURES = 6


def learnt(*, sure: int) -> tuple[Machine, list[bool]]:
    """Over texts of chance features, relevant where they have the first; of the last `sure` ones
    the linear model was sure."""
    chance = np.random.default_rng(7)
    rows = (chance.random((120, FEATURES)) < 0.5).astype(float) + 0.01
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    truth = [bool(row[0] > row.mean()) for row in rows]
    by_words = [0.0] * (120 - sure) + [BORDER + 0.1] * sure
    return learn(csr_matrix(rows), truth, [1.0] * 120, by_words, 5), truth


def right(machine: Machine, truth: list[bool]) -> float:
    return float(np.mean([(m > 0) == t for m, t in zip(machine.margins, truth, strict=True)]))


def test_every_text_is_judged_by_a_machine_that_has_not_seen_it() -> None:
    machine, truth = learnt(sure=0)
    assert right(machine, truth) > 0.9


def test_of_what_is_sure_nothing_holds_the_border_and_all_is_judged() -> None:
    machine, truth = learnt(sure=40)
    assert max(machine.chosen) < 80
    assert len(machine.coefficients) == len(machine.chosen)
    assert right(machine, truth) > 0.9
