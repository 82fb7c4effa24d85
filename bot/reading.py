"""The words after a command, read from left to right into the values of its parameters. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.argument_values import MOST_WORDS, Resolve, Value, value_of
from bot.command_table import Command, Parameter
from bot.phrases import phrases, plain

_TOKEN = re.compile(r'(?:([\w-]+)\s*(?:[:=]|(?=[<>]=?\d))\s*)?(?:"([^"]*)"|(→|(?:(?!→)\S)+))')
# No run is tried from its middle, which would take the square of its length.
_ARROW = re.compile(r"(?:(?<!\s)\s++)?(?:(?<![-=–—])[-=–—]++>|➡️?|➔)\s*+|(?<!\s)\s++>\s++")
_ALIASES = {"to": "beneficiary", "for": "beneficiary", "from": "committer", "by": "committer"}
_ALIASES |= {"stage": "min_stage", "id": "reference"}
_LONGEST_CONNECTOR = 3


@dataclass(frozen=True, slots=True)
class Token:
    """A word, or what stands in quotation marks, and where."""

    word: str
    start: int
    end: int
    parameter: Parameter | None = None
    """The parameter that it names, as in `to:UKR`."""
    quoted: bool = False


class UnclearError(Exception):
    """The token at this place has no meaning; it should have been one of these."""

    def __init__(self, position: int, wanted_here: Sequence[Parameter], *, named: bool) -> None:
        super().__init__(position)
        self.position = position
        self.parameters = wanted_here
        self.named = named
        """Whether the parameter was named, so that nothing else can have been meant."""


class TwiceError(Exception):
    """Two values for one parameter."""

    def __init__(self, parameter: Parameter, first: Value, second: Value) -> None:
        super().__init__(parameter.name)
        self.parameter = parameter
        self.values = (first, second)


class Reading:
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
        """The values by name. Raises UnclearError, TwiceError."""
        while self._position < len(self.tokens):
            token = self.tokens[self._position]
            if token.parameter is not None:
                self._named(token.parameter)
            elif (free := self._free()) and free[0].rest:
                self._take_rest(free[0], token.start)
            elif not (self._connected() or self._bare() or self._noise()):
                raise UnclearError(self._position, self._free(), named=False)
        return self._values

    def _free(self) -> list[Parameter]:
        return [p for p in self.command.parameters if p.name not in self._values]

    def _named(self, parameter: Parameter) -> None:
        token = self.tokens[self._position]
        if parameter.rest:
            inner = self.text.find(token.word, token.start)
            self._take_rest(parameter, inner)
        elif not self._longest([parameter], self._position):
            raise UnclearError(self._position, [parameter], named=True)

    def _take_rest(self, parameter: Parameter, start: int) -> None:
        text = self.text[start:].strip()
        if parameter.kind != "query" and re.fullmatch(r'"[^"]*"', text):
            text = text.strip('"')
        self._put(parameter, text)
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
            raise UnclearError(after, wanted_here, named=True)

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
            raise TwiceError(parameter, before, value)
        self._values[parameter.name] = value


def _tokens(command: Command, text: str) -> Iterator[Token]:
    for found in _TOKEN.finditer(text):
        name, quoted, bare = found.groups()
        parameter = _called(command, name) if name else None
        word = quoted if quoted is not None else bare
        if parameter is None and name:  # "https://..." names nothing
            word = found[0]
        is_quoted = quoted is not None and not name
        yield Token(word, found.start(), found.end(), parameter, is_quoted)


def _called(command: Command, name: str) -> Parameter | None:
    name = name.lower().replace("-", "_")
    by_name = {p.name: p for p in command.parameters}
    if name in by_name:
        return by_name[name]
    if (alias := by_name.get(_ALIASES.get(name, ""))) is not None:
        return alias
    names = phrases().connectors.get(plain(name), ())
    return next((by_name[n] for n in names if n in by_name), None)
