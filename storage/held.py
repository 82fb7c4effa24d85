"""What a burst brought: kept, classified, told to nobody until an admin releases or discards it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from classifiers.assessment import head_word
from feeds.article import Article
from storage import articles, developments
from storage.feeds import find_feed
from storage.planning import plan_deliveries
from storage.records import ChangeKind, Development, DevelopmentChange, HeldFeed, RoutePlan
from storage.rows import Db, Row, claims_from, claims_json, moment, stamp
from storage.wording import difference, dropped_line


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


def hold(db: Db, article_id: int, change: DevelopmentChange, now: datetime) -> None:
    """Put an article aside until an admin decides, with what it did. What is held already and was
    edited keeps what it was first, so that it is told once, by what is different in the end."""
    told = change.previous.claims if change.previous and change.kind in _BY_CLAIMS else ()
    db.execute(
        "INSERT INTO held (article_id, feed_id, since, kind, development_id, before)"
        " SELECT id, feed_id, ?, ?, ?, ? FROM articles WHERE id = ?"
        " ON CONFLICT (article_id) DO UPDATE SET kind = excluded.kind,"
        " development_id = excluded.development_id, before = excluded.before"
        " WHERE kind = 'source'",
        (stamp(now), change.kind.value, change.development.id, claims_json(told), article_id),
    )


_BY_CLAIMS = (ChangeKind.UPDATE, ChangeKind.CORRECTION)
"""Kinds that are told by the difference between claims."""
_OPENING = f"('{ChangeKind.NEW}', '{ChangeKind.SOURCE}')"


def release(db: Db, reference: str, plan: RoutePlan, *, now: datetime) -> int:
    """Tell what was held, oldest first, as it stands now: to those who know a development what has
    become of it, to others all of it. Nothing of what does not stand any more. How many deliveries.
    Raises NotFound where there is no such feed."""
    deliveries = 0
    moved: set[int] = set()
    for row in _released(db, reference):
        stored = articles.by_ids(db, [row["article_id"]])[row["article_id"]]
        development = developments.by_id(db, row["now_of"])
        change = _change(row, development, stored.article, told=development.id in moved)
        outcome = f"held, then released; {development.short_id} is {development.status}"
        if change is not None:
            deliveries += plan_deliveries(db, row["article_id"], change, plan, now).sent
            moved |= {development.id} if change.kind in _BY_CLAIMS else set()
            outcome = "held, then released"
        articles.settle_outcome(db, row["article_id"], outcome)
    return deliveries


def _released(db: Db, reference: str) -> list[Row]:
    """What is held of a feed, and no more: stories in the order in which they came. Of each the
    changes come first: whom they find without its alert gets one that has them in it."""
    feed = find_feed(db, reference)
    rows = db.execute(
        "SELECT h.*, a.development_id AS now_of FROM held h JOIN articles a ON a.id = h.article_id"  # noqa: S608 - words of ours
        " WHERE h.feed_id = ? AND a.development_id IS NOT NULL"
        " ORDER BY min(h.article_id) OVER (PARTITION BY a.development_id),"
        f" h.kind IN {_OPENING}, h.article_id",
        (feed.id,),
    ).fetchall()
    db.execute("DELETE FROM held WHERE feed_id = ?", (feed.id,))
    return rows


def _change(
    row: Row, development: Development, article: Article, *, told: bool
) -> DevelopmentChange | None:
    """What there is still to tell of a held article; None where nothing is. `told`: what changed in
    its development's claims was told just now."""
    kind = ChangeKind(row["kind"])
    before = claims_from(row["before"]) or development.claims
    previous = replace(development, claims=before, head=head_word(before[0]))
    overtaken = row["development_id"] != development.id or (told and kind in _BY_CLAIMS)
    what = "" if overtaken else _what(kind, previous, development, article)
    if not what and kind is not ChangeKind.NEW:
        kind = ChangeKind.SOURCE
    void = development.status == "retracted" and kind is not ChangeKind.CORRECTION
    if void or development.status == "withdrawn":
        return None
    known = None if kind is ChangeKind.NEW else previous
    return DevelopmentChange(kind, development, known, what, article, alert=True)


def _what(kind: ChangeKind, before: Development, after: Development, article: Article) -> str:
    """What became of a development, where it is still so."""
    if kind is ChangeKind.DENIAL:
        return difference(before, after, kind) if after.status == "denied" else ""
    if kind not in _BY_CLAIMS:
        return ""
    return dropped_line(article) if after.status == "retracted" else difference(before, after, kind)


def discard(db: Db, reference: str) -> int:
    """Tell nobody what was held; the articles are kept. How many. Raises NotFound."""
    feed = find_feed(db, reference)
    taken = [one["article"] for one in articles_of(db, feed.id)]
    db.execute("DELETE FROM held WHERE feed_id = ?", (feed.id,))
    for article_id in taken:
        articles.settle_outcome(db, article_id, "held, then discarded")
    return len(taken)


def articles_of(db: Db, feed_id: int) -> list[dict[str, Any]]:
    """What is held of a feed and what it did, as JSON values: what `hold_again` needs."""
    rows = db.execute(
        "SELECT article_id AS article, kind, development_id AS development, before FROM held"
        " WHERE feed_id = ? ORDER BY article_id",
        (feed_id,),
    )
    return [dict(row) for row in rows]


def hold_again(
    db: Db, feed_id: int, kept: Sequence[Mapping[str, Any] | int], *, now: datetime
) -> None:
    """Take a decision back: they wait anew. Of what was decided on before that was kept, there is
    the article's number alone."""
    for one in kept:
        known = {"article": one} if isinstance(one, int) else one
        db.execute(
            "INSERT INTO held (article_id, feed_id, since, kind, development_id, before)"
            " SELECT id, ?, ?, ?, coalesce(?, development_id), ? FROM articles WHERE id = ?"
            " ON CONFLICT DO NOTHING",
            (
                feed_id,
                stamp(now),
                known.get("kind", ChangeKind.NEW.value),
                known.get("development"),
                known.get("before", "[]"),
                known["article"],
            ),
        )
        articles.settle_outcome(db, known["article"], "held")
