"""Cards worth looking at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from bot import answers
from bot.alert_card import alert_card, update_card
from bot.cards import Button, Card, Fields, Quote, Span, Text
from bot.reply import say_so
from classifiers.assessment import (
    Attribution,
    Condition,
    Direction,
    LegalForm,
    Obligation,
    Stage,
)
from storage.records import LedgerChange, LedgerEntry
from tests.builders import NOW, claim, development, source

_SIGNED = claim(
    stage=Stage.POLITICAL_TEXT,
    direction=Direction.STRENGTHENED,
    committers=("GBR", "FRA"),
    obligations=(Obligation.TROOP_DEPLOYMENT, Obligation.BASING_ACCESS),
    legal_form=LegalForm.DECLARATION_OF_INTENT,
    conditions=(Condition.PEACE_AGREEMENT, Condition.PARLIAMENT),
    non_signatories=("USA",),
)
_REFUSED = claim(stage=Stage.TALK, direction=Direction.REFUSED, committers=("POL",), conditions=())
_DEMANDED = claim(
    stage=Stage.PROPOSAL,
    direction=Direction.DEMANDED,
    committers=("USA",),
    attribution=Attribution.BENEFICIARY,
    conditions=(),
)
_BEFORE = LedgerEntry(
    id=1,
    committer="GBR",
    beneficiary="UKR",
    obligation=Obligation.TROOP_DEPLOYMENT,
    stage=Stage.PLEDGE,
    status="current",
    conditions=(),
    legal_form="unilateral_statement",
    since=NOW - timedelta(days=120),
    title="The coalition's pledge",
    development_id=None,
    source="instrument, confidence high",
)
_CHANGE = LedgerChange(
    ("GBR", "FRA"), ("UKR",), Direction.STRENGTHENED, Stage.POLITICAL_TEXT, (_BEFORE,)
)
_SECOND = source("Second Herald", article_id=8, title="London and Paris sign", role="further")

HOSTILE = (
    "@everyone **b** <@1> [x](https://evil.example) `c` ~~s~~ # h \u202erevo\u202c <!here> *m* _i_"
)


def samples() -> Iterator[tuple[str, Card]]:
    """Name and card."""
    signed = development(_SIGNED, _REFUSED, changes=(_CHANGE,))
    confirmed = replace(signed, sources=(signed.lead, _SECOND), revision=2)
    yield "alert, one source", alert_card(signed, now=NOW)
    yield "alert, confirmed", alert_card(confirmed, now=NOW)
    late = NOW - timedelta(hours=2)
    yield "alert, late", alert_card(development(), now=NOW, waited_since=late)
    yield "refusal", alert_card(development(_REFUSED), now=NOW)
    yield "demand", alert_card(development(_DEMANDED), now=NOW)
    yield "denied", alert_card(replace(confirmed, status="denied"), now=NOW)
    yield "update", update_card(confirmed, "update", "stage 2 pledge > 3 political text")
    yield "latest", answers.latest([confirmed, development(_REFUSED)], asked="on Ukraine").card
    yield "show", answers.show(confirmed, now=NOW).card
    yield "error", say_so("I do not know “Ukrainia”.", detail="Did you mean Ukraine?").card
    yield "hostile", hostile_card()


def hostile_card() -> Card:
    """An article that tries everything, everywhere."""
    return Card(
        HOSTILE,
        (
            Text(((Span(HOSTILE),), (Span(HOSTILE, bold=True),))),
            Quote(HOSTILE, HOSTILE, "https://example.org/)[](x) <b> |y>"),
            Fields(((HOSTILE, (Span(HOSTILE, link="javascript:alert(1)"),)),)),
        ),
        buttons=(Button("details", "UKR-1", HOSTILE),),
        footer=(Span(HOSTILE), Span(HOSTILE, link="https://example.org/")),
    )
