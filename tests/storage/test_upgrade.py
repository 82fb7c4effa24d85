"""Files of every released schema open as they are, and an upgrade that fails changes no byte."""

# ruff: noqa: ASYNC240 - a test may wait for the disk

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlite_utils
from sqlite_utils.migrations import Migrations

from bot.routing import plan as routing_plan
from classifiers.assessment import Direction, Stage
from storage import migrations as schema
from storage.errors import DatabaseFull, StorageError
from storage.records import DeliveryKind, Filter, Mode
from storage.store import Store
from tests.storage.makers import NOW, Desk, assessed, claim
from tests.storage.released import STEPS, dump_of, make, tables

ROOT = Path(__file__).parents[2]
FILLED_BY_THE_SECOND_STEP = {"memberships", "instruments", "ledger_current"}
OLD = STEPS[:-1]
LATER = NOW + timedelta(days=1)

Rows = dict[str, int]


def rows(path: Path) -> Rows:
    """How many rows each table has."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - names of ours
            for table in tables(connection)
        }


@pytest.fixture(params=STEPS)
def step(request: pytest.FixtureRequest, path: Path) -> str:
    """The file of a released schema lies at `path`."""
    name: str = request.param
    make(path, name)
    return name


def test_there_is_a_file_of_every_schema() -> None:
    missing = [step for step in STEPS if not dump_of(step).exists()]
    assert missing == [], "run python -m tests.storage.released and commit what it writes"


def test_every_table_of_every_file_has_rows(step: str, path: Path) -> None:
    empty = {table for table, count in rows(path).items() if not count}
    assert empty == (FILLED_BY_THE_SECOND_STEP if step == STEPS[0] else set())


async def test_an_old_file_is_upgraded_and_no_row_is_lost(step: str, path: Path) -> None:
    before = rows(path)
    async with await Store.open(path, service=True) as store:
        assert (await store.figures()).schema == STEPS[-1]
        assert not await store.integrity()
    after = rows(path)
    assert {table for table, count in before.items() if after[table] < count} == set()


async def test_what_an_old_file_held_is_found_again(step: str, path: Path) -> None:
    async with await Store.open(path) as store:
        (development,) = await store.latest(Filter())
        assert (development.short_id, development.lead.title, development.revision) == (
            "UKR-1",
            "Britain pledges more troops",
            2,
        )
        assert len(await store.search("troops", Filter())) == 1
        route = await store.route("desk")
        assert (route.beneficiaries, route.min_stage, route.min_confidence, route.mode) == (
            ("UKR",),
            Stage.PLEDGE,
            0.5,
            Mode.INSTANT,
        )
        assert route.directions == (Direction.NEW, Direction.STRENGTHENED)
        (said,) = await store.feedback_given()
        assert (said.by, said.verdict, said.corrected) == ("U7", "not_relevant", ())
        owed = {e.entry.committer for e in await store.ledger_history(beneficiary="UKR")}
        assert "GBR" in owed


async def test_an_old_file_goes_on_where_it_was(step: str, path: Path) -> None:
    async with await Store.open(path, service=True) as store:
        (feed,) = await store.feeds()
        assert feed.state.good_polls == 2
        desk = Desk(store, feed.id, now=LATER)
        again = await desk.poll(
            assessed("Britain pledges more troops", claim(), key="id:1"),
            assessed("Rain in Kent", key="id:2"),
        )
        assert (again.new, again.edited, again.deliveries) == (0, 0, 0)
        leased = await store.lease_deliveries(
            LATER, limit=9, lease=timedelta(minutes=5), chats=frozenset({"slack"})
        )
        assert [(d.kind, d.message.id if d.message else "") for d in leased] == [
            (DeliveryKind.EDIT, "1767000000.000100")
        ]
        news = await desk.poll(assessed("France pledges jets", claim(committers=("FRA",))))
        assert (news.new, news.deliveries) == (1, 1)


@pytest.mark.parametrize("step", STEPS[2:], indirect=True)
async def test_a_held_article_is_still_held(step: str, path: Path) -> None:
    async with await Store.open(path) as store:
        (waiting,) = await store.held()
        assert waiting.articles == 1


@pytest.mark.parametrize("step", STEPS[: STEPS.index("010_as_told")], indirect=True)
async def test_developments_of_an_old_file_are_found_by_the_actors_they_have_now(
    step: str, path: Path
) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            'UPDATE developments SET claims = replace(claims, \'["GBR"]\', \'["FRA","UKR"]\')'
        )
    async with await Store.open(path) as store:
        for where, found in (
            (Filter(committer="FRA", beneficiary="UKR"), ["UKR-1"]),
            (Filter(committer="UKR"), ["UKR-1"]),
            (Filter(committer="GBR"), []),
            (Filter(beneficiary="FRA"), []),
        ):
            assert [d.short_id for d in await store.latest(where)] == found
            assert len(await store.weeks(where)) == len(found)


@pytest.mark.parametrize("step", STEPS[2 : STEPS.index("010_as_told")], indirect=True)
async def test_a_denial_that_an_old_file_holds_is_told_as_one(step: str, path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE developments SET status = 'denied'")
        connection.execute("UPDATE articles SET development_id = 1, role = 'denial' WHERE id = 2")
    async with await Store.open(path, service=True) as store:
        await store.release("1", routing_plan, now=LATER)
        replies = [row for row in await store.deliveries() if row["kind"] == "reply"]
        assert [row["development"] for row in replies] == ["UKR-1"]


@pytest.mark.parametrize("step", STEPS[4:], indirect=True)
async def test_follows_mutes_digests_and_the_audit_are_still_there(step: str, path: Path) -> None:
    async with await Store.open(path) as store:
        assert [d.short_id for d in await store.following("slack:@U7")] == ["UKR-1"]
        assert [d.short_id for d in await store.muted("slack:C9")] == ["UKR-1"]
        assert [r.name for r in await store.due_digests(NOW + timedelta(days=9))] == ["weekly"]
        assert [e.subject for e in await store.audit(space="T1")] == ["desk"]
        assert await store.view("k3") == "pledges latest to:UKR"
        assert await store.recall("space:slack:C1") == "T1"


@pytest.mark.parametrize("step", STEPS[:-1], indirect=True)
async def test_a_reading_command_asks_for_the_upgrade_and_makes_none(step: str, path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(StorageError, match="written by an older Pledgewatch"):
        await Store.open(path, read_only=True)
    assert path.read_bytes() == before


async def test_a_file_of_a_newer_schema_is_refused_and_left_alone(path: Path) -> None:
    make(path, STEPS[-1])
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('pledgewatch', '999_the_future', '')"
        )
    before = path.read_bytes()
    with pytest.raises(StorageError, match=r"newer Pledgewatch \(schema 999_the_future\)"):
        await Store.open(path, service=True)
    assert path.read_bytes() == before


# --- a step that fails

Break = Callable[[sqlite_utils.Database], None]


def _bug(db: sqlite_utils.Database) -> None:
    raise RuntimeError("a bug in the step")


def _wrong_statement(db: sqlite_utils.Database) -> None:
    db.execute("SELECT nothing FROM nowhere")


def _full(db: sqlite_utils.Database) -> None:
    pages = db.execute("PRAGMA page_count").fetchone()[0]
    db.execute(f"PRAGMA max_page_count = {pages}")
    for _ in range(200):
        db.execute("INSERT INTO made (words) VALUES (hex(randomblob(20000)))")


def failing(end: Break) -> Migrations:
    """The schema with one step more, which changes much and then fails."""
    steps = Migrations("pledgewatch")
    for step in schema.migrations._migrations:
        steps(name=step.name)(step.fn)

    @steps(name="900_fails")
    def _fails(db: sqlite_utils.Database) -> None:
        db.execute("CREATE TABLE made (words TEXT)")
        db.execute("UPDATE articles SET title = 'changed'")
        db.execute("DELETE FROM deliveries")
        db.execute("DROP TABLE feedback")
        end(db)

    return steps


@pytest.mark.parametrize(
    ("end", "error"),
    [(_bug, RuntimeError), (_wrong_statement, sqlite3.OperationalError), (_full, DatabaseFull)],
)
async def test_an_upgrade_that_fails_leaves_the_file_as_it_was(
    step: str,
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    end: Break,
    error: type[Exception],
) -> None:
    before = path.read_bytes()
    with monkeypatch.context() as patched:
        patched.setattr(schema, "migrations", failing(end))
        with pytest.raises(error):
            await Store.open(path, service=True)
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir() if p.stat().st_size] == [path.name]
    async with await Store.open(path, service=True) as store:
        assert [d.short_id for d in await store.latest(Filter())] == ["UKR-1"]


async def test_a_restored_copy_is_left_as_it_was_too(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(path, OLD[-1])
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")  # a copy has no log beside it
    before = path.read_bytes()
    monkeypatch.setattr(schema, "migrations", failing(_bug))
    with pytest.raises(RuntimeError):
        await Store.open(path, service=True)
    assert path.read_bytes() == before


KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from storage import migrations as schema
from storage.store import Store
from tests.storage.test_upgrade import failing

schema.migrations = failing(lambda db: os.kill(os.getpid(), signal.SIGKILL))
asyncio.run(Store.open(Path(sys.argv[1]), service=True))
"""


async def test_a_kill_within_an_upgrade_leaves_the_file_as_it_was(path: Path) -> None:
    make(path, OLD[0])
    before = path.read_bytes()
    ended = subprocess.run(  # noqa: ASYNC221, S603 - our own interpreter, and nobody waits
        [sys.executable, "-c", KILLED, str(path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL
    assert path.read_bytes() == before
    async with await Store.open(path, service=True) as store:
        assert (await store.figures()).schema == STEPS[-1]
        assert not await store.integrity()
