"""The encoder's opinion counts beside the linear model's, and only where it has one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from classifiers import features, judge
from classifiers.document import Sentence, read
from classifiers.encoder import Opinion
from classifiers.judge import Verdict
from classifiers.lexicon import lexicon
from classifiers.model import logistic
from classifiers.reader import Reader
from tests.classifiers.conftest import MakeArticle

UNKNOWN: dict[str, dict[str, float]] = {"direction": {}, "stage": {}}


def said(
    margin: float = 0.0,
    chances: dict[str, dict[str, float]] | None = None,
    roles: dict[str, tuple[float, float]] | None = None,
) -> Opinion:
    return Opinion(margin, chances or {"type": {}, **UNKNOWN}, roles or {})


@pytest.fixture
def lead(article: MakeArticle) -> tuple[Sentence, ...]:
    told = article("France signs defence pact with Armenia", "Paris will come to Yerevan's aid.")
    return features.lead(read(told, "en", lexicon("en")))


def verdict(reader: Reader, lead: tuple[Sentence, ...], opinion: Opinion | None) -> Verdict:
    found = judge.judge(reader.model, lead, (), lambda _: opinion)
    assert found is not None
    return found


def test_without_an_opinion_the_kernel_alone_decides(
    reader: Reader, lead: tuple[Sentence, ...]
) -> None:
    found = verdict(reader, lead, None)
    margin = reader.model.margin(found.vector)
    assert margin is not None
    expected = logistic(reader.model.slope * margin + reader.model.offset)
    assert found.score == pytest.approx(expected)


def test_the_encoder_moves_the_score_both_ways(reader: Reader, lead: tuple[Sentence, ...]) -> None:
    scores = [verdict(reader, lead, said(margin=margin)).score for margin in (-4.0, 0.0, 4.0)]
    assert scores == sorted(scores)
    assert scores[0] < scores[-1]


def test_a_sure_encoder_decides_between_likely_head_words(
    reader: Reader, article: MakeArticle
) -> None:
    unclear = read(article("France, Armenia near defence pact"), "en", lexicon("en"))
    heads = {
        verdict(reader, features.lead(unclear), said(chances={"type": {word: 1.0}, **UNKNOWN})).head
        for word in ("proposed", "pledged", "refused")
    }
    assert heads == {"proposed", "pledged", "refused"}


def test_a_sure_encoder_moves_the_roles(reader: Reader, lead: tuple[Sentence, ...]) -> None:
    found = [
        verdict(reader, lead, said(roles={"ARM": (one, other), "FRA": (other, one)}))
        for one, other in ((-9.0, 9.0), (9.0, -9.0))
    ]
    assert [(v.committers, v.beneficiaries) for v in found] == [
        (("FRA",), ("ARM",)),
        (("ARM",), ("FRA",)),
    ]


def test_only_english_is_read_by_the_encoder(reader: Reader, article: MakeArticle) -> None:
    def stages(title: str) -> list[str]:
        return [step.stage for step in reader.assess(article(title)).trail]

    assert "encoder" in stages("France signs defence pact with Armenia")
    assert "likeness" in stages("Frankreich unterzeichnet Verteidigungspakt mit Armenien")
    assert "encoder" not in stages("Frankreich unterzeichnet Verteidigungspakt mit Armenien")


@pytest.mark.parametrize(
    "title",
    [
        "Japan and the Philippines sign a mutual defence treaty",
        "Poland to send troops to Lithuania",
    ],
)
def test_a_development_is_told_from_a_pact_on_other_things(
    reader: Reader, article: MakeArticle, title: str
) -> None:
    other = article("Japan and the Philippines sign a pact on technology and chips")
    assert reader.assess(article(title)).relevant
    assert not reader.assess(other).relevant


def test_an_encoder_that_the_model_was_not_calibrated_with_is_not_asked(
    reader: Reader, article: MakeArticle
) -> None:
    other = replace(reader, model=replace(reader.model, encoder="another"))
    trail = other.assess(article("France signs defence pact with Armenia")).trail
    assert "encoder" not in [step.stage for step in trail]
