"""The trained model is plain data, small, and scored without scikit-learn."""

from __future__ import annotations

import math
import subprocess
import sys
from importlib.resources import files

import pytest

from classifiers.kernel import Precedent, packed
from classifiers.model import Table, from_json, logistic, shipped
from classifiers.relevance import FEED_PRIOR, MEASURED_PRIOR, confidence

SMALL = {
    "heads": {"relevant": ["yes"], "type": ["a", "b"]},
    "bias": [0.5, 0.0, 1.0],
    "scale": 0.01,
    "rows": {"w:pact": [100, 0, -50], "w:goal": [-300, 20, 0]},
}
ONE = 1 / 2**0.5
PACT, GOAL = {"w:pact": ONE, "w:sign": ONE}, {"w:goal": 1.0}
MACHINE = packed(
    1.0,
    0.25,
    [Precedent("a-1", "signed", "A pact"), Precedent("a-2", "none", "A goal")],
    [1.5, -0.5],
    [PACT, GOAL],
    frozenset({"w:pact", "w:sign", "w:goal"}),
)
DOCUMENT = {
    "version": "1",
    "article": SMALL,
    "role": SMALL,
    "screen": [2.0, -1.0],
    "kernel": MACHINE,
    "slope": 3.0,
    "offset": -1.0,
    "cuts": {"committer": 0.4},
}


def table() -> Table:
    return from_json(DOCUMENT).article


def test_a_margin_is_the_bias_and_the_weights_of_what_is_known() -> None:
    assert table().margin("relevant", {"w:pact": 0.5, "w:unknown": 9.0}) == pytest.approx(1.0)


def test_heads_of_one_table_do_not_mix() -> None:
    margins = table().margins({"w:pact": 1.0})
    assert margins == pytest.approx([1.5, 0.0, 0.5])
    shares = table().probabilities("type", margins)
    assert sum(shares.values()) == pytest.approx(1.0)
    assert shares["b"] > shares["a"]


def likeness(one: dict[str, float], other: dict[str, float]) -> float:
    """The Gaussian kernel, as the textbook has it."""
    names = one.keys() | other.keys()
    return math.exp(-sum((one.get(n, 0.0) - other.get(n, 0.0)) ** 2 for n in names))


def test_the_machine_weighs_an_article_by_its_likeness_to_examples() -> None:
    machine = from_json(DOCUMENT).kernel
    article = {"w:pact": ONE, "w:goal": ONE}
    expected = 0.25 + 1.5 * likeness(article, PACT) - 0.5 * likeness(article, GOAL)
    assert machine.margin(article) == pytest.approx(expected, abs=1e-3)


def test_what_no_example_has_does_not_count() -> None:
    machine = from_json(DOCUMENT).kernel
    assert machine.margin({"w:unheard": 1.0}) == pytest.approx(machine.margin({}))


def test_the_nearest_examples_come_first_with_what_they_moved() -> None:
    (first, moved), (second, against) = from_json(DOCUMENT).kernel.nearest(PACT)
    assert (first.title, second.title) == ("A pact", "A goal")
    assert moved > 0 >= against


def test_a_flag_counts_as_much_as_it_weighs() -> None:
    length = 17**0.5  # of a word and a flag of weight four
    half = {"w:pact": 1 / length, "g:cue.poll": 4 / length}
    machine = packed(1.0, 0.0, [Precedent("a-1", "none", "A poll")], [1.0], [half], frozenset(half))
    found = from_json(DOCUMENT | {"kernel": machine}).kernel.margin({"g:cue.poll": 1.0})
    assert found == pytest.approx(likeness({"g:cue.poll": 1.0}, half), abs=1e-3)


def test_what_the_linear_model_rules_out_is_not_compared() -> None:
    model = from_json(DOCUMENT)
    assert model.relevance({"w:goal": 1.0}) == pytest.approx(logistic(2.0 * -2.5 - 1.0))


def test_relevance_is_calibrated() -> None:
    model = from_json(DOCUMENT)
    assert model.relevance(PACT) == pytest.approx(logistic(3.0 * model.kernel.margin(PACT) - 1.0))


def test_a_row_of_the_wrong_length_is_refused() -> None:
    broken = DOCUMENT | {"article": SMALL | {"rows": {"w:pact": [1]}}}
    with pytest.raises(ValueError, match="row of 1 weights where 3"):
        from_json(broken)


def test_the_shipped_model_is_under_ten_megabytes_and_loads() -> None:
    path = files("classifiers") / "data" / "model.json"
    assert len(path.read_bytes()) < 10_000_000
    assert set(shipped().article.heads) == {"relevant", "type", "direction", "stage"}


def test_reading_news_imports_no_scikit_learn() -> None:
    code = (
        "import sys; from classifiers.reader import load_reader; load_reader(); "
        "sys.exit(any(name.split('.')[0] in ('sklearn', 'numpy') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 - our own interpreter and code


def test_confidence_is_lower_where_relevant_news_are_rarer() -> None:
    assert confidence(0.9) < 0.9
    assert confidence(0.9, MEASURED_PRIOR) == pytest.approx(0.9)
    assert confidence(MEASURED_PRIOR) == pytest.approx(FEED_PRIOR)
    assert (confidence(0.0), confidence(1.0)) == (0.0, 1.0)
