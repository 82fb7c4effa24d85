"""Every change by an admin has its entry, and most can be taken back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from classifiers.assessment import Stage
from feeds.article import Feed
from storage.changes import Changes
from storage.errors import Conflict, NotFound
from storage.records import AuditEntry, Author, Origin, Route
from storage.store import Store
from tests.storage.makers import NOW, Desk, assessed, claim, plan

ANA = Author("U1", "slack", "T1", "Ana")
FEED = Feed("https://other.example/feed.xml?key=secret", "", headers=(("X-Key", "secret"),))
ROUTE = Route("alerts", "slack:C9", beneficiaries=("UKR",), origin=Origin.CHAT, space="T1")


@pytest.fixture
def ana(store: Store) -> Changes:
    return store.by(ANA)


@pytest.fixture
async def told(routed: Desk) -> Desk:
    """One development, alerted."""
    await routed.poll(assessed("Britain pledges troops", claim()))
    return routed


async def audit(store: Store, space: str | None = "T1") -> list[AuditEntry]:
    return await store.audit(space=space)


async def undo(changes: Changes, number: int | None = None) -> AuditEntry:
    return await changes.undo(number, plan, space="T1", now=NOW)


async def test_an_entry_says_who_changed_what_and_when(store: Store, ana: Changes) -> None:
    await ana.add_route(ROUTE, now=NOW)
    await ana.update_route("alerts", replace(ROUTE, min_stage=Stage.PLEDGE), now=NOW)
    edited, added = await audit(store)
    assert (added.by, added.name, added.space, added.at) == ("U1", "Ana", "T1", NOW)
    assert (added.action, added.subject, added.before) == ("routes add", "alerts", None)
    assert edited.before == added.after
    assert edited.after == {**(added.after or {}), "min_stage": 2}


async def test_a_change_that_fails_leaves_no_entry(store: Store, ana: Changes) -> None:
    await ana.add_route(ROUTE, now=NOW)
    with pytest.raises(Conflict):
        await ana.add_route(ROUTE, now=NOW)
    assert len(await audit(store)) == 1


async def test_no_secret_of_a_feed_stands_in_the_audit(store: Store, ana: Changes) -> None:
    await ana.add_feed(FEED, origin=Origin.CHAT, now=NOW)
    await ana.remove_feed(FEED.url, now=NOW)
    assert "secret" not in repr(await audit(store))


async def test_a_space_sees_its_own_changes_alone(store: Store, ana: Changes) -> None:
    await ana.add_route(ROUTE, now=NOW)
    other = store.by(replace(ANA, space="T2"))
    await other.add_route(replace(ROUTE, name="others", space="T2"), now=NOW)
    assert [e.subject for e in await audit(store)] == ["alerts"]
    assert [e.subject for e in await audit(store, "T2")] == ["others"]
    assert len(await audit(store, None)) == 2


async def test_undo_reaches_no_other_space(store: Store, ana: Changes) -> None:
    await ana.add_route(ROUTE, now=NOW)
    (entry,) = await audit(store)
    other = store.by(replace(ANA, space="T2"))
    with pytest.raises(NotFound):
        await other.undo(None, plan, space="T2", now=NOW)
    with pytest.raises(NotFound):
        await other.undo(entry.id, plan, space="T2", now=NOW)


async def test_undoing_goes_back_change_by_change(store: Store, ana: Changes) -> None:
    await ana.add_route(ROUTE, now=NOW)
    await ana.update_route("alerts", replace(ROUTE, name="desk", channel="slack:C8"), now=NOW)
    await ana.mute_route("desk", NOW + timedelta(days=1), now=NOW)
    assert (await undo(ana)).action == "routes mute"
    assert (await undo(ana)).action == "routes edit"
    assert await store.routes() == [ROUTE]
    assert (await undo(ana)).action == "routes add"
    assert await store.routes() == []
    with pytest.raises(NotFound, match="nothing to undo"):
        await undo(ana)


async def test_without_a_number_the_authors_own_last_change_is_undone(
    store: Store, ana: Changes
) -> None:
    ben = store.by(replace(ANA, by="U2", name="Ben"))
    await ana.add_route(ROUTE, now=NOW)
    await ben.add_route(replace(ROUTE, name="others"), now=NOW)
    assert (await undo(ana)).subject == "alerts"
    assert [route.name for route in await store.routes()] == ["others"]
    with pytest.raises(NotFound, match="nothing to undo of what you changed yourself"):
        await undo(ana)


async def test_the_same_name_on_another_platform_is_somebody_else(
    store: Store, ana: Changes
) -> None:
    await ana.add_route(ROUTE, now=NOW)
    with pytest.raises(NotFound, match="nothing to undo"):
        await undo(store.by(replace(ANA, platform="discord")))


async def test_a_change_tells_its_number_in_the_audit(store: Store, ana: Changes) -> None:
    assert ana.number == 0
    await ana.add_route(ROUTE, now=NOW)
    await store.by(replace(ANA, by="U2")).add_route(replace(ROUTE, name="others"), now=NOW)
    assert (await undo(ana, ana.number)).subject == "alerts"


async def test_an_undoing_is_in_the_audit_and_is_not_undone(store: Store, ana: Changes) -> None:
    await ana.add_route(ROUTE, now=NOW)
    added = await undo(ana)
    newest, _ = await audit(store)
    assert (newest.action, newest.subject) == ("undo", f"{added.id}: routes add alerts")
    with pytest.raises(Conflict, match="undone already"):
        await undo(ana, added.id)
    with pytest.raises(Conflict, match="an undoing itself"):
        await undo(ana, newest.id)


async def test_a_route_that_comes_back_sends_what_was_given_up_for_it(
    told: Desk, ana: Changes
) -> None:
    route = await ana.remove_route("desk", now=told.now)
    assert [d["state"] for d in await told.store.deliveries()] == ["dead"]
    await undo(ana)
    assert await told.store.routes() == [route]
    assert [d["state"] for d in await told.store.deliveries()] == ["waiting"]


async def test_nothing_is_undone_over_a_later_change(store: Store, ana: Changes) -> None:
    await ana.add_route(ROUTE, now=NOW)
    (entry,) = await audit(store)
    await store.update_route("alerts", replace(ROUTE, channel="slack:C7"))
    with pytest.raises(Conflict, match="changed again since"):
        await undo(ana, entry.id)
    assert [r.channel for r in await store.routes()] == ["slack:C7"]


async def test_a_fault_of_the_channel_is_no_later_change(store: Store, ana: Changes) -> None:
    await ana.add_route(ROUTE, now=NOW)
    await store.disable_channel("slack:C9", "archived", now=NOW)
    await undo(ana)
    assert await store.routes() == []


async def test_a_removed_feed_comes_back_with_its_headers(store: Store, ana: Changes) -> None:
    await store.add_feed(FEED, origin=Origin.CHAT, now=NOW)
    await store.pause_feed(FEED.url, paused=True, now=NOW)
    await ana.remove_feed(FEED.url, now=NOW)
    await undo(ana)
    (stored,) = await store.feeds()
    assert (stored.feed, stored.paused) == (FEED, True)


async def test_an_import_is_undone_as_a_whole(store: Store, ana: Changes) -> None:
    known = Feed("https://known.example/feed.xml")
    await store.add_feed(known, origin=Origin.CHAT, now=NOW)
    new = [Feed(f"https://new.example/{number}.xml") for number in range(3)]
    added, there = await ana.import_feeds([known, *new], origin=Origin.CHAT, now=NOW)
    assert ([s.feed for s in added], there) == (new, [known])
    await undo(ana)
    assert [s.feed for s in await store.feeds()] == [known]


async def test_an_import_of_nothing_new_is_no_change(store: Store, ana: Changes) -> None:
    await store.add_feed(FEED, origin=Origin.CHAT, now=NOW)
    await ana.import_feeds([FEED], origin=Origin.CHAT, now=NOW)
    assert await audit(store) == []


async def test_a_pause_is_undone(desk: Desk, ana: Changes) -> None:
    await ana.pause_feed("Gazette", paused=True, now=NOW)
    await undo(ana)
    (stored,) = await desk.store.feeds()
    assert not stored.paused


async def test_what_was_discarded_waits_again(desk: Desk, ana: Changes) -> None:
    burst = replace(assessed("Britain pledges troops", claim(), alert=False), held=True)
    await desk.poll(burst)
    assert await ana.discard("Gazette", now=NOW) == 1
    assert await desk.store.held() == []
    await undo(ana)
    (held,) = await desk.store.held()
    assert held.articles == 1


@pytest.mark.parametrize("action", ["withdraw", "correct"])
async def test_a_development_is_put_back_with_its_ledger(
    told: Desk, ana: Changes, action: str
) -> None:
    before = await told.only()
    ledger = await told.store.ledger_history(beneficiary="UKR", committer="GBR")
    if action == "withdraw":
        await ana.withdraw(before.short_id, plan, now=NOW)
    else:
        await ana.correct(before.short_id, (claim(stage=Stage.PROPOSAL),), plan, now=NOW)
    await undo(ana)
    after = await told.only()
    assert (after.claims, after.status) == (before.claims, before.status)
    again = await told.store.ledger_history(beneficiary="UKR", committer="GBR")
    assert {(r.entry.stage, r.standing) for r in again} >= {
        (r.entry.stage, r.standing) for r in ledger
    }
    assert "an admin undid the last change" in after.history[-1]


async def test_a_histories_readers_learn_no_names(told: Desk, ana: Changes) -> None:
    await ana.reinstate((await told.only()).short_id, plan, now=NOW, note="seen")
    assert "U1" not in repr((await told.only()).history)


async def test_feedback_that_was_accepted_waits_again(told: Desk, ana: Changes) -> None:
    short_id = (await told.only()).short_id
    given = await told.store.feedback(
        short_id, "not_relevant", plan, by="U2", platform="slack", now=NOW, space="T1"
    )
    await ana.decide_feedback(given.id, plan, accept=True, space="T1", now=NOW)
    await undo(ana)
    assert (await told.only()).status == "active"
    (waiting,) = await told.store.feedback_given(state="waiting")
    assert waiting.id == given.id


async def test_an_admins_own_verdict_is_in_the_audit(told: Desk, ana: Changes) -> None:
    short_id = (await told.only()).short_id
    await told.store.feedback(
        short_id, "not_relevant", plan, by="U1", platform="slack", now=NOW, space="T1", admin=True
    )
    (entry,) = await audit(told.store)
    assert (entry.action, entry.subject) == ("not relevant", short_id)
    await undo(ana)
    assert (await told.only()).status == "active"


async def test_an_entry_of_the_ledger_waits_again(told: Desk, ana: Changes) -> None:
    (pending, *others) = await told.store.pending_entries()
    await ana.decide_entry(pending.entry.id, "confirmed", now=NOW)
    assert [r.entry.id for r in await told.store.pending_entries()] == [r.entry.id for r in others]
    await undo(ana)
    assert len(await told.store.pending_entries()) == len(others) + 1


async def test_what_cannot_be_undone_says_what_to_do_instead(told: Desk, ana: Changes) -> None:
    await told.poll(assessed("Japan pledges money", claim(committers=("JPN",))))
    first, second = "UKR-1", "UKR-2"
    await ana.merge(second, first, plan, now=NOW)
    with pytest.raises(Conflict, match="split UKR-1 2"):
        await undo(ana)
    change = await ana.split(first, [2], plan, now=NOW)
    with pytest.raises(Conflict, match=f"merge {change.development.short_id} UKR-1"):
        await undo(ana)


def _enable(changes: Changes) -> Awaitable[object]:
    return changes.enable_route("desk", now=NOW)


def _release(changes: Changes) -> Awaitable[object]:
    return changes.release("Gazette", plan, now=NOW)


def _retry(changes: Changes) -> Awaitable[object]:
    return changes.retry_dead(None, channels=None, now=NOW)


@pytest.mark.parametrize("change", [_enable, _release, _retry])
async def test_what_may_be_posted_is_not_undone(
    told: Desk, ana: Changes, change: Callable[[Changes], Awaitable[object]]
) -> None:
    await change(ana)
    with pytest.raises(Conflict, match="cannot be undone"):
        await undo(ana)
    assert len(await audit(told.store)) == 1


async def test_a_person_is_forgotten_and_what_they_did_is_kept(store: Store, ana: Changes) -> None:
    await ana.add_route(ROUTE, now=NOW)
    await ana.add_feed(FEED, origin=Origin.CHAT, now=NOW)
    assert (await store.erase_person("U1", "slack")).total == 4
    added, routed = await audit(store)
    assert (added.by, added.name, routed.by, routed.subject) == ("", "", "", "alerts")
    assert await store.route_makers("slack:C9") == []
    (stored,) = await store.feeds()
    assert stored.added_by == ""


async def test_retrying_reaches_the_named_channels_alone(told: Desk, ana: Changes) -> None:
    (row,) = await told.store.deliveries()
    await told.store.mark_dead(int(str(row["id"])), "refused", now=NOW)
    assert await ana.retry_dead(None, channels=frozenset({"slack:C5"}), now=NOW) == 0
    assert await told.store.deliveries(channels=frozenset({"slack:C5"})) == []
    assert await ana.retry_dead(None, channels=frozenset({"slack:C1"}), now=NOW) == 1
