"""A channel, or whom to mention, as people write it: "here", a link, `<#C024BE91L>`. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PREFIXED = re.compile(r"(?:slack|discord):\S+|terminal", re.IGNORECASE)
_MARKED = re.compile(r"<#(\w+)(?:\|[^>]*)?>")
_LINKS = (
    (
        "slack",
        re.compile(r"https://[\w.-]+\.slack(?:-gov)?\.com/(?:archives|client/T\w+)/([CGD]\w+)\S*"),
    ),
    ("discord", re.compile(r"https://(?:\w+\.)?discord(?:app)?\.com/channels/\d+/(\d+)\S*")),
)
_SLACK_ID = re.compile(r"[CG][A-Z0-9]{8,12}")
_DISCORD_ID = re.compile(r"\d{15,20}")
_HERE = frozenset({"here", "this"})
_ROLE = re.compile(r"<@&(\d+)>|@&(\d+)")
_GROUP = re.compile(r"<!subteam\^(\w+)(?:\|[^>]*)?>|!?subteam\^(\w+)")
_ALL = re.compile(r"<?[@!](here|channel|everyone)(?:\|[^>]*)?>?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ChannelWords:
    """What channels are called where somebody asks."""

    platform: str
    here: str
    """The asker's own channel."""

    def read(self, word: str) -> str:
        """The channel that a word means, as in a route; empty where it means none."""
        word = word.strip()
        if word.casefold() in _HERE:
            return self.here
        if _PREFIXED.fullmatch(word):
            platform, colon, place = word.partition(":")
            return platform.lower() + colon + place
        if found := _MARKED.fullmatch(word):
            return _with_platform(found[1])
        for platform, link in _LINKS:
            if found := link.fullmatch(word):
                return f"{platform}:{found[1]}"
        is_id = _SLACK_ID.fullmatch(word) or _DISCORD_ID.fullmatch(word)
        return _with_platform(word) if is_id else ""

    def mention(self, word: str) -> str:
        """Whom a word calls, as in a route; the word itself where it is not understood."""
        word = word.strip()
        if found := _ROLE.fullmatch(word):
            return f"discord:@&{found[1] or found[2]}"
        if found := _GROUP.fullmatch(word):
            return f"slack:!subteam^{found[1] or found[2]}"
        if found := _ALL.fullmatch(word):
            sign = "!" if self.platform == "slack" else "@"
            return f"{self.platform}:{sign}{found[1].lower()}"
        return word


def _with_platform(place: str) -> str:
    return f"discord:{place}" if place.isdecimal() else f"slack:{place}"
