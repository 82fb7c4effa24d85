"""The trained model is plain data, small, and scored without scikit-learn."""

from __future__ import annotations

import subprocess
import sys
from importlib.resources import files

import pytest

from classifiers.model import Table, from_json, logistic, shipped
from classifiers.relevance import FEED_PRIOR, MEASURED_PRIOR, confidence

SMALL = {
    "heads": {"relevant": ["yes"], "type": ["a", "b"]},
    "bias": [0.5, 0.0, 1.0],
    "scale": 0.01,
    "rows": {"w:pact": [100, 0, -50], "w:goal": [-300, 20, 0]},
}
DOCUMENT = {
    "version": "1",
    "article": SMALL,
    "role": SMALL,
    "slope": 2.0,
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


def test_relevance_is_calibrated() -> None:
    assert from_json(DOCUMENT).relevance({}) == pytest.approx(logistic(2.0 * 0.5 - 1.0))


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
