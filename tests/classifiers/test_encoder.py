"""The encoder's sums are those of the textbook, and its data is small and executes nothing."""

from __future__ import annotations

import math
from importlib.resources import files
from typing import Any

import numpy as np
import pytest

from classifiers import arrays, encoder, encoder_net, encoder_train, features
from classifiers.arrays import of_texts
from classifiers.document import Sentence, read
from classifiers.encoder import HEADS, LONGEST, Lead, from_arrays, lead_of, quantised
from classifiers.examples import example_of
from classifiers.lexicon import lexicon
from classifiers.train import prepare
from classifiers.wordpiece import Vocabulary

WIDTH, WIDE = 2 * HEADS, 3 * HEADS
PIECES = ["[UNK]", "[CLS]", "[SEP]", "poland", "guarantees", "lithuania", "pact", "##s"]
CLASSES = {"type": ("pledged", "signed"), "direction": ("new", "refused"), "stage": ("2", "4")}
Rows = list[list[float]]


def small() -> dict[str, Any]:
    """The arrays of an encoder of one narrow layer, by chance."""
    dice = np.random.default_rng(7)
    arrays: dict[str, Any] = {
        "vocabulary": of_texts(PIECES),
        "digest": of_texts(["none"]),
        **{f"classes.{head}": of_texts(names) for head, names in CLASSES.items()},
    }

    def weights(name: str, rows: int, columns: int, *, bias: bool = True) -> None:
        arrays[name] = dice.integers(-15, 16, (rows, columns), np.int8)
        arrays[f"{name}.scales"] = dice.uniform(0.01, 0.03, columns).astype(np.float16)
        if bias:
            arrays[f"{name}.bias"] = dice.normal(size=columns).astype(np.float32)

    arrays["words"] = dice.integers(-7, 8, (len(PIECES), WIDTH), np.int8)
    arrays["words.scales"] = dice.uniform(0.1, 0.3, len(PIECES)).astype(np.float16)
    weights("places", LONGEST, WIDTH, bias=False)
    for name in ("entry", "layer0.first", "layer0.second"):
        arrays[f"{name}.weights"] = dice.normal(1, 0.2, WIDTH).astype(np.float32)
        arrays[f"{name}.bias"] = dice.normal(size=WIDTH).astype(np.float32)
    weights("layer0.attention", WIDTH, 3 * WIDTH)
    weights("layer0.joined", WIDTH, WIDTH)
    weights("layer0.wide", WIDTH, WIDE)
    weights("layer0.narrow", WIDE, WIDTH)
    weights("head.relevant", WIDTH, 1)
    weights("head.role", 2 * WIDTH, 2)
    for head, names in CLASSES.items():
        weights(f"head.{head}", WIDTH, len(names))
    return arrays


# --- the same by hand, number by number


def floats(arrays: dict[str, Any], name: str) -> Rows:
    scales = [float(scale) for scale in arrays[f"{name}.scales"]]
    return [[int(n) * scale for n, scale in zip(row, scales, strict=True)] for row in arrays[name]]


def times(arrays: dict[str, Any], name: str, row: list[float]) -> list[float]:
    columns = zip(*floats(arrays, name), strict=True)
    bias = [float(b) for b in arrays[f"{name}.bias"]]
    return [
        sum(a * b for a, b in zip(row, column, strict=True)) + add
        for column, add in zip(columns, bias, strict=True)
    ]


def normal(arrays: dict[str, Any], name: str, row: list[float]) -> list[float]:
    mean = sum(row) / len(row)
    spread = math.sqrt(sum((x - mean) ** 2 for x in row) / len(row))
    factors = zip(arrays[f"{name}.weights"], arrays[f"{name}.bias"], row, strict=True)
    return [float(w) * (x - mean) / spread + float(b) for w, b, x in factors]


def attended(mixed: Rows) -> Rows:
    size = WIDTH // HEADS
    found: Rows = [[] for _ in mixed]
    for head in range(HEADS):
        queries, keys, values = (
            [row[part * WIDTH + head * size : part * WIDTH + (head + 1) * size] for row in mixed]
            for part in range(3)
        )
        for number, query in enumerate(queries):
            alike = [
                math.exp(sum(a * b for a, b in zip(query, key, strict=True)) / math.sqrt(size))
                for key in keys
            ]
            for place in range(size):
                part = sum(a * value[place] for a, value in zip(alike, values, strict=True))
                found[number].append(part / sum(alike))
    return found


