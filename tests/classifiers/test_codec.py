"""Assessments survive JSON without loss."""

from __future__ import annotations

import json
from collections.abc import Callable

from classifiers.codec import assessment_from_json, assessment_to_json
from classifiers.reader import Reader
from feeds.article import Article

PACT = "Norway and Estonia sign mutual defence treaty, Sweden declines to sign"


def test_an_assessment_is_the_same_after_json(
    reader: Reader, article: Callable[..., Article]
) -> None:
    assessment = reader.assess(article(PACT, "It covers 500 soldiers until 2030."))
    assert assessment.claims
    stored = json.dumps(assessment_to_json(assessment))
    assert assessment_from_json(json.loads(stored)) == assessment


def test_keys_are_the_names_of_the_fields(reader: Reader, article: Callable[..., Article]) -> None:
    plain = assessment_to_json(reader.assess(article(PACT)))
    assert set(plain) == {
        "relevant",
        "score",
        "claims",
        "summary",
        "language",
        "trail",
        "model",
    }
    assert {"stage", "direction", "committers", "evidence"} <= set(plain["claims"][0])
