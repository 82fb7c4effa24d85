"""A claim and its parts in words, in any language that alerts are written in. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache

from bot.cards import Line, Span
from bot.words import Words, words
from classifiers.actors import flag
from classifiers.assessment import Claim, Direction, LegalForm, Stage, head_word
from storage.records import LedgerChange, Source

MOST_ACTORS = 4
"""In a line: more make it unreadable in a notification."""

NO_COMMITMENT = frozenset(
    {
        Direction.DEMANDED,
        Direction.HEDGED,
        Direction.REFUSED,
        Direction.WITHHELD,
        Direction.OPPOSED,
    }
)
_NO_STEP = NO_COMMITMENT | {Direction.REAFFIRMED}
"""They leave what stands as it is: their stage is that of the words, not of a commitment."""
RETREATS = frozenset(
    {
        Direction.WEAKENED,
        Direction.SUSPENDED,
        Direction.RESTORED,
        Direction.WITHDRAWN,
        Direction.BREACHED,
    }
)
_OWN_WORD = {Direction.WITHHELD, Direction.SUSPENDED, Direction.INVOKED, Direction.BREACHED}
_UNNAMED_FORMS = {LegalForm.NONE_REPORTED, LegalForm.UNILATERAL_STATEMENT}
_NO_REMARK = {"first", "further"}


def claim_line(claim: Claim, say: Words) -> str:
    """A claim in one line: "SIGNED · declaration of intent: France → Ukraine"."""
    word, who = _word(claim, say).upper(), actors_line(claim, say)
    kind = _kind(claim, say)
    if not kind:
        return say.label("headline_plain", word=word, who=who)
    return say.label("headline", word=word, kind=kind, who=who)


def _word(claim: Claim, say: Words) -> str:
    if claim.direction in _OWN_WORD:
        return say("direction", claim.direction)
    return say("head", head_word(claim))


def _kind(claim: Claim, say: Words) -> str:
    if claim.legal_form not in _UNNAMED_FORMS:
        return say("legal_form", claim.legal_form)
    return say("obligation", claim.obligations[0]) if claim.obligations else ""


def actors_line(claim: Claim, say: Words) -> str:
    """Who towards whom; for a demand, of whom and for whom. Where the news names no other side, the
    one that it names stands alone: nobody is told to be committed to itself."""
    alone = claim.committers == claim.beneficiaries and len(claim.committers) == 1
    committers = actors(claim.committers, say)
    beneficiaries = actors(claim.beneficiaries, say)
    if claim.direction is Direction.DEMANDED:
        if alone or not claim.committers:
            return say.label("demand_open", whom=beneficiaries)
        return say.label("demand", asked=committers, whom=beneficiaries)
    if alone or mutual(claim):
        return committers if len(claim.committers) != 2 else committers.replace(", ", " ↔ ")
    return f"{committers} →\u00a0{beneficiaries}"


def mutual(claim: Claim) -> bool:
    """Whether the same actors bind themselves to each other."""
    return len(claim.committers) > 1 and set(claim.committers) == set(claim.beneficiaries)


def named(code: str, say: Words | None = None) -> str:
    """An actor with its flag, where it has one, on one line; in English unless told otherwise."""
    return _named(code, say or words())


@lru_cache(maxsize=2048)  # a trial of all routes names thousands
def _named(code: str, say: Words) -> str:
    return f"{flag(code)}\u00a0{say.actor(code)}".strip()


def actors(codes: Sequence[str], say: Words, *, most: int = MOST_ACTORS) -> str:
    """Actors with their flags; a long list is cut and counted."""
    if not codes:
        return say.label("nobody")
    shown = [named(code, say) for code in codes[:most]]
    more = len(codes) - len(shown)
    return ", ".join(shown) + (f" +{more}" if more else "")


def ladder(stage: Stage) -> str:
    """The stage as six rungs."""
    return "●" * int(stage) + "○" * (6 - int(stage))


def stage_line(claim: Claim, say: Words) -> Line:
    """How binding it is: for a retreat how far it has got, for mere words what they are."""
    rungs = Span(ladder(claim.stage) + "  ")
    if claim.direction in NO_COMMITMENT:
        return (rungs, Span(say("no_commitment", claim.direction), bold=True))
    direction = say("direction", claim.direction)
    table = "retreat_meaning" if claim.direction in RETREATS else "stage_meaning"
    meaning = say(table, int(claim.stage))
    stage = say.label("stage_of", stage=int(claim.stage), meaning=meaning)
    changed = () if claim.direction is Direction.NEW else (Span(f" · {direction}"),)
    return (rungs, Span(stage, bold=True), *changed)


def stage_name(stage: Stage, say: Words) -> str:
    """ "2 pledge"."""
    return f"{int(stage)} {say('stage', int(stage))}"


def change_line(change: LedgerChange, say: Words) -> Line:
    """How a development differs from the ledger before it."""
    who = _short(change.committers, say)
    if change.committers != change.beneficiaries:
        who = f"{who} → {_short(change.beneficiaries, say)}"
    after = stage_name(change.stage, say)
    direction = say("direction", change.direction)
    if not change.before:
        nothing = Span(say.label("nothing_before"), muted=True)
        return (Span(f"{who} · {after}, {direction} · "), nothing)
    top = change.before[0]
    before = stage_name(top.stage, say)
    moved = f"{before} → {after}, {direction}"
    if change.direction in _NO_STEP:
        moved = say.label("no_step", direction=direction, stage=before)
    elif change.direction in RETREATS:
        moved = say.label("retreat", direction=direction, stage=before)
    entry = say.label("ledger_entry", title=top.title, date=say.date(top.since))
    return (Span(f"{who} · {moved} "), Span(f"({entry})", muted=True))


def _short(codes: Sequence[str], say: Words) -> str:
    """Codes of states, which analysts read faster than names; others by name."""
    return ", ".join(code if len(code) == 3 else say.actor(code) for code in codes) or "?"


def moment(at: datetime, say: Words | None = None) -> Span:
    """A time, shown in the reader's own zone where the platform can; in English unless told."""
    return Span(f"{(say or words()).date(at)} {at:%H:%M} UTC", time=at)


def report_line(source: Source) -> Line:
    """One report, behind a label: its linked title, then who has it."""
    return (Span(source.title, link=source.url), Span(f" — {source.outlet}"))


def source_lines(sources: Iterable[Source], say: Words | None = None) -> tuple[Line, ...]:
    """Each source: outlet, linked title, time, and its role where it is not a report of its own."""
    return tuple(source_line(source, say) for source in sources)


def source_line(source: Source, say: Words | None = None) -> Line:
    """One source, as in `source_lines`."""
    known = (say or words())("role", source.role)
    role = () if source.role in _NO_REMARK else (Span(f" ({known})", muted=True),)
    return (
        Span(f"{source.outlet}: "),
        Span(source.title, link=source.url),
        *role,
        Span(" · ", muted=True),
        moment(source.published or source.first_seen, say),
    )
