"""The wall clock is put forward or back while the service runs, and between two runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock_watch import ClockWatch
from feeds.article import Feed
from feeds.schedule import FeedState
from storage.errors import StorageError
from storage.records import DeliveryKind, NewDelivery, Origin
from storage.store import Store
from tests.bot.fakes import Clock
from tests.builders import NOW

HOUR = timedelta(hours=1)
CHATS = frozenset({"slack"})


@dataclass
class Machine:
    """A database, a clock that can be put, and one that only runs."""

    store: Store
    clock: Clock = field(default_factory=lambda: Clock(NOW))
    seconds: float = 0.0
    puts: int = 0

    def boot(self) -> ClockWatch:
        return ClockWatch(self.store, self.clock, self.note, lambda: self.seconds)

    def note(self) -> None:
        self.puts += 1

    def run(self, seconds: float) -> None:
        """Time passes."""
        self.seconds += seconds
        self.clock.forward(seconds=seconds)

    async def wait_for(self, span: timedelta) -> None:
        """A delivery and a feed wait for a time that is as far away."""
        later = self.clock() + span
        new = NewDelivery(DeliveryKind.NOTICE, "slack:C1", "", {"text": "a"}, not_before=later)
        await self.store.enqueue([new], now=self.clock())
        feed = Feed("https://times.example/feed")
        stored = await self.store.add_feed(feed, origin=Origin.COMMAND, now=self.clock())
        await self.store.save_feed_state(stored.id, FeedState(next_check=later))

    async def due(self) -> tuple[int, int]:
        """How many deliveries and feeds are due."""
        now = self.clock()
        leased = await self.store.lease_deliveries(
            now, limit=9, lease=timedelta(seconds=1), chats=CHATS
        )
        return len(leased), len(await self.store.due_feeds(now, limit=9))


@pytest.fixture
async def machine(tmp_path: Path) -> AsyncIterator[Machine]:
    async with await Store.open(tmp_path / "p.db") as store:
        yield Machine(store)


async def test_a_clock_put_back_by_hours_delays_nothing(machine: Machine) -> None:
    watch = machine.boot()
    await machine.wait_for(timedelta(seconds=60))
    machine.clock.forward(hours=-5)
    await watch.look()
    machine.run(59)
    assert await machine.due() == (0, 0)
    machine.run(2)
    assert await machine.due() == (1, 1)
    assert machine.puts == 1


async def test_a_clock_put_back_is_acted_upon_once(machine: Machine) -> None:
    watch = machine.boot()
    machine.clock.forward(hours=-5)
    await watch.look()
    await machine.wait_for(2 * HOUR)
    machine.run(60)
    await watch.look()
    assert await machine.due() == (0, 0)
    assert machine.puts == 1


async def test_a_clock_put_forward_moves_no_time(machine: Machine) -> None:
    watch = machine.boot()
    await machine.wait_for(6 * HOUR)
    machine.clock.forward(hours=5)
    await watch.look()
    assert await machine.due() == (0, 0)
    machine.clock.forward(hours=1)
    await watch.look()
    assert await machine.due() == (1, 1)
    assert machine.puts == 0


async def test_a_clock_that_is_set_right_by_a_little_is_left_alone(machine: Machine) -> None:
    watch = machine.boot()
    machine.run(10)
    machine.clock.forward(seconds=-3)
    await watch.look()
    assert machine.puts == 0


async def test_a_clock_put_back_between_two_runs_delays_nothing(machine: Machine) -> None:
    await machine.boot().resume()
    await machine.wait_for(timedelta(seconds=60))
    machine.clock.forward(hours=-5)
    await machine.boot().resume()
    machine.run(61)
    assert await machine.due() == (1, 1)


async def test_a_second_start_moves_nothing_again(machine: Machine) -> None:
    await machine.boot().resume()
    machine.clock.forward(hours=-5)
    await machine.boot().resume()
    await machine.wait_for(HOUR)
    await machine.boot().resume()
    assert await machine.due() == (0, 0)


async def test_what_a_locked_database_did_not_take_is_done_at_the_next_look(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = machine.boot()
    await machine.wait_for(timedelta(seconds=60))
    machine.clock.forward(hours=-5)

    async def refuse(*_: object, **__: object) -> None:
        raise StorageError("locked")

    with monkeypatch.context() as patched:
        patched.setattr(machine.store, "put_back", refuse)
        with pytest.raises(StorageError):
            await watch.look()
    await watch.look()
    machine.run(61)
    assert await machine.due() == (1, 1)
