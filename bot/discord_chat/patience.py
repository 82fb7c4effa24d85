"""How long one request may take, retries by discord.py included, and what the last answer was.

The library sleeps through 429 and 5xx without telling, and after a *successful* request it may
sleep until the rate limit's window ends: a deadline must neither forget why it waited nor cut a
success.
"""

from __future__ import annotations

import asyncio
import contextvars
from types import SimpleNamespace, TracebackType

import aiohttp

from bot.chat import OutcomeUnknown, SendFailed

_AFTER_SUCCESS = 60.0
_current: contextvars.ContextVar[Attempt | None] = contextvars.ContextVar("attempt", default=None)


class Attempt:
    """A deadline in seconds around requests to Discord; raises TimeoutError."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._limit = asyncio.timeout(patience)
        self._status = 0
        self._free_at = 0.0
        self._token: contextvars.Token[Attempt | None] | None = None

    async def __aenter__(self) -> None:
        self._token = _current.set(self)
        await self._limit.__aenter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._token is not None:
            _current.reset(self._token)
        await self._limit.__aexit__(kind, error, traceback)

    def verdict(self, error: BaseException) -> SendFailed | None:
        """What a timeout means, where Discord had answered before it."""
        if not isinstance(error, TimeoutError):
            return None
        if self._status == 429:
            left = max(self._free_at - asyncio.get_running_loop().time(), 1.0)
            return SendFailed("Discord asks for a pause", retryable=True, retry_after=left)
        if self._status >= 500:
            return OutcomeUnknown(f"Discord answered {self._status}")
        return None

    def began(self) -> None:
        """A request goes out: after a success the patience is new."""
        if 200 <= self._status < 300:
            self._wait(self._patience)
        self._status = self._status if self._status >= 400 else 0

    def answered(self, status: int, retry_after: float) -> None:
        """Headers came."""
        self._status = status
        self._free_at = asyncio.get_running_loop().time() + retry_after
        if 200 <= status < 300:
            self._wait(_AFTER_SUCCESS)

    def _wait(self, seconds: float) -> None:
        if not self._limit.expired():
            self._limit.reschedule(asyncio.get_running_loop().time() + seconds)


def traced() -> aiohttp.TraceConfig:
    """For the client's session: tells the attempt under way what Discord answers."""
    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(_on_start)
    trace.on_request_end.append(_on_end)
    return trace


async def _on_start(
    _session: aiohttp.ClientSession,
    _context: SimpleNamespace,
    _params: aiohttp.TraceRequestStartParams,
) -> None:
    attempt = _current.get()
    if attempt is not None:
        attempt.began()


async def _on_end(
    _session: aiohttp.ClientSession,
    _context: SimpleNamespace,
    params: aiohttp.TraceRequestEndParams,
) -> None:
    attempt = _current.get()
    if attempt is None:
        return
    try:
        retry_after = float(params.response.headers.get("Retry-After", 0))
    except ValueError:
        retry_after = 0.0
    attempt.answered(params.response.status, retry_after)
