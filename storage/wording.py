"""What happened to articles and developments, in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from classifiers.actors import display
from classifiers.assessment import Direction, Stage
from classifiers.same_story import Role
from feeds.article import Article
from storage.records import (
    ChangeKind,
    Development,
    DevelopmentChange,
    Held,
    NewDigestItem,
    Planned,
)


def outcome(change: DevelopmentChange, reason: str, planned: Planned) -> str:
    """Why an article was or was not alerted, in words."""
    what = {
        ChangeKind.NEW: f"made {change.development.short_id}",
        ChangeKind.SOURCE: f"is a further source of {change.development.short_id}",
        ChangeKind.UPDATE: f"updated {change.development.short_id}",
        ChangeKind.DENIAL: f"denies {change.development.short_id}",
        ChangeKind.CORRECTION: f"corrected {change.development.short_id}",
    }[change.kind]
    if not change.alert:
        return f"{what}; not alerted: {reason or 'it was to be kept silently'}"
    parts = [
        what,
        *(["alerted"] * bool(planned.sent)),
        *dict.fromkeys(map(_held_words, planned.held)),
    ]
    return "; ".join(parts if len(parts) > 1 else [what, "no route wants it"])


def _held_words(item: NewDigestItem) -> str:
    """Without the route's name: the article is read by every space."""
    why = {
        Held.MODE: "",
        Held.QUIET: " (quiet hours)",
        Held.CEILING: " (more alerts than the route takes in an hour)",
    }[item.why]
    return f"waits for a digest at {item.due:%Y-%m-%d %H:%M} UTC{why}"


def source_line(role: Role, article: Article) -> str:
    """What a further article adds to a development's history."""
    if role is Role.SYNDICATED:
        return f"{article.source} carries the same text"
    return f"{article.source} reports it too"


def dropped_line(article: Article) -> str:
    """What becomes of a development whose only source reports it no more."""
    return f"{article.source} edited its article; it no longer reports this"


def history_line(now: datetime, text: str) -> str:
    """A line of a development's history."""
    return f"{now:%Y-%m-%d %H:%M} UTC: {text}"


def difference(before: Development, after: Development, kind: ChangeKind) -> str:
    """A development's change for a reply in its thread; empty where a reader would see none."""
    if kind is ChangeKind.DENIAL:
        return "denied"
    old, new = before.claims[0], after.claims[0]
    parts = [
        _stage_words(old.stage, new.stage),
        _direction_words(old.direction, new.direction),
        _list_words("committers", old.committers, new.committers),
        _list_words("beneficiaries", old.beneficiaries, new.beneficiaries),
        _list_words("obligations", old.obligations, new.obligations),
        _list_words("conditions", old.conditions, new.conditions),
    ]
    if old.specifics.scale != new.specifics.scale and new.specifics.scale:
        parts.append(f"scale: {new.specifics.scale}")
    return " · ".join(part for part in parts if part)


def _stage_words(old: Stage, new: Stage) -> str:
    if old == new:
        return ""
    return f"stage {old.value} {words(old.name)} > {new.value} {words(new.name)}"


def _direction_words(old: Direction, new: Direction) -> str:
    return "" if old is new else f"{old.value} > {new.value}"


def _list_words(name: str, old: Sequence[str], new: Sequence[str]) -> str:
    added = [words(v) for v in new if v not in old]
    gone = [words(v) for v in old if v not in new]
    parts = [f"now also {', '.join(added)}"] * bool(added)
    parts += [f"no longer {', '.join(gone)}"] * bool(gone)
    return f"{name}: {'; '.join(parts)}" if parts else ""


def words(code: str) -> str:
    """A value's name as people read it."""
    if code.islower() or code in Stage.__members__:
        return code.replace("_", " ").lower()
    return display(code)
