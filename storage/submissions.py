"""Articles that people found missing. A miss is as valuable as a false alarm: each is kept as an
example for training, with what the classifier said of it."""

from __future__ import annotations

from datetime import datetime

from classifiers.assessment import Assessment
from feeds.article import Article
from storage.rows import Db, assessment_json, stamp


def keep(
    db: Db,
    article: Article,
    assessment: Assessment,
    *,
    by: str,
    platform: str,
    space: str,
    now: datetime,
) -> None:
    """Keep a submission; the same one by the same person again replaces it."""
    db.execute(
        "INSERT INTO submissions (url, title, summary, text, by, platform, space, given,"
        " assessment) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (url, platform, by)"
        " DO UPDATE SET title = excluded.title, summary = excluded.summary, text = excluded.text,"
        " given = excluded.given, assessment = excluded.assessment",
        (
            article.url,
            article.title,
            article.summary,
            article.text,
            by,
            platform,
            space,
            stamp(now),
            assessment_json(assessment),
        ),
    )


def erase_person(db: Db, by: str, platform: str) -> int:
    """Make a person's submissions nameless, on request; how many."""
    done = db.execute(
        "UPDATE submissions SET by = 'erased-' || id WHERE by = ? AND platform = ?", (by, platform)
    )
    return int(done.rowcount)
