"""Full-text search over what was kept.

Relevance follows BM25 with titles and quotations weighing more; it loses with age. Only the newest
`RANKED` hits are ranked against each other, so that a word which half the articles contain is
answered as fast as a rare one; what is older than these ranks below them by its age alone. Filters
are words of the index as well (the `facets` column), and times are ranges of article numbers, since
articles are numbered as they come.

FTS5's own bm25() is not used: it weighs each word by how rare it is, for which it walks through all
articles that contain it, and where all words must occur that changes little.
"""

# ruff: noqa: S608 - what is put together are names and clauses of ours; values are parameters.

from __future__ import annotations

from datetime import datetime

from classifiers.assessment import Stage
from storage import developments
from storage.articles import RELEVANT, by_ids, first_since
from storage.query import Query, any_of, parse_query
from storage.records import Development, Filter, Found
from storage.rows import Db, Row, stamp

RANKED = 600
HALF_LIFE_DAYS = 45.0
"""After this long a hit weighs half."""
HIT_START, HIT_END = "\ue000", "\ue001"
_READ = "{title summary text quotations}"
_COLUMNS = {"title": 8.0, "summary": 3.0, "text": 1.0, "quotations": 4.0}
"""In the order of the index, with the weight of a hit there."""
_SATURATION, _BY_LENGTH = 1.2, 0.75
"""The k1 and b of BM25 as they are commonly set."""


def search(db: Db, typed: str, where: Filter, limit: int, now: datetime) -> list[Found]:
    """What reports a development first, then other articles; best first; one hit a development."""
    query = _with_filter(parse_query(typed), where)
    if query.empty:
        return []
    answers = _half(db, query, limit, now, relevant=True)
    if len(answers) < limit and not query.of_claims:
        answers += _half(db, query, limit - len(answers), now, relevant=False)
    return answers


def _half(db: Db, query: Query, limit: int, now: datetime, *, relevant: bool) -> list[Found]:
    expression = _expression(query, relevant=relevant)
    found = _distinct(_ranked(db, query, expression, now, relevant=relevant), limit)
    return _answers(db, query, expression, found)


def _with_filter(query: Query, where: Filter) -> Query:
    facets = list(query.facets)
    if where.beneficiary:
        facets.append(any_of("to", [where.beneficiary]))
    if where.committer:
        facets.append(any_of("from", [where.committer]))
    if where.source:
        facets.append(any_of("src", [where.source]))
    if where.directions:
        facets.append(any_of("dir", [d.value for d in where.directions]))
    if where.min_stage is not None:
        facets.append(any_of("stage", [str(int(s)) for s in Stage if s >= where.min_stage]))
    since = max((t for t in (query.since, where.since) if t), default=None)
    return Query(query.text, query.without, tuple(facets), since, query.until)


def _expression(query: Query, *, relevant: bool) -> str:
    """The FTS5 expression for one of the two halves of the answer."""
    mark = [f'"{RELEVANT}"'] * (relevant and not query.of_claims)
    facets = [f"facets : {facet}" for facet in (*query.facets, *mark)]
    parts = [f"{_READ} : ({query.text})"] * bool(query.text) + facets
    if not parts:
        return ""
    unwanted = [f"{_READ} : ({query.without})"] * bool(query.without)
    unwanted += [f'facets : "{RELEVANT}"'] * (not relevant)
    return f"({' AND '.join(parts)})" + "".join(f" NOT ({u})" for u in unwanted)


def _ranked(db: Db, query: Query, expression: str, now: datetime, *, relevant: bool) -> list[Row]:
    low, high = _range(db, query)
    if not expression:
        return db.execute(
            "SELECT id, development_id FROM articles WHERE relevant = ? AND id >= ? AND id < ?"
            " ORDER BY id DESC LIMIT ?",
            (int(relevant), low, high, RANKED),
        ).fetchall()
    return db.execute(
        "SELECT a.id, a.development_id FROM"
        f" (SELECT id, -hits / (hits + {_SATURATION} * ({1 - _BY_LENGTH} + {_BY_LENGTH} * length"
        " / (avg(length) OVER () + 1))) AS score FROM"
        f" (SELECT rowid AS id, {_HITS} AS hits, {_LENGTH} AS length FROM articles_fts"
        " WHERE articles_fts MATCH ? AND rowid >= ? AND rowid < ? ORDER BY rowid DESC LIMIT ?)) hit"
        " JOIN articles a ON a.id = hit.id"
        " ORDER BY (hit.score - 0.1) / (1.0 + max(0.0, julianday(?)"
        " - julianday(coalesce(a.published, a.first_seen))) / ?), a.id DESC",
        (expression, low, high, RANKED, stamp(now), HALF_LIFE_DAYS),
    ).fetchall()


def _hits(number: int, name: str) -> str:
    """How often the words occur in a column: each gets two marks."""
    return f"(length(highlight(articles_fts, {number}, '<', '>')) - length({name})) / 2"


_HITS = " + ".join(
    f"{weight} * {_hits(number, name)}" for number, (name, weight) in enumerate(_COLUMNS.items())
)
_LENGTH = " + ".join(f"length({name})" for name in _COLUMNS)


def _range(db: Db, query: Query) -> tuple[int, int]:
    """Article numbers between which the times lie, by when an article was first seen."""
    low = 0 if query.since is None else first_since(db, query.since)
    return low, 1 << 62 if query.until is None else first_since(db, query.until)


def _distinct(rows: list[Row], limit: int) -> list[Row]:
    """The best hit of each development; every hit that belongs to none."""
    seen: set[int] = set()
    kept = []
    for row in rows:
        if row["development_id"] is None or row["development_id"] not in seen:
            kept.append(row)
            seen.add(row["development_id"] or 0)
        if len(kept) == limit:
            break
    return kept


def _answers(db: Db, query: Query, expression: str, rows: list[Row]) -> list[Found]:
    ids = [row["id"] for row in rows]
    kept = by_ids(db, ids)
    snippets = _snippets(db, expression, ids) if query.text and ids else {}
    wanted = {row["development_id"] for row in rows if row["development_id"] is not None}
    known: dict[int, Development] = {d.id: d for d in developments.by_ids(db, sorted(wanted))}
    return [
        Found(
            known.get(kept[i].development_id or 0),
            kept[i],
            snippets.get(i) or kept[i].article.summary[:200] or kept[i].article.title,
        )
        for i in ids
    ]


def _snippets(db: Db, expression: str, ids: list[int]) -> dict[int, str]:
    # The plus lets the index be walked once: asked by number, it would gather all words with a
    # given beginning anew for each.
    rows = db.execute(
        f"SELECT rowid, {_SNIPPETS} FROM articles_fts WHERE articles_fts MATCH ?"
        " AND rowid BETWEEN ? AND ? AND +rowid IN (SELECT value FROM json_each(?))",
        (expression, min(ids), max(ids), str(ids)),
    )
    return {row[0]: max(row[1:], key=_telling) for row in rows}


def _telling(snippet: str) -> tuple[int, int]:
    """How many of the words occur in it, and how often."""
    words = [part.partition(HIT_END)[0].casefold() for part in snippet.split(HIT_START)[1:]]
    return len(set(words)), len(words)


_SNIPPETS = ", ".join(
    f"snippet(articles_fts, {number}, '{HIT_START}', '{HIT_END}', '…', 24)"
    for number in range(len(_COLUMNS))
)
