"""Which channels are told of a change, how and when. Pure.

A route that lets a development pass tells it at once, or holds it for its digest: by its mode, in
its quiet hours, above its ceiling. Of several routes to one channel, the one that speaks first
decides. A channel that knows a development, by an alert or a digest, hears of it again only when
something has changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.expressions import expression
from bot.timetable import digest_due, quiet_until
from bot.update_card import Update
from classifiers.assessment import Claim, Head, head_word
from storage.records import (
    ChangeKind,
    DeliveryKind,
    Development,
    DevelopmentChange,
    Held,
    Mode,
    NewDelivery,
    NewDigestItem,
    Route,
    RoutingFacts,
)

Planned = NewDelivery | NewDigestItem
_NOTHING_NEW = {ChangeKind.NEW, ChangeKind.SOURCE}
"""To those who know the development already."""
_FOR_THOSE_WHO_KNOW = {
    ChangeKind.WITHDRAWN,
    ChangeKind.REINSTATED,
    ChangeKind.MERGED,
    ChangeKind.SPLIT,
}
"""What admins do with a development: nothing to those who never heard of it, and to those who did
in a digest no reason for an alert."""


def matches(route: Route, development: Development, language: str = "") -> bool:
    """Whether a development passes every filter of a route. `language` is that of the report at
    hand; empty, it is not asked for.

    What is asked of a claim must hold for one claim altogether: a route for pledges to Ukraine is
    not served by an article that has a pledge to Moldova and a demand by Ukraine.
    """
    return (
        development.confidence >= route.min_confidence
        and (not route.languages or not language or language in route.languages)
        and _is_from(route.sources, development)
        and any(_claim_passes(route, claim) for claim in development.claims)
        and (not route.words or _has_words(route.words, development))
    )


def _claim_passes(route: Route, claim: Claim) -> bool:
    return (
        _overlap(route.beneficiaries, claim.beneficiaries)
        and _overlap(route.committers, claim.committers)
        and _overlap(route.obligations, claim.obligations)
        and _overlap(route.directions, (claim.direction,))
        and _overlap(route.heads, (head_word(claim),))
        and claim.stage >= route.min_stage
    )


def _overlap(wanted: Sequence[str], present: Sequence[str]) -> bool:
    return not wanted or not set(wanted).isdisjoint(present)


def _is_from(outlets: Sequence[str], development: Development) -> bool:
    if not outlets:
        return True
    wanted = tuple(outlet.strip().casefold() for outlet in outlets)
    return _overlap(wanted, [source.outlet.casefold() for source in development.sources])


def _has_words(pattern: str, development: Development) -> bool:
    found = expression(pattern)
    quotes = (e.quote for claim in development.claims for e in claim.evidence)
    return any(map(found, (s.title for s in development.sources))) or any(map(found, quotes))


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a route says nothing now, and when its digest does."""

    why: Held
    due: datetime


def hold(route: Route, head: Head, facts: RoutingFacts) -> Hold | None:
    """Whether a route holds an alert with this head word back; None: it is told at once."""
    if route.mode is not Mode.INSTANT:
        return Hold(Held.MODE, digest_due(route, facts.now))
    if head in route.urgent:
        return None
    if end := quiet_until(route, facts.now):
        return Hold(Held.QUIET, end)
    if route.ceiling and facts.recent.get(route.name, 0) >= route.ceiling:
        return Hold(Held.CEILING, digest_due(route, facts.now))
    return None


def plan(change: DevelopmentChange, routes: Sequence[Route], facts: RoutingFacts) -> list[Planned]:
    """What to send and what to hold.

    An alert, or a place in the digest, for each channel that a route opens and that does not know
    the development yet, or knows it from a digest only and something has changed. For the channels
    that have its alert, the message drawn anew and, where more than a source was added, a reply;
    for its followers a message then. Where it was muted, a posted alert is kept true and that is
    all.

    A disabled route's alert is queued all the same: it goes out when the channel is mended. A muted
    route is as none.
    """
    edits = {channel: NewDelivery(DeliveryKind.EDIT, channel, "") for channel in facts.told}
    if not change.alert:
        return [edits[channel] for channel in sorted(edits)]
    speaking = _by_channel(route for route in routes if not route.muted(facts.now))
    planned: list[Planned] = []
    for channel, here in speaking.items():
        if channel not in facts.told | facts.muted:
            planned += _opening(change, here, facts, known=channel in facts.digested)
    for channel in sorted(facts.told):
        planned.append(edits[channel])
        if channel not in facts.muted:
            planned += _continuation(change, speaking.get(channel, ()), facts)
    return [*planned, *_to_followers(change, routes, facts)]


