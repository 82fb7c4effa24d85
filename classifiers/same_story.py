"""Does this article report a development that we know? Pure: no clock, no network, no database.

An article is reduced to a `Report` (`story_report.py`). An index over `index_keys` offers the
stories that may be meant, and `decide` compares acts (who, what about what, when) before words: the
words of two reports of one act may share nothing, not even a language. Points for what agrees are
weighed against points for what does not; a contradiction of stance, actors or step in law is a veto
whatever else agrees, unless the one text is a copy of the other.
"""

from __future__ import annotations

import heapq
import json
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from functools import cache, lru_cache
from importlib import resources
from itertools import combinations
from math import log1p
from typing import TypeVar

from classifiers.assessment import Claim, Direction, Stage
from classifiers.story_report import Report

WINDOW = timedelta(days=21)
"""How far apart two reports of one act may lie at most."""
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
BEGINNING, LATELY = 4, 6
"""How many reports of one story are compared, from its beginning and its end."""
CANDIDATES = 14
"""How many stories are compared at most."""
FAINT = 0.3
"""A story that shares less than this part of what the likeliest shares is not compared."""
BEFORE, AFTER = 60, 20
"""How many stories one key may offer, before and after an article's day."""

_NO, _YES, _LESS, _AGAIN = "no", "yes", "less", "again"
_STANCE_OF_ACT = {
    "refuse": _NO,
    "pledge": _YES,
    "sign": _YES,
    "ratify": _YES,
    "force": _YES,
    "join": _YES,
    "open": _YES,
    "deploy": _YES,
    "extend": _YES,
    "resume": _AGAIN,
    "freeze": _LESS,
    "leave": _LESS,
}
_STANCE_OF_DIRECTION = {
    Direction.REFUSED: _NO,
    Direction.OPPOSED: _NO,
    Direction.NEW: _YES,
    Direction.STRENGTHENED: _YES,
}
_OFTEN = frozenset({"USA", "UKR", "RUS", "NATO", "EU", "GBR", "FRA", "DEU", "UN", "CHN", "G7"})
"""Actors that are in every other report and tell little."""
_STEPS = frozenset({"draft", "sign", "ratify", "force", "join"})


class Role(StrEnum):
    """What an article is to a development."""

    NEW = "new"
    FURTHER = "further"
    SYNDICATED = "syndicated"
    UPDATE = "update"
    DENIAL = "denial"
    CORRECTION = "correction"


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


@dataclass(frozen=True, slots=True)
class Decision:
    """What an article is, to which story, and why in words."""

    role: Role
    story: int | None
    why: str


def index_keys(report: Report) -> Iterator[str]:
    """What a story is found by: pairs of actors, an actor with an act or a matter, names, and the
    text's smallest shingles (two copies of one text share them)."""
    heads = sorted(report.heads)[:6]
    actors = sorted(report.actors, key=lambda a: (a not in report.heads, a))[:5]
    for pair in combinations(sorted(actors), 2):
        yield "&".join(pair)
    for actor in actors:
        if actor not in _OFTEN:
            yield f"@{actor}"
    for actor in heads or actors[:3]:
        for thing in sorted(report.acts | report.matters)[:6]:
            yield f"{actor}:{thing}"
    for name in sorted(report.names)[:6]:
        yield f"#{name}"
    for digest in sorted(report.shingles)[:3]:
        yield f"~{digest}"


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
    if copy >= COPY and gap < COPY_WINDOW:
        return 10.0 * copy
    if contradiction(report, story):
        return IMPOSSIBLE
    weights = _weights()
    found = features(report, story, gap)
    return weights["bias"] + sum(weights.get(name, 0.0) * value for name, value in found.items())


IMPOSSIBLE = -99.0


def reasons(report: Report, story: KnownStory) -> list[str]:
    """What speaks for one act, in words."""
    copy, gap, weights = copied(report, story), nearest(report, story), _weights()
    if copy >= COPY and gap < COPY_WINDOW:
        return [f"the same text ({copy:.0%})"]
    found = features(report, story, gap)
    return [n.replace("_", " ") for n, value in found.items() if weights.get(n, 0.0) * value > 0.4]


def copied(report: Report, story: KnownStory) -> float:
    """Share of the text that one of the story's reports has word for word; nothing where a few
    words are all there is, or where the title puts other actors or a no in their place."""
    copy = max((_copied_from(report, other) for other in story.reports), default=0.0)
    if copy < COPY or _instead(report, story) or _opposed(stance(report.acts), story.stance):
        return 0.0
    return copy


def _copied_from(report: Report, other: Report) -> float:
    if min(len(report.shingles), len(other.shingles)) < SHORTEST_COPY:
        return float(bool(report.shingles) and report.shingles == other.shingles)
    return resemblance(report.shingles, other.shingles)


def nearest(report: Report, story: KnownStory) -> timedelta:
    """Time between a report and the story's nearest."""
    return min((abs(r.when - report.when) for r in story.reports), default=WINDOW * 2)


@cache
def _weights() -> dict[str, float]:
    data = resources.files("classifiers").joinpath("data", "stories", "weights.json")
    weights: dict[str, float] = json.loads(data.read_text(encoding="utf-8"))
    return weights


def resemblance(one: frozenset[int], other: frozenset[int]) -> float:
    """Share of the smaller text that the larger one holds."""
    if one.isdisjoint(other):
        return 0.0
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller else 0.0


