"""What a route would have told of the past weeks, as it is and as it is meant to become. Pure.

Developments are tried as they stand today; what came later in a thread is not counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.routing import Hold, hold, matches
from storage.records import Held, Mode, Route, RoutingFacts
from storage.replay import Reported

SPAN = timedelta(days=30)
_LATELY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Told:
    """One development that a route would have told."""

    reported: Reported
    held: Hold | None
    """Why it would have stood in a digest; None: told at once."""

    @property
    def when(self) -> datetime:
        """When it would have been posted."""
        return self.held.due if self.held else self.reported.at


@dataclass(frozen=True, slots=True)
class Trial:
    """What one route would have told, the newest first."""

    route: Route
    told: tuple[Told, ...]
    tried: int
    """Of how many developments."""

    @property
    def alerts(self) -> tuple[Told, ...]:
        """Those told at once."""
        return tuple(t for t in self.told if t.held is None)

    @property
    def digests(self) -> int:
        """How many digests the others would have stood in."""
        return len({t.held.due for t in self.told if t.held})

    def held_for(self, why: Held) -> int:
        """How many were held for one reason."""
        return sum(t.held is not None and t.held.why is why for t in self.told)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A route before and after a change."""

    before: Trial
    after: Trial

    @property
    def gained(self) -> tuple[Told, ...]:
        """What only the changed route tells."""
        return _without(self.after.told, self.before.told)

    @property
    def lost(self) -> tuple[Told, ...]:
        """What it no longer tells."""
        return _without(self.before.told, self.after.told)


def _without(told: Sequence[Told], others: Sequence[Told]) -> tuple[Told, ...]:
    there = {t.reported.development.id for t in others}
    return tuple(t for t in told if t.reported.development.id not in there)


def trial(route: Route, reported: Iterable[Reported]) -> Trial:
    """Try a route on what was reported, as if it had been there and working all the time."""
    working = replace(route, disabled="", muted_until=None)
    told: list[Told] = []
    recent: list[datetime] = []
    tried = 0
    for one in sorted(reported, key=lambda r: (r.at, r.development.id)):
        tried += 1
        if not matches(working, one.development, one.language):
            continue
        recent = [at for at in recent if at > one.at - _LATELY]
        facts = RoutingFacts(one.at, recent={working.name: len(recent)})
        held = hold(working, one.development.head, facts)
        told.append(Told(one, held))
        if held is None:
            recent.append(one.at)
    return Trial(route, tuple(reversed(told)), tried)


def under_threshold(
    reported: Iterable[Reported], begun: Iterable[Reported], threshold: float
) -> list[Reported]:
    """What would have been reported under another threshold: `begun` is what it adds."""
    return [*(r for r in reported if r.score >= threshold), *begun]


def a_week(count: int, span: timedelta) -> float:
    """So many in a span, as a week's."""
    return count / (span / timedelta(weeks=1))


def is_digest(route: Route) -> bool:
    """Whether a route tells nothing at once."""
    return route.mode is not Mode.INSTANT
