"""The kinds of value that config.toml holds: durations, addresses, states.

Each check raises ValueError with the end of a sentence whose beginning names the key: what is wrong
and what to write instead. No message repeats a value that may be secret.
"""

from __future__ import annotations

import re
from datetime import timedelta
from difflib import get_close_matches
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
)

from bot.expressions import expression
from bot.timetable import span_of_day, time_of_day
from classifiers.assessment import Head, Stage
from storage.records import CARD_FIELDS

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_SERVER = re.compile(r"[0-9]{1,20}")
_LANGUAGE = re.compile(r"[a-z]{2}")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def _interval(value: object) -> timedelta:
    if isinstance(value, timedelta):
        return value
    found = re.fullmatch(r"([0-9]{1,7})([smhd])", value) if isinstance(value, str) else None
    if not found:
        raise ValueError('must be a duration, such as "90s", "15m", "2h" or "1d"')
    interval = timedelta(**{_UNITS[found[2]]: int(found[1])})
    if not timedelta(minutes=1) <= interval <= timedelta(days=31):
        raise ValueError('must lie between "1m" and "31d"')
    return interval


def http_address(value: str) -> str:
    """An address with scheme and host; raises ValueError for anything else."""
    try:
        parts = urlsplit(value)
        sound = parts.port != 0 and parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        sound = False
    if not sound or re.search(r"[\s\x00-\x1f]", value):
        raise ValueError("is no web address; write it whole, such as https://example.org/feed.xml")
    return value


def _open_address(value: str) -> str:
    if "@" in urlsplit(http_address(value)).netloc:
        raise ValueError("holds a password; move it to the keys user and password")
    return value


def _service_address(value: str) -> str:
    if not value:
        return value
    parts = urlsplit(http_address(value))
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError("must be a bare address; a key goes into api_key")
    return value.rstrip("/")


def _proxy(value: SecretStr) -> SecretStr:
    if value.get_secret_value():
        http_address(value.get_secret_value())
    return value


def _network(value: object) -> IPv4Network | IPv6Network:
    if isinstance(value, IPv4Network | IPv6Network):
        return value
    try:
        return ip_network(str(value))
    except ValueError:
        raise ValueError('must be a network in CIDR notation, such as "10.1.0.0/16"') from None


def matching(pattern: re.Pattern[str], wanted: str) -> AfterValidator:
    """A check that a text matches whole; `wanted` ends the sentence "must be ..."."""

    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise ValueError(f"must be {wanted}")
        return value

    return AfterValidator(check)


def _actor(value: str) -> str:
    # The names take a while to load, and most commands need none of them.
    from classifiers.actors import resolve, suggest

    code = resolve(value)
    if code is None:
        names = [name for _, name in suggest(value[:2], limit=100)]
        near = get_close_matches(value, names, n=1)
        remedy = f'perhaps "{near[0]}" is meant' if near else 'write a name or a code such as "UKR"'
        raise ValueError(f'cannot be "{value}": no state or organisation is called so; {remedy}')
    return code


def _stage(value: object) -> Stage:
    try:
        if isinstance(value, str) and not value.isdigit():
            return Stage[value.upper()]
        if isinstance(value, str | int) and not isinstance(value, bool):
            return Stage(int(value))
    except (KeyError, ValueError):
        pass
    names = ", ".join(f"{stage.value} {stage.name.lower()}" for stage in Stage)
    raise ValueError(f"must be the number or the name of a stage: {names}")


def _weekday(value: object) -> int:
    if isinstance(value, str) and value.casefold() in WEEKDAYS:
        return WEEKDAYS.index(value.casefold())
    if isinstance(value, int | str) and str(value) in "0123456":
        return int(value)
    raise ValueError('must be a day of the week, such as "monday"')


def _time_of_day(value: str) -> str:
    time_of_day(value)
    return value


def _time_or_none(value: str) -> str:
    return _time_of_day(value) if value else value


def _hours(value: str) -> str:
    if value:
        span_of_day(value)
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        known = {zone.rpartition("/")[2].casefold(): zone for zone in available_timezones()}
        near = get_close_matches(value.rpartition("/")[2].casefold(), known, n=1)
        example = known[near[0]] if near else "Europe/Kyiv"
        raise ValueError(f'knows no time zone called "{value}"; write "{example}"') from None
    return value


def _expression(value: str) -> str:
    try:
        expression(value)
    except ValueError as error:
        raise ValueError(f"is no regular expression that can be used: {error}") from None
    return value


def _alert_language(value: str) -> str:
    if value != "en":
        # The words of an alert take a while to load, and most commands need none of them.
        from bot.words import languages

        if value not in languages():
            raise ValueError(f"must be one of {', '.join(languages())}")
    return value


def _name_the_languages(schema: dict[str, Any]) -> None:
    from bot.words import languages

    schema["enum"] = list(languages())


def _card_field(value: str) -> str:
    if value not in CARD_FIELDS:
        raise ValueError(f"must be some of {', '.join(CARD_FIELDS)}")
    return value


