"""The encoder as PyTorch trains it: the sums of `classifiers.encoder`, over many leads at once.

PyTorch is imported where it is needed: no test and no use of the program needs it.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from classifiers.encoder import HEADS, LONGEST, Lead, quantised
from classifiers.wordpiece import END, START, UNKNOWN

DIGEST = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of the weights of sentence-transformers/all-MiniLM-L6-v2 as their authors published them."""
LAYERS = 6
PIECES = 15_000
WORD_LEVELS = 7
"""Whole numbers of four bits: what the words' own vectors are rounded to before all else."""
_WORTH = {"type": 1.0, "direction": 0.5, "stage": 0.5, "role": 1.0}
"""What each head's error counts beside that of relevance."""
HEAD_PREFIX = "of_"
"""Before the names of heads: PyTorch has a `type` of its own."""
_BASE = {
    "attention": ("attention.self.query", "attention.self.key", "attention.self.value"),
    "joined": ("attention.output.dense",),
    "first": ("attention.output.LayerNorm",),
    "wide": ("intermediate.dense",),
    "narrow": ("output.dense",),
    "second": ("output.LayerNorm",),
}


Classes = Mapping[str, Sequence[str]]
"""Head -> its classes."""


class Lesson(NamedTuple):
    """An example as the encoder is taught it."""

    id: str
    lead: Lead
    relevant: bool
    labels: Mapping[str, str] | None
    """Of the first claim, by head; None where there is none."""
    committers: frozenset[str]
    beneficiaries: frozenset[str]


class Base(NamedTuple):
    """What the encoder starts from."""

    pieces: list[str]
    weights: Mapping[str, Any]


def base(folder: Path) -> Base:
    """MiniLM from its folder. Raises ValueError where the file is not the published one."""
    from safetensors.numpy import load_file

    path = folder / "model.safetensors"
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != DIGEST:
        raise ValueError(f"{path} is not the published model: SHA-256 {found}")
    pieces = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
    return Base(pieces, load_file(path))


def kept_pieces(pieces: Sequence[str], most: int = PIECES) -> list[int]:
    """The numbers of the pieces that are kept: all endings in Latin letters, and as many of the
    words as there is room for, which stand in the order of their frequency."""
    special = [pieces.index(name) for name in (UNKNOWN, START, END)]
    plain = [n for n, piece in enumerate(pieces) if piece.isascii() and not piece.startswith("[")]
    endings = [n for n in plain if pieces[n].startswith("##")]
    words = [n for n in plain if not pieces[n].startswith("##")]
    return sorted([*special, *endings, *words[: most - len(endings) - len(special)]])


def net(start: Base, kept: Sequence[int], classes: Classes) -> Any:
    """The encoder as PyTorch trains it: the same sums as `classifiers.encoder`."""
    import torch
    from torch import nn

    width = start.weights["embeddings.LayerNorm.weight"].shape[0]

    def dense(weights: Any, bias: Any) -> Any:
        one = nn.Linear(weights.shape[1], weights.shape[0])
        one.weight.data, one.bias.data = torch.tensor(weights), torch.tensor(bias)
        return one

    def norm(name: str) -> Any:
        one = nn.LayerNorm(width, eps=1e-12)
        one.weight.data = torch.tensor(start.weights[f"{name}.weight"])
        one.bias.data = torch.tensor(start.weights[f"{name}.bias"])
        return one

    def layer(number: int) -> Any:
        parts = {}
        for name, sources in _BASE.items():
            found = [f"encoder.layer.{number}.{source}" for source in sources]
            if name in ("first", "second"):
                parts[name] = norm(found[0])
            else:
                weights = np.concatenate([start.weights[f"{one}.weight"] for one in found])
                bias = np.concatenate([start.weights[f"{one}.bias"] for one in found])
                parts[name] = dense(weights, bias)
        return nn.ModuleDict(parts)

    made = nn.Module()
    words, scales = quantised(
        start.weights["embeddings.word_embeddings.weight"][list(kept)], WORD_LEVELS, axis=1
    )
    made.register_buffer("words", torch.tensor(words.astype(np.float32) * scales[:, None]))
    of_kind = start.weights["embeddings.token_type_embeddings.weight"][0]
    places = start.weights["embeddings.position_embeddings.weight"][:LONGEST] + of_kind
    made.register_buffer("places", torch.tensor(places))
    made.entry = norm("embeddings.LayerNorm")
    made.layers = nn.ModuleList([layer(number) for number in range(LAYERS)])
    sizes = {name: len(values) for name, values in classes.items()}
    made.heads = nn.ModuleDict(
        {HEAD_PREFIX + name: nn.Linear(width, size) for name, size in sizes.items()}
    )
    made.heads[HEAD_PREFIX + "relevant"] = nn.Linear(width, 1)
    made.heads[HEAD_PREFIX + "role"] = nn.Linear(2 * width, 2)
    made.drop = nn.Dropout(0.1)
    return made


