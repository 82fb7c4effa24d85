"""Developments: one real-world act each, with its claims, sources and history."""

# ruff: noqa: S608 - what is put together are names and clauses of ours; values are parameters.

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from classifiers.assessment import Claim, Direction, Head, head_word
from storage.errors import NotFound
from storage.records import Development, Filter, Source, WeekCount
from storage.rows import (
    Db,
    Row,
    changes_from,
    changes_json,
    claims_from,
    claims_json,
    last_id,
    moment,
    moment_or_none,
    stamp,
    texts_from,
    texts_json,
)


def insert(
    db: Db,
    claims: tuple[Claim, ...],
    *,
    lead: int,
    confidence: float,
    happened: datetime,
    line: str,
    now: datetime,
) -> int:
    """Keep a new development whose lead is this article; its number."""
    first = claims[0]
    cursor = db.execute(
        "INSERT INTO developments (short_id, head, stage, direction, confidence, lead, claims,"
        " history, happened, created, updated) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            _next_short_id(db, first),
            head_word(first).value,
            int(first.stage),
            first.direction.value,
            confidence,
            lead,
            claims_json(claims),
            texts_json((line,)),
            stamp(happened),
            stamp(now),
            stamp(now),
        ),
    )
    development_id = last_id(cursor)
    _keep_actors(db, development_id, claims, happened)
    return development_id


def _next_short_id(db: Db, claim: Claim) -> str:
    prefix = short_prefix((claim.beneficiaries or claim.committers or ("DEV",))[0])
    row = db.execute(
        "INSERT INTO short_id_counters (prefix, last) VALUES (?, 1)"
        " ON CONFLICT (prefix) DO UPDATE SET last = last + 1 RETURNING last",
        (prefix,),
    ).fetchall()[0]
    return f"{prefix}-{row['last']}"


def short_prefix(actor: str) -> str:
    """What people can type: a code as it is, a long name by its initials."""
    words = actor.replace("-", "_").split("_")
    return actor if len(actor) <= 8 and len(words) == 1 else "".join(w[0] for w in words if w)


def _keep_actors(db: Db, development_id: int, claims: Sequence[Claim], happened: datetime) -> None:
    db.execute("DELETE FROM development_actors WHERE development_id = ?", (development_id,))
    actors = {("from", a) for c in claims for a in c.committers}
    actors |= {("to", a) for c in claims for a in c.beneficiaries}
    db.conn.executemany(
        "INSERT INTO development_actors (actor, role, happened, development_id)"
        " VALUES (?, ?, ?, ?)",
        [(actor, role, stamp(happened), development_id) for role, actor in sorted(actors)],
    )


def save(db: Db, development: Development, *, happened: datetime | None = None) -> None:
    """Write what may change of a development: everything but its number and name."""
    first = development.claims[0]
    when = happened or happened_at(db, development.id)
    db.execute(
        "UPDATE developments SET revision = ?, head = ?, stage = ?, direction = ?, status = ?,"
        " confidence = ?, lead = ?, claims = ?, changes = ?, history = ?, updated = ?,"
        " corrected_from = ?, happened = ? WHERE id = ?",
        (
            development.revision,
            development.head.value,
            int(first.stage),
            first.direction.value,
            development.status,
            development.confidence,
            development.lead.article_id,
            claims_json(development.claims),
            changes_json(development.changes),
            texts_json(development.history),
            stamp(development.updated),
            claims_json((development.corrected_from,) if development.corrected_from else ()),
            stamp(when),
            development.id,
        ),
    )
    _keep_actors(db, development.id, development.claims, when)


def happened_at(db: Db, development_id: int) -> datetime:
    """When its first article was published."""
    return moment(
        db.execute("SELECT happened FROM developments WHERE id = ?", (development_id,)).fetchone()[
            0
        ]
    )


def by_ids(db: Db, ids: Sequence[int], *, past: bool = True) -> list[Development]:
    """Developments in the order of the numbers; unknown ones are left out. Without their `past`
    (changes, history, what a correction replaced) thousands are read in half the time."""
    wanted = json.dumps(list(ids))
    rows = db.execute(
        "SELECT * FROM developments WHERE id IN (SELECT value FROM json_each(?))", (wanted,)
    ).fetchall()
    sources = _sources(db, wanted)
    found = {row["id"]: _development(row, sources[row["id"]], past=past) for row in rows}
    return [found[i] for i in ids if i in found]


def by_id(db: Db, development_id: int) -> Development:
    """One that is known to exist."""
    return by_ids(db, [development_id])[0]


def _sources(db: Db, wanted: str) -> dict[int, list[Source]]:
    rows = db.execute(
        "SELECT development_id, id, source, title, url, published, first_seen, role FROM articles"
        " WHERE development_id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (wanted,),
    )
    sources: dict[int, list[Source]] = defaultdict(list)
    # A development may have thousands; by place they are read in two thirds of the time.
    for development_id, number, outlet, title, url, published, first_seen, role in rows:
        at = moment_or_none(published)
        told = Source(number, outlet, title, url, at, moment(first_seen), role or "first")
        sources[development_id].append(told)
    return sources


