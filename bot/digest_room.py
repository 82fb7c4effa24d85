"""How much a message holds, in a measure that is never less than what a platform counts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.cards import Line, Span
from bot.outside_text import clean, units, web_address

_ROOM = 3500
"""Of Discord's 4,096 characters in an embed, after the footer; Slack takes more. What is left is
for what may change in a development before its message is drawn."""
_MOST_SPANS = 230
_MOST_GROUPS = 35
"""Blocks and elements: Slack takes 50 and some hundreds."""
_TIME = 24
"""Characters of a time in a platform's own terms."""
_ESCAPED = frozenset("\\*_~|`<[]:@.#>+-")
"""What a platform may want a backslash before."""


class Page:
    """What a message holds so far: things of some lines each, under headings."""

    def __init__(self, taken: int = 0) -> None:
        self.ids: list[int] = []
        self._taken = taken
        self._spans = 0
        self._headings: set[Line] = set()

    def takes(self, number: int, heading: Line, lines: Sequence[Line]) -> bool:
        """Add one, by its number; False where it has no room. A page that is empty takes any."""
        above = [] if heading in self._headings else [heading]
        taken = self._taken + room([*above, *lines])
        spans = self._spans + sum(len(line) + 1 for line in (*above, *lines))
        groups = len(self._headings) + len(above)
        full = taken > _ROOM or spans > _MOST_SPANS or groups > _MOST_GROUPS
        if full and self._taken:
            return False
        self._taken, self._spans = taken, spans
        self._headings.add(heading)
        self.ids.append(number)
        return True


def room(lines: Iterable[Line]) -> int:
    """UTF-16 code units that lines take at most on any platform, escapes and addresses included."""
    return sum(2 + sum(map(_span_room, line)) for line in lines)


def _span_room(span: Span) -> int:
    text = clean(span.text)
    escapes = sum(char in _ESCAPED for char in text)
    look = 4 * span.bold + 4 * span.struck + 2 * span.code + 4 * bool(span.link) + 1
    return units(text) + escapes + look + len(web_address(span.link)) + _TIME * bool(span.time)
