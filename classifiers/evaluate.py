"""Measures a reader against labelled news. Reads both schemas: claims, and a single `type`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from classifiers.assessment import Assessment, Direction, Head, Stage, head_word
from classifiers.codec import claim_from_json
from classifiers.examples import article_of
from classifiers.measures import (
    Detection,
    SetScore,
    Share,
    calibration_error,
    detection,
    macro_f1,
    set_score,
)
from classifiers.reader import Reader, load_reader

_HARD_ROWS = "h2-"


@dataclass(frozen=True, slots=True)
class Gold:
    """What a labelled row says, whichever its schema."""

    relevant: bool
    head: str
    committers: frozenset[str]
    beneficiaries: frozenset[str]
    bindingness: int | None
    """0..5: the stage, with 5 and 6 taken together."""
    ambiguous: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """A row and what the reader made of it."""

    row: Mapping[str, Any]
    gold: Gold
    assessment: Assessment


@dataclass(frozen=True, slots=True)
class Miss:
    """A row whose relevance was told wrongly."""

    id: str
    kind: str
    """ "false alarm" or "missed"."""
    score: float
    title: str
    head: str


@dataclass(frozen=True, slots=True)
class Report:
    """All figures over one file. `str` gives the tables that the command prints."""

    path: str
    digest: str
    """SHA-256 of the file: figures are quoted with it."""
    model: str
    rows: int
    ambiguous: int
    relevance: Mapping[str, Detection]
    """By group: "all unambiguous", "hard rows", "language en", "stratum P" ..."""
    heads: Share
    macro_f1: float
    by_head: Mapping[str, Share]
    stages: Share
    committers: SetScore
    beneficiaries: SetScore
    calibration_error: float
    misses: tuple[Miss, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    def __str__(self) -> str:
        return "\n".join(_lines(self))


def evaluate(path: Path, reader: Reader | None = None) -> Report:
    """Measures a reader (the shipped one where none is given) on a JSON-lines file.

    Raises OSError where the file cannot be read, ValueError where a line is no labelled row.
    """
    content = path.read_bytes()
    rows = [_row(line, n) for n, line in enumerate(content.decode().splitlines(), 1) if line]
    measured = reader or load_reader()
    judged = [Judged(row, gold_of(row), measured.assess(article_of(row))) for row in rows]
    digest = hashlib.sha256(content).hexdigest()
    return report(judged, str(path.name), digest, measured.model.version)


def _row(line: str, number: int) -> dict[str, Any]:
    row = json.loads(line)
    if not isinstance(row, dict) or not {"id", "title", "relevant"} <= set(row):
        raise ValueError(f"line {number}: a labelled row has id, title and relevant")
    return row


def gold_of(row: Mapping[str, Any]) -> Gold:
    """The labels of a row of either schema."""
    claims = row.get("claims")
    if claims:
        first = claim_from_json(claims[0])
        return Gold(
            True,
            head_word(first).value,
            frozenset(first.committers),
            frozenset(first.beneficiaries),
            bindingness(first.stage),
            bool(row.get("ambiguous")),
        )
    return Gold(
        bool(row["relevant"]),
        str(row.get("type", Head.NONE.value)),
        frozenset(row.get("committers") or ()),
        frozenset(row.get("beneficiaries") or ()),
        row.get("bindingness"),
        bool(row.get("ambiguous")),
    )


def bindingness(stage: Stage) -> int:
    """0..5: the stage, with 5 and 6 taken together."""
    return min(int(stage), 5)


def report(judged: Sequence[Judged], path: str, digest: str, model: str) -> Report:
    """All figures; ambiguous rows count only where a group says so."""
    clear = [j for j in judged if not j.gold.ambiguous]
    found = [j for j in clear if j.gold.relevant and j.assessment.claims]
    pairs = [(found_head(j), j.gold.head) for j in found]
    heads = sorted({theirs for _, theirs in pairs})
    return Report(
        path=path,
        digest=digest,
        model=model,
        rows=len(judged),
        ambiguous=len(judged) - len(clear),
        relevance=_groups(judged, clear),
        heads=Share(sum(a == b for a, b in pairs), len(pairs)),
        macro_f1=macro_f1(pairs),
        by_head={h: _share(pairs, h) for h in heads},
        stages=_stages(found),
        committers=set_score((_first(j, "committers"), j.gold.committers) for j in found),
        beneficiaries=set_score((_first(j, "beneficiaries"), j.gold.beneficiaries) for j in found),
        calibration_error=calibration_error([(j.assessment.score, j.gold.relevant) for j in clear]),
        misses=tuple(sorted(_misses(clear), key=lambda m: -abs(m.score - 0.5))),
    )


def found_head(judged: Judged) -> str:
    """The head word found; an absent signature counts as right for `hedged` and `refused`."""
    first = judged.assessment.claims[0]
    tolerated = (Head.HEDGED.value, Head.REFUSED.value)
    if first.direction is Direction.WITHHELD and judged.gold.head in tolerated:
        return judged.gold.head
    return head_word(first).value


def _first(judged: Judged, role: str) -> frozenset[str]:
    return frozenset(getattr(judged.assessment.claims[0], role))


def _share(pairs: Sequence[tuple[str, str]], head: str) -> Share:
    of_head = [ours for ours, theirs in pairs if theirs == head]
    return Share(of_head.count(head), len(of_head))


def _stages(found: Iterable[Judged]) -> Share:
    steps = [
        abs(bindingness(j.assessment.claims[0].stage) - j.gold.bindingness)
        for j in found
        if j.gold.bindingness is not None
    ]
    return Share(sum(step <= 1 for step in steps), len(steps))


def _misses(clear: Iterable[Judged]) -> Iterable[Miss]:
    for j in clear:
        if j.assessment.relevant != j.gold.relevant:
            kind = "false alarm" if j.assessment.relevant else "missed"
            head = j.assessment.head.value if j.assessment.relevant else j.gold.head
            yield Miss(str(j.row["id"]), kind, j.assessment.score, str(j.row["title"]), head)


_Test = Callable[[Judged], bool]


def _groups(judged: Sequence[Judged], clear: Sequence[Judged]) -> dict[str, Detection]:
    groups: dict[str, Detection] = {"all unambiguous": _detection(clear)}
    groups["with ambiguous"] = _detection(judged)
    tests: dict[str, _Test] = {
        "hard rows (h2-)": lambda j: str(j.row["id"]).startswith(_HARD_ROWS),
        "not in English": lambda j: str(j.row.get("language")) != "en",
        "verbatim": lambda j: str(j.row.get("text_kind", "")).startswith("verbatim"),
    }
    for name, test in tests.items():
        groups |= _group(name, [j for j in clear if test(j)])
    for field in ("language", "stratum", "text_kind", "case"):
        for value in sorted({str(j.row[field]) for j in clear if j.row.get(field)}):
            chosen = [j for j in clear if str(j.row.get(field)) == value]
            groups |= _group(f"{field} {value}", chosen)
    for head in sorted({j.gold.head for j in clear if j.gold.relevant}):
        groups |= _group(f"type {head}", [j for j in clear if j.gold.head == head])
    return groups | _event_groups(clear)


def _group(name: str, chosen: Sequence[Judged]) -> dict[str, Detection]:
    return {name: _detection(chosen)} if chosen else {}


def _detection(chosen: Iterable[Judged]) -> Detection:
    return detection((j.assessment.relevant, j.gold.relevant) for j in chosen)


def _event_groups(clear: Sequence[Judged]) -> dict[str, Detection]:
    """One case an event: found where any of its rows was found."""
    events: dict[str, list[Judged]] = {}
    for j in clear:
        if j.row.get("event_group"):
            events.setdefault(str(j.row["event_group"]), []).append(j)
    if not events:
        return {}
    pairs = [
        (any(j.assessment.relevant for j in group), any(j.gold.relevant for j in group))
        for group in events.values()
    ]
    return {"by event group": detection(pairs)}


def _lines(measured: Report) -> Iterable[str]:
    yield f"{measured.path}  sha256 {measured.digest}"
    yield f"{measured.rows} rows, {measured.ambiguous} ambiguous; model {measured.model}"
    yield ""
    yield f"{'relevance':34} {'precision':34} {'recall':34} F1"
    for name, found in measured.relevance.items():
        yield f"{name:34} {found.precision!s:34} {found.recall!s:34} {found.f1:.3f}"
    yield ""
    yield f"head word        accuracy {measured.heads}  macro-F1 {measured.macro_f1:.3f}"
    for head, share in measured.by_head.items():
        yield f"  {head:14} {share}"
    yield f"stage within one {measured.stages}"
    for name, score in (
        ("committers", measured.committers),
        ("beneficiaries", measured.beneficiaries),
    ):
        figures = f"F1 {score.f1:.3f}  precision {score.precision:.3f}  recall {score.recall:.3f}"
        yield f"{name:16} {figures}"
    yield f"expected calibration error {measured.calibration_error:.3f}"
    yield ""
    yield f"{len(measured.misses)} misses, the surest first"
    for miss in measured.misses:
        yield f"  {miss.score:.2f} {miss.kind:11} {miss.head:11} {miss.id}  {miss.title}"
