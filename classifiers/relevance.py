"""How likely an article reports a development in a security commitment."""

from __future__ import annotations

import math

from classifiers.assessment import Claim, Modality
from classifiers.document import Document

# Above this an article is relevant; the score is calibrated, so it is a probability.
THRESHOLD = 0.5
_STRONG = frozenset(
    {"guarantee", "pact", "mutual", "force", "membership", "nonaggression", "consult", "nuclear"}
)


def score(document: Document, claims: list[Claim]) -> float:
    """0..1."""
    return 1 / (1 + math.exp(-_evidence(document, claims)))


def _evidence(document: Document, claims: list[Claim]) -> float:
    if not claims:
        return -4.0
    lead = [s for s in document.sentences if s.number <= 2 or s.place != "text"]
    objects = {m.name for s in lead for m in s.of("object")}
    other = sum(len(s.of("other")) for s in lead)
    total = -1.2 + 1.6 * min(2, len(objects & _STRONG)) + 0.6 * min(2, len(objects - _STRONG))
    total -= 0.7 * min(4, other)
    if claims[0].modality is Modality.HYPOTHETICAL:
        total -= 0.5
    return total
