"""Which channels are told of a change, and how. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from classifiers.assessment import Claim
from storage.records import (
    ChangeKind,
    DeliveryKind,
    Development,
    DevelopmentChange,
    Mode,
    NewDelivery,
    Route,
    RoutingFacts,
)

MORNING = 7
"""The hour, in UTC, at which daily and weekly alerts go out."""


def matches(route: Route, development: Development) -> bool:
    """Whether any claim of a development passes every filter of a route.

    The filters must hold for one claim together: a route for pledges to Ukraine is not served by an
    article that has a pledge to Moldova and a demand by Ukraine.
    """
    if development.confidence < route.min_confidence:
        return False
    return any(_claim_passes(route, claim) for claim in development.claims)


def _claim_passes(route: Route, claim: Claim) -> bool:
    return (
        _overlap(route.beneficiaries, claim.beneficiaries)
        and _overlap(route.committers, claim.committers)
        and (not route.directions or claim.direction in route.directions)
        and claim.stage >= route.min_stage
    )


def _overlap(wanted: Sequence[str], present: Sequence[str]) -> bool:
    return not wanted or not set(wanted).isdisjoint(present)


def due(mode: Mode, now: datetime) -> datetime | None:
    """When a route's alerts go out: None for at once; else the next full hour, the next 07:00 UTC,
    or Monday's."""
    if mode is Mode.INSTANT:
        return None
    hour = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    if mode is Mode.HOURLY:
        return hour
    morning = now.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    if morning <= now:
        morning += timedelta(days=1)
    if mode is Mode.WEEKLY:
        morning += timedelta(days=-morning.weekday() % 7)
    return morning


def plan(
    change: DevelopmentChange, routes: Sequence[Route], facts: RoutingFacts
) -> list[NewDelivery]:
    """What to send: an alert to each channel that a route opens and that has none yet; to the
    channels that have it, the message drawn anew and, where more than a source was added, a reply.

    A disabled route's alert is queued all the same: it goes out when the channel is mended.
    """
    deliveries: list[NewDelivery] = []
    if change.alert:
        opened: dict[str, Route] = {}
        for route in routes:
            if route.channel not in facts.told and matches(route, change.development):
                best = opened.setdefault(route.channel, route)
                if route.mode is Mode.INSTANT is not best.mode:
                    opened[route.channel] = route
        now = change.development.updated
        deliveries += [
            NewDelivery(DeliveryKind.ALERT, channel, route.name, not_before=due(route.mode, now))
            for channel, route in opened.items()
        ]
    for channel in sorted(facts.told):
        deliveries.append(NewDelivery(DeliveryKind.EDIT, channel, ""))
        if change.alert and change.kind is not ChangeKind.SOURCE:
            payload = {"kind": str(change.kind), "what": change.what}
            deliveries.append(NewDelivery(DeliveryKind.REPLY, channel, "", payload))
    return deliveries
