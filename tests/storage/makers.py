"""Makers of articles, assessments and polls for the tests of the storage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from classifiers.assessment import (
    Assessment,
    Claim,
    Direction,
    Evidence,
    Obligation,
    Stage,
)
from feeds.article import Article
from feeds.schedule import FeedState
from storage.records import (
    Assessed,
    DeliveryKind,
    Development,
    DevelopmentChange,
    Filter,
    Mode,
    NewDelivery,
    Recorded,
    Route,
    RoutePlan,
    RoutingFacts,
)
from storage.store import Store

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def claim(**changes: Any) -> Claim:
    base = Claim(
        stage=Stage.PLEDGE,
        direction=Direction.NEW,
        committers=("GBR",),
        beneficiaries=("UKR",),
        obligations=(Obligation.TROOP_DEPLOYMENT,),
        confidence=0.8,
    )
    return replace(base, **changes)


def assessed(
    title: str,
    *claims: Claim,
    summary: str = "",
    source: str = "Gazette",
    key: str = "",
    url: str = "",
    published: datetime | None = NOW,
    alert: bool = True,
    reason: str = "",
    text: str = "",
    language: str = "en",
) -> Assessed:
    key = key or f"id:{source}:{title}"
    site = f"https://{source.lower().replace(' ', '')}.example"
    article = Article(
        keys=(key,),
        url=url or f"{site}/{sha256(key.encode()).hexdigest()[:8]}",
        canonical_url=url or f"{site}/{key}",
        title=title,
        summary=summary,
        text=text,
        source=source,
        language=language,
        published=published,
        updated=None,
        content_digest=sha256(f"{title}\0{summary}".encode()).hexdigest(),
    )
    quoted = tuple(
        replace(c, evidence=(Evidence("stage", title[:80], "title", 0, len(title[:80])),))
        for c in claims
    )
    assessment = Assessment(
        relevant=bool(claims),
        score=0.9 if claims else 0.1,
        claims=quoted,
        summary=(title,) if claims else (),
        language=language,
        model="test",
    )
    return Assessed(article, assessment, alert, reason)


def plan(
    change: DevelopmentChange, routes: Sequence[Route], facts: RoutingFacts
) -> list[NewDelivery]:
    """A plan like the application's: an alert where there is none, else an edit, and a reply where
    something changed."""
    wanted = []
    for route in routes:
        if route.mode is not Mode.INSTANT:
            continue
        if route.channel not in facts.told:
            wanted.append(NewDelivery(DeliveryKind.ALERT, route.channel, route.name))
            continue
        wanted.append(NewDelivery(DeliveryKind.EDIT, route.channel, route.name))
        if change.what:
            payload = {"text": change.what}
            wanted.append(NewDelivery(DeliveryKind.REPLY, route.channel, route.name, payload))
    return wanted


@dataclass
class Desk:
    """A store with a feed, and a clock that goes on by a minute with every poll."""

    store: Store
    feed_id: int = 0
    now: datetime = NOW
    seen: list[Recorded] = field(default_factory=list)
    plan: RoutePlan = plan

    async def poll(self, *batch: Assessed, feed_id: int | None = None) -> Recorded:
        self.now += timedelta(minutes=1)
        recorded = await self.store.record_poll(
            feed_id or self.feed_id,
            batch,
            FeedState(last_checked=self.now),
            self.plan,
            now=self.now,
        )
        self.seen.append(recorded)
        return recorded

    async def only(self) -> Development:
        (development,) = await self.store.latest(Filter())
        return development
