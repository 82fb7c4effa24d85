"""Keeps the examples apart from the texts by which the classifier is measured.

The measuring texts belong to their publishers and are not shipped; only hashes of their three-word
shingles are, from which no text can be read back.
"""

from __future__ import annotations

import base64
import hashlib
import struct
from collections.abc import Iterable, Sequence

from classifiers.sentences import WORD

WORDS = 3


def shingles(text: str) -> frozenset[int]:
    """32-bit hashes of the text's runs of three words, case ignored."""
    words = [word.lower() for word in WORD.findall(text)]
    runs = (" ".join(words[i : i + WORDS]) for i in range(len(words) - WORDS + 1))
    return frozenset(_hash(run) for run in runs)


def _hash(run: str) -> int:
    return int.from_bytes(hashlib.blake2b(run.encode(), digest_size=4).digest(), "big")


def jaccard(left: frozenset[int], right: frozenset[int]) -> float:
    """Common shingles as a share of all; 0 for two empty sets."""
    union = len(left | right)
    return len(left & right) / union if union else 0.0


def packed(found: frozenset[int]) -> str:
    """A set of shingles as a line of text."""
    return base64.b64encode(struct.pack(f">{len(found)}I", *sorted(found))).decode()


def unpacked(line: str) -> frozenset[int]:
    """The set of a line that `packed` made."""
    content = base64.b64decode(line)
    return frozenset(struct.unpack(f">{len(content) // 4}I", content))


def leaks(
    texts: Iterable[tuple[str, str]], measuring: Sequence[frozenset[int]], most: float = 0.2
) -> list[tuple[str, float]]:
    """(id, likeness) of the texts that are too like a measuring one. Takes (id, text)."""
    by_shingle: dict[int, list[frozenset[int]]] = {}
    for other in measuring:
        for shingle in other:
            by_shingle.setdefault(shingle, []).append(other)
    found = []
    for name, text in texts:
        own = shingles(text)
        rivals = {id(o): o for shingle in own for o in by_shingle.get(shingle, ())}
        likeness = max((jaccard(own, other) for other in rivals.values()), default=0.0)
        if likeness >= most:
            found.append((name, likeness))
    return found
