"""What the loopback platforms and feeds do wrong, by the names that the plan uses."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from functools import partial

from aiohttp import web

from tests.servers import Cut, Fault, FeedHost, LoopbackDiscord, LoopbackSlack, Reply
from tests.servers.base import Handler, Interpose
from tests.soak.plan import Kill, Phase

_PAGE = "<html><head><title>Bad gateway</title></head><body><h1>Try again</h1></body></html>"
_HTML = {"Content-Type": "text/html"}
_JSON = {"Content-Type": "application/json"}
_SLOW = 2.0


class Outlets(FeedHost):
    """Feeds that note when they were read whole, and can show their former state."""

    def __init__(self) -> None:
        super().__init__()
        self.served: dict[str, list[tuple[float, int]]] = defaultdict(list)
        """By path: when it was read (seconds since 1970), and how many items it held."""
        self._items: dict[str, int] = {}
        self._former: dict[str, bytes] = {}
        self._present: dict[str, bytes] = {}

    def show(self, path: str, document: bytes, items: int) -> None:
        """Put a document there; `items` is how many were ever published in it."""
        self._former[path] = self._present.get(path, document)
        self._present[path] = document
        self._items[path] = items
        self.publish(path, document)

    def route(self, router: web.UrlDispatcher) -> None:
        """Every path."""
        router.add_get("/{path:.*}", self._noted)

    async def _noted(self, request: web.Request) -> web.Response:
        answer = await self._serve(request)
        self.served[request.path].append((time.time(), self._items.get(request.path, 0)))
        return answer

    async def older(self, request: web.Request, _handler: Handler) -> web.StreamResponse:
        """As a cache that was left behind answers."""
        return _document(self._former[request.path])

    async def empty(self, request: web.Request, _handler: Handler) -> web.StreamResponse:
        """A sound document without items."""
        return _document(_ITEM.sub(b"", self._present[request.path]))

    async def doubled(self, request: web.Request, _handler: Handler) -> web.StreamResponse:
        """Every item twice."""
        return _document(_ITEM.sub(rb"\g<0>\g<0>", self._present[request.path]))

    async def renumbered(self, request: web.Request, _handler: Handler) -> web.StreamResponse:
        """Every item twice, once under another id: as after a publisher's move."""
        return _document(
            _ITEM.sub(
                lambda item: item[0] + item[0].replace(b"</guid>", b"-anew</guid>"),
                self._present[request.path],
            )
        )


_ITEM = re.compile(rb"<item>.*?</item>", re.DOTALL)


def _document(body: bytes) -> web.Response:
    return web.Response(body=body, headers={"Content-Type": "application/rss+xml"})


async def slow(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Carried out, and answered late."""
    answer = await handler(request)
    await asyncio.sleep(_SLOW)
    return answer


async def half(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Carried out; half the answer comes, then the line is cut."""
    answer = await handler(request)
    body = answer.body if isinstance(answer, web.Response) else None
    if not isinstance(body, bytes) or not body:
        return answer
    partial_answer = web.StreamResponse(status=answer.status)
    partial_answer.content_type = answer.content_type
    partial_answer.content_length = len(body)
    await partial_answer.prepare(request)
    await partial_answer.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.abort()
    return partial_answer


def killing(kill: Kill, strike: Callable[[], Awaitable[None]]) -> Interpose:
    """A fault that kills the process at the planned turn and phase of such a request."""
    turns = iter(range(1, kill.turn + 1))

    async def fault(request: web.Request, handler: Handler) -> web.StreamResponse:
        if next(turns, kill.turn) < kill.turn:
            return await handler(request)
        if kill.phase is Phase.BEFORE:
            await strike()
            return web.Response(status=503)  # there is nobody to read it
        answer = await handler(request)
        if kill.phase is Phase.ANSWERED:
            await answer.prepare(request)
            await answer.write_eof()
        await strike()
        return answer

    return fault


def fault_of(kind: str, server: FeedHost | LoopbackSlack | LoopbackDiscord) -> Fault:
    """The fault that bears a name."""
    match kind:
        case "cut-before":
            return Cut(committed=False)
        case "cut-after":
            return Cut(committed=True)
        case "half":
            return _anew(half)
        case "slow":
            return _anew(slow)
        case "older" | "empty" | "doubled" | "renumbered" if isinstance(server, Outlets):
            return _anew(getattr(server, kind))
        case "blank":
            return Reply(200, b"", {"Content-Type": "application/rss+xml"})
        case "html":
            return Reply(200, _PAGE, _HTML)
        case "429" | "429-bare" | "429-global" | "429-firewall":
            return _limited(server, kind)
    return Reply(int(kind), _PAGE, _HTML)


def _anew(fault: Interpose) -> Interpose:
    """An object of its own, by which it is counted."""
    return partial(fault)


def _limited(server: FeedHost | LoopbackSlack | LoopbackDiscord, kind: str) -> Fault:
    """With Retry-After, but for a bare one; only Discord's own bears Via, not its firewall's."""
    if kind == "429-bare":
        return Reply(429, _PAGE, _HTML)
    if kind == "429-firewall":
        return Reply(429, _PAGE, {**_HTML, "Retry-After": "2"})
    if isinstance(server, LoopbackDiscord):
        of_all = kind == "429-global"
        said = {"message": "You are being rate limited.", "retry_after": 0.6, "global": of_all}
        headers = {**_JSON, "Retry-After": "1", "Via": "1.1 google"}
        scope = {"X-RateLimit-Global": "true", "X-RateLimit-Scope": "global"} if of_all else {}
        return Reply(429, json.dumps(said), {**headers, **scope})
    return Reply(429, json.dumps({"ok": False, "error": "ratelimited"}), {
        **_JSON, "Retry-After": "1",
    })  # fmt: skip


async def disturb(line: str, slack: LoopbackSlack, discord: LoopbackDiscord) -> None:
    """Do something to a socket that is up. Raises TimeoutError where none comes up."""
    gateway = discord.gateway
    if line in _SLACK_LINES:
        await slack.until(lambda: slack.connected)
        await _SLACK_LINES[line](slack)
        return
    await gateway.ready()
    match line.split("-"):
        case ["op7"]:
            await gateway.ask_to_reconnect()
        case ["op9", *resumable]:
            await gateway.invalidate(resumable=bool(resumable))
        case ["close", code]:
            await gateway.drop(int(code))
        case _:
            await gateway.drop()


async def _abort(slack: LoopbackSlack) -> None:
    slack.abort_socket()


_SLACK_LINES: dict[str, Callable[[LoopbackSlack], Awaitable[None]]] = {
    "disconnect": partial(LoopbackSlack.disconnect, reason="refresh_requested"),
    "disconnect-warning": partial(LoopbackSlack.disconnect, reason="warning"),
    "disconnect-off": partial(LoopbackSlack.disconnect, reason="link_disabled"),
    "socket-abort": _abort,
}