def find(db: Db, reference: str) -> Development | None:
    """By short id in any case, or by number; one that was merged leads to where it went."""
    wanted = reference.strip()
    column = "id" if wanted.isdecimal() else "short_id"
    row = db.execute(
        f"SELECT id, merged_into FROM developments WHERE {column} = ?",
        (wanted[:40],),
    ).fetchone()
    while row is not None and row["merged_into"] is not None:
        row = db.execute(
            "SELECT id, merged_into FROM developments WHERE id = ?", (row["merged_into"],)
        ).fetchone()
    return None if row is None else by_id(db, row["id"])


def known(db: Db, reference: str) -> Development:
    """The development of that name. Raises NotFound."""
    development = find(db, reference)
    if development is None:
        raise NotFound(f"No development is called “{reference}”. `latest` shows their names.")
    return development


def names_beginning(db: Db, prefix: str, limit: int) -> list[Development]:
    """Developments whose short id begins so, in any case, newest first; without what was merged."""
    rows = db.execute(
        "SELECT id FROM developments WHERE short_id >= ? AND short_id < ?"
        " AND merged_into IS NULL ORDER BY id DESC LIMIT ?",
        (prefix, prefix + "\U0010ffff", limit),
    )
    return by_ids(db, [row["id"] for row in rows])


def latest(db: Db, where: Filter, limit: int) -> list[Development]:
    """Newest act first; without what was merged or taken back."""
    table, order, clauses, values = _narrowed(where)
    rows = db.execute(
        f"SELECT d.id FROM {table} WHERE {' AND '.join(clauses)} ORDER BY {order} LIMIT ?",
        [*values, limit],
    )
    return by_ids(db, [row["id"] for row in rows])


def weeks(db: Db, where: Filter) -> list[WeekCount]:
    """Developments by week and direction, without what was merged, taken back by anybody or
    denied."""
    table, _, clauses, values = _narrowed(where)
    rows = db.execute(
        "SELECT date(substr(d.happened, 1, 10), '-6 days', 'weekday 1') AS monday, d.direction,"
        f" count(*) AS found FROM {table} WHERE {' AND '.join(clauses)} AND"
        " d.status NOT IN ('denied', 'retracted')"
        " GROUP BY monday, d.direction ORDER BY monday, d.direction",
        values,
    )
    return [
        WeekCount(date.fromisoformat(r["monday"]), Direction(r["direction"]), r["found"])
        for r in rows
    ]


def _narrowed(where: Filter) -> tuple[str, str, list[str], list[object]]:
    """The index that answers in the order asked for, that order, conditions and their values."""
    clauses = ["d.merged_into IS NULL", "d.status <> 'withdrawn'"]
    values: list[object] = []
    actors = [("to", where.beneficiary), ("from", where.committer)]
    named = [(role, actor.upper()) for role, actor in actors if actor]
    table, happened, order = "developments d", "d.happened", "d.happened DESC, d.id DESC"
    if named:
        table = "development_actors x CROSS JOIN developments d ON d.id = x.development_id"
        happened, order = "x.happened", "x.happened DESC, x.development_id DESC"
        clauses.append("x.role = ? AND x.actor = ?")
        values += named[0]
    for role, actor in named[1:]:
        clauses.append(
            "EXISTS (SELECT 1 FROM development_actors y WHERE y.development_id = d.id"
            " AND y.role = ? AND y.actor = ?)"
        )
        values += (role, actor)
    if where.since is not None:
        clauses.append(f"{happened} >= ?")
        values.append(stamp(where.since))
    if where.min_stage is not None:
        clauses.append("d.stage >= ?")
        values.append(int(where.min_stage))
    if where.directions:
        clauses.append("d.direction IN (SELECT value FROM json_each(?))")
        values.append(texts_json(tuple(d.value for d in where.directions)))
    if where.source:
        clauses.append(
            "EXISTS (SELECT 1 FROM articles a WHERE a.development_id = d.id"
            " AND instr(lower(a.source), lower(?)) > 0)"
        )
        values.append(where.source)
    return table, order, clauses, values


def _development(row: Row, sources: Iterable[Source], *, past: bool) -> Development:
    known = tuple(sources)
    return Development(
        id=row["id"],
        short_id=row["short_id"],
        revision=row["revision"],
        claims=claims_from(row["claims"]),
        head=Head(row["head"]),
        confidence=row["confidence"],
        lead=next((s for s in known if s.article_id == row["lead"]), known[0]),
        sources=known,
        changes=changes_from(row["changes"]) if past else (),
        created=moment(row["created"]),
        updated=moment(row["updated"]),
        status=row["status"],
        history=texts_from(row["history"]) if past else (),
        corrected_from=next(iter(claims_from(row["corrected_from"])), None) if past else None,
    )


def corrected(development: Development) -> Development:
    """Marked as corrected, with what was told first; before its claims are replaced."""
    told = development.corrected_from or development.claims[0]
    return replace(development, status="corrected", corrected_from=told)


def revised(development: Development, line: str, now: datetime) -> Development:
    """The next revision, with a line of history."""
    return replace(
        development,
        revision=development.revision + 1,
        history=(*development.history, line),
        updated=now,
    )
