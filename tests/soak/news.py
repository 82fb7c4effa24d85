"""What the outlets of the fault bench report: developments that no reader could confuse.

Each is a pledge between a pair of states that no other has, told with names made up for it alone;
the first of these is its mark, by which the checker knows it. Some are reported by a second outlet;
some are then signed, and some of these ratified, which are updates.
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
    """What a later report makes of a development."""

    FURTHER = "further"
    """A second outlet reports it: the alert is edited."""
    SIGNED = "signed"
    RATIFIED = "ratified"
    """The alert is edited, and a reply says so."""


@dataclass(frozen=True, slots=True)
class Item:
    """A report in a feed."""

    title: str
    summary: str
    slug: str
    sequel: Sequel | None = None
    """None: the first report."""


@dataclass(frozen=True, slots=True)
class Story:
    """A development, as its outlets tell it."""

    mark: str
    committer: str
    first: Item
    later: tuple[Item, ...]
    """By another outlet, in this order."""


_ROLES = {
    None: Role.NEW,
    Sequel.FURTHER: Role.FURTHER,
    Sequel.SIGNED: Role.UPDATE,
    Sequel.RATIFIED: Role.UPDATE,
}
_COURSES: tuple[tuple[Sequel, ...], ...] = (
    (),
    (),
    (Sequel.FURTHER,),
    (Sequel.SIGNED,),
    (Sequel.SIGNED, Sequel.RATIFIED),
)


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
        names = [_name(dice) for _ in range(18)]
        course = dice.choice(_COURSES)
        promise = dice.choice(_WORDS["promises"]).format(b=beneficiary)
        first = _first(committer, promise, names)
        later = tuple(_LATER[sequel](committer, promise, names) for sequel in course)
        yield Story(names[0], resolve(committer) or "", first, later)


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


def _further(state: str, promise: str, n: list[str]) -> Item:
    return Item(
        f"{n[0]}: {state} promises to {promise}",
        f"{state} will {promise}, as {n[1]} {n[2]} told {n[11]} listeners. {n[3]} {n[4]} of"
        f" {n[9]} heard the same from {n[12]} and {n[13]}.",
        f"{n[0]}-further",
        Sequel.FURTHER,
    )


def _signed(state: str, promise: str, n: list[str]) -> Item:
    return Item(
        f"{state} signs treaty to {promise}, {n[0]} reports",
        f"{state} signed a binding treaty to {promise}, {n[0]} reported. {n[1]} {n[2]} and"
        f" {n[3]} {n[4]} of {n[9]} saw it, {n[12]} wrote to {n[13]}.",
        f"{n[0]}-signed",
        Sequel.SIGNED,
    )


def _ratified(state: str, promise: str, n: list[str]) -> Item:
    return Item(
        f"{state} ratifies treaty to {promise}, {n[0]} learns",
        f"{state} has ratified the treaty to {promise}, {n[0]} learned. {n[1]} {n[2]} and {n[3]}"
        f" {n[4]} were present, {n[14]} told {n[15]}; {n[16]} of {n[9]} asked {n[17]}.",
        f"{n[0]}-ratified",
        Sequel.RATIFIED,
    )


_LATER = {Sequel.FURTHER: _further, Sequel.SIGNED: _signed, Sequel.RATIFIED: _ratified}


def _reads_as_meant(
    story: Story, number: int, reader: Reader, book: StoryBook, now: datetime
) -> bool:
    """Each report is what it is meant to be to its own development, and none to any other."""
    alone = StoryBook()
    reports = []
    for item in (story.first, *story.later):
        report = _read(item, story.committer, reader, now)
        if report is None or alone.decide(report).role is not _ROLES[item.sequel]:
            return False
        if book.decide(report).story is not None:
            return False
        alone.put(report, number)
        reports.append(report)
    for report in reports:
        book.put(report, number)
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
