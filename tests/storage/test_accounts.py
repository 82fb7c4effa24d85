"""The ledger's history, what admins decide on it, and what leaves the database."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from classifiers.assessment import Attribution, Condition, Direction, Stage
from storage import ledger
from storage.errors import Conflict, NotFound
from storage.export import csv_text, guarded, html_page, json_lines
from storage.records import Assessed, Author
from storage.store import Store
from tests.storage.makers import NOW, Desk, assessed, claim, plan

HOUR = timedelta(hours=1)
SWE = claim(committers=("SWE",), beneficiaries=("KEN",))
SIGNED = replace(SWE, stage=Stage.SIGNED_BINDING)
COURIER = assessed("Stockholm in Kenya pact", SIGNED, source="Courier")
ANA = Author("U1", "slack", "T1", "Ana")


async def pending_id(desk: Desk) -> int:
    await desk.poll(assessed("Sweden pledges troops", SWE))
    record = (await desk.store.pending_entries())[0]
    return record.entry.id


async def test_an_admin_confirms_what_one_outlet_reports(desk: Desk) -> None:
    entry = await pending_id(desk)
    record = await desk.store.decide_entry(entry, "confirmed", by="Ada", now=NOW, note="saw it")
    assert (record.standing, record.decided_by, record.note) == ("confirmed", "Ada", "saw it")
    assert len(await desk.store.ledger(committer="SWE", beneficiary="KEN")) == 1


async def test_an_admins_rejection_outlives_a_second_source(desk: Desk) -> None:
    entry = await pending_id(desk)
    await desk.store.decide_entry(entry, "rejected", by="Ada", now=NOW)
    await desk.poll(assessed("Stockholm to deploy", SWE, source="Courier"))
    assert await desk.store.ledger(committer="SWE", beneficiary="KEN") == []


async def test_an_admin_edits_an_entry(desk: Desk) -> None:
    entry = await pending_id(desk)
    await desk.store.edit_entry(
        entry, by="Ada", now=NOW, stage=Stage.IN_FORCE, status="suspended", note="decree 7"
    )
    (current,) = await desk.store.ledger(committer="SWE", beneficiary="KEN")
    assert (current.stage, current.status) == (Stage.IN_FORCE, "suspended")


async def stages(desk: Desk) -> list[Stage]:
    """Where Sweden stands towards Kenya."""
    return [e.stage for e in await desk.store.ledger(committer="SWE", beneficiary="KEN")]


async def recorded(desk: Desk) -> set[tuple[int, str]]:
    """Stages and standings of all that Sweden's entries towards Kenya say."""
    found = await desk.store.ledger_history(committer="SWE", beneficiary="KEN")
    return {(int(r.entry.stage), r.standing) for r in found}


async def only_a_pledge(desk: Desk, *others: Assessed) -> int:
    """One outlet has a signature, or others too; an admin makes it a pledge; the entry."""
    await desk.poll(assessed("Sweden signs pact with Kenya", SIGNED))
    for other in others:
        await desk.poll(other)
    (record,) = await desk.store.ledger_history(committer="SWE", beneficiary="KEN")
    entry = record.entry.id
    await desk.store.by(ANA).edit_entry(entry, now=NOW, stage=Stage.PLEDGE, note="no signature")
    return entry


async def test_an_admins_edit_outlives_a_second_source(desk: Desk) -> None:
    await only_a_pledge(desk)
    await desk.poll(COURIER)
    assert await stages(desk) == [Stage.PLEDGE]


async def test_what_an_edit_replaced_stays_in_the_history(desk: Desk) -> None:
    entry = await only_a_pledge(desk)
    was, now = sorted(
        await desk.store.ledger_history(committer="SWE", beneficiary="KEN"),
        key=lambda record: record.standing == "confirmed",
    )
    assert (now.entry.id, now.entry.stage, now.standing) == (entry, Stage.PLEDGE, "confirmed")
    assert (was.entry.stage, was.standing) == (Stage.SIGNED_BINDING, "rejected")
    assert (was.decided_by, was.note, was.short_id) == ("U1", "no signature", "KEN-1")


