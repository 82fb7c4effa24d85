"""Measuring a reader on a labelled file of either schema."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from classifiers.evaluate import evaluate
from classifiers.reader import Reader

ROWS = [
    {
        "id": "h2-1",
        "title": "Norway and Estonia sign mutual defence treaty in Oslo",
        "summary": "An attack on one is to be treated as an attack on both.",
        "language": "en",
        "date": "2025-05-01",
        "relevant": True,
        "type": "signed",
        "committers": ["NOR", "EST"],
        "beneficiaries": ["NOR", "EST"],
        "bindingness": 4,
        "ambiguous": False,
        "event_group": "e1",
    },
    {
        "id": "x-2",
        "title": "Bakers of Lyon guarantee fresh bread on Sundays",
        "summary": "",
        "language": "en",
        "relevant": False,
        "type": "none",
        "ambiguous": False,
    },
]


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    path = tmp_path / "labelled.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    return path


def test_a_report_carries_the_files_digest(labelled: Path, reader: Reader) -> None:
    expected = hashlib.sha256(labelled.read_bytes()).hexdigest()
    assert evaluate(labelled, reader).digest == expected


def test_groups_are_reported_apart(labelled: Path, reader: Reader) -> None:
    report = evaluate(labelled, reader)
    assert report.relevance["hard rows (h2-)"].recall.total == 1
    assert {"all unambiguous", "by event group", "language en"} <= set(report.relevance)


def test_head_actors_and_stage_are_compared(labelled: Path, reader: Reader) -> None:
    report = evaluate(labelled, reader)
    assert (report.heads.hits, report.stages.hits, report.committers.f1) == (1, 1, 1.0)


def test_both_schemas_are_read(tmp_path: Path, reader: Reader) -> None:
    claims = [
        {
            "direction": "new",
            "stage": 4,
            "committers": ["NOR", "EST"],
            "beneficiaries": ["NOR", "EST"],
        }
    ]
    row = {k: v for k, v in ROWS[0].items() if k in ("id", "title", "summary", "language")}
    path = tmp_path / "claims.jsonl"
    path.write_text(json.dumps(row | {"relevant": True, "claims": claims, "case": "plain"}))
    assert evaluate(path, reader).heads.hits == 1


def test_the_printed_report_has_figures_and_misses(labelled: Path, reader: Reader) -> None:
    printed = str(evaluate(labelled, reader))
    for words in ("precision", "macro-F1", "stage within one", "calibration", "misses"):
        assert words in printed


def test_a_line_that_is_no_row_is_named(tmp_path: Path, reader: Reader) -> None:
    path = tmp_path / "broken.jsonl"
    path.write_text('{"id": 1}\n')
    with pytest.raises(ValueError, match="line 1"):
        evaluate(path, reader)
