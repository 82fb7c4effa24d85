"""How a parsed document travels from a worker: a line of JSON for its head, one for each entry.

JSON, not pickle: what comes out of a process that read hostile documents is data and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from feeds.article import Entry, ParsedFeed


def head_line(feed: ParsedFeed) -> bytes:
    """Everything but the entries, and how many of them follow."""
    return _line(
        {
            "title": feed.title,
            "format": feed.format,
            "language": feed.language,
            "link": feed.link,
            "ttl": feed.ttl.total_seconds() if feed.ttl else None,
            "skip_hours": sorted(feed.skip_hours),
            "skip_days": sorted(feed.skip_days),
            "warning": feed.warning,
            "cut": feed.cut,
            "memory": feed.memory,
            "count": len(feed.entries),
        }
    )


def entry_lines(feed: ParsedFeed) -> Iterator[bytes]:
    """One line an entry."""
    for entry in feed.entries:
        yield _line(
            [
                entry.id,
                entry.link,
                entry.title,
                entry.summary,
                entry.text,
                entry.author,
                entry.source,
                _seconds(entry.published),
                _seconds(entry.updated),
            ]
        )


def read_head(line: bytes) -> dict[str, Any]:
    """The head as it was sent. Raises ValueError."""
    head: dict[str, Any] = json.loads(line)
    return head


def read_entry(line: bytes) -> Entry:
    """An entry as it was sent. Raises ValueError."""
    values = json.loads(line)
    return Entry(*values[:-2], *map(_moment, values[-2:]))


def assembled(head: dict[str, Any], entries: Iterable[Entry]) -> ParsedFeed:
    """The document again."""
    return ParsedFeed(
        title=head["title"],
        format=head["format"],
        language=head["language"],
        entries=tuple(entries),
        link=head["link"],
        ttl=timedelta(seconds=head["ttl"]) if head["ttl"] else None,
        skip_hours=frozenset(head["skip_hours"]),
        skip_days=frozenset(head["skip_days"]),
        warning=head["warning"],
        cut=head["cut"],
        memory=head["memory"],
    )


def _line(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode("ascii") + b"\n"


def _seconds(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None


def _moment(seconds: float | None) -> datetime | None:
    """None too for a moment that no calendar holds: one date must not cost the document."""
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None
