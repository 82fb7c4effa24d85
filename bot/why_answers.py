"""Answers to why something was alerted or not: records -> card for people, plain data. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from bot.cards import Block, Card, Divider, Fields, Line, Quote, Span, Text
from bot.claim_words import (
    claim_line,
)
from bot.json_data import (
    article_data,
    assessment_data,
)
from bot.reply import Reply
from bot.words import words
from classifiers.assessment import Assessment, Claim
from classifiers.second_opinion.verdict import STEP as SECOND_OPINION
from feeds.article import Article
from storage.records import (
    Development,
    Route,
    StoredArticle,
)

_MOST_EVIDENCE = 8


def why(article: StoredArticle, development: Development | None) -> Reply:
    """How an article came to its assessment: evidence, steps, score."""
    assessment = article.assessment
    verdict = "reports a development" if assessment.relevant else "reports no development"
    blocks: list[Block] = [
        Text(
            (
                (Span(article.article.title, link=article.article.url, bold=True),),
                (
                    Span(
                        f"{article.article.source} · {verdict} · score {assessment.score:.2f} · "
                        f"{article.outcome or 'no alert'}"
                    ),
                ),
            )
        )
    ]
    for claim in assessment.claims:
        blocks.append(Divider())
        blocks += _claim_blocks(claim)
    if assessment.trail:
        blocks.append(Divider())
        blocks.append(Fields(tuple((s.stage, (Span(s.text),)) for s in assessment.trail)))
    title = f"Why {development.short_id}" if development else "Why"
    return Reply(
        Card(
            title,
            tuple(blocks),
            footer=(Span(f"model {assessment.model}", muted=True),),
            private=True,
        ),
        partial(article_data, article),
    )


def why_not(article: StoredArticle, routes: Sequence[Route], refusals: Sequence[str] = ()) -> Reply:
    """Why an article was not alerted: gate, threshold, duplicate, first poll, quiet hours, and why
    each of these routes says nothing of it."""
    assessment = article.assessment
    reasons = [article.outcome or "it was kept and told to nobody"]
    if not assessment.relevant:
        gate = next((step.text for step in assessment.trail if step.stage == "gate"), "")
        score = next((step.text for step in assessment.trail if step.stage == "score"), "")
        second = next((s.text for s in assessment.trail if s.stage == SECOND_OPINION), "")
        reasons += [f"gate: {gate}" * bool(gate), f"score: {score}" * bool(score)]
        reasons.append(f"second opinion: {second}" * bool(second))
    off = [f"route “{r.title}” is off: {r.disabled}" for r in routes if r.disabled]
    reasons += list(refusals) or off
    was_alerted = "alerted" in article.outcome.split("; ")
    if not routes and not was_alerted:
        reasons.append("there is no route here: nothing is sent")
    lines: tuple[Line, ...] = (
        (Span(article.article.title, link=article.article.url, bold=True),),
        *((Span(reason),) for reason in reasons if reason),
    )
    title = "It was alerted" if was_alerted else "Why it was not alerted"
    card = Card(title, (Text(lines),), private=True)
    return Reply(card, {**article_data(article), "reasons": [r for r in reasons if r]})


def submitted(article: Article, assessment: Assessment, note: str) -> Reply:
    """What the classifier says of an article that was found missing."""
    verdict = "it reports a development" if assessment.relevant else "it reports no development"
    lines: list[Line] = [
        (Span(article.title, link=article.url, bold=True),),
        (
            Span(
                f"By our reading {verdict} (score {assessment.score:.2f}). No feed has brought it."
            ),
        ),
    ]
    if note:
        lines.append((Span(note),))
    blocks: list[Block] = [Text(tuple(lines))]
    for claim in assessment.claims:
        blocks += [Divider(), *_claim_blocks(claim)]
    blocks.append(Fields(tuple((s.stage, (Span(s.text),)) for s in assessment.trail)))
    data = {"url": article.url, "title": article.title, **assessment_data(assessment)}
    return Reply(Card("Thank you: it is kept as an example", tuple(blocks), private=True), data)


def _claim_blocks(claim: Claim) -> list[Block]:
    say = words()
    seen: dict[str, list[str]] = {}
    for evidence in claim.evidence:
        seen.setdefault(evidence.quote, []).append(evidence.field)
    blocks: list[Block] = [Text(((Span(claim_line(claim, say), bold=True),),))]
    blocks += [
        Quote(quote, ", ".join(dict.fromkeys(fields)))
        for quote, fields in list(seen.items())[:_MOST_EVIDENCE]
    ]
    return blocks
