"""The page of configuration keys, made from the models."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from enum import IntEnum, StrEnum
from inspect import cleandoc
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from bot.config.models import Config

_INTRODUCTION = """\
# Configuration

<!-- Made from the code by `python -m bot.reference`; change the models instead. -->

Pledgewatch reads `config.toml` in the current folder, or the file that `--config PATH` names.
Without a file every key has its default. A key that is not known, or a value of the wrong kind, is
refused in one sentence with file, line and remedy, and the program exits with status 78.

Any value can come from the environment, which wins over the file: `PLEDGEWATCH_`, the table, two
underscores, the key. `PLEDGEWATCH_DISCORD__TOKEN` is `token` in `[discord]`. A number names one of
several tables, counted from 0: `PLEDGEWATCH_FEEDS__0__PASSWORD` belongs to the first feed. Lists
are separated by commas. An empty variable counts as not set.

Secrets (marked so below) are never printed or logged. The database keeps the headers of feeds, so
protect it like the file.

What stands in the file is fixed by the file: chat and command line can show it, not change it. What
they add lives in the database.

Editors that know Taplo (in VS Code: Even Better TOML) complete the keys, show this text for each,
and mark what cannot be, where the file's first line is `#:schema ./config.schema.json` and that
file lies beside it. `pledgewatch init` writes both. After an upgrade, or for a file of one's own:

    pledgewatch config schema > config.schema.json
"""

_TYPES: dict[type, str] = {
    str: "text",
    bool: "true or false",
    int: "whole number",
    float: "number",
    Path: "path",
    SecretStr: "text, secret",
    timedelta: "duration",
    IPv4Network: "network",
}


def configuration_markdown() -> str:
    """The whole page."""
    return "\n".join([_INTRODUCTION, *(_section(*item) for item in Config.model_fields.items())])


def _section(name: str, field: FieldInfo) -> str:
    table = field.annotation
    heading = f"[{name}]"
    if get_origin(table) is tuple:
        table, heading = get_args(table)[0], f"[[{name}]]"
    if not (isinstance(table, type) and issubclass(table, BaseModel)):
        raise TypeError(f"{name} is no table")
    return "\n".join([f"## `{heading}`\n", f"{cleandoc(table.__doc__ or '')}\n", *_rows(table), ""])


def _rows(table: type[BaseModel]) -> Iterator[str]:
    yield "| key | kind | default | meaning |"
    yield "| --- | --- | --- | --- |"
    for name, field in table.model_fields.items():
        default = _default(field)
        yield f"| `{name}` | {_kind(field.annotation)} | {default} | {field.description} |"


def _default(field: FieldInfo) -> str:
    value = field.default
    if value is PydanticUndefined:
        return "required"
    if value is None:
        return "not set"
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, IntEnum):
        return f"`{value.value}`"
    if isinstance(value, int | float):
        return f"`{value}`"
    if isinstance(value, tuple | dict):
        return "`[]`" if value == () else "`{}`"
    return f'`"{value}"`'


def _kind(annotation: Any) -> str:
    if get_origin(annotation) is Annotated:
        return _kind(get_args(annotation)[0])
    if get_origin(annotation) is tuple:
        return f"list of {_kind(get_args(annotation)[0])}"
    if get_origin(annotation) is dict:
        return "names and secret texts"
    if get_args(annotation):
        return _kind(next(a for a in get_args(annotation) if a not in {type(None), IPv6Network}))
    if issubclass(annotation, StrEnum):
        return "text"
    return _TYPES.get(annotation, "stage")
