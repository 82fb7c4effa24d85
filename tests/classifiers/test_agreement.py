"""What two readers of the examples agree on."""

from __future__ import annotations

import pytest

from classifiers import examples
from classifiers.agreement import Pair, agreement, kappa, label, pairs


def pair(first: str, second: str, verdict: str = "agreed") -> Pair:
    return Pair("x-1", label(first), label(second), verdict)


def test_a_label_is_read_as_it_is_written() -> None:
    claim = label("refused 0 DEU,FRA>UKR").claim
    assert claim is not None
    assert (claim.committers, claim.beneficiaries) == (("DEU", "FRA"), ("UKR",))
    assert label("refused 0 DEU>UKR").head == "refused"
    assert label("none").head == "none"


def test_a_broken_label_is_refused() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        label("nonsense 0 DEU>UKR")


def test_agreement_beyond_chance() -> None:
    assert kappa([(True, True), (False, False)]) == 1.0
    assert kappa([(True, True), (True, False), (False, True), (False, False)]) == 0.0


def test_heads_stages_and_actors_count_where_both_see_a_claim() -> None:
    read = [
        pair("new 4 GBR>UKR", "new 5 GBR,FRA>UKR", "upheld"),
        pair("refused 0 DEU>UKR", "refused 0 DEU>UKR"),
        pair("none", "refused 0 DEU>UKR", "corrected"),
    ]
    found = agreement(read)
    assert (found.relevance.hits, found.relevance.total) == (2, 3)
    assert (found.heads.hits, found.heads.total) == (1, 2)  # signed is not ratified
    assert found.stages.value == 1.0
    assert found.committers.f1 == pytest.approx(2 * 2 / 5)
    assert found.verdicts == {"upheld": 1, "agreed": 1, "corrected": 1}


def test_what_was_read_twice_is_shipped_and_most_of_it() -> None:
    read_twice, shipped = ({p.id for p in pairs()}, {e.id for e in examples.shipped()})
    assert read_twice <= shipped
    assert len(read_twice) > 0.75 * len(shipped)


def test_an_agreed_label_is_the_shipped_one() -> None:
    by_id = {example.id: example for example in examples.shipped()}
    agreed = [p for p in pairs() if p.verdict == "agreed"]
    assert len(agreed) > 5000
    assert [p.id for p in agreed if p.first.head != by_id[p.id].head] == []
