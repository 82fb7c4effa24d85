"""Where the ledger leads, and what a development changes in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from classifiers.assessment import (
    Attribution,
    Condition,
    Direction,
    LegalForm,
    Obligation,
    Stage,
)
from storage import ledger
from storage.records import Author, LedgerEntry, LedgerRecord
from storage.store import Store
from tests.storage.makers import NOW, Desk, assessed, claim, plan

INTENT = claim(
    stage=Stage.POLITICAL_TEXT,
    direction=Direction.STRENGTHENED,
    committers=("GBR", "FRA"),
    obligations=(Obligation.TROOP_DEPLOYMENT, Obligation.BASING_ACCESS),
    legal_form=LegalForm.DECLARATION_OF_INTENT,
    conditions=(Condition.PEACE_AGREEMENT,),
)


def titles(entries: list[LedgerEntry]) -> list[str]:
    return [entry.title for entry in entries]


async def twice(desk: Desk, title: str, what: object, when: datetime = NOW) -> None:
    """Reported by two outlets in their own words: confirmed."""
    assert isinstance(what, type(INTENT))
    await desk.poll(assessed(title, what, published=when))
    await desk.poll(assessed(f"Officials: {title[::-1]}", what, source="Courier", published=when))


async def test_what_an_alliance_owes_its_members_is_shown_for_each(store: Store) -> None:
    entries = await store.ledger(beneficiary="est")
    assert ("NATO", "North Atlantic Treaty") in {(e.committer, e.title) for e in entries}


async def test_a_former_member_is_owed_nothing(store: Store) -> None:
    assert not any(e.committer == "CSTO" for e in await store.ledger(beneficiary="UZB"))
    assert not any(e.committer == "EU" for e in await store.ledger(beneficiary="GBR")
                   if e.obligation is Obligation.MUTUAL_DEFENCE)  # fmt: skip


async def test_what_ended_is_not_current(store: Store) -> None:
    current = titles(await store.ledger())
    assert "Treaty of London (neutrality of Belgium)" not in current
    assert "Sino-American Mutual Defense Treaty (US-ROC)" not in current


async def test_a_suspension_shows_until_it_is_restored(store: Store) -> None:
    (anzus,) = [
        e
        for e in await store.ledger(committer="USA", beneficiary="NZL")
        if e.committer == "USA" and e.obligation is Obligation.MUTUAL_DEFENCE
    ]
    assert anzus.status == "suspended"
    arms = [
        e
        for e in await store.ledger(committer="USA", beneficiary="UKR")
        if e.committer == "USA" and e.obligation is Obligation.ARMS_SUPPLY
    ]
    assert [e.status for e in arms] == ["active"]


async def test_the_most_binding_comes_first(store: Store) -> None:
    stages = [entry.stage for entry in await store.ledger(beneficiary="UKR")]
    assert stages == sorted(stages, reverse=True)


@pytest.mark.parametrize("published", [datetime(2026, 1, 7, 9, tzinfo=UTC), NOW])
async def test_the_act_itself_is_left_out_of_what_stood_before(
    desk: Desk, published: datetime
) -> None:
    recorded = await desk.poll(
        assessed("Britain and France sign declaration of intent", INTENT, published=published)
    )
    (change,) = recorded.changes[0].development.changes
    assert change.before[0].stage is Stage.PLEDGE
    assert {"GBR", "FRA", "COALITION_OF_THE_WILLING"} <= {e.committer for e in change.before}


async def test_a_withdrawal_in_effect_ends_what_stood(desk: Desk) -> None:
    pledge = claim(committers=("SWE",), beneficiaries=("KEN",))
    await twice(desk, "Sweden pledges troops", pledge, NOW - timedelta(days=60))
    gone = claim(
        committers=("SWE",),
        beneficiaries=("KEN",),
        direction=Direction.WITHDRAWN,
        stage=Stage.IMPLEMENTED,
    )
    await twice(desk, "Sweden has left", gone)
    assert titles(await desk.store.ledger(committer="SWE", beneficiary="KEN")) == []


async def test_a_withdrawal_that_is_only_announced_changes_no_position(desk: Desk) -> None:
    pledge = claim(committers=("SWE",), beneficiaries=("KEN",))
    await twice(desk, "Sweden pledges troops", pledge, NOW - timedelta(days=60))
    leaving = claim(committers=("SWE",), beneficiaries=("KEN",), direction=Direction.WITHDRAWN)
    await twice(desk, "Sweden will leave", leaving)
    assert len(await desk.store.ledger(committer="SWE", beneficiary="KEN")) == 1


async def test_a_reaffirmation_leaves_the_commitment_as_old_as_it_is(desk: Desk) -> None:
    again = claim(
        committers=("USA",),
        beneficiaries=("JPN",),
        direction=Direction.REAFFIRMED,
        obligations=(Obligation.MUTUAL_DEFENCE,),
    )
    await twice(desk, "Washington stands by Japan", again)
    entries = await desk.store.ledger(committer="USA", beneficiary="JPN")
    (treaty,) = [e for e in entries if e.obligation is Obligation.MUTUAL_DEFENCE]
    assert treaty.title == "US-Japan Treaty of Mutual Cooperation and Security"


async def test_a_refusal_makes_no_position(desk: Desk) -> None:
    no = claim(
        committers=("SWE",),
        beneficiaries=("KEN",),
        direction=Direction.REFUSED,
        stage=Stage.TALK,
    )
    await twice(desk, "Sweden rules out troops", no)
    assert await desk.store.ledger(committer="SWE", beneficiary="KEN") == []


async def test_a_mutual_pact_stands_on_both_sides_and_nobody_owes_himself(desk: Desk) -> None:
    pact = claim(
        committers=("SWE", "KEN"), beneficiaries=("SWE", "KEN"), stage=Stage.SIGNED_BINDING
    )
    await twice(desk, "Sweden and Kenya sign", pact)
    pairs = {(e.committer, e.beneficiary) for e in await desk.store.ledger()}
    assert {("SWE", "KEN"), ("KEN", "SWE")} <= pairs
    assert ("SWE", "SWE") not in pairs


async def test_a_crowd_moves_nothing(desk: Desk) -> None:
    crowd = tuple(f"X{a}{b}" for a in "ABCDEFGHIJ" for b in "ABCD")
    await twice(desk, "All promise all", claim(committers=crowd, beneficiaries=crowd))
    assert await desk.store.ledger(committer="XAA") == []


async def test_an_accession_binds_both_ways(store: Store) -> None:
    entries = await store.ledger(beneficiary="FIN", committer="NATO")
    assert "Finland joins NATO" in titles(entries)
    back = await store.ledger(beneficiary="NATO", committer="FIN")
    assert "Finland joins NATO" in titles(back)


async def test_a_suspension_that_was_only_announced_leaves_the_treaty(store: Store) -> None:
    owed = await store.ledger(beneficiary="ARM")
    assert ("CSTO", "active") in {(e.committer, e.status) for e in owed}


async def test_what_is_denied_stands_as_disputed_until_an_admin_confirms_it(desk: Desk) -> None:
    pledge = claim(committers=("SWE",), beneficiaries=("KEN",))
    await desk.poll(assessed("Sweden pledges troops for Kenya", pledge))
    await desk.poll(assessed("Stockholm to send soldiers to Kenya", pledge, source="Courier"))
    denied = assessed("Sweden denies it promised troops for Kenya", pledge, source="Herald")
    recorded = await desk.poll(denied)
    assert recorded.changes[0].development.status == "denied"
    (entry,) = await desk.store.ledger(committer="SWE", beneficiary="KEN")
    assert entry.status == "disputed"
    await desk.store.reinstate("KEN-1", plan, by="Ada", now=NOW)
    (entry,) = await desk.store.ledger(committer="SWE", beneficiary="KEN")
    assert entry.status == "active"


async def test_what_others_say_of_a_state_does_not_open_the_ledger(store: Store) -> None:
    pending = await store.pending_entries()
    assert any("Ukraine FM" in record.entry.title for record in pending)
    assert not any("Ukraine FM" in title for title in titles(await store.ledger()))


SWE = claim(committers=("SWE",), beneficiaries=("KEN",))


async def history(desk: Desk) -> list[LedgerRecord]:
    return await desk.store.ledger_history(committer="SWE", beneficiary="KEN")


async def test_what_is_corrected_reaches_the_entry_and_goes_when_it_is_undone(desk: Desk) -> None:
    await twice(desk, "Sweden pledges troops", SWE)
    right = replace(SWE, conditions=(Condition.CEASEFIRE,), legal_form=LegalForm.MOU)
    ana = desk.store.by(Author("U1", "slack", "T1"))
    await ana.correct("KEN-1", (right,), plan, now=NOW)
    (entry,) = await desk.store.ledger(committer="SWE", beneficiary="KEN")
    assert (entry.conditions, entry.legal_form) == ((Condition.CEASEFIRE,), "mou")
    await ana.undo(None, plan, space="T1", now=NOW)
    (entry,) = await desk.store.ledger(committer="SWE", beneficiary="KEN")
    assert (entry.conditions, entry.legal_form) == ((), "none_reported")
    assert len(await history(desk)) == 1


async def test_what_turns_out_to_be_said_by_others_moves_the_ledger_no_more(desk: Desk) -> None:
    await twice(desk, "Sweden pledges troops", SWE)
    said = replace(SWE, attribution=Attribution.BENEFICIARY)
    await desk.store.correct("KEN-1", (said,), plan, by="Ada", now=NOW)
    (record,) = await history(desk)
    assert (record.attribution, record.standing) == ("beneficiary", "pending")
    assert await desk.store.ledger(committer="SWE", beneficiary="KEN") == []


@pytest.mark.parametrize("decided", [False, True])
async def test_a_late_article_moves_the_date_of_the_entries(desk: Desk, decided: bool) -> None:
    await desk.poll(assessed("Sweden pledges troops", SWE))
    (record,) = await history(desk)
    if decided:
        await desk.store.decide_entry(record.entry.id, "confirmed", by="Ada", now=NOW)
    early = NOW - timedelta(days=2)
    late = assessed("Sweden pledges troops now", SWE, source="Courier", published=early)
    await desk.poll(late)
    (entry,) = await desk.store.ledger(committer="SWE", beneficiary="KEN")
    assert entry.since == early


async def test_a_late_article_leaves_the_order_of_a_developments_acts(desk: Desk) -> None:
    gone = replace(SWE, direction=Direction.WITHDRAWN, stage=Stage.IMPLEMENTED)
    await twice(desk, "Sweden pledges troops", SWE)
    await desk.store._database.write(
        ledger.record, 1, [gone], confirmed=True, happened=NOW, title="", source="", now=NOW
    )
    assert await desk.store.ledger(committer="SWE", beneficiary="KEN") == []
    early = NOW - timedelta(days=2)
    await desk.store._database.write(
        ledger.record, 1, [gone], confirmed=True, happened=early, title="", source="", now=NOW
    )
    assert {record.entry.since for record in await history(desk)} == {early}
    assert await desk.store.ledger(committer="SWE", beneficiary="KEN") == []


async def test_what_a_development_went_beyond_stays_as_it_was_reported(desk: Desk) -> None:
    await twice(desk, "Sweden pledges troops", SWE)
    signed = replace(SWE, stage=Stage.SIGNED_BINDING, conditions=(Condition.PARLIAMENT,))
    later = NOW + timedelta(minutes=2)
    await desk.poll(assessed("Sweden signs", signed, source="Herald", published=later))
    told = {(r.entry.title, int(r.entry.stage), r.entry.conditions) for r in await history(desk)}
    assert told == {
        ("Sweden pledges troops", 2, ()),
        ("Sweden signs", 4, (Condition.PARLIAMENT,)),
    }


async def test_an_entry_bears_the_title_its_outlet_gives_the_article(desk: Desk) -> None:
    await desk.poll(assessed("Sweden pledges trops", SWE, key="id:1"))
    await desk.poll(assessed("Sweden pledges troops", SWE, key="id:1"))
    assert [r.entry.title for r in await history(desk)] == ["Sweden pledges troops"]


async def test_entries_cite_the_article_that_leads_after_a_split(desk: Desk) -> None:
    both = (SWE, replace(SWE, committers=("NOR",)))
    await desk.poll(assessed("Sweden and Norway pledge troops", *both))
    await desk.poll(assessed("Stockholm and Oslo to deploy", *both, source="Courier"))
    first = (await desk.only()).lead.article_id
    await desk.store.split("KEN-1", [first], plan, by="Ada", now=NOW)
    found = await desk.store.ledger_history(beneficiary="KEN")
    left = [(r.entry.committer, r.entry.title) for r in found if r.short_id == "KEN-1"]
    assert sorted(left) == [
        ("NOR", "Stockholm and Oslo to deploy"),
        ("SWE", "Stockholm and Oslo to deploy"),
    ]


async def test_an_entry_goes_on_citing_the_article_that_alone_reports_it(desk: Desk) -> None:
    norway = replace(SWE, committers=("NOR",), direction=Direction.REAFFIRMED)
    await desk.poll(assessed("Sweden and Norway pledge troops", SWE, norway))
    later = NOW + timedelta(minutes=2)
    signed = replace(SWE, stage=Stage.SIGNED_BINDING)
    await desk.poll(assessed("Sweden signs", signed, source="Courier", published=later))
    assert (await desk.only()).lead.outlet == "Courier"
    (record,) = await desk.store.ledger_history(committer="NOR", beneficiary="KEN")
    assert record.entry.title == "Sweden and Norway pledge troops"
    assert "gazette" in record.entry.source


async def test_of_claims_that_meet_in_a_key_the_newer_says_it(desk: Desk) -> None:
    newer = replace(SWE, conditions=(Condition.PARLIAMENT,))
    older = replace(SWE, committers=("SWE", "NOR"), conditions=(Condition.CEASEFIRE,))
    await twice(desk, "Sweden pledges troops", newer)
    await desk.store.correct("KEN-1", (newer, older), plan, by="Ada", now=NOW)
    (entry,) = await desk.store.ledger(committer="SWE", beneficiary="KEN")
    assert entry.conditions == (Condition.PARLIAMENT,)


async def test_of_claims_that_meet_in_a_key_one_that_moves_the_ledger_says_it(desk: Desk) -> None:
    rumour = replace(SWE, attribution=Attribution.ANONYMOUS)
    await twice(desk, "Sweden pledges troops", SWE)
    await desk.store.correct("KEN-1", (rumour, SWE), plan, by="Ada", now=NOW)
    assert len(await desk.store.ledger(committer="SWE", beneficiary="KEN")) == 1
