"""FeedState as JSON. What is missing takes its default, what is unknown is ignored, so that a
newer version's states can be read by an older one and the other way round."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, fields
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from feeds.article import Validators
from feeds.schedule import FeedState


def state_to_json(state: FeedState) -> str:
    """One line; fields that hold their defaults are left out."""
    values = ((name, getattr(state, name)) for name in _DEFAULTS)
    plain = {name: _plain(value) for name, value in values if value != _DEFAULTS[name]}
    return json.dumps(plain, separators=(",", ":"), ensure_ascii=False)


@lru_cache(maxsize=4096)  # a list of thousands of feeds is asked for more often than they change
def state_from_json(text: str) -> FeedState:
    """The state again; an empty text is a feed never polled. A field that cannot be read takes
    its default: at worst a feed is polled once more than it had to be."""
    stored = json.loads(text) if text else {}
    read: dict[str, Any] = {}
    for name, value in stored.items():
        if name in _DEFAULTS:
            reader = _READERS.get(name)
            try:
                read[name] = value if reader is None else reader(value)
            except (TypeError, ValueError, KeyError):
                continue
    return FeedState(**read)


_DEFAULTS = {one.name: getattr(FeedState(), one.name) for one in fields(FeedState)}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, tuple | frozenset):
        return [_seconds(item) for item in value] if isinstance(value, tuple) else sorted(value)
    return asdict(value) if isinstance(value, Validators) else value


def _seconds(moment: datetime) -> int:
    """Short, since there are many; items are told apart by the second."""
    return int(moment.timestamp())


def _moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def _validators(value: dict[str, str]) -> Validators:
    return Validators(
        value.get("etag", ""), value.get("last_modified", ""), value.get("digest", "")
    )


_READERS: dict[str, Callable[[Any], Any]] = {
    "validators": _validators,
    "items": lambda value: tuple([datetime.fromtimestamp(one, UTC) for one in value]),
    "ttl": lambda value: None if value is None else timedelta(seconds=value),
    "skip_hours": frozenset,
    "skip_days": frozenset,
    **dict.fromkeys(
        (
            "next_check",
            "last_checked",
            "last_good",
            "newest_published",
            "failing_since",
        ),
        _moment,
    ),
}
