"""A person is forgotten on request; what others rely on stays, nameless."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from feeds.article import Feed
from storage.records import Author, DeliveryKind, NewDelivery, Origin, Route
from storage.store import Store
from tests.storage.makers import NOW, Desk, assessed, claim, plan
from tests.storage.released import tables

ANA = "U0ANA1234"
BEN = "U0BEN5678"
LATER = NOW + timedelta(hours=1)


async def leave_traces(desk: Desk, person: str) -> None:
    """Everything that a person can leave: as a member and as an admin."""
    store = desk.store
    await store.follow("UKR-1", f"slack:@{person}", now=NOW)
    await store.mute("UKR-1", f"slack:C{len(await store.feeds())}", by=person, now=NOW)
    await store.feedback(
        "UKR-1", "confirmed", plan, by=person, platform="slack", now=NOW, note=person, space="T1"
    )
    missed = assessed("A pact nobody saw", claim(), key=f"id:{person}")
    await store.keep_submission(
        missed.article, missed.assessment, by=person, platform="slack", space="T1", now=NOW
    )
    changes = store.by(Author(person, "slack", "T1", f"Name of {person}"))
    await changes.add_route(Route(f"desk {len(person)}{person[2:5]}", "slack:C1"), now=NOW)
    await changes.add_feed(
        Feed(f"https://{person[2:5].lower()}.example/f"), origin=Origin.CHAT, now=NOW
    )
    (entry, *_) = await store.pending_entries()
    await changes.decide_entry(entry.entry.id, "confirmed", now=NOW)
    await changes.decide_entry(entry.entry.id, "rejected", now=NOW)
    await changes.undo(None, plan, space="T1", now=NOW)
    await changes.undo(None, plan, space="T1", now=NOW)
    given = (await store.feedback_given(state="waiting"))[0]
    await changes.decide_feedback(given.id, plan, accept=True, space="T1", now=NOW)
    hello = {"text": "hello", "remedy": ""}
    told = NewDelivery(DeliveryKind.NOTICE, f"slack:@{person}", "", hello)
    await store.enqueue([told], now=NOW)
    await store.remember(f"space:slack:@{person}", "T1")


@pytest.fixture
async def lived(desk: Desk) -> Desk:
    await desk.poll(assessed("Britain pledges troops", claim()))
    await leave_traces(desk, ANA)
    await leave_traces(desk, BEN)
    return desk


def holding(path: Path, person: str) -> list[str]:
    """The tables in which a person's id or name still stands."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return [
            table for table in tables(connection) if person in "\n".join(_rows(connection, table))
        ]


def _rows(connection: sqlite3.Connection, table: str) -> Iterator[str]:
    for row in connection.execute(f"SELECT * FROM {table}"):  # noqa: S608 - a name of ours
        yield repr(row)


async def test_no_table_knows_the_person_any_more(lived: Desk, path: Path) -> None:
    assert len(holding(path, ANA)) >= 8
    erased = await lived.store.erase_person(ANA, "slack")
    assert holding(path, ANA) == []
    assert erased.total == sum(
        (
            erased.feedback,
            erased.submissions,
            erased.follows_and_mutes,
            erased.messages,
            erased.audit,
            erased.ledger,
            erased.routes,
            erased.feeds,
        )
    )
    assert (erased.submissions, erased.routes, erased.feeds, erased.messages) == (1, 1, 1, 1)


async def test_another_person_is_left_alone(lived: Desk, path: Path) -> None:
    before = holding(path, BEN)
    await lived.store.erase_person(ANA, "slack")
    await lived.store.erase_person("100200300", "discord")
    await lived.store.erase_person(BEN[:-1], "slack")
    assert holding(path, BEN) == before


async def test_what_others_rely_on_stays_nameless(lived: Desk) -> None:
    await lived.store.erase_person(ANA, "slack")
    given = await lived.store.feedback_given()
    assert sorted(g.by for g in given) == ["", BEN]
    assert {(g.verdict, g.note) for g in given if not g.by} == {("confirmed", "")}
    assert len(await lived.store.routes()) == 2
    assert len(await lived.store.feeds()) == 3
    assert len(await lived.store.muted("slack:C1")) == 1
    assert await lived.store.following(f"slack:@{ANA}") == []
    records = await lived.store.ledger_history(committer="GBR", beneficiary="UKR")
    assert {r.decided_by for r in records if r.decided_by} <= {BEN}
    assert not await lived.store.integrity()


async def test_a_decision_of_somebody_forgotten_can_still_be_undone(desk: Desk) -> None:
    await desk.poll(assessed("Britain pledges troops", claim()))
    (entry, *others) = await desk.store.pending_entries()
    changes = desk.store.by(Author(ANA, "slack", "T1", "Ana"))
    await changes.decide_entry(entry.entry.id, "confirmed", now=NOW)
    await desk.store.erase_person(ANA, "slack")
    ben = desk.store.by(Author(BEN, "slack", "T1"))
    undone = await ben.undo(changes.number, plan, space="T1", now=LATER)
    assert undone.action == "ledger confirm"
    assert len(await desk.store.pending_entries()) == 1 + len(others)


async def test_the_erased_cannot_be_read_from_the_disk(lived: Desk, path: Path) -> None:
    assert any(ANA.encode() in part.read_bytes() for part in path.parent.glob("pledgewatch.db*"))
    await lived.store.erase_person(ANA, "slack")
    parts = [p for p in path.parent.glob("pledgewatch.db*") if ANA.encode() in p.read_bytes()]
    assert parts == []


async def test_a_message_that_is_being_sent_is_not_torn_away(desk: Desk) -> None:
    hello = NewDelivery(DeliveryKind.NOTICE, f"slack:@{ANA}", "", {"text": "x", "remedy": ""})
    await desk.store.enqueue([hello], now=NOW)
    leased = await desk.store.lease_deliveries(
        NOW, limit=1, lease=timedelta(minutes=5), chats=frozenset({"slack"})
    )
    assert (await desk.store.erase_person(ANA, "slack")).messages == 0
    assert len(leased) == len(await desk.store.deliveries(state="leased")) == 1


async def test_forgetting_twice_finds_nothing(lived: Desk) -> None:
    await lived.store.erase_person(ANA, "slack")
    assert (await lived.store.erase_person(ANA, "slack")).total == 0


async def test_the_poll_after_it_repeats_nothing(lived: Desk, store: Store) -> None:
    await store.erase_person(ANA, "slack")
    lived.plan = plan
    again = await lived.poll(assessed("Britain pledges troops", claim()))
    assert (again.new, again.edited) == (0, 0)
