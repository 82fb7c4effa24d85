"""Digests worth looking at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from bot.cards import Card, Picture
from bot.digest import Digest, brief, brief_card, digest_card, laid_out, part_card
from bot.digest_lines import Entry
from bot.follow_card import follow_card
from bot.update_card import Update
from classifiers.assessment import Claim, Direction, LegalForm, Obligation, Stage
from storage.records import (
    ChangeKind,
    Development,
    Held,
    LedgerChange,
    LedgerEntry,
    Mode,
    Route,
    Style,
)
from tests.builders import NOW, claim, development, source

_ACTS: tuple[tuple[str, Direction, Stage, tuple[str, ...], tuple[str, ...], Obligation, int], ...]
_ACTS = (
    ("Two capitals put names to a paper on a force", Direction.STRENGTHENED, Stage.POLITICAL_TEXT,
     ("GBR", "FRA"), ("UKR",), Obligation.TROOP_DEPLOYMENT, 2),
    ("Warsaw says no to soldiers on the ground", Direction.REFUSED, Stage.TALK,
     ("POL",), ("UKR",), Obligation.TROOP_DEPLOYMENT, 0),
    ("Berlin's chamber lets the training mission run on", Direction.REAFFIRMED, Stage.IN_FORCE,
     ("DEU",), ("UKR", "MDA"), Obligation.TRAINING, 5),
    ("Pact with Manila ends, says the palace", Direction.WITHDRAWN, Stage.IN_FORCE,
     ("USA",), ("PHL",), Obligation.BASING_ACCESS, 5),
    ("Kyiv wants air cover in writing", Direction.DEMANDED, Stage.PROPOSAL,
     ("USA",), ("UKR",), Obligation.AIR_COVER, 0),
    ("Oslo and Chisinau sign on training", Direction.NEW, Stage.SIGNED_BINDING,
     ("NOR",), ("MDA",), Obligation.TRAINING, 0),
    ("Tokyo and Manila bring their access pact into force", Direction.STRENGTHENED, Stage.IN_FORCE,
     ("JPN", "PHL"), ("JPN", "PHL"), Obligation.BASING_ACCESS, 4),
    ("Ottawa promises two more years of instructors", Direction.NEW, Stage.PLEDGE,
     ("CAN",), ("UKR",), Obligation.TRAINING, 0),
    ("The alliance repeats its open door", Direction.REAFFIRMED, Stage.POLITICAL_TEXT,
     ("NATO",), ("GEO",), Obligation.MEMBERSHIP_PROMISE, 3),
)  # fmt: skip


def _ledger(made: Claim, stage: int) -> LedgerChange:
    before = LedgerEntry(
        id=1,
        committer=made.committers[0],
        beneficiary=made.beneficiaries[0],
        obligation=made.obligations[0],
        stage=Stage(stage),
        status="active",
        conditions=(),
        legal_form="treaty",
        since=NOW - timedelta(days=90),
        title="What stood before",
        development_id=None,
        source="instrument",
    )
    parties = (made.committers, made.beneficiaries)
    return LedgerChange(*parties, made.direction, made.stage, (before,) if stage else ())


def some_developments(count: int = len(_ACTS)) -> list[Development]:
    """So many, each a little different from the last."""
    made = []
    for number in range(count):
        title, direction, stage, who, whom, what, stood = _ACTS[number % len(_ACTS)]
        act = claim(
            direction=direction,
            stage=stage,
            committers=who,
            beneficiaries=whom,
            obligations=(what,),
            legal_form=LegalForm.UNILATERAL_STATEMENT,
            conditions=(),
        )
        address = f"https://times.example/2026/03/02/world/{title.lower().replace(' ', '-')}"
        report = source(title=title, url=f"{address}-{number}")
        second = source("Second Herald", article_id=8, role="further")
        made.append(
            replace(
                development(act, changes=(_ledger(act, stood),)),
                id=number + 1,
                short_id=f"{whom[0]}-{100 + number}",
                lead=report,
                sources=(report, second)[: 1 + number % 2],
                confidence=0.9 - number / 1000,
            )
        )
    return made


def digest_samples(picture: Picture | None = None) -> Iterator[tuple[str, Card]]:
    """Name and card."""
    since, until = NOW - timedelta(days=1), NOW
    route = Route("desk", "slack:C1", mode=Mode.DAILY, zone="Europe/Kyiv")
    entries = tuple(Entry(d) for d in some_developments())
    digest = Digest(entries, since, until, route)
    everything = {d.id for d in some_developments()}
    yield "digest of a day", digest_card(digest, everything, picture=picture)
    held = (
        replace(entries[0], why=Held.QUIET, before=claim(), known=True),
        replace(entries[1], why=Held.QUIET),
        replace(entries[3], why=Held.CEILING),
        Entry(replace(entries[5].development, status="denied"), Held.CEILING),
    )
    instant = Digest(held, since, until, Route("desk", "slack:C1", style=Style.COMPACT))
    yield "digest, held for two reasons, compact", digest_card(instant, everything)
    quiet = Digest(held[:2], since, until, Route("desk", "slack:C1", style=Style.LINE))
    yield "digest of quiet hours, a line each", digest_card(quiet, everything)
    for language in ("uk", "fr", "de"):
        there = replace(route, language=language, mode=Mode.WEEKLY)
        yield (
            f"digest, {language}",
            digest_card(Digest(entries[:4], since, until, there), everything),
        )
    many = replace(digest, entries=tuple(Entry(d) for d in some_developments(60)))
    pages = laid_out(many)
    yield "digest of 60", digest_card(many, pages[0], parts=len(pages))
    yield "digest of 60, in the thread", part_card(many, pages[1], part=1, parts=len(pages))
    yield "brief", brief_card(brief(some_developments(5), since=since, until=until))
    signed = entries[0].development
    update = Update(ChangeKind.UPDATE, claim(committers=("GBR",)), signed.claims[0])
    yield "direct message to a follower", follow_card(signed, update)
    denied = replace(signed, status="denied")
    yield "direct message, denied", follow_card(denied, replace(update, kind=ChangeKind.DENIAL))
