"""What the same-story decision reads: reports by development, and the index that finds them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from classifiers.same_story import CANDIDATES, KnownStory, index_keys
from classifiers.story_report import Report
from storage.rows import Db, claims_from, day_number, number_digest, report_from, report_json


def candidates(db: Db, report: Report, *, window_days: int) -> list[KnownStory]:
    """Developments near in time that share a key with the report, the likest first."""
    day = day_number(report.when)
    rows = db.execute(
        "SELECT development_id, count(*) AS shared FROM story_index WHERE key IN"
        " (SELECT value FROM json_each(?)) AND day BETWEEN ? AND ?"
        " GROUP BY development_id ORDER BY shared DESC, development_id DESC LIMIT ?",
        (_keys_json(report), day - window_days, day + window_days, CANDIDATES),
    )
    return stories(db, [row["development_id"] for row in rows])


def stories(db: Db, ids: Iterable[int]) -> list[KnownStory]:
    """Developments as the decision sees them."""
    wanted = f"[{','.join(str(i) for i in ids)}]"
    reports: dict[int, list[Report]] = defaultdict(list)
    for row in db.execute(
        "SELECT development_id, report FROM story_reports WHERE development_id IN"
        " (SELECT value FROM json_each(?)) ORDER BY article_id",
        (wanted,),
    ):
        reports[row["development_id"]].append(report_from(row["report"]))
    return [
        KnownStory(row["id"], claims_from(row["claims"]), tuple(reports[row["id"]]))
        for row in db.execute(
            "SELECT id, claims FROM developments WHERE id IN (SELECT value FROM json_each(?))"
            " AND merged_into IS NULL AND status <> 'withdrawn'",
            (wanted,),
        )
    ]


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


def _keys_json(report: Report) -> str:
    return f"[{','.join(str(number_digest(key)) for key in set(index_keys(report)))}]"


def report_time(published: datetime | None, first_seen: datetime) -> datetime:
    """When an act happened as far as an article tells; a date in the future is a mistake."""
    return first_seen if published is None or published > first_seen else published
