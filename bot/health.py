"""`/healthz` and `/metrics` for the operator's own tools. Off unless an address is configured."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from aiohttp import web

from bot.metrics import metrics
from bot.vitals import Vitals, is_alive, notes, parts


class HealthServer:
    """Serves them on one address: `/healthz/live` says whether the process works, `/healthz` and
    `/healthz/ready` whether all its parts do."""

    def __init__(
        self, vitals: Callable[[], Awaitable[Vitals]], clock: Callable[[], datetime]
    ) -> None:
        self._vitals = vitals
        self._clock = clock
        self._runner: web.AppRunner | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen; the port in use. Raises OSError where the address is taken."""
        app = web.Application()
        app.router.add_get("/healthz", self._ready)
        app.router.add_get("/healthz/ready", self._ready)
        app.router.add_get("/healthz/live", self._live)
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

    async def _ready(self, _request: web.Request) -> web.Response:
        vitals = await self._vitals()
        looked = parts(vitals, self._clock())
        found = {part: why for part, why in looked.items() if why}
        answer = {
            "ok": not found,
            "parts": {part: why or "ok" for part, why in looked.items()},
            "troubles": found,
            "notes": notes(vitals),
        }
        return web.json_response(answer, status=503 if found else 200)

    async def _live(self, _request: web.Request) -> web.Response:
        alive = is_alive(await self._vitals())
        return web.json_response({"ok": alive}, status=200 if alive else 503)

    async def _metrics(self, _request: web.Request) -> web.Response:
        text = metrics(await self._vitals(), self._clock())
        return web.Response(
            body=text.encode(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
        )
