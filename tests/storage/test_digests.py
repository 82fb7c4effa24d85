"""What is held for a route stands in one digest: nothing is lost, nothing is told twice."""

from __future__ import annotations

import asyncio
import signal
import sys
import tempfile
import textwrap
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.routing import plan
from classifiers.assessment import Head, Stage
from feeds.article import Feed
from storage.records import (
    Assessed,
    Delivery,
    DigestItem,
    Held,
    Message,
    Mode,
    Origin,
    Route,
)
from storage.store import Store
from tests.storage.makers import NOW, Desk, assessed, claim

ROOT = Path(__file__).parents[2]
DAILY = Route("daily", "slack:C1", mode=Mode.DAILY, origin=Origin.CHAT)
MORNING = datetime.fromisoformat("2026-03-03T07:00Z")
PLEDGE = ("Britain pledges troops", claim())
SIGNATURE = ("Britain signs on troops", claim(stage=Stage.POLITICAL_TEXT))
TREATY = ("Britain signs a binding treaty on troops", claim(stage=Stage.SIGNED_BINDING))
STORIES = {
    "EST": ("Paris offers patrols on the border", "FRA"),
    "TWN": ("Washington vows help across the strait", "USA"),
    "JPN": ("Canberra promises ships", "AUS"),
    "MDA": ("Bucharest will train its neighbours", "ROU"),
    "ARM": ("Delhi will guard the passes", "IND"),
}
CHATS = frozenset({"slack", "discord", "terminal"})


@pytest.fixture
async def daily(desk: Desk) -> Desk:
    """A route with a digest at 07:00; it is noon of the day before."""
    desk.plan = plan
    await desk.store.add_route(DAILY, now=NOW)
    return desk


def story(state: str, **about: Any) -> Assessed:
    """A report of something of its own that is promised to a state."""
    title, committer = STORIES[state]
    return assessed(title, claim(committers=(committer,), beneficiaries=(state,)), **about)


async def release(store: Store, now: datetime = MORNING) -> int:
    """What the service does every few seconds; how many digests were made."""
    return sum([await store.make_digest(r.name, now=now) for r in await store.due_digests(now)])


async def lease(store: Store, now: datetime = MORNING) -> list[Delivery]:
    return await store.lease_deliveries(now, limit=9, lease=timedelta(minutes=2), chats=CHATS)


async def send(store: Store, now: datetime = MORNING) -> list[tuple[str, list[DigestItem]]]:
    """Make and send what is due: the channel and the contents of each digest."""
    await release(store, now)
    told = []
    for delivery in await lease(store, now):
        contents = await store.digest(delivery.id)
        told.append((delivery.channel, [item for item, _ in contents]))
        await store.mark_sent(delivery.id, Message(delivery.channel, delivery.key), 0, now=now)
    return told


async def kinds(store: Store) -> list[object]:
    return [row["kind"] for row in reversed(await store.deliveries())]


async def test_what_is_held_is_sent_once_when_its_time_has_come(daily: Desk) -> None:
    store = daily.store
    await daily.poll(assessed(*PLEDGE))
    assert await store.deliveries() == []
    assert await store.due_digests(MORNING - timedelta(seconds=1)) == []
    ((channel, (item,)),) = await send(store)
    assert (channel, item.why, item.what, item.queued) == ("slack:C1", Held.MODE, "", daily.now)
    assert await send(store, MORNING + timedelta(days=1)) == []


@pytest.mark.parametrize("names", [("Desk", "desk"), ("desk ", "other")])
async def test_however_its_name_is_spelt_a_route_has_its_digest(
    desk: Desk, names: tuple[str, str]
) -> None:
    desk.plan = plan
    routes = [Route(name, f"slack:C{n}", mode=Mode.DAILY) for n, name in enumerate(names)]
    await desk.store.sync_routes(routes, now=NOW)
    await desk.poll(assessed(*PLEDGE))
    assert {channel for channel, _ in await send(desk.store)} == {"slack:C0", "slack:C1"}
    assert await desk.store.due_digests(MORNING) == []


