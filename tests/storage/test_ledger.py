"""Where the ledger leads, and what a development changes in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from classifiers.assessment import (
    Condition,
    Direction,
    LegalForm,
    Obligation,
    Stage,
)
from storage.records import LedgerEntry
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
