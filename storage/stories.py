"""What the same-story decision reads: reports by development, and the index that finds them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from classifiers.known_story import KnownStory, telling
from classifiers.same_story import WINDOW
from classifiers.story_book import AFTER, BEFORE, index_keys, rank
from classifiers.story_report import Report
from storage.rows import Db, claims_from, day_number, number_digest, report_from, report_json


def candidates(db: Db, report: Report) -> list[KnownStory]:
    """Developments near in time that share most with the report."""
    day = day_number(report.when)
    return stories(db, rank(_near(db, key, day) for key in set(index_keys(report))))


def _near(db: Db, key: str, day: int) -> list[int]:
    """The developments found under a key, the latest before the day and the first after it."""
    number = number_digest(key)
    rows = db.execute(
        "SELECT development_id FROM story_index WHERE key = ? AND day BETWEEN ? AND ?"
        " ORDER BY day DESC LIMIT ?",
        (number, day - WINDOW.days, day, BEFORE),
    ).fetchall()
    rows += db.execute(
        "SELECT development_id FROM story_index WHERE key = ? AND day BETWEEN ? AND ?"
        " ORDER BY day LIMIT ?",
        (number, day + 1, day + WINDOW.days, AFTER),
    ).fetchall()
    return list({row[0] for row in rows})


def stories(db: Db, ids: Iterable[int]) -> list[KnownStory]:
    """Developments as the decision sees them."""
    wanted = f"[{','.join(str(i) for i in ids)}]"
    reports: dict[int, list[str]] = defaultdict(list)
    for row in db.execute(
        "SELECT development_id, report FROM story_reports WHERE development_id IN"
        " (SELECT value FROM json_each(?)) ORDER BY development_id, article_id",
        (wanted,),
    ):
        reports[row["development_id"]].append(row["report"])
    return [
        KnownStory.of(
            row["id"],
            _claims(row["claims"]),
            tuple(_report(text) for text in telling(reports[row["id"]])),
        )
        for row in db.execute(
            "SELECT id, claims FROM developments WHERE id IN (SELECT value FROM json_each(?))"
            " AND merged_into IS NULL AND status <> 'withdrawn'",
            (wanted,),
        )
    ]


# The stories of the day are asked for again with every article; a report takes some 13 KB.
_report = lru_cache(maxsize=512)(report_from)
_claims = lru_cache(maxsize=512)(claims_from)


def keep(db: Db, article_id: int, development_id: int, report: Report) -> None:
    """Remember an article's report and what it is found by."""
    db.execute(
        "INSERT INTO story_reports (article_id, development_id, report) VALUES (?, ?, ?)"
        " ON CONFLICT (article_id) DO UPDATE SET development_id = excluded.development_id,"
        " report = excluded.report",
        (article_id, development_id, report_json(report)),
    )
    index(db, development_id, report)


def index(db: Db, development_id: int, report: Report) -> None:
    """Make a development findable by a report of it."""
    day = day_number(report.when)
    db.conn.executemany(
        "INSERT INTO story_index (key, day, development_id) VALUES (?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        [(number_digest(key), day, development_id) for key in set(index_keys(report))],
    )


def reindex(db: Db, development_id: int) -> None:
    """After articles have moved between developments."""
    db.execute("DELETE FROM story_index WHERE development_id = ?", (development_id,))
    for row in db.execute(
        "SELECT report FROM story_reports WHERE development_id = ?", (development_id,)
    ).fetchall():
        index(db, development_id, report_from(row["report"]))


def report_time(published: datetime | None, first_seen: datetime) -> datetime:
    """When an act happened as far as an article tells; a date in the future is a mistake."""
    return first_seen if published is None or published > first_seen else published
