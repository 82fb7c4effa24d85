"""A loopback Slack: the Web API with channels and threads, response URLs, and Socket Mode.

It keeps to what the real one does where an app could trip over it: a repeated post is a second
message, refusals come with status 200, a channel must be joined, texts and blocks have their
limits, an envelope must be acknowledged within 3 seconds, a response URL serves five times.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import math
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.servers.base import Loopback, as_json
from tests.servers.budget import Budget
from tests.servers.slack_rules import Refused, check_message, check_view
from tests.servers.slack_uploads import Files

Json = dict[str, Any]
Method = Callable[[Json], Awaitable[Json]]

TEAM = "T0LOOPBACK"
APP = "A0LOOPBACK"
BOT_USER = "U0BOT"
_BOT = "B0BOT"
_ACK_WITHIN = 3.0
_RESPONSES = 5
_TRIGGER_LIVES = 3.0


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
    """One command, press, submission or event, and what came back."""

    envelope: str
    began: float
    acked_after: float | None = None
    response: Json = field(default_factory=dict)
    """What the acknowledgement carried: how a form was judged."""
    original: Json | None = None
    """The message whose button it was."""
    shown: list[Json] = field(default_factory=list)
    """What the response URL was given, oldest first."""
    replaced: bool = False
    """Whether the original was replaced."""

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
        self.modals: dict[str, Json] = {}
        """Modals by id, as they were drawn last."""
        self.homes: dict[str, Json] = {}
        """Home pages by user."""
        self.stacked: list[str] = []
        """Modals that were opened above another."""
        self.budget: Budget | None = None
        """How many messages each channel takes."""
        self.lateness = 0.0
        """Seconds that triggers have lived when they arrive."""
        self.files = Files(lambda: self.origin)
        self._drawn = 0
        self._triggers: dict[str, float] = {}
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
            "files.getUploadURLExternal": self.files.get_url,
            "files.completeUploadExternal": self.files.complete,
            "views.open": self._open_view,
            "views.push": self._push_view,
            "views.publish": self._publish_view,
            "views.update": self._update_view,
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
            "trigger_id": self._trigger(),
            "token": "unused",
        }
        return await self._envelope("slash_commands", payload)

    async def press(
        self, message: Json, label: str, *, user: str = "U1", channel: str = "C1"
    ) -> Asked:
        """Press a message's button; returns when it was answered, or a modal was drawn."""
        alone = message.get("response_type") == "ephemeral"
        payload = {
            **self._pressed_by(user, _button(message["blocks"], label)),
            "container": {
                "type": "message",
                "message_ts": message.get("ts") or "1.000000",
                "channel_id": channel,
                "is_ephemeral": alone,
            },
            "channel": {"id": channel, "name": "desk"},
        }
        if not alone:
            payload["message"] = message
        return await self.interact(payload, original=message)

    async def press_in_modal(self, view: str, label: str, *, user: str = "U1") -> Asked:
        """Press a button of a modal; returns when a view was drawn."""
        return await self._press_in({**self.modals[view], "id": view}, label, user)

    async def press_at_home(self, label: str, *, user: str = "U1") -> Asked:
        """Press a button of the home page; returns when a view was drawn."""
        return await self._press_in({**self.homes[user], "id": f"VH{user}"}, label, user)

    async def _press_in(self, view: Json, label: str, user: str) -> Asked:
        payload = {
            **self._pressed_by(user, _button(view["blocks"], label)),
            "container": {"type": "view", "view_id": view["id"]},
            "view": view,
        }
        return await self.interact(payload, url=False)

    async def submit(self, view: str, *, user: str = "U1", **given: str | list[str]) -> Asked:
        """Fill in a modal and send it off; what is not given stays as it was. Returns when it was
        judged; the modal is then drawn as the app said."""
        shown = {**self.modals[view], "id": view}
        blocks = [block for block in shown["blocks"] if block["type"] == "input"]
        values = {block["block_id"]: _filled(block, given) for block in blocks}
        asked = await self.submit_view({**shown, "state": {"values": values}}, user=user)
        match asked.response.get("response_action"):
            case "update":
                check_view(asked.response["view"])
                self.modals[view] = asked.response["view"]
            case "errors":
                if not set(asked.response["errors"]) <= set(values):
                    raise RuntimeError("an error at a block that is not there")
            case _:
                del self.modals[view]
        return asked

    async def submit_view(self, view: Json, *, user: str = "U1") -> Asked:
        """Send off whatever Slack might."""
        payload = {
            "type": "view_submission",
            "user": {"id": user, "name": f"user-{user}", "team_id": TEAM},
            "team": {"id": TEAM, "domain": "newsroom"},
            "api_app_id": APP,
            "token": "unused",
            "trigger_id": self._trigger(),
            "view": view,
            "response_urls": [],
        }
        return await self._envelope("interactive", payload, lambda a: a.acked_after is not None)

    async def open_home(self, *, user: str = "U1", tab: str = "home") -> Asked:
        """Open the app's home page, or another tab of it."""
        event = {"type": "app_home_opened", "user": user, "channel": f"D{user}", "tab": tab}
        return await self.event(event)

    async def event(self, event: Json) -> Asked:
        """Something happened in the workspace; returns when that was acknowledged."""
        payload = {
            "type": "event_callback",
            "team_id": TEAM,
            "api_app_id": APP,
            "event_id": f"Ev{next(self._numbers)}",
            "event": {"event_ts": _stamp(time.time()), **event},
            "authorizations": [{"team_id": TEAM, "user_id": BOT_USER, "is_bot": True}],
        }
        return await self._envelope("events_api", payload, lambda a: a.acked_after is not None)

    def _pressed_by(self, user: str, button: Json) -> Json:
        return {
            "type": "block_actions",
            "user": {"id": user, "username": f"user-{user}", "team_id": TEAM},
            "team": {"id": TEAM, "domain": "newsroom"},
            "api_app_id": APP,
            "token": "unused",
            "trigger_id": self._trigger(),
            "actions": [{**button, "block_id": "b", "action_ts": _stamp(time.time())}],
        }

    async def interact(
        self,
        payload: Json,
        *,
        original: Json | None = None,
        url: bool = True,
        done: Callable[[Asked], bool] | None = None,
    ) -> Asked:
        """Send a payload of a press; returns when it was answered, or a view was drawn."""
        drawn = self._drawn

        def seen(asked: Asked) -> bool:
            return asked.answered or (asked.acked_after is not None and self._drawn > drawn)

        return await self._envelope(
            "interactive", payload, done or seen, original=original, url=url
        )

    async def _envelope(
        self,
        kind: str,
        payload: Json,
        done: Callable[[Asked], bool] = lambda asked: asked.answered,
        *,
        original: Json | None = None,
        url: bool = True,
    ) -> Asked:
        await self.until(lambda: self.connected)
        asked = Asked(f"envelope-{next(self._numbers)}", time.monotonic(), original=original)
        self.asked_of[asked.envelope] = asked
        if url:
            payload["response_url"] = f"{self.origin}/response/{asked.envelope}"
        packet = {
            "type": kind,
            "envelope_id": asked.envelope,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if self._socket is None:
            raise RuntimeError("no socket")
        await self._socket.send_str(json.dumps(packet))
        await self.until(lambda: done(asked))
        return asked

    def _trigger(self) -> str:
        trigger = f"trigger-{next(self._numbers)}"
        self._triggers[trigger] = time.monotonic() - self.lateness
        return trigger

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
        router.add_post("/upload/{file}", self.files.take)
        router.add_get("/socket", self._serve_socket)

    async def _call(self, request: web.Request) -> web.Response:
        name = request.match_info["method"]
        method = self._methods.get(name)
        if method is None:
            return as_json({"ok": False, "error": "unknown_method"})
        arguments = await _arguments(request)
        try:
            self._authorise(name, request, arguments)
            if name == "chat.postMessage" and self.budget is not None:
                wait = self.budget.take(str(arguments.get("channel")))
                if wait:
                    seconds = {"Retry-After": str(math.ceil(wait))}
                    return as_json({"ok": False, "error": "ratelimited"}, 429, seconds)
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
        self.files.check(arguments.get("blocks") or [])
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
        self.files.check(arguments.get("blocks") or [])
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
        if arguments["users"] not in self.users:
            raise Refused("user_not_found")
        name = f"D{arguments['users']}"
        self.channels.setdefault(name, Channel(name))
        return {"channel": {"id": name}}

    async def _user(self, arguments: Json) -> Json:
        user = self.users.get(str(arguments.get("user")))
        if user is None:
            raise Refused("user_not_found")
        return {"user": {"id": arguments["user"], "name": "somebody", "is_owner": False, **user}}

    async def _open_view(self, arguments: Json) -> Json:
        issued = self._triggers.get(str(arguments.get("trigger_id")))
        if issued is None:
            raise Refused("invalid_trigger_id")
        if time.monotonic() - issued > _TRIGGER_LIVES:
            raise Refused("expired_trigger_id")
        del self._triggers[arguments["trigger_id"]]
        return self._draw_view(f"V{next(self._numbers)}", arguments["view"])

    async def _push_view(self, arguments: Json) -> Json:
        opened = await self._open_view(arguments)
        self.stacked.append(opened["view"]["id"])
        return opened

    async def _update_view(self, arguments: Json) -> Json:
        if arguments.get("view_id") not in self.modals:
            raise Refused("not_found")
        return self._draw_view(arguments["view_id"], arguments["view"])

    def _draw_view(self, number: str, view: Json) -> Json:
        check_view(view)
        self.modals[number] = view
        self._drawn += 1
        return {"view": {"id": number, **view}}

    async def _publish_view(self, arguments: Json) -> Json:
        check_view(arguments["view"])
        self.homes[str(arguments["user_id"])] = arguments["view"]
        return {"view": {"id": f"VH{arguments['user_id']}", **arguments["view"]}}

    async def _respond(self, request: web.Request) -> web.Response:
        asked = self.asked_of[request.match_info["envelope"]]
        body = await request.json()
        if len(asked.shown) >= _RESPONSES:
            return web.Response(status=404, text="used_url")
        try:
            check_message(body)
            self.files.check(body.get("blocks") or [])
        except Refused as refused:
            return web.Response(status=404, text=json.dumps(refused.body))
        if body.get("replace_original") and asked.original is not None:
            asked.original.update(body)
            asked.replaced = True
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
            asked.response = packet.get("payload") or {}

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


def _button(blocks: list[Json], label: str) -> Json:
    buttons = [b for block in blocks if block["type"] == "actions" for b in block["elements"]]
    return next(b for b in buttons if b["text"]["text"] == label)


def _filled(block: Json, given: Mapping[str, str | list[str]]) -> Json:
    """A block's state with what somebody put there, or what stood there before."""
    element = block["element"]
    name = element["action_id"]
    if element["type"] == "plain_text_input":
        value = given.get(name, element.get("initial_value"))
        return {name: {"type": element["type"], "value": value}}
    by_value = {option["value"]: option for option in element["options"]}
    if element["type"] == "static_select":
        chosen = by_value[str(given[name])] if name in given else element.get("initial_option")
        return {name: {"type": element["type"], "selected_option": chosen}}
    several = (
        [by_value[v] for v in given[name]] if name in given else element.get("initial_options")
    )
    return {name: {"type": element["type"], "selected_options": several or []}}


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
    for name in ("blocks", "metadata", "view", "attachments", "files"):
        if isinstance(found.get(name), str):
            found[name] = json.loads(found[name])
    return found
