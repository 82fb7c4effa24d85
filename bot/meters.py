"""What the service counts and times since its start, for its operator."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.pipeline import PollReport
from storage.records import DeliveryKind

_LAG_STEP = 0.05
_MINUTE = 60.0
_BLOCKED = 0.05
"""Seconds from which a hold of the event loop counts as one: answers wait for it."""


class Histogram:
    """How often something took up to so many seconds."""

    def __init__(self, bounds: Sequence[float]) -> None:
        self.bounds = tuple(bounds)
        self.counts = [0] * (len(self.bounds) + 1)
        """Not cumulative; the last is for what took longer than all."""
        self.total = 0.0

    def add(self, seconds: float) -> None:
        """One more. The clock of the machine may have been set back in between."""
        seconds = max(seconds, 0.0)
        place = next((i for i, bound in enumerate(self.bounds) if seconds <= bound), -1)
        self.counts[place] += 1
        self.total += seconds


def _quick() -> Histogram:
    return Histogram((0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30))


def _slow() -> Histogram:
    return Histogram((0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 21_600))


@dataclass(slots=True)
class Meters:
    """Filled by the parts of the service, read by `/metrics`."""

    polls: Counter[str] = field(default_factory=Counter)
    """By outcome: unchanged, read, failed, unrecorded."""
    poll_failures: Counter[str] = field(default_factory=Counter)
    """By class: dns, tls, timeout, http5xx ..."""
    poll_seconds: Histogram = field(default_factory=_quick)
    articles: Counter[str] = field(default_factory=Counter)
    """By what became of them: new, edited; of both together: relevant."""
    sent: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By chat and kind."""
    send_failures: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By chat and class."""
    send_seconds: dict[str, Histogram] = field(default_factory=dict)
    """By chat: how long the platform took."""
    alert_seconds: Histogram = field(default_factory=_slow)
    """From the record of an alert to its post."""

    def polled(self, reports: Iterable[PollReport]) -> None:
        """A round is over."""
        for report in reports:
            self.polls[report.outcome] += 1
            self.poll_seconds.add(report.seconds)
            if report.error is not None:
                self.poll_failures[report.error.kind] += 1
            if report.recorded is not None:
                self.articles["new"] += report.recorded.new
                self.articles["edited"] += report.recorded.edited
                self.articles["relevant"] += len(report.recorded.relevant)

    def posted(self, chat: str, kind: DeliveryKind, seconds: float, waited: float) -> None:
        """A message went out. `waited`: seconds since it was recorded."""
        self.sent[chat, str(kind)] += 1
        self._timed(chat, seconds)
        if kind is DeliveryKind.ALERT:
            self.alert_seconds.add(waited)

    def not_posted(self, chat: str, failure: str, seconds: float) -> None:
        """An attempt failed."""
        self.send_failures[chat, failure] += 1
        self._timed(chat, seconds)

    def _timed(self, chat: str, seconds: float) -> None:
        self.send_seconds.setdefault(chat, _quick()).add(seconds)


class LoopLag:
    """Measures how long the event loop is held."""

    def __init__(self) -> None:
        self.held = Histogram((0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1))
        self.worst = 0.0
        """Since the start, in seconds."""
        self.blocked = 0
        """How often for more than 50 ms."""
        self.busiest = 0.0
        """Seconds of the processor that the loop's own thread took between two looks, at most. What
        a hold is longer than that, the loop waited: for a processor, or for another thread."""
        self._recent: deque[tuple[float, float]] = deque(maxlen=int(_MINUTE / _LAG_STEP))

    async def watch(self) -> None:
        """Run until cancelled."""
        while True:
            began, computed = time.perf_counter(), time.thread_time()
            await asyncio.sleep(_LAG_STEP)
            now = time.perf_counter()
            self.busiest = max(self.busiest, time.thread_time() - computed)
            self._add(now, max(now - began - _LAG_STEP, 0.0))

    def _add(self, now: float, lag: float) -> None:
        self.held.add(lag)
        self.worst = max(self.worst, lag)
        self.blocked += lag > _BLOCKED
        self._recent.append((now, lag))

    @property
    def lately(self) -> float:
        """The longest hold within the last minute, in seconds."""
        begin = time.perf_counter() - _MINUTE
        return max((lag for at, lag in self._recent if at >= begin), default=0.0)
