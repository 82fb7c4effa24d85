"""The plan of a run: pure, the same for the same seed. What is published when, what goes wrong, and
at which step the process is killed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from math import ceil
from random import Random

FIRST_OUTLETS = 3
SECOND_OUTLETS = 3
DESKS = 12
"""Channels on each platform; every development goes to one desk on both."""
_MOST_STORIES = 12
"""In one cycle: more at once from one feed would be held as a burst."""

_LOCKED = 6.5
"""Longer than the service waits for a lock."""


class Step(StrEnum):
    """Where on an alert's way the process dies."""

    FETCH = "fetch"
    COMMIT = "commit"
    LEASE = "lease"
    SEND = "send"
    RECORD = "record"
    EDIT = "edit"


class Phase(StrEnum):
    """When, within a request or a transaction."""

    BEFORE = "before"
    COMMITTED = "committed"
    """It was carried out and not answered."""
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Kill:
    """A kill -9."""

    step: Step
    phase: Phase
    platform: str
    turn: int
    """At the first such moment, or at the second."""
    delay: float
    """Seconds after it."""
    at_once: bool
    """From the start on, which mostly meets what the last kill left; else once news is in."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A request that goes wrong, by its name in `faults.py`."""

    where: str
    """feeds, slack, discord."""
    pattern: str
    kind: str
    times: int


@dataclass(frozen=True, slots=True)
class Cycle:
    """One stretch of the run, from a start of the process to its end."""

    stories: tuple[int, ...]
    """First reports that come out now."""
    sequels: int
    """How many second reports come out, of those that are due."""
    troubles: tuple[Trouble, ...]
    line: str
    """What happens to a socket: op7, close-4000, disconnect ... or nothing."""
    kill: Kill | None
    locked: float
    """Seconds for which another process holds the database."""
    forgets_nonces: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole run."""

    seed: int
    cycles: tuple[Cycle, ...]


LINES = (
    "op7", "op9", "op9-resumable", "close-1001", "close-4000", "close-4009", "gateway-abort",
    "disconnect", "disconnect-warning", "socket-abort",
)  # fmt: skip
_MESSAGES = {
    "slack": ("* /api/chat.*", "* /api/conversations.*"),
    "discord": ("* */messages", "* */messages/*", "POST */threads"),
}
_LOGINS = {"slack": "* /api/auth.test", "discord": "GET */users/@me"}
_PLATFORM_KINDS = (
    "cut-before", "cut-after", "half", "slow", "500", "502", "503", "429", "429-bare",
)  # fmt: skip
_FEED_KINDS = ("500", "503", "404", "410", "cut-before", "half", "slow", "html", "stale")


def make_plan(seed: int, stories: int, kills: int) -> Plan:
    """So many developments and kills, spread evenly over the cycles."""
    dice = Random(f"plan {seed}")  # noqa: S311 - a repeatable plan
    count = max(kills + kills // 10 + 1, ceil(stories / _MOST_STORIES))
    doomed = set(dice.sample(range(count), kills))
    steps = [list(Step)[i % len(Step)] for i in range(kills)]
    dice.shuffle(steps)
    cycles = []
    for number in range(count):
        told = tuple(range(number * stories // count, (number + 1) * stories // count))
        kill = _kill(steps.pop(), dice) if number in doomed else None
        cycles.append(_cycle(told, kill, dice))
    return Plan(seed, tuple(cycles))


def quiet_plan(seed: int, turns: Sequence[int]) -> Plan:
    """Without faults: so many stories in each cycle."""
    ends = list(accumulate(turns))
    told = [tuple(range(end - turn, end)) for turn, end in zip(turns, ends, strict=True)]
    return Plan(
        seed, tuple(Cycle(t, len(t) // 3, (), "", None, 0.0, forgets_nonces=False) for t in told)
    )


def _cycle(stories: tuple[int, ...], kill: Kill | None, dice: Random) -> Cycle:
    edits = kill is not None and kill.step is Step.EDIT
    return Cycle(
        stories=stories,
        sequels=dice.randint(1 if edits else 0, len(stories) + 1),
        troubles=tuple(_trouble(dice) for _ in range(dice.choice((0, 1, 2, 4)))),
        line=dice.choice(LINES) if kill is None or dice.random() < 0.3 else "",
        kill=kill,
        locked=_LOCKED if kill is None and dice.random() < 0.25 else 0.0,
        forgets_nonces=dice.random() < 0.5,
    )


def _kill(step: Step, dice: Random) -> Kill:
    answered = step is Step.RECORD
    phase = Phase.ANSWERED if answered else dice.choice((Phase.BEFORE, Phase.COMMITTED))
    return Kill(
        step=step,
        phase=phase,
        platform=dice.choice(("slack", "discord")),
        turn=dice.choice((1, 1, 2)),
        delay=dice.choice((0.0, dice.uniform(0, 0.004), dice.uniform(0, 0.03))),
        at_once=step in (Step.FETCH, Step.COMMIT) or dice.random() < 0.3,
    )


def _trouble(dice: Random) -> Trouble:
    where = dice.choice(("feeds", "slack", "slack", "discord", "discord"))
    if where == "feeds":
        return Trouble(where, "GET *", dice.choice(_FEED_KINDS), dice.choice((1, 1, 2)))
    if dice.random() < 0.1:
        return Trouble(where, _LOGINS[where], dice.choice(("503", "cut-before")), 1)
    pattern = dice.choice(_MESSAGES[where])
    return Trouble(where, pattern, dice.choice(_PLATFORM_KINDS), dice.choice((1, 1, 3)))