def gelu(x: float) -> float:
    return 0.5 * x * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


def added(one: list[float], other: list[float]) -> list[float]:
    return [a + b for a, b in zip(one, other, strict=True)]


def by_hand(arrays: dict[str, Any], pieces: list[int]) -> Rows:
    places = floats(arrays, "places")
    rows = []
    for place, piece in enumerate(pieces):
        scale = float(arrays["words.scales"][piece])
        word = [int(n) * scale for n in arrays["words"][piece]]
        rows.append(normal(arrays, "entry", added(word, places[place])))
    seen = attended([times(arrays, "layer0.attention", row) for row in rows])
    found = []
    for row, view in zip(rows, seen, strict=True):
        first = normal(arrays, "layer0.first", added(row, times(arrays, "layer0.joined", view)))
        wide = [gelu(x) for x in times(arrays, "layer0.wide", first)]
        narrow = times(arrays, "layer0.narrow", wide)
        found.append(normal(arrays, "layer0.second", added(first, narrow)))
    return found


def mean(rows: Rows) -> list[float]:
    return [sum(column) / len(rows) for column in zip(*rows, strict=True)]


LEAD = Lead([1, 3, 4, 5, 2], {"POL": [1], "LTU": [3]})


def test_its_sums_are_those_of_the_textbook() -> None:
    arrays = small()
    rows = by_hand(arrays, LEAD.pieces)
    whole = mean(rows)
    opinion = from_arrays(arrays).opinion(LEAD)
    assert opinion.margin == pytest.approx(times(arrays, "head.relevant", whole)[0], abs=1e-3)
    margins = times(arrays, "head.type", whole)
    share = math.exp(margins[0]) / sum(map(math.exp, margins))
    assert opinion.chances["type"]["pledged"] == pytest.approx(share, abs=1e-3)
    assert opinion.roles["LTU"] == pytest.approx(
        times(arrays, "head.role", [*rows[3], *whole]), abs=1e-3
    )


def test_chances_are_shares() -> None:
    chances = from_arrays(small()).opinion(LEAD).chances
    assert {head: tuple(found) for head, found in chances.items()} == CLASSES
    assert all(sum(found.values()) == pytest.approx(1, abs=1e-5) for found in chances.values())


# --- what it reads


def row(title: str, summary: str = "", claim: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "id": "t-1",
        "title": title,
        "summary": summary,
        "language": "en",
        "date": "2026-01-07",
        "source_ref": "a test",
        "relevant": claim is not None,
        "claims": [claim] if claim else [],
        "case": "ordinary",
        "note": "",
    }


def sentences(title: str, summary: str = "") -> tuple[Sentence, ...]:
    article = example_of(row(title, summary)).article
    return features.lead(read(article, "en", lexicon("en")))


VOCABULARY = Vocabulary({piece: number for number, piece in enumerate(PIECES)})


def test_a_mark_stands_between_headline_and_teaser() -> None:
    lead = lead_of(sentences("Poland guarantees", "Lithuania pacts. Poland."), VOCABULARY)
    assert [PIECES[n] for n in lead.pieces if n] == (
        ["[CLS]", "poland", "guarantees", "[SEP]", "lithuania", "pact", "##s", "poland", "[SEP]"]
    )


def test_actors_are_found_among_the_pieces() -> None:
    lead = lead_of(sentences("Poland guarantees Lithuania", "Poland"), VOCABULARY)
    assert lead.actors == {"POL": [1, 5], "LTU": [3]}


def test_a_long_lead_is_cut_and_actors_beyond_are_not_seen() -> None:
    lead = lead_of(sentences("Poland " + "pact " * 200 + "Lithuania"), VOCABULARY)
    assert len(lead.pieces) == LONGEST
    assert lead.pieces[-1] == VOCABULARY.end
    assert lead.actors == {"POL": [1]}


# --- its data


@pytest.mark.parametrize("levels", [7, 15])
def test_whole_numbers_stay_near_the_weights(levels: int) -> None:
    weights = np.random.default_rng(1).normal(size=(200, 8)).astype(np.float32)
    whole, scales = quantised(weights, levels)
    assert np.abs(whole).max() <= levels
    widest = np.abs(weights).max(0) / levels
    plain = np.round(weights / widest) * widest
    assert ((whole * scales - weights) ** 2).sum() < ((plain - weights) ** 2).sum()


