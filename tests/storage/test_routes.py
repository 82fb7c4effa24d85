"""What is kept of a route, and who may change it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from classifiers.assessment import Direction, Head, Obligation, Stage
from storage.database import connect
from storage.errors import Conflict, NotFound
from storage.migrations import migrations
from storage.records import Mode, Origin, Route, Style
from storage.store import Store
from tests.storage.makers import NOW, Desk, assessed, claim

EVERYTHING = Route(
    name="Ukraine desk",
    channel="slack:C1",
    beneficiaries=("UKR",),
    committers=("GBR", "FRA"),
    directions=(Direction.NEW, Direction.WITHDRAWN),
    min_stage=Stage.PLEDGE,
    min_confidence=0.5,
    mode=Mode.WEEKLY,
    origin=Origin.CHAT,
    obligations=(Obligation.TROOP_DEPLOYMENT,),
    heads=(Head.PLEDGED, Head.WITHDRAWN),
    sources=("Gazette",),
    languages=("en", "uk"),
    words="nuclear|ядерн",
    at="06:30",
    zone="Europe/Kyiv",
    weekday=4,
    quiet="22:00-06:30",
    urgent=(Head.WITHDRAWN,),
    mention="slack:!subteam^S1",
    mention_heads=(Head.SIGNED,),
    mention_min_stage=Stage.SIGNED_BINDING,
    ceiling=12,
    style=Style.COMPACT,
    fields=("quotation", "change"),
    language="uk",
    muted_until=NOW + timedelta(days=1),
    space="T1",
)
PLAIN = Route("desk", "slack:C1", origin=Origin.CHAT)


async def only(store: Store) -> Route:
    (route,) = await store.routes()
    return route


async def test_every_setting_of_a_route_is_kept(store: Store) -> None:
    await store.add_route(EVERYTHING, now=NOW)
    assert await only(store) == EVERYTHING
    assert await store.route("ukraine DESK ") == EVERYTHING


async def test_a_route_is_changed_as_a_whole_and_says_how_it_was(store: Store) -> None:
    await store.add_route(PLAIN, now=NOW)
    assert await store.update_route("DESK", EVERYTHING) == PLAIN
    assert await only(store) == EVERYTHING


async def test_undoing_a_change_is_another_change(store: Store) -> None:
    await store.add_route(PLAIN, now=NOW)
    before = await store.update_route("desk", EVERYTHING)
    await store.update_route(EVERYTHING.name, before)
    assert await only(store) == PLAIN


async def test_a_route_cannot_take_the_name_of_another(store: Store) -> None:
    await store.add_route(PLAIN, now=NOW)
    await store.add_route(EVERYTHING, now=NOW)
    with pytest.raises(Conflict, match="is called “UKRAINE DESK” already"):
        await store.update_route("desk", Route("UKRAINE DESK", "slack:C2"))


async def test_what_is_not_there_cannot_be_changed(store: Store) -> None:
    with pytest.raises(NotFound, match="No route is called “desk”"):
        await store.update_route("desk", PLAIN)
    with pytest.raises(NotFound):
        await store.mute_route("desk", NOW)
    with pytest.raises(NotFound):
        await store.route("desk")


async def test_a_route_of_the_file_is_muted_but_not_changed(store: Store) -> None:
    await store.sync_routes([PLAIN], now=NOW)
    with pytest.raises(Conflict, match="stands in the configuration file"):
        await store.update_route("desk", EVERYTHING)
    await store.mute_route("desk", NOW + timedelta(hours=1))
    assert (await only(store)).muted(NOW)


@pytest.mark.parametrize("settings", [PLAIN, Route("desk", "slack:C1", ceiling=5)])
async def test_a_mute_outlasts_a_restart_and_a_change_of_the_file(
    store: Store, settings: Route
) -> None:
    await store.sync_routes([PLAIN], now=NOW)
    await store.mute_route("desk", NOW + timedelta(hours=1))
    await store.sync_routes([settings], now=NOW)
    assert (await only(store)).muted_until == NOW + timedelta(hours=1)


@pytest.mark.parametrize("before", ["desk ", "DESK"])
async def test_a_route_that_the_file_spells_otherwise_stays_as_it_is(
    store: Store, before: str
) -> None:
    await store.sync_routes([replace(PLAIN, name=before)], now=NOW)
    await store.mute_route(before, NOW + timedelta(hours=1))
    await store.disable_channel("slack:C1", "archived", now=NOW)
    await store.sync_routes([PLAIN], now=NOW)
    route = await only(store)
    assert (route.name, route.muted(NOW), route.disabled) == ("desk", True, "archived")


async def test_a_route_of_the_file_does_not_take_the_place_of_one_made_by_command(
    store: Store,
) -> None:
    await store.add_route(PLAIN, now=NOW)
    await store.sync_routes([Route("Desk", "slack:C2")], now=NOW)
    assert {r.name: r.channel for r in await store.routes()} == {
        "desk": "slack:C1",
        "Desk": "slack:C2",
    }


async def test_of_two_routes_that_differ_in_case_each_is_found_as_it_is_spelt(
    store: Store,
) -> None:
    await store.sync_routes([Route(name, name) for name in ("Desk", "desk")], now=NOW)
    assert [(await store.route(name)).name for name in ("Desk", "desk")] == ["Desk", "desk"]


@pytest.mark.parametrize("name", ["Desk", " desk"])
async def test_a_route_is_not_added_under_another_spelling_of_a_name_that_is_taken(
    store: Store, name: str
) -> None:
    await store.sync_routes([replace(PLAIN, name="desk ")], now=NOW)
    with pytest.raises(Conflict, match="already"):
        await store.add_route(replace(PLAIN, name=name), now=NOW)


async def test_a_route_takes_another_spelling_of_its_own_name_and_not_that_of_another(
    store: Store,
) -> None:
    await store.add_route(PLAIN, now=NOW)
    await store.update_route("desk", replace(PLAIN, name="DESK"))
    assert (await only(store)).name == "DESK"
    await store.sync_routes([Route("Desk", "slack:C2")], now=NOW)
    with pytest.raises(Conflict, match="is called “Desk” already"):
        await store.update_route("DESK", replace(PLAIN, name="Desk"))


async def test_a_mute_ends_by_itself_or_is_ended(store: Store) -> None:
    await store.add_route(PLAIN, now=NOW)
    await store.mute_route("desk", NOW + timedelta(hours=1))
    assert not (await only(store)).muted(NOW + timedelta(hours=1))
    before = await store.mute_route("desk", None)
    assert before.muted_until == NOW + timedelta(hours=1)
    assert await only(store) == PLAIN


async def test_a_route_that_leads_elsewhere_counts_as_working(store: Store) -> None:
    await store.add_route(PLAIN, now=NOW)
    await store.disable_channel("slack:C1", "archived", now=NOW)
    await store.update_route("desk", Route("desk", "slack:C1", ceiling=3))
    assert (await only(store)).disabled == "archived"
    await store.update_route("desk", Route("desk", "slack:C2"))
    assert (await only(store)).disabled == ""


async def test_what_was_sent_under_the_old_name_counts_for_the_new(desk: Desk) -> None:
    await desk.store.add_route(PLAIN, now=NOW)
    await desk.poll(assessed("Britain pledges troops", claim()))
    await desk.store.update_route("desk", Route("newsroom", "slack:C1"))
    assert [row["route"] for row in await desk.store.deliveries()] == ["newsroom"]


async def test_routes_of_an_older_file_keep_their_filters(path: Path) -> None:
    db = connect(path)
    migrations.apply(db, stop_before="005_chat")
    db.execute(
        "INSERT INTO routes (name, channel, beneficiaries, committers, directions, min_stage,"
        " min_confidence, mode, origin, added) VALUES ('desk', 'slack:C1', '[\"UKR\"]',"
        " '[\"GBR\"]', '[\"new\"]', 2, 0.25, 'daily', 'chat', ?)",
        (datetime.isoformat(NOW),),
    )
    db.close()
    async with await Store.open(path) as store:
        assert await only(store) == Route(
            "desk",
            "slack:C1",
            beneficiaries=("UKR",),
            committers=("GBR",),
            directions=(Direction.NEW,),
            min_stage=Stage.PLEDGE,
            min_confidence=0.25,
            mode=Mode.DAILY,
            origin=Origin.CHAT,
        )
