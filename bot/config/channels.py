"""The kinds of value that name a place or somebody on a chat platform, of whichever there are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator, ValidationInfo

from bot.config.platforms import BY_NAME, PLATFORMS
from bot.config.values import in_editors, matching


def one_of(forms: Iterable[str]) -> str:
    """'"a", "b", or "c"'."""
    *first, last = [form for form in forms if form]
    return f"{', '.join(first)}{',' * (len(first) > 1)} or {last}" if first else last


def _any(patterns: Iterable[re.Pattern[str] | None]) -> re.Pattern[str]:
    return re.compile("|".join(pattern.pattern for pattern in patterns if pattern))


CHANNEL = _any(p.channel for p in PLATFORMS)
PERSON = _any(p.person for p in PLATFORMS)
_ROLE = _any(p.role for p in PLATFORMS)
_MENTION = _any(p.mention for p in PLATFORMS)


def _channel(value: str) -> str:
    if CHANNEL.fullmatch(value):
        return value
    platform = BY_NAME.get(value.partition(":")[0])
    if platform is not None and platform.wrong_channel:
        raise ValueError(platform.wrong_channel)
    raise ValueError(f"must be {one_of(p.channel_form for p in PLATFORMS)}")


def _mention(value: str, info: ValidationInfo) -> str:
    if not value:
        return value
    if not _MENTION.fullmatch(value):
        raise ValueError(f"must be {one_of(p.mention_form for p in PLATFORMS)}")
    channel = str(info.data.get("channel", ""))
    if channel.partition(":")[0] != value.partition(":")[0]:
        raise ValueError(f"calls nobody in {channel}; name somebody there")
    return value


Channel = Annotated[
    str,
    AfterValidator(_channel),
    in_editors(*(p.channel_example for p in PLATFORMS), pattern=CHANNEL.pattern),
]
"""slack:C024BE91L, discord:1234567890 or terminal."""
Person = Annotated[
    str,
    matching(PERSON, f"the id of a user: {one_of(p.person_form for p in PLATFORMS)}"),
    in_editors(*(p.person_example for p in PLATFORMS if p.person), pattern=PERSON.pattern),
]
Role = Annotated[
    str,
    matching(_ROLE, f"the id of a role: {one_of(p.role_form for p in PLATFORMS)}"),
    in_editors(*(p.role_example for p in PLATFORMS if p.role), pattern=_ROLE.pattern),
]
Mention = Annotated[
    str,
    AfterValidator(_mention),
    in_editors(
        *(p.mention_example for p in PLATFORMS if p.mention), pattern=f"({_MENTION.pattern})?"
    ),
]
"""Of the platform of the key channel, which stands before it; or empty."""
