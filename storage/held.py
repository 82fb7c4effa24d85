"""What a burst brought: kept, classified, told to nobody until an admin releases or discards it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from storage import articles, developments
from storage.feeds import find_feed
from storage.planning import plan_deliveries
from storage.records import ChangeKind, DevelopmentChange, HeldFeed, RoutePlan
from storage.rows import Db, moment, stamp


def held_feeds(db: Db) -> list[HeldFeed]:
    """The feeds that hold something, longest held first."""
    rows = db.execute(
        "SELECT f.url, f.name, count(*) AS articles, count(DISTINCT a.development_id) AS stories,"
        # What is held is little: CROSS JOIN keeps SQLite from beginning with the articles.
        " min(h.since) AS since FROM held h CROSS JOIN feeds f ON f.id = h.feed_id"
        " CROSS JOIN articles a ON a.id = h.article_id GROUP BY f.id ORDER BY since"
    )
    return [
        HeldFeed(r["url"], r["name"], r["articles"], r["stories"], moment(r["since"])) for r in rows
    ]


def release(db: Db, reference: str, plan: RoutePlan, *, now: datetime) -> int:
    """Tell what was held, oldest first, as if it had come now; how many deliveries. Raises
    NotFound where there is no such feed."""
    deliveries = 0
    for article_id in _take(db, reference):
        stored = articles.by_ids(db, [article_id])[article_id]
        if stored.development_id is None:
            continue
        development = developments.by_id(db, stored.development_id)
        change = DevelopmentChange(ChangeKind.NEW, development, None, "", stored.article, True)
        planned = plan_deliveries(db, article_id, change, plan, now)
        articles.settle_outcome(db, article_id, "held, then released")
        deliveries += planned.sent
    return deliveries


def discard(db: Db, reference: str) -> int:
    """Tell nobody what was held; the articles are kept. How many. Raises NotFound."""
    taken = _take(db, reference)
    for article_id in taken:
        articles.settle_outcome(db, article_id, "held, then discarded")
    return len(taken)


def articles_of(db: Db, feed_id: int) -> list[int]:
    """What is held of a feed."""
    rows = db.execute(
        "SELECT article_id FROM held WHERE feed_id = ? ORDER BY article_id", (feed_id,)
    )
    return [row["article_id"] for row in rows]


def hold_again(db: Db, feed_id: int, article_ids: Sequence[int], *, now: datetime) -> None:
    """Take a decision back: they wait anew."""
    for article_id in article_ids:
        db.execute(
            "INSERT INTO held (article_id, feed_id, since) SELECT id, ?, ? FROM articles"
            " WHERE id = ? ON CONFLICT DO NOTHING",
            (feed_id, stamp(now), article_id),
        )
        articles.settle_outcome(db, article_id, "held")


def _take(db: Db, reference: str) -> list[int]:
    feed = find_feed(db, reference)
    taken = articles_of(db, feed.id)
    db.execute("DELETE FROM held WHERE feed_id = ?", (feed.id,))
    return taken
