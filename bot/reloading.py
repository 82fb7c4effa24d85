"""What of a changed configuration takes hold at once, and what needs a new start."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.config import Config
from bot.config.table import Table

_WHOLE = ("feeds", "routes", "admins", "log", "watchdog")
_PARTS = {
    "storage": ("backup_folder", "backup_hours", "keep_backups", "keep_text_days"),
    "classifier": ("threshold",),
}


@dataclass(frozen=True, slots=True)
class Reload:
    """What a new configuration comes to."""

    config: Config
    """The old one with what takes hold at once."""
    changed: tuple[str, ...]
    """The keys that take hold at once, as "[log] level"."""
    waiting: tuple[str, ...]
    """The keys that differ and need a new start."""


def reload(old: Config, new: Config) -> Reload:
    """Compare what runs with what was read. No value is named: it may be a secret. Pure."""
    changed, waiting = list[str](), list[str]()
    tables: dict[str, Any] = {}
    for name in Config.model_fields:
        before, after = getattr(old, name), getattr(new, name)
        if not isinstance(before, Table):
            changed += [f"[[{name}]]"] if before != after else []
            tables[name] = after
            continue
        live = tuple(type(before).model_fields) if name in _WHOLE else _PARTS.get(name, ())
        for key in _different(before, after):
            (changed if key in live else waiting).append(f"[{name}] {key}")
        tables[name] = before.model_copy(update={key: getattr(after, key) for key in live})
    return Reload(old.model_copy(update=tables), tuple(changed), tuple(waiting))


def _different(before: Table, after: Table) -> Iterator[str]:
    for key in type(before).model_fields:
        if getattr(before, key) != getattr(after, key):
            yield key


def reloadable() -> list[str]:
    """All keys that take hold at once, for the documents."""
    parts = [f"`[{name}]` {', '.join(f'`{key}`' for key in keys)}" for name, keys in _PARTS.items()]
    lists = [f"`[[{name}]]`" for name in ("feeds", "routes")]
    return [*lists, *(f"`[{name}]`" for name in _WHOLE[2:]), *parts]
