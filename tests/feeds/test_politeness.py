from __future__ import annotations

import asyncio

import pytest

from feeds.politeness import HostGate


class Clockwork:
    """Sleeps that only remember how long they would have been."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds))


async def test_no_more_requests_at_once_than_allowed() -> None:
    gate, inside, most = HostGate(2, 0), 0, 0

    async def visit() -> None:
        nonlocal inside, most
        async with gate.enter("example.org"):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(visit() for _ in range(10)))
    assert most == 2


async def test_starts_at_one_host_are_apart_and_other_hosts_do_not_wait() -> None:
    clock = Clockwork()
    gate = HostGate(5, 10, sleep=clock.sleep)
    for host in ("a.example", "a.example", "b.example", "a.example"):
        async with gate.enter(host):
            pass
    assert clock.slept == [10, 20]


async def test_a_visit_that_fails_gives_its_place_back() -> None:
    gate = HostGate(1, 0)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            async with asyncio.timeout(1), gate.enter("example.org"):
                _ = 1 / 0


async def test_hosts_that_are_idle_are_forgotten() -> None:
    gate = HostGate(1, 0)
    async with gate.enter("busy.example"):
        for number in range(5000):
            async with gate.enter(f"host{number}.example"):
                pass
        assert len(gate._hosts) <= 2000
        assert "busy.example" in gate._hosts
