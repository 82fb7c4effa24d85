"""The news of a replay."""

from __future__ import annotations

from random import Random

from classifiers.examples import shipped
from tests.replay.news import OUTLETS, items


def test_every_language_of_the_examples_has_an_outlet() -> None:
    assert {e.article.language for e in shipped()} == {outlet["language"] for outlet in OUTLETS}


def test_a_replay_has_as_many_articles_as_are_asked_for() -> None:
    news = items(300, Random(1))  # noqa: S311 - repeatable, no secret
    assert len(news) == 300
