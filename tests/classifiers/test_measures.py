"""The arithmetic of evaluation."""

from __future__ import annotations

import pytest

from classifiers.measures import (
    Share,
    calibration_error,
    detection,
    macro_f1,
    set_score,
)


def test_wilsons_interval_holds_the_share_and_narrows_with_cases() -> None:
    few, many = Share(8, 10).interval, Share(800, 1000).interval
    assert few == pytest.approx((0.490, 0.943), abs=0.001)
    assert few[0] < many[0] < 0.8 < many[1] < few[1]


def test_a_share_of_nothing_says_nothing() -> None:
    assert (Share(0, 0).value, Share(0, 0).interval) == (0.0, (0.0, 1.0))


def test_detection_counts_false_alarms_and_misses() -> None:
    found = detection([(True, True)] * 3 + [(True, False)] + [(False, True)] * 2)
    assert (found.precision, found.recall) == (Share(3, 4), Share(3, 5))


def test_set_scores_are_micro_averaged() -> None:
    pairs = [(frozenset("ab"), frozenset("a")), (frozenset("c"), frozenset("cd"))]
    assert set_score(pairs).f1 == pytest.approx(2 / 3)


def test_macro_f1_leaves_rare_classes_out() -> None:
    pairs = [("a", "a")] * 10 + [("a", "b")] * 2
    assert macro_f1(pairs) == pytest.approx(20 / 22)


def test_calibration_error_is_zero_where_scores_are_frequencies() -> None:
    sure = [(0.25, True)] + [(0.25, False)] * 3
    assert calibration_error(sure) == pytest.approx(0.0)
    assert calibration_error([(0.9, False)] * 5) == pytest.approx(0.9)
