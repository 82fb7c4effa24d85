"""Subscriptions and what is known of their polls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from feeds import schedule
from feeds.article import Feed
from feeds.schedule import FeedState
from feeds.statejson import state_from_json, state_to_json
from storage.errors import Conflict, NotFound
from storage.records import KnownEntry, Origin, StoredFeed
from storage.rows import (
    Db,
    Row,
    key_digest,
    moment,
    pairs_from,
    pairs_json,
    stamp,
    stamp_or_none,
    texts_from,
    texts_json,
)

_SUBSCRIBED = "SELECT * FROM feeds WHERE removed IS NULL"


def add_feed(db: Db, feed: Feed, *, origin: Origin, now: datetime, by: str) -> StoredFeed:
    """Subscribe, or take up again what was removed, with its memory. Raises Conflict."""
    row = db.execute("SELECT * FROM feeds WHERE url = ?", (feed.url,)).fetchone()
    if row is not None and row["removed"] is None:
        raise Conflict(f"{feed.url} is subscribed already, as {row['name'] or 'a feed'}.")
    _upsert(db, feed, origin, now, by)
    return _by_url(db, feed.url)


def _upsert(db: Db, feed: Feed, origin: Origin, now: datetime, by: str) -> None:
    # A feed that comes back is due at once and its old failures are forgotten; its entries stay
    # known, so that nothing is told twice.
    db.execute(
        "INSERT INTO feeds (url, name, tags, interval_seconds, full_text, headers, origin, added,"
        " added_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (url) DO UPDATE SET"
        " name = excluded.name, tags = excluded.tags, full_text = excluded.full_text,"
        " interval_seconds = excluded.interval_seconds, headers = excluded.headers,"
        " origin = excluded.origin, removed = NULL,"
        " paused = iif(removed IS NULL, paused, 0), ended = iif(removed IS NULL, ended, 0),"
        " next_check = iif(removed IS NULL, next_check, NULL),"
        " failures = iif(removed IS NULL, failures, 0)",
        (
            feed.url,
            feed.name,
            texts_json(feed.tags),
            None if feed.interval is None else feed.interval.total_seconds(),
            int(feed.full_text),
            pairs_json(feed.headers),
            origin.value,
            stamp(now),
            by,
        ),
    )


def sync_feeds(db: Db, feeds: Sequence[Feed], *, now: datetime) -> None:
    """Make the feeds of origin FILE exactly these. One that chat added and the file now names is
    the file's."""
    for feed in feeds:
        _upsert(db, feed, Origin.FILE, now, "")
    kept = {feed.url for feed in feeds}
    rows = db.execute(f"{_SUBSCRIBED} AND origin = ?", (Origin.FILE.value,)).fetchall()
    for row in rows:
        if row["url"] not in kept:
            _retire(db, row["id"], now)


def _retire(db: Db, feed_id: int, now: datetime) -> None:
    db.execute("UPDATE feeds SET removed = ? WHERE id = ?", (stamp(now), feed_id))


def remove_feed(db: Db, reference: str, *, now: datetime) -> StoredFeed:
    """Raises NotFound; Conflict where the file fixes it."""
    stored = find_feed(db, reference)
    if stored.origin is Origin.FILE:
        raise Conflict(
            f"{stored.feed.title} stands in the configuration file. "
            "Take it out there; chat can pause it."
        )
    _retire(db, stored.id, now)
    return stored


def erase_person(db: Db, by: str) -> int:
    """Forget who subscribed to feeds, on request; the feeds stay. How many."""
    return int(db.execute("UPDATE feeds SET added_by = '' WHERE added_by = ?", (by,)).rowcount)


def bring_back(db: Db, feed_id: int, *, paused: bool) -> bool:
    """Subscribe again to what was removed, due at once; False where it is subscribed."""
    done = db.execute(
        "UPDATE feeds SET removed = NULL, paused = ?, ended = 0, next_check = NULL, failures = 0"
        " WHERE id = ? AND removed IS NOT NULL",
        (int(paused), feed_id),
    )
    return bool(done.rowcount)


def pause_feed(db: Db, reference: str, *, paused: bool) -> StoredFeed:
    """Pause or resume; a resumed feed is due at once, also where its publisher had ended it."""
    stored = find_feed(db, reference)
    if paused:
        db.execute("UPDATE feeds SET paused = 1 WHERE id = ?", (stored.id,))
    else:
        db.execute(
            "UPDATE feeds SET paused = 0, ended = 0, next_check = NULL WHERE id = ?", (stored.id,)
        )
    return _by_url(db, stored.feed.url)


def move_feed(db: Db, reference: str, url: str, state: FeedState) -> StoredFeed:
    """Poll a feed at another address from now on, with its memory. Raises NotFound; Conflict where
    the file fixes it, or the address is subscribed already."""
    stored = find_feed(db, reference)
    if stored.origin is Origin.FILE:
        raise Conflict(
            f"{stored.feed.title} stands in the configuration file. Change its url there to {url}."
        )
    if db.execute("SELECT 1 FROM feeds WHERE url = ?", (url,)).fetchone():
        raise Conflict(f"{url} is known as a feed of its own.")
    db.execute("UPDATE feeds SET url = ? WHERE id = ?", (url, stored.id))
    save_feed_state(db, stored.id, state)
    return _by_url(db, url)


