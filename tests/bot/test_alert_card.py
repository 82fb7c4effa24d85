"""The alert as a card: what it says, and what it never says."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.alert_card import alert_card, best_quote, headline, update_card
from bot.cards import Block, Card, Fields, Line, Quote, Span, Table, Text, Tone
from bot.words import words
from classifiers.assessment import (
    Attribution,
    Condition,
    Direction,
    Evidence,
    Head,
    LegalForm,
    Modality,
    Obligation,
    Stage,
)
from storage.records import LedgerChange, LedgerEntry
from tests.builders import NOW, claim, development, source


def lines(block: Block) -> list[Line]:
    match block:
        case Text(lines=found):
            return list(found)
        case Fields(rows=rows):
            return [(Span(label + ": "), *line) for label, line in rows]
        case Quote(text=text, source=outlet):
            return [(Span(f"{text} ({outlet})"),)]
        case Table(rows=rows):
            return [tuple(span for cell in row for span in cell) for row in rows]
        case _:
            return []


def text_of(card: Card) -> str:
    """The whole card as plain text."""
    body = [line for block in card.blocks for line in lines(block)]
    return "\n".join("".join(span.text for span in line) for line in (*body, card.footer))


DECLARATION = claim(
    stage=Stage.POLITICAL_TEXT,
    direction=Direction.STRENGTHENED,
    committers=("GBR", "FRA"),
    obligations=(Obligation.TROOP_DEPLOYMENT, Obligation.BASING_ACCESS),
    legal_form=LegalForm.DECLARATION_OF_INTENT,
    conditions=(Condition.PEACE_AGREEMENT, Condition.PARLIAMENT),
    left_open=("scale", "mandate", "enforcement"),
    non_signatories=("USA",),
)
WITHHELD = claim(
    stage=Stage.TALK,
    direction=Direction.WITHHELD,
    committers=("USA",),
    conditions=(),
    legal_form=LegalForm.NONE_REPORTED,
    obligations=(Obligation.UNSPECIFIED_GUARANTEE,),
)


def test_the_headline_can_be_read_alone() -> None:
    assert headline(development(DECLARATION)) == (
        "SIGNED · declaration of intent: 🇬🇧 United Kingdom, 🇫🇷 France → 🇺🇦 Ukraine"
    )


def test_an_alert_says_what_a_reader_needs_in_five_seconds() -> None:
    pledge = LedgerEntry(
        1,
        "COALITION_OF_THE_WILLING",
        "UKR",
        Obligation.TROOP_DEPLOYMENT,
        Stage.PLEDGE,
        "active",
        (),
        "unilateral_statement",
        NOW,
        "coalition's pledge",
        None,
        "instrument",
    )
    change = LedgerChange(
        ("GBR", "FRA"), ("UKR",), Direction.STRENGTHENED, Stage.POLITICAL_TEXT, (pledge,)
    )
    card = alert_card(development(DECLARATION, WITHHELD, changes=(change,)), now=NOW)
    text = text_of(card)
    for part in (
        "●●●○○○",
        "stage 3 of 6: political text, not binding in law · strengthened",
        "Subject: troop deployment · basing access",
        "France will send troops to Ukraine once a ceasefire holds (Example Times)",
        "Conditions: peace agreement · parliament's vote",
        "Left open: scale · mandate · enforcement",
        "Change: GBR, FRA → UKR   2 pledge > 3 political text (strengthened)",
        "ledger: coalition's pledge, 02 Mar 2026",
        "Did not sign: 🇺🇸 United States",
        "Also: WITHHELD · security guarantee, not specified: 🇺🇸 United States → 🇺🇦 Ukraine",
        "unconfirmed: one source",
        "confidence 0.93",
        "UKR-142",
    ):
        assert part in text
    assert [b.label for b in card.buttons] == ["Details", "Sources", "Not relevant"]


def test_two_outlets_confirm_and_a_copy_does_not() -> None:
    second = source("Other Times")
    copy = source("Copy Times", role="syndicated")
    lone = development(sources=(source(), copy))
    confirmed = development(sources=(source(), second, copy))
    assert "unconfirmed: one source (+1)" in text_of(alert_card(lone, now=NOW))
    assert "2 sources (+1)" in text_of(alert_card(confirmed, now=NOW))


def test_a_mutual_pact_has_no_arrow_to_itself() -> None:
    pact = claim(committers=("AUS", "PNG"), beneficiaries=("AUS", "PNG"))
    assert "🇦🇺 Australia ↔ 🇵🇬 Papua New Guinea" in headline(development(pact))


def test_a_demand_names_who_is_asked_and_for_whom() -> None:
    demand = claim(
        direction=Direction.DEMANDED,
        stage=Stage.PROPOSAL,
        committers=("USA",),
        attribution=Attribution.BENEFICIARY,
    )
    made = development(demand)
    assert headline(made).endswith("of 🇺🇸 United States for 🇺🇦 Ukraine")
    assert "according to the beneficiary" in text_of(alert_card(made, now=NOW))


def test_a_long_list_of_states_is_cut_and_counted() -> None:
    many = ("FRA", "DEU", "ITA", "ESP", "NLD", "BEL", "DNK", "SWE", "NOR", "FIN")
    assert headline(development(claim(committers=many))).count("🇫🇷") == 1
    assert "+4" in headline(development(claim(committers=many)))


def test_an_alert_that_waited_says_so() -> None:
    soon = alert_card(development(), now=NOW, waited_since=NOW - timedelta(minutes=5))
    late = alert_card(development(), now=NOW, waited_since=NOW - timedelta(hours=5))
    assert "waited since" not in text_of(soon)
    assert "waited since 02 Mar 2026 04:30 UTC" in text_of(late)


@pytest.mark.parametrize(
    ("status", "word"),
    [("denied", "DENIED"), ("corrected", "CORRECTED"), ("withdrawn", "WITHDRAWN")],
)
def test_an_alert_that_no_longer_stands_says_so_first(status: str, word: str) -> None:
    assert headline(development(status=status)).startswith(word)


def test_the_quotation_is_the_evidence_for_the_act() -> None:
    short = Evidence("committers", "France", "title", 0, 6)
    act = Evidence("stage", "France will send troops", "summary", 0, 23)
    assert best_quote(claim(evidence=(short, act))) == "France will send troops"
    assert best_quote(claim(evidence=(short,))) == "France"
    assert best_quote(claim(evidence=())) == ""


def test_a_claim_without_evidence_is_shown_without_a_quotation() -> None:
    bare = development(claim(evidence=()))
    assert not any(isinstance(block, Quote) for block in alert_card(bare, now=NOW).blocks)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (Head.SIGNED, Tone.BINDING),
        (Head.PLEDGED, Tone.POLITICAL),
        (Head.DEMANDED, Tone.OPEN),
        (Head.REFUSED, Tone.NEGATIVE),
        (Head.WITHDRAWN, Tone.NEGATIVE),
    ],
)
def test_the_colour_follows_the_head_word(head: Head, expected: Tone) -> None:
    assert alert_card(development(head=head), now=NOW).tone is expected


def test_a_reply_says_what_changed_and_by_whom() -> None:
    newer = source("Other Times", title="It is signed")
    grown = development(sources=(source(), newer))
    card = update_card(grown, "update", "stage 2 pledge > 3 political text")
    assert card.headline == "Change: stage 2 pledge > 3 political text"
    assert "Other Times: It is signed" in text_of(card)


def test_a_denial_is_marked_as_one() -> None:
    assert update_card(development(), "denial", "Paris denies it").headline.startswith("DENIED")


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("direction", Direction)
def test_every_stage_and_direction_can_be_drawn(stage: Stage, direction: Direction) -> None:
    drawn = alert_card(development(claim(stage=stage, direction=direction)), now=NOW)
    assert drawn.headline


@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("head", Head),
        ("direction", Direction),
        ("obligation", Obligation),
        ("legal_form", LegalForm),
        ("condition", Condition),
        ("attribution", Attribution),
        ("modality", Modality),
        ("stage", range(7)),
        ("stage_meaning", range(7)),
    ],
)
def test_there_is_a_word_for_every_value(table: str, values: object) -> None:
    say = words("en")
    for value in values:  # type: ignore[attr-defined]
        assert isinstance(say(table, int(value) if isinstance(value, Stage) else value), str)


def test_outside_text_stays_plain_in_the_card() -> None:
    hostile = "<@everyone> *bold* <https://evil.example|here>"
    quoted = claim(evidence=(Evidence("stage", hostile, "title", 0, len(hostile)),))
    card = alert_card(development(quoted, lead=replace(source(), title=hostile)), now=NOW)
    quote = next(block for block in card.blocks if isinstance(block, Quote))
    assert quote.text == hostile, "an adapter escapes it; the card does not touch it"


@pytest.mark.parametrize(
    ("direction", "stage", "part"),
    [
        (Direction.REFUSED, Stage.TALK, "refused: an explicit no"),
        (Direction.WITHHELD, Stage.TALK, "an expected signature is absent"),
        (Direction.DEMANDED, Stage.PROPOSAL, "asked for, not given"),
        (Direction.SUSPENDED, Stage.PLEDGE, "stage 2 of 6: announced · suspended"),
        (Direction.WITHDRAWN, Stage.IMPLEMENTED, "stage 6 of 6: done on the ground · withdrawn"),
        (Direction.NEW, Stage.PLEDGE, "stage 2 of 6: a public promise, nothing signed"),
    ],
)
def test_a_stage_is_told_for_what_it_is_a_stage_of(
    direction: Direction, stage: Stage, part: str
) -> None:
    made = development(claim(direction=direction, stage=stage))
    assert part in text_of(alert_card(made, now=NOW))


def test_a_retreat_names_what_stood() -> None:
    stood = LedgerEntry(
        1,
        "ARM",
        "CSTO",
        Obligation.MUTUAL_DEFENCE,
        Stage.IN_FORCE,
        "active",
        (),
        "treaty",
        NOW,
        "Collective Security Treaty",
        None,
        "instrument",
    )
    change = LedgerChange(("ARM",), ("CSTO",), Direction.WITHDRAWN, Stage.IN_FORCE, (stood,))
    left = claim(direction=Direction.WITHDRAWN, stage=Stage.IN_FORCE, committers=("ARM",))
    text = text_of(alert_card(development(left, changes=(change,)), now=NOW))
    assert "ARM → CSTO   5 in force, now withdrawn" in text
