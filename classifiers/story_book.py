"""The index that offers stories to the same-story decision, and a book of stories in memory."""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from classifiers.known_story import OFTEN, KnownStory
from classifiers.same_story import WINDOW, Decision, decide
from classifiers.story_report import Report

CANDIDATES = 14
"""How many stories are compared at most."""
FAINT = 0.3
"""A story that shares less than this part of what the likeliest shares is not compared."""
BEFORE, AFTER = 60, 20
"""How many stories one key may offer, before and after an article's day."""


def index_keys(report: Report) -> Iterator[str]:
    """What a story is found by: pairs of actors, an actor with an act or a matter, names, and the
    text's smallest shingles (two copies of one text share them)."""
    heads = sorted(report.heads)[:6]
    actors = sorted(report.actors, key=lambda a: (a not in report.heads, a))[:5]
    for pair in combinations(sorted(actors), 2):
        yield "&".join(pair)
    for actor in actors:
        if actor not in OFTEN:
            yield f"@{actor}"
    for actor in heads or actors[:3]:
        for thing in sorted(report.acts | report.matters)[:6]:
            yield f"{actor}:{thing}"
    for name in sorted(report.names)[:6]:
        yield f"#{name}"
    for digest in sorted(report.shingles)[:3]:
        yield f"~{digest}"


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


def rank(found: Iterable[Sequence[int]]) -> list[int]:
    """The likeliest of the stories that the keys of a report led to: a key that leads to few says
    more than one that leads to many."""
    weight: dict[int, float] = defaultdict(float)
    for stories in found:
        for story in stories:
            weight[story] += 1 / (4 + len(stories))
    best = heapq.nsmallest(CANDIDATES, weight, key=lambda story: (-weight[story], -story))
    return [story for story in best if weight[story] >= FAINT * weight[best[0]]]
