"""Discord as a `Chat`: sending over REST, listening over the gateway.

Sending needs no gateway: an alert goes out while the gateway is down. discord.py repeats a
request after 500, 502, 504 and 429 by itself; a repeated message carries the same nonce, so Discord
stores it once. What is left after `patience` seconds is for the outbox to judge.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TypeVar

import aiohttp
import discord
import structlog
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.cards import Card
from bot.chat import ChannelGone, Handlers, Memory, OutcomeUnknown, SendFailed
from bot.command_table import Command
from bot.discord_chat.drawing import Drawing, draw
from bot.discord_chat.errors import at_start, understood, why_deaf
from bot.discord_chat.listening import Listener
from bot.discord_chat.patience import Attempt, traced
from bot.discord_chat.places import Places
from bot.discord_chat.requests import (
    channel_id,
    create_thread,
    direct,
    invite_url,
    is_person,
    look,
    post,
    redraw,
    search,
    user_id,
    whose,
)
from bot.outside_text import clean, cut
from storage.records import Message

log = structlog.get_logger(__name__)

discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # nothing here speaks

API_URL = "https://discord.com/api/v10"
GATEWAY_URL = "wss://gateway.discord.gg/"
_THREAD_NAME = 100
_ANYBODY = (
    "anybody may add it to a server and administer it from there: switch Public Bot off, or name "
    "your servers in [discord] servers"
)
_CLOSE = 3.0
_FIRST_PAUSE = 5.0
_LONGEST_PAUSE = 300.0

T = TypeVar("T")


class DiscordChat:
    """One Discord application. Channels are named "discord:<channel id>", and a person's direct
    messages "discord:@<user id>"."""

    name = "discord"

    def __init__(
        self,
        token: str,
        *,
        api_url: str = API_URL,
        commands: Sequence[Command] = (),
        memory: Memory | None = None,
        servers: frozenset[str] = frozenset(),
        patience: float = 20.0,
    ) -> None:
        """`servers`: ids of those whose people are answered; empty: all that the app is in.
        `memory` keeps the digest of the commands that Discord has, so that they are sent only when
        they change, and the servers that are known. `patience` is in seconds, for one request with
        the library's retries."""
        self._token = token
        self._api_url = api_url.rstrip("/")
        self._commands = commands
        self._memory = memory
        self._servers = servers
        self._patience = patience
        self._client: Listener | None = None
        self._visitor: discord.Client | None = None
        self._handlers: Handlers | None = None
        self._places: Places | None = None
        self._gateway: asyncio.Task[None] | None = None
        self._dropping: asyncio.Task[None] | None = None
        self._problem = "not started"
        self._deafness = ""

    @property
    def healthy(self) -> str:
        """Empty while messages can be sent; the gateway may be down all the same (`deaf`)."""
        return self._problem

    @property
    def deaf(self) -> str:
        """Why commands and buttons do not arrive; empty while they do."""
        if self._problem or self._deafness:
            return self._problem or self._deafness
        client = self._client
        return "" if client and client.connected else "connecting to Discord's gateway"

    @property
    def application_id(self) -> int | None:
        """Known after `start`."""
        return self._client.application_id if self._client else None

    async def start(self, handlers: Handlers) -> None:
        """Log in, then listen in the background. Raises SendFailed."""
        await self.close()
        self._handlers = handlers
        self._places = Places(handlers.place, self._memory)
        Route.BASE = self._api_url
        self._client = await self._login()
        self._problem = ""
        self._gateway = asyncio.create_task(self._stay_connected(), name="discord gateway")

    async def close(self) -> None:
        """Finish the answers under way, then disconnect."""
        if self._gateway is not None:
            if self._client is not None:
                await self._client.drain(_CLOSE)
            self._gateway.cancel()
            await asyncio.gather(self._gateway, return_exceptions=True)
            self._gateway = None
        await self._drop_client()
        await self._drop_visitor()
        self._problem = "closed"

    async def identify(self) -> str:
        """Log in without listening, which is enough for sending: the bot's name, and the link that
        invites it."""
        await self._drop_visitor()
        Route.BASE = self._api_url
        visitor = discord.Client(
            intents=discord.Intents.none(),
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=30.0,
            http_trace=traced(),
        )
        self._visitor = visitor
        try:
            async with asyncio.timeout(self._patience):
                await visitor.login(self._token)
        except Exception as error:
            await self._drop_visitor()
            known = understood(error)
            if known is None:
                raise
            raise known from error
        link = invite_url(visitor.application_id or 0)
        self._problem = ""
        open_to_all = visitor.application is not None and visitor.application.bot_public
        warning = f"; {_ANYBODY}" if open_to_all and not self._servers else ""
        return f"logged in as {visitor.user}; invite it: {link}{warning}"

    async def check(self, channel: str) -> str:
        """The channel's name, if all that an alert needs is allowed there; a person's name."""
        if is_person(channel):
            user = user_id(channel)
            return await self._asked(lambda client: whose(client, user))
        place = channel_id(channel)
        return await self._asked(lambda client: look(client, place))

    async def space_of(self, channel: str) -> str:
        """The id of the channel's server."""
        if is_person(channel):
            return ""
        place = channel_id(channel)
        found = self._client.get_channel(place) if self._client else None
        if found is None:
            found = await self._asked(lambda client: client.fetch_channel(place))
        guild = getattr(found, "guild", None)
        return str(guild.id) if guild else ""

    async def send(
        self, channel: str, card: Card, key: str, reply_to: Message | None = None
    ) -> Message:
        """Post a card; the key is the nonce, so that a repetition within minutes posts nothing."""
        drawing = draw(card, key)
        if reply_to is not None:
            return await self._reply(reply_to, drawing, key)
        place = await self._place(channel)
        posted = await self._asked(lambda c: post(c, place, drawing, key))
        return Message(channel, str(posted.id))

    async def edit(self, message: Message, card: Card) -> None:
        """Draw a posted message anew."""
        drawing = draw(card)
        place, posted = await self._place(message.channel), int(message.id)
        try:
            await self._asked(lambda c: redraw(c, place, posted, drawing))
        except OutcomeUnknown as error:
            # An edit may be repeated: nothing is to be found out first.
            raise SendFailed(error.reason, retryable=True, retry_after=error.retry_after) from error

    async def find(
        self, channel: str, key: str, since: datetime, reply_to: Message | None = None
    ) -> Message | None:
        """Look in the channel's history, and in the thread of `reply_to`."""
        last = await self._place(channel)
        places = [last]
        if reply_to is not None and not is_person(channel):
            places.insert(0, int(reply_to.id))
        for place in places:
            try:
                found = await self._asked(lambda c, p=place: search(c, p, key, since))  # type: ignore[misc]
            except ChannelGone:
                if place == last:
                    raise
                continue  # the alert has no thread
            except OutcomeUnknown as error:
                raise SendFailed(error.reason, retryable=True) from error
            if found is not None:
                where = channel if place == last else f"{self.name}:{place}"
                return Message(where, str(found.id))
        return None

    async def _place(self, channel: str) -> int:
        """The number of a channel, or of a person's direct messages."""
        if not is_person(channel):
            return channel_id(channel)
        user = user_id(channel)
        try:
            return await self._asked(lambda client: direct(client, user))
        except OutcomeUnknown as error:
            # Nothing was posted yet, and opening it again opens the same.
            raise SendFailed(error.reason, retryable=True, retry_after=error.retry_after) from error

    async def _reply(self, alert: Message, drawing: Drawing, key: str) -> Message:
        """In the alert's thread, whose id is the alert's; made when the first reply comes. Where
        that is not allowed, below the alert, as always in direct messages."""
        thread, place = int(alert.id), await self._place(alert.channel)
        posted = None
        if not is_person(alert.channel):
            posted = await self._post_in_thread(thread, drawing, key)
            if posted is None and await self._open_thread(place, thread, drawing):
                posted = await self._post_in_thread(thread, drawing, key)
        if posted is not None:
            return Message(f"{self.name}:{thread}", str(posted.id))
        posted = await self._asked(lambda c: post(c, place, drawing, key, thread))
        return Message(alert.channel, str(posted.id))

    async def _post_in_thread(
        self, thread: int, drawing: Drawing, key: str
    ) -> discord.Message | None:
        """None where there is no thread, or it is locked."""
        try:
            return await self._asked(lambda c: post(c, thread, drawing, key))
        except ChannelGone:
            return None

    async def _open_thread(self, place: int, alert: int, drawing: Drawing) -> bool:
        name = cut(clean(drawing.title), _THREAD_NAME)
        try:
            await self._asked(lambda c: create_thread(c, place, alert, name))
        except OutcomeUnknown:
            raise
        except SendFailed as error:
            if error.retryable:
                raise
            log.info("discord.no_thread", channel=place, reason=error.reason)
            return False
        return True

    async def _asked(self, work: Callable[[discord.Client], Awaitable[T]]) -> T:
        """Do something over REST within our patience. Raises SendFailed."""
        client = self._client or self._visitor
        if client is None:
            raise SendFailed("Discord is not connected", retryable=True)
        attempt = Attempt(self._patience)
        try:
            async with attempt:
                return await work(client)
        except Exception as error:
            known = attempt.verdict(error) or understood(error)
            if known is None:
                raise
            raise known from error

    async def _login(self) -> Listener:
        if self._handlers is None or self._places is None:
            raise RuntimeError("start() gives the handlers")
        client = Listener(
            self._handlers,
            commands=self._commands,
            memory=self._memory,
            places=self._places,
            http_trace=traced(),
            servers=self._servers,
        )
        try:
            async with asyncio.timeout(self._patience):
                await client.login(self._token)
                await self._find_gateway(client)
        except BaseException as error:
            with contextlib.suppress(Exception):
                await client.close()
            known = understood(error)
            if known is None:
                raise
            raise at_start(known) from error
        return client

    async def _find_gateway(self, client: discord.Client) -> None:
        """A proxy names its own gateway; discord.py by itself always dials Discord's."""
        url = GATEWAY_URL
        if self._api_url != API_URL:
            _, url, _ = await client.http.get_bot_gateway()
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url)

    async def _stay_connected(self) -> None:
        """discord.py reconnects by itself after most faults; after the others, begin again."""
        pause = _FIRST_PAUSE
        while True:
            try:
                if self._client is None or self._client.is_closed():
                    await self._drop_client()
                    self._client = await self._login()
                    self._problem = ""
                    pause = _FIRST_PAUSE
                await self._client.connect()
            except SendFailed as error:
                self._problem = f"{error.reason}: {error.remedy}" if error.remedy else error.reason
            except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as error:
                self._deafness = why_deaf(error)
                if isinstance(error, discord.ConnectionClosed) and error.code == 4004:
                    self._problem = self._deafness
            except Exception:
                # discord.py trips over its own state where the very first dial fails.
                log.exception("discord.gateway", note="dialling again")
            if _is_cancelled():
                return  # discord.py makes an error of its own of it
            log.warning("discord.gateway", problem=self._problem, deaf=self._deafness, pause=pause)
            await asyncio.sleep(pause)
            self._deafness = ""
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _drop_visitor(self) -> None:
        visitor, self._visitor = self._visitor, None
        if visitor is not None:
            await visitor.close()

    async def _drop_client(self) -> None:
        """Goes on by itself where it is interrupted, and the next call waits for it."""
        client, self._client = self._client, None
        if client is not None:
            self._dropping = asyncio.create_task(client.close(), name="close discord")
        if self._dropping is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(self._dropping), _CLOSE)
            self._dropping.cancel()
            self._dropping = None


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
