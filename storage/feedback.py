"""What people said of alerts: kept with what was shown, applied by admins, measured.

An admin's verdict changes the development at once. Another member's waits for an admin of the same
server or workspace. What was applied is an example for training and counts in the measured
precision. A development's history says "an admin": who it was stands here alone, and can be erased.
"""

# ruff: noqa: S608 - what is put together are names and clauses of ours; values are parameters.

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime

from classifiers.assessment import Claim
from storage import audit, developments, mending, undoing
from storage.errors import Conflict, NotFound
from storage.records import Author, Precision, RoutePlan, StoredFeedback
from storage.rows import Db, Row, claims_from, claims_json, moment, stamp, texts_json

NOT_RELEVANT = "not_relevant"
CONFIRMED = "confirmed"
CORRECTED = "corrected"
_AN_ADMIN = "an admin"


def give(
    db: Db,
    reference: str,
    verdict: str,
    plan: RoutePlan,
    *,
    by: str,
    platform: str,
    now: datetime,
    note: str,
    admin: bool,
    space: str,
    corrected: tuple[Claim, ...] = (),
    name: str = "",
) -> StoredFeedback:
    """Keep who said what, and of what: the claims as they were shown, and for a correction as they
    should be. Said again while it waits, it is the same feedback. Raises NotFound."""
    development = developments.known(db, reference)
    db.execute(
        "DELETE FROM feedback WHERE development_id = ? AND verdict = ? AND by = ? AND platform = ?"
        " AND space = ? AND state = 'waiting'",
        (development.id, verdict, by, platform, space),
    )
    row = db.execute(
        "INSERT INTO feedback (development_id, verdict, by, platform, given, note, space, state,"
        " decided_by, revision, shown, corrected) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " RETURNING id",
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
            claims_json(corrected) if corrected else None,
        ),
    ).fetchall()[0]
    given = _by_id(db, row["id"])
    if admin:
        before = undoing.development_kept(development)
        _apply(db, given, plan, now=now)
        after = undoing.development_kept(developments.known(db, given.short_id))
        author = Author(by, platform, space, name)
        audit.note(
            db,
            author,
            verdict.replace("_", " "),
            given.short_id,
            before=before | {"feedback": given.id},
            after=after,
            now=now,
        )
    return given


def development_of(db: Db, feedback_id: int, space: str | None) -> str:
    """The short id of what a feedback of a space (None: of any) speaks of. Raises NotFound."""
    row = db.execute(
        f"{_SELECT} WHERE f.id = ?1 AND (?2 IS NULL OR f.space = ?2)", (feedback_id, space)
    ).fetchone()
    if row is None:
        raise NotFound(f"No correction with the number {feedback_id} waits here.")
    return str(row["short_id"])


def _apply(db: Db, given: StoredFeedback, plan: RoutePlan, *, now: datetime) -> None:
    reference, note = given.short_id, given.note
    if given.verdict == NOT_RELEVANT:
        mending.withdraw(db, reference, plan, by=_AN_ADMIN, note=note, now=now)
    elif given.verdict == CONFIRMED:
        if developments.known(db, reference).status != "active":
            mending.reinstate(db, reference, plan, by=_AN_ADMIN, note=note, now=now)
    elif given.verdict == CORRECTED and given.shown and given.corrected:
        present = developments.known(db, reference).claims
        first = _onto(present[0], given.shown[0], given.corrected[0])
        claims = (first, *present[1:])
        if claims != present:
            mending.correct(db, reference, claims, plan, by=_AN_ADMIN, note=note, now=now)


def _onto(present: Claim, shown: Claim, corrected: Claim) -> Claim:
    """What the correction changed, on the claim as it is by now."""
    changed = {
        field.name: getattr(corrected, field.name)
        for field in fields(Claim)
        if getattr(corrected, field.name) != getattr(shown, field.name)
    }
    return replace(present, **changed)


