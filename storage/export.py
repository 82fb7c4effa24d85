"""The ledger and the developments as files that other programs and people read.

A cell of a CSV that begins like a formula is given an apostrophe, so that a spreadsheet shows it
and does not run it (OWASP, CSV injection).
"""

from __future__ import annotations

import csv
import html
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from storage.errors import Conflict
from storage.rows import Db

_QUERIES = {
    "ledger": (
        "SELECT l.id, l.committer, l.beneficiary, l.obligation, l.stage, l.direction, l.status,"
        " l.conditions, l.legal_form, l.since, l.title, l.standing, l.attribution, l.source,"
        " l.instrument_id AS instrument, d.short_id AS development, l.decided_by, l.note,"
        " c.ledger_id IS NOT NULL AS current FROM ledger l"
        " LEFT JOIN developments d ON d.id = l.development_id"
        " LEFT JOIN ledger_current c ON c.ledger_id = l.id"
    ),
    "developments": (
        "SELECT l.id, l.short_id, l.revision, l.head, l.stage, l.direction, l.status,"
        " l.confidence, l.happened, l.created, l.updated, l.claims, l.history,"
        " (SELECT group_concat(a.url, ' ') FROM articles a WHERE a.development_id = l.id)"
        " AS sources FROM developments l WHERE l.merged_into IS NULL"
    ),
    "articles": (
        "SELECT l.id, l.title, l.summary, l.url, l.source, l.language, l.published,"
        " l.first_seen, l.relevant, l.score, l.outcome, d.short_id AS development FROM articles l"
        " LEFT JOIN developments d ON d.id = l.development_id"
    ),
    "feedback": (
        "SELECT l.id, d.short_id AS development, l.verdict, l.by, l.platform, l.given, l.note,"
        " l.state, l.decided_by, l.shown, l.corrected FROM feedback l"
        " JOIN developments d ON d.id = l.development_id"
    ),
}
_FORMULAS = "=+-@|%＝＋－＠"
"""What a formula begins with; the wide ones do in East Asian spreadsheets."""
_JSON = ("conditions", "claims", "history", "shown", "corrected")


def page(db: Db, what: str, after: int, limit: int) -> list[dict[str, Any]]:
    """Some rows beyond a number, in order. Raises Conflict where there is no such thing."""
    if what not in _QUERIES:
        raise Conflict(f"Only {', '.join(_QUERIES)} can be exported; not “{what}”.")
    query = _QUERIES[what]
    joined = "AND" if " WHERE " in query.rpartition(")")[2] else "WHERE"
    rows = db.execute(f"{query} {joined} l.id > ? ORDER BY l.id LIMIT ?", (after, limit))
    return [_unpacked(dict(row)) for row in rows]


def _unpacked(row: dict[str, Any]) -> dict[str, Any]:
    return {k: json.loads(v) if k in _JSON and v else v for k, v in row.items()}


def json_lines(rows: Iterable[Mapping[str, Any]]) -> str:
    """One JSON object a line."""
    return "".join(json.dumps(row, ensure_ascii=False, sort_keys=False) + "\n" for row in rows)


def csv_text(rows: Sequence[Mapping[str, Any]], *, header: bool = True) -> str:
    """Comma-separated, quoted where needed, guarded against formulas."""
    if not rows:
        return ""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    if header:
        writer.writerow(rows[0])
    writer.writerows([_cell(value) for value in row.values()] for row in rows)
    return out.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, list):
        return guarded(json.dumps(value, ensure_ascii=False))
    return guarded(value) if isinstance(value, str) else value


def guarded(text: str) -> str:
    """The text as no spreadsheet takes for a formula."""
    bare = text.lstrip(" \t\r\n\v\f\u00a0\u200b\u3000\ufeff")
    acts = text[:1] in ("\t", "\r", "\n") or bare[:1] in tuple(_FORMULAS)
    return f"'{text}" if acts else text


def html_page(title: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """A page that reads well in a browser and on paper; nothing in it is run or fetched."""
    head = "".join(f"<th>{html.escape(str(name))}</th>" for name in (rows[0] if rows else ()))
    body = "\n".join(
        "<tr>" + "".join(f"<td>{_html_cell(value)}</td>" for value in row.values()) + "</tr>"
        for row in rows
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style></head>\n"
        f"<body><h1>{html.escape(title)}</h1>\n<table><thead><tr>{head}</tr></thead>\n"
        f"<tbody>{body}</tbody></table></body></html>\n"
    )


def _html_cell(value: object) -> str:
    if isinstance(value, list):
        return html.escape(", ".join(str(v) for v in value))
    text = "" if value is None else str(value)
    if text.startswith(("https://", "http://")) and " " not in text:
        address = html.escape(text, quote=True)
        return f'<a href="{address}" rel="noreferrer">{address}</a>'
    return html.escape(text)


_STYLE = (
    "body{font:15px/1.4 system-ui,sans-serif;margin:2rem}table{border-collapse:collapse}"
    "td,th{padding:.3rem .6rem;border-bottom:1px solid #ccc;text-align:left;vertical-align:top}"
    "th{position:sticky;top:0;background:#fff}"
)