async def test_an_edit_of_conditions_alone_replaces_no_stage(desk: Desk) -> None:
    entry = await pending_id(desk)
    conditions = [Condition.CEASEFIRE]
    await desk.store.edit_entry(entry, by="Ada", now=NOW, stage=Stage.PLEDGE, conditions=conditions)
    await desk.poll(assessed("Stockholm to deploy", SWE, source="Courier"))
    (current,) = await desk.store.ledger(committer="SWE", beneficiary="KEN")
    assert current.conditions == (Condition.CEASEFIRE,)
    assert await recorded(desk) == {(2, "confirmed")}


async def test_an_admins_edit_outlives_a_correction_of_the_rest(desk: Desk) -> None:
    await only_a_pledge(desk, COURIER)
    rest = replace(SIGNED, conditions=(Condition.PARLIAMENT,))
    await desk.store.correct("KEN-1", (rest,), plan, by="Ada", now=NOW)
    assert await stages(desk) == [Stage.PLEDGE]


async def test_an_admins_edit_outlives_withdrawing_and_reinstating(desk: Desk) -> None:
    await only_a_pledge(desk)
    await desk.store.withdraw("KEN-1", plan, by="Ada", now=NOW)
    await desk.store.reinstate("KEN-1", plan, by="Ada", now=NOW)
    await desk.poll(COURIER)
    assert await stages(desk) == [Stage.PLEDGE]


@pytest.mark.parametrize("standing", ["confirmed", "rejected"])
async def test_a_later_step_is_an_entry_of_its_own_whatever_was_decided_on_the_first(
    desk: Desk, standing: str
) -> None:
    entry = await pending_id(desk)
    await desk.store.decide_entry(entry, standing, by="Ada", now=NOW)
    later = NOW + timedelta(minutes=2)
    await desk.poll(assessed("Sweden signs", SIGNED, source="Courier", published=later))
    assert await recorded(desk) == {(2, standing), (4, "confirmed")}


async def test_a_later_step_is_an_entry_of_its_own_after_an_edit(desk: Desk) -> None:
    await only_a_pledge(desk)
    in_force = replace(SWE, stage=Stage.IN_FORCE)
    await desk.poll(COURIER)
    await desk.store.correct("KEN-1", (in_force,), plan, by="Ada", now=NOW)
    assert await stages(desk) == [Stage.IN_FORCE]
    assert await recorded(desk) == {(2, "confirmed"), (4, "rejected"), (5, "confirmed")}


async def test_an_edit_that_is_undone_leaves_nothing(desk: Desk) -> None:
    await only_a_pledge(desk)
    await desk.store.by(ANA).undo(None, plan, space="T1", now=NOW)
    assert await recorded(desk) == {(4, "pending")}
    await desk.poll(COURIER)
    assert await recorded(desk) == {(4, "confirmed")}


async def test_an_entry_whose_edit_is_undone_follows_what_came_meanwhile(desk: Desk) -> None:
    await only_a_pledge(desk)
    await desk.poll(COURIER)
    await desk.store.by(ANA).undo(None, plan, space="T1", now=NOW)
    assert await recorded(desk) == {(4, "confirmed")}
    assert await stages(desk) == [Stage.SIGNED_BINDING]


async def test_of_two_edits_the_first_holds_when_the_second_is_undone(desk: Desk) -> None:
    entry = await only_a_pledge(desk)
    await desk.store.by(ANA).edit_entry(entry, now=NOW + HOUR, stage=Stage.SIGNED_BINDING)
    assert await stages(desk) == [Stage.SIGNED_BINDING]
    await desk.store.by(ANA).undo(None, plan, space="T1", now=NOW)
    await desk.poll(COURIER)
    assert await stages(desk) == [Stage.PLEDGE]
    assert await recorded(desk) == {(2, "confirmed"), (4, "rejected")}


