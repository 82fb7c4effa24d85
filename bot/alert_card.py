"""The alert: a development as a card. Pure.

Every line is either a quotation tied to its source, or made from a field that has evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.cards import Block, Button, Card, Fields, Line, Quote, Span, Text, Tone
from bot.words import Words, words
from classifiers.actors import display, flag
from classifiers.assessment import Attribution, Claim, Direction, Head, LegalForm, Stage
from storage.records import ChangeKind, Development, LedgerChange, Source

LATE_AFTER = timedelta(minutes=30)
"""An alert that waited longer than this says so."""

_MOST_ACTORS = 6
_MOST_OTHER_CLAIMS = 4
_MOST_CHANGES = 3

_NEGATIVE = {Head.REFUSED, Head.WEAKENED, Head.WITHDRAWN}
_OPEN = {Head.DISCUSSED, Head.PROPOSED, Head.DEMANDED, Head.HEDGED}
_NO_COMMITMENT = {
    Direction.DEMANDED,
    Direction.HEDGED,
    Direction.REFUSED,
    Direction.WITHHELD,
    Direction.OPPOSED,
}
_NO_STEP = _NO_COMMITMENT | {Direction.REAFFIRMED}
"""They leave what stands as it is: their stage is that of the words, not of a commitment."""
_RETREATS = {
    Direction.WEAKENED,
    Direction.SUSPENDED,
    Direction.RESTORED,
    Direction.WITHDRAWN,
    Direction.BREACHED,
}
_CLOSED_STATUS = {"denied": "denied", "corrected": "corrected", "withdrawn": "withdrawn_alert"}


def alert_card(
    development: Development,
    *,
    now: datetime,
    language: str = "en",
    waited_since: datetime | None = None,
) -> Card:
    """The alert for a development as it stands. `waited_since` is when it was queued, for an alert
    that is only now going out."""
    say = words(language)
    claim = development.claims[0]
    blocks: list[Block] = [
        Text((_stage_line(claim, say),)),
        *_quotation(claim, development.lead),
        Fields(tuple(_rows(development, claim, say))),
    ]
    if waited_since is not None and now - waited_since > LATE_AFTER:
        blocks.append(Text(((Span(say.label("late") + " ", muted=True), moment(waited_since)),)))
    return Card(
        headline=headline(development, language),
        blocks=tuple(blocks),
        tone=Tone.NEGATIVE if development.status in _CLOSED_STATUS else tone(development.head),
        buttons=(
            Button("details", development.short_id, say.label("details")),
            Button("sources", development.short_id, say.label("sources_button")),
            Button("not_relevant", development.short_id, say.label("not_relevant"), danger=True),
        ),
        footer=_footer(development, say),
    )


def headline(development: Development, language: str = "en") -> str:
    """One line that can be read alone in a notification."""
    say = words(language)
    text = claim_line(development.claims[0], say)
    mark = _CLOSED_STATUS.get(development.status)
    return f"{say.label(mark)} · {text}" if mark else text


def claim_line(claim: Claim, say: Words) -> str:
    """A claim in one line: "SIGNED · declaration of intent: France → Ukraine"."""
    word = _word(claim, say).upper()
    kind = _kind(claim, say)
    subject = f"{word} · {kind}" if kind else word
    return f"{subject}: {actors_line(claim, say)}"


def actors_line(claim: Claim, say: Words) -> str:
    """Who towards whom; for a demand, of whom and for whom."""
    committers = actors(claim.committers, say)
    beneficiaries = actors(claim.beneficiaries, say)
    if claim.direction is Direction.DEMANDED:
        asked = f"of {committers} " if claim.committers else ""
        return f"{asked}for {beneficiaries}"
    if mutual(claim):
        return committers if len(claim.committers) != 2 else committers.replace(", ", " ↔ ")
    return f"{committers} → {beneficiaries}"


def mutual(claim: Claim) -> bool:
    """Whether the same actors bind themselves to each other."""
    return len(claim.committers) > 1 and set(claim.committers) == set(claim.beneficiaries)


def named(code: str) -> str:
    """An actor with its flag, where it has one."""
    return f"{flag(code)} {display(code)}".strip()


def actors(codes: Sequence[str], say: Words, *, most: int = _MOST_ACTORS) -> str:
    """Actors with their flags; a long list is cut and counted."""
    if not codes:
        return say.label("nobody")
    shown = [named(code) for code in codes[:most]]
    more = len(codes) - len(shown)
    return ", ".join(shown) + (f" +{more}" if more else "")


def tone(head: Head) -> Tone:
    """The colour of a card by its head word."""
    if head in _NEGATIVE:
        return Tone.NEGATIVE
    if head in _OPEN:
        return Tone.OPEN
    return Tone.POLITICAL if head in {Head.PLEDGED, Head.REAFFIRMED} else Tone.BINDING


def ladder(stage: Stage) -> str:
    """The stage as six rungs."""
    return "●" * int(stage) + "○" * (6 - int(stage))


def moment(at: datetime) -> Span:
    """A time, shown in the reader's own zone where the platform can."""
    return Span(f"{at:%d %b %Y %H:%M} UTC", time=at)


