"""Values from the environment: PLEDGEWATCH_DISCORD__TOKEN is [discord] token.

Two underscores go one level down, a number names a place: PLEDGEWATCH_FEEDS__0__PASSWORD is that of
the first feed. Lists are separated by commas. An empty variable counts as not set, since Compose
files pass those on. What has no two underscores and is not a key with one too few is none of ours:
Kubernetes sets PLEDGEWATCH_PORT and its kin for a service called pledgewatch.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from bot.config.faults import Fault, field_at, is_list, unknown_key
from bot.config.lines import KeyPath

PREFIX = "PLEDGEWATCH_"
_LONGEST_PLACE = 4


def overlay(
    raw: dict[str, Any], environ: Mapping[str, str]
) -> tuple[Fault | None, dict[KeyPath, str]]:
    """Put the variables' values into a parsed document; the first fault, and what set which key."""
    variables: dict[KeyPath, str] = {}
    for variable in sorted(environ, key=_natural):
        name = variable.removeprefix(PREFIX)
        if name == variable or not environ[variable]:
            continue
        if "__" not in name:
            if fault := _one_underscore(name):
                return fault, {fault.path: variable}
            continue
        path = tuple(int(p) if _is_place(p) else p.lower() for p in name.split("__"))
        variables[path] = variable
        if fault := _put(raw, path, environ[variable]):
            return fault, variables
    return None, variables


def _one_underscore(name: str) -> Fault | None:
    """A fault where somebody meant one of our keys and wrote one underscore too few."""
    parts = name.lower().split("_")
    for place in range(1, len(parts)):
        table, key = "_".join(parts[:place]), "_".join(parts[place:])
        if field_at((table, key)) is not None:
            right = f"{PREFIX}{table}__{key}".upper()
            return Fault((table, key), f"takes two underscores after the table; write {right}")
    return None


def _natural(variable: str) -> list[tuple[int, str]]:
    """Sorts place 2 before place 10, so that lists grow in order."""
    return [(int(p), "") if _is_place(p) else (0, p) for p in variable.split("__")]


def _is_place(part: str) -> bool:
    return part.isascii() and part.isdecimal() and len(part) <= _LONGEST_PLACE


def _put(raw: dict[str, Any], path: KeyPath, value: str) -> Fault | None:
    field = field_at(path)
    if field is None:
        return Fault(path, unknown_key(path))
    node: Any = raw
    for key, following in pairwise(path):
        node = _child(node, key, [] if isinstance(following, int) else {})
        if node is None:
            return Fault(path, "has no place in the file; a list has no gaps")
    parts = [part.strip() for part in value.split(",")] if is_list(field) else value
    node[_spelling(node, str(path[-1]))] = parts
    return None


def _child(node: Any, key: str | int, empty: Any) -> Any:
    """The container below, made where the document has none; None where that cannot be."""
    if isinstance(key, str):
        child = node.setdefault(key, empty)
        return child if isinstance(child, type(empty)) else None
    if key == len(node):
        node.append(empty)
    return node[key] if key < len(node) else None


def _spelling(node: Mapping[str, Any], key: str) -> str:
    """A header's name as the file has it: a variable can hold neither hyphens nor capitals."""
    return next((k for k in node if k.lower().replace("-", "_") == key), key)