def decide(
    db: Db,
    feedback_id: int,
    plan: RoutePlan,
    *,
    accept: bool,
    by: str,
    space: str | None,
    now: datetime,
) -> StoredFeedback:
    """An admin accepts or refuses what a member said on the same server (None: on any). Raises
    NotFound where there is none that waits there, Conflict where it was decided already."""
    row = db.execute(
        f"{_SELECT} WHERE f.id = ?1 AND (?2 IS NULL OR f.space = ?2)", (feedback_id, space)
    ).fetchone()
    if row is None:
        raise NotFound(f"No correction with the number {feedback_id} waits here.")
    if row["state"] != "waiting":
        raise Conflict(f"Correction {feedback_id} was {row['state']} already.")
    db.execute(
        "UPDATE feedback SET state = ?, decided_by = ? WHERE id = ?",
        ("applied" if accept else "refused", by, feedback_id),
    )
    given = _by_id(db, feedback_id)
    if accept:
        _apply(db, given, plan, now=now)
    return given


def listing(db: Db, *, state: str, space: str | None, limit: int) -> list[StoredFeedback]:
    """Newest first; of one server, or of all (None)."""
    rows = db.execute(
        f"{_SELECT} WHERE (?1 = '' OR f.state = ?1) AND (?2 IS NULL OR f.space = ?2)"
        " ORDER BY f.id DESC LIMIT ?3",
        (state, space, limit),
    )
    return [_stored(row) for row in rows]


def erase_person(db: Db, by: str, platform: str) -> int:
    """Forget who said it and who decided on it, on request; the verdicts stay, nameless. How
    many."""
    done = db.execute(
        "UPDATE feedback SET note = iif(by = ?1 AND platform = ?2, '', note),"
        " by = iif(by = ?1 AND platform = ?2, '', by),"
        " decided_by = iif(decided_by = ?1, '', decided_by)"
        " WHERE (by = ?1 AND platform = ?2) OR decided_by = ?1",
        (by, platform),
    )
    return int(done.rowcount)


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
        shown=claims_from(row["shown"]),
        corrected=claims_from(row["corrected"]) if row["corrected"] else (),
    )


# --- measured precision

_GROUPS = {
    "week": ("strftime('%Y-W%W', x.finished)", "grp"),
    "route": ("x.route", "grp"),
    "source": ("0", "source"),
}
"""What tells alerts of one development apart, and what they are counted by."""


def precision(
    db: Db, group: str, since: datetime, channels: frozenset[str] | None = None
) -> list[Precision]:
    """Alerts sent since then to these channels (None: to any), by week, route or source of the lead
    article, and how they fared. An alert counts once a development and group. Raises Conflict."""
    if group not in _GROUPS:
        raise Conflict(f"Figures come by {', '.join(_GROUPS)}; not by “{group}”.")
    apart, by = _GROUPS[group]
    rows = db.execute(
        f"WITH told AS (SELECT DISTINCT {apart} AS grp, x.development_id AS id"
        " FROM deliveries x INDEXED BY deliveries_alerts"
        " WHERE x.kind = 'alert' AND x.state = 'sent' AND x.finished >= ?1"
        " AND (?2 IS NULL OR x.channel IN (SELECT value FROM json_each(?2)))),"
        f" judged AS MATERIALIZED (SELECT d.id, d.status, {_CONFIRMED} AS confirmed,"
        f" {_SOURCE if group == 'source' else 'NULL'} AS source"
        " FROM developments d WHERE d.id IN (SELECT id FROM told))"
        f" SELECT {by} AS grp, count(*) AS alerts,"
        " sum(status <> 'withdrawn' AND confirmed) AS confirmed,"
        " sum(status IN ('corrected', 'denied', 'retracted')) AS corrected,"
        " sum(status = 'withdrawn') AS rejected"
        f" FROM told JOIN judged USING (id) GROUP BY {by} ORDER BY {by}",
        (stamp(since), None if channels is None else texts_json(tuple(sorted(channels)))),
    )
    return [
        Precision(r["grp"] or "", r["alerts"], r["confirmed"], r["corrected"], r["rejected"])
        for r in rows
    ]


_SOURCE = (
    # The article that leads is nearly always one of its own, which the index answers.
    "coalesce((SELECT a.source FROM articles a INDEXED BY articles_of"
    " WHERE a.development_id = d.id AND a.id = d.lead),"
    " (SELECT a.source FROM articles a WHERE a.id = d.lead))"
)
_CONFIRMED = (
    "(d.id IN (SELECT f.development_id FROM feedback f WHERE f.state = 'applied'"
    " AND f.verdict = 'confirmed') OR coalesce((SELECT min(s.source) <> max(s.source)"
    " FROM articles s WHERE s.development_id = d.id"
    " AND coalesce(s.role, 'first') NOT IN ('syndicated', 'denial')), 0))"
)
