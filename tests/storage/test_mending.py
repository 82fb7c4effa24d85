"""What people mend, and that messages, ledger and search follow."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.routing import plan as real_plan
from classifiers.assessment import Direction, Stage
from storage.errors import Conflict, NotFound
from storage.records import (
    Author,
    ChangeKind,
    Delivery,
    DeliveryKind,
    Filter,
    Message,
    Origin,
    Route,
)
from tests.storage.makers import NOW, Desk, assessed, claim, plan

SWE = claim(committers=("SWE",), beneficiaries=("KEN",))
LATER = NOW + timedelta(hours=1)
TOLD = [DeliveryKind.EDIT, DeliveryKind.REPLY]


async def send_all(desk: Desk) -> list[tuple[DeliveryKind, str, Message | None]]:
    """Deliver what is due; what was sent where, and to which message."""
    sent: list[tuple[DeliveryKind, str, Message | None]] = []
    while True:
        leased = await desk.store.lease_deliveries(
            LATER, limit=10, lease=timedelta(minutes=1), chats=frozenset({"slack", "discord"})
        )
        if not leased:
            return sent
        for one in leased:
            development = await desk.store.development(str(one.development_id))
            assert development is not None
            message = one.message or Message(one.channel, f"m{one.id}")
            await desk.store.mark_sent(one.id, message, development.revision, now=LATER)
            sent.append((one.kind, development.short_id, one.message))


async def two(desk: Desk) -> None:
    """One act taken for two."""
    await desk.poll(assessed("Sweden pledges troops", SWE))
    far = NOW - timedelta(days=40)
    await desk.poll(assessed("Stockholm to deploy", SWE, source="Courier", published=far))


async def test_merging_joins_sources_and_the_old_name_leads_to_the_new(routed: Desk) -> None:
    await two(routed)
    merged = await routed.store.merge("KEN-2", "KEN-1", plan, by="Ada", now=LATER)
    assert [s.outlet for s in merged.sources] == ["Gazette", "Courier"]
    found = await routed.store.development("ken-2")
    assert found is not None
    assert found.short_id == "KEN-1"
    assert [d.short_id for d in await routed.store.latest(Filter())] == ["KEN-1"]


async def test_merging_confirms_what_two_outlets_report(routed: Desk) -> None:
    await two(routed)
    assert await routed.store.ledger(committer="SWE", beneficiary="KEN") == []
    await routed.store.merge("KEN-2", "KEN-1", plan, by="Ada", now=LATER)
    (entry,) = await routed.store.ledger(committer="SWE", beneficiary="KEN")
    assert entry.title == "Sweden pledges troops"


async def test_both_posted_messages_are_drawn_anew_after_a_merge(routed: Desk) -> None:
    await two(routed)
    await send_all(routed)
    await routed.store.merge("KEN-2", "KEN-1", plan, by="Ada", now=LATER)
    sent = await send_all(routed)
    assert Counter(kind for kind, _, _ in sent) == {DeliveryKind.EDIT: 2, DeliveryKind.REPLY: 1}
    assert {name for _, name, _ in sent} == {"KEN-1"}
    assert len({message for _, _, message in sent}) == 2


async def test_a_channel_with_only_the_merged_message_keeps_it_as_the_others(routed: Desk) -> None:
    await two(routed)
    await send_all(routed)
    await routed.store.add_route(Route("b", "discord:7", origin=Origin.CHAT), now=NOW)
    third = NOW - timedelta(days=90)
    await routed.poll(assessed("Swedes to Kenya", SWE, source="Herald", published=third))
    await routed.store.remove_route("desk", now=NOW)
    await send_all(routed)
    await routed.store.merge("KEN-3", "KEN-1", plan, by="Ada", now=LATER)
    await send_all(routed)
    recorded = await routed.poll(assessed("Swedish soldiers", SWE, source="Post"))
    assert recorded.deliveries == 1
    assert [kind for kind, _, _ in await send_all(routed)] == [DeliveryKind.EDIT]


async def lease(desk: Desk) -> Delivery:
    """What is due first."""
    (leased,) = await desk.store.lease_deliveries(
        LATER, limit=1, lease=timedelta(minutes=1), chats=frozenset({"slack", "discord"})
    )
    return leased


async def three(desk: Desk) -> None:
    """One act taken for three, as the application tells it."""
    desk.plan = real_plan
    await two(desk)
    farther = NOW - timedelta(days=90)
    await desk.poll(assessed("Swedes to Kenya", SWE, source="Herald", published=farther))


async def merge(desk: Desk, wrong: str, into: str) -> None:
    await desk.store.merge(wrong, into, real_plan, by="Ada", now=LATER)


async def edited(desk: Desk) -> list[str]:
    """The messages that are drawn anew by what is due."""
    sent = await send_all(desk)
    return sorted(m.id for kind, _, m in sent if kind is DeliveryKind.EDIT and m)


async def test_of_two_alerts_that_wait_a_merge_leaves_one(routed: Desk) -> None:
    await three(routed)
    await merge(routed, "KEN-2", "KEN-1")
    await merge(routed, "KEN-1", "KEN-3")
    assert [(kind, name) for kind, name, _ in await send_all(routed)] == [
        (DeliveryKind.ALERT, "KEN-3")
    ]


async def test_what_was_to_be_said_of_an_alert_goes_with_it(routed: Desk) -> None:
    await three(routed)
    signed = replace(SWE, stage=Stage.SIGNED_BINDING)
    far = NOW - timedelta(days=40)
    await routed.poll(assessed("Stockholm signs", signed, source="Herald", published=far))
    await merge(routed, "KEN-2", "KEN-1")
    assert Counter(row["kind"] for row in await routed.store.deliveries(state="waiting")) == {
        "alert": 2,
        "edit": 1,
    }


async def test_an_alert_that_waits_is_not_said_to_have_been_merged(routed: Desk) -> None:
    await three(routed)
    await routed.store.remove_route("desk", now=NOW)
    await routed.store.add_route(Route("b", "discord:7", origin=Origin.CHAT), now=NOW)
    fourth = NOW - timedelta(days=140)
    await routed.poll(assessed("Swedes for Kenya", SWE, source="Post", published=fourth))
    await merge(routed, "KEN-4", "KEN-1")
    assert [(kind, name) for kind, name, _ in await send_all(routed)] == [
        (DeliveryKind.ALERT, "KEN-1")
    ]


async def test_the_posted_message_takes_the_place_of_the_alert_that_waits(routed: Desk) -> None:
    await three(routed)
    alert = await lease(routed)
    await routed.store.mark_sent(alert.id, Message(alert.channel, "m1"), 1, now=LATER)
    await merge(routed, "KEN-1", "KEN-2")
    await merge(routed, "KEN-2", "KEN-3")
    sent = await send_all(routed)
    assert {kind for kind, _, _ in sent} == set(TOLD)
    assert {(name, message and message.id) for _, name, message in sent} == {("KEN-3", "m1")}


async def test_an_alert_that_failed_while_it_was_merged_is_not_sent_again(routed: Desk) -> None:
    await three(routed)
    first = await lease(routed)
    await routed.store.mark_sent(first.id, Message(first.channel, "m1"), 1, now=LATER)
    second = await lease(routed)
    await merge(routed, "KEN-2", "KEN-1")
    await routed.store.mark_retry(second.id, "busy", not_before=LATER, unknown=False)
    sent = await send_all(routed)
    assert [name for kind, name, _ in sent if kind is DeliveryKind.ALERT] == ["KEN-3"]


async def test_all_messages_follow_the_development_that_they_were_merged_into(
    routed: Desk,
) -> None:
    await three(routed)
    await send_all(routed)
    await merge(routed, "KEN-2", "KEN-1")
    await merge(routed, "KEN-1", "KEN-3")
    assert await edited(routed) == ["m1", "m2", "m3"]
    await routed.store.withdraw("KEN-3", real_plan, by="Ada", now=LATER)
    assert await edited(routed) == ["m1", "m2", "m3"]
    await routed.store.reinstate("KEN-3", real_plan, by="Ada", now=LATER)
    assert await edited(routed) == ["m1", "m2", "m3"]
    wrong = (await routed.only()).sources[1].article_id
    await routed.store.split("KEN-3", [wrong], real_plan, by="Ada", now=LATER)
    assert await edited(routed) == ["m1", "m2", "m3"]


async def test_all_messages_gain_a_source_and_follow_an_undoing(routed: Desk) -> None:
    await three(routed)
    await send_all(routed)
    await merge(routed, "KEN-2", "KEN-1")
    await send_all(routed)
    await routed.poll(assessed("Swedish soldiers", SWE, source="Post"))
    assert await edited(routed) == ["m1", "m2"]
    ada = routed.store.by(Author("U1", "slack", "T1", "Ada"))
    await ada.withdraw("KEN-1", real_plan, now=LATER)
    assert await edited(routed) == ["m1", "m2"]
    await ada.undo(None, real_plan, space=None, now=LATER)
    assert await edited(routed) == ["m1", "m2"]


async def test_what_is_said_after_a_merge_stands_under_the_developments_own_message(
    routed: Desk,
) -> None:
    await three(routed)
    await send_all(routed)
    await merge(routed, "KEN-2", "KEN-1")
    merged = await send_all(routed)
    await routed.store.withdraw("KEN-1", real_plan, by="Ada", now=LATER)
    replies = [
        message and message.id
        for kind, _, message in [*merged, *await send_all(routed)]
        if kind is DeliveryKind.REPLY
    ]
    assert replies == ["m2", "m1"]


async def test_a_message_that_was_drawn_often_follows_one_that_seldom_changed(
    routed: Desk,
) -> None:
    routed.plan = real_plan
    await routed.poll(assessed("Sweden pledges troops", SWE))
    await send_all(routed)
    await routed.store.remove_route("desk", now=NOW)
    await routed.store.add_route(Route("b", "discord:7", origin=Origin.CHAT), now=NOW)
    far = NOW - timedelta(days=40)
    for outlet in ("Courier", "Herald", "Post", "Times"):
        await routed.poll(assessed("Stockholm to deploy", SWE, source=outlet, published=far))
    await send_all(routed)
    await merge(routed, "KEN-2", "KEN-1")
    assert await edited(routed) == ["m1", "m2"]


async def test_a_merge_leaves_no_given_up_alert_of_what_the_channel_has(routed: Desk) -> None:
    await three(routed)
    alert = await lease(routed)
    await routed.store.mark_dead(alert.id, "refused", now=LATER)
    await merge(routed, "KEN-1", "KEN-2")
    assert (await routed.store.figures()).dead == 0
    assert await routed.store.retry_dead(None, now=LATER) == 0


async def test_a_development_is_not_merged_with_itself(routed: Desk) -> None:
    await two(routed)
    with pytest.raises(Conflict, match="KEN-1 already"):
        await routed.store.merge("KEN-1", "KEN-1", plan, by="Ada", now=LATER)
    with pytest.raises(NotFound, match="KEN-9"):
        await routed.store.merge("KEN-9", "KEN-1", plan, by="Ada", now=LATER)


async def test_splitting_makes_a_development_that_is_alerted(routed: Desk) -> None:
    await routed.poll(assessed("Sweden pledges troops", SWE))
    await routed.poll(assessed("Stockholm to deploy", SWE, source="Courier"))
    await send_all(routed)
    wrong = (await routed.only()).sources[1].article_id
    change = await routed.store.split("KEN-1", [wrong], plan, by="Ada", now=LATER)
    assert (change.kind, change.development.short_id) == (ChangeKind.NEW, "KEN-2")
    assert [(kind, name) for kind, name, _ in await send_all(routed)] == [
        (DeliveryKind.EDIT, "KEN-1"),
        (DeliveryKind.REPLY, "KEN-1"),
        (DeliveryKind.ALERT, "KEN-2"),
    ]
    assert await routed.store.ledger(committer="SWE", beneficiary="KEN") == []


async def test_splitting_off_the_lead_leaves_the_claims_of_the_next(routed: Desk) -> None:
    await routed.poll(assessed("Sweden pledges troops", SWE))
    second = replace(SWE, confidence=0.5)
    await routed.poll(assessed("Stockholm to deploy", second, source="Courier"))
    lead = (await routed.only()).lead.article_id
    await routed.store.split("KEN-1", [lead], plan, by="Ada", now=LATER)
    left = await routed.store.development("KEN-1")
    assert left is not None
    assert (left.lead.outlet, left.claims[0].confidence) == ("Courier", 0.5)


async def test_all_of_a_development_cannot_be_split_off(routed: Desk) -> None:
    await routed.poll(assessed("Sweden pledges troops", SWE))
    only = (await routed.only()).sources[0].article_id
    with pytest.raises(Conflict, match="but not all"):
        await routed.store.split("KEN-1", [only], plan, by="Ada", now=LATER)


async def confirmed(desk: Desk) -> None:
    await desk.poll(assessed("Sweden pledges troops", SWE))
    await desk.poll(assessed("Stockholm to deploy", SWE, source="Courier"))


async def test_an_admins_not_relevant_takes_it_back_at_once(routed: Desk) -> None:
    await confirmed(routed)
    await send_all(routed)
    given = await routed.store.feedback(
        "KEN-1", "not_relevant", plan, by="Ada", platform="slack", now=LATER, admin=True, space="T1"
    )
    assert given.state == "applied"
    assert await routed.store.latest(Filter()) == []
    assert await routed.store.ledger(committer="SWE", beneficiary="KEN") == []
    assert [kind for kind, _, _ in await send_all(routed)] == TOLD


async def test_a_members_correction_waits_for_an_admin_of_the_same_server(routed: Desk) -> None:
    await confirmed(routed)
    given = await routed.store.feedback(
        "KEN-1", "not_relevant", plan, by="Bo", platform="slack", now=LATER, space="T1"
    )
    assert given.state == "waiting"
    assert len(await routed.store.latest(Filter())) == 1
    with pytest.raises(NotFound):
        await routed.store.decide_feedback(
            given.id, plan, accept=True, by="Eve", space="T2", now=LATER
        )
    done = await routed.store.decide_feedback(
        given.id, plan, accept=True, by="Ada", space="T1", now=LATER
    )
    assert done.state == "applied"
    assert await routed.store.latest(Filter()) == []


async def test_what_was_taken_back_can_be_reinstated(routed: Desk) -> None:
    await confirmed(routed)
    await routed.store.withdraw("KEN-1", plan, by="Ada", now=LATER)
    await routed.store.reinstate("KEN-1", plan, by="Ada", now=LATER)
    assert len(await routed.store.ledger(committer="SWE", beneficiary="KEN")) == 1


async def test_a_correction_changes_claims_ledger_and_message(routed: Desk) -> None:
    await confirmed(routed)
    await send_all(routed)
    right = replace(SWE, stage=Stage.SIGNED_BINDING, direction=Direction.NEW)
    corrected = await routed.store.correct(
        "KEN-1", (right,), plan, by="Ada", now=LATER, note="treaty"
    )
    assert corrected.status == "corrected"
    assert "Ada corrected stage 2 pledge > 4 signed binding (treaty)" in corrected.history[-1]
    (entry,) = await routed.store.ledger(committer="SWE", beneficiary="KEN")
    assert entry.stage is Stage.SIGNED_BINDING
    assert [kind for kind, _, _ in await send_all(routed)] == TOLD


async def test_a_person_is_forgotten_on_request_and_the_verdict_stays(routed: Desk) -> None:
    await confirmed(routed)
    await routed.store.feedback("KEN-1", "confirmed", plan, by="U7", platform="slack", now=LATER)
    assert (await routed.store.erase_person("U7", "slack")).feedback == 1
    (left,) = await routed.store.feedback_given()
    assert (left.by, left.verdict) == ("", "confirmed")


async def test_precision_counts_alerts_by_route(routed: Desk) -> None:
    await confirmed(routed)
    await routed.poll(assessed("France rules out jets", claim(committers=("FRA",))))
    await send_all(routed)
    await routed.store.withdraw("UKR-1", plan, by="Ada", now=LATER)
    (desk,) = await routed.store.precision("route", since=NOW)
    assert (desk.group, desk.alerts, desk.confirmed, desk.rejected) == ("desk", 2, 1, 1)
    assert len(await routed.store.precision("week", since=NOW)) == 1
    assert {p.group for p in await routed.store.precision("source", since=NOW)} == {"Gazette"}
