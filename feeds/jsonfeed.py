"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from feeds.article import Entry, ParsedFeed
from feeds.dates import parse_date, plausible
from feeds.errors import ParseError
from feeds.limits import (
    MOST_ENTRIES,
    SUMMARY_CHARS,
    entry_text,
    literal_text,
    summary_text,
    title_text,
    too_many,
)
from feeds.text import truncated
from feeds.urls import absolute

_DEEPEST = 50


def parse_json(text: str, *, url: str, warning: str = "") -> ParsedFeed:
    """Read a document. Raises ParseError."""
    document = _loaded(text)
    items = document.get("items")
    if not isinstance(items, list):
        raise ParseError(
            "the document is JSON, but no JSON Feed (it has no list of items)",
            kind="not_a_feed",
            remedy="check the address",
        )
    if len(items) > MOST_ENTRIES:
        raise too_many(len(items))
    version = _text(document, "version")
    return ParsedFeed(
        title=title_text(_text(document, "title")),
        format="jsonfeed1" if version.endswith("/1") else "jsonfeed11",
        language=_text(document, "language"),
        entries=tuple(_entry(item, document, url) for item in items if isinstance(item, dict)),
        link=_link(document.get("home_page_url"), url),
        warning=warning
        or ("" if "jsonfeed.org" in version else "it names no version of JSON Feed"),
    )


def _loaded(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ParseError(
            "the document looks like JSON and cannot be read as such",
            kind="not_a_feed",
            remedy="tell the publisher, or check the address",
        ) from error
    return document if isinstance(document, dict) else {}


def _entry(item: dict[str, Any], document: dict[str, Any], base: str) -> Entry:
    markup = _text(item, "content_html")
    content = entry_text(markup) if markup else literal_text(_text(item, "content_text"))
    return Entry(
        id=_identifier(item.get("id")),
        link=_link(item.get("url") or item.get("external_url"), base),
        title=title_text(_text(item, "title")),
        summary=summary_text(_text(item, "summary")) or truncated(content, SUMMARY_CHARS),
        text=content,
        author=title_text(_author(item) or _author(document)),
        published=_moment(item.get("date_published")),
        updated=_moment(item.get("date_modified")),
    )


def _identifier(value: object) -> str:
    """1.0 feeds have numbers as ids; 1.1 asks readers to take them as strings."""
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _author(holder: dict[str, Any]) -> str:
    authors = holder.get("authors")
    candidates = (
        [*authors, holder.get("author")] if isinstance(authors, list) else [holder.get("author")]
    )
    names = (_text(one, "name") for one in candidates if isinstance(one, dict))
    return next((name for name in names if name), "")


def _text(holder: dict[str, Any], key: str) -> str:
    value = holder.get(key)
    return value if isinstance(value, str) else ""


def _link(value: object, base: str) -> str:
    return absolute(base, value) if isinstance(value, str) else ""


def _moment(value: object) -> datetime | None:
    """RFC 3339 by rights; without a zone it is taken as UTC."""
    return plausible(parse_date(value), datetime.now(UTC)) if isinstance(value, str) else None
