"""The drawing of the architecture says what the imports say, and what the pipeline does."""

from __future__ import annotations

import ast
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from tests.render.architecture import BOXES, CONDUCTOR, IMPORTS, PLAN, WAY, Hand, drawing
from tests.test_architecture import import_graph

ROOT = Path(__file__).parents[2]
CALLED = {
    "_fetcher": "feeds.fetch",
    "_parser": "feeds.parse_pool",
    "identify": "feeds.identity",
    "_assessor": "classifiers.reader",
    "record_poll": "storage.store",
}
"""What the pipeline calls, and whose it is."""


@cache
def graph() -> dict[str, set[str]]:
    return import_graph(ROOT)


def imports(one: str, other: str) -> bool:
    """Whether a module, or any of a package's, imports another, or any of its."""
    names = {name for module, used in graph().items() if within(module, one) for name in used}
    return any(within(name, other) for name in names & graph().keys())


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def handed_over(hand: Hand) -> bool:
    """By a module that knows both, over a contract that both know, through a door at which the next
    one asks, or by one that the first asks for it."""
    ends = [end for end in (hand.source, hand.target) if end != hand.by]
    knows_both = all(imports(hand.by, end) for end in ends)
    known_to_both = len(ends) == 2 and all(imports(end, hand.by) for end in ends)
    door = len(ends) == 2 and imports(hand.by, hand.source) and imports(hand.target, hand.by)
    between = len(ends) == 2 and imports(hand.source, hand.by) and imports(hand.by, hand.target)
    return knows_both or known_to_both or door or between


def test_the_drawing_is_up_to_date() -> None:
    file = ROOT / "docs" / "architecture.svg"
    written = file.read_text(encoding="utf-8")
    assert written == drawing(), f"run python -m tests.render.architecture {file.relative_to(ROOT)}"


def test_every_box_is_a_module_or_a_package() -> None:
    assert [box.module for box in BOXES if box.module not in graph()] == []


@pytest.mark.parametrize(("source", "target"), IMPORTS)
def test_every_arrow_of_an_import_is_an_import(source: str, target: str) -> None:
    assert imports(source, target)


@pytest.mark.parametrize("hand", WAY, ids=lambda hand: f"{hand.source} to {hand.target}")
def test_every_step_of_an_article_is_handed_on_by_who_knows_both_ends(hand: Hand) -> None:
    assert handed_over(hand)


def test_a_step_that_nobody_takes_is_found() -> None:
    assert not handed_over(Hand("feeds.fetch", "storage.store", "feeds.fetch"))
    assert not handed_over(Hand("classifiers.reader", "bot.delivery", "classifiers.reader"))


def test_the_plan_is_handed_in_by_the_conductor_and_not_imported() -> None:
    plan, taker = PLAN
    assert imports(CONDUCTOR, plan)
    assert not imports(taker, plan)


def test_the_numbers_follow_the_arrows() -> None:
    number = {box.module: box.step for box in BOXES}
    for before, after in pairwise(WAY):
        assert number[before.source] < number[before.target] <= number[after.target]


def test_the_pipeline_calls_the_first_steps_in_their_order() -> None:
    source = (ROOT / "bot" / "pipeline.py").read_text(encoding="utf-8")
    (poll,) = (
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.AsyncFunctionDef) and node.name == "_poll"
    )
    drawn = [box.module for box in BOXES if 0 < box.step <= len(CALLED)]
    assert list(dict.fromkeys(_called(poll))) == drawn


def _called(function: ast.AsyncFunctionDef) -> list[str]:
    """Whose functions it calls, in the order of the text."""
    names = [
        (node.lineno, node.col_offset, node.attr if isinstance(node, ast.Attribute) else node.id)
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute | ast.Name)
    ]
    return [CALLED[name] for _, _, name in sorted(names) if name in CALLED]
