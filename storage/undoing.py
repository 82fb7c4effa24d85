"""Taking back what an admin changed, from what the audit kept of it.

Nothing is taken back over a later change: where the thing is no longer as the change left it,
undoing is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from classifiers.assessment import head_word
from storage import accounts, developments, held, mending, polls, positions
from storage import feeds as subscriptions
from storage import routes as route_table
from storage.errors import Conflict, NotFound
from storage.records import AuditEntry, Development, Origin, Route, RoutePlan, StoredFeed
from storage.rows import Db, claims_from, claims_json, moment

_ENTRY = ("standing", "stage", "status", "conditions", "note", "decided_by", "decided")


@dataclass(frozen=True, slots=True)
class _Task:
    """One change to take back."""

    db: Db
    entry: AuditEntry
    plan: RoutePlan
    now: datetime

    @property
    def before(self) -> Mapping[str, Any]:
        return self.entry.before or {}

    @property
    def after(self) -> Mapping[str, Any]:
        return self.entry.after or {}

    @property
    def overtaken(self) -> Conflict:
        return Conflict(f"“{self.entry.subject}” was changed again since; change it by hand.")


def undo(db: Db, entry: AuditEntry, plan: RoutePlan, *, now: datetime) -> None:
    """Who knows a development that is put back is told. Raises Conflict where it was undone
    already, cannot be, or something came after it."""
    if entry.undone_by is not None:
        raise Conflict(f"Change {entry.id} was undone already.")
    if why := cannot(entry):
        raise Conflict(f"“{entry.action} {entry.subject}” cannot be undone: {why}")
    _UNDO[entry.action](_Task(db, entry, plan, now))


def cannot(entry: AuditEntry) -> str:
    """Why a change cannot be undone and what to do instead; empty where it can."""
    before, after = entry.before or {}, entry.after or {}
    match entry.action:
        case "feeds release":
            return "what was on the way may be posted. Take single alerts back with `withdraw`."
        case "feeds unmove":
            return "its publisher's move was forgotten. Add the new address with `feeds add`."
        case "routes enable" | "retry":
            return "what waited may be posted. `routes mute` stops a route."
        case "merge":
            numbers = " ".join(str(i) for i in before["articles"])
            return f"the messages have gone over. Type `split {after['development']} {numbers}`."
        case "split":
            made, old = after["development"], before["development"]
            return f"the new one is alerted. Type `merge {made} {old}`."
    return "" if entry.action in _UNDO else "it is an undoing itself."


# --- feeds


def _undo_adding(task: _Task) -> None:
    """Those that were removed meanwhile, or that the file has taken over, are left alone."""
    wanted = set(task.after["feeds"])
    there = [f for f in subscriptions.all_feeds(task.db) if f.id in wanted]
    ours = [f for f in there if f.origin is not Origin.FILE]
    if not ours:
        raise task.overtaken
    for stored in ours:
        subscriptions.remove_feed(task.db, str(stored.id), now=task.now)


def _undo_removing(task: _Task) -> None:
    if not subscriptions.bring_back(task.db, task.before["feed"], paused=task.before["paused"]):
        raise task.overtaken


def _undo_pausing(task: _Task) -> None:
    stored = _still_subscribed(task)
    if stored.paused != task.after["paused"]:
        raise task.overtaken
    subscriptions.pause_feed(task.db, str(stored.id), paused=task.before["paused"])


def _undo_discarding(task: _Task) -> None:
    stored = _still_subscribed(task)
    held.hold_again(task.db, stored.id, task.before["articles"], now=task.now)


def _still_subscribed(task: _Task) -> StoredFeed:
    found = next((f for f in subscriptions.all_feeds(task.db) if f.id == task.before["feed"]), None)
    if found is None:
        raise task.overtaken
    return found


# --- routes


def _undo_route_adding(task: _Task) -> None:
    route = _as_left(task)
    route_table.remove_route(task.db, route.name, now=task.now)


def _undo_route_edit(task: _Task) -> None:
    route = _as_left(task)
    before = route_table.from_settings(task.before)
    put_back = replace(before, muted_until=route.muted_until)
    route_table.update_route(task.db, route.name, put_back)


def _undo_route_removal(task: _Task) -> None:
    route = route_table.from_settings(task.before)
    route_table.add_route(task.db, route, now=task.now, by="")
    route_table.revive(task.db, route.channel, removed=task.entry.at, now=task.now)


def _undo_mute(task: _Task) -> None:
    route = _there(task, task.entry.subject)
    if route.muted_until != _time(task.after):
        raise task.overtaken
    route_table.mute_route(task.db, route.name, _time(task.before))


def _time(kept: Mapping[str, Any]) -> datetime | None:
    return moment(kept["muted_until"]) if kept["muted_until"] else None


def _as_left(task: _Task) -> Route:
    """The route, if nobody changed it since; a mute or a fault is no change of it."""
    wanted = route_table.from_settings(task.after)
    route = _there(task, wanted.name)
    if _lasting(route) != _lasting(replace(wanted, origin=route.origin)):
        raise task.overtaken
    return route


def _lasting(route: Route) -> Route:
    return replace(route, disabled="", muted_until=None)


def _there(task: _Task, name: str) -> Route:
    try:
        return route_table.by_name(task.db, name)
    except NotFound:
        raise task.overtaken from None


# --- developments


def development_kept(development: Development) -> dict[str, Any]:
    """What of a development an admin can change."""
    original = development.corrected_from
    return {
        "development": development.short_id,
        "status": development.status,
        "claims": claims_json(development.claims),
        "corrected_from": claims_json((original,) if original else ()),
    }


def _undo_mending(task: _Task) -> None:
    names = ("status", "claims", "corrected_from")
    current = developments.known(task.db, task.before["development"])
    kept = development_kept(current)
    if any(kept[name] != task.after[name] for name in names):
        raise task.overtaken
    if any(task.before[name] != task.after[name] for name in names):
        claims = claims_from(task.before["claims"])
        put_back = replace(
            current,
            status=task.before["status"],
            claims=claims,
            head=head_word(claims[0]),
            corrected_from=next(iter(claims_from(task.before["corrected_from"])), None),
        )
        mending.put_back(task.db, put_back, task.plan, now=task.now)
    if "feedback" in task.before:
        _take_back_feedback(task)


def _take_back_feedback(task: _Task) -> None:
    """A member's word waits again; an admin's own is no more."""
    state = "waiting" if task.entry.action.startswith("feedback ") else "refused"
    task.db.execute(
        "UPDATE feedback SET state = ?, decided_by = '' WHERE id = ?",
        (state, task.before["feedback"]),
    )


# --- the ledger


def ledger_kept(db: Db, entry_id: int) -> dict[str, Any]:
    """What of an entry an admin can change; nothing where there is none."""
    row = db.execute(
        f"SELECT {', '.join(_ENTRY)} FROM ledger WHERE id = ?",  # noqa: S608 - names of ours
        (entry_id,),
    ).fetchone()
    return {} if row is None else {"entry": entry_id, **dict(row)}


def _undo_ledger(task: _Task) -> None:
    """What nobody decides any more follows its development again."""
    entry_id = task.before["entry"]
    if ledger_kept(task.db, entry_id) != task.after:
        raise task.overtaken
    accounts.forget_as_recorded(task.db, entry_id, task.before["stage"])
    task.db.execute(
        f"UPDATE ledger SET {', '.join(f'{name} = ?' for name in _ENTRY)} WHERE id = ?",  # noqa: S608 - names of ours
        (*(task.before[name] for name in _ENTRY), entry_id),
    )
    row = task.db.execute("SELECT * FROM ledger WHERE id = ?", (entry_id,)).fetchone()
    positions.settle(task.db, [(row["committer"], row["beneficiary"], row["obligation"])])
    if row["development_id"] is not None:
        _follow_again(task, row["development_id"])


def _follow_again(task: _Task, development_id: int) -> None:
    development = developments.find(task.db, str(development_id))
    if development is not None and development.status != "retracted":
        polls.with_ledger(task.db, development, task.now)


_UNDO: Mapping[str, Callable[[_Task], None]] = {
    "feeds add": _undo_adding,
    "feeds import": _undo_adding,
    "feeds remove": _undo_removing,
    "feeds pause": _undo_pausing,
    "feeds resume": _undo_pausing,
    "feeds discard": _undo_discarding,
    "routes add": _undo_route_adding,
    "routes edit": _undo_route_edit,
    "routes remove": _undo_route_removal,
    "routes mute": _undo_mute,
    "routes unmute": _undo_mute,
    "withdraw": _undo_mending,
    "reinstate": _undo_mending,
    "correct": _undo_mending,
    "not relevant": _undo_mending,
    "confirmed": _undo_mending,
    "corrected": _undo_mending,
    "feedback accept": _undo_mending,
    "feedback refuse": _undo_mending,
    "ledger confirm": _undo_ledger,
    "ledger reject": _undo_ledger,
    "ledger edit": _undo_ledger,
}
