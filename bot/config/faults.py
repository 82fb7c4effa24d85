"""What is wrong with a value, in words, with the nearest right one."""

from __future__ import annotations

import types
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from bot.config.lines import KeyPath
from bot.config.models import Config


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and where."""

    path: KeyPath
    text: str
    """The rest of a sentence that begins with the key, without the full stop."""


_WORDS = {
    "missing": "is missing; add it",
    "string_type": "must be text in quotes",
    "path_type": "must be a path in quotes",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "greater_than": "must be more than {gt:g}",
    "greater_than_equal": "must be at least {ge:g}",
    "less_than_equal": "must be at most {le:g}",
    "string_too_short": "must not be empty",
    "string_too_long": "must have at most {max_length} characters",
    "enum": "must be one of {expected}",
    "tuple_type": "must be a list in square brackets",
    "dict_type": "must be a table of names and values",
}


def fault_of(detail: ErrorDetails) -> Fault:
    """A fault that pydantic found; its input is never repeated, since it may be a secret."""
    path, kind = tuple(detail["loc"]), detail["type"]
    # A key of a mapping is reported as such, one level below its name.
    if path and path[-1] == "[key]":
        path = path[:-1]
    context = detail.get("ctx", {})
    if kind == "extra_forbidden":
        return Fault(path, unknown_key(path))
    if kind == "value_error":
        return Fault(path, str(context["error"]))
    if kind in {"tuple_type", "model_type"} and path in {("feeds",), ("routes",)}:
        return Fault(path, f"must be a list of tables; begin each with [[{path[0]}]]")
    if kind == "model_type":
        return Fault(path, f"must be a table; begin it with [{path[0]}]")
    if kind in _WORDS:
        return Fault(path, _WORDS[kind].format(**context))
    return Fault(path, detail["msg"][:1].lower() + detail["msg"][1:])


def unknown_key(path: KeyPath) -> str:
    """That a key is not known, with the one that was probably meant."""
    siblings = _keys_at(path[:-1])
    key = str(path[-1])
    if homes := [table for table in _keys_at(()) if key in _keys_at((table,))]:
        return f"is not a known key here; it belongs in {_heading(homes[0])}"
    if near := get_close_matches(key.lower(), siblings, n=1):
        return f"is not a known key; perhaps {near[0]} is meant"
    if siblings:
        return f"is not a known key; known here are {', '.join(siblings)}"
    return "is not a known key; remove it"


def shown(path: KeyPath) -> str:
    """A key as it is written in the file: "[fetch] per_host", "[[feeds]] url"."""
    names = [part for part in path if isinstance(part, str)]
    if not names:
        return ".".join(map(str, path))
    if len(names) == 1:
        return _heading(names[0]) if names[0] in Config.model_fields else names[0]
    return f"{_heading(names[0])} {'.'.join(names[1:])}"


def field_at(path: KeyPath) -> Any:
    """The type of the value at a path; None where there is no such key, or it is a table."""
    node: Any = Config
    for part in path:
        node = _below(node, part)
    node = _plain(node)
    return None if _is_table(node) or get_origin(node) is dict else node


def is_list(annotation: Any) -> bool:
    """Whether a type is that of a list."""
    return get_origin(annotation) is tuple


def _heading(table: str) -> str:
    field = Config.model_fields.get(table)
    return f"[[{table}]]" if field and is_list(field.annotation) else f"[{table}]"


def _keys_at(path: KeyPath) -> list[str]:
    node: Any = Config
    for part in path:
        node = _below(node, part)
    node = _plain(node)
    if is_list(node):
        node = _plain(get_args(node)[0])
    return list(node.model_fields) if _is_table(node) else []


def _below(node: Any, part: str | int) -> Any:
    node = _plain(node)
    if _is_table(node) and part in node.model_fields:
        return node.model_fields[part].annotation
    if get_origin(node) is dict and isinstance(part, str):
        return get_args(node)[1]
    # The lists that hold tables have places; a list of plain values is set as a whole.
    if is_list(node) and isinstance(part, int) and _is_table(_plain(get_args(node)[0])):
        return get_args(node)[0]
    return None


def _plain(node: Any) -> Any:
    """A type without Annotated and without "or None"."""
    if get_origin(node) is Annotated:
        return _plain(get_args(node)[0])
    if get_origin(node) in {types.UnionType, Union}:
        return _plain(next(a for a in get_args(node) if a is not type(None)))
    return node


def _is_table(node: Any) -> bool:
    return isinstance(node, type) and issubclass(node, BaseModel)
