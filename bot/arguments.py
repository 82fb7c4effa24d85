"""What a person typed after a command -> checked values. Pure and forgiving.

`to:UKR`, `beneficiary=Ukraine`, `from France to "South Korea" since last week` and the bare words
in any order are all understood; what is not is answered with a sentence that says what was meant.
Takes up to 100 ms where something is misspelt: not for the event loop.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from bot.argument_values import (
    Resolve,
    Value,
    alike,
    likeness,
    meant,
    value_of,
    wanted,
)
from bot.command_table import Command, Parameter
from bot.outside_text import cut
from bot.phrases import phrases, plain
from bot.query_words import UnknownFilter, understood
from bot.reading import Reading, Token, TwiceError, UnclearError

__all__ = ["Resolve", "UsageError", "Value", "check", "parse", "tidy", "usage"]

_ALIKE_QUOTES = str.maketrans("“”„‟«»＂″", '""""""""')
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\u2066-\u2069\u202a-\u202e\ufeff\u00ad]")
_LINK = re.compile(r"<(https?://[^|>\s]+)(?:\|[^>]*)?>")
_NAMED = re.compile(r"([^:=]*)([:=]?)(.*)", re.DOTALL)
_MOST_MEANT = 3
_MOST_WORDS = 100
"""No command without a text of one's own takes half as many; each costs a millisecond."""
_LEAST_LIKE = 0.5
_NEARLY_AS_GOOD = 0.1
_SHOWN = 60


