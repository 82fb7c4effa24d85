"""A burst waits for an admin: nothing of it is told, nothing of it is lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.routing import plan
from classifiers.assessment import Claim, Stage
from feeds.article import Feed
from feeds.schedule import FeedState, after_move
from storage.errors import Conflict, NotFound
from storage.records import Assessed, Author, DeliveryKind, Message, Origin, Route
from storage.store import Store
from tests.builders import article, assessment
from tests.storage.makers import NOW, Desk, assessed, claim

URL = "https://times.example/feed"


@pytest.fixture
async def waiting(tmp_path: Path) -> AsyncIterator[Store]:
    """One feed, one route, two held pledges and one held piece that matters to nobody."""
    async with await Store.open(tmp_path / "p.db") as opened:
        feed = await opened.add_feed(Feed(URL, "Example Times"), origin=Origin.COMMAND, now=NOW)
        await opened.sync_routes([Route("desk", "slack:C1")], now=NOW)
        batch = [
            Assessed(article(title, summary=title), made, alert=False, reason="held", held=True)
            for title, made in (
                ("Troops for Ukraine", assessment(claim())),
                (
                    "Ships for Taiwan",
                    assessment(claim(committers=("USA",), beneficiaries=("TWN",))),
                ),
                ("Rain", assessment()),
            )
        ]
        await opened.record_poll(feed.id, batch, FeedState(good_polls=3), plan, now=NOW)
        yield opened


async def test_what_is_held_is_kept_and_told_to_nobody(waiting: Store) -> None:
    assert await waiting.deliveries() == []
    (held,) = await waiting.held()
    assert (held.url, held.articles, held.developments) == (URL, 2, 2)


async def test_what_is_released_is_told_once(waiting: Store) -> None:
    assert await waiting.release("Example Times", plan, now=NOW) == 2
    assert await waiting.held() == []
    assert await waiting.release("Example Times", plan, now=NOW) == 0
    assert len(await waiting.deliveries()) == 2


async def test_what_is_discarded_is_never_told_and_stays_searchable(waiting: Store) -> None:
    assert await waiting.discard("Example Times") == 2
    assert await waiting.held() == []
    assert await waiting.deliveries() == []
    assert await waiting.development("UKR-1") is not None


async def test_a_feed_that_is_unknown_is_an_error(waiting: Store) -> None:
    with pytest.raises(NotFound):
        await waiting.release("Nobody's Times", plan, now=NOW)


async def test_a_feed_moves_with_its_memory(waiting: Store) -> None:
    moved = await waiting.move_feed(URL, "https://new.example/feed", FeedState(good_polls=3))
    assert moved.feed.url == "https://new.example/feed"
    assert [f.feed.url for f in await waiting.feeds()] == ["https://new.example/feed"]
    assert await waiting.known_entries(moved.id, article("Rain").keys)


async def test_a_move_can_be_undone(waiting: Store) -> None:
    with pytest.raises(NotFound, match="has not moved"):
        await waiting.undo_move(URL)
    state = after_move(FeedState(good_polls=3), URL)
    await waiting.move_feed(URL, "https://new.example/feed", state)
    back = await waiting.undo_move("Example Times")
    assert back.feed.url == URL
    assert back.state.move_refused == "https://new.example/feed"


async def test_a_feed_of_the_file_is_moved_in_the_file(tmp_path: Path) -> None:
    async with await Store.open(tmp_path / "q.db") as store:
        await store.sync_feeds([Feed(URL, "Example Times")], now=NOW)
        with pytest.raises(Conflict, match="configuration file"):
            await store.move_feed(URL, "https://new.example/feed", FeedState())


async def test_a_replay_names_what_another_threshold_would_change(waiting: Store) -> None:
    lost = await waiting.replay(0.99)
    assert [(r.title, r.gained) for r in lost] == [
        ("Troops for Ukraine", False),
        ("Ships for Taiwan", False),
    ]
    assert await waiting.replay(0.5) == []


# --- what is told at the release

LATER = NOW + timedelta(hours=1)
SWE = claim(committers=("SWE",), beneficiaries=("KEN",))
SIGNED = replace(SWE, stage=Stage.SIGNED_BINDING)
TEXT = replace(SWE, stage=Stage.POLITICAL_TEXT)
SWEDEN = "Sweden pledges troops to Kenya"
DENIAL = "Sweden denies it pledged troops to Kenya"
Told = list[tuple[DeliveryKind, str]]


@pytest.fixture
async def wired(routed: Desk) -> Desk:
    """A desk with the application's plan."""
    routed.plan = plan
    return routed


@pytest.fixture
async def courier(wired: Desk) -> int:
    """A second feed, which brings bursts."""
    feed = Feed("https://courier.example/feed", "Courier")
    return (await wired.store.add_feed(feed, origin=Origin.COMMAND, now=NOW)).id


def burst(title: str, *claims: Claim, minute: int = 2, key: str = "") -> Assessed:
    published = NOW + timedelta(minutes=minute)
    made = assessed(title, *claims, source="Courier", key=key, published=published)
    return replace(made, alert=False, held=True, reason="held")


async def send_all(desk: Desk) -> Told:
    """Deliver what is due: the kinds, and what each reply tells."""
    sent: Told = []
    while leased := await desk.store.lease_deliveries(
        LATER, limit=10, lease=timedelta(minutes=1), chats=frozenset({"slack"})
    ):
        for one in leased:
            development = await desk.store.development(str(one.development_id))
            assert development is not None
            message = one.message or Message(one.channel, f"m{one.id}")
            await desk.store.mark_sent(one.id, message, development.revision, now=LATER)
            sent.append((one.kind, str(one.payload.get("what", ""))))
    return sent