def update_card(development: Development, kind: str, what: str, language: str = "en") -> Card:
    """The reply in an alert's thread: what changed."""
    say = words(language)
    mark = {ChangeKind.DENIAL: "denied", ChangeKind.CORRECTION: "corrected"}.get(ChangeKind(kind))
    opening = say.label(mark) if mark else say.label("change")
    newest = development.sources[-1]
    return Card(
        headline=f"{opening}: {what}" if what else f"{opening}: {headline(development, language)}",
        blocks=(Text((_source_line(newest),)),),
        tone=Tone.NEGATIVE if mark == "denied" else tone(development.head),
        buttons=(Button("sources", development.short_id, say.label("sources_button")),),
        footer=(Span(development.short_id, code=True),),
    )


def source_lines(sources: Iterable[Source]) -> tuple[Line, ...]:
    """Each source: outlet, linked title, time, and its role where it is not a report of its own."""
    return tuple(_source_line(source) for source in sources)


def _source_line(source: Source) -> Line:
    role = () if source.role in {"first", "further"} else (Span(f" ({source.role})", muted=True),)
    return (
        Span(f"{source.outlet}: "),
        Span(source.title, link=source.url),
        *role,
        Span(" · ", muted=True),
        moment(source.published or source.first_seen),
    )


def _word(claim: Claim, say: Words) -> str:
    from classifiers.assessment import head_word

    if claim.direction in {
        Direction.WITHHELD,
        Direction.SUSPENDED,
        Direction.INVOKED,
        Direction.BREACHED,
    }:
        return say("direction", claim.direction)
    return say("head", head_word(claim))


def _kind(claim: Claim, say: Words) -> str:
    if claim.legal_form not in {LegalForm.NONE_REPORTED, LegalForm.UNILATERAL_STATEMENT}:
        return say("legal_form", claim.legal_form)
    return say("obligation", claim.obligations[0]) if claim.obligations else ""


def _stage_line(claim: Claim, say: Words) -> Line:
    """How binding it is: for a retreat how far it has got, for mere words what they are."""
    rungs = Span(ladder(claim.stage) + "  ")
    direction = say("direction", claim.direction)
    if claim.direction in _NO_COMMITMENT:
        return (rungs, Span(f"{direction}: {say('no_commitment', claim.direction)}", bold=True))
    table = "retreat_meaning" if claim.direction in _RETREATS else "stage_meaning"
    meaning = say(table, int(claim.stage))
    stage = say.label("stage_of", stage=int(claim.stage), meaning=meaning)
    changed = () if claim.direction is Direction.NEW else (Span(f" · {direction}"),)
    return (rungs, Span(stage, bold=True), *changed)


def _quotation(claim: Claim, lead: Source) -> tuple[Quote, ...]:
    quote = best_quote(claim)
    return (Quote(quote, lead.outlet, lead.url),) if quote else ()


def best_quote(claim: Claim) -> str:
    """The longest evidence for the act itself, else the longest of any field."""
    act = [e.quote for e in claim.evidence if e.field in {"stage", "direction"}]
    return max(act or [e.quote for e in claim.evidence], key=len, default="")


def _rows(development: Development, claim: Claim, say: Words) -> Iterable[tuple[str, Line]]:
    if claim.obligations:
        yield say.label("obligations"), _joined(say("obligation", o) for o in claim.obligations)
    if claim.conditions:
        yield say.label("conditions"), _joined(say("condition", c) for c in claim.conditions)
    if claim.left_open:
        yield say.label("left_open"), _joined(say("left_open", n) for n in claim.left_open)
    if claim.attribution is not Attribution.COMMITTER:
        yield say.label("attribution"), (Span(say("attribution", claim.attribution)),)
    for change in development.changes[:_MOST_CHANGES]:
        yield say.label("change"), change_line(change, say)
    absent = tuple(dict.fromkeys(n for c in development.claims for n in c.non_signatories))
    if absent:
        yield say.label("did_not_sign"), (Span(actors(absent, say)),)
    for other in development.claims[1 : 1 + _MOST_OTHER_CLAIMS]:
        yield say.label("also"), (Span(claim_line(other, say)),)


def _joined(parts: Iterable[str]) -> Line:
    return (Span(" · ".join(parts)),)


def change_line(change: LedgerChange, say: Words) -> Line:
    """How a development differs from the ledger before it."""
    who = ", ".join(change.committers) or "?"
    if change.committers != change.beneficiaries:
        who = f"{who} → {', '.join(change.beneficiaries) or '?'}"
    after = f"{int(change.stage)} {say('stage', int(change.stage))}"
    direction = say("direction", change.direction)
    if not change.before:
        nothing = Span(say.label("nothing_before"), muted=True)
        return (Span(f"{who}   {after} ({direction})   "), nothing)
    top = change.before[0]
    before = f"{int(top.stage)} {say('stage', int(top.stage))}"
    moved = f"{before} > {after} ({direction})"
    if change.direction in _NO_STEP:
        moved = say.label("no_step", direction=direction, stage=before)
    elif change.direction in _RETREATS:
        moved = say.label("retreat", direction=direction, stage=before)
    return (
        Span(f"{who}   {moved}   "),
        Span(f"{say.label('ledger')}: {top.title}, {top.since:%d %b %Y}", muted=True),
    )


def _footer(development: Development, say: Words) -> Line:
    count = development.independent_sources
    sources = say.label("source_count", count=count) if count > 1 else say.label("unconfirmed")
    if len(development.sources) > count:
        sources += f" (+{len(development.sources) - count})"
    return (
        Span(sources),
        Span(f" · {say.label('first_seen')} "),
        moment(development.created),
        Span(f" · {say.label('confidence')} {development.confidence:.2f} · "),
        Span(development.short_id, code=True),
    )
