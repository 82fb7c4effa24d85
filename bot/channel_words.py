"""A channel, or whom to mention, as people write them: "here", a link, `<#C024BE91L>`. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.config.platforms import BY_NAME, PLATFORMS
from bot.config.platforms.base import Platform

_PREFIXED = re.compile(
    "|".join(rf"{p.name}:\S+" if p.wrong_channel else p.channel.pattern for p in PLATFORMS),
    re.IGNORECASE,
)
_MARKED = re.compile(r"<#(\w+)(?:\|[^>]*)?>")
_HERE = frozenset({"here", "this"})
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
            prefix, colon, place = word.partition(":")
            return prefix.lower() + colon + place
        return next((f"{p.name}:{found}" for p in PLATFORMS if (found := _id(p, word))), "")

    def mention(self, word: str) -> str:
        """Whom a word calls, as in a route; the word itself where it is not understood."""
        word = word.strip()
        for platform in PLATFORMS:
            for call, kept in platform.calls:
                if found := call.fullmatch(word):
                    return kept.format(found[1])
        here = BY_NAME.get(self.platform)
        if here and here.everybody and (found := _ALL.fullmatch(word)):
            return f"{here.name}:{here.everybody}{found[1].lower()}"
        return word


def _id(platform: Platform, word: str) -> str:
    """The id of a platform's channel in a word; empty where there is none."""
    for link in platform.links:
        if found := link.fullmatch(word):
            return found[1]
    if marked := _MARKED.fullmatch(word):
        is_its = platform.marked_id and platform.marked_id.fullmatch(marked[1])
        return marked[1] if is_its else ""
    return word if platform.bare_id and platform.bare_id.fullmatch(word) else ""
