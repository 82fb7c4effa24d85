"""Slack as a `Chat`: sending over the Web API, listening over Socket Mode.

chat.postMessage has no idempotency key, so nothing is repeated here: a line that breaks leaves an
unknown outcome, and `find` looks for the delivery's key in the metadata of the channel's messages.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.cards import Card
from bot.chat import ChannelGone, Handlers, OutcomeUnknown, SendFailed
from bot.slack_chat.drawing import Drawing, carries, draw, metadata
from bot.slack_chat.errors import RENEW, ThreadGone, understood
from bot.slack_chat.listening import Listener
from bot.slack_chat.pictures import POST_PAUSES, Pictures
from storage.records import Message

log = structlog.get_logger(__name__)

API_URL = "https://slack.com/api/"
_PERSON = "slack:@"
_CHANNEL_REMEDY = 'write "slack:" and the channel\'s id (at the end of its About tab)'
_PERSON_REMEDY = 'write "slack:@" and the member\'s id (in their profile, Copy member ID)'
_CLOCK_MARGIN = timedelta(minutes=5)
_PAGE = 200
_MOST_PAGES = 40
_CLOSE = 3.0
_WATCH = 15.0
_LONGEST_PAUSE = 300.0


class SlackChat:
    """One Slack app in one workspace. Channels are named "slack:<channel id>", and a person's
    direct messages "slack:@<user id>"."""

    name = "slack"

    def __init__(
        self,
        bot_token: str,
        app_token: str,
        *,
        api_url: str = API_URL,
        patience: float = 15.0,
    ) -> None:
        """`patience` is in seconds, for one request."""
        self._app_token = app_token
        self._patience = patience
        self._web = AsyncWebClient(
            bot_token, base_url=api_url, timeout=max(1, round(patience)), retry_handlers=[]
        )
        self._pictures = Pictures(self._web, patience)
        self._handlers: Handlers | None = None
        self._listener: Listener | None = None
        self._watch: asyncio.Task[None] | None = None
        self._team = ""
        self._directs: dict[str, str] = {}
        self._problem = "not started"
        self._deafness = ""

    @property
    def healthy(self) -> str:
        """Empty while messages can be sent; Socket Mode may be down all the same (`deaf`)."""
        return self._problem

    @property
    def deaf(self) -> str:
        """Why commands and buttons do not arrive; empty while they do."""
        if self._problem or self._deafness:
            return self._problem or self._deafness
        connected = self._listener is not None and self._listener.connected
        return "" if connected else "connecting to Slack's Socket Mode"

    async def start(self, handlers: Handlers) -> None:
        """Check both tokens, then connect. Raises SendFailed."""
        await self.close()
        self._handlers = handlers
        try:
            await self._connect()
        except SendFailed as error:
            raise _not_started(error) from error
        self._problem = ""
        self._watch = asyncio.create_task(self._stay_connected(), name="slack socket")

    async def close(self) -> None:
        """Finish the answers under way, then disconnect."""
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)
        await self._drop_listener()
        self._problem = "closed"

    async def identify(self) -> str:
        """Try both tokens without listening, which is enough for sending: the bot's name and its
        workspace."""
        try:
            me = await self._asked(self._web.auth_test())
            await self._asked(self._web.apps_connections_open(app_token=self._app_token))
        except SendFailed as error:
            raise _not_started(error) from error
        self._problem = ""
        return f"logged in as {me.get('user')} in {me.get('team')}"

    async def check(self, channel: str) -> str:
        """The channel's name, if the app is in it; a person's name."""
        place = await self._place(channel)
        if _is_person(channel):
            user = channel.removeprefix(_PERSON)
            who = (await self._asked(self._web.users_info(user=user))).get("user") or {}
            return f"@{who.get('name') or user}"
        told = await self._asked(self._web.conversations_info(channel=place))
        found: Mapping[str, Any] = told.get("channel") or {}
        if found.get("is_archived"):
            raise ChannelGone("this Slack channel is archived", remedy="unarchive it")
        if not found.get("is_member", True):
            raise ChannelGone(
                "Pledgewatch is not in this Slack channel", remedy="type /invite @Pledgewatch there"
            )
        return f"#{found.get('name', channel)}"

    async def space_of(self, channel: str) -> str:
        """The workspace's id: the app is in one."""
        if _is_person(channel):
            return ""
        if not self._team:
            self._team = str((await self._asked(self._web.auth_test())).get("team_id") or "")
        return self._team

    async def send(
        self, channel: str, card: Card, key: str, reply_to: Message | None = None
    ) -> Message:
        """Post a card; the key goes along as metadata. A reply stands in the thread of `reply_to`,
        or in the channel where that is gone."""
        place = await self._place(channel)

        async def post(file: str) -> str:
            drawing = draw(card, file=file)
            if reply_to is not None:
                with contextlib.suppress(ThreadGone):
                    return await self._post(place, drawing, key, reply_to.id)
            return await self._post(place, drawing, key)

        return Message(channel, await self._pictures.shown(card, post, POST_PAUSES))

    async def _post(self, place: str, drawing: Drawing, key: str, thread: str | None = None) -> str:
        """The message's time stamp, which is its id."""
        posted = await self._asked(
            self._web.chat_postMessage(
                channel=place,
                text=drawing.text,
                blocks=drawing.pages[0],
                metadata=metadata(key),
                thread_ts=thread,
                mrkdwn=False,
                parse="none",
                link_names=False,
                unfurl_links=False,
                unfurl_media=False,
            )
        )
        return str(posted["ts"])

    async def edit(self, message: Message, card: Card) -> None:
        """Draw a posted message anew."""
        place = await self._place(message.channel)

        async def redraw(file: str) -> None:
            drawing = draw(card, file=file)
            await self._asked(
                self._web.chat_update(
                    channel=place,
                    ts=message.id,
                    text=drawing.text,
                    blocks=drawing.pages[0],
                    parse="none",
                    link_names=False,
                )
            )

        try:
            await self._pictures.shown(card, redraw, POST_PAUSES)
        except OutcomeUnknown as error:
            # An edit may be repeated: nothing is to be found out first.
            raise SendFailed(error.reason, retryable=True, retry_after=error.retry_after) from error

    async def find(
        self, channel: str, key: str, since: datetime, reply_to: Message | None = None
    ) -> Message | None:
        """Look through the thread of `reply_to`, then through the channel."""
        place = await self._place(channel)
        if reply_to is not None:
            with contextlib.suppress(ThreadGone):
                found = await self._search(place, key, since, reply_to.id)
                if found:
                    return Message(channel, found)
        found = await self._search(place, key, since)
        return Message(channel, found) if found else None

    async def _place(self, channel: str) -> str:
        """The id of a channel, or of a person's direct messages, which are opened where need be."""
        if not _is_person(channel):
            return _id_in(channel, "slack:", _CHANNEL_REMEDY)
        user = _id_in(channel, _PERSON, _PERSON_REMEDY)
        if user not in self._directs:
            try:
                told = await self._asked(self._web.conversations_open(users=user))
            except OutcomeUnknown as error:
                # Nothing was posted yet, and opening it again opens the same.
                raise SendFailed(error.reason, retryable=True) from error
            self._directs[user] = str((told.get("channel") or {}).get("id") or "")
        return self._directs[user]

    async def _search(
        self, place: str, key: str, since: datetime, thread: str | None = None
    ) -> str:
        """A thread whole; a channel newest first, down to `since`, but the newest page always,
        since our clock may have been wrong when it named the time."""
        cursor, oldest = "", (since - _CLOCK_MARGIN).timestamp()
        for _ in range(_MOST_PAGES):
            page = await self._history(place, thread, cursor)
            messages = page.get("messages") or []
            for message in messages:
                if carries(message, key):
                    return str(message["ts"])
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            past = not thread and messages and float(messages[-1]["ts"]) < oldest
            if past or not cursor:
                return ""
        raise SendFailed("too many Slack messages to look through", retryable=True)

    async def _history(self, place: str, thread: str | None, cursor: str) -> Mapping[str, Any]:
        asked: dict[str, Any] = {
            "channel": place,
            "limit": _PAGE,
            "include_all_metadata": True,
            "cursor": cursor or None,
        }
        try:
            if thread is not None:
                return await self._asked(self._web.conversations_replies(ts=thread, **asked))
            return await self._asked(self._web.conversations_history(**asked))
        except OutcomeUnknown as error:
            raise SendFailed(error.reason, retryable=True) from error

    async def _asked(self, request: Awaitable[AsyncSlackResponse]) -> Mapping[str, Any]:
        """One request, once. Raises SendFailed."""
        try:
            async with asyncio.timeout(self._patience):
                answer = await request
        except Exception as error:
            known = understood(error)
            if known is None:
                raise
            raise known from error
        return answer.data if isinstance(answer.data, dict) else {}

    async def _connect(self) -> None:
        """slack_sdk dials a wrong token for ever without a word, so both are tried first."""
        if self._handlers is None:
            raise RuntimeError("start() gives the handlers")
        me = await self._asked(self._web.auth_test())
        socket = await self._asked(self._web.apps_connections_open(app_token=self._app_token))
        listener = Listener(
            self._web, self._app_token, self._identity(me), self._handlers, self._pictures
        )
        try:
            async with asyncio.timeout(self._patience):
                await listener.connect(str(socket["url"]))
        except BaseException as error:
            await listener.close(0)
            if isinstance(error, TimeoutError):
                raise SendFailed("Slack's Socket Mode does not answer", retryable=True) from error
            raise
        self._listener = listener

    def _identity(self, me: Mapping[str, Any]) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=me.get("enterprise_id"),
            team_id=me.get("team_id"),
            bot_user_id=me.get("user_id"),
            bot_id=me.get("bot_id"),
            bot_token=self._web.token,
        )

    async def _stay_connected(self) -> None:
        """slack_sdk dials again by itself. Where it does not succeed, find out why, and begin anew
        with pauses that grow, instead of hammering at a token that was revoked."""
        pause = _WATCH
        while True:
            await asyncio.sleep(pause)
            if self._listener is not None and self._listener.connected:
                pause = _WATCH
                continue
            await self._drop_listener()
            try:
                await self._connect()
            except SendFailed as error:
                self._deafness = f"{error.reason}: {error.remedy}" if error.remedy else error.reason
                pause = min(pause * 2, _LONGEST_PAUSE)
                log.warning("slack.socket", problem=self._deafness, pause=pause)
            except Exception:
                # Whatever it was, a socket that is never dialled again would be worse.
                log.exception("slack.socket")
            else:
                self._deafness, pause = "", _WATCH

    async def _drop_listener(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_CLOSE + 1):
                    await listener.close(_CLOSE)


def _is_person(channel: str) -> bool:
    return channel.startswith(_PERSON)


def _id_in(channel: str, prefix: str, remedy: str) -> str:
    place = channel.removeprefix(prefix)
    if not place.isalnum() or not place.isascii():
        raise ChannelGone(f"“{channel}” is not in Slack", remedy=remedy)
    return place


def _not_started(error: SendFailed) -> SendFailed:
    """At the start a refused token is final, and nothing can have been posted."""
    final = error.remedy == RENEW or "missing_scope" in error.reason
    return SendFailed(
        error.reason,
        retryable=error.retryable and not final,
        retry_after=error.retry_after,
        remedy=error.remedy,
    )
