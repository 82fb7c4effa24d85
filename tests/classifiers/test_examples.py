"""The labelled examples: schema, coverage, and no text from a measuring set."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from classifiers import examples
from classifiers.actors import directory
from classifiers.assessment import Direction
from classifiers.leakage import leaks, packed, shingles, unpacked

MEASURING = Path(__file__).parent / "data" / "measuring_shingles.txt"


def test_every_row_keeps_the_schema() -> None:
    for example in examples.shipped():
        assert example.article.title, example.id
        assert example.article.language, example.id
        assert example.relevant == bool(example.claims), example.id


def test_ids_are_unique() -> None:
    counts = Counter(row["id"] for row in examples.rows())
    assert [name for name, count in counts.items() if count > 1] == []


def test_every_actor_of_a_head_claim_is_known() -> None:
    known = set(directory())
    unknown = Counter(
        code
        for example in examples.shipped()
        for claim in example.claims[:1]
        for code in (*claim.committers, *claim.beneficiaries)
        if code not in known
    )
    assert not unknown


def test_every_direction_has_examples() -> None:
    counts = examples.statistics()["direction"]
    assert {d.value for d in Direction} == set(counts)


def test_no_example_is_taken_from_a_measuring_text() -> None:
    measuring = [unpacked(line) for line in MEASURING.read_text().splitlines()]
    texts = [(row["id"], f"{row['title']} {row['summary']}") for row in examples.rows()]
    assert leaks(texts, measuring) == []


def test_a_copied_text_would_be_noticed() -> None:
    text = "The council of elders met at noon to settle the matter of the mill."
    measuring = [unpacked(packed(shingles(text)))]
    assert leaks([("copy", text.replace("noon", "dusk"))], measuring)
    assert not leaks([("own", "At midday the elders came together over a mill.")], measuring)
