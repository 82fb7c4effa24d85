"""Copies, restoring, retention, integrity."""

# ruff: noqa: ASYNC240 - a test may wait for the disk

from __future__ import annotations

import contextlib
import sqlite3
import sys
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from feeds.article import Feed
from feeds.schedule import FeedState
from storage.backup import (
    advice,
    backup_name,
    newest_good,
    restore,
    rotate,
    scheduled,
    set_aside,
    verify,
)
from storage.errors import Conflict, DatabaseCorrupt, DatabaseLocked, NotFound, StorageError
from storage.records import Delivery, Filter, Message, Origin, Route
from storage.store import Store
from tests.storage.makers import NOW, Desk, assessed, claim
from tests.storage.released import STEPS, make


async def filled(path: Path, title: str = "Britain pledges troops") -> None:
    async with await Store.open(path) as store:
        feed = await store.add_feed(Feed("https://a.example/feed"), origin=Origin.COMMAND, now=NOW)
        await Desk(store, feed.id).poll(assessed(title, claim()))


async def titles(path: Path) -> list[str]:
    async with await Store.open(path) as store:
        return [d.lead.title for d in await store.latest(Filter())]


async def test_a_backup_taken_in_use_restores_to_the_same(path: Path, tmp_path: Path) -> None:
    await filled(path)
    async with await Store.open(path, service=True) as store:
        copy = await store.backup(tmp_path / "copies" / "one.db")
        before = await store.latest(Filter())
        ledger = await store.ledger()
    target = tmp_path / "elsewhere.db"
    assert restore(copy, target, now=NOW) is None
    async with await Store.open(target, service=True) as store:
        assert await store.latest(Filter()) == before
        assert await store.ledger() == ledger
        assert len(await store.search("pledges", Filter())) == 1


async def test_a_restore_sets_the_old_file_aside(path: Path, tmp_path: Path) -> None:
    await filled(path, "Old")
    async with await Store.open(path) as store:
        copy = await store.backup(tmp_path / "one.db")
    async with await Store.open(path) as store:
        (feed,) = await store.feeds()
        await Desk(store, feed.id).poll(assessed("New", claim(committers=("FRA",))))
    aside = restore(copy, path, now=NOW)
    assert aside is not None
    assert await titles(path) == ["Old"]
    assert set(await titles(aside)) == {"Old", "New"}


@pytest.mark.parametrize("log", ["-wal", "-journal"])
async def test_what_is_left_of_a_lost_database_does_not_get_into_the_restored_one(
    path: Path, tmp_path: Path, log: str
) -> None:
    await filled(path)
    async with await Store.open(path) as store:
        copy = await store.backup(tmp_path / "one.db")
    target = tmp_path / "elsewhere.db"
    left = target.with_name(target.name + log)
    left.write_bytes(content := killed_while_writing(tmp_path / "lost.db", log))
    aside = restore(copy, target, now=NOW)
    assert await titles(target) == ["Britain pledges troops"]
    assert aside is not None
    assert aside.name == f"elsewhere.db.replaced-20260302T120000Z{log}"
    assert aside.read_bytes() == content