async def test_what_waits_for_a_route_is_sent_when_the_file_spells_its_name_otherwise(
    desk: Desk,
) -> None:
    desk.plan = plan
    await desk.store.sync_routes([Route("Daily ", "slack:C1", mode=Mode.DAILY)], now=NOW)
    await desk.poll(assessed(*PLEDGE))
    await desk.store.sync_routes([Route("daily", "slack:C1", mode=Mode.DAILY)], now=NOW)
    ((channel, items),) = await send(desk.store)
    assert (channel, len(items)) == ("slack:C1", 1)


async def test_a_digest_names_its_items_and_since_when_they_waited(daily: Desk) -> None:
    await daily.poll(assessed(*PLEDGE))
    first = daily.now
    await daily.poll(story("EST"))
    await release(daily.store)
    (delivery,) = await lease(daily.store)
    assert (delivery.kind, delivery.route, delivery.development_id) == ("digest", "daily", None)
    assert len(delivery.payload["items"]) == 2
    assert datetime.fromisoformat(delivery.payload["since"]) == first
    assert [d.short_id for _, d in await daily.store.digest(delivery.id)] == ["UKR-1", "EST-1"]


async def test_a_further_source_adds_nothing_before_the_digest_nor_after(daily: Desk) -> None:
    await daily.poll(assessed(*PLEDGE))
    await daily.poll(assessed("London ready to deploy troops", claim(), source="Courier"))
    ((_, items),) = await send(daily.store)
    assert len(items) == 1
    await daily.poll(assessed("UK troops ready to be deployed", claim(), source="Herald"))
    assert await send(daily.store, MORNING + timedelta(days=1)) == []


async def test_an_update_of_what_was_told_stands_in_the_next_digest(daily: Desk) -> None:
    await daily.poll(assessed(*PLEDGE))
    await send(daily.store)
    daily.now = MORNING
    await daily.poll(assessed(*SIGNATURE, source="Courier"))
    ((_, (item,)),) = await send(daily.store, MORNING + timedelta(days=1))
    assert item.what == "stage 2 pledge > 3 political text"


async def test_of_two_updates_before_a_digest_both_are_told(daily: Desk) -> None:
    await daily.poll(assessed(*PLEDGE))
    await send(daily.store)
    daily.now = MORNING
    await daily.poll(assessed(*SIGNATURE, source="Courier"))
    await daily.poll(assessed(*TREATY, source="Herald"))
    ((_, (item,)),) = await send(daily.store, MORNING + timedelta(days=1))
    assert (
        item.what == "stage 2 pledge > 3 political text · stage 3 political text > 4 signed binding"
    )


async def test_what_grew_before_it_was_told_is_told_as_new_and_as_it_is(daily: Desk) -> None:
    await daily.poll(assessed(*PLEDGE))
    await daily.poll(assessed(*SIGNATURE, source="Courier"))
    await release(daily.store)
    (delivery,) = await lease(daily.store)
    ((item, development),) = await daily.store.digest(delivery.id)
    assert (item.what, development.claims[0].stage) == ("", Stage.POLITICAL_TEXT)


async def test_what_was_taken_back_before_is_left_out(daily: Desk) -> None:
    await daily.poll(assessed(*PLEDGE))
    await daily.poll(story("EST"))
    await daily.store.withdraw("UKR-1", plan, by="U1", now=NOW)
    ((_, items),) = await send(daily.store)
    assert len(items) == 1


EDITED = assessed("Rain on Monday", key="id:Gazette:Britain pledges troops")
"""The article of the pledge, which reports it no longer."""


async def test_what_its_only_source_took_back_is_not_told_as_new(daily: Desk) -> None:
    await daily.poll(assessed(*PLEDGE))
    await daily.poll(EDITED)
    assert await send(daily.store) == []


