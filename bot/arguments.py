"""What a person typed after a command -> checked values. Pure and forgiving.

`to:UKR`, `beneficiary=Ukraine`, `from France to "South Korea" since last week` and the bare words
in any order are all understood; what is not is answered with a sentence that says what was meant.
Takes up to 100 ms where something is misspelt: not for the event loop.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from bot.argument_values import (
    MOST_WORDS,
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

__all__ = ["Resolve", "UsageError", "Value", "check", "parse", "tidy", "usage"]

_TOKEN = re.compile(r'(?:([\w-]+)\s*(?:[:=]|(?=[<>]=?\d))\s*)?(?:"([^"]*)"|(→|(?:(?!→)\S)+))')
_ALIKE_QUOTES = str.maketrans("“”„‟«»＂″", '""""""""')
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\u2066-\u2069\u202a-\u202e\ufeff\u00ad]")
_LINK = re.compile(r"<(https?://[^|>\s]+)(?:\|[^>]*)?>")
_ARROW = re.compile(r"\s*(?:[-=–—]+>|➡️?|➔)\s*|\s+>\s+")
_ALIASES = {"to": "beneficiary", "for": "beneficiary", "from": "committer", "by": "committer"}
_ALIASES |= {"stage": "min_stage", "id": "reference"}
_NAMED = re.compile(r"([^:=]*)([:=]?)(.*)", re.DOTALL)
_LONGEST_CONNECTOR = 3
_MOST_MEANT = 3
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
    reading = _Reading(command, tidy(text), now, resolve, given or {})
    try:
        values = reading.run()
    except _UnclearError as unclear:
        raise _told(reading, unclear) from None
    for parameter in command.parameters:
        if parameter.kind == "query" and parameter.name in values:
            values[parameter.name] = _query(str(values[parameter.name]), command, now, resolve)
    missing = [p for p in command.parameters if p.required and p.name not in values]
    if missing:
        names = " and ".join(p.name for p in missing)
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


@dataclass(frozen=True, slots=True)
class _Token:
    word: str
    start: int
    end: int
    parameter: Parameter | None = None
    """The parameter that it names, as in `to:UKR`."""
    quoted: bool = False


class _UnclearError(Exception):
    """The token at this place has no meaning; it should have been one of these."""

    def __init__(self, position: int, wanted_here: Sequence[Parameter], *, named: bool) -> None:
        super().__init__(position)
        self.position = position
        self.parameters = wanted_here
        self.named = named
        """Whether the parameter was named, so that nothing else can have been meant."""


class _Reading:
    """One pass over the words, from left to right."""

    def __init__(
        self,
        command: Command,
        text: str,
        now: datetime,
        resolve: Resolve,
        given: Mapping[str, Value],
    ) -> None:
        self.command = command
        self.now = now
        self.resolve = resolve
        takes_text = any(p.rest for p in command.parameters)
        self.text = text if takes_text else _ARROW.sub(" → ", text)
        self.tokens = list(_tokens(command, self.text))
        self._values: dict[str, Value] = dict(given)
        self._position = 0

    def run(self) -> dict[str, Value]:
        """Raises _UnclearError, UsageError."""
        while self._position < len(self.tokens):
            token = self.tokens[self._position]
            if token.parameter is not None:
                self._named(token.parameter)
            elif (free := self._free()) and free[0].rest:
                self._take_rest(free[0], token.start)
            elif not (self._connected() or self._bare() or self._noise()):
                raise _UnclearError(self._position, self._free(), named=False)
        return self._values

    def _free(self) -> list[Parameter]:
        return [p for p in self.command.parameters if p.name not in self._values]

    def _named(self, parameter: Parameter) -> None:
        token = self.tokens[self._position]
        if parameter.rest:
            inner = self.text.find(token.word, token.start)
            self._take_rest(parameter, inner)
        elif not self._longest([parameter], self._position):
            raise _UnclearError(self._position, [parameter], named=True)

    def _take_rest(self, parameter: Parameter, start: int) -> None:
        self._put(parameter, self.text[start:].strip())
        self._position = len(self.tokens)

    def _connected(self) -> bool:
        """A word such as "from" or "since" and the value after it. Where no value follows that
        fits, it may still be a value by itself or noise."""
        for count in range(_LONGEST_CONNECTOR, 0, -1):
            words = self.tokens[self._position : self._position + count]
            after = self._position + count
            if len(words) < count or any(w.parameter or w.quoted for w in words):
                continue
            wanted_here = self._after(" ".join(w.word for w in words))
            if not wanted_here or after >= len(self.tokens) or self.tokens[after].parameter:
                continue
            if self._longest(wanted_here, after):
                return True
            if not self._is_connector(after):
                self._refuse_if_wrong(wanted_here, after)
        return False

    def _after(self, phrase: str) -> list[Parameter]:
        """The parameters whose value may follow a phrase."""
        if phrase.isupper():  # IN and BY are countries
            return []
        key = plain(phrase)
        by_name = {p.name: p for p in self.command.parameters}
        names = (key.replace(" ", "_"), *phrases().connectors.get(key, ()))
        return list(dict.fromkeys(by_name[n] for n in names if n in by_name))

    def _is_connector(self, position: int) -> bool:
        word = self.tokens[position].word
        return bool(self._after(word)) or plain(word) in phrases().noise

    def _refuse_if_wrong(self, wanted_here: Sequence[Parameter], after: int) -> None:
        """A country after "from" that is none is a mistake; where what follows is a value of
        another kind, "de" may be Germany all the same."""
        word = self.tokens[after].word
        values = (value_of(p, word, self.now, self.resolve) for p in self._free())
        if all(value is None for value in values):
            raise _UnclearError(after, wanted_here, named=True)

    def _bare(self) -> bool:
        """A value that nothing announces goes to the first free parameter that takes it."""
        word = self.tokens[self._position].word
        chosen = {choice for p in self._free() for choice in p.choices}
        is_noise = plain(word) in phrases().noise - chosen and not word.isupper()
        # Values of several words may begin with such a word; alone it is none.
        return self._longest(self._in_order(), self._position, least=2 if is_noise else 1)

    def _in_order(self) -> list[Parameter]:
        """The free parameters; before "to Ukraine" first the one whose act it is."""
        free = self._free()
        for token in self.tokens[self._position + 1 :][: MOST_WORDS["country"]]:
            if token.parameter:
                break
            if plain(token.word) in phrases().towards:
                return sorted(free, key=lambda p: p.name != "committer")
        return free

    def _longest(self, parameters: Sequence[Parameter], start: int, least: int = 1) -> bool:
        """Give the most words from `start` on that make a value to the first parameter that takes
        them."""
        most = max((MOST_WORDS.get(p.kind, 1) for p in parameters), default=0)
        for count in range(min(most, len(self.tokens) - start), least - 1, -1):
            tokens = self.tokens[start : start + count]
            if any(t.parameter for t in tokens[1:]):
                continue
            for parameter in parameters:
                if count > MOST_WORDS.get(parameter.kind, 1):
                    continue
                words = " ".join(t.word for t in tokens)
                value = value_of(parameter, words, self.now, self.resolve)
                if value is not None:
                    self._put(parameter, value)
                    self._position = start + count
                    return True
        return False

    def _noise(self) -> bool:
        token = self.tokens[self._position]
        after = self._position + 1
        empty = plain(token.word) in phrases().noise or not any(c.isalnum() for c in token.word)
        doubled = after < len(self.tokens) and self._after(token.word) and self._is_connector(after)
        if token.quoted or not (empty or doubled):
            return False
        self._position = after
        return True

    def _put(self, parameter: Parameter, value: Value) -> None:
        before = self._values.get(parameter.name, value)
        if before != value:
            raise UsageError(
                f"You gave two values for {parameter.name}: {_text(before)} and {_text(value)}; "
                f"it takes one. {usage(self.command)}"
            )
        self._values[parameter.name] = value


def _tokens(command: Command, text: str) -> Iterator[_Token]:
    for found in _TOKEN.finditer(text):
        name, quoted, bare = found.groups()
        parameter = _called(command, name) if name else None
        word = quoted if quoted is not None else bare
        if parameter is None and name:  # "https://..." names nothing
            word = found[0]
        is_quoted = quoted is not None and not name
        yield _Token(word, found.start(), found.end(), parameter, is_quoted)


def _called(command: Command, name: str) -> Parameter | None:
    name = name.lower().replace("-", "_")
    by_name = {p.name: p for p in command.parameters}
    if name in by_name:
        return by_name[name]
    if (alias := by_name.get(_ALIASES.get(name, ""))) is not None:
        return alias
    names = phrases().connectors.get(plain(name), ())
    return next((by_name[n] for n in names if n in by_name), None)


def _text(value: Value) -> str:
    return f"{value:%d %b %Y}" if isinstance(value, datetime) else str(value)


# --- what was meant


def _told(reading: _Reading, unclear: _UnclearError) -> UsageError:
    """The sentence for words without a meaning, and what was meant by them."""
    token = reading.tokens[unclear.position]
    opening = f"I do not understand “{cut(token.word, _SHOWN)}”."
    if unclear.named or len(unclear.parameters) == 1:
        opening = _is_not(token.word, unclear.parameters[0])
    found = [
        c
        for c in _corrections(reading, unclear)
        if c.likeness > _LEAST_LIKE and _is_understood(reading, c.text)
    ]
    best = max((c.likeness for c in found), default=0.0)
    likely = {c.label: c.text for c in found if c.likeness > best - _NEARLY_AS_GOOD}
    labels = list(likely)[:_MOST_MEANT]
    question = _did_you_mean(labels)
    instead = [likely[label] for label in labels]
    return UsageError(f"{opening}{question} {usage(reading.command)}", instead)


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


def _corrections(reading: _Reading, unclear: _UnclearError) -> Iterator[_Correction]:
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


def _other_names(reading: _Reading, token: _Token) -> Iterator[_Correction]:
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


def _is_understood(reading: _Reading, text: str) -> bool:
    trial = _Reading(reading.command, tidy(text), reading.now, reading.resolve, {})
    try:
        trial.run()
    except (_UnclearError, UsageError):
        return False
    return True
