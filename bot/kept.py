"""Answers that took long to find, kept for a moment: whoever turns a page asks the same again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """Answers by their questions, each as of a time."""

    def __init__(self, span: timedelta) -> None:
        """`span`: how long an answer is given again."""
        self._span = span
        self._answers: dict[Hashable, tuple[T, datetime]] = {}

    async def answer(
        self, question: Hashable, find: Callable[[], Awaitable[T]], now: datetime
    ) -> tuple[T, datetime]:
        """The answer and when it was looked for; looked for now where none is kept. Raises what
        `find` raises, and keeps nothing then."""
        self._answers = {
            asked: one for asked, one in self._answers.items() if self._holds(one, now)
        }
        if question not in self._answers:
            found = await find()
            self._answers[question] = (found, now)
            return found, now
        return self._answers[question]

    def _holds(self, one: tuple[T, datetime], now: datetime) -> bool:
        # A clock that was set back would keep an answer for as long as it was wrong.
        return timedelta() <= now - one[1] < self._span
