"""A loopback Discord: REST v10 with messages, threads and interactions; the gateway beside it.

It keeps to what the real one does where a bot could trip over it: a nonce posts once, history shows
no nonce, an archived thread opens for a message and not for an edit, an interaction must be
answered within 3 seconds, the first follow-up of a deferred answer takes its place and its privacy,
and texts that are too long get code 50035.
"""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from tests.servers.base import Loopback, as_json
from tests.servers.budget import Budget
from tests.servers.discord_gateway import Gateway
from tests.servers.discord_objects import (
    ADMIN,
    APPLICATION,
    APPLICATION_JSON,
    BASIC,
    BOT,
    GUILD,
    POSTING,
    SEND_IN_THREADS,
    Channel,
    channel_json,
    filled,
    guild_json,
    member_json,
    message_json,
    nested,
    role_json,
)
from tests.servers.discord_rules import Refused, check_commands, check_message, check_modal
from tests.servers.discord_uploads import Uploads

Json = dict[str, Any]

_EPOCH = 1420070400000
_ANSWER_WITHIN = 3.0
_EPHEMERAL = 64
_EDITABLE = {"content", "embeds", "components", "allowed_mentions", "flags", "attachments"}


@dataclass
class Interaction:
    """One command, press or submission, and what its user got to see."""

    id: int
    token: str
    began: float
    kind: int
    acked_after: float | None = None
    thinking: bool = False
    private: bool = False
    shown: list[Json] = field(default_factory=list)
    """The answers that stand, oldest first; `flags` of 64 is for the user alone."""
    choices: list[Json] | None = None
    modal: Json | None = None
    """The form that was opened."""
    pressed: Json | None = None
    """The message whose button it was, or was behind the form."""
    updating: bool = False
    """Whether the answer goes into that message."""
    updated: bool = False

    @property
    def answered(self) -> bool:
        """Whether there is something to read, to choose or to fill in."""
        seen = self.choices is not None or self.modal is not None or self.updated
        return seen or (bool(self.shown) and not self.thinking)


