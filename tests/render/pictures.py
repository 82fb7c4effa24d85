"""Answers with their pictures. They take a second each to draw, so that no test makes them all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from bot import ledger_answers
from bot.cards import Card, Picture
from bot.charts import Plan, pairs_plan, timeline_plan, weeks_plan
from bot.charts.process import picture
from bot.digest import brief, digest_card
from bot.digest_picture import picture_plan
from bot.history import History
from classifiers.assessment import Direction, Obligation, Stage
from storage.records import LedgerEntry, LedgerRecord, MatrixCell, WeekCount
from tests.builders import NOW
from tests.render.digest_samples import some_developments

_STEPS = (
    (Stage.TALK, Direction.NEW, "Talks on a guarantee"),
    (Stage.PLEDGE, Direction.NEW, "London summit: coalition launched"),
    (Stage.POLITICAL_TEXT, Direction.STRENGTHENED, "Declaration of intent on a force"),
    (Stage.PLEDGE, Direction.HEDGED, "Any deployment is subject to a vote in the Commons"),
    (Stage.IN_FORCE, Direction.NEW, "Agreement on security cooperation"),
    (Stage.IMPLEMENTED, Direction.SUSPENDED, "Deliveries are paused"),
)


def pictured() -> Iterator[tuple[str, Card]]:
    """Name and card."""
    records = tuple(_record(n, *step) for n, step in enumerate(_STEPS))
    made = timeline_plan("United Kingdom · Ukraine", records, today=NOW.date())
    yield "timeline", _with(made, ledger_answers.timeline(History(("GBR", "UKR"), records)).card)
    codes = ("GBR", "FRA", "DEU", "POL", "EST", "LTU", "USA")
    cells = [
        MatrixCell(one, other, Stage((3 * n + m) % 7), 2, "suspended" if n == m + 1 else "active")
        for n, one in enumerate(codes)
        for m, other in enumerate(("UKR", "MDA", "NATO", "JPN"))
    ]
    yield "matrix", _with(pairs_plan(cells, today=NOW.date()), ledger_answers.matrix(cells).card)
    monday = NOW.date() - timedelta(days=NOW.weekday())
    counts = [
        WeekCount(monday - timedelta(weeks=week), direction, (week * 3 + n) % 4)
        for week in range(12)
        for n, direction in enumerate(Direction)
    ]
    yield "weeks", _with(weeks_plan(counts, now=NOW), Card("Developments a week"))
    yield "digest", _digest()


def _record(number: int, stage: Stage, direction: Direction, title: str) -> LedgerRecord:
    entry = LedgerEntry(
        id=number,
        committer="GBR",
        beneficiary="UKR",
        obligation=Obligation.TROOP_DEPLOYMENT,
        stage=stage,
        status="active",
        conditions=(),
        legal_form="unilateral_statement",
        since=NOW - timedelta(days=900 - 150 * number),
        title=title,
        development_id=None,
        source="instrument",
    )
    return LedgerRecord(entry, direction, "confirmed", "committer")


def _digest() -> Card:
    digest = brief(some_developments(), since=NOW - timedelta(days=1), until=NOW)
    made = picture_plan(digest)
    if made is None:
        raise ValueError("a sample without anything to draw")
    here = {entry.development.id for entry in digest.entries}
    return digest_card(digest, here, picture=Picture(picture(made), made.alt, made.name))


def _with(plan: Plan | None, card: Card) -> Card:
    if plan is None:
        raise ValueError("a sample without anything to draw")
    return replace(card, blocks=(Picture(picture(plan), plan.alt, plan.name), *card.blocks))
