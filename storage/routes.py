"""Which developments go to which channel."""

# ruff: noqa: S608 - what is put together are names and clauses of ours; values are parameters.

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from classifiers.assessment import Direction, Stage
from storage.errors import Conflict, NotFound
from storage.records import Mode, Origin, Route
from storage.rows import Db, Row, stamp, texts_from, texts_json

_COLUMNS = (
    "name, channel, beneficiaries, committers, directions, min_stage, min_confidence, mode,"
    " origin, disabled"
)


def sync_routes(db: Db, routes: Sequence[Route], *, now: datetime) -> None:
    """Make the routes of origin FILE exactly these; a changed one is enabled again."""
    known = {route.name: route for route in all_routes(db)}
    for route in routes:
        _store(db, _as_from_file(route, known.get(route.name)), now, "")
    kept = {route.name for route in routes}
    for route in known.values():
        if route.origin is Origin.FILE and route.name not in kept:
            _drop(db, route, now)


def _as_from_file(route: Route, known: Route | None) -> Route:
    from_file = replace(route, origin=Origin.FILE, disabled="")
    if known is not None and replace(known, disabled="", origin=Origin.FILE) == from_file:
        return replace(from_file, disabled=known.disabled)
    return from_file


def add_route(db: Db, route: Route, *, now: datetime, by: str) -> None:
    """Raises Conflict where the name is taken."""
    if any(known.name.casefold() == route.name.casefold() for known in all_routes(db)):
        raise Conflict(
            f"A route is called {route.name!r} already. Remove it first, or name another."
        )
    _store(db, route, now, by)


def remove_route(db: Db, name: str, *, now: datetime) -> Route:
    """Raises NotFound; Conflict where the file fixes it."""
    for route in all_routes(db):
        if route.name.casefold() == name.strip().casefold():
            if route.origin is Origin.FILE:
                raise Conflict(
                    f"The route {route.name!r} stands in the configuration file. Take it out there."
                )
            _drop(db, route, now)
            return route
    raise NotFound(f"No route is called {name!r}. `routes list` shows them all.")


def _store(db: Db, route: Route, now: datetime, by: str) -> None:
    db.execute(
        f"INSERT INTO routes ({_COLUMNS}, added, added_by)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET"
        " channel = excluded.channel, beneficiaries = excluded.beneficiaries,"
        " committers = excluded.committers, directions = excluded.directions,"
        " min_stage = excluded.min_stage, min_confidence = excluded.min_confidence,"
        " mode = excluded.mode, origin = excluded.origin, disabled = excluded.disabled",
        (
            route.name,
            route.channel,
            texts_json(route.beneficiaries),
            texts_json(route.committers),
            texts_json(tuple(d.value for d in route.directions)),
            int(route.min_stage),
            route.min_confidence,
            route.mode.value,
            route.origin.value,
            route.disabled,
            stamp(now),
            by,
        ),
    )


def _drop(db: Db, route: Route, now: datetime) -> None:
    """Remove a route; what waits for a channel that no route leads to any more is given up."""
    db.execute("DELETE FROM routes WHERE name = ?", (route.name,))
    if db.execute("SELECT 1 FROM routes WHERE channel = ?", (route.channel,)).fetchone() is None:
        db.execute(
            "UPDATE deliveries SET state = 'dead', finished = ?, reason = 'its route was removed'"
            " WHERE channel = ? AND state = 'waiting' AND kind <> 'notice'",
            (stamp(now), route.channel),
        )


def all_routes(db: Db) -> list[Route]:
    """All, by name."""
    rows = db.execute(f"SELECT {_COLUMNS} FROM routes ORDER BY name COLLATE NOCASE")
    return [_route(row) for row in rows]


def disable_channel(db: Db, channel: str, reason: str) -> list[str]:
    """Names of the routes that lead there; what waits for it goes on waiting."""
    db.execute("UPDATE routes SET disabled = ? WHERE channel = ?", (reason, channel))
    return _names(db, channel)


def enable_channel(db: Db, channel: str, *, now: datetime) -> list[str]:
    """Names of the routes that lead there; what waited is due at once."""
    db.execute("UPDATE routes SET disabled = '' WHERE channel = ?", (channel,))
    db.execute(
        "UPDATE deliveries SET due = ? WHERE channel = ? AND state IN ('waiting', 'unknown')"
        " AND attempts > 0 AND due > ?",
        (stamp(now), channel, stamp(now)),
    )
    return _names(db, channel)


def _names(db: Db, channel: str) -> list[str]:
    rows = db.execute("SELECT name FROM routes WHERE channel = ? ORDER BY name", (channel,))
    return [row["name"] for row in rows]


def _route(row: Row) -> Route:
    return Route(
        name=row["name"],
        channel=row["channel"],
        beneficiaries=texts_from(row["beneficiaries"]),
        committers=texts_from(row["committers"]),
        directions=tuple(Direction(d) for d in texts_from(row["directions"])),
        min_stage=Stage(row["min_stage"]),
        min_confidence=row["min_confidence"],
        mode=Mode(row["mode"]),
        origin=Origin(row["origin"]),
        disabled=row["disabled"],
    )
