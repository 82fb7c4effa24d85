"""The plan of a run: pure, the same for the same seed. What is published when, what goes wrong, and
at which step the process is killed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from math import ceil
from random import Random
from typing import Generic, TypeVar

FIRST_OUTLETS = 3
SECOND_OUTLETS = 3
DESKS = 12
"""Channels on each platform; every development goes to one desk on both."""
_MOST_STORIES = 12
"""In one cycle: more at once from one feed would be held as a burst."""


class Disk(StrEnum):
    """What is wrong with the database, for longer than the service waits for a lock."""

    NONE = ""
    FULL = "full"
    READ_ONLY = "read-only"
    LOCKED = "locked"


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
    line: str = ""
    """What happens to a socket: op7, close-4000, disconnect ... or nothing."""
    kill: Kill | None = None
    disk: Disk = Disk.NONE
    disk_later: bool = False
    """Only when deliveries are leased; else from before the poll, and the start, on."""
    restart: bool = False
    """Whether it is stopped and started once the disk is well again."""
    clock: float | None = None
    """Hours by which its clock is wrong from now on; None: as before."""
    clock_later: bool = False
    """It is put while the process runs; else before it starts, where that is down."""
    forgets_nonces: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole run."""

    seed: int
    cycles: tuple[Cycle, ...]


LINES = (
    "op7", "op9", "op9-resumable", "close-1001", "close-4000", "close-4004", "close-4007",
    "close-4008", "close-4009", "gateway-abort", "disconnect", "disconnect-warning",
    "disconnect-off", "socket-abort",
)  # fmt: skip
_MESSAGES = {
    "slack": ("* /api/chat.*", "* /api/conversations.*"),
    "discord": ("* */messages", "* */messages/*", "POST */threads"),
}
_LOGINS = {"slack": "* /api/auth.test", "discord": "GET */users/@me"}
_PLATFORM_KINDS = {
    "slack": (
        "cut-before", "cut-after", "half", "slow", "500", "502", "503", "429", "429-bare",
    ),
    "discord": (
        "cut-before", "cut-after", "half", "slow", "500", "502", "503", "429", "429-bare",
        "429-global", "429-firewall",
    ),
}  # fmt: skip
_FEED_KINDS = (
    "500", "502", "503", "404", "410", "429", "cut-before", "half", "slow", "html", "blank",
    "empty", "older", "doubled", "renumbered",
)  # fmt: skip
_WRONG_BY = 6.0
"""Hours, in both directions."""
_LEAST_PUT = 1.0
T = TypeVar("T")


class _Deck(Generic[T]):
    """Draws one after the other in a shuffled order, so that none is missed and none is rare."""

    def __init__(self, dice: Random, cards: Sequence[T]) -> None:
        self._dice = dice
        self._cards = cards
        self._left: list[T] = []

    def draw(self) -> T:
        """The next; shuffled again once all were drawn."""
        if not self._left:
            self._left = self._dice.sample(self._cards, len(self._cards))
        return self._left.pop()


class _Decks:
    """What goes wrong in one plan."""

    def __init__(self, dice: Random) -> None:
        self.dice = dice
        self.lines = _Deck(dice, LINES)
        self.disks = _Deck(dice, tuple(Disk))
        self.steps = _Deck(dice, tuple(Step))
        self.clocks_later = _Deck(dice, (True, False))
        self.directions = _Deck(dice, (1, -1))
        self.kinds = {
            where: _Deck(dice, kinds)
            for where, kinds in {**_PLATFORM_KINDS, "feeds": _FEED_KINDS}.items()
        }
        self.shift = 0.0

    def put_clock(self) -> float:
        """Forward and back in turn, by an hour at least; never wrong by more than the bound."""
        if abs(self.shift) > _WRONG_BY - _LEAST_PUT:
            direction = -1 if self.shift > 0 else 1
        else:
            direction = self.directions.draw()
        room = _WRONG_BY - direction * self.shift
        self.shift += direction * self.dice.uniform(_LEAST_PUT, room)
        return round(self.shift, 3)


def make_plan(seed: int, stories: int, kills: int) -> Plan:
    """So many developments and kills, spread evenly over the cycles."""
    dice = Random(f"plan {seed}")  # noqa: S311 - a repeatable plan
    count = max(kills + kills // 10 + len(Disk), ceil(stories / _MOST_STORIES))
    doomed = set(dice.sample(range(count), kills))
    decks = _Decks(dice)
    cycles = []
    for number in range(count):
        told = tuple(range(number * stories // count, (number + 1) * stories // count))
        cycles.append(_cycle(told, decks, doomed=number in doomed))
    return Plan(seed, tuple(cycles))


def quiet_plan(seed: int, turns: Sequence[int]) -> Plan:
    """Without faults: so many stories in each cycle."""
    ends = list(accumulate(turns))
    told = [tuple(range(end - turn, end)) for turn, end in zip(turns, ends, strict=True)]
    return Plan(seed, tuple(Cycle(t, len(t) // 3, ()) for t in told))


def _cycle(stories: tuple[int, ...], decks: _Decks, *, doomed: bool) -> Cycle:
    dice = decks.dice
    kill = _kill(decks.steps.draw(), dice) if doomed else None
    edits = kill is not None and kill.step is Step.EDIT
    return Cycle(
        stories=stories,
        sequels=dice.randint(1 if edits else 0, len(stories) + 2),
        troubles=tuple(_trouble(decks) for _ in range(dice.choice((0, 1, 2, 4)))),
        line=decks.lines.draw() if kill is None or dice.random() < 0.3 else "",
        kill=kill,
        disk=Disk.NONE if kill else decks.disks.draw(),
        disk_later=dice.random() < 0.5,
        restart=dice.random() < 0.7,
        clock=decks.put_clock() if dice.random() < 0.25 else None,
        clock_later=decks.clocks_later.draw(),
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


def _trouble(decks: _Decks) -> Trouble:
    dice = decks.dice
    where = dice.choice(("feeds", "slack", "slack", "discord", "discord"))
    if where == "feeds":
        return Trouble(where, "GET *", decks.kinds[where].draw(), dice.choice((1, 1, 2)))
    if dice.random() < 0.1:
        return Trouble(where, _LOGINS[where], dice.choice(("503", "cut-before")), 1)
    kind = decks.kinds[where].draw()
    times = dice.choice((1, 3, 8) if kind.startswith("50") else (1, 1, 3))
    return Trouble(where, dice.choice(_MESSAGES[where]), kind, times)
