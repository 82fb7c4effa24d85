"""The ticks, while the wall clock by which APScheduler goes is put."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot import scheduler as module
from bot.scheduler import Scheduler, _Every

YEARS = timedelta(days=20_000)


class Wall(datetime):
    """datetime.datetime with a clock that can be put."""

    put = timedelta()

    @classmethod
    def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
        """The present, moved."""
        return datetime.now(UTC) + cls.put


@pytest.fixture
async def ticking(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scheduler]:
    monkeypatch.setattr(Wall, "put", timedelta())
    monkeypatch.setattr(module, "datetime", Wall)
    monkeypatch.setattr("apscheduler.schedulers.base.datetime", Wall)
    made = Scheduler()
    yield made
    await made.close(1)


async def count_to(scheduler: Scheduler, number: int) -> None:
    """Let a tick of a hundredth of a second come so often."""
    done, counted = asyncio.Event(), 0

    async def tick() -> None:
        nonlocal counted
        counted += 1
        if counted == number:
            done.set()

    scheduler.every(0.01, f"to {number}", tick)
    async with asyncio.timeout(5):
        await done.wait()


async def test_ticks_come_again_after_the_clock_was_put_back(ticking: Scheduler) -> None:
    ticking.start()
    await count_to(ticking, 1)
    Wall.put = timedelta(hours=-5)
    ticking.retime()
    await count_to(ticking, 3)


async def test_a_clock_put_forward_by_decades_costs_one_tick(ticking: Scheduler) -> None:
    ticking.start()
    await count_to(ticking, 1)
    Wall.put = YEARS
    await count_to(ticking, 3)


def test_what_was_missed_is_not_made_up_for() -> None:
    now = datetime(2026, 1, 7, tzinfo=UTC)
    every = _Every(seconds=5)
    assert every.get_next_fire_time(now - YEARS, now) == now + timedelta(seconds=5)
    assert every.get_next_fire_time(now, now) == now + timedelta(seconds=5)


async def test_a_tick_that_the_end_cuts_short_is_no_failure(
    ticking: Scheduler, caplog: pytest.LogCaptureFixture
) -> None:
    began, ended = asyncio.Event(), asyncio.Event()

    async def tick() -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    ticking.every(60, "long", tick)
    ticking.start()
    async with asyncio.timeout(5):
        await began.wait()
        await ticking.close(0.01)
    assert ended.is_set()
    assert [r.message for r in caplog.records if r.levelname in ("WARNING", "ERROR")] == []
