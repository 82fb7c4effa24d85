"""The outbox."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from classifiers.assessment import Stage
from storage.errors import Conflict
from storage.records import (
    Delivery,
    DeliveryKind,
    Message,
    NewDelivery,
    Origin,
    Route,
)
from storage.store import Store
from tests.storage.makers import NOW, Desk, assessed, claim, plan

CHATS = frozenset({"slack", "discord", "terminal"})
LATER = NOW + timedelta(hours=1)


async def lease(
    store: Store, now: datetime = LATER, *, busy: frozenset[str] = frozenset(), limit: int = 10
) -> list[Delivery]:
    return await store.lease_deliveries(
        now, limit=limit, lease=timedelta(minutes=2), chats=CHATS, busy=busy
    )


async def pledge(
    desk: Desk, title: str = "Britain pledges troops", source: str = "Gazette"
) -> None:
    await desk.poll(assessed(title, claim(), source=source))


async def sent(desk: Desk, delivery: Delivery, revision: int = 1, message: str = "m1") -> None:
    await desk.store.mark_sent(delivery.id, Message(delivery.channel, message), revision, now=LATER)


async def test_an_alert_is_leased_once(routed: Desk) -> None:
    await pledge(routed)
    (alert,) = await lease(routed.store)
    assert (alert.kind, alert.attempts, alert.reconcile, alert.message) == (
        DeliveryKind.ALERT,
        1,
        False,
        None,
    )
    assert len(alert.key) <= 25
    assert await lease(routed.store) == []


async def test_keys_are_never_repeated(routed: Desk) -> None:
    await routed.store.enqueue(
        [NewDelivery(DeliveryKind.NOTICE, "terminal", "") for _ in range(50)], now=NOW
    )
    listed = await routed.store.deliveries()
    assert len({row["key"] for row in listed}) == 50


async def test_an_edit_waits_for_its_alert_and_carries_its_message(routed: Desk) -> None:
    await pledge(routed)
    (alert,) = await lease(routed.store)
    await pledge(routed, "London ready to deploy", "Courier")
    assert await lease(routed.store) == []
    await sent(routed, alert)
    (edit,) = await lease(routed.store)
    assert (edit.kind, edit.message) == (DeliveryKind.EDIT, Message("slack:C1", "m1"))


async def test_an_edit_to_what_was_drawn_already_is_dropped(routed: Desk) -> None:
    await pledge(routed)
    await pledge(routed, "London ready to deploy", "Courier")
    (alert,) = await lease(routed.store)
    await sent(routed, alert, revision=2)
    assert await lease(routed.store) == []
    assert [row["kind"] for row in await routed.store.deliveries()] == ["alert"]


async def test_edits_that_wait_are_one(routed: Desk) -> None:
    await pledge(routed)
    (alert,) = await lease(routed.store)
    await pledge(routed, "London ready to deploy", "Courier")
    await pledge(routed, "UK soldiers for Ukraine", "Herald")
    await sent(routed, alert)
    (edit,) = await lease(routed.store)
    await sent(routed, edit, revision=3)
    assert await lease(routed.store) == []


async def test_a_reply_names_the_alert_as_its_parent(routed: Desk) -> None:
    await pledge(routed)
    (alert,) = await lease(routed.store)
    await sent(routed, alert)
    signed = claim(stage=Stage.POLITICAL_TEXT)
    await routed.poll(assessed("Britain signs on troops", signed, source="Courier"))
    (edit,) = await lease(routed.store)
    await sent(routed, edit, revision=2)
    (reply,) = await lease(routed.store)
    assert reply.kind is DeliveryKind.REPLY
    assert reply.message == Message("slack:C1", "m1")
    assert reply.payload == {"text": "stage 2 pledge > 3 political text"}


async def test_edits_and_replies_of_a_dead_alert_are_dropped(routed: Desk) -> None:
    await pledge(routed)
    (alert,) = await lease(routed.store)
    signed = claim(stage=Stage.POLITICAL_TEXT)
    await routed.poll(assessed("Britain signs on troops", signed, source="Courier"))
    await routed.store.mark_dead(alert.id, "refused", now=LATER)
    assert await lease(routed.store) == []
    assert (await routed.store.figures()).waiting == 0


async def test_a_lease_at_start_is_of_unknown_outcome_and_no_failed_attempt(routed: Desk) -> None:
    await pledge(routed)
    (alert,) = await lease(routed.store)
    assert await routed.store.recover_leases(now=LATER) == 1
    (again,) = await lease(routed.store)
    assert (again.id, again.key, again.reconcile, again.attempts) == (alert.id, alert.key, True, 1)
    assert again.first_attempt == LATER


async def test_a_lease_that_ran_out_is_of_unknown_outcome(routed: Desk) -> None:
    await pledge(routed)
    await lease(routed.store)
    (again,) = await lease(routed.store, LATER + timedelta(minutes=3))
    assert again.reconcile


async def test_a_retry_waits_for_its_time(routed: Desk) -> None:
    await pledge(routed)
    (alert,) = await lease(routed.store)
    soon = LATER + timedelta(minutes=5)
    await routed.store.mark_retry(alert.id, "busy", not_before=soon, unknown=False)
    assert await lease(routed.store) == []
    (again,) = await lease(routed.store, soon)
    assert not again.reconcile


async def test_what_may_have_been_posted_stays_to_be_reconciled(routed: Desk) -> None:
    await pledge(routed)
    (alert,) = await lease(routed.store)
    await routed.store.mark_retry(alert.id, "line cut", not_before=LATER, unknown=True)
    (second,) = await lease(routed.store)
    await routed.store.mark_retry(second.id, "503", not_before=LATER, unknown=False)
    (third,) = await lease(routed.store)
    assert third.reconcile


async def test_one_delivery_a_channel_and_none_for_busy_ones(routed: Desk) -> None:
    await routed.store.add_route(Route("b", "discord:7", origin=Origin.CHAT), now=NOW)
    await pledge(routed)
    await routed.poll(assessed("France pledges jets", claim(committers=("FRA",))))
    leased = await lease(routed.store, busy=frozenset({"discord:7"}))
    assert [d.channel for d in leased] == ["slack:C1"]


async def test_a_slow_message_delays_no_other_development(routed: Desk) -> None:
    await pledge(routed)
    await routed.poll(assessed("France pledges jets", claim(committers=("FRA",))))
    (first,) = await lease(routed.store)
    await routed.store.mark_retry(
        first.id, "odd", not_before=LATER + timedelta(hours=1), unknown=False
    )
    (second,) = await lease(routed.store)
    assert second.development_id != first.development_id


async def test_what_waits_for_a_disabled_channel_goes_on_waiting(routed: Desk) -> None:
    await pledge(routed)
    names = await routed.store.disable_channel("slack:C1", "archived", now=LATER)
    assert names == ["desk"]
    assert await lease(routed.store) == []
    assert (await routed.store.routes())[0].disabled == "archived"
    await routed.store.enable_channel("slack:C1", now=LATER)
    assert len(await lease(routed.store)) == 1


async def test_a_platform_that_is_off_is_not_served(routed: Desk) -> None:
    await pledge(routed)
    leased = await routed.store.lease_deliveries(
        LATER, limit=5, lease=timedelta(minutes=1), chats=frozenset({"discord"})
    )
    assert leased == []


async def test_what_waited_for_a_removed_route_is_given_up(routed: Desk) -> None:
    await pledge(routed)
    await routed.store.remove_route("desk", now=LATER)
    (row,) = await routed.store.deliveries(state="dead")
    assert row["reason"] == "its route was removed"


async def test_a_dead_delivery_is_tried_again_when_told_to(routed: Desk) -> None:
    await pledge(routed)
    (alert,) = await lease(routed.store)
    await routed.store.mark_dead(alert.id, "refused", now=LATER)
    assert await routed.store.retry_dead(None, now=LATER) == 1
    (again,) = await lease(routed.store)
    assert (again.id, again.attempts) == (alert.id, 1)


async def given_up(desk: Desk, *, unknown: bool = False) -> Delivery:
    """A dead alert; `unknown`: which may have been posted."""
    await pledge(desk)
    (alert,) = await lease(desk.store)
    if unknown:
        await desk.store.mark_retry(alert.id, "line cut", not_before=LATER, unknown=True)
        (alert,) = await lease(desk.store)
    await desk.store.mark_dead(alert.id, "an outage", now=LATER)
    return alert


async def test_a_given_up_alert_goes_out_with_the_next_update_and_not_again(routed: Desk) -> None:
    dead = await given_up(routed)
    signed = claim(stage=Stage.POLITICAL_TEXT)
    await routed.poll(assessed("Britain signs on troops", signed, source="Courier"))
    (row,) = await routed.store.deliveries()
    assert (row["id"], row["state"], row["attempts"]) == (dead.id, "waiting", 0)
    (alert,) = await lease(routed.store)
    await sent(routed, alert, revision=2)
    assert await routed.store.retry_dead(None, now=LATER) == 0
    assert await lease(routed.store) == []
    (row,) = await routed.store.deliveries()
    assert (row["state"], row["message"], row["reason"]) == ("sent", "m1", "")


async def test_a_given_up_alert_that_may_have_been_posted_is_looked_for(routed: Desk) -> None:
    dead = await given_up(routed, unknown=True)
    await pledge(routed, "London ready to deploy", "Courier")
    (alert,) = await lease(routed.store)
    assert (alert.key, alert.reconcile, alert.first_attempt) == (dead.key, True, LATER)


async def test_an_alert_that_died_where_another_was_sent_is_not_tried_again(routed: Desk) -> None:
    store, far = routed.store, NOW - timedelta(days=40)
    await pledge(routed)
    await routed.poll(assessed("London to deploy", claim(), source="Courier", published=far))
    (first,) = await lease(store)
    await sent(routed, first)
    (second,) = await lease(store)
    await store.merge("UKR-2", "UKR-1", plan, by="Ada", now=LATER)
    await store.mark_dead(second.id, "refused", now=LATER)
    assert await store.retry_dead(None, now=LATER) == 0
    with pytest.raises(Conflict, match="another alert of the development"):
        await store.retry_dead(second.id, now=LATER)
    (row,) = await store.deliveries(state="dead")
    assert row["reason"] == "its channel has another alert of the development"


async def test_a_channel_gets_one_alert_though_two_routes_lead_there(routed: Desk) -> None:
    await routed.store.add_route(Route("second", "slack:C1", origin=Origin.CHAT), now=NOW)
    await pledge(routed)
    assert len(await routed.store.deliveries()) == 1


async def test_a_changed_route_of_the_file_is_enabled_again(store: Store) -> None:
    await store.sync_routes([Route("desk", "slack:C1")], now=NOW)
    await store.disable_channel("slack:C1", "archived", now=NOW)
    await store.sync_routes([Route("desk", "slack:C1")], now=NOW)
    assert (await store.routes())[0].disabled == "archived"
    await store.sync_routes([Route("desk", "slack:C1", beneficiaries=("UKR",))], now=NOW)
    assert (await store.routes())[0].disabled == ""
