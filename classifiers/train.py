"""Trains the model from the labelled examples. Needs the extra `train` (scikit-learn).

Reproducible: the same examples give the same model. The relevance head is calibrated on
out-of-fold margins, weighted so that one text in three is relevant.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from classifiers import arrays, assembly, calibration, encoder, features, kernel, roles, wordpiece
from classifiers.calibration import Unfitted
from classifiers.document import read
from classifiers.examples import Example, shipped
from classifiers.gate import gate
from classifiers.kernel import Precedent
from classifiers.kernel_train import GAMMA, Machine, learn, out_of_fold_margins
from classifiers.language import identify
from classifiers.language_file import languages
from classifiers.lexicon import lexicon
from classifiers.model import arrays_of
from classifiers.relevance import THRESHOLD

Vector = Mapping[str, float]
FOLDS = 5
# Inverse strength of the regularisation of each head, by cross-validation.
STRENGTH = {
    "relevant": 4.0,
    "type": 5.0,
    "direction": 5.0,
    "stage": 5.0,
    "role": 3.0,
}
CUTS = {"committer": 0.41, "beneficiary": 0.42}
# How an act stands tells what changed, not whether it matters: it is kept from relevance.
_ONLY_OF_TYPES = ("v:", "vt:", "vb:")
# The signs of opinion and the like, which tell nothing of what changed.
_ONLY_OF_RELEVANCE = ("g:",)
_OTHER_LANGUAGES = 1.5
"""What an example counts more to the kernel where there are few of its language and no encoder: its
border may follow them more closely."""
_RARE = 3
_SCALE = 0.02
"""What the weights are rounded to. Finer steps, like rarer features, make a larger file."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """An example as the models see it."""

    example: Example
    language: str
    """As the text tells it."""
    vector: Vector
    sentences: Sequence[Any]
    claims: Sequence[Any]
    passes: bool
    """Whether the gate lets it through: only then is it ever scored."""


def prepare(example: Example) -> Prepared:
    """Reads an example by the rules alone."""
    article = example.article
    language = identify(f"{article.title}\n{article.summary}", article.language)
    known = language if language in languages() else "en"
    document = read(article, known, lexicon(known))
    lead = features.lead(document)
    found = assembly.claims(document)
    vector = features.of_sentences(lead, found)
    return Prepared(example, known, vector, lead, found, gate().passes(article))


def train(corrections: Sequence[Example] = ()) -> dict[str, Any]:
    """The model as a JSON document, from the shipped examples and corrections from use."""
    prepared = [prepare(example) for example in (*shipped(), *corrections)]
    relevant = [p for p in prepared if p.example.relevant and p.example.claims]
    kinds = _out_of_fold_types(relevant)
    names = _vocabulary([p.vector for p in prepared])
    matrix = _of_relevance(prepared, names)
    by_words = _by_words(prepared, matrix)
    learnt = _learnt(prepared, matrix, by_words)
    unfitted = _unfitted(prepared, learnt.margins)
    slope, offset = calibration.alone(unfitted)
    return {
        "version": _version(prepared),
        "article": _article_table(prepared, relevant, names, matrix),
        "screen": calibration.of_screen(
            [(p.example, m) for p, m in zip(prepared, by_words, strict=True) if p.passes]
        ),
        "role": _role_table(relevant, kinds),
        "kernel": _packed_kernel(prepared, names, learnt),
        "slope": slope,
        "offset": offset,
        "joint": calibration.joint(unfitted, slope),
        "encoder": encoder.shipped().digest,
        "cuts": CUTS,
    }


@dataclass(frozen=True, slots=True)
class Unseen:
    """An example as models that have not seen it judge it."""

    example: Example
    relevant: bool
    head: str
    """The expected head word; empty where it is not relevant in truth."""


def out_of_fold(threshold: float = THRESHOLD) -> list[Unseen]:
    """Every shipped example, judged by models that have not seen it: what anybody can repeat
    without the measuring sets."""
    prepared = [prepare(example) for example in shipped()]
    matrix = _of_relevance(prepared, _vocabulary([p.vector for p in prepared]))
    learnt = _learnt(prepared, matrix, _by_words(prepared, matrix))
    scores = calibration.scores(_unfitted(prepared, learnt.margins))
    heads = iter(_out_of_fold_types([p for p in prepared if p.example.claims]))
    return [
        Unseen(
            p.example,
            p.passes and score >= threshold,
            next(heads) if p.example.claims else "",
        )
        for p, score in zip(prepared, scores, strict=True)
    ]


def write(model: Mapping[str, Any], path: Path) -> None:
    """Writes a model: as arrays, as it is shipped, where the name ends in ".zst"; otherwise as a
    JSON document of many lines, so that two can be compared."""
    if path.suffix == ".zst":
        path.write_bytes(arrays.dump(arrays_of(model)))
        return
    path.write_text(json.dumps(model, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


def _version(prepared: Sequence[Prepared]) -> str:
    digest = hashlib.sha256()
    for p in prepared:
        digest.update(f"{p.example.id}|{p.example.head}|{p.example.article.title}\n".encode())
    return f"{len(prepared)}-{digest.hexdigest()[:8]}"


def _of_relevance(prepared: Sequence[Prepared], names: Sequence[str]) -> Any:
    return _matrix([p.vector for p in prepared], names, without=_ONLY_OF_TYPES)


def _by_words(prepared: Sequence[Prepared], matrix: Any) -> list[float]:
    """The margin of each by a linear model that has not seen it."""
    truth = [p.example.relevant for p in prepared]
    one = _logistic(STRENGTH["relevant"])
    return out_of_fold_margins(one, matrix, truth, FOLDS)


def _article_table(
    prepared: Sequence[Prepared], relevant: Sequence[Prepared], names: Sequence[str], matrix: Any
) -> dict[str, Any]:
    truth = [p.example.relevant for p in prepared]
    weights = [p.example.weight for p in prepared]
    one = _logistic(STRENGTH["relevant"])
    fitted = [one.fit(matrix, truth, sample_weight=weights)]
    heads: dict[str, list[str]] = {"relevant": ["yes"]}
    chosen = _matrix([p.vector for p in relevant], names, without=_ONLY_OF_RELEVANCE)
    for head, labels in _labels(relevant).items():
        kinds = _logistic(STRENGTH[head], balanced=True)
        kinds.fit(chosen, labels, sample_weight=[p.example.weight for p in relevant])
        heads[head] = [str(name) for name in kinds.classes_]
        fitted.append(kinds)
    return _packed(heads, names, fitted)


def _learnt(prepared: Sequence[Prepared], matrix: Any, by_words: Sequence[float]) -> Machine:
    weights = [
        p.example.weight * (1 if p.language == wordpiece.LANGUAGE else _OTHER_LANGUAGES)
        for p in prepared
    ]
    truth = [p.example.relevant for p in prepared]
    return learn(matrix, truth, weights, by_words, FOLDS)


def _packed_kernel(
    prepared: Sequence[Prepared], names: Sequence[str], learnt: Machine
) -> dict[str, Any]:
    chosen = [prepared[number] for number in learnt.chosen]
    return kernel.packed(
        GAMMA,
        learnt.bias,
        [Precedent(p.example.id, p.example.head, _line(p.example.article.title)) for p in chosen],
        learnt.coefficients,
        [p.vector for p in chosen],
        frozenset(name for name in names if not name.startswith(_ONLY_OF_TYPES)),
    )


def _line(text: str) -> str:
    return " ".join(text.split())


def _unfitted(prepared: Sequence[Prepared], margins: Sequence[float]) -> list[Unfitted]:
    return [
        Unfitted(p.example, p.passes, margin, seen)
        for p, margin, seen in zip(prepared, margins, _encoded(prepared), strict=True)
    ]


def _encoded(prepared: Sequence[Prepared]) -> list[float | None]:
    """The margin of each example by an encoder that was not taught on it; None for another
    language. Corrections from use are unseen by the encoder that is shipped."""
    lines = (files("classifiers") / "data" / "encoder_unseen.tsv").read_text(encoding="utf-8")
    known = {name: float(margin) for name, margin in map(str.split, lines.splitlines())}

    def margin(one: Prepared) -> float:
        found = known.get(one.example.id)
        return encoder.shipped().read(one.sentences).margin if found is None else found

    return [margin(p) if p.language == wordpiece.LANGUAGE else None for p in prepared]


def _labels(relevant: Sequence[Prepared]) -> dict[str, list[str]]:
    firsts = [p.example.claims[0] for p in relevant]
    return {
        "type": [p.example.head for p in relevant],
        "direction": [claim.direction.value for claim in firsts],
        "stage": [str(int(claim.stage)) for claim in firsts],
    }


def _out_of_fold_types(relevant: Sequence[Prepared]) -> list[str]:
    """The head word that a model which has not seen the example expects: the roles' model must
    learn from what it will be given."""
    from sklearn.model_selection import KFold, cross_val_predict

    names = _vocabulary([p.vector for p in relevant])
    matrix = _matrix([p.vector for p in relevant], names)
    folds = KFold(FOLDS, shuffle=True, random_state=1)
    labels = [p.example.head for p in relevant]
    one = _logistic(STRENGTH["type"], balanced=True)
    return [str(name) for name in cross_val_predict(one, matrix, labels, cv=folds)]


def _role_table(relevant: Sequence[Prepared], kinds: Sequence[str]) -> dict[str, Any]:
    vectors: list[Vector] = []
    truth: dict[str, list[bool]] = {"committer": [], "beneficiary": []}
    for p, kind in zip(relevant, kinds, strict=True):
        first = p.example.claims[0]
        for code in roles.actors_of(p.sentences):
            vectors.append(features.unit(roles.features(p.sentences, code, p.claims, kind)))
            truth["committer"].append(code in first.committers)
            truth["beneficiary"].append(code in first.beneficiaries)
    names = _vocabulary(vectors)
    matrix = _matrix(vectors, names)
    fitted = [_logistic(STRENGTH["role"]).fit(matrix, truth[role]) for role in truth]
    return _packed({role: ["yes"] for role in truth}, names, fitted)


def _vocabulary(vectors: Sequence[Vector]) -> list[str]:
    counts = Counter(name for vector in vectors for name in vector)
    return sorted(name for name, count in counts.items() if count >= _RARE)


def _matrix(
    vectors: Sequence[Vector], names: Sequence[str], *, without: tuple[str, ...] = ()
) -> Any:
    from scipy.sparse import csr_matrix

    columns = {name: number for number, name in enumerate(names)}
    data: list[float] = []
    indices: list[int] = []
    starts = [0]
    for vector in vectors:
        for name, value in vector.items():
            if name in columns and not (without and name.startswith(without)):
                indices.append(columns[name])
                data.append(value)
        starts.append(len(indices))
    return csr_matrix((data, indices, starts), shape=(len(vectors), len(names)))


def _logistic(strength: float, *, balanced: bool = False) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(
        C=strength, max_iter=2000, class_weight="balanced" if balanced else None
    )


def _packed(
    heads: Mapping[str, list[str]], names: Sequence[str], fitted: list[Any]
) -> dict[str, Any]:
    """Weights as whole multiples of a fiftieth; features that weigh nothing are left out."""
    columns = [row for one in fitted for row in one.coef_]
    bias = [float(b) for one in fitted for b in one.intercept_]
    rows = {}
    for number, name in enumerate(names):
        packed = [round(float(column[number]) / _SCALE) for column in columns]
        if any(packed):
            rows[name] = packed
    return {
        "heads": dict(heads),
        "bias": [round(b, 5) for b in bias if math.isfinite(b)],
        "scale": _SCALE,
        "rows": rows,
    }
