"""Articles as kept: insertion, revision, what is drawn from them for the search."""

# ruff: noqa: S608 - what is put together are names and clauses of ours; values are parameters.

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from classifiers.assessment import Assessment, Claim
from feeds.article import Article
from feeds.urls import canonical_url
from storage.records import StoredArticle
from storage.rows import (
    Db,
    Row,
    assessment_from,
    assessment_json,
    key_digest,
    last_id,
    moment,
    moment_or_none,
    number_digest,
    stamp,
    stamp_or_none,
    texts_from,
    texts_json,
)

_WITH_FEED = "SELECT a.*, f.url AS feed_url FROM articles a JOIN feeds f ON f.id = a.feed_id WHERE "


def find_known(db: Db, feed_id: int, article: Article) -> Row | None:
    """The article behind any of its keys in this feed, or behind its address in any feed. The row
    has `id`, `feed_id`, `content_digest` and `pruned`."""
    for key in article.keys:
        row: Row | None = db.execute(
            "SELECT a.id, a.feed_id, a.content_digest, a.pruned FROM entries e"
            " JOIN articles a ON a.id = e.article_id WHERE e.feed_id = ? AND e.key = ?",
            (feed_id, key_digest(key)),
        ).fetchone()
        if row is not None:
            return row
    return by_address(db, article.canonical_url)


def by_address(db: Db, canonical: str) -> Row | None:
    """The article that a canonical address names."""
    if not canonical:
        return None
    row: Row | None = db.execute(
        "SELECT id, feed_id, content_digest, pruned FROM articles WHERE address = ?",
        (number_digest(canonical),),
    ).fetchone()
    return row


def add_keys(db: Db, feed_id: int, article_id: int, keys: Iterable[str]) -> None:
    """By what else the feed may show it again. A key keeps its first article."""
    db.conn.executemany(
        "INSERT INTO entries (feed_id, key, article_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        [(feed_id, key_digest(key), article_id) for key in keys],
    )


def insert(db: Db, feed_id: int, article: Article, assessment: Assessment, now: datetime) -> int:
    """Keep a new article; its number."""
    cursor = db.execute(
        "INSERT INTO articles (feed_id, keys, url, canonical_url, address, title, summary, text,"
        " quotations, facets, source, language, published, updated, content_digest, first_seen,"
        " relevant, score, assessment)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            feed_id,
            texts_json(article.keys),
            article.url,
            # An address that its link gives is not kept twice.
            "" if article.canonical_url == canonical_url(article.url) else article.canonical_url,
            number_digest(article.canonical_url) if article.canonical_url else None,
            *_content(article, assessment),
            article.source,
            assessment.language or article.language,
            stamp_or_none(article.published),
            stamp_or_none(article.updated),
            article.content_digest,
            stamp(now),
            int(assessment.relevant),
            assessment.score,
            assessment_json(assessment),
        ),
    )
    article_id = last_id(cursor)
    add_keys(db, feed_id, article_id, article.keys)
    return article_id


def revise(
    db: Db, article_id: int, article: Article, assessment: Assessment, now: datetime
) -> None:
    """Keep an edited article as a new revision; the old title, summary and assessment stay."""
    db.execute(
        "INSERT INTO article_revisions (article_id, revision, title, summary, content_digest,"
        " assessment, replaced) SELECT id, revision, title, summary, content_digest, assessment, ?"
        " FROM articles WHERE id = ?",
        (stamp(now), article_id),
    )
    db.execute(
        "UPDATE articles SET revision = revision + 1, title = ?, summary = ?, text = ?,"
        " quotations = ?, facets = ?, language = ?, updated = ?, content_digest = ?,"
        " relevant = ?, score = ?, assessment = ?, pruned = 0 WHERE id = ?",
        (
            *_content(article, assessment),
            assessment.language or article.language,
            stamp_or_none(article.updated),
            article.content_digest,
            int(assessment.relevant),
            assessment.score,
            assessment_json(assessment),
            article_id,
        ),
    )


