"""What a route would have told of the past weeks, as it is and as it is meant to become. Pure.

Developments are tried as they stand today; what came later in a thread is not counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.routing import Hold, hold, matches
from storage.records import Held, Route, RoutingFacts
from storage.replay import Reported

SPAN = timedelta(days=30)
_LATELY = timedelta(hours=1)
_WEEK = timedelta(weeks=1)


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
    covers: timedelta = timedelta()
    """From the first to the last of them."""

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
    return trials((route,), reported)[0]


def trials(routes: Iterable[Route], reported: Iterable[Reported]) -> list[Trial]:
    """Try each by itself."""
    history = sorted(reported, key=lambda r: (r.at, r.development.id))
    return [_trial(route, history) for route in routes]


def _trial(route: Route, history: Sequence[Reported]) -> Trial:
    working = replace(route, disabled="", muted_until=None)
    told: list[Told] = []
    recent: list[datetime] = []
    for one in history:
        if not matches(working, one.development, one.language):
            continue
        since = one.at - _LATELY
        recent = [at for at in recent if at > since]
        facts = RoutingFacts(one.at, recent={working.name: len(recent)})
        held = hold(working, one.development.head, facts)
        told.append(Told(one, held))
        if held is None:
            recent.append(one.at)
    covers = history[-1].at - history[0].at if history else timedelta()
    return Trial(route, tuple(reversed(told)), len(history), covers)


def under_threshold(
    reported: Iterable[Reported], begun: Iterable[Reported], threshold: float
) -> list[Reported]:
    """What would have been reported under another threshold: `begun` is what it adds."""
    return [*(r for r in reported if r.score >= threshold), *begun]


def a_week(found: Trial) -> float | None:
    """How many alerts a week; None where what was tried covers no week."""
    if found.covers < _WEEK:
        return None
    return len(found.alerts) / (found.covers / _WEEK)
