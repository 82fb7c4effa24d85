"""How many requests a platform takes for one place in a while, and what it says of it."""

from __future__ import annotations

import time
from collections import defaultdict, deque


class Budget:
    """So many in so many seconds; what comes beyond is refused and counted."""

    def __init__(self, limit: int, seconds: float) -> None:
        self.limit = limit
        self.refused = 0
        self._seconds = seconds
        self._taken: dict[str, deque[float]] = defaultdict(deque)

    def take(self, place: str) -> float:
        """0 where one more is taken, else the seconds until one is."""
        taken, now = self._current(place)
        if len(taken) < self.limit:
            taken.append(now)
            return 0.0
        self.refused += 1
        return taken[0] + self._seconds - now

    def headers(self, place: str) -> dict[str, str]:
        """What Discord sends along with every answer."""
        taken, now = self._current(place)
        reset = taken[0] + self._seconds - now if taken else self._seconds
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.limit - len(taken)),
            "X-RateLimit-Reset-After": f"{reset:.3f}",
            "X-RateLimit-Reset": f"{time.time() + reset:.3f}",
            "X-RateLimit-Bucket": "messages",
        }

    def _current(self, place: str) -> tuple[deque[float], float]:
        taken, now = self._taken[place], time.monotonic()
        while taken and taken[0] <= now - self._seconds:
            taken.popleft()
        return taken, now
