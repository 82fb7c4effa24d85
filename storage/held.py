"""What a burst brought: kept, classified, told to nobody until an admin releases or discards it."""

from __future__ import annotations

from datetime import datetime

from storage import articles, developments
from storage.feeds import find_feed
from storage.planning import plan_deliveries
from storage.records import ChangeKind, DevelopmentChange, HeldFeed, RoutePlan
from storage.rows import Db, moment


def held_feeds(db: Db) -> list[HeldFeed]:
    """The feeds that hold something, longest held first."""
    rows = db.execute(
        "SELECT f.url, f.name, count(*) AS articles, count(DISTINCT a.development_id) AS stories,"
        " min(h.since) AS since FROM held h JOIN feeds f ON f.id = h.feed_id"
        " JOIN articles a ON a.id = h.article_id GROUP BY f.id ORDER BY since"
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


def _take(db: Db, reference: str) -> list[int]:
    feed = find_feed(db, reference)
    rows = db.execute(
        "SELECT article_id FROM held WHERE feed_id = ? ORDER BY article_id", (feed.id,)
    )
    taken = [row["article_id"] for row in rows]
    db.execute("DELETE FROM held WHERE feed_id = ?", (feed.id,))
    return taken
