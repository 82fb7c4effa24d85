"""A route's settings as people type them. Pure.

`to=UKR stage>=2 daily at 07:00 zone=Europe/Kyiv` and `Ukraine, Moldova pledged quiet=22:00-07:00`
are both understood: `key=value`, `key value`, and values that say by themselves what they are.
`key+=value` adds to a list, `key-=value` takes away, `key=none` puts the default back.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from typing import Any
from zoneinfo import available_timezones

from bot.argument_values import Resolve, alike
from bot.arguments import UsageError, tidy
from bot.channel_words import ChannelWords
from bot.config.values import WEEKDAYS
from bot.phrases import phrases, plain
from bot.route_settings import LISTS, SETTINGS, STAGES, Change, RouteWords
from classifiers.actors import display, similar
from classifiers.assessment import Direction, Head, Obligation
from storage.records import Mode, Style

_SPACED = re.compile(
    r'("[^"]*")|(,)\s*(?=[\w-]+\s*(?:\+=|-=|>=|=))|(?:(?<!\s)\s++)?(\+=|-=|>=|=|,)\s*+'
)
_TOKEN = re.compile(r'(?:"[^"]*"|[^\s"])+')
_SETTING = re.compile(r"(\w+(?:-\w+)*)(\+=|-=|>=|[:=])(.*)", re.DOTALL)
_PART = re.compile(r'((?:"[^"]*"|[^",])*)(?:,|$)')
_CLOCK = re.compile(r"[0-2]?\d:[0-5]\d")
_SPAN = re.compile(r"[0-2]?\d:[0-5]\d\s*[-–]\s*[0-2]?\d:[0-5]\d")
_COUNTRIES = ("beneficiaries", "committers")
_JOINING = frozenset({"and", "or", "&"})
_MOST_WORDS = 5
_MOST_TOGETHER = 3
_KINDS: Mapping[str, type[Mode | Style | Head | Direction | Obligation]] = {
    "mode": Mode,
    "style": Style,
    "heads": Head,
    "directions": Direction,
    "obligations": Obligation,
}
"""Settings whose values are words that say by themselves which setting they are."""


def read_route_words(
    text: str,
    *,
    resolve: Resolve,
    channels: ChannelWords,
    further: frozenset[str] = frozenset(),
) -> RouteWords:
    """What a text says of a route. `further` are keys besides the settings. Raises UsageError."""
    spaced = _SPACED.sub(lambda m: m[1] or m[3] or " ", tidy(text))
    reading = _Reading(_TOKEN.findall(spaced), resolve, channels, further)
    reading.run()
    return RouteWords(reading.changes, reading.further)


class _Reading:
    """One pass over the words, from left to right."""

    def __init__(
        self,
        tokens: Sequence[str],
        resolve: Resolve,
        channels: ChannelWords,
        further: frozenset[str],
    ) -> None:
        self.changes: dict[str, Change] = {}
        self.further: dict[str, str] = {}
        self._tokens = tokens
        self._resolve = resolve
        self._channels = channels
        self._keys = further
        self._at = 0

    def run(self) -> None:
        while self._at < len(self._tokens):
            read = self._setting() or self._bare() or self._announced()
            if not (read or self._countries("beneficiaries") or self._noise()):
                raise _not_understood(self._tokens[self._at], self._keys)

    def _setting(self) -> bool:
        """`key=value`, where the key is known."""
        found = _SETTING.fullmatch(self._tokens[self._at])
        if found is None:
            return False
        key, sign, value = found.groups()
        name = self._name(key)
        if not name:
            if sign == ":":  # "22:00-07:00", "slack:C1"
                return False
            raise _unknown_key(key, self._keys)
        self._at += 1
        if not value and sign == ":" and self._at < len(self._tokens):
            value = self._tokens[self._at]
            self._at += 1
        self._put(name, sign, self._extended(name, value))
        return True

    def _extended(self, name: str, value: str) -> str:
        """`to=Ukraine, South Korea`: the words that a country's name goes on with."""
        for count in range(1, _MOST_WORDS):
            if name not in _COUNTRIES or all(map(self._resolve, _parts(value))):
                break
            longer = " ".join([value, *self._tokens[self._at : self._at + count]])
            if all(map(self._resolve, _parts(longer))):
                self._at += count
                return longer
        return value

    def _announced(self) -> bool:
        """`to Ukraine`, `stage 2`: a key and its value with nothing between."""
        name = self._name(self._tokens[self._at])
        if not name or self._at + 1 >= len(self._tokens):
            return False
        self._at += 1
        if name in _COUNTRIES:
            return self._countries(name) or self._fail(name)
        self._put(name, "=", self._tokens[self._at])
        self._at += 1
        return True

    def _fail(self, name: str) -> bool:
        raise UsageError(f"“{self._tokens[self._at][:60]}” is no value for {name}.")

    def _bare(self) -> bool:
        """A value, or a list, that says by itself which setting it is."""
        for count in range(min(_MOST_TOGETHER, len(self._tokens) - self._at), 0, -1):
            words = self._tokens[self._at : self._at + count]
            if any(_SETTING.fullmatch(word) and not _SPAN.fullmatch(word) for word in words[1:]):
                continue
            meanings = [self._meaning(part) for part in _parts(" ".join(words))]
            names = {name for name, _ in meanings}
            if len(names) == 1 and names <= set(SETTINGS):
                self._gather(names.pop(), *(value for _, value in meanings))
                self._at += count
                return True
        return False

    def _meaning(self, word: str) -> tuple[str, str]:
        if channel := self._channels.read(word):
            return "channel", channel
        key = plain(word).replace(" ", "_").replace("-", "_")
        for name, kind in _KINDS.items():
            if value := _of_kind(name, kind, key):
                return name, value
        if key in WEEKDAYS:
            return "weekday", key
        if _SPAN.fullmatch(word):
            return "quiet", word
        if _CLOCK.fullmatch(word):
            return "at", word
        if "/" in word and word in available_timezones():
            return "zone", word
        return "", ""

    def _countries(self, name: str) -> bool:
        """As many as follow, each of up to five words."""
        found = False
        while self._at < len(self._tokens):
            parts = _parts(self._tokens[self._at])
            if len(parts) > 1 and all(map(self._is_country, parts)):
                self._gather(name, *parts)
                self._at += 1
            elif not (count := self._country(name)):
                break
            else:
                self._at += count
            found = True
            self._skip_joining()
        return found

    def _country(self, name: str) -> int:
        for count in range(min(_MOST_WORDS, len(self._tokens) - self._at), 0, -1):
            words = self._tokens[self._at : self._at + count]
            if any(_SETTING.fullmatch(w) for w in words):
                continue
            phrase = " ".join(_unquoted(w) for w in words).strip(",")
            if self._is_country(phrase):
                self._gather(name, phrase)
                return count
        return 0

    def _skip_joining(self) -> None:
        """An "and" between two countries."""
        here = self._tokens[self._at : self._at + 2]
        if len(here) == 2 and here[0] in _JOINING and self._is_country(here[1]):
            self._at += 1

    def _is_country(self, phrase: str) -> bool:
        """Lower-case "to" and "and" are no codes of countries."""
        is_code = phrase.isupper() or not (self._name(phrase) or plain(phrase) in _words().noise)
        return is_code and self._resolve(phrase) is not None

    def _noise(self) -> bool:
        if plain(self._tokens[self._at].strip(",.")) not in _words().noise:
            return False
        self._at += 1
        return True

    def _name(self, key: str) -> str:
        key = plain(key).replace("-", "_")
        if key in SETTINGS or key in self._keys:
            return key
        name = _words().keys.get(key, "")
        return name if name in SETTINGS or name in self._keys else ""

    def _put(self, name: str, sign: str, text: str) -> None:
        if name in self._keys and name not in SETTINGS:
            self.further[name] = _unquoted(text)
            return
        values = self._values(name, text)
        before = self.changes.get(name, Change())
        if sign in {"+=", "-="} and name not in LISTS:
            raise UsageError(f"{name} takes one value; write {name}={text}.")
        if sign == "+=":
            self.changes[name] = replace(before, added=(*before.added, *values))
        elif sign == "-=":
            self.changes[name] = replace(before, removed=(*before.removed, *values))
        else:
            self.changes[name] = Change(values, before.added, before.removed, replaced=True)

    def _gather(self, name: str, *values: str) -> None:
        """Values of a list that stand one after another belong together."""
        before = self.changes.get(name, Change())
        if name not in LISTS and before.values and before.values != values:
            raise UsageError(f"You gave two values for {name}: {before.values[0]} and {values[0]}.")
        read = tuple(self._value(name, value) for value in values)
        told = read if name not in LISTS else (*before.values, *read)
        self.changes[name] = replace(before, values=told, replaced=True)

    def _values(self, name: str, text: str) -> tuple[str, ...]:
        if plain(_unquoted(text)) in _words().nothing:
            return ()
        if name in _COUNTRIES:
            text = ",".join(map(self._unpacked, _parts(text)))
        if name in LISTS:
            return tuple(self._value(name, part) for part in _parts(text))
        return (self._value(name, _unquoted(text)),)

    def _unpacked(self, part: str) -> str:
        """A list of countries that was quoted as a whole, without its quotation marks."""
        return part if "," in part and not self._resolve(part) else f'"{part}"'

    def _value(self, name: str, word: str) -> str:
        key = plain(word).replace(" ", "_").replace("-", "_")
        if name in _COUNTRIES:
            return self._resolve(word) or word
        if name == "channel":
            channel = self._channels.read(word)
            if not channel and word.startswith("#"):
                raise _by_name(word)
            return channel or word
        if name == "mention":
            return self._channels.mention(word)
        if name in STAGES:
            bare = key.lstrip(">=_").removeprefix("stage_")
            return phrases().stages.get(bare, bare)
        if name == "min_confidence" and word.endswith("%"):
            return str(_percent(word))
        kind = _KINDS.get("heads" if name in {"urgent", "mention_heads"} else name)
        return (kind and _of_kind(name, kind, key)) or word