def undo_move(db: Db, reference: str) -> StoredFeed:
    """Poll a feed where it was before it moved; it is not moved there again. Raises NotFound."""
    stored = find_feed(db, reference)
    old = stored.state.moved_from
    if not old:
        raise NotFound(f"{stored.feed.title} has not moved.")
    return move_feed(db, stored.feed.url, old, schedule.undo_move(stored.state, stored.feed.url))


def find_feed(db: Db, reference: str) -> StoredFeed:
    """By address, by name (any case) or by number. Raises NotFound; Conflict where two share it."""
    wanted = reference.strip()
    found = [
        url
        for number, url, name in db.execute("SELECT id, url, name FROM feeds WHERE removed IS NULL")
        if url == wanted or name.casefold() == wanted.casefold() or str(number) == wanted
    ]
    if wanted in found:
        found = [wanted]
    if not found:
        raise NotFound(f"No feed is called “{wanted}”. `feeds list` shows them all.")
    if len(found) > 1:
        raise Conflict(f"{len(found)} feeds are called “{wanted}”. Give the address instead.")
    return _by_url(db, found[0])


def _by_url(db: Db, url: str) -> StoredFeed:
    return _stored(db.execute("SELECT * FROM feeds WHERE url = ?", (url,)).fetchone())


def all_feeds(db: Db) -> list[StoredFeed]:
    """All that are subscribed, by name."""
    feeds = [_stored(row) for row in db.execute(_SUBSCRIBED)]
    return sorted(feeds, key=lambda stored: _by_name(stored.feed))


def subscriptions(db: Db) -> list[Feed]:
    """All that are subscribed, by name, without what is known of their polls."""
    rows = db.execute(
        "SELECT url, name, tags, interval_seconds, full_text, headers FROM feeds"
        " WHERE removed IS NULL"
    )
    return sorted(map(_feed, rows), key=_by_name)


def _by_name(feed: Feed) -> tuple[str, str]:
    return feed.title.casefold(), feed.url


def due_feeds(db: Db, now: datetime, limit: int) -> list[StoredFeed]:
    """Longest overdue first; what was never polled comes before. What its publisher has ended is
    asked on."""
    rows = db.execute(
        f"{_SUBSCRIBED} AND paused = 0"
        " AND (next_check IS NULL OR next_check <= ?) ORDER BY next_check, id LIMIT ?",
        (stamp(now), limit),
    )
    return [_stored(row) for row in rows]


def save_feed_state(db: Db, feed_id: int, state: FeedState) -> None:
    """The whole memory, with the columns that `due_feeds` and the figures read."""
    db.execute(
        "UPDATE feeds SET state = ?, next_check = ?, last_checked = ?, ended = ?, failures = ?"
        " WHERE id = ?",
        (
            state_to_json(state),
            stamp_or_none(state.next_check),
            stamp_or_none(state.last_checked),
            int(state.ended),
            state.failures,
            feed_id,
        ),
    )


def known_entries(db: Db, feed_id: int, keys: Sequence[str]) -> Mapping[str, KnownEntry]:
    """Which of these keys the feed has shown before."""
    found = {}
    for key in keys:
        row = known_entry(db, feed_id, key)
        if row is not None:
            found[key] = KnownEntry(
                article_id=None if row["pruned"] else row["id"],
                content_digest=row["content_digest"],
                first_seen=moment(row["first_seen"]),
            )
    return found


def known_entry(db: Db, feed_id: int, key: str) -> Row | None:
    """The article's identity behind a key of a feed."""
    row: Row | None = db.execute(
        "SELECT a.id, a.pruned, a.content_digest, a.first_seen FROM entries e"
        " JOIN articles a ON a.id = e.article_id WHERE e.feed_id = ? AND e.key = ?",
        (feed_id, key_digest(key)),
    ).fetchone()
    return row


def _feed(row: Row) -> Feed:
    seconds = row["interval_seconds"]
    return Feed(
        url=row["url"],
        name=row["name"],
        tags=texts_from(row["tags"]),
        interval=None if seconds is None else timedelta(seconds=seconds),
        full_text=bool(row["full_text"]),
        headers=pairs_from(row["headers"]),
    )


def _stored(row: Row) -> StoredFeed:
    return StoredFeed(
        id=row["id"],
        feed=_feed(row),
        state=_current_state(row),
        origin=Origin(row["origin"]),
        paused=bool(row["paused"]),
        added=moment(row["added"]),
        added_by=row["added_by"],
    )


def _current_state(row: Row) -> FeedState:
    """The memory, with what a pause, a resumption or a return has changed since the last poll."""
    state = state_from_json(row["state"])
    if row["next_check"] is None and state.next_check is not None:
        return replace(
            state,
            next_check=None,
            ended=False,
            failures=0,
            failure="",
            failure_text="",
            failing_since=None,
            told=False,
        )
    return state
