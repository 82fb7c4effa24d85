"""Answers about routes: records -> card for people, and plain data for `--json`. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.alert_card import headline
from bot.cards import Block, Button, Card, Fields, Line, Span, Table, Text, Tone
from bot.claim_words import moment
from bot.json_data import route_data
from bot.reply import Reply, say_so
from bot.route_settings import settings_of, settings_text
from bot.route_test import Comparison, Told, Trial, a_week
from classifiers.actors import display
from storage.records import Held, Mode, Origin, Route

Names = Mapping[str, str]
"""Channel -> what people call it."""
_NAMELESS: Names = {}
_SHOWN = 10
_MOST_EDITED = 15
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_HELD = {
    Held.MODE: "for its digest",
    Held.QUIET: "over quiet hours",
    Held.CEILING: "above its ceiling",
}


def passing(route: Route) -> str:
    """What a route lets pass, in words."""
    parts = [
        f"to {_names(route.beneficiaries)}" if route.beneficiaries else "",
        f"by {_names(route.committers)}" if route.committers else "",
        _either(route.heads),
        _either(route.directions),
        _either(route.obligations),
        f"stage {int(route.min_stage)} and up" if route.min_stage else "",
        f"confidence {route.min_confidence:.2f} and up" if route.min_confidence else "",
        f"reported by {_either(route.sources)}" if route.sources else "",
        f"in {_either(route.languages)}" if route.languages else "",
        f"words “{route.words}”" if route.words else "",
    ]
    return " · ".join(part for part in parts if part) or "everything"


def _names(codes: Sequence[str]) -> str:
    return _either([display(code) for code in codes])


def _either(values: Sequence[str]) -> str:
    return " or ".join(str(value).replace("_", " ") for value in values)


def timing(route: Route) -> str:
    """When a route tells it, in words."""
    clock = f"at {route.at} {route.zone}"
    when = {
        Mode.INSTANT: "at once",
        Mode.HOURLY: "hourly digest",
        Mode.DAILY: f"daily digest {clock}",
        Mode.WEEKLY: f"weekly digest, {_WEEKDAYS[route.weekday]} {clock}",
    }[route.mode]
    parts = [
        when,
        f"quiet {route.quiet} {route.zone}" if route.quiet else "",
        f"at most {route.ceiling} an hour" if route.ceiling else "",
        f"calls {route.mention} for {_either(route.mention_heads)}" if route.mention else "",
    ]
    return " · ".join(part for part in parts if part)


def state(route: Route, now: datetime) -> str:
    """What keeps a route from telling anything; empty while nothing does."""
    if route.disabled:
        return f"off: {route.disabled}"
    if route.muted(now) and route.muted_until:
        return f"muted until {route.muted_until:%d %b %H:%M} UTC"
    return ""


def listing(
    stored: Sequence[Route], now: datetime, *, everything: bool, names: Names = _NAMELESS
) -> Reply:
    """The routes; the disabled and muted ones say why. `everything`: with those of all spaces, by
    the names that they are kept under. `names` is what people call the channels."""
    add = Button("add_route", "", "Add a route")
    if not stored:
        detail = "Add one: /pledgewatch routes add NAME, in the channel where alerts shall appear."
        reply = say_so("No routes: nothing is sent here.", detail=detail, data=[])
        return Reply(_with(reply.card, add), reply.data)
    rows = tuple(
        (
            (Span(name_of(r, everything=everything), bold=True),),
            (called(r.channel, names),),
            (Span(passing(r)),),
            (Span(state(r, now) or timing(r)),),
        )
        for r in stored
    )
    headline_text = f"{len(stored)} route{'s' * (len(stored) != 1)}"
    card = Card(
        headline_text,
        (Table(("Route", "Channel", "Lets pass", "Tells it"), rows),),
        private=True,
        buttons=(add, *edit_buttons(stored)),
    )
    return Reply(card, [route_data(r) for r in stored])


def name_of(route: Route, *, everything: bool) -> str:
    """What a route is called by whoever asks."""
    return route.name if everything else route.title


def edit_buttons(routes: Sequence[Route]) -> tuple[Button, ...]:
    """A form for each route that can be changed, as far as there is room."""
    ours = [r for r in routes if r.origin is not Origin.FILE]
    return tuple(Button("edit_route", r.name, f"Edit {r.title}") for r in ours[:_MOST_EDITED])


def _with(card: Card, *buttons: Button) -> Card:
    return replace(card, buttons=(*card.buttons, *buttons))


def called(channel: str, names: Names) -> Span:
    """A channel as people call it, where that is known."""
    return Span(names[channel]) if channel in names else Span(channel, code=True)


def one(text: str, route: Route, *, tone: Tone = Tone.BINDING, names: Names = _NAMELESS) -> Reply:
    """A sentence on a route, and what the route does."""
    rows: list[tuple[str, Line]] = [
        ("Channel", (called(route.channel, names),)),
        ("Lets pass", (Span(passing(route)),)),
        ("Tells it", (Span(timing(route)),)),
    ]
    if typed := settings_text(route):
        rows.append(("As typed", (Span(typed, code=True),)))
    data = {"message": text, "route": route_data(route)}
    return Reply(Card(text, (Fields(tuple(rows)),), tone, private=True), data)


def changed_settings(before: Route, after: Route) -> list[str]:
    """Which settings differ: "min_stage – → 2"."""
    old, new = dict(settings_of(before)), dict(settings_of(after))
    old |= {"name": before.title, "channel": before.channel}
    new |= {"name": after.title, "channel": after.channel}
    keys = [key for key in {**old, **new} if old.get(key) != new.get(key)]
    return [f"{key} {old.get(key, '–')} → {new.get(key, '–')}" for key in keys]


# --- routes test


def tried(trials: Sequence[Trial], span: timedelta, *, everything: bool = True) -> Reply:
    """What routes would have told, each by itself."""
    blocks: list[Block] = []
    for found in trials:
        name = name_of(found.route, everything=everything)
        blocks.append(Text(((Span(name, bold=True), Span(f": {summary(found)}")),)))
        if len(trials) == 1 and found.told:
            blocks.append(Text(tuple(_line(t) for t in found.told[:_SHOWN])))
            blocks += _rest(len(found.told))
    count = len({t.reported.development.id for found in trials for t in found.told})
    of = max((found.tried for found in trials), default=0)
    text = f"The last {span.days} days: {count} of {of} developments would have been told"
    data = {"days": span.days, "routes": [_trial_data(found) for found in trials]}
    return Reply(Card(text, tuple(blocks), private=True), data)


def summary(found: Trial) -> str:
    """One sentence on what a route would have told."""
    alerts, held = len(found.alerts), len(found.told) - len(found.alerts)
    if not found.told:
        return "nothing"
    parts = []
    if alerts:
        rate = a_week(found)
        often = "" if rate is None else f", {_often(rate)} a week"
        parts.append(f"{alerts} alert{'s' * (alerts != 1)}{often}")
    if held:
        whys = ", ".join(f"{count} {_HELD[why]}" for why in Held if (count := found.held_for(why)))
        digests = found.digests
        parts.append(f"{whys}, in {digests} digest{'s' * (digests != 1)}")
    return "; ".join(parts)


def _often(rate: float) -> str:
    return f"about {rate:.0f}" if rate >= 1 else "less than one"


def compared(
    comparison: Comparison, span: timedelta, changes: Sequence[str], *, everything: bool = True
) -> Reply:
    """What a change would add and take away, before it is saved."""
    before, after = comparison.before, comparison.after
    gained, lost = comparison.gained, comparison.lost
    blocks: list[Block] = [
        Text(((Span("Changed: ", muted=True), Span(", ".join(changes) or "nothing")),)),
        Fields(
            (
                ("As it is", (Span(summary(before)),)),
                ("As changed", (Span(summary(after)),)),
            )
        ),
    ]
    for title, told in (("Added", gained), ("No longer told", lost)):
        if told:
            lines = tuple(_line(t) for t in told[:_SHOWN])
            blocks.append(Text((((Span(f"{title}: {len(told)}", bold=True)),), *lines)))
            blocks += _rest(len(told))
    name = name_of(after.route, everything=everything)
    text = f"“{name}” over the last {span.days} days: {len(gained)} added, {len(lost)} fewer"
    data = {
        "days": span.days,
        "changes": list(changes),
        "before": _trial_data(before),
        "after": _trial_data(after),
        "added": [_told_data(t) for t in gained],
        "lost": [_told_data(t) for t in lost],
    }
    return Reply(Card(text, tuple(blocks), private=True), data)


def _rest(count: int) -> list[Block]:
    if count <= _SHOWN:
        return []
    return [Text(((Span(f"… and {count - _SHOWN} more", muted=True),),))]


def _line(told: Told) -> Line:
    development = told.reported.development
    name = development.short_id or "new"
    line: Line = (
        moment(told.when),
        Span(" "),
        Span(name, code=True),
        Span(" "),
        Span(headline(development), link=development.lead.url),
    )
    return (*line, Span(f" · held {_HELD[told.held.why]}", muted=True)) if told.held else line


def _trial_data(found: Trial) -> dict[str, Any]:
    return {
        "route": found.route.name,
        "settings": settings_text(found.route),
        "tried": found.tried,
        "alerts": len(found.alerts),
        "a_week": None if (rate := a_week(found)) is None else round(rate, 1),
        "held": {str(why): found.held_for(why) for why in Held},
        "digests": found.digests,
        "told": [_told_data(t) for t in found.told],
    }


def _told_data(told: Told) -> dict[str, Any]:
    development = told.reported.development
    return {
        "development": development.short_id or None,
        "headline": headline(development),
        "url": development.lead.url,
        "at": told.when.isoformat(),
        "held": str(told.held.why) if told.held else None,
    }