def killed_while_writing(path: Path, log: str) -> bytes:
    """What a process leaves beside its database when it is killed."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute(f"PRAGMA journal_mode = {log.removeprefix('-').replace('journal', 'delete')}")
        db.execute("PRAGMA page_size = 16384")
        db.execute("PRAGMA cache_size = 1")
        db.execute("CREATE TABLE notes (text)")
        db.executemany("INSERT INTO notes VALUES (?)", [("old" * 5000,)] * 50)
        db.execute("BEGIN")
        db.execute("UPDATE notes SET text = 'new' || text")
        return path.with_name(path.name + log).read_bytes()


async def test_restoring_twice_in_one_second_overwrites_no_log_that_was_set_aside(
    path: Path, tmp_path: Path
) -> None:
    await filled(path)
    async with await Store.open(path) as store:
        copy = await store.backup(tmp_path / "one.db")
    target = tmp_path / "elsewhere.db"
    for content in (b"first", b"second"):
        target.unlink(missing_ok=True)
        target.with_name(target.name + "-wal").write_bytes(content)
        restore(copy, target, now=NOW)
    kept = {file.read_bytes() for file in tmp_path.glob("elsewhere.db.replaced-*-wal")}
    assert kept == {b"first", b"second"}


async def test_a_backup_is_not_put_beside_the_log_of_another_database(
    path: Path, tmp_path: Path
) -> None:
    (tmp_path / "one.db-wal").write_bytes(b"log")
    async with await Store.open(path) as store:
        with pytest.raises(Conflict, match=r"one\.db-wal exists already"):
            await store.backup(tmp_path / "one.db")
    assert not (tmp_path / "one.db").exists()


async def test_what_waited_at_the_time_of_the_backup_is_looked_for_before_it_is_sent(
    path: Path, tmp_path: Path
) -> None:
    async with await Store.open(path) as store:
        feed = await store.add_feed(Feed("https://a.example/feed"), origin=Origin.COMMAND, now=NOW)
        await store.add_route(Route("desk", "slack:C1"), now=NOW)
        await Desk(store, feed.id).poll(assessed("Britain pledges troops", claim()))
        copy = await store.backup(tmp_path / "one.db")
        (sent,) = await lease(store)
        await store.mark_sent(sent.id, Message("slack:C1", "1.1"), 1, now=NOW)
    restore(copy, path, now=NOW)
    async with await Store.open(path) as store:
        (again,) = await lease(store)
        assert (again.key, again.reconcile) == (sent.key, True)
        assert again.first_attempt is not None
        assert again.first_attempt <= sent.created


async def lease(store: Store) -> list[Delivery]:
    five = timedelta(minutes=5)
    return await store.lease_deliveries(
        NOW + timedelta(hours=1), limit=9, lease=five, chats=frozenset({"slack"})
    )


async def test_a_silent_restore_makes_the_next_look_at_each_feed_its_first(
    path: Path, tmp_path: Path
) -> None:
    async with await Store.open(path) as store:
        feed = await store.add_feed(Feed("https://a.example/feed"), origin=Origin.COMMAND, now=NOW)
        await store.save_feed_state(feed.id, FeedState(good_polls=9, failures=2))
        copy = await store.backup(tmp_path / "one.db")
    for silent, polls in ((False, 9), (True, 0)):
        restore(copy, path, now=NOW, silent=silent)
        async with await Store.open(path) as store:
            (feed,) = await store.feeds()
            assert (feed.state.good_polls, feed.state.failures) == (polls, 2)


async def test_a_backup_of_an_older_schema_is_restored_and_upgraded_at_the_next_start(
    path: Path, tmp_path: Path
) -> None:
    make(tmp_path / "old.db", STEPS[0])
    restore(tmp_path / "old.db", path, now=NOW, silent=True)
    async with await Store.open(path, service=True) as store:
        assert (await store.figures()).schema == STEPS[-1]


async def test_nothing_is_restored_under_a_running_service(path: Path, tmp_path: Path) -> None:
    await filled(path)
    async with await Store.open(path, service=True) as store:
        copy = await store.backup(tmp_path / "one.db")
        with pytest.raises(DatabaseLocked):
            restore(copy, path, now=NOW)


async def test_a_backup_overwrites_nothing(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "one.db"
    target.write_text("mine")
    async with await Store.open(path) as store:
        with pytest.raises(Conflict, match="exists already"):
            await store.backup(target)
    assert target.read_text() == "mine"


async def test_a_damaged_backup_is_refused_and_the_database_left_as_it_was(
    path: Path, tmp_path: Path
) -> None:
    await filled(path)
    async with await Store.open(path) as store:
        copy = await store.backup(tmp_path / "one.db")
    damage(copy)
    with pytest.raises(DatabaseCorrupt):
        restore(copy, path, now=NOW)
    assert await titles(path) == ["Britain pledges troops"]


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    for page in range(4096, len(content) - 4096, 8192):
        content[page : page + 200] = b"\xff" * 200
    path.write_bytes(content)


def test_what_is_not_ours_is_not_verified(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        verify(tmp_path / "none.db")
    other = tmp_path / "other.db"
    other.write_bytes(b"")
    with pytest.raises(StorageError, match="no database of Pledgewatch"):
        verify(other)


async def test_rotation_keeps_the_newest_and_leaves_other_files(
    store: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    for day in range(4):
        await store.backup(backup_name(folder, NOW + timedelta(days=day)))
    (folder / "mine.db").write_text("x")
    rotate(folder, 2)
    assert [p.name for p in scheduled(folder)] == [
        "pledgewatch-20260304T120000Z.db",
        "pledgewatch-20260305T120000Z.db",
    ]
    assert (folder / "mine.db").exists()


async def test_a_backup_holds_no_header_of_a_feed_and_the_restored_one_takes_it_from_the_file(
    path: Path, tmp_path: Path
) -> None:
    feed = Feed("https://a.example/feed", headers=(("Authorization", "Basic s3cret-header"),))
    async with await Store.open(path) as store:
        await store.sync_feeds([feed], now=NOW)
        copy = await store.backup(tmp_path / "one.db")
        assert (await store.feeds())[0].feed.headers == feed.headers
    assert b"s3cret-header" not in copy.read_bytes()
    target = tmp_path / "elsewhere.db"
    restore(copy, target, now=NOW)
    async with await Store.open(target) as store:
        await store.sync_feeds([feed], now=NOW)
        assert (await store.feeds())[0].feed.headers == feed.headers


async def test_the_database_and_its_copies_are_for_their_owner_alone(
    path: Path, tmp_path: Path
) -> None:
    async with await Store.open(path) as store:
        copy = await store.backup(tmp_path / "one.db")
        made = [path, path.with_name(path.name + "-wal"), copy]
        assert {file.stat().st_mode & 0o777 for file in made} == {0o600}
    restore(copy, tmp_path / "elsewhere.db", now=NOW)
    assert (tmp_path / "elsewhere.db").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "code",
    [
        "CREATE TRIGGER quiet AFTER INSERT ON routes BEGIN DELETE FROM routes; END",
        "CREATE VIEW figures AS SELECT headers FROM feeds",
    ],
)
async def test_a_copy_into_which_somebody_put_code_is_not_restored(
    path: Path, tmp_path: Path, code: str
) -> None:
    await filled(path)
    async with await Store.open(path) as store:
        copy = await store.backup(tmp_path / "one.db")
    with contextlib.closing(sqlite3.connect(copy)) as db:
        db.execute(code)
    before = path.read_bytes()
    with pytest.raises(StorageError, match=r"somebody put a (trigger quiet|view figures) into it"):
        restore(copy, path, now=NOW)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "name", ["../above.db", "file:one.db?mode=memory", "a b#c?d%41.db", "-one.db", "'; x.db"]
)
async def test_a_backups_name_is_a_name_and_nothing_else(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    monkeypatch.chdir(folder)
    async with await Store.open(path) as store:
        copy = await store.backup(Path(name))
    assert copy.resolve() == (folder / name).resolve()
    verify(copy)


async def test_rotation_deletes_no_file_of_another_program(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    await store.backup(backup_name(folder, NOW))
    other = folder / "ledger-20200101T000000Z.db"
    other.write_text("x")
    rotate(folder, 1)
    assert other.exists()


async def test_the_newest_good_backup_is_offered(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    good = await store.backup(backup_name(folder, NOW))
    damage(await store.backup(backup_name(folder, NOW + timedelta(days=1))))
    assert newest_good(folder) == good
    assert str(good) in advice([folder])
    assert "nothing was overwritten" in advice([tmp_path / "none"])


async def test_a_database_is_set_aside_with_its_log(path: Path) -> None:
    await filled(path)
    path.with_name(path.name + "-wal").write_bytes(b"log")
    first = set_aside(path, "damaged", now=NOW)
    assert not path.exists()
    assert first.with_name(first.name + "-wal").read_bytes() == b"log"
    path.write_bytes(b"again")
    assert set_aside(path, "damaged", now=NOW) != first


async def test_a_sound_database_has_no_faults(desk: Desk) -> None:
    await desk.poll(assessed("Britain pledges troops", claim()))
    assert not await desk.store.integrity()


async def test_a_check_leaves_nothing_beside_the_file(desk: Desk, path: Path) -> None:
    left = path.with_name(path.name + ".check")
    left.write_text("of a check that was killed")
    assert not await desk.store.integrity()
    assert not left.exists()


async def test_a_check_on_a_full_disk_looks_at_what_needs_no_copy(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.poll(assessed("Britain pledges troops", claim()))
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=0))
    assert not await desk.store.integrity()
    await desk.store._database.bare(lambda db: db.execute("DELETE FROM articles_fts_docsize"))
    (fault,) = (await desk.store.integrity()).index
    assert fault == "the full-text index lacks 1 articles and holds 0 that are gone"


async def test_a_full_text_index_that_disagrees_is_found_and_mended(desk: Desk) -> None:
    await desk.poll(assessed("Britain pledges troops", claim()))
    await desk.store._database.bare(
        lambda db: db.execute("DELETE FROM articles_fts_data WHERE id > 10")
    )
    assert (await desk.store.integrity()).index
    await desk.store.rebuild_search()
    assert not await desk.store.integrity()


async def test_bodies_go_with_time_and_everything_else_stays(desk: Desk) -> None:
    pledge = assessed("Britain pledges troops", claim(), text="A long body. " * 50)
    rain = assessed("Rain in Kent", text="Wet. " * 50)
    await desk.poll(pledge, rain)
    later = NOW + timedelta(days=1)
    assert await desk.store.prune(bodies_before=later, deliveries_before=later) == 2
    (development,) = await desk.store.latest(Filter())
    kept = await desk.store.article(str(development.lead.article_id))
    assert kept is not None
    assert (kept.article.text, kept.article.title) == ("", "Britain pledges troops")
    assert development.claims[0].evidence[0].quote == "Britain pledges troops"
    again = await desk.poll(pledge, rain)
    assert (again.new, again.edited) == (0, 0)
    known = await desk.store.known_entries(desk.feed_id, rain.article.keys)
    assert [entry.article_id for entry in known.values()] == [None]
    assert not await desk.store.integrity()


on_linux = pytest.mark.skipif(sys.platform != "linux", reason="/proc takes no file, root's either")


@on_linux
async def test_a_folder_that_takes_no_copy_is_blamed_and_not_the_database(store: Store) -> None:
    with pytest.raises(StorageError, match=r"^/proc/copy\.db\.part cannot be opened"):
        await store.backup(Path("/proc/copy.db"))


@on_linux
async def test_a_folder_that_takes_no_lock_is_no_running_service(
    store: Store, tmp_path: Path
) -> None:
    copy = await store.backup(tmp_path / "copy.db")
    with pytest.raises(StorageError, match=r"^/proc/p\.db-lock cannot be opened") as raised:
        restore(copy, Path("/proc/p.db"), now=NOW)
    assert not isinstance(raised.value, DatabaseLocked)