async def test_an_edit_of_an_instrument_leaves_its_other_obligations(store: Store) -> None:
    before = {e.id: e for e in await store.ledger(committer="NATO", beneficiary="EST")}
    treaty = [e for e in before.values() if e.title == "North Atlantic Treaty"]
    assert len({e.obligation for e in treaty}) > 1
    history = await store.ledger_history(committer="NATO", beneficiary="EST")
    await store.edit_entry(treaty[0].id, by="Ada", now=NOW, stage=Stage.IMPLEMENTED)
    after = {e.id: e for e in await store.ledger(committer="NATO", beneficiary="EST")}
    assert after == {**before, treaty[0].id: replace(treaty[0], stage=Stage.IMPLEMENTED)}
    assert len(await store.ledger_history(committer="NATO", beneficiary="EST")) == len(history)


async def test_an_admins_edit_outlives_a_merge(desk: Desk) -> None:
    await only_a_pledge(desk)
    far = NOW - timedelta(days=40)
    await desk.poll(assessed("Stockholm in Kenya pact", SIGNED, source="Courier", published=far))
    assert await desk.store.development("KEN-2") is not None
    await desk.store.merge("KEN-1", "KEN-2", plan, by="Ada", now=NOW)
    assert await stages(desk) == [Stage.PLEDGE]
    (current,) = await desk.store.ledger(committer="SWE", beneficiary="KEN")
    merged = await desk.store.development("KEN-2")
    assert merged is not None
    assert (current.development_id, current.since) == (merged.id, far)
    assert await recorded(desk) == {(2, "confirmed"), (4, "rejected")}


async def test_a_merge_takes_nothing_back_that_moved_the_ledger(desk: Desk) -> None:
    entry = await pending_id(desk)
    await desk.store.decide_entry(entry, "rejected", by="Ada", now=NOW, note="told twice")
    far = NOW - timedelta(days=40)
    for outlet, title in (("Courier", "Stockholm to deploy"), ("Herald", "Swedes to Kenya")):
        await desk.poll(assessed(title, SWE, source=outlet, published=far))
    assert await stages(desk) == [Stage.PLEDGE]
    await desk.store.merge("KEN-1", "KEN-2", plan, by="Ada", now=NOW)
    assert await stages(desk) == [Stage.PLEDGE]


async def test_an_admins_edit_outlives_a_split(desk: Desk) -> None:
    third = assessed("Swedes in pact with Kenya", SIGNED, source="Herald")
    await only_a_pledge(desk, COURIER, third)
    lead = (await desk.only()).lead.article_id
    await desk.store.split("KEN-1", [lead], plan, by="Ada", now=NOW)
    assert await stages(desk) == [Stage.PLEDGE]


async def test_an_entry_that_is_not_there_is_named(desk: Desk) -> None:
    with pytest.raises(NotFound, match="no entry 99999"):
        await desk.store.decide_entry(99999, "confirmed", by="Ada", now=NOW)
    with pytest.raises(Conflict, match="not “maybe”"):
        await desk.store.decide_entry(1, "maybe", by="Ada", now=NOW)


async def test_history_shows_what_did_not_move_the_ledger(desk: Desk) -> None:
    said = claim(committers=("SWE",), beneficiaries=("KEN",), attribution=Attribution.ANONYMOUS)
    await desk.poll(assessed("Sweden may send troops, sources say", said))
    (record,) = await desk.store.ledger_history(committer="SWE", beneficiary="KEN")
    assert (record.standing, record.attribution, record.short_id) == (
        "pending",
        "anonymous",
        "KEN-1",
    )


async def test_a_timeline_runs_forward_and_shows_an_act_once(store: Store) -> None:
    line = await store.timeline("usa", "ukr")
    titles = [record.entry.title for record in line]
    assert titles[0] == "Budapest Memorandum on Security Assurances"
    assert len(titles) == len(set(titles))
    assert [r.entry.since for r in line] == sorted(r.entry.since for r in line)


