"""Who speaks for a state or an organisation in which years; terms of office are public record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from classifiers.matching import terms_of

_COLUMNS = ("names", "code", "office", "from", "to", "Cyrillic stems")


class LeadersError(ValueError):
    """A line is wrong. The message is one sentence: file, line and what to mend."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(f"classifiers/data/actors/leaders.tsv, line {line}: {text}.")


@dataclass(frozen=True, slots=True)
class Leader:
    """Somebody who speaks for an actor, while in office."""

    names: tuple[str, ...]
    code: str
    office: str
    since: date
    until: date | None
    stems: tuple[str, ...]
    """Cyrillic spellings, `*` for any case ending."""

    def in_office(self, day: date) -> bool:
        """Whether the term of office covers a day."""
        return self.since <= day and (self.until is None or day <= self.until)


@cache
def leaders() -> tuple[Leader, ...]:
    """Everybody whose name stands for an actor at some time. Raises LeadersError."""
    path = files("classifiers") / "data" / "actors" / "leaders.tsv"
    return tuple(parse(path.read_text(encoding="utf-8")))


def parse(text: str) -> Iterator[Leader]:
    """The leaders of the file's text. Raises LeadersError."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            yield _leader(number, [cell.strip() for cell in line.split("\t")])


def _leader(line: int, cells: list[str]) -> Leader:
    if not 4 <= len(cells) <= len(_COLUMNS):
        columns = ", ".join(_COLUMNS)
        raise LeadersError(line, f"needs {columns} with a tab between them; has {len(cells)} cells")
    names, code, office, since, until, stems = (*cells, "", "")[: len(_COLUMNS)]
    if not (names and code and office):
        raise LeadersError(line, "names, code and office may not be empty")
    begin, end = _day(line, since), _day(line, until) if until else None
    if end is not None and end < begin:
        raise LeadersError(line, f"the term ends {until}, before it begins {since}")
    return Leader(terms_of(names), code, office, begin, end, terms_of(stems))


def _day(line: int, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise LeadersError(line, f"{text!r} is no day; write it as 2026-03-02") from None
