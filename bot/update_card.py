"""The reply in an alert's thread: what changed, in the words of the alert's route. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.alert_card import DEFAULTS, tone
from bot.cards import Block, Button, Card, Fields, Span, Text, Tone
from bot.claim_words import actors_line, claim_line, source_line, stage_name
from bot.words import Words, words
from classifiers.assessment import Claim
from classifiers.codec import claim_from_json, claim_to_json
from storage.records import ChangeKind, Development, DevelopmentChange, Route, Source

_MARKS = {
    ChangeKind.DENIAL: "denied",
    ChangeKind.CORRECTION: "corrected",
    ChangeKind.UPDATE: "changed",
    ChangeKind.WITHDRAWN: "withdrawn_alert",
    ChangeKind.REINSTATED: "reinstated",
    ChangeKind.MERGED: "merged",
    ChangeKind.SPLIT: "split",
}
_WHOLE = frozenset(_MARKS) - {ChangeKind.CORRECTION, ChangeKind.UPDATE}
"""Kinds that concern a development altogether, whatever else of it has changed."""
_LISTS = ("committers", "beneficiaries", "obligations", "conditions")
_PLAIN = {"stage", "direction"}
"""Fields whose change needs no label to be understood."""


@dataclass(frozen=True, slots=True)
class Update:
    """What a reply tells: kept with its delivery, since the development may have moved on by the
    time it is sent."""

    kind: ChangeKind
    before: Claim | None
    after: Claim | None
    by_admin: bool = False
    told_by: str = ""
    """The address of the report that brought it; empty where that was not kept."""

    @classmethod
    def of(cls, change: DevelopmentChange) -> Update:
        """What changed, as it is to be told."""
        before = change.previous.claims[0] if change.previous else None
        after = change.development.claims[0]
        return cls(change.kind, before, after, change.by_admin, change.article.url)

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> Update:
        """The other way of `payload`. A reply queued before claims were kept says less."""
        claims = (payload.get("before"), payload.get("after"))
        before, after = (claim_from_json(claim) if claim else None for claim in claims)
        by_admin = bool(payload.get("by_admin"))
        told_by = str(payload.get("told_by") or "")
        return cls(ChangeKind(str(payload["kind"])), before, after, by_admin, told_by)

    def payload(self) -> dict[str, Any]:
        """JSON values for a delivery."""
        return {
            "kind": str(self.kind),
            "before": _bare(self.before) if self.before else None,
            "after": _bare(self.after) if self.after else None,
            "by_admin": self.by_admin,
            "told_by": self.told_by,
        }


def _bare(claim: Claim) -> dict[str, Any]:
    """Without the evidence, which a reply does not show."""
    return claim_to_json(replace(claim, evidence=()))


def update_card(
    development: Development, update: Update, route: Route = DEFAULTS, *, mention: str = ""
) -> Card:
    """The reply that tells an update, in the language of its route."""
    say = words(route.language)
    decided = (Span(f" · {say.label('by_admin')}"),) if update.by_admin else ()
    return Card(
        headline=_headline(development, update, say),
        blocks=tuple(_blocks(development, update, say)),
        tone=_tone(development, update),
        buttons=(Button("sources", development.short_id, say.label("sources_button")),),
        footer=(Span(development.short_id, code=True), *decided),
        mention=mention,
    )


def _headline(development: Development, update: Update, say: Words) -> str:
    """Can be read alone in a notification: so it names the actors."""
    mark = say.label(_mark(development, update), name=development.short_id)
    moved = next(moves(update, say), None)
    if update.kind in _WHOLE or moved is None:
        return f"{mark} · {claim_line(development.claims[0], say)}"
    label, text = moved
    what = text if label in _PLAIN else f"{say.label(label)}: {text}"
    claim = update.after or development.claims[0]
    return say.label("headline", word=mark, kind=actors_line(claim, say), who=what)


def _mark(development: Development, update: Update) -> str:
    """The label of what happened. What its source took back is that, unless an admin has spoken."""
    if development.status == "retracted" and update.kind not in _WHOLE:
        return "retracted"
    return _MARKS.get(update.kind, "changed")


def moves(update: Update, say: Words) -> Iterator[tuple[str, str]]:
    """What is different, weightiest first: the field's label and the change in words; nothing
    where a reader would see nothing."""
    old, new = update.before, update.after
    if old is None or new is None:
        return
    if old.stage != new.stage:
        before, after = stage_name(old.stage, say), stage_name(new.stage, say)
        yield "stage", say.label("move", before=before, after=after)
    if old.direction is not new.direction:
        before, after = (say("direction", claim.direction) for claim in (old, new))
        yield "direction", say.label("move", before=before, after=after)
    for name in _LISTS:
        if moved := _moved(name, getattr(old, name), getattr(new, name), say):
            yield name, moved
    scale = new.specifics.scale
    if scale and scale != old.specifics.scale:
        yield "scale", scale


def _moved(name: str, old: Sequence[str], new: Sequence[str], say: Words) -> str:
    added = [_one(name, value, say) for value in new if value not in old]
    gone = [_one(name, value, say) for value in old if value not in new]
    parts = [say.label("added", what=", ".join(added))] * bool(added)
    parts += [say.label("gone", what=", ".join(gone))] * bool(gone)
    return " · ".join(parts)


def _one(name: str, value: str, say: Words) -> str:
    table = {"obligations": "obligation", "conditions": "condition"}.get(name)
    return say(table, value) if table else say.actor(value)


def _told_by(development: Development, update: Update) -> Source:
    """Whose report brought the change: the one that was kept with it. Where none was, a denial's is
    the newest of its kind, any other's is the one that leads now."""
    for source in development.sources:
        if update.told_by and source.url == update.told_by and not update.by_admin:
            return source
    if update.kind is ChangeKind.DENIAL:
        denials = [s for s in development.sources if s.role == "denial"]
        return (denials or development.sources)[-1]
    return development.lead


def _blocks(development: Development, update: Update, say: Words) -> Iterator[Block]:
    """What the headline has no room for, and whose report it is."""
    if why := _why(development, update):
        yield Text(((Span(say.label(why)),),))
    rows = [(say.label(label), (Span(text),)) for label, text in moves(update, say)]
    further = rows if update.kind in _WHOLE else rows[1:]
    if further:
        yield Fields(tuple(further))
    yield Text((source_line(_told_by(development, update), say),))


def _why(development: Development, update: Update) -> str:
    """The label of a sentence that says why, where one is needed."""
    match update.kind:
        case ChangeKind.WITHDRAWN | ChangeKind.SPLIT:
            return f"why_{update.kind}"
    return "why_retracted" if _mark(development, update) == "retracted" else ""


def _tone(development: Development, update: Update) -> Tone:
    if development.status == "retracted" or update.kind is ChangeKind.WITHDRAWN:
        return Tone.PLAIN
    return Tone.NEGATIVE if update.kind is ChangeKind.DENIAL else tone(development.head)
