"""Reads config.toml and the environment into a `Config`, or says in one sentence what to mend."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.config.environment import overlay
from bot.config.faults import Fault, fault_of, shown
from bot.config.lines import KeyPath, key_lines, line_of, unfinished_line
from bot.config.models import Config, SecondOpinionTable


class ConfigError(Exception):
    """The configuration is wrong. The message is one sentence: file, line, key and remedy."""


@dataclass(frozen=True, slots=True)
class _Origin:
    """Where each value is from, to point at it."""

    file: str
    lines: Mapping[KeyPath, int]
    variables: Mapping[KeyPath, str]

    def place(self, path: KeyPath) -> str:
        for end in range(len(path), 0, -1):
            if path[:end] in self.variables:
                return f"environment variable {self.variables[path[:end]]}"
        line = line_of(self.lines, path)
        return f"{self.file}, line {line}" if line else self.file or "configuration"


def load_config(path: Path | None, environ: Mapping[str, str]) -> Config:
    """The file's values, overruled by the environment's. None: no file, defaults.

    Raises ConfigError.
    """
    text = _read(path) if path else ""
    name = str(path) if path else ""
    # Without the empty table, the default path would not learn where the file lies.
    raw = {"storage": {}} | _parse(text, name)
    fault, variables = overlay(raw, environ)
    origin = _Origin(name, key_lines(text), variables)
    if fault:
        raise _error(fault, origin)
    try:
        config = Config.model_validate(raw, context={"folder": path.parent if path else Path()})
    except ValidationError as error:
        faults = [fault_of(detail) for detail in error.errors(include_url=False)]
        raise _error(_first(faults, origin), origin) from None
    for fault in _contradictions(config):
        raise _error(fault, origin)
    return config


def _read(path: Path) -> str:
    try:
        # Some editors on Windows begin a file with a byte-order mark.
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        reason = (
            "there is no such file; make one with `pledgewatch init` or name yours with --config"
        )
    except UnicodeDecodeError as error:
        reason = f"byte {error.start} is no UTF-8; save the file in that encoding"
    except OSError as error:
        reason = f"cannot be read ({error.strerror}); check the path and its permissions"
    raise ConfigError(f"{path}: {reason}.")


def _parse(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.fullmatch(r"(.*) \(at (?:line (\d+), column \d+|.*)\)", str(error), re.DOTALL)
        reason = found[1] if found else str(error)
        line = int(found[2]) if found and found[2] else unfinished_line(text)
        raise ConfigError(
            f"{name}, line {line}: this is not TOML ({reason[:1].lower()}{reason[1:]});"
            " correct that line."
        ) from None


def _first(faults: list[Fault], origin: _Origin) -> Fault:
    """The one that stands first in the file, where a reader would begin."""
    return min(faults, key=lambda fault: line_of(origin.lines, fault.path) or 0)


def _error(fault: Fault, origin: _Origin) -> ConfigError:
    return ConfigError(f"{origin.place(fault.path)}: {shown(fault.path)} {fault.text}.")


def _contradictions(config: Config) -> Iterator[Fault]:
    """What each value allows and all together do not."""
    yield from _repeated("feeds", "url", [table.url for table in config.feeds])
    yield from _repeated("feeds", "name", [table.name for table in config.feeds])
    yield from _repeated("routes", "name", [table.name for table in config.routes])
    yield from _alike([table.name for table in config.routes])
    for table in config.chat_tables():
        given = [key for key in table.needs if key not in table.missing]
        if given and table.missing:
            some = "both or neither" if len(table.needs) == 2 else "all of them or none"
            missing = " and ".join(table.missing)
            text = f"needs {missing} beside it; {table.platform.title} takes {some}"
            yield Fault((table.platform.name, given[0]), text)
    for place, feed in enumerate(config.feeds):
        if feed.password.get_secret_value() and not feed.user:
            yield Fault(("feeds", place, "password"), "needs user beside it")
    yield from _unasked(config.second_opinion)


def _unasked(table: SecondOpinionTable) -> Iterator[Fault]:
    for given, missing in (("url", "model"), ("model", "url")):
        if getattr(table, given) and not getattr(table, missing):
            yield Fault(("second_opinion", given), f"needs {missing} beside it")
    if table.cost_per_day and not (table.prompt_price or table.completion_price):
        text = "needs prompt_price and completion_price beside it"
        yield Fault(("second_opinion", "cost_per_day"), text)


def _alike(names: list[str]) -> Iterator[Fault]:
    """Routes that commands, which find a name in any case, could not tell apart."""
    first: dict[str, str] = {}
    for place, name in enumerate(names):
        other = first.setdefault(name.casefold(), name)
        if other != name:
            text = f'"{name}" differs from "{other}" in its capitals alone; rename one of the two'
            yield Fault(("routes", place, "name"), text)


def _repeated(table: str, key: str, values: list[str]) -> Iterator[Fault]:
    seen: set[str] = set()
    for place, value in enumerate(values):
        if value and value in seen:
            text = f'repeats "{value}"; remove or rename one of the two'
            yield Fault((table, place, key), text)
        seen.add(value)
