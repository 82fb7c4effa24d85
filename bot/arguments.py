"""What a person typed after a command -> checked values. Pure and forgiving.

`to:UKR`, `beneficiary=Ukraine`, `"South Korea"` and a bare `south korea` are all understood; what is
not understood is answered with a sentence that says what was meant.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from bot.command_table import Command, Parameter

Value = str | int | datetime
Resolve = Callable[[str], str | None]
"""A country's or organisation's name in any form -> its code, or None."""

_TOKEN = re.compile(r'(?:([\w-]+)\s*[:=]\s*)?(?:["“”„«]([^"“”»]*)["“”»]|(\S+))')
_SPAN = re.compile(r"(\d{1,4})\s*(h|d|w|m|y)[a-z]*", re.IGNORECASE)
_HOURS = {"h": 1, "d": 24, "w": 24 * 7, "m": 24 * 30, "y": 24 * 365}
_ALIASES = {
    "to": "beneficiary",
    "from": "committer",
    "by": "committer",
    "for": "beneficiary",
    "stage": "min_stage",
    "id": "reference",
}
_LONGEST_NAME = 5


class UsageError(Exception):
    """A command that was not understood; the message is for the one who typed it."""


def parse(
    command: Command,
    text: str,
    *,
    now: datetime,
    resolve: Resolve,
    given: Mapping[str, Value] | None = None,
) -> dict[str, Value]:
    """The values of a command's parameters by name, on top of those given. Raises UsageError."""
    values: dict[str, Value] = dict(given or {})
    text = text.strip()
    tokens = [
        (m[1] or "", m[2] if m[2] is not None else m[3], m.start()) for m in _TOKEN.finditer(text)
    ]
    position = 0
    while position < len(tokens):
        name, word, start = tokens[position]
        rest = next((p for p in command.parameters if p.rest and p.name not in values), None)
        parameter = _named(command, name) if name else None
        if parameter is None and name and not rest:
            name, word = "", text[start:].split()[0]  # "https://..." is no named argument
            if ":" in word and not word.lower().startswith("http"):
                raise UsageError(_unknown(command, word.partition(":")[0]))
        if parameter is None and rest is not None:
            values[rest.name] = text[start:].strip()
            break
        taken = 1
        if parameter is not None:
            values[parameter.name] = check(command, parameter, word, now=now, resolve=resolve)
        else:
            taken = _bare(command, tokens, position, values, now, resolve)
        position += taken
    missing = [p.name for p in command.parameters if p.required and p.name not in values]
    if missing:
        raise UsageError(f"/{command.name} needs {' and '.join(missing)}. {usage(command)}")
    return values


def check(
    command: Command, parameter: Parameter, word: str, *, now: datetime, resolve: Resolve
) -> Value:
    """One value, checked and in its type. Raises UsageError."""
    value = _value(parameter, word.strip(), now, resolve)
    if value is None:
        raise UsageError(f"“{word[:60]}” is not {_wanted(parameter)}. {usage(command)}")
    return value


def usage(command: Command) -> str:
    """One line: how a command is typed, with an example."""
    parts = [p.name if p.required else f"[{p.name}]" for p in command.parameters]
    line = f"Usage: /{' '.join((command.name, *parts))}"
    return f"{line}, for example /{command.name} {command.example}" if command.example else line


def since(word: str, now: datetime) -> datetime | None:
    """A moment: "7d", "24h", "2 weeks", "yesterday", "2026-01-31". UTC; None if it is none."""
    word = word.strip().lower()
    named = {
        "today": now.replace(hour=0, minute=0, second=0, microsecond=0),
        "yesterday": now - timedelta(days=1),
    }
    if word in named:
        return named[word]
    if found := _SPAN.fullmatch(word):
        return now - timedelta(hours=int(found[1]) * _HOURS[found[2].lower()])
    try:
        at = datetime.fromisoformat(word)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _named(command: Command, name: str) -> Parameter | None:
    name = name.lower().replace("-", "_")
    by_name = {p.name: p for p in command.parameters}
    return by_name.get(name) or by_name.get(_ALIASES.get(name, ""))


def _bare(
    command: Command,
    tokens: list[tuple[str, str, int]],
    position: int,
    values: dict[str, Value],
    now: datetime,
    resolve: Resolve,
) -> int:
    """Give a bare word (or the words of a country's name) to the first free parameter that takes
    it; how many words were used."""
    free = [p for p in command.parameters if p.name not in values]
    for parameter in free:
        longest = (
            _LONGEST_NAME if parameter.kind == "country" else 2 if parameter.kind == "date" else 1
        )
        for count in range(min(longest, len(tokens) - position), 0, -1):
            words = tokens[position : position + count]
            if any(name for name, _, _ in words[1:]):
                continue
            value = _value(parameter, " ".join(w for _, w, _ in words), now, resolve)
            if value is not None:
                values[parameter.name] = value
                return count
    word = tokens[position][1]
    if len(free) == 1:
        raise UsageError(f"“{word[:60]}” is not {_wanted(free[0])}. {usage(command)}")
    raise UsageError(_unknown(command, word))


def _value(parameter: Parameter, word: str, now: datetime, resolve: Resolve) -> Value | None:
    if not word:
        return None
    checks: Mapping[str, Callable[[], Value | None]] = {
        "country": lambda: resolve(word),
        "choice": lambda: _choice(parameter, word),
        "stage": lambda: _stage(parameter, word),
        "integer": lambda: int(word) if word.isdecimal() and len(word) < 10 else None,
        "date": lambda: since(word, now),
        "reference": lambda: word,
        "text": lambda: word,
    }
    return checks[parameter.kind]()


def _choice(parameter: Parameter, word: str) -> str | None:
    wanted = word.lower().replace(" ", "_")
    if wanted in parameter.choices:
        return wanted
    starts = [c for c in parameter.choices if c.startswith(wanted)]
    return starts[0] if len(starts) == 1 else None


def _stage(parameter: Parameter, word: str) -> str | None:
    """A stage by its name or its number, ">=3" included."""
    number = word.lstrip(">= ")
    if number.isdecimal():
        return parameter.choices[int(number)] if int(number) < len(parameter.choices) else None
    return _choice(parameter, word)


def _wanted(parameter: Parameter) -> str:
    return {
        "country": "a country or organisation that I know",
        "choice": f"one of {', '.join(parameter.choices)}",
        "stage": f"a stage: 0 to 6, or one of {', '.join(parameter.choices)}",
        "integer": "a number",
        "date": "a date or a span such as 2026-01-31 or 7d",
    }.get(parameter.kind, f"a {parameter.name}")


def _unknown(command: Command, word: str) -> str:
    names = [p.name for p in command.parameters]
    close = difflib.get_close_matches(word.lower(), names, n=1)
    hint = f"Did you mean “{close[0]}”? " if close else ""
    return f"I do not understand “{word[:60]}”. {hint}{usage(command)}"
