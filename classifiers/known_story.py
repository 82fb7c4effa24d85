"""A development as the same-story decision sees it, and how a report compares with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from math import log1p
from typing import TypeVar

from classifiers.assessment import Claim
from classifiers.story_report import Report

BEGINNING, LATELY = 4, 6
"""How many reports of one story are compared, from its beginning and its end."""

NO, YES, LESS, AGAIN = "no", "yes", "less", "again"
_STANCE_OF_ACT = {
    "refuse": NO,
    "pledge": YES,
    "sign": YES,
    "ratify": YES,
    "force": YES,
    "join": YES,
    "open": YES,
    "deploy": YES,
    "extend": YES,
    "resume": AGAIN,
    "freeze": LESS,
    "leave": LESS,
}
OFTEN = frozenset({"USA", "UKR", "RUS", "NATO", "EU", "GBR", "FRA", "DEU", "UN", "CHN", "G7"})
"""Actors that are in every other report and tell little."""
_STEPS = frozenset({"draft", "sign", "ratify", "force", "join"})


@dataclass(frozen=True, slots=True)
class KnownStory:
    """A development as the comparison sees it: its reports, and what they have in common."""

    id: int
    claims: tuple[Claim, ...]
    """As they stand now."""
    reports: tuple[Report, ...]
    heads: frozenset[str]
    """Actors in the titles of a third of the reports at least."""
    core: frozenset[str]
    """Actors in the titles of most reports."""
    regulars: frozenset[str]
    """Actors that two in five reports name at least: not every foil that one of them quotes."""
    actors: frozenset[str]
    """Actors that any report names."""
    acts: frozenset[str]
    """What is done, after the titles of a third of the reports at least."""
    stance: frozenset[str]
    """Yes, no, less or again, after the titles of a third of the reports at least."""
    all_acts: frozenset[str]
    """What any report says is done."""
    matters: frozenset[str]
    """What it is about, after any report."""
    names: frozenset[int]
    """Names and numbers in any report."""
    words: frozenset[int]
    """Words in any report."""

    @classmethod
    def of(cls, number: int, claims: tuple[Claim, ...], reports: Sequence[Report]) -> KnownStory:
        """A story of these reports, in order of arrival."""
        compared = telling(reports)
        return cls(
            id=number,
            claims=claims,
            reports=compared,
            heads=_common([r.heads for r in compared]),
            core=_common([r.heads for r in compared], share=0.6),
            regulars=_common([r.actors for r in compared], share=0.4),
            actors=_all([r.actors for r in compared]),
            acts=_common([r.acts for r in compared]),
            stance=_common([stance(r.acts) for r in compared]),
            all_acts=_all([r.all_acts for r in compared]),
            matters=_all([r.matters for r in compared]),
            names=_all([r.names for r in compared]),
            words=_all([r.words for r in compared]),
        )


T = TypeVar("T")


def _all(sets: Sequence[frozenset[T]]) -> frozenset[T]:
    return sets[0] if len(sets) == 1 else frozenset[T]().union(*sets)


def _common(sets: Sequence[frozenset[str]], share: float = 1 / 3) -> frozenset[str]:
    known = [one for one in sets if one]
    if len(known) < 2:
        return known[0] if known else frozenset()
    counts = Counter(item for one in known for item in one)
    return frozenset(item for item, n in counts.items() if n >= share * len(known))


def telling(reports: Sequence[T]) -> tuple[T, ...]:
    """Of a long story's reports in order of arrival those that are compared: how it began and how
    it goes on."""
    most = BEGINNING + LATELY
    return tuple(reports) if len(reports) <= most else (*reports[:BEGINNING], *reports[-LATELY:])


@lru_cache(maxsize=4096)
def stance(acts: frozenset[str]) -> frozenset[str]:
    """Yes, no, less or again, as far as the acts of a title tell."""
    return frozenset(_STANCE_OF_ACT[a] for a in acts if a in _STANCE_OF_ACT)


def resemblance(one: frozenset[int], other: frozenset[int]) -> float:
    """Share of the smaller text that the larger one holds."""
    if one.isdisjoint(other):
        return 0.0
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller else 0.0


def actor_instead(report: Report, story: KnownStory) -> bool:
    """Whether each names an actor in its titles that the other does not know."""
    return bool(report.heads - story.regulars and story.core - report.actors)


def features(report: Report, story: KnownStory, gap: timedelta) -> dict[str, float]:
    """What agrees and what does not, each between 0 and about 2."""
    return {
        **_actor_features(report, story),
        **_act_features(report, story),
        **_claim_features(report, story),
        "names": min(shared_names(report, story), 3) / 1.5,
        "words": max(resemblance(report.words, r.words) for r in story.reports),
        "hours": log1p(gap.total_seconds() / 3600) / 3,
        "same_day": float(gap < timedelta(hours=18)),
        **{_MOODS[mood]: 1.0 for mood in report.moods if mood in _MOODS},
    }


_MOODS = {
    "past": "looks_back",
    "explain": "explains",
    "deny": "denies",
    "correct": "corrects",
}


def shared_names(report: Report, story: KnownStory) -> int:
    """How many names both have. A name that begins a sentence is a word like others there, so
    words count on one side."""
    return len(
        (report.names & story.words) | (report.words & story.names) | (report.names & story.names)
    )


def _actor_features(report: Report, story: KnownStory) -> dict[str, float]:
    shared = report.actors & story.actors
    strange, missing = report.heads - story.regulars, story.core - report.actors
    return {
        "rare_actors": min(sum(a not in OFTEN for a in shared & story.heads), 3) / 2,
        "all_actors_named": len(report.actors & story.heads) / max(len(story.heads), 1),
        "actors_known": len(report.heads & story.regulars) / max(len(report.heads), 1),
        "same_actors": float(bool(shared) and report.heads == story.heads),
        "strange_actor": float(bool(strange)),
        "missing_actor": float(bool(missing)),
        "other_actor_instead": float(bool(strange and missing)),
        "reaction": float(bool(strange) and not missing),
        "no_head": float(not report.heads),
    }


def _act_features(report: Report, story: KnownStory) -> dict[str, float]:
    both_acts = report.acts and story.acts
    acts = report.acts or report.all_acts
    act = bool(acts & (story.acts or story.all_acts))
    steps = bool(report.acts & _STEPS and story.acts & _STEPS)
    matters = report.matters & story.matters
    return {
        "same_act": float(act),
        "other_act": float(bool(both_acts) and not act),
        "other_step": float(steps and not report.acts & story.acts & _STEPS),
        "same_matter": min(len(matters), 2) / 2,
        "other_matter": float(bool(report.matters) and not matters),
        "nothing_shared": float(not act and not matters),
    }


def _claim_features(report: Report, story: KnownStory) -> dict[str, float]:
    if not report.claims or not story.claims:
        return {"no_claims": 1.0}
    one, other = report.claims[0], story.claims[0]
    return {
        "same_committer": float(bool(set(one.committers) & set(other.committers))),
        "same_beneficiary": float(bool(set(one.beneficiaries) & set(other.beneficiaries))),
        "same_obligation": float(bool(set(one.obligations) & set(other.obligations))),
        "stage_gap": max(abs(one.stage - other.stage) - 1, 0) / 2,
    }
