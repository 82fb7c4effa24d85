"""Slash commands and buttons over Socket Mode: acknowledged first, answered when ready."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.cards import Card, Span, Text, Tone
from bot.chat import Asker, Handlers, Press
from bot.slack_chat.drawing import ACTION_PREFIX, Json, draw

log = structlog.get_logger(__name__)

PING = 3.0
"""Seconds between pings: a socket that was cut silently is found out within a few of them."""
_ANSWER_PAGES = 4  # a response_url may be used five times
_ADMIN_FOR = 300.0
_EVERYTHING = re.compile(".*", re.DOTALL)
_ESCAPES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
_NETWORK = (SlackClientError, aiohttp.ClientError, OSError, TimeoutError)
_BROKEN = Card(
    "Something went wrong",
    (Text(((Span("It was written to the log; try again, or tell the operator."),),)),),
    Tone.ERROR,
    private=True,
)


class Listener:
    """The Socket Mode side of the app. Make it inside a running loop."""

    def __init__(
        self,
        web: AsyncWebClient,
        app_token: str,
        identity: AuthorizeResult,
        handlers: Handlers,
    ) -> None:
        self._web = web
        self._identity = identity
        self._to = handlers
        self._admins: dict[str, tuple[bool, float]] = {}
        self._under_way: set[asyncio.Task[None]] = set()
        self.handler = AsyncSocketModeHandler(
            self._app(), app_token, web_client=web, ping_interval=PING
        )

    async def connect(self, url: str) -> None:
        """Dial the address that `apps.connections.open` gave. Retries for ever: put a deadline
        around it."""
        self.handler.client.wss_uri = url
        await self.handler.connect_async()  # type: ignore[no-untyped-call]

    async def close(self, seconds: float) -> None:
        """Let the answers under way finish, then disconnect."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=seconds)
        client = self.handler.client
        loops = [client.message_processor, client.current_session_monitor, client.message_receiver]
        await self.handler.close_async()  # type: ignore[no-untyped-call]
        await asyncio.gather(*(task for task in loops if task), return_exceptions=True)

    @property
    def connected(self) -> bool:
        """Whether the socket is open, as far as is known."""
        client = self.handler.client
        session = client.current_session
        return not (client.closed or client.stale or session is None or session.closed)

    def _app(self) -> AsyncApp:
        """The app authorises by what `auth.test` said at the start: otherwise each command would
        ask again, and tell its user to reinstall the app whenever that one call failed."""

        async def authorize() -> AuthorizeResult:
            return self._identity

        app = AsyncApp(
            name="pledgewatch",
            client=AsyncWebClient(base_url=self._web.base_url, retry_handlers=[]),
            authorize=authorize,
            request_verification_enabled=False,
            ssl_check_enabled=False,
            url_verification_enabled=False,
        )
        # One listener for everything of a kind: what is not acknowledged looks like a dead app.
        app.command(_EVERYTHING)(self._on_command)
        app.action(re.compile(f"^{ACTION_PREFIX}:"))(self._on_action)
        app.action(_EVERYTHING)(_only_ack)
        app.shortcut(_EVERYTHING)(_only_ack)
        app.view(_EVERYTHING)(_only_ack)
        app.options(_EVERYTHING)(_only_ack)
        app.event(_EVERYTHING)(_only_ack)
        return app

    async def _on_command(self, ack: Callable[[], Awaitable[Any]], body: Json) -> None:
        await ack()
        root = str(body.get("command", "")).lstrip("/")
        text = _as_typed(str(body.get("text") or ""))
        asked = self._asker(body["user_id"], body.get("user_name"), body["channel_id"], body)
        self._spawn(self._respond(body, asked, lambda who: self._to.answer(root, text, who)))

    async def _on_action(self, ack: Callable[[], Awaitable[Any]], body: Json) -> None:
        await ack()
        pressed = body["actions"][0]
        action = str(pressed["action_id"]).split(":")[1]
        press = Press(action, str(pressed.get("value") or ""))
        user = body["user"]
        channel = (body.get("channel") or {}).get("id") or ""
        asked = self._asker(user["id"], user.get("name") or user.get("username"), channel, body)
        self._spawn(
            self._respond(body, asked, lambda who: self._to.press(press, who), private=True)
        )

    async def _respond(
        self,
        body: Json,
        asked: Awaitable[Asker],
        make: Callable[[Asker], Awaitable[Card]],
        *,
        private: bool = False,
    ) -> None:
        try:
            card = await make(await asked)
        except Exception:
            log.exception("slack.answer")
            card = _BROKEN
        try:
            await _show(body.get("response_url") or "", card, private or card.private)
        except _NETWORK as error:
            log.warning("slack.answer_lost", reason=type(error).__name__)

    async def _asker(self, user: str, name: str | None, channel: str, body: Json) -> Asker:
        team = body.get("team_id") or (body.get("team") or {}).get("id") or ""
        return Asker(
            platform="slack",
            user=user,
            name=name or user,
            channel=f"slack:{channel}",
            space=str(team),
            admin=await self._is_admin(user),
        )

    async def _is_admin(self, user: str) -> bool:
        """Asked of Slack at most every five minutes a user; nobody is an admin while it is mute."""
        known, at = self._admins.get(user, (False, -_ADMIN_FOR))
        if time.monotonic() - at < _ADMIN_FOR:
            return known
        try:
            told: Any = (await self._web.users_info(user=user)).get("user") or {}
        except _NETWORK as error:
            log.warning("slack.who_is_admin", reason=type(error).__name__)
            return False
        admin = bool(told.get("is_admin") or told.get("is_owner"))
        self._admins[user] = (admin, time.monotonic())
        return admin

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)


async def _only_ack(ack: Callable[[], Awaitable[Any]]) -> None:
    await ack()


def _as_typed(text: str) -> str:
    for entity, char in _ESCAPES:
        text = text.replace(entity, char)
    return text


async def _show(response_url: str, card: Card, private: bool) -> None:
    if not response_url:
        log.warning("slack.answer_lost", reason="there is nowhere to answer")
        return
    drawing = draw(card, pages=_ANSWER_PAGES)
    client = AsyncWebhookClient(response_url)
    for blocks in drawing.pages:
        answer = await client.send(
            text=drawing.text,
            blocks=blocks,
            response_type="ephemeral" if private else "in_channel",
            replace_original=False,
            unfurl_links=False,
            unfurl_media=False,
        )
        if answer.status_code != 200:
            log.warning("slack.answer_refused", status=answer.status_code, body=answer.body[:200])
