"""A small transformer that reads the lead of an English article as a whole.

The kernel sees which words and concepts stand there; this one, which has read much English before,
knows what they mean together: that a pact on technology is no pact of defence, or whose troops are
meant. It is MiniLM (Wang and others, 2020; Apache 2.0), taught on the labelled examples by
`classifiers/encoder_train.py`. Weights are whole numbers with a scale a column, and a word; loading
them executes nothing.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from classifiers import arrays
from classifiers.arrays import Arrays, texts_of
from classifiers.document import Sentence
from classifiers.wordpiece import Vocabulary

LONGEST = 96
"""In pieces; a lead is seldom longer."""
HEADS = 12
"""Of attention, in each layer."""
_TINY = np.float32(1e-12)
_INNER = np.float32(-2 * math.sqrt(2 / math.pi))
_CUBIC = np.float32(0.044715 * _INNER)
_LARGE = np.float32(80)
"""Its exponential is still a number of four bytes."""
Numbers = NDArray[np.float32]


class Opinion(NamedTuple):
    """What the encoder makes of a lead."""

    margin: float
    """Log odds that it is relevant, not yet calibrated."""
    chances: Mapping[str, Mapping[str, float]]
    """Of each head of the first claim ("type", "direction", "stage"): class -> probability."""
    roles: Mapping[str, tuple[float, float]]
    """Actor -> log odds that it commits, and that it benefits."""


class Lead(NamedTuple):
    """A lead as the encoder takes it."""

    pieces: list[int]
    actors: dict[str, list[int]]
    """Code -> the places of its mentions among the pieces; a mention within a word has none."""


def lead_of(sentences: Sequence[Sentence], vocabulary: Vocabulary) -> Lead:
    """The pieces of headline and teaser, a mark between them, and where the actors stand."""
    pieces = [vocabulary.start]
    actors: dict[str, list[int]] = {}
    previous = None
    for sentence in sentences:
        if previous and previous.is_title and not sentence.is_title:
            pieces.append(vocabulary.end)
        previous = sentence
        for piece in islice(vocabulary.pieces(sentence.text), LONGEST):
            start, end = piece.start + sentence.start, piece.end + sentence.start
            for mention in sentence.mentions:
                if mention.start <= start and end <= mention.end and len(pieces) < LONGEST - 1:
                    actors.setdefault(mention.code, []).append(len(pieces))
            pieces.append(piece.number)
    return Lead([*pieces[: LONGEST - 1], vocabulary.end], actors)


@dataclass(frozen=True, slots=True)
class Dense:
    """A layer of weights with its bias. The weights stay whole numbers, a quarter of the room;
    to turn them costs a fifth of the time."""

    weights: NDArray[np.int8]
    scales: Numbers
    """Of the columns."""
    bias: Numbers

    def __call__(self, given: Numbers) -> Numbers:
        found: Numbers = (given @ _floats(self.weights)) * self.scales + self.bias
        return found


class _Room(threading.local):
    """Where a thread turns weights: one place for all layers, since to take and give back
    megabytes each time would take longer than the sums."""

    floats: Numbers = np.empty(0, np.float32)


_ROOM = _Room()


def _floats(weights: NDArray[np.int8]) -> Numbers:
    if _ROOM.floats.size < weights.size:
        _ROOM.floats = np.empty(weights.size, np.float32)
    found = _ROOM.floats[: weights.size].reshape(weights.shape)
    np.copyto(found, weights)
    return found


@dataclass(frozen=True, slots=True)
class Norm:
    """A normalisation of each row."""

    weights: Numbers
    bias: Numbers

    def __call__(self, given: Numbers) -> Numbers:
        centred = given - given.mean(-1, keepdims=True)
        spread = np.sqrt((centred * centred).mean(-1, keepdims=True) + _TINY)
        found: Numbers = centred / spread * self.weights + self.bias
        return found


@dataclass(frozen=True, slots=True)
class Layer:
    """Attention, then two dense layers, each added to what came in."""

    attention: Dense
    """Queries, keys and values side by side."""
    joined: Dense
    first: Norm
    wide: Dense
    narrow: Dense
    second: Norm

    def __call__(self, rows: Numbers) -> Numbers:
        rows = self.first(rows + self.joined(_attended(self.attention(rows))))
        return self.second(rows + self.narrow(_gelu(self.wide(rows))))


def _attended(mixed: Numbers) -> Numbers:
    count, width = len(mixed), mixed.shape[1] // 3
    parts = mixed.reshape(count, 3, HEADS, width // HEADS).transpose(1, 2, 0, 3)
    queries, keys, values = parts
    likeness = queries @ keys.transpose(0, 2, 1) / np.float32(math.sqrt(width // HEADS))
    likeness = np.exp(likeness - likeness.max(-1, keepdims=True))
    likeness /= likeness.sum(-1, keepdims=True)
    found: Numbers = (likeness @ values).transpose(1, 0, 2).reshape(count, width)
    return found


def _gelu(given: Numbers) -> Numbers:
    """The form with tanh, as in training, written with exp, which NumPy does several at a time."""
    inner = given * (_INNER + _CUBIC * given * given)
    found: Numbers = given / (1 + np.exp(np.minimum(inner, _LARGE)))
    return found


@dataclass(frozen=True, slots=True)
class Encoder:
    """Reads leads. Holds no state but a memory of words: safe to call from any thread."""

    vocabulary: Vocabulary
    words: NDArray[np.int8]
    word_scales: Numbers
    places: Numbers
    entry: Norm
    layers: tuple[Layer, ...]
    heads: Mapping[str, Dense]
    classes: Mapping[str, tuple[str, ...]]
    digest: str
    """Of the examples that it was taught on."""

    def read(self, sentences: Sequence[Sentence]) -> Opinion:
        """Its opinion of a lead, in ten to twenty milliseconds."""
        return self.opinion(lead_of(sentences, self.vocabulary))

    def opinion(self, lead: Lead) -> Opinion:
        """The same of a lead already taken apart."""
        rows = self.words[lead.pieces] * self.word_scales[lead.pieces, None]
        rows = self.entry(rows + self.places[: len(rows)])
        for layer in self.layers:
            rows = layer(rows)
        whole = rows.mean(0)
        chances = {
            head: dict(zip(names, _shares(self.heads[head](whole)), strict=True))
            for head, names in self.classes.items()
        }
        roles = {code: self._role(rows, whole, places) for code, places in lead.actors.items()}
        return Opinion(float(self.heads["relevant"](whole)[0]), chances, roles)

    def _role(self, rows: Numbers, whole: Numbers, places: Sequence[int]) -> tuple[float, float]:
        committer, beneficiary = self.heads["role"](
            np.concatenate([rows[list(places)].mean(0), whole])
        )
        return float(committer), float(beneficiary)


def _shares(margins: Numbers) -> list[float]:
    grown = np.exp(margins - margins.max())
    return [float(share) for share in grown / grown.sum()]


@cache
def shipped() -> Encoder:
    """The encoder that comes with the package."""
    return from_arrays(arrays.shipped("encoder.npz.zst"))


def from_arrays(stored: Arrays) -> Encoder:
    """The encoder of named arrays. Raises ValueError or KeyError where they are none."""
    width = len(stored["entry.weights"])
    pieces = texts_of(stored["vocabulary"])
    if stored["words"].shape != (len(pieces), width):
        raise ValueError(f"{len(pieces)} pieces and words of shape {stored['words'].shape}")
    count = sum(name.endswith(".attention.bias") for name in stored)
    classes = {
        name.removeprefix("classes."): tuple(texts_of(values))
        for name, values in stored.items()
        if name.startswith("classes.")
    }
    return Encoder(
        vocabulary=Vocabulary({piece: number for number, piece in enumerate(pieces)}),
        words=stored["words"],
        word_scales=stored["words.scales"].astype(np.float32),
        places=stored["places"].astype(np.float32) * stored["places.scales"].astype(np.float32),
        entry=_norm(stored, "entry"),
        layers=tuple(_layer(stored, f"layer{number}") for number in range(count)),
        heads={name: _dense(stored, f"head.{name}") for name in (*classes, "relevant", "role")},
        classes=classes,
        digest=texts_of(stored["digest"])[0],
    )


def _layer(stored: Arrays, name: str) -> Layer:
    return Layer(
        attention=_dense(stored, f"{name}.attention"),
        joined=_dense(stored, f"{name}.joined"),
        first=_norm(stored, f"{name}.first"),
        wide=_dense(stored, f"{name}.wide"),
        narrow=_dense(stored, f"{name}.narrow"),
        second=_norm(stored, f"{name}.second"),
    )


def _dense(stored: Arrays, name: str) -> Dense:
    weights, bias = stored[name], stored[f"{name}.bias"].astype(np.float32)
    if weights.shape[1:] != bias.shape:
        raise ValueError(f"{name}: {weights.shape} weights and {bias.shape} bias do not fit")
    return Dense(weights, stored[f"{name}.scales"].astype(np.float32), bias)


def _norm(stored: Arrays, name: str) -> Norm:
    return Norm(
        stored[f"{name}.weights"].astype(np.float32), stored[f"{name}.bias"].astype(np.float32)
    )


def quantised(weights: Numbers, levels: int, axis: int = 0) -> tuple[NDArray[np.int8], Numbers]:
    """Weights as whole numbers of at most `levels` either way, and the scales along the axis that
    is left: the scale of least squared error among a few."""
    most = np.abs(weights).max(axis, keepdims=True) + _TINY
    best, best_error = most / levels, np.full(most.shape, np.inf, np.float32)
    for share in np.linspace(0.5, 1.0, 11):
        scale = most * share / levels
        rounded = np.clip(np.round(weights / scale), -levels, levels) * scale
        error = ((weights - rounded) ** 2).sum(axis, keepdims=True)
        best = np.where(error < best_error, scale, best)
        best_error = np.minimum(error, best_error)
    scales: Numbers = best.astype(np.float16).astype(np.float32)
    whole = np.clip(np.round(weights / np.maximum(scales, _TINY)), -levels, levels)
    return whole.astype(np.int8), np.squeeze(scales, axis)
