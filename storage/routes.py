"""Which developments go to which channel.

A route's name, channel, origin, space and fault are columns; all its other settings are one JSON
value, in which what is the default is left out.
"""

# ruff: noqa: S608 - what is put together are names and clauses of ours; values are parameters.

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter

from storage.errors import Conflict, NotFound
from storage.records import Origin, Route
from storage.rows import Db, stamp

_COLUMNS = "name, channel, origin, disabled, space, settings"
_IN_COLUMNS = {"name", "channel", "origin", "disabled", "space"}
_route_values = TypeAdapter(Route)
_REMOVED = "its route was removed"


def sync_routes(db: Db, routes: Sequence[Route], *, now: datetime) -> None:
    """Make the routes of origin FILE exactly these; a changed one is enabled again. A mute stays:
    it is none of the file's."""
    _respell(db, {route.name for route in routes})
    known = {route.name: route for route in all_routes(db)}
    for route in routes:
        _store(db, _as_from_file(route, known.get(route.name)), now, "")
    kept = {route.name for route in routes}
    for route in known.values():
        if route.origin is Origin.FILE and route.name not in kept:
            _drop(db, route, now)


def _respell(db: Db, names: Set[str]) -> None:
    """A route that the file spells otherwise now keeps what waits for it."""
    known = all_routes(db)
    left = {
        _folded(route.name): route.name
        for route in known
        if route.origin is Origin.FILE and route.name not in names
    }
    for name in sorted(names - {route.name for route in known}):
        if old := left.pop(_folded(name), ""):
            _rename(db, old, name)


def _as_from_file(route: Route, known: Route | None) -> Route:
    from_file = replace(route, origin=Origin.FILE, disabled="", space="")
    if known is None:
        return from_file
    from_file = replace(from_file, muted_until=known.muted_until)
    if replace(known, disabled="", origin=Origin.FILE) == from_file:
        return replace(from_file, disabled=known.disabled)
    return from_file


def add_route(db: Db, route: Route, *, now: datetime, by: str) -> None:
    """Raises Conflict where the name is taken."""
    _refuse_taken(db, route.name)
    _store(db, route, now, by)


def _refuse_taken(db: Db, name: str, *, besides: str = "") -> None:
    found = _called(name, [route for route in all_routes(db) if route.name != besides])
    if found is not None:
        raise Conflict(f"A route is called “{name}” already. Remove it first, or name another.")


def update_route(db: Db, name: str, route: Route) -> Route:
    """Put these settings in the place of a route's, its name and channel included; how it was
    before. At another channel it counts as working. Raises NotFound; Conflict where the file fixes
    it or its new name is taken."""
    before = _changeable(db, name)
    if route.name != before.name:
        _refuse_taken(db, route.name, besides=before.name)
        _rename(db, before.name, route.name)
    disabled = before.disabled if route.channel == before.channel else ""
    _set(db, replace(route, origin=before.origin, disabled=disabled))
    return before


def _rename(db: Db, old: str, new: str) -> None:
    db.execute("UPDATE routes SET name = ? WHERE name = ?", (new, old))
    db.execute("UPDATE digest_items SET route = ? WHERE route = ?", (new, old))
    db.execute("UPDATE deliveries SET route = ? WHERE route = ?", (new, old))


def mute_route(db: Db, name: str, until: datetime | None) -> Route:
    """Let a route say nothing until a time; None: let it speak again. A route of the file can be
    muted as well. How it was before. Raises NotFound."""
    before = by_name(db, name)
    _set(db, replace(before, muted_until=until))
    return before


def remove_route(db: Db, name: str, *, now: datetime) -> Route:
    """How it was. What waits for its digest is told if it comes back, and else by nobody. Raises
    NotFound; Conflict where the file fixes it."""
    route = _changeable(db, name)
    _drop(db, route, now)
    return route


def _changeable(db: Db, name: str) -> Route:
    route = by_name(db, name)
    if route.origin is Origin.FILE:
        raise Conflict(
            f"The route “{route.name}” stands in the configuration file. Change it there."
        )
    return route


def by_name(db: Db, name: str) -> Route:
    """The route that people call so, in any case. Raises NotFound."""
    return _there(name, _called(name, all_routes(db)))


def by_spelling(db: Db, name: str) -> Route:
    """The route whose name is this to the letter. Raises NotFound."""
    return _there(name, next((route for route in all_routes(db) if route.name == name), None))


def _there(name: str, route: Route | None) -> Route:
    if route is None:
        raise NotFound(f"No route is called “{name.strip()}”. `routes list` shows them all.")
    return route


def _called(name: str, routes: Sequence[Route]) -> Route | None:
    """The one that is spelt so, before one that differs in capitals or the blanks around it."""
    wanted = _folded(name)
    found = [route for route in routes if _folded(route.name) == wanted]
    return min(found, key=lambda route: route.name != name, default=None)


