"""What a person typed after a command -> checked values. Pure and forgiving.

`to:UKR`, `beneficiary=Ukraine`, `"South Korea"` and a bare `south korea` are all understood; what
is not is answered with a sentence that says what was meant.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
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
_WORDS = {"country": 5, "date": 2}
"""How many bare words one value may have."""


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
    tokens = _tokens(command, text.strip())
    position = 0
    while position < len(tokens):
        token = tokens[position]
        free = [p for p in command.parameters if p.name not in values]
        if token.parameter is not None:
            word = token.word
            values[token.parameter.name] = check(
                command, token.parameter, word, now=now, resolve=resolve
            )
            position += 1
        elif free and free[0].rest:
            values[free[0].name] = text.strip()[token.start :]
            break
        else:
            position += _bare(command, tokens[position:], free, values, now, resolve)
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


@dataclass(frozen=True, slots=True)
class _Token:
    parameter: Parameter | None
    """The parameter that it names; None for a bare word."""
    word: str
    start: int


def _tokens(command: Command, text: str) -> list[_Token]:
    tokens = []
    for found in _TOKEN.finditer(text):
        name, quoted, bare = found.groups()
        word = quoted if quoted is not None else bare
        parameter = _named(command, name) if name else None
        if parameter is None and name:  # "https://..." names nothing
            word = found[0]
        tokens.append(_Token(parameter, word, found.start()))
    return tokens


def _named(command: Command, name: str) -> Parameter | None:
    name = name.lower().replace("-", "_")
    by_name = {p.name: p for p in command.parameters}
    return by_name.get(name) or by_name.get(_ALIASES.get(name, ""))


def _bare(
    command: Command,
    tokens: Sequence[_Token],
    free: Sequence[Parameter],
    values: dict[str, Value],
    now: datetime,
    resolve: Resolve,
) -> int:
    """Give a bare word (or the words of a country's name) to the first free parameter that takes
    it; how many words were used."""
    for parameter in free:
        for count in range(min(_WORDS.get(parameter.kind, 1), len(tokens)), 0, -1):
            words = tokens[:count]
            if any(token.parameter for token in words):
                continue
            value = _value(parameter, " ".join(token.word for token in words), now, resolve)
            if value is not None:
                values[parameter.name] = value
                return count
    word = tokens[0].word
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
    close = difflib.get_close_matches(re.split("[:=]", word.lower())[0], names, n=1)
    hint = f"Did you mean “{close[0]}”? " if close else ""
    return f"I do not understand “{word[:60]}”. {hint}{usage(command)}"