class LoopbackDiscord(Loopback):
    """`DiscordChat(server.token, api_url=server.api_url)` connects to it."""

    token = "loopback-discord-token"
    application = APPLICATION

    def __init__(self) -> None:
        super().__init__()
        self.channels: dict[int, Channel] = {}
        self.guilds: dict[int, str] = {GUILD: "Newsroom"}
        self.permissions = BASIC | POSTING
        """What everybody may do in the servers."""
        self.users: dict[int, Json] = {int(ADMIN["id"]): ADMIN}
        self.public = False
        """Whether anybody may add the app to a server."""
        self.asked_in = GUILD
        """The server that interactions come from; the app need not be in it."""
        self.commands: list[Json] = []
        self.syncs = 0
        self.uploads = Uploads()
        self.interactions: dict[str, Interaction] = {}
        self.gateway = Gateway(self)
        self.forgets_nonces = False
        """As if the few minutes were over in which a nonce posts only once."""
        self.lateness = 0.0
        """Seconds that interactions have been under way when they arrive."""
        self.budget: Budget | None = None
        """How many messages each channel takes; it and the headers are Discord's own."""
        self.clock_offset = 0.0
        """Seconds that its clock is ahead."""
        self._ids = itertools.count(1)
        self._nonces: dict[tuple[int, str], Json | None] = {}

    @property
    def api_url(self) -> str:
        """What goes into [discord] api_url."""
        return f"{self.origin}/api/v10"

    def add_channel(self, number: int = 100, **settings: Any) -> str:
        """Make a text channel; its name in a route."""
        self.channels[number] = Channel(number, **settings)
        return f"discord:{number}"

    def guild_json(self, number: int) -> Json:
        """One of the servers."""
        return guild_json(
            self.channels.values(), number, self.guilds[number], permissions=self.permissions
        )

    async def invite(self, number: int, name: str, **settings: Any) -> None:
        """Somebody adds the app to a server with one channel."""
        self.guilds[number] = name
        self.channels[number + 1] = Channel(number + 1, guild=number, **settings)
        told = self.guild_json(number)
        del told["unavailable"]
        await self.gateway.dispatch("GUILD_CREATE", told)

    async def remove_from(self, number: int = GUILD) -> None:
        """Somebody removes the app from a server."""
        del self.guilds[number]
        await self.gateway.dispatch("GUILD_DELETE", {"id": str(number)})

    async def change_channel(self, number: int, **settings: Any) -> None:
        """Somebody changes a channel's or thread's name, locks it, or denies the app something."""
        channel = self.channels[number]
        for name, value in settings.items():
            setattr(channel, name, value)
        event = "THREAD_UPDATE" if channel.kind == 11 else "CHANNEL_UPDATE"
        await self.gateway.dispatch(event, channel_json(channel))

    async def delete_channel(self, number: int) -> None:
        """Somebody deletes a channel or a thread."""
        channel = self.channels.pop(number)
        event = "THREAD_DELETE" if channel.kind == 11 else "CHANNEL_DELETE"
        await self.gateway.dispatch(event, channel_json(channel))

    async def change_permissions(self, permissions: int) -> None:
        """Somebody changes what everybody may do in the first server."""
        self.permissions = permissions
        role = role_json(GUILD, permissions)
        await self.gateway.dispatch("GUILD_ROLE_UPDATE", {"guild_id": str(GUILD), "role": role})

    def messages(self, number: int = 100) -> list[Json]:
        """What stands in a channel or thread, oldest first."""
        channel = self.channels.get(number)
        return channel.messages if channel else []

    def delete(self, number: int, message: str) -> None:
        """A moderator deletes a message."""
        channel = self.channels[number]
        channel.messages = [m for m in channel.messages if m["id"] != message]
        for key, kept in self._nonces.items():
            if kept is not None and kept["id"] == message:
                self._nonces[key] = None

    # --- what users do

    async def slash(
        self, name: str, /, *, channel: int = 100, permissions: int = BASIC, **options: Any
    ) -> Interaction:
        """Run "/pledges latest" with options; returns when it was answered."""
        root, *path = name.split()
        data: Json = {"id": "1", "name": root, "type": 1, "options": nested(path, options)}
        files = {value["id"]: value for value in options.values() if isinstance(value, dict)}
        data["resolved"] = {"attachments": files}
        return await self._interact(2, data, channel, permissions)

    async def complete(
        self, name: str, option: str, typed: str, *, channel: int = 100
    ) -> list[Json]:
        """Type into an option; the choices offered."""
        root, *path = name.split()
        focused = [{"name": option, "type": 3, "value": typed, "focused": True}]
        for part in reversed(path):
            focused = [{"name": part, "type": 1, "options": focused}]
        data = {"id": "1", "name": root, "type": 1, "options": focused}
        return (await self._interact(4, data, channel, BASIC)).choices or []

    async def press(
        self, message: Json, label: str, *, channel: int = 100, permissions: int = BASIC
    ) -> Interaction:
        """Press a message's button; returns when it was answered."""
        buttons = [b for row in message["components"] for b in row["components"]]
        button = next(b for b in buttons if b["label"] == label)
        return await self.press_id(
            button["custom_id"], message, channel=channel, permissions=permissions
        )

    async def press_id(
        self, custom_id: str, message: Json, *, channel: int = 100, permissions: int = BASIC
    ) -> Interaction:
        """Press a button that has this id, whether it is there or not."""
        data = {"custom_id": custom_id, "component_type": 2}
        return await self._interact(3, data, channel, permissions, message=message)

    async def submit(
        self,
        opened: Interaction,
        *,
        channel: int = 100,
        permissions: int = BASIC,
        **given: str | list[str],
    ) -> Interaction:
        """Fill in the form that an interaction opened, and send it off. What is not given stays
        as it was."""
        if opened.modal is None:
            raise RuntimeError("no form is open")
        components = [filled(label, given) for label in opened.modal["components"]]
        data = {"custom_id": opened.modal["custom_id"], "components": components}
        return await self.submit_data(
            data, message=opened.pressed, channel=channel, permissions=permissions
        )

    async def submit_data(
        self,
        data: Json,
        *,
        message: Json | None = None,
        channel: int = 100,
        permissions: int = BASIC,
    ) -> Interaction:
        """Send off whatever a client could make up."""
        return await self._interact(5, data, channel, permissions, message=message)

    async def _interact(
        self, kind: int, data: Json, channel: int, permissions: int, message: Json | None = None
    ) -> Interaction:
        number = self._snowflake()
        made = Interaction(number, f"interaction-{number}", self._began(), kind, pressed=message)
        self.interactions[made.token] = made
        in_server = bool(self.channels[channel].guild)
        event: Json = {
            "id": str(number),
            "application_id": str(self.application),
            "type": kind,
            "data": data,
            "channel": channel_json(self.channels[channel]),
            "channel_id": str(channel),
            "token": made.token,
            "version": 1,
            "app_permissions": str(1 << 3),
            "locale": "en-GB",
            "entitlements": [],
            "authorizing_integration_owners": {"0": str(GUILD)},
            "context": 0 if in_server else 1,
            "attachment_size_limit": 10_485_760,
        }
        if in_server:
            event["member"] = member_json(permissions)
            event["guild_id"], event["guild_locale"] = str(self.asked_in), "en-GB"
        else:
            event["user"] = ADMIN
        if message is not None:
            event["message"] = message
        await self.gateway.dispatch("INTERACTION_CREATE", event)
        await self.until(lambda: made.answered)
        return made

    def _began(self) -> float:
        return time.monotonic() - self.lateness

    # --- REST

    def route(self, router: web.UrlDispatcher) -> None:
        """The part of Discord that a bot of this kind uses."""
        api = "/api/v10"
        router.add_get("/gateway", self.gateway.serve)
        routes = [
            ("GET", "/users/@me", self._me),
            ("POST", "/users/@me/channels", self._open_direct),
            ("GET", "/users/{user}", self._user),
            ("GET", "/oauth2/applications/@me", self._app),
            ("GET", "/gateway/bot", self._gateway_bot),
            ("PUT", "/applications/{app}/commands", self._sync),
            ("GET", "/channels/{channel}", self._channel),
            ("PATCH", "/channels/{channel}", self._change_thread),
            ("GET", "/guilds/{guild}", self._guild),
            ("GET", "/guilds/{guild}/members/{user}", self._me_as_member),
            ("POST", "/channels/{channel}/messages", self._post),
            ("GET", "/channels/{channel}/messages", self._history),
            ("PATCH", "/channels/{channel}/messages/{message}", self._edit),
            ("POST", "/channels/{channel}/messages/{message}/threads", self._thread),
            ("POST", "/interactions/{id}/{token}/callback", self._callback),
            ("POST", "/webhooks/{app}/{token}", self._follow_up),
            ("PATCH", "/webhooks/{app}/{token}/messages/@original", self._edit_original),
            ("DELETE", "/webhooks/{app}/{token}/messages/@original", self._delete_original),
            ("PATCH", "/webhooks/{app}/{token}/messages/{message}", self._edit_follow_up),
        ]
        for method, path, handler in routes:
            router.add_route(method, api + path, self._guarded(handler))

    def _guarded(self, handler: Any) -> Any:
        async def guarded(request: web.Request) -> web.StreamResponse:
            open_to_all = "token" in request.match_info
            if not open_to_all and request.headers.get("Authorization") != f"Bot {self.token}":
                return as_json({"message": "401: Unauthorized", "code": 0}, 401)
            try:
                answer: web.StreamResponse = await handler(request)
            except Refused as refused:
                return as_json(refused.body, refused.status)
            return answer

        return guarded

    async def _me(self, _request: web.Request) -> web.Response:
        return as_json(BOT)

    async def _app(self, _request: web.Request) -> web.Response:
        return as_json({**APPLICATION_JSON, "bot_public": self.public})

    async def _gateway_bot(self, _request: web.Request) -> web.Response:
        limit = {"total": 1000, "remaining": 999, "reset_after": 1, "max_concurrency": 1}
        return as_json({"url": self.gateway.url, "shards": 1, "session_start_limit": limit})

    async def _sync(self, request: web.Request) -> web.Response:
        commands = await request.json()
        check_commands(commands)
        self.commands, self.syncs = commands, self.syncs + 1
        told = [
            {
                **command,
                "id": str(self._snowflake()),
                "application_id": str(self.application),
                "version": "1",
                "default_member_permissions": command.get("default_member_permissions"),
            }
            for command in commands
        ]
        return as_json(told)

    async def _channel(self, request: web.Request) -> web.Response:
        return as_json(channel_json(self._open(request)))

    async def _change_thread(self, request: web.Request) -> web.Response:
        channel = self._open(request)
        if channel.locked or channel.denied & SEND_IN_THREADS:
            raise Refused(403, 50013, "Missing Permissions")
        channel.archived = (await request.json())["archived"]
        return as_json(channel_json(channel))

    async def _guild(self, request: web.Request) -> web.Response:
        return as_json(self.guild_json(int(request.match_info["guild"])))

    async def _user(self, request: web.Request) -> web.Response:
        user = self.users.get(int(request.match_info["user"]))
        if user is None:
            raise Refused(404, 10013, "Unknown User")
        return as_json(user)

    async def _open_direct(self, request: web.Request) -> web.Response:
        number = int((await request.json())["recipient_id"])
        user = self.users.get(number)
        if user is None:
            raise Refused(400, 50033, "Invalid Recipient(s)")
        direct = self.channels.setdefault(
            number * 10, Channel(number * 10, kind=1, guild=0, recipient=user, threads=False)
        )
        return as_json(channel_json(direct))

    async def _me_as_member(self, _request: web.Request) -> web.Response:
        return as_json({**member_json(0), "user": BOT})

    async def _post(self, request: web.Request) -> web.Response:
        place = request.match_info["channel"]
        if self.budget is None:
            return await self._posted(request)
        wait = self.budget.take(place)
        headers = self.budget.headers(place)
        if wait:
            said = {"message": "You are being rate limited.", "retry_after": wait, "global": False}
            return as_json(
                said, 429, {**headers, "Retry-After": f"{wait:.3f}", "Via": "1.1 google"}
            )
        answer = await self._posted(request)
        answer.headers.update(headers)
        return answer

    async def _posted(self, request: web.Request) -> web.Response:
        channel = self._open(request)
        payload = await self.uploads.payload(request)
        if payload.get("attachments") and not channel.files:
            raise Refused(403, 50013, "Missing Permissions")
        if channel.locked:
            raise Refused(400, 160005, "Thread is locked")
        check_message(payload)
        channel.archived = False
        nonce = (channel.id, str(payload.get("nonce") or ""))
        if payload.get("enforce_nonce") and nonce in self._nonces and not self.forgets_nonces:
            known = self._nonces[nonce]
            if known is None:
                raise Refused(404, 10008, "Unknown Message")
            return as_json({**known, "nonce": payload["nonce"]})
        message = message_json(self._snowflake(), channel.id, payload)
        channel.messages.append(message)
        self._nonces[nonce] = message
        return as_json({**message, "nonce": payload.get("nonce")})

    async def _history(self, request: web.Request) -> web.Response:
        channel = self._open(request)
        after = int(request.query.get("after", 0))
        before = int(request.query.get("before", 1 << 63))
        limit = int(request.query.get("limit", 50))
        found = [m for m in channel.messages if after < int(m["id"]) < before]
        page = found[:limit] if "after" in request.query else found[-limit:]
        return as_json(page[::-1])

    async def _edit(self, request: web.Request) -> web.Response:
        channel = self._open(request)
        payload = await self.uploads.payload(request)
        if payload.get("attachments") and not channel.files:
            raise Refused(403, 50013, "Missing Permissions")
        if channel.archived:
            raise Refused(400, 50083, "Thread is archived")
        check_message(payload)
        for message in channel.messages:
            if message["id"] == request.match_info["message"]:
                message.update({k: v for k, v in payload.items() if k in _EDITABLE})
                message["edited_timestamp"] = datetime.now(UTC).isoformat()
                return as_json(message)
        raise Refused(404, 10008, "Unknown Message")

    async def _thread(self, request: web.Request) -> web.Response:
        channel = self._open(request)
        if not channel.threads:
            raise Refused(403, 50013, "Missing Permissions")
        number = int(request.match_info["message"])
        if number in self.channels:
            raise Refused(400, 160004, "A thread has already been created for this message")
        name = (await request.json())["name"]
        if not 1 <= len(name) <= 100:
            raise Refused(400, 50035, "Invalid Form Body")
        self.channels[number] = Channel(number, kind=11, parent=channel.id, name=name)
        return as_json(channel_json(self.channels[number]), 201)

    # --- answers to interactions

    async def _callback(self, request: web.Request) -> web.Response:
        made = self._interaction(request)
        body = await self.uploads.payload(request)
        passed = time.monotonic() - made.began
        if made.acked_after is not None:
            raise Refused(400, 40060, "Interaction has already been acknowledged.")
        if passed > _ANSWER_WITHIN:
            raise Refused(404, 10062, "Unknown interaction")
        data = body.get("data") or {}
        match body["type"]:
            case 4:
                check_message(data)
                made.shown.append(self._shown(data, bool(data.get("flags", 0) & _EPHEMERAL)))
            case 5:
                made.thinking = True
                made.private = bool(data.get("flags", 0) & _EPHEMERAL)
                made.shown.append(self._shown({}, made.private))
            case 6:
                if made.pressed is None:
                    raise Refused(400, 50035, "Invalid Form Body")
                made.updating = True
            case 9:
                if made.kind == 5:
                    raise Refused(400, 50035, "Invalid Form Body")
                check_modal(data)
                made.modal = data
            case 8:
                made.choices = data["choices"]
        made.acked_after = passed
        return as_json(
            {
                "interaction": {"id": str(made.id), "type": made.kind},
                "resource": {"type": body["type"]},
            }
        )

    async def _follow_up(self, request: web.Request) -> web.Response:
        made = self._interaction(request)
        payload = await self.uploads.payload(request)
        check_message(payload)
        private = bool(payload.get("flags", 0) & _EPHEMERAL)
        if made.thinking:
            made.thinking = False
            made.shown[0] = self._shown(payload, made.private)
            return as_json(made.shown[0])
        made.shown.append(self._shown(payload, private))
        return as_json(made.shown[-1])

    async def _edit_original(self, request: web.Request) -> web.Response:
        made = self._interaction(request)
        payload = await self.uploads.payload(request)
        check_message(payload)
        if made.updating and made.pressed is not None:
            made.pressed.update({k: v for k, v in payload.items() if k in _EDITABLE})
            made.updated = True
            return as_json(made.pressed)
        if not made.shown:
            raise Refused(404, 10008, "Unknown Message")
        made.thinking = False
        made.shown[0] = self._shown(payload, made.private)
        return as_json(made.shown[0])

    async def _edit_follow_up(self, request: web.Request) -> web.Response:
        made = self._interaction(request)
        payload = await self.uploads.payload(request)
        check_message(payload)
        for shown in made.shown:
            if shown["id"] == request.match_info["message"]:
                shown.update({k: v for k, v in payload.items() if k in _EDITABLE})
                return as_json(shown)
        raise Refused(404, 10008, "Unknown Message")

    async def _delete_original(self, request: web.Request) -> web.Response:
        made = self._interaction(request)
        made.thinking = False
        made.shown.clear()
        return web.Response(status=204)

    def _interaction(self, request: web.Request) -> Interaction:
        made = self.interactions.get(request.match_info["token"])
        if made is None:
            raise Refused(404, 10015, "Unknown Webhook")
        return made

    def _open(self, request: web.Request) -> Channel:
        channel = self.channels.get(int(request.match_info["channel"]))
        if channel is None:
            raise Refused(404, 10003, "Unknown Channel")
        if channel.refusal:
            raise Refused(*channel.refusal)
        return channel

    def _shown(self, payload: Json, private: bool) -> Json:
        return message_json(
            self._snowflake(), 0, {**payload, "flags": _EPHEMERAL if private else 0}
        )

    def _snowflake(self) -> int:
        milliseconds = int((time.time() + self.clock_offset) * 1000) - _EPOCH
        return (milliseconds << 22) + next(self._ids)
