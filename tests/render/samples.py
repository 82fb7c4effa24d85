"""Cards worth looking at: every kind of alert, in every style and language, and the answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from bot import answers, ledger_answers
from bot.alert_card import DEFAULTS, alert_card
from bot.cards import Button, Card, Fields, Quote, Span, Text
from bot.history import History
from bot.notices import notice_card
from bot.reply import say_so
from bot.update_card import Update, update_card
from bot.words import languages
from classifiers.assessment import (
    Attribution,
    Condition,
    Direction,
    Evidence,
    LegalForm,
    Obligation,
    Stage,
)
from storage.records import (
    ChangeKind,
    Compared,
    Development,
    LedgerChange,
    LedgerEntry,
    LedgerRecord,
    MatrixCell,
    Route,
    Style,
)
from tests.builders import NOW, claim, development, source
from tests.render.admin_samples import admin_samples
from tests.render.digest_samples import digest_samples


def _quoting(quote: str) -> tuple[Evidence, ...]:
    return (Evidence("stage", quote, "summary", 0, len(quote)),)


_SIGNED = claim(
    stage=Stage.POLITICAL_TEXT,
    direction=Direction.STRENGTHENED,
    committers=("GBR", "FRA"),
    obligations=(Obligation.TROOP_DEPLOYMENT, Obligation.BASING_ACCESS),
    legal_form=LegalForm.DECLARATION_OF_INTENT,
    conditions=(Condition.PEACE_AGREEMENT, Condition.PARLIAMENT),
    left_open=("scale", "mandate", "enforcement"),
    non_signatories=("USA",),
    evidence=_quoting(
        "London and Paris put their names to a paper under which soldiers of both would go to"
        " Ukraine after the guns fall silent"
    ),
)
_REFUSED = claim(stage=Stage.TALK, direction=Direction.REFUSED, committers=("POL",), conditions=())
_WITHHELD = replace(
    _REFUSED,
    committers=("USA",),
    direction=Direction.WITHHELD,
    obligations=(Obligation.UNSPECIFIED_GUARANTEE,),
)
_DEMANDED = claim(
    stage=Stage.PROPOSAL,
    direction=Direction.DEMANDED,
    committers=("USA",),
    obligations=(Obligation.UNSPECIFIED_GUARANTEE,),
    attribution=Attribution.BENEFICIARY,
    conditions=(),
    evidence=_quoting("Kyiv wants Washington to bind itself before any talks begin"),
)
_SUSPENDED = claim(
    stage=Stage.IN_FORCE,
    direction=Direction.SUSPENDED,
    committers=("ARM",),
    beneficiaries=("CSTO",),
    obligations=(Obligation.MUTUAL_DEFENCE, Obligation.CONSULTATION),
    legal_form=LegalForm.TREATY,
    conditions=(),
    evidence=_quoting("Armenia froze its part in the bloc, its prime minister said"),
)
_PACT = claim(
    stage=Stage.IN_FORCE,
    direction=Direction.STRENGTHENED,
    committers=("PNG", "AUS"),
    beneficiaries=("PNG", "AUS"),
    obligations=(Obligation.MUTUAL_DEFENCE,),
    legal_form=LegalForm.TREATY,
    conditions=(Condition.ARMED_ATTACK, Condition.CONSTITUTIONAL_PROCESSES),
)
_MANY = claim(
    stage=Stage.POLITICAL_TEXT,
    direction=Direction.REAFFIRMED,
    committers=(
        "COALITION_OF_THE_WILLING", "NORDIC_BALTIC_8", "NATO", "EU", "DEU", "ITA", "ESP", "NLD",
    ),
    beneficiaries=("UKR", "MDA", "GEO"),
    obligations=tuple(Obligation)[:8],
    legal_form=LegalForm.MOU,
    conditions=tuple(Condition)[:7],
)  # fmt: skip
_DEPLOYED = claim(
    stage=Stage.IMPLEMENTED,
    direction=Direction.NEW,
    committers=("DEU",),
    beneficiaries=("LTU",),
    conditions=(),
    legal_form=LegalForm.NONE_REPORTED,
    evidence=_quoting("The last battalion of the brigade has arrived in Rūdninkai"),
)


def _entry(committer: str, stage: Stage, title: str, **changes: object) -> LedgerEntry:
    usual = LedgerEntry(
        id=1,
        committer=committer,
        beneficiary="UKR",
        obligation=Obligation.TROOP_DEPLOYMENT,
        stage=stage,
        status="active",
        conditions=(),
        legal_form="unilateral_statement",
        since=NOW - timedelta(days=120),
        title=title,
        development_id=None,
        source="instrument, confidence high",
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


_BEFORE = _entry("GBR", Stage.PLEDGE, "The coalition's pledge")
_MEMBERSHIP = _entry("ARM", Stage.IN_FORCE, "Collective Security Treaty", beneficiary="CSTO")
_CHANGE = LedgerChange(
    ("GBR", "FRA"), ("UKR",), Direction.STRENGTHENED, Stage.POLITICAL_TEXT, (_BEFORE,)
)
_NEW_CHANGE = LedgerChange(("DEU",), ("LTU",), Direction.NEW, Stage.IMPLEMENTED, ())
_RETREAT = LedgerChange(("ARM",), ("CSTO",), Direction.SUSPENDED, Stage.IN_FORCE, (_MEMBERSHIP,))
_SECOND = source("Second Herald", article_id=8, title="London and Paris sign", role="further")
_COPY = source("Copy Courier", article_id=9, title="London and Paris sign", role="syndicated")
_DENIAL = source("Paris Wire", article_id=10, title="Paris: nothing was signed", role="denial")

HOSTILE = (
    "@everyone **b** <@1> [x](https://evil.example) `c` ~~s~~ # h \u202erevo\u202c <!here> *m* _i_"
)


def _developments() -> Iterator[tuple[str, Development]]:
    signed = development(_SIGNED, _WITHHELD, changes=(_CHANGE,))
    confirmed = replace(
        signed,
        sources=(signed.lead, _SECOND, _COPY),
        revision=3,
        updated=NOW + timedelta(hours=2),
    )
    yield "one source", signed
    yield "confirmed", confirmed
    yield "refusal", development(_REFUSED)
    yield "demand", development(_DEMANDED)
    yield "suspension", development(_SUSPENDED, changes=(_RETREAT,), short_id="CSTO-3")
    yield "mutual pact", development(_PACT, short_id="PNG-1")
    yield "carried out", development(_DEPLOYED, changes=(_NEW_CHANGE,), short_id="LTU-7")
    yield "many actors", development(_MANY, _SIGNED, _REFUSED)
    yield "denied", replace(confirmed, sources=(signed.lead, _DENIAL), status="denied")
    told = replace(_SIGNED, committers=("GBR", "FRA", "POL"))
    yield "corrected", replace(confirmed, status="corrected", corrected_from=told)
    yield "retracted", replace(signed, status="retracted", revision=2)
    yield "withdrawn", replace(signed, status="withdrawn", revision=2)


def _replies(route: Route) -> Iterator[tuple[str, Card]]:
    known = dict(_developments())
    pledge = claim(committers=("GBR",), conditions=(Condition.CEASEFIRE,))
    yield (
        "update",
        update_card(known["confirmed"], Update(ChangeKind.UPDATE, pledge, _SIGNED), route),
    )
    yield "denial", update_card(known["denied"], Update(ChangeKind.DENIAL, _SIGNED, _SIGNED), route)
    yield (
        "correction",
        update_card(
            known["corrected"],
            Update(ChangeKind.CORRECTION, known["corrected"].corrected_from, _SIGNED),
            route,
        ),
    )
    yield (
        "retraction",
        update_card(known["retracted"], Update(ChangeKind.CORRECTION, _SIGNED, _SIGNED), route),
    )
    admins = {"withdrawn": "withdrawn", "reinstated": "confirmed", "merged": "confirmed"}
    for kind, name in {**admins, "split": "confirmed"}.items():
        update = Update(ChangeKind(kind), _SIGNED, _SIGNED, by_admin=True)
        yield f"by an admin: {kind}", update_card(known[name], update, route)


def alerts(language: str, style: Style) -> Iterator[tuple[str, Card]]:
    """Every kind of alert and reply."""
    route = replace(DEFAULTS, language=language, style=style)
    for name, made in _developments():
        yield f"{name}, {style}, {language}", alert_card(made, now=NOW, route=route)
    if style is Style.FULL:
        late = NOW - timedelta(hours=2)
        card = alert_card(development(), now=NOW, waited_since=late, route=route)
        yield f"late, {language}", card
        yield from ((f"reply: {name}, {language}", card) for name, card in _replies(route))


def other_cards() -> Iterator[tuple[str, Card]]:
    """Answers to commands, and what is told to admins."""
    known = dict(_developments())
    listed = list(known.values())
    yield "latest", answers.latest(listed[:4], asked="on Ukraine").card
    yield "show", answers.show(known["confirmed"], now=NOW).card
    yield "show, denied", answers.show(known["denied"], now=NOW).card
    yield "sources", answers.sources(known["confirmed"]).card
    entries = [
        _BEFORE,
        _entry("USA", Stage.SIGNED_BINDING, "Bilateral security agreement"),
        _entry("DEU", Stage.IN_FORCE, "Ten-year agreement", obligation=Obligation.ARMS_SUPPLY),
    ]
    yield "status", ledger_answers.status("UKR", entries, listed[:2], now=NOW).card
    pair = [Compared("UKR", Obligation.TROOP_DEPLOYMENT, entries[0], entries[1])]
    yield "compare", ledger_answers.compare("GBR", "USA", pair).card
    records = [LedgerRecord(entry, Direction.NEW, "confirmed", "committer") for entry in entries]
    yield "timeline", ledger_answers.timeline(History(("GBR", "UKR"), tuple(records))).card
    cells = [MatrixCell(e.committer, e.beneficiary, e.stage, 2) for e in entries]
    yield "matrix", ledger_answers.matrix(cells).card
    yield "error", say_so("I do not know “Ukrainia”.", detail="Did you mean Ukraine?").card
    yield "nothing", say_so("Nothing yet on Ukraine.").card
    yield (
        "notice",
        notice_card(
            "Nothing more is sent to slack:C1 (route “desk”): the channel was archived",
            "Unarchive it, or name another channel in the route.",
        ),
    )
    yield "hostile", hostile_card()


def pages() -> Iterator[tuple[str, list[tuple[str, Card]]]]:
    """Name of the page and its cards, few enough to be looked at."""
    for language in languages():
        for style in Style:
            made = list(alerts(language, style))
            for start in range(0, len(made), 6):
                yield f"{language}-{style}-{start // 6 + 1}", made[start : start + 6]
    made = list(other_cards())
    for start in range(0, len(made), 5):
        yield f"other-{start // 5 + 1}", made[start : start + 5]
    made = list(admin_samples())
    for start in range(0, len(made), 6):
        yield f"admin-{start // 6 + 1}", made[start : start + 6]
    made = list(digest_samples())
    for start in range(0, len(made), 3):
        yield f"digest-{start // 3 + 1}", made[start : start + 3]


def samples() -> Iterator[tuple[str, Card]]:
    """Name and card of all."""
    for _, cards in pages():
        yield from cards


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
