"""The alert as a card: what it says, and what it never says."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.alert_card import DEFAULTS, alert_card, best_quote, headline
from bot.cards import Block, Card, Fields, Line, Quote, Span, Table, Text, Tone
from bot.words import languages
from classifiers.assessment import (
    Attribution,
    Condition,
    Direction,
    Evidence,
    Head,
    LegalForm,
    Obligation,
    Stage,
)
from storage.records import CARD_FIELDS, LedgerChange, LedgerEntry, Style
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
    text = "\n".join("".join(span.text for span in line) for line in (*body, card.footer))
    return as_read(text)


def as_read(text: str) -> str:
    """With usual spaces for those that break no line."""
    return text.replace("\u00a0", " ")


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
    assert as_read(headline(development(DECLARATION))) == (
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
        "Change: GBR, FRA → UKR · 2 pledge → 3 political text, strengthened",
        "(ledger: coalition's pledge, 2 Mar 2026)",
        "Did not sign: 🇺🇸 United States",
        "Also: WITHHELD · security guarantees: 🇺🇸 United States → 🇺🇦 Ukraine",
        "unconfirmed: one source",
        "confidence 0.93",
        "UKR-142",
    ):
        assert part in text
    assert [b.action for b in card.buttons] == [
        "details",
        "timeline",
        "sources",
        "follow",
        "correct",
        "not_relevant",
        "mute",
    ]


def test_two_outlets_confirm_and_a_copy_does_not() -> None:
    second = source("Other Times")
    copy = source("Copy Times", role="syndicated")
    lone = development(sources=(source(), copy))
    confirmed = development(sources=(source(), second, copy))
    assert "unconfirmed: one source, 1 further report" in text_of(alert_card(lone, now=NOW))
    assert "✓ 2 sources, 1 further report" in text_of(alert_card(confirmed, now=NOW))


def test_a_denial_confirms_nothing() -> None:
    denial = source("Other Times", role="denial")
    denied = development(sources=(source(), denial), status="denied")
    assert not denied.confirmed


def test_a_mutual_pact_has_no_arrow_to_itself() -> None:
    pact = claim(committers=("AUS", "PNG"), beneficiaries=("AUS", "PNG"))
    assert "🇦🇺 Australia ↔ 🇵🇬 Papua New Guinea" in as_read(headline(development(pact)))


def test_nobody_is_told_to_be_committed_to_itself() -> None:
    alone = claim(committers=("FRA",), beneficiaries=("FRA",))
    assert "→" not in headline(development(claims=(alone,)))
    asking = replace(alone, direction=Direction.DEMANDED)
    assert headline(development(claims=(asking,))).count("France") == 1


def test_a_demand_names_who_is_asked_and_for_whom() -> None:
    demand = claim(
        direction=Direction.DEMANDED,
        stage=Stage.PROPOSAL,
        committers=("USA",),
        attribution=Attribution.BENEFICIARY,
    )
    made = development(demand)
    assert as_read(headline(made)).endswith("of 🇺🇸 United States for 🇺🇦 Ukraine")
    assert "according to the beneficiary" in text_of(alert_card(made, now=NOW))


def test_a_long_list_of_states_is_cut_and_counted() -> None:
    many = ("FRA", "DEU", "ITA", "ESP", "NLD", "BEL", "DNK", "SWE", "NOR", "FIN")
    made = development(claim(committers=many))
    assert headline(made).count("🇫🇷") == 1
    assert "+6" in headline(made)
    assert "Committers: 🇫🇷 France" in text_of(alert_card(made, now=NOW))
    assert "🇫🇮 Finland" in text_of(alert_card(made, now=NOW)), "the body names all"


@pytest.mark.parametrize("style", Style)
def test_an_alert_that_waited_says_so(style: Style) -> None:
    route = replace(DEFAULTS, style=style)
    waits = (timedelta(minutes=5), timedelta(hours=5))
    soon, late = (
        alert_card(development(), now=NOW, route=route, waited_since=NOW - wait) for wait in waits
    )
    assert "waited since" not in text_of(soon)
    assert "waited since 2 Mar 2026 04:30 UTC" in text_of(late)


@pytest.mark.parametrize(
    ("status", "word"),
    [
        ("denied", "DENIED"),
        ("corrected", "CORRECTED"),
        ("retracted", "RETRACTED"),
        ("withdrawn", "ALERT WITHDRAWN"),
    ],
)
def test_an_alert_that_no_longer_stands_says_so_first(status: str, word: str) -> None:
    assert headline(development(status=status)).startswith(f"{word} · PLEDGED")


@pytest.mark.parametrize("status", ["denied", "retracted", "withdrawn"])
def test_what_does_not_stand_is_struck_through_and_calls_nobody(status: str) -> None:
    card = alert_card(development(status=status), now=NOW, mention="@&7")
    struck = [s.text for b in card.blocks for line in lines(b) for s in line if s.struck]
    assert card.void
    assert not card.headline.startswith(card.void), "it is drawn before what is struck"
    assert any("stage 2 of 6" in text for text in struck)
    assert any("troop deployment" in text for text in struck)
    assert (card.mention, card.tone) == ("", Tone.PLAIN)
    assert [b.action for b in card.buttons] == ["details", "timeline", "sources"]


def test_a_denied_alert_names_who_denies_it() -> None:
    denial = source("Other Times", title="Paris: no such promise", role="denial")
    denied = development(sources=(source(), denial), status="denied")
    assert "Denied by: Paris: no such promise — Other Times" in text_of(alert_card(denied, now=NOW))


def test_a_corrected_alert_shows_what_was_said_before_struck_through() -> None:
    told = claim(committers=("POL",))
    corrected = development(status="corrected", corrected_from=told)
    card = alert_card(corrected, now=NOW)
    struck = [as_read(s.text) for b in card.blocks for x in lines(b) for s in x if s.struck]
    assert struck == ["PLEDGED · troop deployment: 🇵🇱 Poland → 🇺🇦 Ukraine"]
    assert (
        as_read(card.headline) == "CORRECTED · PLEDGED · troop deployment: 🇫🇷 France → 🇺🇦 Ukraine"
    )
    assert not card.void


def test_a_revision_is_noted_in_the_footer() -> None:
    later = NOW + timedelta(hours=1)
    revised = development(revision=3, updated=later)
    assert "revision 3 of 2 Mar 2026 10:30 UTC" in text_of(alert_card(revised, now=later))
    assert "revision" not in text_of(alert_card(development(), now=NOW))


def test_an_alert_calls_whom_its_delivery_names_and_nobody_else() -> None:
    assert alert_card(development(), now=NOW, mention="@&7").mention == "@&7"
    assert alert_card(development(), now=NOW).mention == ""


FULL = development(
    DECLARATION,
    WITHHELD,
    changes=(LedgerChange(("FRA",), ("UKR",), Direction.STRENGTHENED, Stage.POLITICAL_TEXT, ()),),
)


def test_a_compact_alert_has_the_stage_the_change_and_the_source() -> None:
    card = alert_card(FULL, now=NOW, route=replace(DEFAULTS, style=Style.COMPACT))
    text = text_of(card)
    assert len(text.splitlines()) == 4
    assert "stage 3 of 6" in text
    assert "Change: FRA → UKR" in text
    assert "Source: France pledges troops — Example Times" in text
    assert "Conditions" not in text
    assert len(card.buttons) <= 3


def test_an_alert_of_one_line_has_no_body_and_leads_to_the_source() -> None:
    card = alert_card(FULL, now=NOW, route=replace(DEFAULTS, style=Style.LINE))
    assert not card.blocks
    assert text_of(card) == "Example Times · ⚠ unconfirmed · UKR-142"
    assert card.footer[0].link == FULL.lead.url
    assert [b.action for b in card.buttons] == ["details"]


@pytest.mark.parametrize("name", CARD_FIELDS)
def test_a_route_chooses_the_fields_of_its_cards(name: str) -> None:
    told = replace(DECLARATION, attribution=Attribution.BENEFICIARY)
    made = replace(FULL, claims=(told, WITHHELD))
    alone = text_of(alert_card(made, now=NOW, route=replace(DEFAULTS, fields=(name,))))
    parts = {
        "quotation": "(Example Times)",
        "obligations": "Subject:",
        "conditions": "Conditions:",
        "left_open": "Left open:",
        "attribution": "Source of the claim:",
        "change": "Change:",
        "did_not_sign": "Did not sign:",
        "also": "Also:",
    }
    assert [field for field, part in parts.items() if part in alone] == [name]
    assert "stage 3 of 6" in alone
    assert "France pledges troops" in alone or name == "quotation", "a source is always named"


@pytest.mark.parametrize("style", Style)
@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("uk", "ПІДПИСАНО · декларація про наміри: 🇬🇧 Велика Британія, 🇫🇷 Франція → 🇺🇦 Україна"),
        ("fr", "SIGNÉ · déclaration d’intention : 🇬🇧 Royaume-Uni, 🇫🇷 France → 🇺🇦 Ukraine"),
        (
            "de",
            "UNTERZEICHNET · Absichtserklärung: 🇬🇧 Vereinigtes Königreich, 🇫🇷 Frankreich"
            " → 🇺🇦 Ukraine",
        ),
    ],
)
def test_an_alert_is_written_in_the_language_of_its_route(
    style: Style, language: str, line: str
) -> None:
    route = replace(DEFAULTS, style=style, language=language)
    card = alert_card(FULL, now=NOW, route=route)
    english = alert_card(FULL, now=NOW, route=replace(DEFAULTS, style=style))
    assert as_read(card.headline) == line
    assert not {b.label for b in card.buttons} & ({b.label for b in english.buttons} - {"Sources"})


def test_numbers_and_dates_are_those_of_the_language() -> None:
    late = NOW - timedelta(hours=5)
    routes = {language: replace(DEFAULTS, language=language) for language in ("uk", "fr", "de")}
    texts = {
        language: text_of(alert_card(development(), now=NOW, route=route, waited_since=late))
        for language, route in routes.items()
    }
    assert all("0,93" in text for text in texts.values())
    assert "2 бер. 2026" in texts["uk"]
    assert "2 mars 2026 04:30 UTC" in texts["fr"]
    assert "2. März 2026 04:30 UTC" in texts["de"]


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


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("direction", Direction)
def test_every_stage_and_direction_can_be_drawn(stage: Stage, direction: Direction) -> None:
    made = development(claim(stage=stage, direction=direction))
    for language in languages():
        route = replace(DEFAULTS, language=language)
        assert alert_card(made, now=NOW, route=route).headline


def test_outside_text_stays_plain_in_the_card() -> None:
    hostile = "<@everyone> *bold* <https://evil.example|here>"
    quoted = claim(evidence=(Evidence("stage", hostile, "title", 0, len(hostile)),))
    card = alert_card(development(quoted, lead=replace(source(), title=hostile)), now=NOW)
    quote = next(block for block in card.blocks if isinstance(block, Quote))
    assert quote.text == hostile, "an adapter escapes it; the card does not touch it"


@pytest.mark.parametrize(
    ("direction", "stage", "part"),
    [
        (Direction.REFUSED, Stage.TALK, "an explicit no"),
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
    assert "ARM → CSTO · 5 in force, now withdrawn" in text