async def test_that_its_only_source_took_it_back_is_told_to_those_who_heard_of_it(
    daily: Desk,
) -> None:
    await daily.poll(assessed(*PLEDGE))
    await send(daily.store)
    daily.now = MORNING
    await daily.poll(EDITED)
    ((_, (item,)),) = await send(daily.store, MORNING + timedelta(days=1))
    assert item.what == "Gazette edited its article; it no longer reports this"


async def test_a_digest_of_which_nothing_is_left_is_not_made(daily: Desk) -> None:
    await daily.poll(assessed(*PLEDGE))
    await daily.store.withdraw("UKR-1", plan, by="U1", now=NOW)
    assert await send(daily.store) == []
    assert await daily.store.deliveries() == []


async def test_a_digest_that_was_made_and_lost_its_last_item_is_not_sent(daily: Desk) -> None:
    await daily.poll(assessed(*PLEDGE))
    assert await release(daily.store) == 1
    await daily.store.withdraw("UKR-1", plan, by="U1", now=MORNING)
    assert await lease(daily.store) == []
    assert await daily.store.deliveries() == []


async def test_a_story_muted_meanwhile_is_left_out(daily: Desk) -> None:
    await daily.poll(assessed(*PLEDGE))
    await daily.store.mute("UKR-1", "slack:C1", by="U1", now=NOW)
    assert await send(daily.store) == []


@pytest.mark.parametrize("silent", ["muted", "disabled"])
async def test_a_route_that_cannot_speak_goes_on_holding_and_then_tells_all_at_once(
    daily: Desk, silent: str
) -> None:
    store = daily.store
    await daily.poll(assessed(*PLEDGE))
    if silent == "muted":
        await store.mute_route("daily", MORNING + timedelta(hours=30))
    else:
        await store.disable_channel("slack:C1", "archived", now=NOW)
    assert await send(store) == []
    assert await send(store, MORNING + timedelta(days=1)) == []
    await store.enable_channel("slack:C1", now=MORNING)
    ((_, items),) = await send(store, MORNING + timedelta(days=2))
    assert len(items) == 1


async def test_what_a_removed_route_held_is_told_if_it_comes_back(daily: Desk) -> None:
    store = daily.store
    await daily.poll(assessed(*PLEDGE))
    removed = await store.remove_route("daily", now=NOW)
    assert await send(store) == []
    await store.add_route(removed, now=MORNING)
    assert len(await send(store)) == 1


async def test_what_a_removed_route_held_is_news_to_another(daily: Desk) -> None:
    store = daily.store
    await daily.poll(assessed(*PLEDGE))
    await store.remove_route("daily", now=NOW)
    await store.add_route(Route("hourly", "slack:C1", mode=Mode.HOURLY), now=NOW)
    await daily.poll(assessed("London ready to deploy troops", claim(), source="Courier"))
    ((_, (item,)),) = await send(store, NOW + timedelta(hours=1))
    assert item.what == ""
    await store.add_route(DAILY, now=MORNING)
    assert await send(store) == []


async def test_what_a_route_holds_goes_where_the_route_goes(daily: Desk) -> None:
    store = daily.store
    await daily.poll(assessed(*PLEDGE))
    await store.update_route("daily", Route("daily", "discord:7", mode=Mode.DAILY))
    ((channel, _),) = await send(store)
    assert channel == "discord:7"


async def test_of_two_held_that_were_merged_one_is_told(daily: Desk) -> None:
    await daily.poll(assessed(*PLEDGE))
    await daily.poll(story("EST"))
    await daily.store.merge("EST-1", "UKR-1", plan, by="U1", now=NOW)
    ((_, items),) = await send(daily.store)
    assert len(items) == 1


@pytest.mark.parametrize("moment", ["held", "made"])
async def test_what_is_merged_into_what_was_told_is_not_told_again(
    daily: Desk, moment: str
) -> None:
    store = daily.store
    await daily.poll(assessed(*PLEDGE))
    await send(store)
    daily.now = MORNING
    await daily.poll(story("EST"))
    if moment == "made":
        await release(store, MORNING + timedelta(days=1))
    await store.merge("EST-1", "UKR-1", plan, by="U1", now=MORNING)
    told = await send(store, MORNING + timedelta(days=1))
    assert len(told) == (moment == "made")  # too late: it is on its way, under the other's name


