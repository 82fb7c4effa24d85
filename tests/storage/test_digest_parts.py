"""A digest and the replies that take what did not fit into it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.routing import plan
from classifiers.assessment import Stage
from feeds.schedule import FeedState
from storage.records import (
    Assessed,
    Delivery,
    DeliveryKind,
    DevelopmentChange,
    Held,
    Message,
    NewDelivery,
    NewDigestItem,
    Origin,
    Route,
    RoutingFacts,
)
from storage.store import Store
from tests.storage.makers import NOW, Desk, assessed, claim

LATER = NOW + timedelta(hours=1)
STORIES = (
    ("London pledges brigade", "GBR", "EST"),
    ("Paris offers Kyiv patrols", "FRA", "UKR"),
    ("Washington vows help across the strait", "USA", "TWN"),
    ("Canberra promises ships", "AUS", "JPN"),
    ("Bucharest will train neighbours", "ROU", "MDA"),
)
CHATS = frozenset({"slack"})


def hold(
    change: DevelopmentChange, routes: Sequence[Route], facts: RoutingFacts
) -> list[NewDelivery | NewDigestItem]:
    """Everything waits for the digest; of what the channel knows, the change."""
    what = change.what if facts.digested else ""
    if facts.digested and not what:
        return []
    return [NewDigestItem(r.channel, r.name, Held.MODE, LATER, what) for r in routes]


async def poll(desk: Desk, *batch: Assessed) -> None:
    desk.now += timedelta(minutes=1)
    state = FeedState(last_checked=desk.now)
    await desk.store.record_poll(desk.feed_id, batch, state, hold, now=desk.now)


@pytest.fixture
async def held(desk: Desk) -> Desk:
    """Five developments wait for the route's digest."""
    await desk.store.add_route(Route("desk", "slack:C1", origin=Origin.CHAT), now=NOW)
    for title, committer, beneficiary in STORIES:
        made = claim(committers=(committer,), beneficiaries=(beneficiary,))
        await poll(desk, assessed(title, made))
    return desk


async def lease(store: Store) -> Delivery | None:
    lease = timedelta(minutes=2)
    leased = await store.lease_deliveries(LATER, limit=9, lease=lease, chats=CHATS)
    return leased[0] if leased else None


async def main_of(desk: Desk, *sizes: int) -> Delivery:
    """The digest's main message, leased, the digest laid out in messages of so many."""
    assert await desk.store.make_digest("desk", now=LATER)
    main = await lease(desk.store)
    assert main is not None
    ids = [development.id for _, development in await desk.store.digest(main.id)]
    parts = [[ids.pop(0) for _ in range(size)] for size in sizes]
    await desk.store.lay_out_digest(main.id, parts)
    return main


async def sent(desk: Desk, delivery: Delivery, name: str = "m1") -> None:
    await desk.store.mark_sent(delivery.id, Message(delivery.channel, name), 0, now=LATER)


async def test_no_part_is_sent_before_the_main_message(held: Desk) -> None:
    main = await main_of(held, 3, 2)
    await held.store.mark_retry(main.id, "flood", not_before=LATER, unknown=False)
    again = await lease(held.store)
    assert again is not None
    assert (again.id, again.message, "part" in again.payload) == (main.id, None, False)


async def test_the_parts_follow_as_replies_to_the_main_message_in_their_order(held: Desk) -> None:
    main = await main_of(held, 2, 2, 1)
    await sent(held, main)
    for number in (1, 2):
        part = await lease(held.store)
        assert part is not None
        assert (part.kind, part.route) == (DeliveryKind.DIGEST, "desk")
        assert (part.payload["digest"], part.payload["part"]) == (main.id, number)
        assert part.message == Message("slack:C1", "m1")
        await sent(held, part, f"p{number}")
    assert await lease(held.store) is None


async def test_a_part_that_is_to_be_tried_again_holds_up_the_next(held: Desk) -> None:
    main = await main_of(held, 2, 2, 1)
    await sent(held, main)
    part = await lease(held.store)
    assert part is not None
    in_an_hour = LATER + timedelta(hours=1)
    await held.store.mark_retry(part.id, "flood", not_before=in_an_hour, unknown=False)
    assert await lease(held.store) is None


async def test_a_main_message_marked_as_sent_twice_has_its_parts_once(held: Desk) -> None:
    main = await main_of(held, 3, 2)
    await sent(held, main)
    await sent(held, main)
    listed = await held.store.deliveries()
    assert [row["state"] for row in listed] == ["waiting", "sent"]


async def test_each_item_knows_its_part(held: Desk) -> None:
    main = await main_of(held, 2, 3)
    told = await held.store.digest(main.id)
    assert [item.part for item, _ in told] == [0, 0, 1, 1, 1]


async def test_a_part_of_which_all_was_taken_back_is_dropped(held: Desk) -> None:
    main = await main_of(held, 4, 1)
    ((_, last),) = [one for one in await held.store.digest(main.id) if one[0].part == 1]
    await sent(held, main)
    await held.store.feedback(
        last.short_id, "not_relevant", plan, by="U1", platform="slack", now=LATER, admin=True
    )
    assert await lease(held.store) is None


async def test_the_main_message_goes_out_for_the_parts_where_all_of_its_own_was_taken_back(
    held: Desk,
) -> None:
    main = await main_of(held, 1, 4)
    await held.store.mark_retry(main.id, "flood", not_before=LATER, unknown=False)
    ((_, first),) = [one for one in await held.store.digest(main.id) if one[0].part == 0]
    await held.store.feedback(
        first.short_id, "not_relevant", plan, by="U1", platform="slack", now=LATER, admin=True
    )
    again = await lease(held.store)
    assert again is not None
    assert again.id == main.id


async def test_two_developments_made_one_stand_where_the_digest_comes_to_first(held: Desk) -> None:
    main = await main_of(held, 2, 3)
    told = await held.store.digest(main.id)
    first, last = told[0][1], told[-1][1]
    await held.store.merge(first.short_id, last.short_id, plan, by="operator", now=LATER)
    found = {d.short_id: item.part for item, d in await held.store.digest(main.id)}
    assert len(found) == 4
    assert 0 in {found.get(first.short_id), found.get(last.short_id)}


async def test_of_a_development_that_moved_the_digest_knows_what_the_channel_was_told(
    held: Desk,
) -> None:
    main = await main_of(held, 5)
    await sent(held, main)
    report = claim(committers=("FRA",), stage=Stage.POLITICAL_TEXT)
    await poll(held, assessed("Paris signs what it offered Kyiv", report, source="Courier"))
    assert await held.store.make_digest("desk", now=LATER)
    second = await lease(held.store)
    assert second is not None
    ((item, development),) = await held.store.digest(second.id)
    assert item.before is not None
    assert (item.before.stage, development.claims[0].stage) == (
        Stage.PLEDGE,
        Stage.POLITICAL_TEXT,
    )
    assert item.before.evidence == ()