class Batch(NamedTuple):
    """Leads side by side."""

    pieces: Any
    there: Any
    """1 where a lead has a piece."""
    actors: Any
    """What each piece counts to the mean of each actor's mentions."""
    codes: list[list[str]]


def batch(leads: Sequence[Lead]) -> Batch:
    """The leads as tensors, the short ones filled up."""
    import torch

    longest = max(len(lead.pieces) for lead in leads)
    most = max(1, *(len(lead.actors) for lead in leads))
    pieces = torch.zeros(len(leads), longest, dtype=torch.long)
    there = torch.zeros(len(leads), longest)
    actors = torch.zeros(len(leads), most, longest)
    for number, lead in enumerate(leads):
        pieces[number, : len(lead.pieces)] = torch.tensor(lead.pieces)
        there[number, : len(lead.pieces)] = 1
        for row, places in enumerate(lead.actors.values()):
            actors[number, row, places] = 1 / len(places)
    return Batch(pieces, there, actors, [list(lead.actors) for lead in leads])


def forward(made: Any, given: Batch) -> dict[str, Any]:
    """Head -> margins."""
    import torch
    from torch.nn import functional

    rows = made.words[given.pieces] + made.places[: given.pieces.shape[1]]
    rows = made.drop(made.entry(rows))
    hidden = given.there[:, None, None, :] == 0
    for layer in made.layers:
        count, length, width = rows.shape
        parts = layer["attention"](rows).reshape(count, length, 3, HEADS, width // HEADS)
        queries, keys, values = parts.permute(2, 0, 3, 1, 4)
        likeness = queries @ keys.transpose(-1, -2) / math.sqrt(width // HEADS)
        shares = made.drop(likeness.masked_fill(hidden, float("-inf")).softmax(-1))
        mixed = (shares @ values).transpose(1, 2).reshape(count, length, width)
        rows = layer["first"](rows + made.drop(layer["joined"](mixed)))
        wide = functional.gelu(layer["wide"](rows), approximate="tanh")
        rows = layer["second"](rows + made.drop(layer["narrow"](wide)))
    there = given.there[..., None]
    whole = (rows * there).sum(1) / there.sum(1)
    actors = torch.bmm(given.actors, rows)
    beside = torch.cat([actors, whole[:, None].expand_as(actors)], -1)
    dropped = made.drop(whole)
    found = {
        name.removeprefix(HEAD_PREFIX): head(dropped)
        for name, head in made.heads.items()
        if name != HEAD_PREFIX + "role"
    }
    return {**found, "role": made.heads[HEAD_PREFIX + "role"](made.drop(beside))}


def loss(
    found: Mapping[str, Any],
    given: Batch,
    lessons: Sequence[Lesson],
    classes: Classes,
) -> Any:
    import torch
    from torch.nn import functional

    truth = torch.tensor([float(one.relevant) for one in lessons])
    total = functional.binary_cross_entropy_with_logits(found["relevant"][:, 0], truth)
    told = [number for number, one in enumerate(lessons) if one.labels]
    if not told:
        return total
    share = len(told) / len(lessons)
    for head, names in classes.items():
        wanted = torch.tensor([names.index((lessons[n].labels or {})[head]) for n in told])
        total = total + _WORTH[head] * share * functional.cross_entropy(found[head][told], wanted)
    roles = [
        (n, row, (code in lessons[n].committers, code in lessons[n].beneficiaries))
        for n in told
        for row, code in enumerate(given.codes[n])
    ]
    if roles:
        at, rows, sides = zip(*roles, strict=True)
        taken = found["role"][list(at), list(rows)]
        wanted = torch.tensor(sides, dtype=torch.float32)
        error = functional.binary_cross_entropy_with_logits(taken, wanted)
        total = total + 2 * _WORTH["role"] * share * error
    return total
