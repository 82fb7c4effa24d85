"""The shipped stream: what is in it, and how well it is told apart."""

from __future__ import annotations

import json
from importlib import resources

import pytest

from classifiers.reader import load_reader
from classifiers.story_stream import (
    Placed,
    b_cubed,
    report,
    run,
    shipped_stream,
    wrong_merges,
    wrong_splits,
)


@pytest.fixture(scope="module")
def placed() -> list[Placed]:
    return run(shipped_stream(), load_reader().assess)


def test_the_stream_is_large_and_speaks_eight_languages() -> None:
    rows = shipped_stream()
    assert len(rows) >= 450
    assert len({row["development"] for row in rows if row["development"]}) >= 80
    assert len({row["language"] for row in rows}) >= 8
    assert len({row["id"] for row in rows}) == len(rows)


def test_developments_are_told_apart(placed: list[Placed]) -> None:
    score = b_cubed(placed)
    assert score.f1 >= 0.95
    assert score.precision >= 0.98


def test_look_alikes_are_never_merged(placed: list[Placed]) -> None:
    data = resources.files("classifiers").joinpath("data", "stories", "lookalikes.json")
    forbidden = {frozenset(pair[:2]) for pair in json.loads(data.read_text(encoding="utf-8"))}
    merged = {frozenset((a.gold, b.gold)) for a, b in wrong_merges(placed)}
    assert merged & forbidden == set()


def test_copies_of_agency_texts_are_recognised(placed: list[Placed]) -> None:
    copies = [p for p in placed if p.gold_role == "syndicated"]
    assert sum(p.role == "syndicated" for p in copies) >= 0.85 * len(copies)
    others = [p for p in placed if p.gold_role != "syndicated"]
    assert sum(p.role == "syndicated" for p in others) <= 0.02 * len(others)


def one(number: int, gold: str, story: str) -> Placed:
    return Placed(f"a{number}", "", gold, story, "", "")


def test_b_cubed_of_a_known_case() -> None:
    # Two developments of two articles each in one story: every article's story is half right.
    score = b_cubed([one(1, "x", "s"), one(2, "x", "s"), one(3, "y", "s"), one(4, "y", "s")])
    assert (score.precision, score.recall) == (0.5, 1.0)
    assert score.f1 == pytest.approx(2 / 3)


def test_merges_and_splits_are_listed_once_a_pair() -> None:
    rows = [one(1, "x", "s"), one(2, "y", "s"), one(3, "y", "t"), one(4, "y", "t")]
    assert [(a.gold, b.gold) for a, b in wrong_merges(rows)] == [("x", "y")]
    assert [(a.story, b.story) for a, b in wrong_splits(rows)] == [("s", "t")]
    assert "wrong merges 1" in report(rows)
