"""No regular expression of ours takes more than the length of a text: each one in the four packages
is attacked with what it might stumble over, again and again."""

from __future__ import annotations

import importlib
import pkgutil
import re
import signal
import time
from collections.abc import Iterator
from types import FrameType, ModuleType

import pytest

import bot
import classifiers
import feeds
import storage

LENGTH = 12_000
"""Characters: what takes the square of it takes half a second and more."""
LONGEST = 0.3
NOT_RUN = ("bot.__main__", "bot.charts.process", "feeds.parse_worker")
ELSEWHERE = {
    "bot.argument_values._NUMBER": "matched from the beginning only",
    "bot.route_words._SETTING": "matched from the beginning only",
    "classifiers.name_context._NAME_BEFORE": "looks at eighty characters",
    "classifiers.sentences._LAST_WORD": "looks at twenty characters",
    "classifiers.story_report._SENTENCE_START": "looks at a hundred characters",
    "feeds.dates._DATES": "looks at ninety characters",
    "feeds.discover._SCHEME": "matched from the beginning only",
    "feeds.text._LAST_WORD": "looks at twelve characters",
    "feeds.text._SENTENCE_END": "looks at twelve hundred characters",
    "feeds.xmltext._DOCTYPE": "matched from the beginning only",
}
USUAL = (*" a1.-\"'<>&/:\n@_(A,;=", "a ", "1,", "<a ", "&#", "a.", "a-", "<!--", "&a", " a", "=>")
BEGINNINGS = ("", "<", "a", "http://")


def patterns() -> Iterator[tuple[str, re.Pattern[str] | re.Pattern[bytes]]]:
    for package in (feeds, classifiers, storage, bot):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if found.name not in NOT_RUN:
                yield from _of(importlib.import_module(found.name))


def _of(module: ModuleType) -> Iterator[tuple[str, re.Pattern[str] | re.Pattern[bytes]]]:
    for name, value in vars(module).items():
        held = value.values() if isinstance(value, dict) else value
        several = held if isinstance(held, tuple | list) else (held,)
        for one in several:
            parts = one if isinstance(one, tuple) else (one,)
            for part in parts:
                if isinstance(part, re.Pattern):
                    yield f"{module.__name__}.{name}", part


ALL = dict(patterns())


def attacks(pattern: str) -> Iterator[str]:
    """The pattern's own characters, and pairs of them, many times over."""
    own = list(dict.fromkeys(re.findall(r"[^\\\[\](){}?*+|^$.]", pattern)))[:12]
    units = dict.fromkeys((*own, *USUAL, *(one + other for one in own for other in ' a1<"&:.')))
    for unit in units:
        for beginning in BEGINNINGS:
            yield f"{beginning}{unit * (LENGTH // len(unit))}\x01"


class TooLongError(Exception):
    """A pattern was still at it."""


@pytest.fixture
def alarm() -> Iterator[None]:
    def ring(number: int, frame: FrameType | None) -> None:
        raise TooLongError

    before = signal.signal(signal.SIGALRM, ring)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def test_the_patterns_are_found() -> None:
    assert len(ALL) > 80
    assert set(ELSEWHERE) <= set(ALL)


@pytest.mark.parametrize("name", sorted(ALL.keys() - ELSEWHERE.keys()))
def test_a_pattern_takes_no_more_than_the_length_of_its_text(name: str, alarm: None) -> None:
    pattern = ALL[name]
    written = pattern.pattern
    text = written.decode("latin-1") if isinstance(written, bytes) else written
    for attack in attacks(text):
        started = time.process_time()
        signal.setitimer(signal.ITIMER_REAL, 20)
        if isinstance(pattern.pattern, bytes):
            re.compile(pattern.pattern, pattern.flags).search(attack.encode("latin-1", "ignore"))
        else:
            re.compile(pattern.pattern, pattern.flags).search(attack)
        assert time.process_time() - started < LONGEST, repr(attack[:30])
