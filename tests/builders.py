"""Records with sensible contents, so that a test names only what it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from classifiers.assessment import (
    Assessment,
    Claim,
    Condition,
    Direction,
    Evidence,
    LegalForm,
    Obligation,
    Stage,
    head_word,
)
from feeds.article import Article
from storage.records import (
    ChangeKind,
    Delivery,
    DeliveryKind,
    Development,
    DevelopmentChange,
    Source,
)

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def claim(**changes: Any) -> Claim:
    """France pledges troops to Ukraine after a ceasefire."""
    quote = "France will send troops to Ukraine once a ceasefire holds"
    usual = Claim(
        stage=Stage.PLEDGE,
        direction=Direction.NEW,
        committers=("FRA",),
        beneficiaries=("UKR",),
        obligations=(Obligation.TROOP_DEPLOYMENT,),
        legal_form=LegalForm.UNILATERAL_STATEMENT,
        conditions=(Condition.CEASEFIRE,),
        evidence=(Evidence("stage", quote, "summary", 0, len(quote)),),
        confidence=0.9,
    )
    return replace(usual, **changes)


def article(title: str = "France pledges troops", **changes: Any) -> Article:
    """An article of the outlet "Example Times"."""
    slug = title.lower().replace(" ", "-")
    usual = Article(
        keys=(f"id:{slug}", f"url:https://times.example/{slug}"),
        url=f"https://times.example/{slug}",
        canonical_url=f"times.example/{slug}",
        title=title,
        summary="France will send troops to Ukraine once a ceasefire holds, its president said.",
        text="",
        source="Example Times",
        language="en",
        published=NOW,
        updated=None,
        content_digest=f"digest of {title}",
    )
    return replace(usual, **changes)


def assessment(*claims: Claim, **changes: Any) -> Assessment:
    """A relevant assessment with these claims; without any, an irrelevant one."""
    usual = Assessment(
        relevant=bool(claims),
        score=0.93 if claims else 0.02,
        claims=claims,
        summary=(),
        language="en",
        model="test",
    )
    return replace(usual, **changes)


def source(outlet: str = "Example Times", **changes: Any) -> Source:
    """One report of a development."""
    usual = Source(
        article_id=7,
        outlet=outlet,
        title="France pledges troops",
        url="https://times.example/france-pledges-troops",
        published=NOW,
        first_seen=NOW,
    )
    return replace(usual, **changes)


def development(*claims: Claim, **changes: Any) -> Development:
    """A development from one source."""
    made = claims or (claim(),)
    lead = source()
    usual = Development(
        id=142,
        short_id="UKR-142",
        revision=1,
        claims=made,
        head=head_word(made[0]),
        confidence=0.93,
        lead=lead,
        sources=(lead,),
        changes=(),
        created=NOW,
        updated=NOW,
    )
    return replace(usual, **changes)


def change(kind: ChangeKind = ChangeKind.NEW, **changes: Any) -> DevelopmentChange:
    """What an article did."""
    usual = DevelopmentChange(
        kind=kind,
        development=development(),
        previous=None if kind is ChangeKind.NEW else development(),
        what="",
        article=article(),
        alert=True,
    )
    return replace(usual, **changes)


def delivery(kind: DeliveryKind = DeliveryKind.ALERT, **changes: Any) -> Delivery:
    """A leased delivery of development 142 to a Slack channel."""
    usual = Delivery(
        id=1,
        key="k" * 20,
        kind=kind,
        channel="slack:C1",
        route="desk",
        development_id=142,
        payload={},
        attempts=0,
        created=NOW,
        reconcile=False,
        first_attempt=None,
        message=None,
    )
    return replace(usual, **changes)