def contradiction(report: Report, story: KnownStory) -> str:
    """Why the two cannot be one act, in words; empty where nothing forbids it."""
    if "opinion" in report.moods:
        return "an opinion reports nothing"
    names = _shared_names(report, story)
    if not names and not report.actors & story.actors:
        return "they have no actor and no name in common"
    if names < 2 and _instead(report, story):
        return "each names an actor that the other does not know"
    if "deny" not in report.moods and _opposed(stance(report.acts), story.stance):
        return "the one says no, the other yes"
    if report.claims and story.claims and not report.acts & story.acts:
        one, other = report.claims[0], story.claims[0]
        directions = {_STANCE_OF_DIRECTION.get(c.direction, "") for c in (one, other)}
        sure = min(one.confidence, other.confidence) >= SURE
        if sure and directions == {_NO, _YES} and set(one.committers) & set(other.committers):
            return "the one claim says no, the other yes"
    return ""


@lru_cache(maxsize=4096)
def stance(acts: frozenset[str]) -> frozenset[str]:
    """Yes, no, less or again, as far as the acts of a title tell."""
    return frozenset(_STANCE_OF_ACT[a] for a in acts if a in _STANCE_OF_ACT)


OPPOSITES = (
    (_NO, _YES),
    (_YES, _NO),
    (_NO, _LESS),
    (_LESS, _NO),
    (_LESS, _AGAIN),
    (_AGAIN, _LESS),
)
"""Stances that cannot be one act: a refusal to leave is no leaving."""


@lru_cache(maxsize=4096)
def _opposed(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    return any(one in mine and other in theirs and not mine & theirs for one, other in OPPOSITES)


def _instead(report: Report, story: KnownStory) -> bool:
    """Whether each names an actor in its titles that the other does not know."""
    return bool(report.heads - story.regulars and story.core - report.actors)


def features(report: Report, story: KnownStory, gap: timedelta) -> dict[str, float]:
    """What agrees and what does not, each between 0 and about 2."""
    return {
        **_actor_features(report, story),
        **_act_features(report, story),
        **_claim_features(report, story),
        "names": min(_shared_names(report, story), 3) / 1.5,
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


def _shared_names(report: Report, story: KnownStory) -> int:
    """A name that begins a sentence is a word like others there, so words count on one side."""
    return len(
        (report.names & story.words) | (report.words & story.names) | (report.names & story.names)
    )


def _actor_features(report: Report, story: KnownStory) -> dict[str, float]:
    shared = report.actors & story.actors
    strange, missing = report.heads - story.regulars, story.core - report.actors
    return {
        "rare_actors": min(sum(a not in _OFTEN for a in shared & story.heads), 3) / 2,
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


@dataclass
class StoryBook:
    """Stories in memory with their index: what the storage does in SQLite, for measuring."""

    stories: dict[int, KnownStory] = field(default_factory=dict)
    _index: dict[str, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    """By key: days and stories, in order."""

    def add(self, report: Report) -> tuple[Decision, int]:
        """Decide on a report and remember it; the story that it is now in."""
        decision = self.decide(report)
        story = len(self.stories) + 1 if decision.story is None else decision.story
        self.put(report, story)
        return decision, story

    def decide(self, report: Report) -> Decision:
        """The role of an article among the stories remembered."""
        return decide(report, self.candidates(report))

    def put(self, report: Report, story: int) -> None:
        """Remember a report as one of a story."""
        known = self.stories.get(story)
        claims = known.claims if known and known.claims else report.claims
        reports = (*known.reports, report) if known else (report,)
        self.stories[story] = KnownStory.of(story, claims, reports)
        place = report.when.toordinal(), story
        for key in set(index_keys(report)):
            entries = self._index[key]
            at = bisect_left(entries, place)
            if at == len(entries) or entries[at] != place:
                entries.insert(at, place)

    def candidates(self, report: Report) -> list[KnownStory]:
        """The stories within the window that share most with the report."""
        day = report.when.toordinal()
        offered = rank(self._near(key, day) for key in set(index_keys(report)))
        return [self.stories[story] for story in offered]

    def _near(self, key: str, day: int) -> list[int]:
        """The stories found under a key, the latest before the day and the first after it."""
        entries = self._index.get(key, [])
        low = bisect_left(entries, (day - WINDOW.days, 0))
        here = bisect_left(entries, (day + 1, 0), low)
        high = bisect_left(entries, (day + WINDOW.days + 1, 0), here)
        near = entries[max(low, here - BEFORE) : min(high, here + AFTER)]
        return [story for _, story in near]


def telling(reports: Sequence[T]) -> tuple[T, ...]:
    """Of a long story's reports in order of arrival those that are compared: how it began and how
    it goes on."""
    most = BEGINNING + LATELY
    return tuple(reports) if len(reports) <= most else (*reports[:BEGINNING], *reports[-LATELY:])


def rank(found: Iterable[Sequence[int]]) -> list[int]:
    """The likeliest of the stories that the keys of a report led to: a key that leads to few says
    more than one that leads to many."""
    weight: dict[int, float] = defaultdict(float)
    for stories in found:
        for story in stories:
            weight[story] += 1 / (4 + len(stories))
    best = heapq.nsmallest(CANDIDATES, weight, key=lambda story: (-weight[story], -story))
    return [story for story in best if weight[story] >= FAINT * weight[best[0]]]
