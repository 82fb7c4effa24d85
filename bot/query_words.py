"""The filters inside a search as people write them -> as the search takes them. Pure.

`to:Ukraine`, `from:"United Kingdom"`, `stage:>=pledged`, `is:refusal` and `since:yesterday` become
`to:UKR`, `from:GBR`, `stage:>=pledge`, `is:refused` and a date.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from bot.argument_values import Resolve, meant, value_of
from bot.command_table import STAGES, Parameter
from classifiers.assessment import Direction

_FILTER = re.compile(
    r'(?<![\w:])(?P<name>[A-Za-z]+):(?P<sign>[<>]?=?)(?:"(?P<quoted>[^"]*)"|(?P<word>[^\s"]+))'
)
_COUNTRY = Parameter("country", "", kind="country")
_STAGE = Parameter("stage", "", kind="stage", choices=STAGES)
_DIRECTION = Parameter("direction", "", kind="choice", choices=tuple(Direction))
_DATE = Parameter("date", "", kind="date")
_FILTERS: Mapping[str, Parameter] = {
    **dict.fromkeys(("from", "by", "committer", "to", "for", "beneficiary"), _COUNTRY),
    "stage": _STAGE,
    **dict.fromkeys(("is", "direction"), _DIRECTION),
    **dict.fromkeys(("since", "after", "until", "before"), _DATE),
}


class UnknownFilter(Exception):
    """A country that is none; `instead` are whole queries that may have been meant."""

    def __init__(self, word: str, instead: Mapping[str, str]) -> None:
        super().__init__(word)
        self.word = word
        self.instead = instead
        """What was meant -> the query with it."""


def understood(query: str, now: datetime, resolve: Resolve) -> str:
    """The query with every filter that we know in the search's own terms. What makes no sense
    stays, to be searched for as words; only a country must be one. Raises UnknownFilter."""

    def replaced(found: re.Match[str]) -> str:
        parameter = _FILTERS.get(found["name"].lower())
        if parameter is None:
            return found[0]
        words = [w for w in (found["quoted"] or found["word"] or "").split(",") if w.strip()]
        values = [value_of(parameter, word, now, resolve) for word in words]
        if parameter is _COUNTRY and None in values:
            wrong = words[values.index(None)]
            raise UnknownFilter(wrong, _instead(query, found, wrong))
        if None in values or not values:
            return found[0]
        texts = (f"{v:%Y-%m-%d}" if isinstance(v, datetime) else str(v) for v in values)
        return f"{found['name']}:{found['sign']}{','.join(texts)}"

    return _FILTER.sub(replaced, query)


def _instead(query: str, found: re.Match[str], wrong: str) -> dict[str, str]:
    return {
        label: f'{query[: found.start()]}{found["name"]}:"{label}"{query[found.end() :]}'
        for label in meant(_COUNTRY, wrong)
    }
