"""Who is told of a change: the facts for the plan, and what it decides put where it belongs.

Runs within the transaction that records the change, so that decision and record are one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from storage import deliveries, digests, follows
from storage.records import (
    DeliveryKind,
    DevelopmentChange,
    NewDelivery,
    NewDigestItem,
    Planned,
    Route,
    RoutePlan,
    RoutingFacts,
)
from storage.routes import all_routes
from storage.rows import Db

_LATELY = timedelta(hours=1)


def plan_deliveries(
    db: Db, article_id: int, change: DevelopmentChange, plan: RoutePlan, now: datetime
) -> Planned:
    """Ask the plan who is told, put it into the outbox and into the digests."""
    routes = all_routes(db)
    wanted = plan(change, routes, facts(db, change.development.id, routes, now))
    sending = [one for one in wanted if isinstance(one, NewDelivery)]
    holding = [one for one in wanted if isinstance(one, NewDigestItem)]
    if not change.alert:  # a posted alert may gain a source in silence, and nothing more
        sending = [one for one in sending if one.kind is DeliveryKind.EDIT]
        holding = []
    for one in sending:
        if one.kind is DeliveryKind.ALERT:
            digests.forget(db, change.development.id, one.channel)
    sent = deliveries.insert(
        db, sending, now=now, development_id=change.development.id, article_id=article_id
    )
    digests.queue(db, holding, change=change, now=now)
    return Planned(sent, tuple(holding))


def facts(db: Db, development_id: int, routes: Sequence[Route], now: datetime) -> RoutingFacts:
    """What is known of a development and of the routes at this moment."""
    capped = any(route.ceiling for route in routes)
    return RoutingFacts(
        now=now,
        told=deliveries.channels_with_alert(db, development_id),
        digested=digests.channels(db, development_id),
        muted=follows.muted_in(db, development_id),
        followers=follows.followers(db, development_id),
        recent=deliveries.recent_alerts(db, now - _LATELY) if capped else {},
    )
