"""The first message in a place, and a sample of an alert. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.alert_card import DEFAULTS, alert_card
from bot.cards import Block, Button, Card, Line, Span, Text, Tone
from bot.feed_admin import STARTER
from bot.route_forms import ADD as ADD_ROUTE
from classifiers.assessment import (
    Attribution,
    Claim,
    Condition,
    Direction,
    Evidence,
    LegalForm,
    Obligation,
    Stage,
    head_word,
)
from storage.records import Development, Route, Source

_QUOTE = "will send two thousand troops to Freedonia once a ceasefire holds"
_TITLE = f"Ruritania {_QUOTE}"


def welcome_card(channel: str, *, feeds: int) -> Card:
    """Leads an admin to the first alert. `feeds` are subscribed already."""
    steps: list[Line] = [
        (
            Span("1. Alerts in this channel: ", bold=True),
            Span("press “Send alerts here” and say which countries; all fields may stay as is."),
        ),
        (
            Span("2. Feeds: ", bold=True),
            Span(
                f"{feeds} are subscribed already."
                if feeds
                else "“Starter feeds” offers governments, alliances, agencies and newspapers."
            ),
        ),
        (
            Span("3. Try it: ", bold=True),
            Span("the answer to the first step has “Send a sample” and “Try on 30 days”."),
        ),
    ]
    asked = "Everybody can ask: /pledges latest, /pledges status Ukraine, /pledges help."
    blocks: tuple[Block, ...] = (
        Text(
            (
                (
                    Span(
                        "I read news feeds and tell you when states pledge, sign, refuse or leave"
                        " a security commitment."
                    ),
                ),
            )
        ),
        Text(tuple(steps)),
        Text(((Span(asked, muted=True),),)),
    )
    buttons = [Button(ADD_ROUTE, channel, "Send alerts here")]
    if not feeds:
        buttons.append(Button(STARTER, "", "Starter feeds"))
    footer: Line = (Span("The buttons are for admins; /pledgewatch help lists all they can do."),)
    return Card(
        "Pledgewatch is here", blocks, Tone.POLITICAL, buttons=tuple(buttons), footer=footer
    )


def sample_card(now: datetime, route: Route = DEFAULTS) -> Card:
    """An alert about states that do not exist, in the looks of its route; it calls nobody."""
    card = alert_card(_sample(now), now=now, route=replace(route, mention=""))
    note = Text(((Span("A sample: neither the states nor the pledge exist.", muted=True),),))
    return replace(
        card, headline=f"SAMPLE · {card.headline}", blocks=(*card.blocks, note), buttons=()
    )


def _sample(now: datetime) -> Development:
    claim = Claim(
        stage=Stage.PLEDGE,
        direction=Direction.NEW,
        committers=("Ruritania",),
        beneficiaries=("Freedonia",),
        obligations=(Obligation.TROOP_DEPLOYMENT,),
        legal_form=LegalForm.UNILATERAL_STATEMENT,
        conditions=(Condition.CEASEFIRE,),
        attribution=Attribution.COMMITTER,
        evidence=(Evidence("stage", _QUOTE, "title", 10, len(_TITLE)),),
        confidence=0.93,
    )
    lead = Source(0, "Strelsau Gazette", _TITLE, "https://example.org/", now, now)
    return Development(
        id=0,
        short_id="SAMPLE-1",
        revision=1,
        claims=(claim,),
        head=head_word(claim),
        confidence=0.93,
        lead=lead,
        sources=(lead,),
        changes=(),
        created=now,
        updated=now,
    )