def _content(article: Article, assessment: Assessment) -> tuple[str, str, str, str, str]:
    """The five columns of the full-text index."""
    quotes = dict.fromkeys(e.quote for c in assessment.claims for e in c.evidence if e.quote)
    return (
        article.title,
        article.summary,
        article.text,
        "\n".join(quotes),
        " ".join(facets(article, assessment)),
    )


def facets(article: Article, assessment: Assessment) -> Iterable[str]:
    """Words that stand for an article's properties, so that filters are terms of the index too."""
    yield facet("lang", assessment.language or article.language)
    yield facet("src", article.source)
    for word in re.findall(r"\w+", article.source):
        yield facet("src", word)
    if assessment.relevant:
        yield RELEVANT
        yield from dict.fromkeys(_claim_facets(assessment.claims))


RELEVANT = "isrelevant"


def _claim_facets(claims: Iterable[Claim]) -> Iterable[str]:
    for claim in claims:
        yield from (facet("from", actor) for actor in claim.committers)
        yield from (facet("to", actor) for actor in claim.beneficiaries)
        yield from (facet("about", obligation.value) for obligation in claim.obligations)
        yield facet("stage", str(int(claim.stage)))
        yield facet("dir", claim.direction.value)


def facet(kind: str, value: str) -> str:
    """One word of letters and digits, whatever the value holds."""
    return kind + "".join(re.findall(r"[^\W_]+", value.casefold()))


def settle_outcome(
    db: Db, article_id: int, outcome: str, *, development_id: int | None = None, role: str = ""
) -> None:
    """Why it was or was not alerted, and to which development it belongs."""
    db.execute(
        "UPDATE articles SET outcome = ?, development_id = coalesce(?, development_id),"
        " role = coalesce(nullif(?, ''), role) WHERE id = ?",
        (outcome, development_id, role, article_id),
    )


def first_since(db: Db, when: datetime) -> int:
    """The number of the first article seen at a time or later; one more than the last where there
    is none. Articles are numbered as they come, so that no index over times is needed."""
    low = 1
    high = int(db.execute("SELECT coalesce(max(id), 0) + 1 FROM articles").fetchone()[0])
    wanted = stamp(when)
    while low < high:
        middle = (low + high) // 2
        row = db.execute("SELECT first_seen FROM articles WHERE id = ?", (middle,)).fetchone()
        if row["first_seen"] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


def by_ids(db: Db, ids: Iterable[int]) -> dict[int, StoredArticle]:
    """Whole articles by number."""
    rows = db.execute(
        f"{_WITH_FEED} a.id IN (SELECT value FROM json_each(?))",
        (f"[{','.join(str(int(i)) for i in ids)}]",),
    )
    return {row["id"]: stored(row) for row in rows}


def find(db: Db, reference: str) -> StoredArticle | None:
    """By number, or by address, which is compared canonically."""
    wanted = reference.strip()
    if wanted.isdecimal():
        return by_ids(db, [int(wanted[:18])]).get(int(wanted[:18]))
    row = by_address(db, canonical_url(wanted)) or by_address(db, wanted)
    return None if row is None else by_ids(db, [row["id"]])[row["id"]]


def stored(row: Row) -> StoredArticle:
    """A row of `articles` with its feed's address as a value."""
    return StoredArticle(
        id=row["id"],
        feed_url=row["feed_url"],
        article=Article(
            keys=texts_from(row["keys"]),
            url=row["url"],
            canonical_url=row["canonical_url"] or canonical_url(row["url"]),
            title=row["title"],
            summary=row["summary"],
            text=row["text"],
            source=row["source"],
            language=row["language"],
            published=moment_or_none(row["published"]),
            updated=moment_or_none(row["updated"]),
            content_digest=row["content_digest"],
        ),
        first_seen=moment(row["first_seen"]),
        revision=row["revision"],
        assessment=assessment_from(
            row["assessment"],
            relevant=bool(row["relevant"]),
            score=row["score"],
            language=row["language"],
        ),
        development_id=row["development_id"],
        outcome=row["outcome"],
    )