def _by_channel(routes: Iterable[Route]) -> Mapping[str, list[Route]]:
    found: defaultdict[str, list[Route]] = defaultdict(list)
    for route in routes:
        found[route.channel].append(route)
    return found


def _opening(
    change: DevelopmentChange, here: Sequence[Route], facts: RoutingFacts, *, known: bool
) -> list[Planned]:
    """For a channel without the alert. One that knows the development from a digest is told of any
    change, whether it still passes the filters or not: what it was told is true no longer."""
    if known and (change.kind in _NOTHING_NEW or not change.what):
        return []
    concerned = _matching(here, change) or here if known else _newly_matching(here, change)
    if not concerned:
        return []
    candidates = [(route, _held(route, change, facts)) for route in concerned]
    route, held = _first_to_speak(candidates)
    if held is None:
        payload = _mention(route, change)
        return [NewDelivery(DeliveryKind.ALERT, route.channel, route.name, payload)]
    return [_item(route, held, change.what if known else "")]


def _newly_matching(here: Sequence[Route], change: DevelopmentChange) -> list[Route]:
    """The routes by which a channel hears of it for the first time. A correction opens those alone
    that what was told before did not pass."""
    if change.kind in _FOR_THOSE_WHO_KNOW:
        return []
    passing = _matching(here, change)
    before = change.previous
    if change.kind is not ChangeKind.CORRECTION or before is None:
        return passing
    return [r for r in passing if not matches(r, before, change.article.language)]


def _held(route: Route, change: DevelopmentChange, facts: RoutingFacts) -> Hold | None:
    if change.kind in _FOR_THOSE_WHO_KNOW:
        return Hold(Held.MODE, digest_due(route, facts.now))
    return hold(route, change.development.head, facts)


def _continuation(
    change: DevelopmentChange, here: Sequence[Route], facts: RoutingFacts
) -> list[Planned]:
    """For a channel with the alert: a reply in its thread whatever the mode, since it breaks no
    silence there; in quiet hours a place in the digest."""
    if change.kind in _NOTHING_NEW or not here:
        return []
    route, held = _first_to_speak(
        [(route, _quiet(route, change, facts)) for route in _matching(here, change) or here]
    )
    if held is None:
        payload = _words(change) | _mention(route, change, again=True)
        return [NewDelivery(DeliveryKind.REPLY, route.channel, "", payload)]
    return [_item(route, held, change.what)] if change.what else []


def _quiet(route: Route, change: DevelopmentChange, facts: RoutingFacts) -> Hold | None:
    end = quiet_until(route, facts.now)
    return Hold(Held.QUIET, end) if end and change.development.head not in route.urgent else None


def _matching(routes: Sequence[Route], change: DevelopmentChange) -> list[Route]:
    return [r for r in routes if matches(r, change.development, change.article.language)]


_AT_ONCE = datetime.min.replace(tzinfo=UTC)


def _first_to_speak(candidates: Sequence[tuple[Route, Hold | None]]) -> tuple[Route, Hold | None]:
    """Who tells it at once, else who tells it soonest; the first of equals."""
    return min(candidates, key=lambda candidate: candidate[1].due if candidate[1] else _AT_ONCE)


def _item(route: Route, held: Hold, what: str) -> NewDigestItem:
    return NewDigestItem(route.channel, route.name, held.why, held.due, what)


def _words(change: DevelopmentChange) -> dict[str, Any]:
    """What is told, in no language yet: it is put into words when it is sent."""
    return {"what": change.what, **Update.of(change).payload()}


def _to_followers(
    change: DevelopmentChange, routes: Sequence[Route], facts: RoutingFacts
) -> list[Planned]:
    """In the words of the route that told the channel where they asked for it."""
    if change.kind in _NOTHING_NEW:
        return []
    told: list[Planned] = []
    by_channel = _by_channel(routes)
    for person, asked_in in facts.followers.items():
        here = by_channel.get(asked_in, ())
        route = next(iter(_matching(here, change) or here), None)
        name = route.name if route else ""
        told.append(NewDelivery(DeliveryKind.FOLLOW, person, name, _words(change)))
    return told


def _mention(route: Route, change: DevelopmentChange, *, again: bool = False) -> dict[str, str]:
    """Whom a message calls, for its payload. `again`: of what the channel knows; nobody is called
    twice for the same."""
    platform, _, whom = route.mention.partition(":")
    called = again and change.previous is not None and calls(route, change.previous)
    if (
        platform != route.channel.partition(":")[0]
        or called
        or not calls(route, change.development)
    ):
        return {}
    return {"mention": whom}


def calls(route: Route, development: Development) -> bool:
    """Whether a development meets the conditions under which the route calls somebody."""
    return (
        bool(route.mention)
        and development.head in route.mention_heads
        and development.claims[0].stage >= route.mention_min_stage
    )
