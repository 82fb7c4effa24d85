"""The reply in an alert's thread: what changed, alone readable, in the route's language."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.alert_card import DEFAULTS
from bot.cards import Tone
from bot.update_card import Update, update_card
from bot.words import languages
from classifiers.assessment import Condition, Direction, Specifics, Stage
from storage.records import ChangeKind
from tests.bot.test_alert_card import as_read, text_of
from tests.builders import change, claim, development, source

PLEDGED = claim()
SIGNED = claim(
    stage=Stage.POLITICAL_TEXT,
    direction=Direction.STRENGTHENED,
    committers=("FRA", "GBR"),
    conditions=(Condition.PARLIAMENT,),
    specifics=Specifics(scale="2,000 troops"),
)
UPDATE = Update(ChangeKind.UPDATE, PLEDGED, SIGNED)


def test_a_reply_says_who_and_what_changed_weightiest_first() -> None:
    card = update_card(development(SIGNED), UPDATE)
    assert as_read(card.headline) == (
        "CHANGED · 🇫🇷 France, 🇬🇧 United Kingdom → 🇺🇦 Ukraine: 2 pledge → 3 political text"
    )
    assert text_of(card).splitlines()[:4] == [
        "Direction: new → strengthened",
        "Committers: now also United Kingdom",
        "Conditions: now also parliament's vote · no longer ceasefire",
        "Scale: 2,000 troops",
    ]


def test_a_change_of_one_field_stands_in_the_headline_alone() -> None:
    moved = replace(PLEDGED, conditions=())
    card = update_card(development(moved), Update(ChangeKind.UPDATE, PLEDGED, moved))
    assert as_read(card.headline) == (
        "CHANGED · 🇫🇷 France → 🇺🇦 Ukraine: Conditions: no longer ceasefire"
    )
    assert "ceasefire" not in text_of(card)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("uk", ("ЗМІНА", "2 обіцянка → 3 політичний документ", "+\u00a0Велика Британія")),
        ("fr", ("ÉVOLUTION", "2 promesse → 3 texte politique", "+\u00a0Royaume-Uni")),
        ("de", ("ÄNDERUNG", "2 Zusage → 3 politischer Text", "−\u00a0Waffenruhe")),
    ],
)
def test_a_reply_is_written_in_the_language_of_its_route(
    language: str, words: tuple[str, ...]
) -> None:
    card = update_card(development(SIGNED), UPDATE, replace(DEFAULTS, language=language))
    assert all(as_read(word) in as_read(card.headline) + text_of(card) for word in words)


def test_a_reply_names_the_report_that_brought_the_change() -> None:
    newer = source("Other Times", title="It is signed", article_id=8)
    copied = source("Copy Times", article_id=9, role="syndicated")
    grown = development(SIGNED, lead=newer, sources=(source(), newer, copied))
    assert "Other Times: It is signed" in text_of(update_card(grown, UPDATE))


def test_a_denial_names_what_is_denied_and_by_whom() -> None:
    denial = source("Other Times", title="Paris denies it", article_id=8, role="denial")
    later = source("Third Times", article_id=9)
    denied = development(status="denied", sources=(source(), denial, later))
    card = update_card(denied, Update(ChangeKind.DENIAL, PLEDGED, PLEDGED))
    assert as_read(card.headline) == "DENIED · PLEDGED · troop deployment: 🇫🇷 France → 🇺🇦 Ukraine"
    assert "Other Times: Paris denies it (denial)" in text_of(card)
    assert card.tone is Tone.NEGATIVE


def test_a_report_taken_back_by_its_only_source_is_told_as_that() -> None:
    retracted = development(status="retracted")
    card = update_card(retracted, Update(ChangeKind.CORRECTION, PLEDGED, PLEDGED))
    assert card.headline.startswith("RETRACTED · PLEDGED")
    assert "Its only source no longer reports it." in text_of(card)


def test_what_changed_survives_the_way_through_the_database() -> None:
    made = change(ChangeKind.UPDATE, previous=development(), development=development(SIGNED))
    payload = json.loads(json.dumps(Update.of(made).payload()))
    kept = Update.from_payload(payload)
    assert update_card(development(SIGNED), kept) == update_card(development(SIGNED), UPDATE)
    assert kept.before == replace(PLEDGED, evidence=())


def test_a_reply_names_the_report_that_brought_the_change_whichever_leads_by_now() -> None:
    signing = source("The Gazette", url="https://gazette.example/signed")
    newest = source("The Courier", url="https://courier.example/in-force")
    made = development(SIGNED, sources=(source(), signing, newest), lead=newest)
    card = update_card(made, replace(UPDATE, told_by=signing.url))
    assert "The Gazette" in text_of(card)
    assert "The Courier" not in text_of(card)


def test_a_reply_queued_by_an_earlier_version_is_told_too() -> None:
    old = Update.from_payload({"kind": "update", "what": "stage 2 pledge > 3 political text"})
    assert update_card(development(), old).headline.startswith("CHANGED · PLEDGED")


def test_a_reply_calls_whom_its_delivery_names() -> None:
    assert update_card(development(SIGNED), UPDATE, mention="!here").mention == "!here"
    assert update_card(development(SIGNED), UPDATE).mention == ""


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("kind", [k for k in ChangeKind if k is not ChangeKind.NEW])
def test_every_change_can_be_told_in_every_language(kind: ChangeKind, language: str) -> None:
    route = replace(DEFAULTS, language=language)
    for before in (None, PLEDGED, SIGNED):
        assert update_card(development(SIGNED), Update(kind, before, SIGNED), route).headline
