"""Corrections: kept with what was shown, applied at once or when an admin accepts them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from classifiers.assessment import Claim, Direction, Stage
from storage.errors import NotFound
from storage.records import Development, StoredFeedback
from tests.storage.makers import NOW, Desk, assessed, claim, plan

SWE = claim(committers=("SWE",), beneficiaries=("KEN",))
SIGNED = replace(SWE, stage=Stage.SIGNED_BINDING)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
async def told(routed: Desk) -> Desk:
    """After two outlets reported one pledge."""
    await routed.poll(assessed("Sweden pledges troops", SWE))
    await routed.poll(assessed("Stockholm to deploy", SWE, source="Courier"))
    return routed


async def development(desk: Desk) -> Development:
    found = await desk.store.development("KEN-1")
    assert found is not None
    return found


async def said(desk: Desk, right: Claim, **more: Any) -> StoredFeedback:
    given: dict[str, Any] = {"by": "U1", "platform": "slack", "now": LATER, "space": "T1"}
    given |= {"corrected": (right,), **more}
    return await desk.store.feedback("KEN-1", "corrected", plan, **given)


async def test_an_admins_correction_is_applied_at_once(told: Desk) -> None:
    given = await said(told, SIGNED, admin=True)
    assert given.state == "applied"
    changed = await development(told)
    assert (changed.claims[0].stage, changed.status) == (Stage.SIGNED_BINDING, "corrected")
    (entry,) = await told.store.ledger(committer="SWE", beneficiary="KEN")
    assert entry.stage is Stage.SIGNED_BINDING


async def test_a_members_correction_changes_nothing_until_it_is_accepted(told: Desk) -> None:
    given = await said(told, SIGNED)
    assert given.state == "waiting"
    assert (await development(told)).claims[0].stage is Stage.PLEDGE
    await told.store.decide_feedback(given.id, plan, accept=True, by="U9", space="T1", now=LATER)
    assert (await development(told)).claims[0].stage is Stage.SIGNED_BINDING


async def test_a_refused_correction_changes_nothing(told: Desk) -> None:
    given = await said(told, SIGNED)
    done = await told.store.decide_feedback(
        given.id, plan, accept=False, by="U9", space="T1", now=LATER
    )
    assert done.state == "refused"
    assert (await development(told)).claims[0].stage is Stage.PLEDGE


async def test_both_what_was_shown_and_what_is_right_are_kept(told: Desk) -> None:
    await said(told, SIGNED)
    (kept,) = await told.store.feedback_given()
    assert kept.shown[0].stage is Stage.PLEDGE
    assert kept.corrected == (SIGNED,)
    (row,) = await told.store.export("feedback")
    assert row["corrected"][0]["stage"] == 4


async def test_a_correction_accepted_late_leaves_what_changed_meanwhile(told: Desk) -> None:
    shown = (await development(told)).claims[0]
    given = await said(told, replace(shown, stage=Stage.SIGNED_BINDING))
    moved = replace(shown, beneficiaries=("KEN", "UGA"))
    await told.store.correct("KEN-1", (moved,), plan, by="Ada", now=LATER)
    await told.store.decide_feedback(given.id, plan, accept=True, by="U9", space="T1", now=LATER)
    now = (await development(told)).claims[0]
    assert (now.stage, now.beneficiaries) == (Stage.SIGNED_BINDING, ("KEN", "UGA"))


async def test_said_again_while_it_waits_it_is_one_feedback(told: Desk) -> None:
    await said(told, SIGNED)
    await said(told, replace(SWE, direction=Direction.REFUSED))
    (kept,) = await told.store.feedback_given(state="waiting")
    assert kept.corrected[0].direction is Direction.REFUSED


async def test_the_operator_decides_for_every_server_and_an_admin_for_the_own(told: Desk) -> None:
    given = await said(told, SIGNED)
    with pytest.raises(NotFound):
        await told.store.decide_feedback(
            given.id, plan, accept=True, by="U9", space="T2", now=LATER
        )
    done = await told.store.decide_feedback(
        given.id, plan, accept=True, by="op", space=None, now=LATER
    )
    assert done.state == "applied"


async def test_the_history_names_nobody(told: Desk) -> None:
    await said(told, SIGNED, admin=True)
    line = (await development(told)).history[-1]
    assert "an admin corrected stage 2 pledge > 4 signed binding" in line
    assert "U1" not in line
