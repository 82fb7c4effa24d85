"""What articles and language models say: bytes -> the classifier."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from classifiers.assessment import Assessment
from classifiers.document import place_text
from classifiers.reader import Reader, load_reader
from classifiers.second_opinion.answer import BadAnswer, opinion
from classifiers.second_opinion.question import Question, question
from classifiers.second_opinion.verdict import Band, settled
from classifiers.story_report import report_of
from feeds.article import Article
from tests.builders import article as built
from tests.builders import assessment

NOW = datetime(2026, 1, 7, tzinfo=UTC)
ARTICLE = built(
    "France pledges troops to Ukraine",
    summary="France will send 3,000 troops to Ukraine once a ceasefire holds,\n its defence"
    " minister said. Russia called the pledge a provocation.",
)
BAND = Band(threshold=0.6, below=0.3, above=0.2)


def article(data: bytes) -> None:
    """Title, summary and text, with lines of three dashes between them."""
    parts = [*data.decode("utf-8", "replace").split("\n---\n", 2), "", ""]
    read = built(parts[0][:500], summary=parts[1][:10_000], text=parts[2])
    assessed = _reader().assess(read)
    _check(read, assessed)
    report_of(read, assessed, NOW)


def answer(data: bytes) -> None:
    """What a model answered about an article."""
    try:
        found = opinion(data.decode("utf-8", "replace"), _question())
    except BadAnswer:
        return
    own = assessment(score=0.5)
    _check(ARTICLE, settled(own, found, "model", BAND))


def _check(read: Article, assessed: Assessment) -> None:
    for claim in assessed.claims:
        for evidence in claim.evidence:
            place = place_text(read, evidence.place)
            if place[evidence.start : evidence.end] != evidence.quote:
                raise AssertionError("a quotation is not verbatim")


@cache
def _reader() -> Reader:
    return load_reader()


@cache
def _question() -> Question:
    return question(ARTICLE, "en", 6000)