async def test_an_urgent_change_breaks_the_silence_and_leaves_the_digest(desk: Desk) -> None:
    desk.plan = plan
    night = Route("night", "slack:C1", quiet="11:00-14:00", urgent=(Head.SIGNED,))
    await desk.store.add_route(night, now=NOW)
    await desk.poll(assessed(*PLEDGE))
    assert await kinds(desk.store) == []
    await desk.poll(assessed(*SIGNATURE, source="Courier"))
    assert await kinds(desk.store) == ["alert"]
    assert await release(desk.store, NOW + timedelta(hours=2)) == 0


async def test_quiet_hours_release_one_digest_with_new_things_and_changes(desk: Desk) -> None:
    desk.plan, store = plan, desk.store
    await store.add_route(Route("night", "slack:C1", quiet="12:30-14:00"), now=NOW)
    await desk.poll(assessed(*PLEDGE))
    desk.now = NOW + timedelta(minutes=40)
    await desk.poll(assessed(*SIGNATURE, source="Courier"))
    await desk.poll(story("EST"))
    assert await kinds(store) == ["alert", "edit"]
    await store.mark_dead((await lease(store))[0].id, "a test", now=NOW)  # leaves the digest alone
    ((_, items),) = await send(store, NOW + timedelta(hours=2))
    assert [(i.why, i.what) for i in items] == [
        (Held.QUIET, "stage 2 pledge > 3 political text"),
        (Held.QUIET, ""),
    ]


async def test_above_the_ceiling_the_rest_of_the_hour_is_one_digest(desk: Desk) -> None:
    desk.plan, store = plan, desk.store
    await store.add_route(Route("capped", "slack:C1", ceiling=2), now=NOW)
    for state in STORIES:
        await desk.poll(story(state))
    assert await kinds(store) == ["alert", "alert"]
    full_hour = NOW + timedelta(hours=1)
    assert await release(store, full_hour) == 1
    digest = next(d for d in await store.deliveries() if d["kind"] == "digest")
    contents = await store.digest(int(str(digest["id"])))
    assert [d.short_id for _, d in contents] == ["JPN-1", "MDA-1", "ARM-1"]
    assert {item.why for item, _ in contents} == {Held.CEILING}


async def test_an_hour_later_alerts_are_free_again(desk: Desk) -> None:
    desk.plan = plan
    await desk.store.add_route(Route("capped", "slack:C1", ceiling=1), now=NOW)
    await desk.poll(assessed(*PLEDGE))
    desk.now += timedelta(hours=1)
    await desk.poll(story("TWN"))
    assert await kinds(desk.store) == ["alert", "alert"]


async def test_why_an_article_made_no_alert_names_the_digest_it_waits_for(daily: Desk) -> None:
    recorded = await daily.poll(assessed(*PLEDGE))
    assert recorded.relevant[0].outcome == (
        "made UKR-1; waits for a digest at 2026-03-03 07:00 UTC"
    )


async def test_what_was_told_is_remembered_when_old_deliveries_go(daily: Desk) -> None:
    store = daily.store
    await daily.poll(assessed(*PLEDGE))
    await send(store)
    later = MORNING + timedelta(days=100)
    await store.prune(bodies_before=NOW, deliveries_before=later)
    daily.now = MORNING
    await daily.poll(assessed("London ready to deploy troops", claim(), source="Courier"))
    assert await send(store, later) == []


async def test_what_waits_for_a_route_that_never_came_back_is_forgotten(daily: Desk) -> None:
    store = daily.store
    await daily.poll(assessed(*PLEDGE))
    await store.remove_route("daily", now=NOW)
    await store.prune(bodies_before=NOW, deliveries_before=MORNING + timedelta(days=1))
    await store.add_route(DAILY, now=NOW)
    assert await send(store, MORNING + timedelta(days=1)) == []


# --- crashes

