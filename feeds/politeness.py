"""How often one host is asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass


@dataclass(slots=True)
class _Host:
    places: asyncio.Semaphore
    next_start: float = 0.0
    users: int = 0


class HostGate:
    """At most `per_host` requests at once to a host, their starts at least `gap` seconds apart."""

    def __init__(
        self,
        per_host: int,
        gap: float,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._per_host = per_host
        self._gap = gap
        self._sleep = sleep
        self._hosts: dict[str, _Host] = {}
        self._sweep_at = 1000

    @asynccontextmanager
    async def enter(self, host: str) -> AsyncIterator[None]:
        """Wait for a place at this host, and hold it."""
        entry = self._entry(host)
        entry.users += 1
        try:
            async with entry.places:
                await self._wait(entry)
                yield
        finally:
            entry.users -= 1

    async def _wait(self, entry: _Host) -> None:
        if not self._gap:
            return
        now = asyncio.get_running_loop().time()
        start = max(now, entry.next_start)
        entry.next_start = start + self._gap
        if start > now:
            await self._sleep(start - now)

    def _entry(self, host: str) -> _Host:
        if len(self._hosts) >= self._sweep_at:
            self._forget_idle()
        return self._hosts.setdefault(host, _Host(asyncio.Semaphore(self._per_host)))

    def _forget_idle(self) -> None:
        now = asyncio.get_running_loop().time()
        self._hosts = {
            name: host for name, host in self._hosts.items() if host.users or host.next_start > now
        }
        self._sweep_at = max(1000, 2 * len(self._hosts))
