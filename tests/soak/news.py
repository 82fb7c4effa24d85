"""What the outlets of the fault bench report: developments that no reader could confuse.

Each is a pledge between a pair of states that no other has, told with names made up for it alone;
the first of these is its mark, by which the checker knows it. Some are reported by a second outlet,
and some are then signed, which is an update.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from itertools import product
from pathlib import Path
from random import Random

from classifiers.actors import resolve
from classifiers.reader import Reader, load_reader
from classifiers.same_story import Role
from classifiers.story_book import StoryBook
from classifiers.story_report import Report, report_of
from tests.builders import article

THRESHOLD = 0.1
_WORDS = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))
COMMITTERS: tuple[str, ...] = tuple(resolve(name) or name for name in _WORDS["committers"])
"""Codes: routes go by them."""


class Sequel(StrEnum):
    """What becomes of a development after its first report."""

    NONE = "none"
    FURTHER = "further"
    """A second outlet reports it: the alert is edited."""
    UPDATE = "update"
    """It is signed: the alert is edited, and a reply says so."""


@dataclass(frozen=True, slots=True)
class Item:
    """A report in a feed."""

    title: str
    summary: str
    slug: str


@dataclass(frozen=True, slots=True)
class Story:
    """A development, as its outlets tell it."""

    mark: str
    committer: str
    first: Item
    sequel: Sequel
    second: Item | None


_ROLES = {Sequel.FURTHER: Role.FURTHER, Sequel.UPDATE: Role.UPDATE}


def stories(count: int, dice: Random) -> list[Story]:
    """So many developments. What the reader would take otherwise than meant is left out: the bench
    is about delivery. Raises ValueError where too few are left."""
    reader, book, now = replace(load_reader(), threshold=THRESHOLD), StoryBook(), datetime.now(UTC)
    found: list[Story] = []
    marks: set[str] = set()
    for story in _drafts(dice):
        if len(found) == count:
            break
        if story.mark not in marks and _reads_as_meant(story, len(found) + 1, reader, book, now):
            found.append(story)
            marks.add(story.mark)
    if len(found) < count:
        raise ValueError(f"only {len(found)} stories of {count} are read as meant")
    return found


def _drafts(dice: Random) -> Iterator[Story]:
    pairs = list(product(_WORDS["committers"], _WORDS["beneficiaries"]))
    dice.shuffle(pairs)
    for committer, beneficiary in pairs:
        names = [_name(dice) for _ in range(14)]
        sequel = dice.choice((Sequel.NONE, Sequel.NONE, Sequel.FURTHER, Sequel.UPDATE))
        promise = dice.choice(_WORDS["promises"]).format(b=beneficiary)
        code = resolve(committer) or ""
        first = _first(committer, promise, names)
        yield Story(names[0], code, first, sequel, _second(sequel, committer, promise, names))


def _name(dice: Random) -> str:
    syllables = [dice.choice(_WORDS["starts"]) + dice.choice("aeiou") for _ in range(2)]
    return "".join([*syllables, dice.choice(_WORDS["ends"])]).title()


def _first(state: str, promise: str, n: list[str]) -> Item:
    return Item(
        f"{state} pledges to {promise}, {n[0]} station says",
        f"{state} pledges to {promise}, broadcaster {n[0]} said. {n[1]} {n[2]}, {n[3]} {n[4]},"
        f" {n[5]}, {n[6]} and {n[7]} {n[8]} had heard it from {n[9]} and {n[10]}.",
        f"{n[0]}-first",
    )


def _second(sequel: Sequel, state: str, promise: str, n: list[str]) -> Item | None:
    if sequel is Sequel.FURTHER:
        return Item(
            f"{n[0]}: {state} promises to {promise}",
            f"{state} will {promise}, as {n[1]} {n[2]} told {n[11]} listeners. {n[3]} {n[4]} of"
            f" {n[9]} heard the same from {n[12]} and {n[13]}.",
            f"{n[0]}-second",
        )
    if sequel is Sequel.UPDATE:
        return Item(
            f"{state} signs treaty to {promise}, {n[0]} reports",
            f"{state} signed a binding treaty to {promise}, {n[0]} reported. {n[1]} {n[2]} and"
            f" {n[3]} {n[4]} of {n[9]} saw it, {n[12]} wrote to {n[13]}.",
            f"{n[0]}-second",
        )
    return None


def _reads_as_meant(
    story: Story, number: int, reader: Reader, book: StoryBook, now: datetime
) -> bool:
    first = _read(story.first, story.committer, reader, now)
    if first is None or book.decide(first).role is not Role.NEW:
        return False
    if story.second is None:
        book.put(first, number)
        return True
    second = _read(story.second, story.committer, reader, now)
    alone = StoryBook()
    alone.put(first, number)
    if second is None or alone.decide(second).role is not _ROLES[story.sequel]:
        return False
    if book.decide(second).story is not None:
        return False
    book.put(first, number)
    book.put(second, number)
    return True


def _read(item: Item, committer: str, reader: Reader, now: datetime) -> Report | None:
    """None where it is not read as this committer's act."""
    told = article(item.title, summary=item.summary)
    assessment = reader.assess(told)
    if not assessment.relevant or not assessment.claims:
        return None
    if assessment.claims[0].committers != (committer,):
        return None
    return report_of(told, assessment, now)
