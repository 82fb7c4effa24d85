"""A route's settings by their names in the configuration: written as people type them, and changed
by what they typed. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from pydantic import ValidationError

from bot.arguments import UsageError
from bot.config.faults import fault_of, is_list
from bot.config.feeds_and_routes import RouteTable
from bot.config.values import WEEKDAYS
from bot.phrases import plain
from storage.records import Route

SETTINGS = tuple(f.name for f in fields(Route) if f.name in RouteTable.model_fields)
"""What people may set, by the names that the configuration uses."""
LISTS = frozenset(n for n in SETTINGS if is_list(RouteTable.model_fields[n].annotation))
"""Those with several values."""
STAGES = ("min_stage", "mention_min_stage")
"""Those that are stages."""


def settings_text(route: Route) -> str:
    """What of a route is not the default, as one would type it; name and channel left out."""
    return " ".join(f"{name}={value}" for name, value in settings_of(route))


def settings_of(route: Route) -> Iterator[tuple[str, str]]:
    """Key and value of each setting that is not the default."""
    for name in SETTINGS:
        value = getattr(route, name)
        if name not in {"name", "channel"} and value != _default(name):
            yield name, _typed(name, value)


def difference(before: Route, after: Route) -> str:
    """What one would type to make one route of the other; the name left out."""
    return " ".join(
        f"{name}={_typed(name, value) if value != _default(name) or name == 'mode' else 'none'}"
        for name in SETTINGS
        if name != "name" and (value := getattr(after, name)) != getattr(before, name)
    )


def _typed(name: str, value: Any) -> str:
    if name in STAGES:
        return str(int(value))
    if name == "weekday":
        return WEEKDAYS[int(value)]
    if name in LISTS:
        return ",".join(_quoted(str(part)) for part in value)
    if name == "min_confidence":
        return f"{value:g}"
    return _quoted(str(value))


def _quoted(text: str) -> str:
    return f'"{text}"' if re.search(r"[\s,=]", text) else text


@dataclass(frozen=True, slots=True)
class Change:
    """What is to become of one setting."""

    values: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    replaced: bool = False
    """Whether what stood there is forgotten."""


@dataclass(frozen=True, slots=True)
class RouteWords:
    """What was typed: settings by their names in the configuration, and further keys."""

    changes: Mapping[str, Change]
    further: Mapping[str, str] = field(default_factory=dict)

    def apply(self, route: Route) -> Route:
        """The route with these settings. Raises UsageError."""
        raw = {name: getattr(route, name) for name in SETTINGS}
        for name, change in self.changes.items():
            raw[name] = _changed(name, change, raw[name])
        try:
            table = RouteTable.model_validate(raw)
        except ValidationError as error:
            fault = fault_of(error.errors(include_url=False)[0])
            raise UsageError(f"{fault.path[0]} {fault.text}.") from None
        made = table.route()
        return replace(route, **{name: getattr(made, name) for name in SETTINGS})


def _changed(name: str, change: Change, current: Any) -> Any:
    if name not in LISTS:
        return change.values[0] if change.values else _default(name)
    kept: list[str] = [] if change.replaced else [str(value) for value in current]
    removed = {plain(value) for value in change.removed}
    kept += [*change.values, *change.added]
    return tuple(dict.fromkeys(value for value in kept if plain(value) not in removed))


def _default(name: str) -> Any:
    return RouteTable.model_fields[name].get_default()