def _percent(word: str) -> float | str:
    number = word.rstrip("% ")
    return float(number) / 100 if re.fullmatch(r"\d{1,3}(\.\d+)?", number) else word


def _of_kind(name: str, kind: type[Any], key: str) -> str:
    """The value of an enumeration that a word stands for; empty for none."""
    key = _words().values.get(name, {}).get(key, key)
    if name == "directions":
        key = phrases().directions.get(key, key)
    return key if key in {str(value) for value in kind} else ""


def _unquoted(text: str) -> str:
    return text.replace('"', "").strip()


def _parts(text: str) -> list[str]:
    parts = (_unquoted(found[1]) for found in _PART.finditer(text))
    return [part for part in parts if part]


# --- what was not understood


def _unknown_key(key: str, further: frozenset[str]) -> UsageError:
    known = [*SETTINGS, *further, *_words().keys]
    near = [_words().keys.get(k, k) for k in alike(plain(key), known)]
    hint = f"Did you mean “{near[0]}”? " if near else ""
    names = ", ".join(name for name in SETTINGS if name not in {"name", "channel"})
    return UsageError(f"There is no setting “{key[:40]}”. {hint}The settings are {names}.")


def _by_name(channel: str) -> UsageError:
    return UsageError(
        f"I cannot look up “{channel[:60]}” by its name. Paste the channel's link, or give the"
        " command in that channel without naming one."
    )


def _not_understood(token: str, further: frozenset[str]) -> UsageError:
    if token.startswith("#"):
        return _by_name(token)
    if countries := similar(token):
        return UsageError(
            f"I do not understand “{token[:60]}”. Did you mean “{display(countries[0])}”?"
        )
    near = alike(plain(token), [*SETTINGS, *further, *_words().keys])
    hint = f" Did you mean “{near[0]}=…”?" if near else ""
    return UsageError(
        f"I do not understand “{token[:60]}”.{hint} Write settings as key=value, such as"
        " to=UKR min_stage=2 mode=daily; a name of several words in quotation marks."
    )


@dataclass(frozen=True, slots=True)
class _Words:
    keys: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    noise: frozenset[str]
    nothing: frozenset[str]


@lru_cache
def _words() -> _Words:
    table = tomllib.loads((files("bot") / "data" / "route_words.toml").read_text(encoding="utf-8"))
    words = table["words"]
    return _Words(
        table["keys"], table["values"], frozenset(words["noise"]), frozenset(words["nothing"])
    )
