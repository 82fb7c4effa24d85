"""Developments by week and direction, and the matrix, as pictures need them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from classifiers.assessment import Direction, Obligation
from storage.records import Filter, WeekCount
from storage.store import Store
from tests.storage.makers import NOW, Desk, assessed, claim, plan

SWE = claim(committers=("SWE",), beneficiaries=("KEN",))
NOR = claim(committers=("NOR",), beneficiaries=("LBR",), direction=Direction.REFUSED)
WEEK = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("day", "monday"),
    [
        (datetime(2026, 3, 2, tzinfo=UTC), date(2026, 3, 2)),
        (datetime(2026, 3, 8, 23, 59, tzinfo=UTC), date(2026, 3, 2)),
        (datetime(2026, 3, 1, 23, 59, tzinfo=UTC), date(2026, 2, 23)),
        (datetime(2026, 1, 1, 0, 30, tzinfo=UTC), date(2025, 12, 29)),
    ],
)
async def test_a_week_begins_on_monday(desk: Desk, day: datetime, monday: date) -> None:
    desk.now = day + timedelta(days=1)
    await desk.poll(assessed("Sweden pledges troops", SWE, published=day))
    (week,) = await desk.store.weeks(Filter())
    assert week.monday == monday


async def test_directions_are_counted_apart(desk: Desk) -> None:
    await desk.poll(assessed("Sweden pledges troops", SWE), assessed("Norway refuses", NOR))
    assert await desk.store.weeks(Filter()) == [
        WeekCount(WEEK, Direction.NEW, 1),
        WeekCount(WEEK, Direction.REFUSED, 1),
    ]


async def test_weeks_are_narrowed_as_other_questions_are(desk: Desk) -> None:
    await desk.poll(assessed("Sweden pledges troops", SWE), assessed("Norway refuses", NOR))
    (only,) = await desk.store.weeks(Filter(beneficiary="LBR"))
    assert only.direction is Direction.REFUSED
    assert await desk.store.weeks(Filter(since=NOW + timedelta(days=1))) == []


async def test_what_was_taken_back_is_not_counted(desk: Desk) -> None:
    await desk.poll(assessed("Sweden pledges troops", SWE))
    await desk.store.withdraw((await desk.only()).short_id, plan, by="Ada", now=NOW)
    assert await desk.store.weeks(Filter()) == []


async def test_what_its_only_source_took_back_is_not_counted(desk: Desk) -> None:
    await desk.poll(assessed("Sweden pledges troops", SWE, key="id:same"))
    await desk.poll(assessed("Rain on Monday", key="id:same"))
    assert (await desk.only()).status == "retracted"
    assert await desk.store.weeks(Filter()) == []


async def test_the_matrix_tells_what_is_in_doubt(store: Store) -> None:
    cells = {(c.committer, c.beneficiary): c for c in await store.matrix()}
    assert (cells["RUS", "UKR"].stage, cells["RUS", "UKR"].status) == (3, "disputed")
    assert (cells["DEU", "UKR"].stage, cells["DEU", "UKR"].status) == (5, "active")


async def test_the_matrix_names_an_active_promise_before_a_suspended_one(desk: Desk) -> None:
    both = claim(
        committers=("SWE",),
        beneficiaries=("KEN",),
        obligations=(Obligation.TROOP_DEPLOYMENT, Obligation.TRAINING),
    )
    await desk.poll(assessed("Sweden pledges", both), assessed("Oslo too", both, source="Courier"))
    entries = await desk.store.ledger(committer="SWE", beneficiary="KEN")
    for entry, expected in zip(entries, ("active", "suspended"), strict=True):
        await desk.store.edit_entry(entry.id, by="Ada", now=NOW, status="suspended")
        (cell,) = await desk.store.matrix(committers=["SWE"], beneficiaries=["KEN"])
        assert cell.status == expected
