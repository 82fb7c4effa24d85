"""Questions behind buttons, and ids for autocomplete."""

from __future__ import annotations

from datetime import timedelta

from tests.storage.makers import NOW, Desk, assessed, claim


async def test_a_question_is_found_by_its_short_name(desk: Desk) -> None:
    token = await desk.store.keep_view("2 pledges search " + "x" * 500, now=NOW)
    assert len(token) <= 20
    assert await desk.store.view(token) == "2 pledges search " + "x" * 500


async def test_the_same_question_has_the_same_name(desk: Desk) -> None:
    once = await desk.store.keep_view("a", now=NOW)
    assert await desk.store.keep_view("a", now=NOW) == once
    assert await desk.store.keep_view("b", now=NOW) != once


async def test_a_question_is_kept_for_a_year_after_it_was_last_asked(desk: Desk) -> None:
    asked_again = await desk.store.keep_view("again", now=NOW)
    forgotten = await desk.store.keep_view("once", now=NOW)
    await desk.store.keep_view("again", now=NOW + timedelta(days=300))
    await desk.store.keep_view("new", now=NOW + timedelta(days=500))
    assert await desk.store.view(asked_again) == "again"
    assert await desk.store.view(forgotten) is None


async def test_ids_are_completed_in_any_case_newest_first(desk: Desk) -> None:
    await desk.poll(assessed("A pledge", claim(committers=("SWE",), beneficiaries=("KEN",))))
    await desk.poll(assessed("Another", claim(committers=("FRA",), beneficiaries=("KEN",))))
    await desk.poll(assessed("A third", claim(committers=("DEU",), beneficiaries=("UKR",))))
    names = [d.short_id for d in await desk.store.names_beginning("ken-")]
    assert names == ["KEN-2", "KEN-1"]
    assert [d.short_id for d in await desk.store.names_beginning("", limit=1)] == ["UKR-1"]
    assert await desk.store.names_beginning("XYZ") == []
