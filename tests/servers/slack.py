"""A loopback Slack: the Web API with channels and threads, response URLs, and Socket Mode.

It keeps to what the real one does where an app could trip over it: a repeated post is a second
message, refusals come with status 200, a channel must be joined, texts and blocks have their
limits, an envelope must be acknowledged within 3 seconds, a response URL serves five times.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.servers.base import Loopback, as_json
from tests.servers.slack_rules import Refused, check_blocks, check_message

Json = dict[str, Any]
Method = Callable[[Json], Awaitable[Json]]

TEAM = "T0LOOPBACK"
APP = "A0LOOPBACK"
BOT_USER = "U0BOT"
_BOT = "B0BOT"
_ACK_WITHIN = 3.0
_RESPONSES = 5


@dataclass
class Channel:
    """A channel, and what is wrong with it."""

    id: str
    joined: bool = True
    archived: bool = False
    messages: list[Json] = field(default_factory=list)
    """Threaded replies included, oldest first."""


@dataclass
class Asked:
    """One command or press, and what came back."""

    envelope: str
    began: float
    acked_after: float | None = None
    shown: list[Json] = field(default_factory=list)
    """What the response URL was given, oldest first."""

    @property
    def answered(self) -> bool:
        """Acknowledged, and something to read."""
        return self.acked_after is not None and bool(self.shown)


class LoopbackSlack(Loopback):
    """`SlackChat(server.bot_token, server.app_token, api_url=server.api_url)` connects to it."""

    bot_token = "xoxb-loopback"
    app_token = "xapp-loopback"

    def __init__(self) -> None:
        super().__init__()
        self.channels: dict[str, Channel] = {}
        self.users: dict[str, Json] = {"U1": {"is_admin": True}, "U2": {"is_admin": False}}
        self.refused_as = ""
        """Instead of everything: token_revoked, account_inactive ..."""
        self.socket_refused_as = ""
        """Instead of apps.connections.open."""
        self.views: list[Json] = []
        self.asked_of: dict[str, Asked] = {}
        self.connections = 0
        self._socket: web.WebSocketResponse | None = None
        self._transport: asyncio.Transport | None = None
        self._numbers = itertools.count(1)
        self._methods: dict[str, Method] = {
            "auth.test": self._auth_test,
            "apps.connections.open": self._open_socket,
            "chat.postMessage": self._post,
            "chat.postEphemeral": self._post_ephemeral,
            "chat.update": self._update,
            "conversations.history": self._history,
            "conversations.replies": self._replies,
            "conversations.info": self._info,
            "conversations.open": self._open_direct,
            "users.info": self._user,
            "views.open": self._view,
            "views.publish": self._view,
            "views.update": self._view,
        }

    @property
    def api_url(self) -> str:
        """What goes into [slack] api_url."""
        return f"{self.origin}/api/"

    @property
    def connected(self) -> bool:
        """Whether a socket is open."""
        return self._socket is not None and not self._socket.closed

    def add_channel(self, name: str = "C1", **settings: Any) -> str:
        """Make a channel that the app is in; its name in a route."""
        self.channels[name] = Channel(name, **settings)
        return f"slack:{name}"

    def delete(self, channel: str, stamp: str) -> None:
        """Somebody deletes a message."""
        kept = self.channels[channel]
        kept.messages = [m for m in kept.messages if m["ts"] != stamp]

    def messages(self, channel: str = "C1") -> list[Json]:
        """What stands in a channel and its threads, oldest first."""
        return self.channels[channel].messages

    # --- what users do

    async def command(self, line: str, *, user: str = "U1", channel: str = "C1") -> Asked:
        """Type "/pledges latest"; returns when it was answered."""
        name, _, text = line.partition(" ")
        number = next(self._numbers)
        payload = {
            "command": name,
            "text": text,
            "user_id": user,
            "user_name": f"user-{user}",
            "channel_id": channel,
            "channel_name": "desk",
            "team_id": TEAM,
            "team_domain": "newsroom",
            "api_app_id": APP,
            "is_enterprise_install": "false",
            "trigger_id": f"trigger-{number}",
            "token": "unused",
        }
        return await self._envelope("slash_commands", payload)

    async def press(
        self, message: Json, label: str, *, user: str = "U1", channel: str = "C1"
    ) -> Asked:
        """Press a message's button; returns when it was answered."""
        buttons = [b for k in message["blocks"] if k["type"] == "actions" for b in k["elements"]]
        button = next(b for b in buttons if b["text"]["text"] == label)
        payload = {
            "type": "block_actions",
            "user": {"id": user, "username": f"user-{user}", "team_id": TEAM},
            "team": {"id": TEAM, "domain": "newsroom"},
            "api_app_id": APP,
            "token": "unused",
            "trigger_id": f"trigger-{next(self._numbers)}",
            "container": {"type": "message", "message_ts": message["ts"], "channel_id": channel},
            "channel": {"id": channel, "name": "desk"},
            "message": message,
            "actions": [{**button, "block_id": "b", "action_ts": _stamp(time.time())}],
        }
        return await self._envelope("interactive", payload)

    async def _envelope(self, kind: str, payload: Json) -> Asked:
        await self.until(lambda: self.connected)
        asked = Asked(f"envelope-{next(self._numbers)}", time.monotonic())
        self.asked_of[asked.envelope] = asked
        payload["response_url"] = f"{self.origin}/response/{asked.envelope}"
        packet = {
            "type": kind,
            "envelope_id": asked.envelope,
            "payload": payload,
            "accepts_response_payload": True,
        }
        if self._socket is None:
            raise RuntimeError("no socket")
        await self._socket.send_str(json.dumps(packet))
        await self.until(lambda: asked.answered)
        return asked

    # --- faults of the socket

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask the app to connect anew."""
        if self._socket is None:
            raise RuntimeError("no socket")
        await self._socket.send_str(json.dumps({"type": "disconnect", "reason": reason}))

    def abort_socket(self) -> None:
        """Cut the line of the socket."""
        if self._transport is None:
            raise RuntimeError("no socket")
        self._transport.abort()
        self._socket = None

    # --- HTTP

    def route(self, router: web.UrlDispatcher) -> None:
        """The Web API, response URLs, the socket."""
        router.add_route("*", "/api/{method}", self._call)
        router.add_post("/response/{envelope}", self._respond)
        router.add_get("/socket", self._serve_socket)

    async def _call(self, request: web.Request) -> web.Response:
        name = request.match_info["method"]
        method = self._methods.get(name)
        if method is None:
            return as_json({"ok": False, "error": "unknown_method"})
        arguments = await _arguments(request)
        try:
            self._authorise(name, request, arguments)
            return as_json({"ok": True, **await method(arguments)})
        except Refused as refused:
            return as_json(refused.body)

    def _authorise(self, method: str, request: web.Request, arguments: Json) -> None:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        given = given or str(arguments.get("token") or "")
        needed = self.app_token if method == "apps.connections.open" else self.bot_token
        if not given:
            raise Refused("not_authed")
        if given != needed:
            raise Refused("invalid_auth")
        if self.refused_as:
            raise Refused(self.refused_as)
        if method == "apps.connections.open" and self.socket_refused_as:
            raise Refused(self.socket_refused_as)

    async def _auth_test(self, _arguments: Json) -> Json:
        return {
            "url": "https://newsroom.slack.com/",
            "team": "Newsroom",
            "team_id": TEAM,
            "user": "pledgewatch",
            "user_id": BOT_USER,
            "bot_id": _BOT,
            "is_enterprise_install": False,
        }

    async def _open_socket(self, _arguments: Json) -> Json:
        ticket = next(self._numbers)
        return {"url": f"{self.origin.replace('http', 'ws', 1)}/socket?ticket={ticket}"}

    async def _post(self, arguments: Json) -> Json:
        channel = self._writable(arguments)
        check_message(arguments)
        thread = arguments.get("thread_ts")
        if thread and not any(m["ts"] == thread for m in channel.messages):
            raise Refused("thread_not_found")
        message: Json = {
            "type": "message",
            "ts": self._next_stamp(channel),
            "text": arguments.get("text") or "",
            "blocks": arguments.get("blocks") or [],
            "user": BOT_USER,
            "bot_id": _BOT,
            "app_id": APP,
            "team": TEAM,
        }
        if thread:
            message["thread_ts"] = thread
        if arguments.get("metadata"):
            message["metadata"] = arguments["metadata"]
        channel.messages.append({**message, "_arguments": arguments})
        return {"channel": channel.id, "ts": message["ts"], "message": message}

    async def _post_ephemeral(self, arguments: Json) -> Json:
        check_message(arguments)
        return {"message_ts": self._next_stamp(self._writable(arguments))}

    async def _update(self, arguments: Json) -> Json:
        channel = self._writable(arguments)
        check_message(arguments, update=True)
        for message in channel.messages:
            if message["ts"] == arguments["ts"]:
                message.update(
                    {k: arguments[k] for k in ("text", "blocks", "metadata") if k in arguments}
                )
                message["edited"] = {"user": BOT_USER, "ts": _stamp(time.time())}
                return {"channel": channel.id, "ts": message["ts"], "text": message["text"]}
        raise Refused("message_not_found")

    async def _history(self, arguments: Json) -> Json:
        channel = self._readable(arguments)
        roots = [m for m in channel.messages if m.get("thread_ts") in {None, m["ts"]}]
        return _page(roots[::-1], arguments)

    async def _replies(self, arguments: Json) -> Json:
        channel, thread = self._readable(arguments), arguments["ts"]
        found = [m for m in channel.messages if thread in {m["ts"], m.get("thread_ts")}]
        if not found:
            raise Refused("thread_not_found")
        return _page(found, arguments)

    async def _info(self, arguments: Json) -> Json:
        channel = self.channels.get(str(arguments.get("channel")))
        if channel is None:
            raise Refused("channel_not_found")
        state = {"is_archived": channel.archived, "is_member": channel.joined}
        return {"channel": {"id": channel.id, "name": "desk", **state}}

    async def _open_direct(self, arguments: Json) -> Json:
        name = f"D{arguments['users']}"
        self.channels.setdefault(name, Channel(name))
        return {"channel": {"id": name}}

    async def _user(self, arguments: Json) -> Json:
        user = self.users.get(str(arguments.get("user")))
        if user is None:
            raise Refused("user_not_found")
        return {"user": {"id": arguments["user"], "name": "somebody", "is_owner": False, **user}}

    async def _view(self, arguments: Json) -> Json:
        view = arguments["view"]
        check_blocks(view.get("blocks") or [], 100)
        self.views.append(view)
        return {"view": {"id": f"V{len(self.views)}", **view}}

    async def _respond(self, request: web.Request) -> web.Response:
        asked = self.asked_of[request.match_info["envelope"]]
        body = await request.json()
        if len(asked.shown) >= _RESPONSES:
            return web.Response(status=404, text="used_url")
        try:
            check_message(body)
        except Refused as refused:
            return web.Response(status=400, text=refused.body["error"])
        asked.shown.append(body)
        return web.Response(text="ok")

    async def _serve_socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._socket, self._transport = socket, request.transport
        self.connections += 1
        await socket.send_str(json.dumps({"type": "hello", "num_connections": 1}))
        await self.changed()
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                self._acked(json.loads(message.data))
                await self.changed()
        return socket

    def _acked(self, packet: Json) -> None:
        asked = self.asked_of[packet["envelope_id"]]
        passed = time.monotonic() - asked.began
        if passed <= _ACK_WITHIN:
            asked.acked_after = passed

    # --- channels

    def _writable(self, arguments: Json) -> Channel:
        channel = self._readable(arguments)
        if channel.archived:
            raise Refused("is_archived")
        return channel

    def _readable(self, arguments: Json) -> Channel:
        channel = self.channels.get(str(arguments.get("channel")))
        if channel is None:
            raise Refused("channel_not_found")
        if not channel.joined:
            raise Refused("not_in_channel")
        return channel

    def _next_stamp(self, channel: Channel) -> str:
        last = float(channel.messages[-1]["ts"]) if channel.messages else 0.0
        return _stamp(max(time.time(), last + 0.000002))


def _stamp(seconds: float) -> str:
    return f"{seconds:.6f}"


def _page(messages: list[Json], arguments: Json) -> Json:
    oldest = float(arguments.get("oldest") or 0)
    shown = [m for m in messages if float(m["ts"]) > oldest]
    start, limit = int(arguments.get("cursor") or 0), int(arguments.get("limit") or 100)
    page = [dict(m) for m in shown[start : start + limit]]
    if str(arguments.get("include_all_metadata")).lower() not in {"true", "1"}:
        for message in page:
            message.pop("metadata", None)
    more = len(shown) > start + limit
    cursor = str(start + limit) if more else ""
    return {"messages": page, "has_more": more, "response_metadata": {"next_cursor": cursor}}


async def _arguments(request: web.Request) -> Json:
    """Slack takes arguments in the query, as a form and as JSON; in a form, structures are JSON."""
    found: Json = dict(request.query)
    if request.content_type == "application/json":
        found.update(await request.json())
    elif request.can_read_body:
        found.update(await request.post())
    for name in ("blocks", "metadata", "view", "attachments"):
        if isinstance(found.get(name), str):
            found[name] = json.loads(found[name])
    return found
