"""Developments by week and direction -> stacked columns. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from bot.charts.phrases import alt_text, day_words, phrase, short_day
from bot.charts.plans import Series, WeeksPlan
from bot.words import Words, words
from classifiers.assessment import Direction
from storage.records import WeekCount

WEEKS = 12
_MOST_TICKS = 7
_WEEK = timedelta(weeks=1)
_GROUPS: tuple[tuple[str, bool, tuple[Direction, ...]], ...] = (
    ("more", False, (Direction.NEW, Direction.STRENGTHENED, Direction.RESTORED)),
    ("kept", False, (Direction.REAFFIRMED, Direction.INVOKED)),
    ("open", False, (Direction.DEMANDED, Direction.HEDGED)),
    ("refused", True, (Direction.REFUSED, Direction.WITHHELD, Direction.OPPOSED)),
    (
        "less",
        True,
        (Direction.WEAKENED, Direction.SUSPENDED, Direction.WITHDRAWN, Direction.BREACHED),
    ),
)
"""Five groups of the fourteen directions: more colours nobody tells apart on a telephone."""


def monday_of(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


def first_monday(now: datetime, weeks: int = WEEKS) -> date:
    """Where a picture of so many weeks begins; the last of them is the one under way."""
    return monday_of(now.date()) - (weeks - 1) * _WEEK


def weeks_plan(
    counts: Iterable[WeekCount],
    *,
    now: datetime,
    weeks: int = WEEKS,
    about: str = "",
    language: str = "en",
) -> WeeksPlan:
    """The last weeks, those without any development too. `about` names whom it is about."""
    say = words(language)
    begin = first_monday(now, weeks)
    mondays = tuple(begin + number * _WEEK for number in range(weeks))
    found = {(c.monday, c.direction): c.count for c in counts}
    series = tuple(_series(group, mondays, found, say) for group in _GROUPS)
    present = tuple(s for s in series if any(s.counts))
    total = sum(sum(s.counts) for s in present)
    title = say("chart", "weeks_title")
    return WeeksPlan(
        title=f"{title}: {about}" if about else title,
        subtitle=phrase(
            say,
            "weeks_subtitle",
            developments=say.count("developments", total),
            weeks=say.count("weeks", weeks),
            today=day_words(now.date(), say),
        ),
        mondays=mondays,
        ticks=_ticks(mondays, say),
        series=present,
        empty="" if total else phrase(say, "weeks_empty", weeks=say.count("weeks", weeks)),
        note=say("chart", "weeks_note") if total and now.weekday() < 6 else "",
        alt=_alt(f"{title}: {about}" if about else title, mondays, present, say),
        name="weeks.png",
    )


def _series(
    group: tuple[str, bool, tuple[Direction, ...]],
    mondays: Sequence[date],
    found: dict[tuple[date, Direction], int],
    say: Words,
) -> Series:
    key, below, directions = group
    counts = tuple(sum(found.get((m, d), 0) for d in directions) for m in mondays)
    return Series(say("chart", f"weeks_{key}"), counts, below, key)


def _ticks(mondays: Sequence[date], say: Words) -> tuple[str, ...]:
    """Every so many weeks a date, counted back from the last."""
    every = -(-len(mondays) // _MOST_TICKS)
    last = len(mondays) - 1
    return tuple(
        short_day(m, say) if (last - n) % every == 0 else "" for n, m in enumerate(mondays)
    )


def _alt(title: str, mondays: Sequence[date], series: Sequence[Series], say: Words) -> str:
    totals = [sum(s.counts[n] for s in series) for n in range(len(mondays))]
    opening = phrase(
        say,
        "weeks_alt",
        title=title,
        developments=say.count("developments", sum(totals)),
        first=day_words(mondays[0], say),
        last=day_words(mondays[-1], say),
    )
    if not sum(totals):
        return alt_text(opening)
    busiest = max(range(len(totals)), key=lambda n: (totals[n], n))
    return alt_text(
        opening,
        "; ".join(f"{s.label}: {sum(s.counts)}" for s in series) + ".",
        phrase(
            say,
            "weeks_alt_most",
            monday=day_words(mondays[busiest], say),
            count=totals[busiest],
        ),
    )
