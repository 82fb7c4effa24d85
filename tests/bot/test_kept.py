"""Answers that are kept for a moment."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest

from bot.kept import Kept
from tests.builders import NOW

MINUTE = timedelta(minutes=1)


class Asked:
    """Answers 1, 2, 3 …: how often it was asked."""

    def __init__(self) -> None:
        self._numbers = count(1)

    async def __call__(self) -> int:
        return next(self._numbers)


async def test_an_answer_is_given_again_for_a_while_with_its_time() -> None:
    kept, find = Kept[int](MINUTE), Asked()
    assert await kept.answer("a", find, NOW) == (1, NOW)
    assert await kept.answer("a", find, NOW + timedelta(seconds=59)) == (1, NOW)
    assert await kept.answer("a", find, NOW + MINUTE) == (2, NOW + MINUTE)


async def test_another_question_has_its_own_answer() -> None:
    kept, find = Kept[int](MINUTE), Asked()
    assert await kept.answer("a", find, NOW) == (1, NOW)
    assert await kept.answer("b", find, NOW) == (2, NOW)


async def test_a_clock_that_was_set_back_keeps_nothing() -> None:
    kept, find = Kept[int](MINUTE), Asked()
    await kept.answer("a", find, NOW)
    before = NOW - timedelta(seconds=1)
    assert await kept.answer("a", find, before) == (2, before)


async def test_what_failed_is_tried_again() -> None:
    async def fail() -> int:
        raise LookupError

    kept = Kept[int](MINUTE)
    with pytest.raises(LookupError):
        await kept.answer("a", fail, NOW)
    assert await kept.answer("a", Asked(), NOW) == (1, NOW)


async def test_answers_that_are_too_old_take_no_room() -> None:
    kept, find = Kept[int](MINUTE), Asked()
    for minutes in range(5):
        await kept.answer(minutes, find, NOW + minutes * MINUTE)
    assert len(kept._answers) == 1
