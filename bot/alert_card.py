"""The alert: a development as a card. Pure.

Every line is either a quotation tied to its source, or made from a field that has evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from bot.cards import Block, Button, Card, Fields, Line, Quote, Span, Text, Tone
from bot.claim_words import (
    MOST_ACTORS,
    actors,
    change_line,
    claim_line,
    moment,
    report_line,
    stage_line,
)
from bot.words import Words, words
from classifiers.assessment import Attribution, Claim, Head
from storage.records import Development, Route, Style

LATE_AFTER = timedelta(minutes=30)
"""An alert that waited longer than this says so."""

DEFAULTS = Route("", "")
"""How an alert is drawn that no route has settings for, such as one whose route is gone."""

_ALWAYS = "actors"
_MOST_NAMED = 40
_MOST_OTHER_CLAIMS = 4
_MOST_CHANGES = 3
_NEGATIVE = {Head.REFUSED, Head.WEAKENED, Head.WITHDRAWN}
_OPEN = {Head.DISCUSSED, Head.PROPOSED, Head.DEMANDED, Head.HEDGED}
_MARKS = {
    "denied": "denied",
    "retracted": "retracted",
    "withdrawn": "withdrawn_alert",
    "corrected": "corrected",
}
_VOID = {"denied", "retracted", "withdrawn"}
_COMPACT_FIELDS = frozenset({"change"})
_BUTTONS = {
    "details": "details",
    "timeline": "timeline",
    "sources": "sources_button",
    "follow": "follow",
    "correct": "correct",
    "not_relevant": "not_relevant",
    "mute": "mute",
}
_VOID_BUTTONS = ("details", "timeline", "sources")
_SHORT_BUTTONS = {
    Style.COMPACT: ("details", "sources", "not_relevant"),
    Style.LINE: ("details",),
}


def alert_card(
    development: Development,
    *,
    now: datetime,
    route: Route = DEFAULTS,
    waited_since: datetime | None = None,
    mention: str = "",
) -> Card:
    """The alert for a development as it stands, in the style and language of its route.
    `waited_since` is when it was queued, for an alert that is only now going out."""
    say = words(route.language)
    void = development.status in _VOID
    blocks = tuple(_blocks(development, route, say))
    footer = _footer(development, route.style, say)
    if waited_since is not None and now - waited_since > LATE_AFTER:
        late: Line = (Span(say.label("late") + " ", muted=True), moment(waited_since, say))
        if route.style is Style.LINE:
            footer = (*footer, Span(" · "), *late)
        else:
            blocks = (*blocks, Text((late,)))
    return Card(
        headline=_headline(development, say) if not void else _claimed(development, say),
        void=say.label(_MARKS[development.status]) if void else "",
        blocks=blocks,
        tone=Tone.PLAIN if void else tone(development.head),
        buttons=tuple(_buttons(development, route.style, say)),
        footer=footer,
        mention="" if void else mention,
    )


def headline(development: Development, language: str = "en") -> str:
    """One line that can be read alone in a notification."""
    return _headline(development, words(language))


def _headline(development: Development, say: Words) -> str:
    mark = _MARKS.get(development.status)
    text = _claimed(development, say)
    return f"{say.label(mark)} · {text}" if mark else text


def _claimed(development: Development, say: Words) -> str:
    return claim_line(development.claims[0], say)


def tone(head: Head) -> Tone:
    """The colour of a card by its head word."""
    if head in _NEGATIVE:
        return Tone.NEGATIVE
    if head in _OPEN:
        return Tone.OPEN
    return Tone.POLITICAL if head in {Head.PLEDGED, Head.REAFFIRMED} else Tone.BINDING


def best_quote(claim: Claim) -> str:
    """The longest evidence for the act itself, else the longest of any field."""
    act = [e.quote for e in claim.evidence if e.field in {"stage", "direction"}]
    return max(act or [e.quote for e in claim.evidence], key=len, default="")


# --- the body


def _blocks(development: Development, route: Route, say: Words) -> Iterator[Block]:
    """Nothing in a line; in full whatever the route has chosen of it."""
    if route.style is Style.LINE:
        return
    claim = development.claims[0]
    shown = _COMPACT_FIELDS if route.style is Style.COMPACT else frozenset(route.fields)
    quote = best_quote(claim) if _is_shown("quotation", shown) else ""
    yield from _closed(development, say)
    yield Text((_struck(stage_line(claim, say), development),))
    if quote:
        yield Quote(quote, development.lead.outlet, development.lead.url)
    rows = [
        (label, _struck(line, development))
        for name, label, line in (*_everybody(claim, route, say), *_rows(development, say))
        if _is_shown(name, shown)
    ]
    if not quote:
        rows.append((say.label("source"), report_line(development.lead)))
    if rows:
        yield Fields(tuple(rows))


def _is_shown(name: str, chosen: frozenset[str]) -> bool:
    return not chosen or name in chosen or name == _ALWAYS


def _everybody(claim: Claim, route: Route, say: Words) -> Iterator[tuple[str, str, Line]]:
    """The actors whom the headline had to cut."""
    if route.style is Style.FULL:
        for name in ("committers", "beneficiaries"):
            codes = getattr(claim, name)
            if len(codes) > MOST_ACTORS:
                yield _ALWAYS, say.label(name), (Span(actors(codes, say, most=_MOST_NAMED)),)


def _struck(line: Line, development: Development) -> Line:
    """Struck through, where the development does not stand."""
    if development.status not in _VOID:
        return line
    return tuple(replace(span, struck=True) for span in line)


def _closed(development: Development, say: Words) -> Iterator[Block]:
    """Why an alert no longer stands as it was first told."""
    match development.status:
        case "denied":
            denials = [s for s in development.sources if s.role == "denial"]
            rows = tuple((say.label("denied_by"), report_line(s)) for s in denials[-1:])
            if rows:
                yield Fields(rows)
        case "retracted" | "withdrawn":
            yield Text(((Span(say.label(f"why_{development.status}")),),))
        case "corrected" if development.corrected_from is not None:
            before = Span(claim_line(development.corrected_from, say), struck=True)
            yield Fields(((say.label("said_before"), (before,)),))


def _rows(development: Development, say: Words) -> Iterator[tuple[str, str, Line]]:
    """Name of the field, its label, what it says."""
    claim = development.claims[0]
    for name in ("obligations", "conditions", "left_open"):
        if values := getattr(claim, name):
            yield name, say.label(name), _joined(say(name.removesuffix("s"), v) for v in values)
    if claim.attribution is not Attribution.COMMITTER:
        line = (Span(say("attribution", claim.attribution)),)
        yield "attribution", say.label("attribution"), line
    for change in development.changes[:_MOST_CHANGES]:
        yield "change", say.label("change"), change_line(change, say)
    absent = tuple(dict.fromkeys(n for c in development.claims for n in c.non_signatories))
    if absent:
        yield "did_not_sign", say.label("did_not_sign"), (Span(actors(absent, say)),)
    for other in development.claims[1 : 1 + _MOST_OTHER_CLAIMS]:
        yield "also", say.label("also"), (Span(claim_line(other, say)),)


def _joined(parts: Iterable[str]) -> Line:
    return (Span(" · ".join(parts)),)


# --- what stands under it


def _buttons(development: Development, style: Style, say: Words) -> Iterator[Button]:
    """All in full; the others open through Details. What does not stand can only be looked at."""
    shown = _SHORT_BUTTONS.get(style, tuple(_BUTTONS))
    for action, label in _BUTTONS.items():
        if action in shown and (development.status not in _VOID or action in _VOID_BUTTONS):
            yield Button(action, development.short_id, say.label(label))


def _footer(development: Development, style: Style, say: Words) -> Line:
    reference, void = Span(development.short_id, code=True), development.status in _VOID
    if style is Style.LINE:
        lead = Span(development.lead.outlet, link=development.lead.url)
        known = "" if void else f"{_confirmation(development, say, short=True)} · "
        return (lead, Span(f" · {known}"), reference)
    if void:
        return (reference, *_revision(development, say))
    seen = (Span(f" · {say.label('first_seen')} "), moment(development.created, say))
    return (
        reference,
        Span(f" · {_confirmation(development, say)}"),
        *(seen if style is Style.FULL else ()),
        Span(f" · {say.label('confidence')}\u00a0{say.number(development.confidence)}"),
        *_revision(development, say),
    )


def _confirmation(development: Development, say: Words, *, short: bool = False) -> str:
    """How many outlets have it in their own words; a copy of an agency's text confirms nothing."""
    count = development.independent_sources
    if not development.confirmed:
        text = f"⚠\u00a0{say.label('unconfirmed_short' if short else 'unconfirmed')}"
    else:
        text = f"✓\u00a0{say.count('sources', count)}"
    further = len(development.sources) - count
    return text if short or not further else f"{text}, {say.count('further', further)}"


def _revision(development: Development, say: Words) -> Line:
    if development.revision == 1:
        return ()
    revision = say.label("revision", revision=development.revision)
    return (Span(f" · {revision} "), moment(development.updated, say))
