"""What people said of alerts: kept with what was shown, applied by admins, measured.

An admin's verdict changes the development at once. Another member's waits for an admin of the same
server or workspace. Both are training examples and count in the measured precision.
"""

# ruff: noqa: S608 - what is put together are names and clauses of ours; values are parameters.

from __future__ import annotations

from datetime import datetime

from storage import developments, mending
from storage.errors import Conflict, NotFound
from storage.records import Precision, StoredFeedback
from storage.rows import Db, Row, claims_json, moment, stamp

NOT_RELEVANT = "not_relevant"
CONFIRMED = "confirmed"


def give(
    db: Db,
    reference: str,
    verdict: str,
    *,
    by: str,
    platform: str,
    now: datetime,
    note: str,
    admin: bool,
    space: str,
) -> StoredFeedback:
    """Keep who said what, and of what: the claims as they were shown. Raises NotFound."""
    development = developments.known(db, reference)
    row = db.execute(
        "INSERT INTO feedback (development_id, verdict, by, platform, given, note, space, state,"
        " decided_by, revision, shown) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        (
            development.id,
            verdict,
            by,
            platform,
            stamp(now),
            note,
            space,
            "applied" if admin else "waiting",
            by if admin else "",
            development.revision,
            claims_json(development.claims),
        ),
    ).fetchall()[0]
    if admin:
        _apply(db, development.short_id, verdict, by=by, note=note, now=now)
    return _by_id(db, row["id"])


def _apply(db: Db, reference: str, verdict: str, *, by: str, note: str, now: datetime) -> None:
    if verdict == NOT_RELEVANT:
        mending.withdraw(db, reference, by=by, note=note, now=now)
    elif verdict == CONFIRMED and developments.known(db, reference).status != "active":
        mending.reinstate(db, reference, by=by, note=note, now=now)


def decide(
    db: Db, feedback_id: int, *, accept: bool, by: str, space: str, now: datetime
) -> StoredFeedback:
    """An admin accepts or refuses what a member said on the same server. Raises NotFound where
    there is none that waits there, Conflict where it was decided already."""
    row = db.execute(
        "SELECT f.*, d.short_id FROM feedback f JOIN developments d ON d.id = f.development_id"
        " WHERE f.id = ? AND f.space = ?",
        (feedback_id, space),
    ).fetchone()
    if row is None:
        raise NotFound(f"No correction with the number {feedback_id} waits here.")
    if row["state"] != "waiting":
        raise Conflict(f"Correction {feedback_id} was {row['state']} already.")
    db.execute(
        "UPDATE feedback SET state = ?, decided_by = ? WHERE id = ?",
        ("applied" if accept else "refused", by, feedback_id),
    )
    if accept:
        _apply(db, row["short_id"], row["verdict"], by=by, note=row["note"], now=now)
    return _by_id(db, feedback_id)


def listing(db: Db, *, state: str, space: str | None, limit: int) -> list[StoredFeedback]:
    """Newest first; of one server, or of all (None)."""
    rows = db.execute(
        f"{_SELECT} WHERE (?1 = '' OR f.state = ?1) AND (?2 IS NULL OR f.space = ?2)"
        " ORDER BY f.id DESC LIMIT ?3",
        (state, space, limit),
    )
    return [_stored(row) for row in rows]


def erase_person(db: Db, by: str, platform: str) -> int:
    """Forget who said it, on request; the verdicts stay, nameless. How many."""
    done = db.execute(
        "UPDATE feedback SET by = '', note = '' WHERE by = ? AND platform = ?", (by, platform)
    ).rowcount
    db.execute("UPDATE feedback SET decided_by = '' WHERE decided_by = ?", (by,))
    return int(done)


_SELECT = "SELECT f.*, d.short_id FROM feedback f JOIN developments d ON d.id = f.development_id"


def _by_id(db: Db, feedback_id: int) -> StoredFeedback:
    return _stored(db.execute(f"{_SELECT} WHERE f.id = ?", (feedback_id,)).fetchone())


def _stored(row: Row) -> StoredFeedback:
    return StoredFeedback(
        id=row["id"],
        short_id=row["short_id"],
        verdict=row["verdict"],
        by=row["by"],
        platform=row["platform"],
        given=moment(row["given"]),
        note=row["note"],
        state=row["state"],
    )


# --- measured precision

_GROUPS = {
    "week": "strftime('%Y-W%W', x.finished)",
    "route": "x.route",
    "source": "a.source",
}


def precision(db: Db, group: str, since: datetime) -> list[Precision]:
    """Alerts sent since then, by week, route or source of the lead article, and how they fared.
    An alert counts once a development and group. Raises Conflict."""
    if group not in _GROUPS:
        raise Conflict(f"Figures come by {', '.join(_GROUPS)}; not by {group!r}.")
    rows = db.execute(
        f"SELECT {_GROUPS[group]} AS grp, count(DISTINCT d.id) AS alerts,"
        " count(DISTINCT iif(d.status <> 'withdrawn' AND (" + _CONFIRMED + "), d.id, NULL))"
        " AS confirmed, count(DISTINCT"
        " iif(d.status IN ('corrected', 'denied', 'retracted'), d.id, NULL)) AS corrected,"
        " count(DISTINCT iif(d.status = 'withdrawn', d.id, NULL)) AS rejected"
        " FROM deliveries x JOIN developments d ON d.id = x.development_id"
        " JOIN articles a ON a.id = d.lead"
        " WHERE x.kind = 'alert' AND x.state = 'sent' AND x.finished >= ?"
        " GROUP BY grp ORDER BY grp",
        (stamp(since),),
    )
    return [
        Precision(r["grp"] or "", r["alerts"], r["confirmed"], r["corrected"], r["rejected"])
        for r in rows
    ]


_CONFIRMED = (
    "EXISTS (SELECT 1 FROM feedback f WHERE f.development_id = d.id AND f.state = 'applied'"
    " AND f.verdict = 'confirmed') OR (SELECT count(DISTINCT s.source) FROM articles s"
    " WHERE s.development_id = d.id AND coalesce(s.role, 'first') <> 'syndicated') > 1"
)