KILLED = """
    import asyncio, os, signal, sys
    from datetime import timedelta
    from pathlib import Path
    from storage import deliveries, digests
    from storage.store import Store
    from tests.storage.test_digests import MORNING, lease

    def die(*_, **__):
        os.kill(os.getpid(), signal.SIGKILL)

    async def main(path, where):
        store = await Store.open(Path(path), service=True)
        if where == "before it is made":
            deliveries.insert_one = die
        if where == "while it is made":
            made = deliveries.insert_one
            digests.deliveries.insert_one = lambda *a, **k: (made(*a, **k), die())
        await store.make_digest("daily", now=MORNING)
        if where == "while it is sent":
            await lease(store)
        die()

    asyncio.run(main(sys.argv[1], sys.argv[2]))
"""


@pytest.mark.parametrize(
    ("where", "made", "reconciled"),
    [
        ("before it is made", 1, False),
        ("while it is made", 1, False),
        ("after it was made", 0, False),
        ("while it is sent", 0, True),
    ],
)
async def test_a_digest_survives_a_killed_process_once_and_whole(
    path: Path, where: str, made: int, reconciled: bool
) -> None:
    async with await Store.open(path) as store:
        feed = await store.add_feed(Feed("https://a.example/f"), origin=Origin.COMMAND, now=NOW)
        await store.add_route(DAILY, now=NOW)
        desk = Desk(store, feed.id, plan=plan)
        await desk.poll(assessed(*PLEDGE))
        await desk.poll(story("EST"))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", textwrap.dedent(KILLED), str(path), where, cwd=ROOT
    )
    assert await process.wait() == -signal.SIGKILL
    async with await Store.open(path, service=True) as store:
        await store.recover_leases(now=MORNING)
        assert await release(store) == made
        (delivery,) = await lease(store)
        assert delivery.reconcile is reconciled
        assert [d.short_id for _, d in await store.digest(delivery.id)] == ["UKR-1", "EST-1"]
        await store.mark_sent(delivery.id, Message("slack:C1", "m"), 0, now=MORNING)
        assert await send(store, MORNING + timedelta(days=1)) == []


steps = st.lists(
    st.one_of(
        st.tuples(st.just("report"), st.sampled_from(["EST", "TWN", "JPN"])),
        st.tuples(st.just("digest"), st.just("")),
        st.tuples(st.just("send"), st.just("")),
        st.tuples(st.just("restart"), st.just("")),
    ),
    min_size=4,
    max_size=25,
)


async def told_after(path: Path, sequence: Sequence[tuple[str, str]]) -> Counter[str]:
    """How often each development was told, after these steps and a last digest."""
    told: Counter[str] = Counter()
    store = await Store.open(path)
    feed = await store.add_feed(Feed("https://a.example/f"), origin=Origin.COMMAND, now=NOW)
    await store.add_route(Route("hourly", "slack:C1", mode=Mode.HOURLY), now=NOW)
    now = NOW
    for number, (step, state) in enumerate([*sequence, ("digest", ""), ("send", "")]):
        now += timedelta(hours=1)
        if step == "report":
            report = story(state, source=f"Outlet {number}")
            await Desk(store, feed.id, now, plan=plan).poll(report)
        elif step == "digest":
            await release(store, now)
        elif step == "send":
            while leased := await lease(store, now):
                told.update(d.short_id for _, d in await store.digest(leased[0].id))
                message = Message("slack:C1", leased[0].key)
                await store.mark_sent(leased[0].id, message, 0, now=now)
        else:
            await store.close()
            store = await Store.open(path)
            await store.recover_leases(now=now)
    await store.close()
    return told


@settings(max_examples=12, deadline=None)
@given(steps)
def test_whatever_the_order_of_reports_digests_and_restarts_each_story_is_told_once(
    sequence: list[tuple[str, str]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        told = asyncio.run(told_after(Path(folder) / "p.db", sequence))
    reported = {f"{state}-1" for step, state in sequence if step == "report"}
    assert told == Counter(reported)
