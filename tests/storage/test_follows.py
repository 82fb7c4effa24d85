"""Following a development, and muting it in a channel."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.routing import plan
from classifiers.assessment import Stage
from storage.errors import NotFound
from storage.records import Message, Origin, Route
from storage.store import Store
from tests.storage.makers import NOW, Desk, assessed, claim

ANNA, BORYS = "slack:@U1", "discord:@2"
SIGNED = claim(stage=Stage.POLITICAL_TEXT)


@pytest.fixture
async def newsroom(desk: Desk) -> Desk:
    """A pledge, UKR-1, whose alert stands in a channel."""
    desk.plan = plan
    await desk.store.add_route(Route("desk", "slack:C1", origin=Origin.CHAT), now=NOW)
    await desk.poll(assessed("Britain pledges troops", claim()))
    (alert,) = await desk.store.lease_deliveries(
        NOW + timedelta(hours=1), limit=1, lease=timedelta(minutes=1), chats=frozenset({"slack"})
    )
    await desk.store.mark_sent(alert.id, Message("slack:C1", "m1"), 1, now=NOW)
    return desk


async def kinds(store: Store) -> list[tuple[object, object]]:
    """What was queued since the alert, oldest first."""
    rows = [row for row in await store.deliveries() if row["kind"] != "alert"]
    return [(row["kind"], row["channel"]) for row in reversed(rows)]


async def sign(desk: Desk) -> None:
    """The pledge becomes a signed declaration."""
    await desk.poll(assessed("Britain signs on troops", SIGNED, source="Courier"))


async def test_who_follows_a_development_is_told_when_it_moves(newsroom: Desk) -> None:
    store = newsroom.store
    assert await store.follow("ukr-1", ANNA, now=NOW)
    assert await store.follow("UKR-1", BORYS, now=NOW)
    await newsroom.poll(assessed("London ready to deploy", claim(), source="Herald"))
    await sign(newsroom)
    assert await kinds(store) == [
        ("edit", "slack:C1"),
        ("reply", "slack:C1"),
        ("follow", BORYS),
        ("follow", ANNA),
    ]


async def test_following_twice_is_following_once(newsroom: Desk) -> None:
    assert await newsroom.store.follow("UKR-1", ANNA, now=NOW)
    assert not await newsroom.store.follow("UKR-1", ANNA, now=NOW)


async def test_who_follows_no_longer_is_told_no_more(newsroom: Desk) -> None:
    store = newsroom.store
    await store.follow("UKR-1", ANNA, now=NOW)
    assert await store.unfollow("UKR-1", ANNA)
    assert not await store.unfollow("UKR-1", ANNA)
    await sign(newsroom)
    assert ("follow", ANNA) not in await kinds(store)


async def test_a_person_sees_what_they_follow_last_first(newsroom: Desk) -> None:
    store = newsroom.store
    await newsroom.poll(assessed("France pledges jets to Taiwan", claim(beneficiaries=("TWN",))))
    await store.follow("UKR-1", ANNA, now=NOW)
    await store.follow("TWN-1", ANNA, now=NOW + timedelta(minutes=1))
    assert [d.short_id for d in await store.following(ANNA)] == ["TWN-1", "UKR-1"]
    assert await store.following(BORYS) == []
    assert await store.unfollow_all(ANNA) == 2
    assert await store.following(ANNA) == []


async def test_what_does_not_exist_can_be_neither_followed_nor_muted(store: Store) -> None:
    with pytest.raises(NotFound, match="No development is called “UKR-9”"):
        await store.follow("UKR-9", ANNA, now=NOW)
    with pytest.raises(NotFound):
        await store.mute("UKR-9", "slack:C1", by="U1", now=NOW)


async def test_a_muted_alert_is_kept_true_and_nothing_else_is_said(newsroom: Desk) -> None:
    store = newsroom.store
    assert await store.mute("UKR-1", "slack:C1", by="U1", now=NOW)
    assert not await store.mute("UKR-1", "slack:C1", by="U2", now=NOW)
    await sign(newsroom)
    assert await kinds(store) == [("edit", "slack:C1")]


async def test_a_story_is_muted_for_one_channel_only(newsroom: Desk) -> None:
    store = newsroom.store
    await store.add_route(Route("other", "discord:7", origin=Origin.CHAT), now=NOW)
    await store.mute("UKR-1", "slack:C1", by="U1", now=NOW)
    await sign(newsroom)
    channels = {row["channel"] for row in await store.deliveries() if row["state"] == "waiting"}
    assert channels == {"slack:C1", "discord:7"}


async def test_a_muted_story_makes_no_new_alert(newsroom: Desk) -> None:
    store = newsroom.store
    await store.add_route(Route("other", "discord:7", origin=Origin.CHAT), now=NOW)
    await store.mute("UKR-1", "discord:7", by="U1", now=NOW)
    await sign(newsroom)
    assert all(row["channel"] == "slack:C1" for row in await store.deliveries())


async def test_what_is_unmuted_is_spoken_of_again(newsroom: Desk) -> None:
    store = newsroom.store
    await store.mute("UKR-1", "slack:C1", by="U1", now=NOW)
    assert [d.short_id for d in await store.muted("slack:C1")] == ["UKR-1"]
    assert await store.unmute("UKR-1", "slack:C1")
    assert not await store.unmute("UKR-1", "slack:C1")
    await sign(newsroom)
    assert ("reply", "slack:C1") in await kinds(store)


async def test_after_a_merge_followers_and_mutes_hold_for_what_is_left(newsroom: Desk) -> None:
    store = newsroom.store
    await newsroom.poll(assessed("France pledges jets to Taiwan", claim(beneficiaries=("TWN",))))
    await store.follow("UKR-1", ANNA, now=NOW)
    await store.follow("TWN-1", ANNA, now=NOW)
    await store.follow("TWN-1", BORYS, now=NOW)
    await store.mute("TWN-1", "terminal", by="U1", now=NOW)
    await store.merge("TWN-1", "UKR-1", plan, by="U1", now=NOW)
    for person in (ANNA, BORYS):
        assert [d.short_id for d in await store.following(person)] == ["UKR-1"]
    assert [d.short_id for d in await store.muted("terminal")] == ["UKR-1"]


async def test_a_person_who_wants_to_be_forgotten_follows_nothing(newsroom: Desk) -> None:
    store = newsroom.store
    await store.follow("UKR-1", ANNA, now=NOW)
    await store.follow("UKR-1", BORYS, now=NOW)
    await store.mute("UKR-1", "slack:C1", by="U1", now=NOW)
    assert (await store.erase_person("U1", "slack")).follows_and_mutes == 2
    assert await store.following(ANNA) == []
    assert len(await store.following(BORYS)) == 1
    assert len(await store.muted("slack:C1")) == 1