def test_a_column_of_noughts_stays_one() -> None:
    whole, scales = quantised(np.zeros((4, 2), np.float32), 7)
    assert not (whole * scales).any()


def test_what_is_written_is_read_again() -> None:
    written = from_arrays(arrays.load(arrays.dump(small())))
    assert written.opinion(LEAD) == from_arrays(small()).opinion(LEAD)


def test_arrays_that_do_not_fit_are_refused() -> None:
    arrays = small()
    arrays["layer0.wide.bias"] = arrays["layer0.wide.bias"][:-1]
    with pytest.raises(ValueError, match=r"layer0\.wide"):
        from_arrays(arrays)
    with pytest.raises(ValueError, match="pieces"):
        from_arrays(small() | {"vocabulary": of_texts(["one", "two"])})


def test_the_shipped_encoder_goes_with_the_margins_of_what_it_had_not_seen() -> None:
    text = (files("classifiers") / "data" / "encoder_unseen.tsv").read_text(encoding="utf-8")
    names = {line.split("\t")[0] for line in text.splitlines()}
    known = [example for example in encoder_train.english() if example.id in names]
    assert len(known) == len(names)
    assert encoder.shipped().digest == encoder_train.digest_of(known)


# --- how it is taught, as far as PyTorch is not needed


def test_endings_and_the_most_frequent_words_are_kept() -> None:
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "на", "##ed", "pact", "zymurgy"]
    kept = encoder_net.kept_pieces(pieces, 6)
    assert [pieces[n] for n in kept] == ["[UNK]", "[CLS]", "[SEP]", "the", "##ed", "pact"]


def test_a_lesson_has_the_labels_of_the_first_claim() -> None:
    claim = {"direction": "new", "stage": 2, "committers": ["POL"], "beneficiaries": ["LTU"]}
    one = prepare(example_of(row("Poland guarantees Lithuania", claim=claim)))
    taught = encoder_train.lesson(one, VOCABULARY)
    assert taught.labels == {"type": "pledged", "direction": "new", "stage": "2"}
    assert taught.committers == {"POL"}
    assert taught.lead.actors == {"POL": [1], "LTU": [3]}


def beginning() -> encoder_net.Base:
    """A MiniLM of narrow layers, by chance."""
    dice = np.random.default_rng(3)

    def some(*shape: int) -> Any:
        return dice.normal(0, 0.3, shape).astype(np.float32)

    sizes = {
        "attention.self.query": (WIDTH, WIDTH),
        "attention.self.key": (WIDTH, WIDTH),
        "attention.self.value": (WIDTH, WIDTH),
        "attention.output.dense": (WIDTH, WIDTH),
        "attention.output.LayerNorm": (WIDTH,),
        "intermediate.dense": (WIDE, WIDTH),
        "output.dense": (WIDTH, WIDE),
        "output.LayerNorm": (WIDTH,),
    }
    weights = {
        "embeddings.word_embeddings.weight": some(len(PIECES), WIDTH),
        "embeddings.position_embeddings.weight": some(LONGEST, WIDTH),
        "embeddings.token_type_embeddings.weight": some(2, WIDTH),
        "embeddings.LayerNorm.weight": some(WIDTH) + 1,
        "embeddings.LayerNorm.bias": some(WIDTH),
    }
    for layer in range(encoder_net.LAYERS):
        for name, shape in sizes.items():
            weights[f"encoder.layer.{layer}.{name}.weight"] = some(*shape)
            weights[f"encoder.layer.{layer}.{name}.bias"] = some(shape[0])
    return encoder_net.Base(PIECES, weights)


def test_what_was_taught_is_what_is_shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch")
    monkeypatch.setattr(encoder_train, "LEVELS", 127)  # so that little is lost by rounding
    torch.manual_seed(5)
    made = encoder_net.net(beginning(), range(len(PIECES)), CLASSES).eval()
    opinion = from_arrays(encoder_train.packed(made, PIECES, CLASSES, "test")).opinion(LEAD)
    with torch.no_grad():
        found = encoder_net.forward(made, encoder_net.batch([LEAD]))
    assert opinion.margin == pytest.approx(float(found["relevant"][0, 0]), abs=0.05)
    shares = found["type"][0].softmax(-1).tolist()
    assert list(opinion.chances["type"].values()) == pytest.approx(shares, abs=0.05)
    assert opinion.roles["LTU"] == pytest.approx(found["role"][0, 1].tolist(), abs=0.05)
