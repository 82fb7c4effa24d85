"""What a picture shows, before anything is drawn: plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Mark(StrEnum):
    """What an act did, as a shape: shapes and not only colours tell things apart."""

    MADE = "made"
    """New, strengthened, reaffirmed, restored, invoked."""
    OPEN = "open"
    """Demanded, hedged, opposed; or not confirmed yet."""
    BACK = "back"
    """Refused, withheld, weakened, suspended, withdrawn, breached."""


@dataclass(frozen=True, slots=True)
class Act:
    """One row of a timeline."""

    day: date
    when: str
    """The day in words."""
    actor: int
    """Whose act: a place in `TimelinePlan.actors`."""
    stage: int
    mark: Mark
    title: str
    """The instrument or the headline: text from outside, in any script."""
    meaning: str
    """What it was in words of ours, shown under the title and alone where the title's script has
    no glyphs."""


@dataclass(frozen=True, slots=True)
class TimelinePlan:
    """Acts one under another, oldest first, each on the ladder of stages."""

    title: str
    subtitle: str
    actors: tuple[str, ...]
    acts: tuple[Act, ...]
    scale: tuple[str, str]
    """What the ladder's ends mean."""
    marks: tuple[tuple[Mark, str], ...]
    """The legend of the shapes that occur."""
    gaps: tuple[str, ...]
    """Before each act: how long nothing happened, or nothing."""
    note: str
    """What was left out."""
    alt: str
    name: str


@dataclass(frozen=True, slots=True)
class Cell:
    """How binding, and whether it is in doubt."""

    stage: int
    doubtful: bool = False
    """Suspended or disputed."""


@dataclass(frozen=True, slots=True)
class GridPlan:
    """Who is committed to whom, or to what."""

    title: str
    subtitle: str
    corner: tuple[str, str]
    """What the rows and the columns are."""
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell | None, ...]], ...]
    stages: tuple[str, ...]
    """The words for stages 0 to 6."""
    doubtful: str
    """The word for cells in doubt; empty where there are none."""
    note: str
    alt: str
    name: str


@dataclass(frozen=True, slots=True)
class Series:
    """Directions counted together."""

    label: str
    counts: tuple[int, ...]
    """One a week."""
    below: bool
    """Drawn below the axis: what makes a commitment less."""
    kind: str
    """more, kept, open, refused, less: what its colour says."""


@dataclass(frozen=True, slots=True)
class WeeksPlan:
    """Developments a week."""

    title: str
    subtitle: str
    mondays: tuple[date, ...]
    ticks: tuple[str, ...]
    """A date for each week, or nothing."""
    series: tuple[Series, ...]
    empty: str
    """What is said where there was nothing at all."""
    note: str
    alt: str
    name: str


Plan = TimelinePlan | GridPlan | WeeksPlan
