"""A feed host on loopback, and documents to serve."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from feeds.fetch import Fetcher, FetchSettings

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Host:
    """Answers each path with what a test put there, and remembers what it was asked."""

    base: str = ""
    pages: dict[str, Handler] = field(default_factory=dict)
    requests: list[web.Request] = field(default_factory=list)

    def page(self, path: str, handler: Handler) -> str:
        self.pages[path] = handler
        return self.base + path

    def text(
        self,
        path: str,
        body: str | bytes,
        *,
        status: int = 200,
        headers: dict[str, str] | None = None,
    ) -> str:
        async def answer(request: web.Request) -> web.Response:
            data = body.encode() if isinstance(body, str) else body
            return web.Response(body=data, status=status, headers=headers)

        return self.page(path, answer)

    def redirect(self, path: str, target: str, *, status: int = 302) -> str:
        return self.text(path, "", status=status, headers={"Location": target})

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        handler = self.pages.get(request.path)
        return await handler(request) if handler else web.Response(status=404)


@pytest.fixture
async def host() -> AsyncIterator[Host]:
    found = Host()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", found.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    found.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield found
    await runner.cleanup()


@pytest.fixture
def settings() -> FetchSettings:
    return FetchSettings(
        user_agent="test/1", timeout_seconds=5, host_gap=0, allow_networks=("127.0.0.0/8",)
    )


@pytest.fixture
async def fetcher(settings: FetchSettings) -> AsyncIterator[Fetcher]:
    async with Fetcher(settings) as opened:
        yield opened
