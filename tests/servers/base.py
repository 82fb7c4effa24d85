"""What the loopback servers have in common: a port, scripted faults, and something to wait on."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Self

from aiohttp import web

Json = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

PATIENCE = 20.0
"""Seconds; long, since a machine may be busy with other things than these tests."""
_GLANCE = 0.02


@dataclass(frozen=True, slots=True)
class Reply:
    """Answer this instead of doing what was asked."""

    status: int
    body: str | bytes | Json = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cut:
    """Cut the line: before the request is carried out, or after it."""

    committed: bool


@dataclass(frozen=True, slots=True)
class Hold:
    """Carry the request out, but answer only when `release` is set."""

    release: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True, slots=True)
class Adorn:
    """Carry the request out, and add headers to the answer."""

    headers: Mapping[str, str]


Interpose = Callable[[web.Request, Handler], Awaitable[web.StreamResponse]]
"""Any other fault: it answers in place of the handler, which it may call."""
Fault = Reply | Cut | Hold | Adorn | Interpose


class Loopback:
    """A server on a port of its own, used as an async context manager."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str]] = []
        """Method and path of each request, in order."""
        self.met: list[Fault] = []
        """The faults that requests have met, in order."""
        self._script: list[tuple[str, Fault]] = []
        self._changed = asyncio.Condition()
        self._runner: web.AppRunner | None = None
        self._port = 0

    async def __aenter__(self) -> Self:
        app = web.Application(middlewares=[self._faulty], client_max_size=8 * 1024**2)
        self.route(app.router)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def stop(self) -> None:
        """Refuse connections from now on; `async with` again serves at the same port."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def route(self, router: web.UrlDispatcher) -> None:
        """Add the routes."""
        raise NotImplementedError

    @property
    def origin(self) -> str:
        """http://127.0.0.1:port"""
        return f"http://127.0.0.1:{self._port}"

    def fail_next(self, pattern: str, *faults: Fault) -> None:
        """The next requests whose "METHOD /path" matches the pattern meet these faults, one
        each."""
        self._script.extend((pattern, fault) for fault in faults)

    def forgive(self) -> None:
        """Forget the faults that no request has met."""
        self._script.clear()

    def asked(self, pattern: str) -> int:
        """How many requests matched the pattern."""
        return sum(fnmatchcase(f"{method} {path}", pattern) for method, path in self.requests)

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until something holds, here or (looked at now and then) in whoever is connected.
        Raises TimeoutError."""
        async with asyncio.timeout(PATIENCE):
            while not condition():
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_GLANCE), self._changed:
                        await self._changed.wait()

    async def changed(self) -> None:
        """Wake those who wait."""
        async with self._changed:
            self._changed.notify_all()

    @web.middleware
    async def _faulty(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self.requests.append((request.method, request.path))
        fault = self._next_fault(f"{request.method} {request.path}")
        try:
            if isinstance(fault, Reply):
                return as_response(fault)
            if callable(fault):
                return await fault(request, handler)
            if fault == Cut(committed=False):
                return _cut(request)
            answer = await handler(request)
            if isinstance(fault, Hold):
                await self.changed()
                await fault.release.wait()
            if isinstance(fault, Adorn):
                answer.headers.update(fault.headers)
            return _cut(request) if isinstance(fault, Cut) else answer
        finally:
            await self.changed()

    def _next_fault(self, asked: str) -> Fault | None:
        for number, (pattern, fault) in enumerate(self._script):
            if fnmatchcase(asked, pattern):
                del self._script[number]
                self.met.append(fault)
                return fault
        return None


def as_response(reply: Reply) -> web.Response:
    """A scripted answer; a dict becomes JSON."""
    if isinstance(reply.body, dict):
        return as_json(reply.body, reply.status, reply.headers)
    body = reply.body.encode() if isinstance(reply.body, str) else reply.body
    return web.Response(status=reply.status, body=body, headers=reply.headers)


def as_json(
    body: object, status: int = 200, headers: Mapping[str, str] | None = None
) -> web.Response:
    """discord.py reads JSON only where the content type is exactly this."""
    return web.Response(
        status=status,
        body=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", **(headers or {})},
    )


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)