class UsageError(Exception):
    """A command that was not understood; the message is for the one who typed it."""

    def __init__(self, message: str, instead: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.instead = tuple(instead)
        """Arguments, whole, that may have been meant and are understood."""


def parse(
    command: Command,
    text: str,
    *,
    now: datetime,
    resolve: Resolve,
    given: Mapping[str, Value] | None = None,
) -> dict[str, Value]:
    """The values of a command's parameters by name, on top of those given. Raises UsageError."""
    reading = Reading(command, tidy(text), now, resolve, given or {})
    if len(reading.tokens) > _MOST_WORDS and not any(p.rest for p in command.parameters):
        raise UsageError(f"That is more than /{command.name} takes. {usage(command)}")
    try:
        values = reading.run()
    except UnclearError as unclear:
        raise _told(reading, unclear) from None
    except TwiceError as twice:
        raise _told_twice(command, twice) from None
    for parameter in command.parameters:
        if parameter.kind == "query" and parameter.name in values:
            values[parameter.name] = _query(str(values[parameter.name]), command, now, resolve)
    missing = [p for p in command.parameters if p.required and p.name not in values]
    if missing:
        names = " and ".join(f"{p.name} ({p.help[:1].lower()}{p.help[1:]})" for p in missing)
        raise UsageError(f"/{command.name} needs {names}. {usage(command)}")
    return values


def _query(text: str, command: Command, now: datetime, resolve: Resolve) -> str:
    try:
        return understood(text, now, resolve)
    except UnknownFilter as error:
        opening = f"“{cut(error.word, _SHOWN)}” is not a country or organisation that I know."
        question = _did_you_mean(list(error.instead))
        instead = list(error.instead.values())
        raise UsageError(f"{opening}{question} {usage(command)}", instead) from None


def check(
    command: Command, parameter: Parameter, word: str, *, now: datetime, resolve: Resolve
) -> Value:
    """One value, checked and in its type. Raises UsageError."""
    value = value_of(parameter, tidy(word), now, resolve)
    if value is None:
        found = meant(parameter, word)
        raise UsageError(f"{_is_not(word, parameter)}{_did_you_mean(found)} {usage(command)}")
    return value


def usage(command: Command) -> str:
    """One line: how a command is typed, with an example."""
    parts = [p.name if p.required else f"[{p.name}]" for p in command.parameters]
    line = f"Usage: /{' '.join((command.name, *parts))}"
    return f"{line}, for example /{command.name} {command.example}" if command.example else line


def tidy(text: str) -> str:
    """Without what only looks different: clever quotation marks, invisible characters, the signs
    that chats put around addresses."""
    text = _INVISIBLE.sub("", text).replace("\u00a0", " ").translate(_ALIKE_QUOTES)
    return _LINK.sub(r"\1", text).strip()


# --- what was meant


def _told_twice(command: Command, twice: TwiceError) -> UsageError:
    first, second = map(_text, twice.values)
    return UsageError(
        f"You gave two values for {twice.parameter.name}: {first} and {second}; it takes one. "
        f"{usage(command)}"
    )


def _text(value: Value) -> str:
    return f"{value:%d %b %Y}" if isinstance(value, datetime) else str(value)


def _told(reading: Reading, unclear: UnclearError) -> UsageError:
    """The sentence for words without a meaning, and what was meant by them."""
    token = reading.tokens[unclear.position]
    opening = f"I do not understand “{cut(token.word, _SHOWN)}”."
    if unclear.named or len({p.kind for p in unclear.parameters}) == 1:
        opening = _is_not(token.word, unclear.parameters[0])
    near = [c for c in _corrections(reading, unclear) if c.likeness > _LEAST_LIKE]
    found = [c for c in near if _is_understood(reading, c.text)]
    likely = _likely(found)
    # Where another word is wrong as well, the question is worth asking, though not the button.
    labels = list(likely or (_likely(near) if unclear.named else {}))[:_MOST_MEANT]
    question = _did_you_mean(labels)
    instead = [likely[label] for label in labels if label in likely]
    return UsageError(f"{opening}{question} {usage(reading.command)}", instead)


def _likely(found: Sequence[_Correction]) -> dict[str, str]:
    """By what was meant: the whole text; those that are about as good as the best."""
    best = max((c.likeness for c in found), default=0.0)
    return {c.label: c.text for c in found if c.likeness > best - _NEARLY_AS_GOOD}


def _is_not(word: str, parameter: Parameter) -> str:
    return f"“{cut(word, _SHOWN)}” is not {wanted(parameter)}."


def _did_you_mean(found: Sequence[str]) -> str:
    return f" Did you mean {' or '.join(f'“{one}”' for one in found)}?" if found else ""


class _Correction(NamedTuple):
    label: str
    """What was meant."""
    text: str
    """The whole text with it."""
    likeness: float


def _corrections(reading: Reading, unclear: UnclearError) -> Iterator[_Correction]:
    token = reading.tokens[unclear.position]
    if not unclear.named:
        yield from _other_names(reading, token)
    for count in (3, 2, 1):
        tokens = reading.tokens[unclear.position : unclear.position + count]
        if len(tokens) < count or any(t.parameter for t in tokens[1:]):
            continue
        words = " ".join(t.word for t in tokens)
        for parameter in unclear.parameters:
            for label in meant(parameter, words):
                new = f'{parameter.name}:"{label}"' if token.parameter else label
                text = _replaced(reading.text, token.start, tokens[-1].end, new)
                yield _Correction(label, text, likeness(words, label))


def _other_names(reading: Reading, token: Token) -> Iterator[_Correction]:
    """A parameter or a word before a value that was misspelt: "benefciary:UKR", "snice"."""
    key, sign, value = _NAMED.fullmatch(token.word).groups()  # type: ignore[union-attr] # it matches any text
    names = [p.name for p in reading.command.parameters]
    known = names if sign else [*names, *(c for c in phrases().connectors if len(c) > 3)]
    for label in alike(plain(key).replace("-", "_"), known):
        new = f"{label}:{value}" if sign else label
        text = _replaced(reading.text, token.start, token.end, new)
        yield _Correction(label, text, likeness(key, label))


def _replaced(text: str, start: int, end: int, new: str) -> str:
    return f"{text[:start]}{new}{text[end:]}".strip()


def _is_understood(reading: Reading, text: str) -> bool:
    trial = Reading(reading.command, tidy(text), reading.now, reading.resolve, {})
    try:
        trial.run()
    except (UnclearError, TwiceError):
        return False
    return True
