"""Does this article report a development that we know? Pure: no clock, no network, no database.

An article is reduced to a `Report`. The storage keeps an index over `index_keys` and hands the
stories found there to `decide`, which compares acts (who, towards whom, what, how far, when) before
it compares words: the words of two reports of one act may share nothing, not even a language.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2b
from itertools import pairwise
from re import compile as regex

from classifiers.assessment import Assessment, Claim, Direction, Stage
from feeds.article import Article

WINDOW = timedelta(days=10)
"""How far apart two reports of one act may lie."""
SKETCH = 96
"""How many of a text's shingles are kept: the smallest digests, an unbiased sample."""

_WORD = regex(r"\w+")


class Role(StrEnum):
    """What an article is to a development."""

    NEW = "new"
    FURTHER = "further"
    SYNDICATED = "syndicated"
    UPDATE = "update"
    DENIAL = "denial"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Report:
    """What the comparison needs of one article."""

    when: datetime
    """When it was published, or else first seen."""
    outlet: str
    claims: tuple[Claim, ...]
    """Without their evidence."""
    shingles: frozenset[int]
    """A sample of the text's word sequences."""


@dataclass(frozen=True, slots=True)
class KnownStory:
    """A development as the comparison sees it."""

    id: int
    claims: tuple[Claim, ...]
    """As they stand now."""
    reports: tuple[Report, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What an article is, to which story, and why in words."""

    role: Role
    story: int | None
    why: str


def report_of(article: Article, assessment: Assessment, first_seen: datetime) -> Report:
    """Reduce an article to what the comparison needs."""
    return Report(
        when=article.published or first_seen,
        outlet=article.source,
        claims=tuple(replace(claim, evidence=()) for claim in assessment.claims),
        shingles=shingles(f"{article.title}\n{article.summary or article.text[:600]}"),
    )


def shingles(text: str) -> frozenset[int]:
    """Digests of the text's two-word sequences, the smallest `SKETCH` of them."""
    words = _WORD.findall(text.casefold())
    digests = {_digest(" ".join(pair)) for pair in pairwise(words)}
    return frozenset(sorted(digests)[:SKETCH])


def _digest(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=4).digest(), "big")


def index_keys(report: Report) -> Iterator[str]:
    """What a story is found by: each committer with each beneficiary, and the text's smallest
    shingles (two copies of one text share them)."""
    for claim in report.claims[:3]:
        for committer in claim.committers[:8]:
            for beneficiary in claim.beneficiaries[:4] or ("",):
                yield f"{committer}>{beneficiary}"
    for digest in sorted(report.shingles)[:4]:
        yield f"~{digest}"


def decide(report: Report, stories: Sequence[KnownStory]) -> Decision:
    """The role of an article among the stories that the index offered."""
    best = max(
        ((_likeness(report, story), story) for story in stories),
        key=lambda pair: (pair[0][0], -pair[1].id),
        default=None,
    )
    if best is None or best[0][0] < 0.5:
        return Decision(Role.NEW, None, "no known development is like it")
    (score, copied), story = best
    role = Role.SYNDICATED if copied else _role(report, story)
    return Decision(role, story.id, f"the same act (likeness {score:.2f})")


def _likeness(report: Report, story: KnownStory) -> tuple[float, bool]:
    near = [r for r in story.reports if abs(r.when - report.when) <= WINDOW]
    if not near or not report.claims or not story.claims:
        return 0.0, False
    copy = max(resemblance(report.shingles, r.shingles) for r in near)
    if contradicts(report.claims[0], story.claims[0]):
        return 0.0, False
    score = _act_likeness(report.claims[0], story.claims[0]) + 0.5 * copy
    return min(score, 1.0), copy > 0.6


def resemblance(one: frozenset[int], other: frozenset[int]) -> float:
    """Share of the smaller text that the larger one holds."""
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller else 0.0


_STANCE = {
    Direction.REFUSED: "no",
    Direction.WITHHELD: "no",
    Direction.OPPOSED: "no",
    Direction.WITHDRAWN: "less",
    Direction.SUSPENDED: "less",
    Direction.WEAKENED: "less",
    Direction.BREACHED: "less",
    Direction.DEMANDED: "asked",
}


def contradicts(one: Claim, other: Claim) -> bool:
    """Whether two claims cannot be one act: another stance, other actors, another step in law."""
    if _STANCE.get(one.direction, "yes") != _STANCE.get(other.direction, "yes"):
        return True
    if one.committers and other.committers and not set(one.committers) & set(other.committers):
        return True
    return bool(
        one.beneficiaries
        and other.beneficiaries
        and not set(one.beneficiaries) & set(other.beneficiaries)
    )


def _act_likeness(one: Claim, other: Claim) -> float:
    score = 0.6 * _overlap(one.committers, other.committers)
    score += 0.2 * _overlap(one.beneficiaries, other.beneficiaries)
    if one.obligations and other.obligations:
        score += 0.2 if set(one.obligations) & set(other.obligations) else -0.3
    gap = abs(one.stage - other.stage)
    return score - (0.0 if gap <= 1 else 0.15 * gap)


def _overlap(one: Sequence[str], other: Sequence[str]) -> float:
    if not one or not other:
        return 0.4
    return len(set(one) & set(other)) / min(len(set(one)), len(set(other)))


def _role(report: Report, story: KnownStory) -> Role:
    mine, theirs = report.claims[0], story.claims[0]
    if mine.stage > theirs.stage and mine.stage >= Stage.PLEDGE:
        return Role.UPDATE
    if set(mine.conditions) - set(theirs.conditions):
        return Role.UPDATE
    return Role.FURTHER
