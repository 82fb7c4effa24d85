"""A long report with several claims, background and commentary; the text is our own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from classifiers.assessment import Assessment, Attribution, Condition, Direction, Stage
from classifiers.reader import Reader
from feeds.article import Article

TITLE = "Sandu says partners have yet to give firm security guarantees for Moldova"
TEXT = (Path(__file__).parent / "data" / "long_article.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def assessment(reader: Reader, article: Callable[..., Article]) -> Assessment:
    return reader.assess(article(TITLE, "", TEXT))


def test_the_change_goes_before_the_demand(assessment: Assessment) -> None:
    first = assessment.claims[0]
    assert (set(first.committers), first.beneficiaries) == ({"ROU", "POL"}, ("MDA",))
    assert (first.stage, first.direction) == (Stage.POLITICAL_TEXT, Direction.STRENGTHENED)


def test_its_condition_and_what_it_leaves_open_are_read(assessment: Assessment) -> None:
    first = assessment.claims[0]
    assert first.conditions == (Condition.PEACE_AGREEMENT,)
    assert first.left_open == ("scale", "mandate")


def test_who_did_not_sign_is_named_on_the_text(assessment: Assessment) -> None:
    assert assessment.claims[0].non_signatories == ("USA",)


def test_the_absent_signature_is_a_claim_of_its_own(assessment: Assessment) -> None:
    withheld = [c for c in assessment.claims if c.direction is Direction.WITHHELD]
    assert [(c.committers, c.beneficiaries) for c in withheld] == [(("USA",), ("MDA",))]


def test_the_complaint_is_a_demand_by_the_beneficiary(assessment: Assessment) -> None:
    demanded = [c for c in assessment.claims if c.direction is Direction.DEMANDED]
    assert [c.attribution for c in demanded] == [Attribution.BENEFICIARY]


def test_history_analysis_and_questions_make_no_claim(assessment: Assessment) -> None:
    assert len(assessment.claims) == 3
    quotes = " ".join(e.quote for c in assessment.claims for e in c.evidence)
    assert "1992" not in quotes
    assert "Analysts" not in quotes
