"""The kinds of value that config.toml holds: durations, addresses, channels, states.

Each check raises ValueError with the end of a sentence whose beginning names the key: what is wrong
and what to write instead. No message repeats a value that may be secret.
"""

from __future__ import annotations

import re
from datetime import timedelta
from difflib import get_close_matches
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationInfo

from classifiers.assessment import Stage

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_CHANNEL = re.compile(r"terminal|discord:[0-9]{1,20}|slack:[CGD][A-Z0-9]+")
_PERSON = re.compile(r"discord:[0-9]{1,20}|slack:[UW][A-Z0-9]+")
_ROLE = re.compile(r"discord:[0-9]{1,20}")
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


def _channel(value: str) -> str:
    if _CHANNEL.fullmatch(value):
        return value
    if value.startswith("slack:"):
        raise ValueError(
            'needs the id of a Slack channel, not its name: "slack:C..." (Slack shows it at the'
            " end of the channel's details)"
        )
    if value.startswith("discord:"):
        raise ValueError(
            'needs the id of a Discord channel: "discord:" and digits (with developer mode on,'
            " right-click the channel and choose Copy Channel ID)"
        )
    raise ValueError('must be "slack:C...", "discord:" and digits, or "terminal"')


def _matching(pattern: re.Pattern[str], wanted: str) -> AfterValidator:
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
        raise ValueError(f'knows no state or organisation called "{value}"; {remedy}')
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


def _beside_the_file(value: Path, info: ValidationInfo) -> Path:
    folder: Path = (info.context or {}).get("folder", Path())
    return folder / value.expanduser()


def _header_value(value: SecretStr) -> SecretStr:
    if re.search(r"[\r\n\x00]", value.get_secret_value()):
        raise ValueError("holds a line break; the value of a header is one line")
    return value


Interval = Annotated[timedelta, BeforeValidator(_interval)]
"""Between two polls: from a minute to 31 days."""
Network = Annotated[IPv4Network | IPv6Network, BeforeValidator(_network)]
ApiUrl = Annotated[str, AfterValidator(http_address)]
FeedUrl = Annotated[str, AfterValidator(_open_address)]
"""Without user and password, since it is shown to everybody who lists the feeds."""
ServiceUrl = Annotated[str, AfterValidator(_service_address)]
"""Without user, password and query; empty for none."""
Proxy = Annotated[SecretStr, AfterValidator(_proxy)]
Channel = Annotated[str, AfterValidator(_channel)]
"""slack:C024BE91L, discord:1234567890 or terminal."""
Person = Annotated[
    str, _matching(_PERSON, 'the id of a user: "slack:U..." or "discord:" and digits')
]
Role = Annotated[str, _matching(_ROLE, 'the id of a Discord role: "discord:" and digits')]
Actor = Annotated[str, AfterValidator(_actor)]
"""The code of a state or organisation, by whatever name it was written."""
StageValue = Annotated[Stage, BeforeValidator(_stage)]
LocalPath = Annotated[Path, AfterValidator(_beside_the_file)]
"""A relative one means the folder of the configuration file, wherever the program is started."""
HeaderName = Annotated[
    str, _matching(_HEADER, "the name of an HTTP header: letters, digits, hyphens")
]
HeaderValue = Annotated[SecretStr, AfterValidator(_header_value)]
"""One line, and secret."""
Name = Annotated[str, Field(min_length=1, max_length=60)]