def _mention_heads(value: tuple[Head, ...], info: ValidationInfo) -> tuple[Head, ...]:
    if info.data.get("mention") and not value:
        raise ValueError('must say for which head words mention calls, such as ["signed"]')
    return value


def _beside_the_file(value: Path, info: ValidationInfo) -> Path:
    folder: Path = (info.context or {}).get("folder", Path())
    try:
        return folder / value.expanduser()
    except RuntimeError:
        raise ValueError("begins with the home of somebody who is not known here") from None


def _header_value(value: SecretStr) -> SecretStr:
    if re.search(r"[\r\n\x00]", value.get_secret_value()):
        raise ValueError("holds a line break; the value of a header is one line")
    return value


def in_editors(*examples: str, pattern: str = ".*", **more: Any) -> WithJsonSchema:
    """How a kind of value stands in the schema for editors; the checks above say it in full."""
    schema = {"type": "string", "pattern": f"^({pattern})$", "examples": list(examples), **more}
    return WithJsonSchema({k: v for k, v in schema.items() if v not in ("^(.*)$", [])})


_ADDRESS = r"https?://[^@/?#\s]+([/?#]\S*)?"
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]"

Interval = Annotated[
    timedelta,
    BeforeValidator(_interval),
    in_editors("15m", "2h", "1d", pattern="[0-9]{1,7}[smhd]"),
]
"""Between two polls: from a minute to 31 days."""
Network = Annotated[
    IPv4Network | IPv6Network, BeforeValidator(_network), in_editors("10.1.0.0/16", "fd00::/8")
]
ApiUrl = Annotated[str, AfterValidator(http_address), in_editors(pattern=r"https?://\S+")]
FeedUrl = Annotated[
    str,
    AfterValidator(_open_address),
    in_editors("https://example.org/feed.xml", pattern=_ADDRESS),
]
"""Without user and password, since it is shown to everybody who lists the feeds."""
ServiceUrl = Annotated[
    str,
    AfterValidator(_service_address),
    in_editors("http://localhost:11434/v1", pattern=r"(https?://[^@/?#\s]+(/[^?#\s]*)?)?"),
]
"""Without user, password and query; empty for none."""
Proxy = Annotated[SecretStr, AfterValidator(_proxy)]
Server = Annotated[
    str,
    matching(_SERVER, "the id of a Discord server: digits alone"),
    in_editors("1234567890", pattern=_SERVER.pattern),
]
Actor = Annotated[str, AfterValidator(_actor), in_editors("UKR", "Taiwan", "NATO")]
"""The code of a state or organisation, by whatever name it was written."""
StageValue = Annotated[
    Stage,
    BeforeValidator(_stage),
    WithJsonSchema({"enum": [*map(int, Stage), *(stage.name.lower() for stage in Stage)]}),
]
Weekday = Annotated[
    int, BeforeValidator(_weekday), WithJsonSchema({"enum": [*WEEKDAYS, *range(7)]})
]
"""0 is Monday; a name is taken as well."""
TimeOfDay = Annotated[str, AfterValidator(_time_of_day), in_editors("07:00", pattern=_CLOCK)]
"""07:00"""
TimeOrNone = Annotated[
    str, AfterValidator(_time_or_none), in_editors("07:00", pattern=f"({_CLOCK})?")
]
"""07:00, or empty."""
Hours = Annotated[
    str, AfterValidator(_hours), in_editors("22:00-07:00", pattern=f"({_CLOCK}-{_CLOCK})?")
]
"""22:00-07:00, or empty."""
Zone = Annotated[str, AfterValidator(_zone), in_editors("UTC", "Europe/Kyiv")]
"""An IANA time zone."""
Expression = Annotated[str, AfterValidator(_expression), in_editors("nuclear|ядерн")]
"""A regular expression without back-references and look-around."""
Language = Annotated[
    str,
    matching(_LANGUAGE, 'two small letters, such as "uk"'),
    in_editors("en", "uk", pattern=_LANGUAGE.pattern),
]
AlertLanguage = Annotated[
    str, AfterValidator(_alert_language), Field(json_schema_extra=_name_the_languages)
]
"""One that alerts can be written in."""
CardField = Annotated[str, AfterValidator(_card_field), WithJsonSchema({"enum": list(CARD_FIELDS)})]
MentionHeads = Annotated[tuple[Head, ...], AfterValidator(_mention_heads)]
"""Not empty where the key mention, which stands before it, is not."""
LocalPath = Annotated[Path, AfterValidator(_beside_the_file)]
"""A relative one means the folder of the configuration file, wherever the program is started."""
HeaderName = Annotated[
    str,
    matching(_HEADER, "the name of an HTTP header: letters, digits, hyphens"),
    in_editors("X-Api-Key"),
]
HeaderValue = Annotated[SecretStr, AfterValidator(_header_value)]
"""One line, and secret."""
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
"""Blanks around it do not count."""
NameOrNone = Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)]
"""The same, or empty."""
