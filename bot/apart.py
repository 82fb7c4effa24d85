"""Work beside the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


class Apart:
    """One thread for what a long document makes long. One for all feeds: with more of them the loop
    would wait in a longer queue for the interpreter."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "reader")

    async def __call__(self, work: Callable[..., T], *arguments: object) -> T:
        """What the work gives, or raises."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, work, *arguments)