def _folded(name: str) -> str:
    return name.strip().casefold()


def _store(db: Db, route: Route, now: datetime, by: str) -> None:
    db.execute(
        f"INSERT INTO routes ({_COLUMNS}, added, added_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (name) DO NOTHING",
        (*_row(route), stamp(now), by),
    )
    _set(db, route)


def _set(db: Db, route: Route) -> None:
    name, *values = _row(route)
    db.execute(
        "UPDATE routes SET channel = ?, origin = ?, disabled = ?, space = ?, settings = ?"
        " WHERE name = ?",
        (*values, name),
    )
    # What waits for the route's digest goes where the route goes now.
    db.execute(
        "UPDATE OR REPLACE digest_items SET channel = ?1 WHERE route = ?2 AND channel <> ?1"
        " AND delivery_id IS NULL",
        (route.channel, route.name),
    )


def _row(route: Route) -> tuple[str, ...]:
    settings = _route_values.dump_json(route, exclude=_IN_COLUMNS, exclude_defaults=True)
    return (
        route.name,
        route.channel,
        route.origin.value,
        route.disabled,
        route.space,
        settings.decode(),
    )


def _drop(db: Db, route: Route, now: datetime) -> None:
    """Remove a route; what waits for a channel that no route leads to any more is given up."""
    db.execute("DELETE FROM routes WHERE name = ?", (route.name,))
    if db.execute("SELECT 1 FROM routes WHERE channel = ?", (route.channel,)).fetchone() is None:
        db.execute(
            "UPDATE deliveries SET state = 'dead', finished = ?, reason = ?"
            " WHERE channel = ? AND state = 'waiting' AND kind <> 'notice'",
            (stamp(now), _REMOVED, route.channel),
        )


def revive(db: Db, channel: str, *, removed: datetime, now: datetime) -> None:
    """Send after all what was given up when a channel's last route was removed."""
    db.execute(
        "UPDATE deliveries SET state = 'waiting', finished = NULL, reason = '', due = ?"
        " WHERE channel = ? AND state = 'dead' AND reason = ? AND finished >= ?",
        (stamp(now), channel, _REMOVED, stamp(removed)),
    )


def settings(route: Route) -> dict[str, Any]:
    """A route as plain data, what is the default left out."""
    return dict(_route_values.dump_python(route, mode="json", exclude_defaults=True))


def from_settings(kept: Mapping[str, Any]) -> Route:
    """The other way."""
    return _route_values.validate_python(kept)


def all_routes(db: Db) -> list[Route]:
    """All, by name."""
    rows = db.execute(f"SELECT {_COLUMNS} FROM routes ORDER BY name COLLATE NOCASE")
    return [_route(*row) for row in rows]


def disable_channel(db: Db, channel: str, reason: str) -> list[str]:
    """Names of the routes to it that were working; what waits for it goes on waiting."""
    names = _names(db, channel, "disabled = ''")
    db.execute("UPDATE routes SET disabled = ? WHERE channel = ?", (reason, channel))
    return names


def enable_channel(db: Db, channel: str, *, now: datetime) -> list[str]:
    """Names of the routes to it that were disabled; what waited is due at once."""
    names = _names(db, channel, "disabled <> ''")
    db.execute("UPDATE routes SET disabled = '' WHERE channel = ?", (channel,))
    db.execute(
        "UPDATE deliveries SET due = ? WHERE channel = ? AND state IN ('waiting', 'unknown')"
        " AND attempts > 0 AND due > ?",
        (stamp(now), channel, stamp(now)),
    )
    return names


def _names(db: Db, channel: str, condition: str) -> list[str]:
    rows = db.execute(
        f"SELECT name FROM routes WHERE channel = ? AND {condition} ORDER BY name", (channel,)
    )
    return [row["name"] for row in rows]


def erase_person(db: Db, by: str, platform: str) -> int:
    """Forget who made routes, on request; the routes stay. How many."""
    done = db.execute(
        "UPDATE routes SET added_by = '' WHERE added_by = ? AND channel LIKE ? || ':%'",
        (by, platform),
    )
    return int(done.rowcount)


def makers(db: Db, channel: str) -> list[str]:
    """Who made the routes to a channel in chat."""
    rows = db.execute(
        "SELECT DISTINCT added_by FROM routes WHERE channel = ? AND origin = 'chat'"
        " AND added_by <> '' ORDER BY added_by",
        (channel,),
    )
    return [row["added_by"] for row in rows]


@lru_cache(maxsize=1024)
def _route(*row: str) -> Route:
    """Remembered: every change of every development asks for all routes."""
    columns = dict(zip(_COLUMNS.split(", "), row, strict=True))
    settings = json.loads(columns.pop("settings"))
    return _route_values.validate_python(settings | columns)
