"""The gateway of the loopback Discord: hello, identify, heartbeats, resume, dispatches."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import ClientConnectionResetError, WSMsgType, web

from tests.servers.discord_objects import BOT

if TYPE_CHECKING:
    from tests.servers.discord import LoopbackDiscord

Json = dict[str, Any]

_DISPATCH, _HEARTBEAT, _IDENTIFY, _RESUME, _RECONNECT, _INVALID, _HELLO, _ACK = (
    0, 1, 2, 6, 7, 9, 10, 11,
)  # fmt: skip


_NEAR = 0.01
"""Seconds until a heartbeat is acknowledged: discord.py notes the time of a beat only after it was
sent, and takes an answer that is there before for one to the beat before."""


@dataclass
class Session:
    """One identify, and what it may be sent again when it resumes."""

    id: str
    socket: web.WebSocketResponse | None = None
    events: list[Json] = field(default_factory=list)


class Gateway:
    """Faults are made with `drop`, `ask_to_reconnect` and `invalidate`."""

    def __init__(self, discord: LoopbackDiscord) -> None:
        self.identified = 0
        self.resumed = 0
        self.intents = 0
        self.heartbeat_interval = 41_250
        self.refuse_with = 0
        """A close code for everybody who identifies, such as 4004."""
        self._discord = discord
        self._sessions: dict[str, Session] = {}
        self._numbers = itertools.count(1)
        self._current: Session | None = None
        self._transport: asyncio.Transport | None = None

    @property
    def url(self) -> str:
        """ws://127.0.0.1:port/gateway"""
        return self._discord.origin.replace("http", "ws", 1) + "/gateway"

    @property
    def connected(self) -> bool:
        """Whether a session has a socket."""
        session = self._current
        return session is not None and session.socket is not None and not session.socket.closed

    async def ready(self) -> None:
        """Wait for a connected session."""
        await self._discord.until(lambda: self.connected)

    async def dispatch(self, event: str, data: Json) -> None:
        """Send an event to the session, and keep it for a resume."""
        await self.ready()
        session = self._current
        if session is None:
            raise RuntimeError("no session")
        packet = {"op": _DISPATCH, "t": event, "s": len(session.events) + 1, "d": data}
        session.events.append(packet)
        await _send(session.socket, packet)

    async def drop(self, code: int | None = None) -> None:
        """Close with a code, or cut the line without one."""
        socket = self._socket()
        if code is not None:
            await socket.close(code=code)
        elif self._transport is not None:
            self._transport.abort()
        self._detach()

    async def ask_to_reconnect(self) -> None:
        """Opcode 7."""
        await _send(self._socket(), {"op": _RECONNECT, "d": None})

    async def invalidate(self, *, resumable: bool) -> None:
        """Opcode 9."""
        await _send(self._socket(), {"op": _INVALID, "d": resumable})

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One connection."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._transport = request.transport
        hello = {"op": _HELLO, "d": {"heartbeat_interval": self.heartbeat_interval}}
        await _send(socket, hello)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                await self._received(socket, json.loads(message.data))
                await self._discord.changed()
        return socket

    async def _received(self, socket: web.WebSocketResponse, packet: Json) -> None:
        match packet["op"]:
            case 1:
                await asyncio.sleep(_NEAR)
                await _send(socket, {"op": _ACK, "d": None})
            case 2:
                await self._identify(socket, packet["d"])
            case 6:
                await self._resume(socket, packet["d"])

    async def _identify(self, socket: web.WebSocketResponse, data: Json) -> None:
        refusal = self.refuse_with or (4004 if data["token"] != self._discord.token else 0)
        if refusal:
            await socket.close(code=refusal)
            return
        session = Session(f"session-{next(self._numbers)}", socket)
        self._sessions[session.id] = session
        self.identified += 1
        self.intents = data["intents"]
        guilds = [self._discord.guild_json(number) for number in self._discord.guilds]
        self._current = session
        await self.dispatch(
            "READY",
            {
                "v": 10,
                "user": BOT,
                "guilds": [{"id": guild["id"], "unavailable": True} for guild in guilds],
                "session_id": session.id,
                "resume_gateway_url": self.url,
                "application": {"id": str(self._discord.application), "flags": 0},
            },
        )
        for guild in guilds:
            await self.dispatch("GUILD_CREATE", guild)

    async def _resume(self, socket: web.WebSocketResponse, data: Json) -> None:
        session = self._sessions.get(data["session_id"])
        if session is None:
            await _send(socket, {"op": _INVALID, "d": False})
            return
        self.resumed += 1
        session.socket = socket
        self._current = session
        for packet in session.events[data["seq"] :]:
            await _send(socket, packet)
        await self.dispatch("RESUMED", {})

    def _socket(self) -> web.WebSocketResponse:
        if self._current is None or self._current.socket is None:
            raise RuntimeError("nobody is connected to the gateway")
        return self._current.socket

    def _detach(self) -> None:
        if self._current is not None:
            self._current.socket = None


async def _send(socket: web.WebSocketResponse | None, packet: Json) -> None:
    if socket is not None and not socket.closed:
        with contextlib.suppress(ClientConnectionResetError):  # the service was killed just now
            await socket.send_str(json.dumps(packet))
