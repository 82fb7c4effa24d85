"""`/healthz` and `/metrics` for the operator's own tools. Off unless an address is configured."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from bot.opinions import OpinionFigures
from storage.errors import StorageError
from storage.records import StoreFigures

STALE = timedelta(minutes=15)
"""Feeds that are due and not polled for so long show that polling stands still."""
_LAG_STEP = 0.1


@dataclass(frozen=True, slots=True)
class Vitals:
    """What is known of the service at one moment."""

    figures: StoreFigures | None
    """None: the database does not answer."""
    chats: Mapping[str, str]
    started: datetime
    polls: int
    alerts: int
    failures: Mapping[str, int]
    """Failed sendings by platform."""
    lag: float
    """The longest that the event loop was held since the last look, in seconds."""
    opinions: OpinionFigures | None = None
    """None: no language model is configured."""


class LoopLag:
    """Measures how long the event loop is held."""

    def __init__(self) -> None:
        self._worst = 0.0

    async def watch(self) -> None:
        """Run until cancelled."""
        while True:
            began = time.perf_counter()
            await asyncio.sleep(_LAG_STEP)
            self._worst = max(self._worst, time.perf_counter() - began - _LAG_STEP)

    def take(self) -> float:
        """The longest hold since the last call, in seconds."""
        worst, self._worst = self._worst, 0.0
        return worst


def troubles(vitals: Vitals, now: datetime) -> dict[str, str]:
    """What is wrong, by part; empty where all is well. Pure."""
    found = {f"chat {name}": why for name, why in vitals.chats.items() if why}
    figures = vitals.figures
    if figures is None:
        found["database"] = "does not answer"
        return found
    working = figures.feeds - figures.feeds_failing
    last = figures.last_poll or vitals.started
    if working and now - max(last, vitals.started) > timedelta(days=1):
        found["polling"] = f"no feed was read since {last:%Y-%m-%d %H:%M} UTC"
    if figures.oldest_waiting and now - figures.oldest_waiting > STALE:
        found["deliveries"] = f"one waits since {figures.oldest_waiting:%Y-%m-%d %H:%M} UTC"
    return found


def notes(vitals: Vitals) -> dict[str, str]:
    """What does not work and is not needed either; the service is well without it. Pure."""
    paused = vitals.opinions.paused if vitals.opinions else ""
    return {"second opinion": paused} if paused else {}


def metrics(vitals: Vitals, now: datetime) -> str:
    """The Prometheus text format, version 0.0.4. Pure."""
    lines: list[str] = []

    def gauge(name: str, help_text: str, kind: str, *values: tuple[str, float]) -> None:
        lines.append(f"# HELP pledgewatch_{name} {help_text}")
        lines.append(f"# TYPE pledgewatch_{name} {kind}")
        lines.extend(f"pledgewatch_{name}{labels} {value:g}" for labels, value in values)

    gauge(
        "up_seconds", "Time since the start.", "gauge", ("", (now - vitals.started).total_seconds())
    )
    gauge("polls_total", "Polls of feeds since the start.", "counter", ("", vitals.polls))
    gauge("alerts_total", "Alerts posted since the start.", "counter", ("", vitals.alerts))
    gauge(
        "send_failures_total",
        "Failed sendings since the start.",
        "counter",
        *((f'{{chat="{name}"}}', count) for name, count in vitals.failures.items()),
    )
    gauge(
        "chat_up",
        "Whether a chat sends and hears.",
        "gauge",
        *((f'{{chat="{name}"}}', float(not why)) for name, why in vitals.chats.items()),
    )
    gauge(
        "loop_lag_seconds",
        "Longest hold of the event loop since the last look.",
        "gauge",
        ("", vitals.lag),
    )
    if vitals.opinions is not None:
        asked = vitals.opinions
        up = float(not asked.paused)
        gauge("second_opinion_up", "Whether the language model is asked.", "gauge", ("", up))
        gauge("second_opinions_total", "Opinions given.", "counter", ("", asked.given))
        gauge("second_opinion_failures_total", "Failed calls.", "counter", ("", asked.failed))
    figures = vitals.figures
    gauge("database_up", "Whether the database answers.", "gauge", ("", float(figures is not None)))
    if figures is not None:
        age = now - figures.oldest_waiting if figures.oldest_waiting else timedelta()
        gauge("feeds", "Subscribed feeds.", "gauge", ("", figures.feeds))
        gauge("feeds_failing", "Feeds that fail.", "gauge", ("", figures.feeds_failing))
        gauge("articles", "Articles kept.", "gauge", ("", figures.articles))
        gauge("developments", "Developments known.", "gauge", ("", figures.developments))
        gauge("deliveries_waiting", "Messages that wait.", "gauge", ("", figures.waiting))
        gauge("deliveries_dead", "Messages given up.", "gauge", ("", figures.dead))
        gauge(
            "delivery_age_seconds",
            "Age of the oldest that waits.",
            "gauge",
            ("", age.total_seconds()),
        )
    return "\n".join(lines) + "\n"


class HealthServer:
    """Serves both on one address."""

    def __init__(
        self, vitals: Callable[[], Awaitable[Vitals]], clock: Callable[[], datetime]
    ) -> None:
        self._vitals = vitals
        self._clock = clock
        self._runner: web.AppRunner | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen; the port in use. Raises OSError where the address is taken."""
        app = web.Application()
        app.router.add_get("/healthz", self._health)
        app.router.add_get("/metrics", self._metrics)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        return int(self._runner.addresses[0][1])

    async def close(self) -> None:
        """Stop listening; may be called twice."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    async def _health(self, _request: web.Request) -> web.Response:
        vitals = await self._vitals()
        found = troubles(vitals, self._clock())
        status = 503 if found else 200
        answer = {"ok": not found, "troubles": found, "notes": notes(vitals)}
        return web.json_response(answer, status=status)

    async def _metrics(self, _request: web.Request) -> web.Response:
        text = metrics(await self._vitals(), self._clock())
        return web.Response(text=text, content_type="text/plain")


async def figures_or_none(figures: Callable[[], Awaitable[StoreFigures]]) -> StoreFigures | None:
    """The store's figures within a second; None where it does not answer."""
    try:
        async with asyncio.timeout(1.0):
            return await figures()
    except (StorageError, TimeoutError):
        return None