async def test_what_was_ratified_on_the_day_of_its_signature_stands_below_it(desk: Desk) -> None:
    stages = [Stage.SIGNED_BINDING, Stage.IN_FORCE]
    in_the_news_first = replace(SWE, stage=Stage.IN_FORCE)
    await desk.poll(assessed("Riksdag ratifies", in_the_news_first, published=NOW - HOUR))
    signed = replace(SWE, stage=Stage.SIGNED_BINDING)
    await desk.store._database.write(
        ledger.record, 1, [signed], confirmed=False, happened=NOW, title="", source="", now=NOW
    )
    together = await desk.store.timeline("SWE", "KEN")
    alone = await desk.store.ledger_history(committer="SWE", beneficiary="KEN")
    assert [record.entry.stage for record in together] == stages
    assert [record.entry.stage for record in reversed(alone)] == stages


async def test_comparison_puts_what_both_owe_first(store: Store) -> None:
    rows = await store.compare("GBR", "FRA", beneficiary="UKR")
    both = [row.left is not None and row.right is not None for row in rows]
    assert both == sorted(both, reverse=True)
    assert any(both)


async def test_the_matrix_gives_a_cell_a_pair(store: Store) -> None:
    cells = await store.matrix(beneficiaries=["UKR"])
    assert len({c.committer for c in cells}) == len(cells)
    assert next(c for c in cells if c.committer == "DEU").stage is Stage.IN_FORCE


async def test_the_check_finds_a_yes_and_a_no_of_one_day(desk: Desk) -> None:
    before = await desk.store.check_ledger()
    refused = claim(
        committers=("SWE",),
        beneficiaries=("KEN",),
        direction=Direction.REFUSED,
        stage=Stage.TALK,
    )
    for what, titles in (
        (SWE, ("Sweden pledges troops", "Stockholm to deploy")),
        (refused, ("Sweden rules out troops", "No soldiers, says Stockholm")),
    ):
        await desk.poll(assessed(titles[0], what), assessed(titles[1], what, source="Courier"))
    found = [c for c in await desk.store.check_ledger() if c not in before]
    assert len(found) == 1
    assert "SWE > KEN" in found[0].what


async def test_the_starting_ledger_contradicts_itself_nowhere(store: Store) -> None:
    assert await store.check_ledger() == []


async def test_every_row_of_an_export_is_given_once(desk: Desk) -> None:
    ids: list[int] = []
    while rows := await desk.store.export("ledger", after=ids[-1] if ids else 0, limit=100):
        ids += [row["id"] for row in rows]
    assert len(ids) == len(set(ids)) > 500
    lines = json_lines(await desk.store.export("ledger", limit=3)).splitlines()
    assert [json.loads(line)["id"] for line in lines] == ids[:3]


@pytest.mark.parametrize("what", ["ledger", "developments", "articles", "feedback"])
async def test_everything_that_can_be_exported_can(desk: Desk, what: str) -> None:
    await desk.poll(assessed("=HYPERLINK(1)", SWE))
    await desk.store.feedback("KEN-1", "confirmed", plan, by="Ada", platform="slack", now=NOW)
    rows = await desk.store.export(what, limit=5000)
    read = list(csv.DictReader(io.StringIO(csv_text(rows))))
    assert len(read) == len(rows) > 0


async def test_what_cannot_be_exported_is_refused(desk: Desk) -> None:
    with pytest.raises(Conflict, match="not “feeds”"):
        await desk.store.export("feeds")


@pytest.mark.parametrize(
    "cell",
    [
        "＝1+1",
        "\u3000=1",
        "\ufeff@x",
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        " =1",
        "|calc",
        "\n=1",
        "%0A",
    ],
)
def test_a_formula_is_shown_and_not_run(cell: str) -> None:
    assert guarded(cell) == f"'{cell}"


def test_ordinary_text_is_left_alone() -> None:
    assert guarded("Britain, France > Ukraine") == "Britain, France > Ukraine"


def test_a_page_escapes_what_articles_say() -> None:
    page = html_page(
        "Ledger", [{"title": "<script>x</script>", "source": "https://a.example/?a&b"}]
    )
    assert "<script>" not in page
    assert '<a href="https://a.example/?a&amp;b"' in page
