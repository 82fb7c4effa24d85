"""What has been reported, for trying other settings and another threshold on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from classifiers.assessment import head_word
from classifiers.known_story import KnownStory
from classifiers.same_story import decide
from classifiers.story_report import Report, report_of
from storage import articles, developments, stories
from storage.polls import confidence
from storage.records import Development, Source, StoredArticle
from storage.rows import Db, moment, stamp


@dataclass(frozen=True, slots=True)
class Replayed:
    """One article whose verdict would be another."""

    article_id: int
    title: str
    source: str
    url: str
    score: float
    gained: bool
    """True: it would be alerted; False: it would no longer be."""


@dataclass(frozen=True, slots=True)
class Reported:
    """One development as it would be told anew."""

    development: Development
    """As it stands today, without its past. One that a lower threshold would have begun has no
    short id."""
    at: datetime
    """When it was first reported, or told to us, whichever came first."""
    language: str
    """Of the report that leads it."""
    score: float
    """The best of its articles: a higher threshold would have kept all of it away."""


def replay(db: Db, threshold: float, limit: int) -> list[Replayed]:
    """Articles that a threshold would add or lose, the surest first. An article without a claim is
    never alerted, whatever its score."""
    rows = db.execute(
        "SELECT id, title, source, url, score, relevant FROM articles"
        " WHERE json_array_length(assessment, '$.claims') > 0"
        " AND relevant <> (score >= ?) ORDER BY relevant, score DESC LIMIT ?",
        (threshold, limit),
    )
    return [
        Replayed(r["id"], r["title"], r["source"], r["url"], r["score"], not r["relevant"])
        for r in rows
    ]


def reported(db: Db, since: datetime, limit: int) -> list[Reported]:
    """The developments that were told to us since then, the newest first; without what was merged
    or taken back."""
    rows = db.execute(
        "SELECT d.id, min(d.created, coalesce(a.published, d.created)) AS at, a.language,"
        " (SELECT max(s.score) FROM articles s WHERE s.development_id = d.id) AS score"
        " FROM developments d JOIN articles a ON a.id = d.lead"
        " WHERE d.created >= ? AND d.merged_into IS NULL AND d.status <> 'withdrawn'"
        " ORDER BY d.id DESC LIMIT ?",
        (stamp(since), limit),
    ).fetchall()
    found = {d.id: d for d in developments.by_ids(db, [row["id"] for row in rows], past=False)}
    return [
        Reported(found[row["id"]], moment(row["at"]), row["language"], row["score"]) for row in rows
    ]


def beginning(db: Db, threshold: float, since: datetime, limit: int) -> list[Reported]:
    """The developments that a lower threshold would have begun since then: of the articles that
    fell below the one in force, the surest, each act once, without what is a further report of a
    development that is known."""
    rows = db.execute(
        # The second bound on the score is the index's own: without it SQLite would not use it.
        "SELECT id FROM articles WHERE id >= ? AND relevant = 0 AND score >= ? AND score >= 0.03"
        " AND json_array_length(assessment, '$.claims') > 0 ORDER BY score DESC LIMIT ?",
        (articles.first_since(db, since), threshold, limit),
    ).fetchall()
    kept = articles.by_ids(db, [row["id"] for row in rows])
    begun: list[KnownStory] = []
    found: list[Reported] = []
    for number in sorted(kept):
        article = kept[number]
        report = report_of(article.article, article.assessment, article.first_seen)
        if _is_told_already(db, report, begun):
            continue
        begun.append(KnownStory.of(-number, article.assessment.claims, [report]))
        found.append(_begun(article))
    return found[::-1]


def _is_told_already(db: Db, report: Report, begun: Sequence[KnownStory]) -> bool:
    return decide(report, [*stories.candidates(db, report), *begun]).story is not None


def _begun(stored: StoredArticle) -> Reported:
    article, assessment = stored.article, stored.assessment
    lead = Source(
        stored.id, article.source, article.title, article.url, article.published, stored.first_seen
    )
    development = Development(
        id=-stored.id,
        short_id="",
        revision=0,
        claims=assessment.claims,
        head=head_word(assessment.claims[0]),
        confidence=confidence(assessment),
        lead=lead,
        sources=(lead,),
        changes=(),
        created=stored.first_seen,
        updated=stored.first_seen,
    )
    at = min(stored.first_seen, article.published or stored.first_seen)
    return Reported(development, at, article.language, assessment.score)
