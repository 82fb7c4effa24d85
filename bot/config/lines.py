"""On which line of a TOML document a key stands; tomllib keeps no positions."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

KeyPath = tuple[str | int, ...]
"""Keys of tables and places in arrays: ("feeds", 1, "url")."""


def key_lines(text: str) -> dict[KeyPath, int]:
    """The line, from 1, of every table and key of a document that tomllib accepts.

    An array or inline table over several lines is placed at its first one, with all it holds.
    """
    found: dict[KeyPath, int] = {}
    arrays: dict[KeyPath, int] = {}
    table: KeyPath = ()
    for number, statement in _statements(text):
        parsed = tomllib.loads(statement)
        if statement.lstrip().startswith("["):
            table = _enter(_header(parsed), statement.lstrip().startswith("[["), arrays)
            found.setdefault(table, number)
            if isinstance(table[-1], int):
                found.setdefault(table[:-1], number)
        else:
            for path in _paths(parsed):
                found.setdefault(table + path, number)
    return found


def line_of(lines: Mapping[KeyPath, int], path: KeyPath) -> int | None:
    """The line of a path, or of the nearest thing that contains it; None where nothing does."""
    while path:
        if path in lines:
            return lines[path]
        path = path[:-1]
    return None


def unfinished_line(text: str) -> int:
    """The line on which the last statement begins: the open one, where a document breaks off."""
    return max((start for start, _ in _statements(text)), default=1)


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Each header and each key with its value, and the line that it begins on."""
    pending, start = "", 0
    # Only \n ends a line in TOML; str.splitlines knows many more line ends.
    for number, line in enumerate(text.split("\n"), start=1):
        if not pending:
            start = number
        pending += line + "\n"
        # What ends where a line ends is whole: an open string or array cannot be parsed.
        if _parses(pending):
            if tomllib.loads(pending):
                yield start, pending
            pending = ""
    if pending.strip():
        yield start, pending


def _parses(statement: str) -> bool:
    try:
        tomllib.loads(statement)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _header(parsed: Mapping[str, Any]) -> tuple[str, ...]:
    """The keys of a header: [a.b] parses to {"a": {"b": {}}}, [[a.b]] to {"a": {"b": [{}]}}."""
    keys: list[str] = []
    node: Any = parsed
    while isinstance(node, dict) and node:
        ((key, node),) = node.items()
        keys.append(key)
    return tuple(keys)


def _enter(keys: tuple[str, ...], is_array: bool, arrays: dict[KeyPath, int]) -> KeyPath:
    """The full path of a table, with the place in each array of tables on the way."""
    path: KeyPath = ()
    for key in keys[:-1]:
        path = (*path, key)
        if path in arrays:
            path = (*path, arrays[path])
    path = (*path, keys[-1])
    if is_array:
        arrays[path] = arrays.get(path, -1) + 1
        return (*path, arrays[path])
    return path


def _paths(node: Any, path: KeyPath = ()) -> Iterator[KeyPath]:
    """Every path within a parsed value, the value itself included."""
    if path:
        yield path
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _paths(value, (*path, key))
    elif isinstance(node, list):
        for place, value in enumerate(node):
            yield from _paths(value, (*path, place))
