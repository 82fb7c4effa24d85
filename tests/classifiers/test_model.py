"""The trained model is plain data, small, and scored without scikit-learn."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

from classifiers import arrays, train
from classifiers.arrays import of_texts
from classifiers.kernel import Precedent, packed
from classifiers.model import Table, arrays_of, from_json, load, logistic, shipped
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
    "joint": [2.0, 0.5, -0.25],
    "encoder": "0a1b2c3d",
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


def test_a_feature_that_no_example_has_counts_in_the_linear_model_alone() -> None:
    rows = SMALL["rows"] | {"w:border": [40, 0, 0]}  # type: ignore[operator]
    model = from_json(DOCUMENT | {"article": SMALL | {"rows": rows}})
    assert model.article.margin("relevant", {"w:border": 1.0}) == pytest.approx(0.9)
    assert model.kernel.margin({"w:border": 1.0}) == model.kernel.margin({})
    assert model.kernel.margin(PACT | {"w:border": ONE}) == model.kernel.margin(PACT)


def test_a_feature_that_the_kernel_alone_knows_weighs_nothing() -> None:
    model = from_json(DOCUMENT)
    assert model.article.margins({"w:sign": 1.0}) == model.article.margins({})
    assert model.article.rows is model.kernel.numbers


def test_what_the_linear_model_rules_out_is_not_compared() -> None:
    assert from_json(DOCUMENT).margin({"w:goal": 1.0}) is None


def test_what_is_unlike_every_development_is_ruled_out_too() -> None:
    unlike = from_json(DOCUMENT | {"offset": -9.0})
    assert unlike.margin(PACT) is None


def test_relevance_is_calibrated() -> None:
    model = from_json(DOCUMENT)
    margin = model.margin(PACT)
    assert margin is not None
    assert margin == pytest.approx(model.kernel.margin(PACT))
    assert model.score(margin) == pytest.approx(logistic(3.0 * margin - 1.0))


def test_the_encoders_margin_counts_beside_the_kernels() -> None:
    assert from_json(DOCUMENT).score(1.5, -2.0) == pytest.approx(logistic(3.0 - 1.0 - 0.25))


def test_a_model_from_before_the_encoder_goes_by_the_kernel_alone() -> None:
    document = {name: value for name, value in DOCUMENT.items() if name != "joint"}
    model = from_json(document)
    assert model.score(1.5, -2.0) == model.score(1.5) == pytest.approx(logistic(3.5))


def test_a_model_is_read_from_arrays_and_from_json(tmp_path: Path) -> None:
    for name in ("model.json", "model.npz.zst"):
        train.write(DOCUMENT, tmp_path / name)
        again, first = load(tmp_path / name), from_json(DOCUMENT)
        assert again.score(1.5) == first.score(1.5)
        assert again.margin(PACT) == first.margin(PACT)
        assert again.article.margins(PACT) == first.article.margins(PACT)
        assert again.kernel.nearest(PACT) == first.kernel.nearest(PACT)


def test_a_model_of_an_earlier_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.npz.zst"
    path.write_bytes(arrays.dump(arrays_of(DOCUMENT) | {"kernel.features": of_texts(["w:pact"])}))
    with pytest.raises(ValueError, match="train it again"):
        load(path)


@pytest.mark.parametrize(
    "content",
    [
        [],
        3,
        None,
        {"version": 1},
        DOCUMENT | {"joint": 5},
        DOCUMENT | {"screen": [1]},
        DOCUMENT | {"cuts": None},
        DOCUMENT | {"kernel": None},
        DOCUMENT | {"kernel": MACHINE | {"lengths": [1.0]}},
        DOCUMENT | {"article": SMALL | {"rows": []}},
        DOCUMENT | {"article": SMALL | {"rows": {"w:pact": [99999, 0, 0]}}},
    ],
)
def test_a_file_of_something_else_is_no_model(tmp_path: Path, content: object) -> None:
    path = tmp_path / "model.json"
    path.write_text(json.dumps(content))
    with pytest.raises(ValueError, match=r"no model|do not fit"):
        load(path)


def test_a_title_may_hold_what_a_document_is_made_of(tmp_path: Path) -> None:
    title = "[Update], a\ttitle"
    rows = [["a-1", "signed", title], ["a-2", "none", "A goal"]]
    write = DOCUMENT | {"kernel": MACHINE | {"precedents": rows}}
    train.write(write, tmp_path / "model.json")
    assert load(tmp_path / "model.json").kernel.nearest(PACT)[0][0].title == title


def test_a_row_of_the_wrong_length_is_refused() -> None:
    broken = DOCUMENT | {"article": SMALL | {"rows": {"w:pact": [1]}}}
    with pytest.raises(ValueError, match="not 3 of them"):
        from_json(broken)


def test_the_shipped_model_is_under_ten_megabytes_and_loads() -> None:
    data = files("classifiers") / "data"
    sizes = [len((data / name).read_bytes()) for name in ("model.npz.zst", "encoder.npz.zst")]
    assert sum(sizes) < 10_000_000
    assert set(shipped().article.heads) == {"relevant", "type", "direction", "stage"}


def test_reading_news_imports_no_scikit_learn() -> None:
    code = (
        "import sys; from classifiers.reader import load_reader; load_reader(); "
        "sys.exit(any(name.split('.')[0] in ('sklearn', 'scipy', 'torch') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 - our own interpreter and code


def test_confidence_is_lower_where_relevant_news_are_rarer() -> None:
    assert confidence(0.9) < 0.9
    assert confidence(0.9, MEASURED_PRIOR) == pytest.approx(0.9)
    assert confidence(MEASURED_PRIOR) == pytest.approx(FEED_PRIOR)
    assert (confidence(0.0), confidence(1.0)) == (0.0, 1.0)
