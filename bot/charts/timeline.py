"""Entries of the ledger's history -> the rows of a timeline. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from bot.charts.phrases import alt_text, day_words, listed, phrase
from bot.charts.plans import Act, Mark, TimelinePlan
from bot.outside_text import clean, cut
from bot.words import Words, words
from classifiers.assessment import Direction
from storage.records import LedgerRecord

MOST_ACTS = 9
MOST_ACTORS = 4
"""More colours than this nobody tells apart; the other actors share one."""
_TITLE = 160
"""Characters of a title; two lines show fewer."""
_LONG_GAP = 2.0
"""Years."""
_YEAR = 365.25
_BACK = {
    Direction.REFUSED,
    Direction.WITHHELD,
    Direction.WEAKENED,
    Direction.SUSPENDED,
    Direction.WITHDRAWN,
    Direction.BREACHED,
}
_OPEN = {Direction.DEMANDED, Direction.HEDGED, Direction.OPPOSED}
_NO_STEP = _OPEN | {Direction.REFUSED, Direction.WITHHELD}
"""Their stage is that of the words concerned, and says nothing of the act."""
_MOVES = _BACK - _NO_STEP | {Direction.RESTORED}


@dataclass(frozen=True, slots=True)
class _Merged:
    """The entries of one act: an agreement writes one for each obligation and beneficiary."""

    first: LedgerRecord
    committers: tuple[str, ...]
    beneficiaries: tuple[str, ...]


def timeline_plan(
    title: str, records: Iterable[LedgerRecord], *, today: date, language: str = "en"
) -> TimelinePlan | None:
    """The newest acts among these entries; None where there are none. `title` names the actors."""
    say = words(language)
    acts = _merged(records)
    if not acts:
        return None
    shown = acts[-MOST_ACTS:]
    actors = _actors(shown, say)
    one_way = len({(act.committers, act.beneficiaries) for act in shown}) == 1
    rows = tuple(_act(merged, actors, say, sides=not one_way) for merged in shown)
    return TimelinePlan(
        title=title,
        subtitle=phrase(say, "timeline_subtitle", today=day_words(today, say)),
        actors=tuple(name for _, name in actors),
        acts=rows,
        scale=(say("chart", "scale_low"), say("chart", "scale_high")),
        marks=_legend(rows, say),
        gaps=_gaps([act.day for act in rows], say),
        note=_note(len(acts) - len(shown), acts, say),
        alt=_alt(title, acts, say),
        name="timeline.png",
    )


def _merged(records: Iterable[LedgerRecord]) -> list[_Merged]:
    """Acts, oldest first."""
    groups: dict[tuple[datetime, str, int, str, str], list[LedgerRecord]] = {}
    for record in records:
        entry = record.entry
        key = (entry.since, entry.title, int(entry.stage), record.direction, record.standing)
        groups.setdefault(key, []).append(record)
    merged = [
        _Merged(
            group[0],
            tuple(dict.fromkeys(r.entry.committer for r in group)),
            tuple(dict.fromkeys(r.entry.beneficiary for r in group)),
        )
        for group in groups.values()
    ]
    return sorted(merged, key=_order)


def _order(act: _Merged) -> tuple[date, int, datetime, int]:
    """By day, within it by stage: what is ratified was signed before."""
    entry = act.first.entry
    return entry.since.date(), int(entry.stage), entry.since, entry.id


def _actors(acts: Sequence[_Merged], say: Words) -> list[tuple[tuple[str, ...], str]]:
    """Groups of committers and their names, those who act most first."""
    count: dict[tuple[str, ...], int] = {}
    for act in acts:
        count[act.committers] = count.get(act.committers, 0) + 1
    ranked = sorted(count, key=lambda group: -count[group])
    if len(ranked) <= MOST_ACTORS:
        return [(group, listed(group, say)) for group in ranked]
    shown = ranked[: MOST_ACTORS - 1]
    return [*((group, listed(group, say)) for group in shown), ((), say("chart", "others"))]


def _act(
    merged: _Merged, actors: Sequence[tuple[tuple[str, ...], str]], say: Words, *, sides: bool
) -> Act:
    groups = [group for group, _ in actors]
    known = merged.committers in groups
    record = merged.first
    return Act(
        day=record.entry.since.date(),
        when=day_words(record.entry.since.date(), say),
        actor=groups.index(merged.committers) if known else len(groups) - 1,
        stage=int(record.entry.stage),
        mark=_mark(record),
        title=cut(clean(record.entry.title), _TITLE),
        meaning=_meaning(merged, say, sides=sides),
    )


def _mark(record: LedgerRecord) -> Mark:
    if record.direction in _BACK:
        return Mark.BACK
    doubtful = record.direction in _OPEN or record.standing != "confirmed"
    return Mark.OPEN if doubtful else Mark.MADE


def _meaning(merged: _Merged, say: Words, *, sides: bool) -> str:
    record = merged.first
    parts = [_sides(merged, say)] if sides else []
    parts.append(_step(record, say))
    if record.standing != "confirmed":
        parts.append(say("chart", "unconfirmed"))
    return " · ".join(parts)


def _step(record: LedgerRecord, say: Words) -> str:
    """The direction, and how far it got."""
    direction, stage = say("direction", record.direction), int(record.entry.stage)
    if record.direction in _NO_STEP:
        return direction
    table = "retreat_meaning" if record.direction in _MOVES else "stage"
    return f"{direction}, {say(table, stage)}"


def _sides(merged: _Merged, say: Words) -> str:
    """Who towards whom; the parties alone where they bind themselves to each other."""
    if set(merged.committers) == set(merged.beneficiaries):
        return listed(merged.committers, say)
    return f"{listed(merged.committers, say, 1)} → {listed(merged.beneficiaries, say, 1)}"


def _legend(acts: Iterable[Act], say: Words) -> tuple[tuple[Mark, str], ...]:
    present = {act.mark for act in acts}
    return tuple((mark, say("chart", f"mark_{mark}")) for mark in Mark if mark in present)


def _gaps(days: Sequence[date], say: Words) -> tuple[str, ...]:
    spans = [(later - earlier).days / _YEAR for earlier, later in pairwise(days)]
    return (
        "",
        *(say.count("years", round(s)) if s >= _LONG_GAP else "" for s in spans),
    )


def _note(left_out: int, acts: Sequence[_Merged], say: Words) -> str:
    if not left_out:
        return ""
    oldest = acts[0].first.entry.since.date()
    return phrase(say, "earlier_left_out", acts=say.count("acts", left_out), since=oldest.year)


def _alt(title: str, acts: Sequence[_Merged], say: Words) -> str:
    entries = [act.first.entry for act in acts]
    newest = acts[-1].first
    made = [a.first.entry for a in acts if _mark(a.first) is Mark.MADE]
    peak = max(made, key=lambda entry: (entry.stage, entry.since), default=None)
    return alt_text(
        phrase(
            say,
            "timeline_alt",
            title=title,
            acts=say.count("acts", len(acts)),
            first=day_words(entries[0].since.date(), say),
            last=day_words(entries[-1].since.date(), say),
        ),
        phrase(
            say,
            "timeline_alt_peak",
            stage=say("stage", int(peak.stage)),
            day=day_words(peak.since.date(), say),
            what=peak.title,
        )
        if peak
        else "",
        phrase(
            say,
            "timeline_alt_newest",
            day=day_words(newest.entry.since.date(), say),
            step=_step(newest, say),
            what=newest.entry.title,
        ),
    )
