"""What arrives over Socket Mode: commands, buttons, forms, the home page, the fate of channels.

Everything is acknowledged first and answered when the answer is there; but a form's answer is the
acknowledgement, where it comes soon enough.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

import structlog
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.admin_desk import CONFIRM
from bot.cards import Card, Form, Tone
from bot.chat import FORMS, Asker, Handlers, Press, Submission
from bot.reply import BROKEN
from bot.slack_chat.answering import TOO_SLOW, UNKNOWN, WORKING, Answers, made, too_late
from bot.slack_chat.asking import Askers
from bot.slack_chat.drawing import ACTION_PREFIX, Json
from bot.slack_chat.forms import (
    card_view,
    channel_of,
    form_view,
    refusal,
    submission,
    with_fault,
)
from bot.slack_chat.pictures import Pictures
from bot.slack_chat.places import place_change

log = structlog.get_logger(__name__)

PING = 3.0
"""Seconds between pings: a socket that was cut silently is found out within a few of them."""
_FORM_WITHIN = 2.0
"""Seconds for making a form: its trigger lives for three, and the line takes some."""
_ANSWER_WITHIN = 2.0
"""Seconds for judging a form that was sent off: Slack waits three for the acknowledgement."""
_SETTLE = 0.5
"""Seconds between an acknowledgement that draws a view, and drawing it again."""
_LONGEST_TEXT = 4000
_EVERYTHING = re.compile(".*", re.DOTALL)
_ESCAPES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))

Ack = Callable[..., Awaitable[Any]]


class Listener:
    """The Socket Mode side of the app. Make it inside a running loop."""

    def __init__(
        self,
        web: AsyncWebClient,
        app_token: str,
        identity: AuthorizeResult,
        handlers: Handlers,
        pictures: Pictures,
    ) -> None:
        self._web = web
        self._identity = identity
        self._to = handlers
        self._askers = Askers(web, identity.team_id or "")
        self._answers = Answers(web, pictures)
        self._under_way: set[asyncio.Task[Any]] = set()
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
        app.view(_EVERYTHING)(self._on_form)
        app.options(_EVERYTHING)(_only_ack)
        app.event("app_home_opened")(self._on_home)
        app.event(_EVERYTHING)(self._on_event)
        return app

    # commands

    async def _on_command(self, ack: Ack, body: Json) -> None:
        await ack()
        root = str(body.get("command", "")).lstrip("/")
        text = _as_typed(str(body.get("text") or ""))[:_LONGEST_TEXT]
        asked = self._askers.asker(
            str(body.get("user_id") or ""),
            name=str(body.get("user_name") or ""),
            channel=str(body.get("channel_id") or ""),
        )

        async def answer() -> Card:
            return await self._to.answer(root, text, await asked)

        url = str(body.get("response_url") or "")
        self._spawn(self._below(url, answer, private=False))

    async def _below(
        self,
        url: str,
        make: Callable[[], Awaitable[Card]],
        *,
        private: bool,
        in_place: bool = False,
    ) -> None:
        card = await made(make())
        await self._answers.by_url(url, card, private=private, in_place=in_place)

    # buttons

    async def _on_action(self, ack: Ack, body: Json) -> None:
        await ack()
        press, user = _pressed(body), _part(body, "user")
        if press is None or not user.get("id"):
            log.warning("slack.unknown_press")
            return
        view = _part(body, "view")
        asked = self._askers.asker(
            str(user["id"]),
            name=str(user.get("name") or user.get("username") or ""),
            channel=_part(body, "channel").get("id") or channel_of(view),
            team=str(user.get("team_id") or ""),
            fresh=press.action == CONFIRM,
        )
        if press.action in FORMS:
            self._spawn(self._open_form(body, press, asked))
            return

        async def answer() -> Card:
            return await self._to.press(press, await asked)

        self._spawn(self._answer_press(body, str(user["id"]), answer))

    async def _answer_press(
        self, body: Json, user: str, make: Callable[[], Awaitable[Card]]
    ) -> None:
        """Where the button is: below its message, in its modal, or in a modal above the home page,
        which is drawn anew."""
        view, trigger = _part(body, "view"), str(body.get("trigger_id") or "")
        if view.get("type") == "home":
            await self._answers.in_new_modal(trigger, make)
            await self._draw_home(user)
        elif view:
            card = await made(make())
            await self._answers.update(str(view.get("id")), card_view(card, channel_of(view)))
            if not channel_of(view):
                await self._draw_home(user)
        else:
            alone = bool(_part(body, "container").get("is_ephemeral"))
            url = str(body.get("response_url") or "")
            await self._below(url, make, private=True, in_place=alone)

    async def _open_form(self, body: Json, press: Press, asked: Awaitable[Asker]) -> None:
        try:
            async with asyncio.timeout(_FORM_WITHIN):
                form = await self._to.form(press, await asked)
        except TimeoutError:
            form = TOO_SLOW
        except Exception:
            log.exception("slack.form", action=press.action)
            form = BROKEN
        view, trigger = _part(body, "view"), str(body.get("trigger_id") or "")
        if isinstance(form, Form):
            channel = str(_part(body, "channel").get("id") or channel_of(view))
            above = view.get("type") == "modal"
            fault = await self._answers.open(trigger, form_view(form, channel), above=above)
            if not fault:
                return
            form = TOO_SLOW if too_late(fault) else BROKEN
        await self._instead(body, form)

    async def _instead(self, body: Json, card: Card) -> None:
        """A card where a form was asked for."""
        view = _part(body, "view")
        if view.get("type") == "home":
            await self._answers.open(str(body.get("trigger_id") or ""), card_view(card, ""))
        elif view:
            await self._answers.update(str(view.get("id")), card_view(card, channel_of(view)))
        else:
            await self._answers.by_url(str(body.get("response_url") or ""), card, private=True)

    # forms

    async def _on_form(self, ack: Ack, body: Json) -> None:
        view, user = _part(body, "view"), _part(body, "user")
        sent, channel = submission(view), channel_of(view)
        if sent is None or sent.action not in FORMS or not user.get("id"):
            await ack(response_action="update", view=card_view(UNKNOWN, channel))
            return
        judging = self._spawn(self._submit(sent, user, channel))
        await asyncio.wait({judging}, timeout=_ANSWER_WITHIN)
        if judging.done():
            card = judging.result()
            wrong = card.tone is Tone.ERROR
            shown = {"response_action": "update", "view": card_view(card, channel)}
            await ack(**(refusal(view, card) if wrong else shown))
            self._spawn(self._after_form(user, channel))
        else:
            await ack(response_action="update", view=card_view(WORKING, channel))
            self._spawn(self._later(view, user, judging))

    async def _submit(self, sent: Submission, user: Json, channel: str) -> Card:
        """Rights may have been lost since the form was opened."""

        async def submit() -> Card:
            asker = await self._askers.asker(
                str(user["id"]),
                name=str(user.get("name") or ""),
                channel=channel,
                team=str(user.get("team_id") or ""),
                fresh=True,
            )
            return await self._to.submit(sent, asker)

        return await made(submit())

    async def _later(self, view: Json, user: Json, judging: asyncio.Task[Card]) -> None:
        card, channel = await judging, channel_of(view)
        await asyncio.sleep(_SETTLE)
        wrong = card.tone is Tone.ERROR
        shown = with_fault(view, card) if wrong else card_view(card, channel)
        await self._answers.update(str(view.get("id")), shown)
        await self._after_form(user, channel)

    async def _after_form(self, user: Json, channel: str) -> None:
        if not channel:
            await self._draw_home(str(user["id"]))

    # events

    async def _on_home(self, event: Json) -> None:
        if event.get("tab") == "home" and event.get("user"):
            self._spawn(self._draw_home(str(event["user"])))

    async def _draw_home(self, user: str) -> None:
        async def home() -> Card:
            return await self._to.home(await self._askers.asker(user))

        await self._answers.home(user, await made(home()))

    async def _on_event(self, event: Json) -> None:
        change = place_change(event, self._identity.team_id or "", self._identity.bot_user_id or "")
        if change is not None:
            log.info("slack.place", fate=change.fate, channels=change.channels)
            self._spawn(self._tell(self._to.place(change)))

    async def _tell(self, telling: Awaitable[None]) -> None:
        try:
            await telling
        except Exception:
            log.exception("slack.place")

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task


async def _only_ack(ack: Ack) -> None:
    await ack()


def _as_typed(text: str) -> str:
    for entity, char in _ESCAPES:
        text = text.replace(entity, char)
    return text


def _part(body: Json, name: str) -> Json:
    part = body.get(name)
    return part if isinstance(part, dict) else {}


def _pressed(body: Json) -> Press | None:
    """What was pressed, or None where the payload does not say."""
    actions = body.get("actions")
    first = actions[0] if isinstance(actions, list) and actions else None
    if not isinstance(first, Mapping):
        return None
    action = str(first.get("action_id") or "").split(":")
    return Press(action[1], str(first.get("value") or "")) if len(action) > 1 else None
