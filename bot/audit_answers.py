"""Answers about what admins changed: records -> card for people, and plain data. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.admin_desk import undo_button
from bot.cards import Card, Line, Span, Table
from bot.claim_words import moment
from bot.reply import Reply, say_so, with_buttons
from storage.records import AuditEntry
from storage.undoing import cannot

MOST = 50
"""Entries in one answer."""
_IN_WORDS = ("status", "standing", "stage", "paused", "muted_until")
"""What of a change that is no route's is shown."""
_ROUTES = ("routes add", "routes edit", "routes remove")
_HIDDEN = frozenset({"space", "origin", "disabled", "name"})
_LONGEST = 60


def audited(entries: Sequence[AuditEntry], *, everything: bool) -> Reply:
    """Who changed what and when, the newest first. `everything`: with that of all spaces."""
    if not entries:
        return say_so("Nothing was changed yet.", data=[])
    rows = tuple(_row(entry, everything=everything) for entry in entries)
    card = Card(
        f"The last {len(entries)} changes" if len(entries) > 1 else "The last change",
        (Table(("No.", "When", "Who", "What"), rows),),
        private=True,
    )
    reply = Reply(card, [entry_data(entry) for entry in entries])
    newest = next((e for e in entries if e.undone_by is None and not cannot(e)), None)
    if newest is None:
        return reply
    button = replace(undo_button(newest.id), label=f"Undo {newest.id}")
    return with_buttons(reply, (button,))


def _row(entry: AuditEntry, *, everything: bool) -> tuple[Line, ...]:
    who = entry.name or entry.by or "somebody"
    if everything and entry.platform != "terminal":
        who = f"{who} ({entry.platform} {entry.space})"
    undone = entry.undone_by is not None
    what: Line = (Span(f"{entry.action} {subject(entry)}", struck=undone),)
    if told := "; ".join(differences(entry)):
        what = (*what, Span(f": {told}", muted=True, struck=undone))
    return (Span(str(entry.id), code=True),), (moment(entry.at),), (Span(who),), what


def subject(entry: AuditEntry) -> str:
    """What was changed, as the people of its space call it."""
    return entry.subject.removesuffix(f" @{entry.space}") if entry.space else entry.subject


def differences(entry: AuditEntry) -> Iterator[str]:
    """What changed: "min_stage – → 2"."""
    before, after = entry.before or {}, entry.after or {}
    keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    for key in keys:
        if entry.action in _ROUTES and key not in _HIDDEN:
            yield f"{key} {_shown(before, key)} → {_shown(after, key)}"
        elif entry.action not in _ROUTES and key in _IN_WORDS and entry.before and entry.after:
            yield f"{key.replace('_', ' ')} {_shown(before, key)} → {_shown(after, key)}"


def _shown(values: Mapping[str, Any], key: str) -> str:
    value = values.get(key)
    if value in (None, "", []):
        return "–"
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def undone(entry: AuditEntry) -> Reply:
    """What was taken back."""
    who = entry.name or entry.by or "somebody"
    detail = f"Changed by {who} on {entry.at:%d %b %Y %H:%M} UTC; change {entry.id} in the audit."
    text = f"Undone: {entry.action} {subject(entry)}."
    return say_so(text, detail=detail, data=entry_data(entry))


def entry_data(entry: AuditEntry) -> dict[str, Any]:
    """One entry."""
    return {
        "id": entry.id,
        "at": entry.at.isoformat(),
        "by": entry.by,
        "name": entry.name,
        "platform": entry.platform,
        "space": entry.space,
        "action": entry.action,
        "subject": entry.subject,
        "before": entry.before,
        "after": entry.after,
        "undone_by": entry.undone_by,
    }
