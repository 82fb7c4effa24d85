"""Does this article report a development that we know? Pure: no clock, no network, no database.

An article is reduced to a `Report` (`story_report.py`). An index (`story_book.py`) offers the
stories that may be meant, and `decide` compares acts (who, what about what, when) before words: the
words of two reports of one act may share nothing, not even a language. Points for what agrees are
weighed against points for what does not; a contradiction of stance, actors or step in law is a veto
whatever else agrees, unless the one text is a copy of the other.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cache, lru_cache
from importlib import resources

from classifiers.assessment import Direction, Stage
from classifiers.known_story import (
    AGAIN,
    LESS,
    NO,
    YES,
    KnownStory,
    actor_instead,
    features,
    resemblance,
    shared_names,
    stance,
)
from classifiers.story_report import Report

WINDOW = timedelta(days=21)
"""How far apart two reports of one act may lie at most."""
SPAN = timedelta(days=45)
"""How long after its beginning a story may still gain reports: where much is promised between
the same states, week by week, each act would else be taken for the next one's."""
MANY = 8
"""Reports; below that a story has not been fed week by week."""
COPY = 0.6
"""From this share of common word sequences on, a text is a copy."""
SHORTEST_COPY = 8
"""Word sequences; shorter texts resemble each other by chance and are copies only whole."""
COPY_WINDOW = timedelta(days=4)
"""For how long a text is copied from outlet to outlet."""
THRESHOLD = 0.0
"""Points (log odds) from which on two reports are taken for one act."""
SURE = 0.6
"""Claims less confident than this forbid nothing."""

_STANCE_OF_DIRECTION = {
    Direction.REFUSED: NO,
    Direction.OPPOSED: NO,
    Direction.NEW: YES,
    Direction.STRENGTHENED: YES,
}


class Role(StrEnum):
    """What an article is to a development."""

    NEW = "new"
    FURTHER = "further"
    SYNDICATED = "syndicated"
    UPDATE = "update"
    DENIAL = "denial"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Decision:
    """What an article is, to which story, and why in words."""

    role: Role
    story: int | None
    why: str


def decide(report: Report, stories: Sequence[KnownStory]) -> Decision:
    """The role of an article among the stories that the index offered."""
    points, story = max(
        ((likeness(report, story), story) for story in stories),
        key=lambda pair: pair[0],
        default=(IMPOSSIBLE, None),
    )
    if story is None or points < THRESHOLD:
        return Decision(Role.NEW, None, "no known development is like it")
    role = role_of(report, story)
    return Decision(role, story.id, f"{points:.1f} points: {', '.join(reasons(report, story))}")


def likeness(report: Report, story: KnownStory) -> float:
    """Points (log odds) for one act."""
    gap = nearest(report, story)
    if gap > WINDOW:
        return IMPOSSIBLE
    copy = copied(report, story)
    if copy >= COPY:
        return 10.0 * copy
    if contradiction(report, story) or _too_late(report, story):
        return IMPOSSIBLE
    weights = _weights()
    found = features(report, story, gap)
    return weights["bias"] + sum(weights.get(name, 0.0) * value for name, value in found.items())


IMPOSSIBLE = -99.0


def reasons(report: Report, story: KnownStory) -> list[str]:
    """What speaks for one act, in words."""
    copy, gap, weights = copied(report, story), nearest(report, story), _weights()
    if copy >= COPY:
        return [f"the same text ({copy:.0%})"]
    found = features(report, story, gap)
    return [n.replace("_", " ") for n, value in found.items() if weights.get(n, 0.0) * value > 0.4]


def copied(report: Report, story: KnownStory) -> float:
    """Share of the text that one of the story's reports of those days has word for word; nothing
    where a few words are all there is, or where the title puts other actors or a no in their
    place."""
    recent = (r for r in story.reports if abs(r.when - report.when) < COPY_WINDOW)
    copy = max((_copied_from(report, other) for other in recent), default=0.0)
    if copy < COPY or actor_instead(report, story) or _opposed(stance(report.acts), story.stance):
        return 0.0
    return copy


def _copied_from(report: Report, other: Report) -> float:
    if min(len(report.shingles), len(other.shingles)) < SHORTEST_COPY:
        return float(bool(report.shingles) and report.shingles == other.shingles)
    return resemblance(report.shingles, other.shingles)


def _too_late(report: Report, story: KnownStory) -> bool:
    """Whether a story of many reports has gone on long enough; a few that lie far apart are what an
    admin has merged."""
    began = min(other.when for other in story.reports)
    return len(story.reports) >= MANY and report.when - began > SPAN


def nearest(report: Report, story: KnownStory) -> timedelta:
    """Time between a report and the story's nearest."""
    return min((abs(r.when - report.when) for r in story.reports), default=WINDOW * 2)


@cache
def _weights() -> dict[str, float]:
    data = resources.files("classifiers").joinpath("data", "stories", "weights.json")
    weights: dict[str, float] = json.loads(data.read_text(encoding="utf-8"))
    return weights


def contradiction(report: Report, story: KnownStory) -> str:
    """Why the two cannot be one act, in words; empty where nothing forbids it."""
    if "opinion" in report.moods:
        return "an opinion reports nothing"
    names = shared_names(report, story)
    if not names and not report.actors & story.actors:
        return "they have no actor and no name in common"
    if names < 2 and _others_act(report, story):
        return "the claims have no actor in common"
    if names < 2 and actor_instead(report, story):
        return "each names an actor that the other does not know"
    if "deny" not in report.moods and _opposed(stance(report.acts), story.stance):
        return "the one says no, the other yes"
    if report.claims and story.claims and not report.acts & story.acts:
        one, other = report.claims[0], story.claims[0]
        directions = {_STANCE_OF_DIRECTION.get(c.direction, "") for c in (one, other)}
        sure = min(one.confidence, other.confidence) >= SURE
        if sure and directions == {NO, YES} and set(one.committers) & set(other.committers):
            return "the one claim says no, the other yes"
    return ""


def _others_act(report: Report, story: KnownStory) -> bool:
    """Whether the claims of both name actors and none in common, and the texts have less than two
    of the story's regular actors in common. (All that any of its texts names would be too much: a
    story that has swallowed one wrong report would then swallow every other.)"""
    mine = {code for claim in report.claims for code in (*claim.committers, *claim.beneficiaries)}
    theirs = {code for claim in story.claims for code in (*claim.committers, *claim.beneficiaries)}
    if not mine or not theirs or mine & theirs:
        return False
    return len(report.actors & story.regulars) < 2


OPPOSITES = (
    (NO, YES),
    (YES, NO),
    (NO, LESS),
    (LESS, NO),
    (LESS, AGAIN),
    (AGAIN, LESS),
)
"""Stances that cannot be one act: a refusal to leave is no leaving."""


@lru_cache(maxsize=4096)
def _opposed(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    return any(one in mine and other in theirs and not mine & theirs for one, other in OPPOSITES)


def role_of(report: Report, story: KnownStory) -> Role:
    """What a report is to the story that it belongs to."""
    if "correct" in report.moods:
        return Role.CORRECTION
    if copied(report, story) >= COPY:
        return Role.SYNDICATED
    if "deny" in report.moods:
        return Role.DENIAL
    return Role.UPDATE if _updates(report, story) else Role.FURTHER


def _updates(report: Report, story: KnownStory) -> bool:
    if not report.claims or not story.claims:
        return False
    mine, theirs = report.claims[0], story.claims[0]
    higher = mine.stage > theirs.stage and mine.stage >= Stage.PLEDGE
    return higher or bool(set(mine.conditions) - set(theirs.conditions))
