"""One development in a digest: a line, or two or three. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.alert_card import tone
from bot.cards import MARKS, Line, Span
from bot.claim_words import NO_COMMITMENT, RETREATS, claim_line, ladder, stage_name
from bot.outside_text import clean, cut, web_address
from bot.update_card import Update, moves
from bot.words import Words
from classifiers.assessment import Claim, Direction
from storage.records import ChangeKind, Development, Held, LedgerChange

_STATES = {"denied": "denied", "retracted": "retracted", "withdrawn": "withdrawn_alert"}
"""What does not stand, and its label."""
_PLAIN = {"stage", "direction"}
"""Changes that need no label."""
_HEADLINE = 330
_MOVED = 220
_TITLE = 110
_OUTLET = 50
_LONGEST_LINK = 1000
"""Characters. A longer address would leave no room for words in a line on Discord."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A development as a digest tells it."""

    development: Development
    why: Held = Held.MODE
    before: Claim | None = None
    """Its first claim as the channel knew it, where something has changed since."""
    known: bool = False
    """Whether the channel knew it."""


def entry_lines(entry: Entry, say: Words, most: int, zone: ZoneInfo) -> tuple[Line, ...]:
    """What it is, its id, and who reports it; how binding it is and what changed, where there are
    two lines; the title of the report, where there are three."""
    development = entry.development
    reference = (Span(development.short_id, code=True), Span("  "))
    mark, *what = _headline(entry, say)
    if most == 1:
        return ((mark, *reference, *what, Span(" · "), _outlet(development)),)
    state = _state(entry, say)
    if most == 2:
        below = (*reference, state, Span(" · " * bool(state.text)), _outlet(development))
        return ((mark, *what), below)
    return ((mark, *what), (*reference, state), _report(development, say, zone))


def state_of(development: Development, say: Words) -> str:
    """What a development is counted as: its direction, or why it does not stand."""
    if development.status in _STATES:
        return say.label(_STATES[development.status]).lower()
    return say("direction", development.claims[0].direction)


def _headline(entry: Entry, say: Words) -> Line:
    development = entry.development
    claimed = cut(claim_line(development.claims[0], say), _HEADLINE)
    if development.status in _STATES:
        label = say.label(_STATES[development.status])
        return (Span(f"{label} ", bold=True), Span(claimed, struck=True))
    mark = Span(f"{MARKS[tone(development.head)]} ")
    told_before = "corrected" if development.status == "corrected" else "changed" * entry.known
    if told_before:
        return (mark, Span(f"{say.label(told_before)} · "), Span(claimed, bold=True))
    return (mark, Span(claimed, bold=True))


def _state(entry: Entry, say: Words) -> Span:
    """How binding it is, against what was known or stood before; whether it is confirmed. Nothing
    where it does not stand."""
    development = entry.development
    claim = development.claims[0]
    if development.status in _STATES:
        return Span("")
    words = cut(_moved(entry, say), _MOVED)
    doubt = "" if development.confirmed else f" · ⚠ {say.label('unconfirmed_short')}"
    return Span(f"{ladder(claim.stage)}  {words}{doubt}")


def _moved(entry: Entry, say: Words) -> str:
    claim = entry.development.claims[0]
    if entry.before is not None:
        changes = moves(Update(ChangeKind.UPDATE, entry.before, claim), say)
        told = [text if name in _PLAIN else f"{say.label(name)}: {text}" for name, text in changes]
        if told:
            return " · ".join(told)
    against = next((change for change in entry.development.changes if change.before), None)
    if against is not None:
        return _against(against, say)
    if claim.direction in NO_COMMITMENT:
        return say("no_commitment", claim.direction)
    return stage_name(claim.stage, say)


def _against(change: LedgerChange, say: Words) -> str:
    """The step from what stood in the ledger."""
    direction, before = say("direction", change.direction), change.before[0].stage
    stood, stands = stage_name(before, say), stage_name(change.stage, say)
    if change.direction in NO_COMMITMENT | {Direction.REAFFIRMED}:
        return say.label("no_step", direction=direction, stage=stood)
    if change.direction in RETREATS:
        return say.label("retreat", direction=direction, stage=stood)
    if before == change.stage:
        return f"{stands} ({direction})"
    return say.label("move", before=stood, after=stands)


def _outlet(development: Development) -> Span:
    lead = development.lead
    return Span(cut(clean(lead.outlet), _OUTLET) or "…", link=_link(lead.url))


def _report(development: Development, say: Words, zone: ZoneInfo) -> Line:
    lead = development.lead
    title = Span(cut(clean(lead.title), _TITLE) or "…", link=_link(lead.url))
    seen = (lead.published or lead.first_seen).astimezone(zone)
    outlet = cut(clean(lead.outlet), _OUTLET)
    return (title, Span(f" · {outlet}, {say.date(seen)}", muted=True))


def _link(url: str) -> str:
    return url if len(web_address(url)) <= _LONGEST_LINK else ""