async def released(desk: Desk) -> Told:
    await desk.store.release("Courier", plan, now=LATER)
    assert await desk.store.held() == []
    return await send_all(desk)


async def alerted(desk: Desk) -> None:
    await desk.poll(assessed(SWEDEN, SWE, key="id:1"))
    assert await send_all(desk) == [(DeliveryKind.ALERT, "")]


async def test_what_an_admin_withdrew_while_it_was_held_is_not_alerted(
    wired: Desk, courier: int
) -> None:
    france = claim(committers=("FRA",))
    sweden = burst(SWEDEN, SWE, key="id:7")
    await wired.poll(sweden, burst("France pledges jets", france), feed_id=courier)
    await wired.store.withdraw("KEN-1", plan, by="an admin", now=LATER)
    assert await released(wired) == [(DeliveryKind.ALERT, "")]
    (row,) = await wired.store.deliveries()
    assert row["development"] == "UKR-1"
    kept = await wired.store.article("https://courier.example/id:7")
    assert kept is not None
    assert kept.outcome == "held, then released; KEN-1 is withdrawn"


async def test_what_its_outlet_dropped_while_it_was_held_is_not_alerted(
    wired: Desk, courier: int
) -> None:
    await wired.poll(burst(SWEDEN, SWE, key="id:7"), feed_id=courier)
    await wired.poll(burst("Sweden plays Kenya", key="id:7"), feed_id=courier)
    assert await released(wired) == []


async def test_a_held_denial_is_told_as_one(wired: Desk, courier: int) -> None:
    await alerted(wired)
    await wired.poll(burst(DENIAL, SWE), feed_id=courier)
    assert await send_all(wired) == [(DeliveryKind.EDIT, "")]
    assert await released(wired) == [(DeliveryKind.REPLY, "denied")]


async def test_a_held_denial_that_an_admin_found_to_be_none_is_not_told(
    wired: Desk, courier: int
) -> None:
    await alerted(wired)
    await wired.poll(burst(DENIAL, SWE), feed_id=courier)
    await wired.store.reinstate("KEN-1", plan, by="an admin", now=LATER)
    await send_all(wired)
    assert await released(wired) == []


async def test_held_updates_are_told_once_by_what_they_changed(wired: Desk, courier: int) -> None:
    await alerted(wired)
    await wired.poll(burst("Sweden to declare troops for Kenya", TEXT), feed_id=courier)
    signs = "Sweden signs on troops for Kenya"
    await wired.poll(burst(signs, SIGNED, minute=3), feed_id=courier)
    await send_all(wired)
    assert await released(wired) == [(DeliveryKind.REPLY, "stage 2 pledge > 4 signed binding")]


async def test_a_held_update_that_an_admin_took_back_is_not_told(wired: Desk, courier: int) -> None:
    await alerted(wired)
    await wired.poll(burst("Sweden signs on troops for Kenya", SIGNED), feed_id=courier)
    await wired.store.correct("KEN-1", (SWE,), plan, by="an admin", now=LATER)
    await send_all(wired)
    assert await released(wired) == []


async def test_a_held_correction_is_told_to_those_who_know_what_was_wrong(
    wired: Desk, courier: int
) -> None:
    await alerted(wired)
    await wired.store.add_route(Route("late", "slack:C2", origin=Origin.CHAT), now=NOW)
    right = f"Correction: {SWEDEN} under a declaration"
    await wired.poll(burst(right, TEXT), feed_id=courier)
    await send_all(wired)
    assert await released(wired) == [(DeliveryKind.REPLY, "stage 2 pledge > 3 political text")]
    assert {row["channel"] for row in await wired.store.deliveries()} == {"slack:C1"}


async def test_a_held_edit_that_drops_an_alerted_act_is_told(wired: Desk, courier: int) -> None:
    first = replace(burst(SWEDEN, SWE, key="id:7"), alert=True, held=False)
    await wired.poll(first, feed_id=courier)
    await send_all(wired)
    await wired.poll(burst("Sweden plays Kenya", key="id:7"), feed_id=courier)
    await send_all(wired)
    what = "Courier edited its article; it no longer reports this"
    assert await released(wired) == [(DeliveryKind.REPLY, what)]


async def test_who_hears_of_it_at_the_release_hears_of_it_once(wired: Desk, courier: int) -> None:
    await wired.poll(burst(SWEDEN, SWE), feed_id=courier)
    await wired.poll(burst("Sweden signs on troops for Kenya", SIGNED, minute=3), feed_id=courier)
    assert await released(wired) == [(DeliveryKind.ALERT, "")]


async def test_a_held_update_of_what_was_merged_since_is_a_source_of_the_whole(
    wired: Desk, courier: int
) -> None:
    await alerted(wired)
    norway = claim(committers=("NOR",), beneficiaries=("KEN",), stage=Stage.IN_FORCE)
    await wired.poll(assessed("Oslo ratifies a naval pact", norway, source="Herald"))
    await wired.poll(burst("Sweden signs on troops for Kenya", SIGNED), feed_id=courier)
    await wired.store.merge("KEN-1", "KEN-2", plan, by="an admin", now=LATER)
    await send_all(wired)
    assert DeliveryKind.REPLY not in [kind for kind, _ in await released(wired)]


async def test_a_discard_that_is_undone_holds_a_denial_as_one(wired: Desk, courier: int) -> None:
    await alerted(wired)
    await wired.poll(burst(DENIAL, SWE), feed_id=courier)
    await send_all(wired)
    ana = wired.store.by(Author("U1", "slack", "T1", "ana"))
    await ana.discard("Courier", now=LATER)
    await ana.undo(None, plan, space="T1", now=LATER)
    assert await released(wired) == [(DeliveryKind.REPLY, "denied")]
