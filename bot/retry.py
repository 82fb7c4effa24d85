"""When a delivery that failed is tried again. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

GIVE_UP_AFTER = timedelta(days=1)
_LEAST_ATTEMPTS = 10
"""Of a service that was down, or on a machine whose clock was wrong, a day says nothing."""
_FIRST = 2.0
_LONGEST = 900.0


def retry_at(attempts: int, now: datetime, retry_after: float | None, jitter: float) -> datetime:
    """The next try after `attempts` failures: doubled from 2 s to 15 min, spread by `jitter` (0..1)
    over a quarter more, and never before the platform's own Retry-After (seconds)."""
    wait = min(_LONGEST, _FIRST * 2.0 ** min(attempts, 20)) * (1 + jitter / 4)
    return now + timedelta(seconds=max(wait, retry_after or 0.0))


def exhausted(created: datetime, now: datetime, attempts: int) -> bool:
    """Whether a delivery has been tried for long enough: a day, and ten times at least."""
    return now - created >= GIVE_UP_AFTER and attempts >= _LEAST_ATTEMPTS
