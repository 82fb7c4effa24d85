"""How an answer reaches whoever asked: by a response URL, in a modal, on the home page."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.cards import Card, picture_of
from bot.reply import BROKEN, failure
from bot.slack_chat.drawing import Drawing, Json, draw
from bot.slack_chat.errors import NETWORK, PictureRefused, code_of
from bot.slack_chat.forms import card_view, home_view
from bot.slack_chat.pictures import ANSWER_PAUSES, Pictures

log = structlog.get_logger(__name__)

_ANSWER_PAGES = 4  # a response_url may be used five times
_OPEN_WITHIN = 1.5
"""Seconds before something must be shown: a trigger lives for three, and the line takes some."""
_EXPIRED = {"expired_trigger_id", "trigger_expired", "exchanged_trigger_id", "trigger_exchanged"}

TOO_SLOW = failure(
    "That took too long", "Slack or Pledgewatch is busy. Press the button again."
).card
UNKNOWN = failure("I do not know that form", "It may be from another version of Pledgewatch.").card
WORKING = Card("Working on it …")


async def made(make: Awaitable[Card]) -> Card:
    """The card, or what to say where making it failed."""
    try:
        return await make
    except Exception:
        log.exception("slack.answer")
        return BROKEN


class Answers:
    """Shows cards. What cannot be shown is logged: the asker will ask again."""

    def __init__(self, web: AsyncWebClient, pictures: Pictures) -> None:
        self._web = web
        self._pictures = pictures

    async def by_url(self, url: str, card: Card, *, private: bool, in_place: bool = False) -> None:
        """Below the message; `in_place` of it, where only the asker sees it and the card wants
        that."""
        if not url:
            log.warning("slack.answer_lost", reason="there is nowhere to answer")
            return
        client = AsyncWebhookClient(url)
        looks = {
            "response_type": "ephemeral" if private or card.private else "in_channel",
            "replace_original": card.replaces and in_place,
            "unfurl_links": False,
            "unfurl_media": False,
        }

        async def first(file: str) -> Drawing:
            drawing = draw(card, _pages(card), file)
            await _sent(client, drawing, 0, looks, pictured=bool(file))
            return drawing

        try:
            drawing = await self._pictures.shown(card, first, ANSWER_PAUSES)
            for page in range(1, len(drawing.pages)):
                await _sent(client, drawing, page, looks)
            if card.picture is not None and not looks["replace_original"]:
                await self._below(client, card, looks)
        except NETWORK as error:
            _lost(type(error).__name__)

    async def _below(
        self, client: AsyncWebhookClient, card: Card, looks: Mapping[str, Any]
    ) -> None:
        """The picture of an answer, when it is drawn, in a message of its own: an answer to a
        command cannot be changed. Where it cannot be shown, the words are enough."""
        picture = await card.picture() if card.picture else None
        if picture is None:
            return
        shown = Card(card.headline, (picture,))

        async def post(file: str) -> None:
            if file:
                await _sent(client, draw(shown, file=file), 0, looks, pictured=True)

        await self._pictures.shown(shown, post, ANSWER_PAUSES)

    async def open(self, trigger: str, view: Json, *, above: bool = False) -> str:
        """Show a modal, `above` another; empty where that worked, else Slack's word for the
        fault."""
        opening = self._web.views_push if above else self._web.views_open
        return await self._asked(opening(trigger_id=trigger, view=view))

    async def update(self, view_id: str, view: Json) -> None:
        """Draw a modal anew; it may have been closed."""
        await self._asked(self._web.views_update(view_id=view_id, view=view))

    async def home(self, user: str, card: Card) -> None:
        """Draw somebody's home page."""
        await self._asked(self._web.views_publish(user_id=user, view=home_view(card)))

    async def in_new_modal(self, trigger: str, make: Callable[[], Awaitable[Card]]) -> None:
        """Where there is no message to answer below. What takes longer than the trigger lives is
        announced first."""
        making = asyncio.ensure_future(made(make()))
        await asyncio.wait({making}, timeout=_OPEN_WITHIN)
        shown = making.result() if making.done() else WORKING
        try:
            opened: Any = await self._web.views_open(trigger_id=trigger, view=card_view(shown, ""))
        except NETWORK as error:
            _lost(_word(error))
            await making
            return
        card = await making
        if card is not shown:
            await self.update(str((opened.get("view") or {}).get("id")), card_view(card, ""))

    async def _asked(self, request: Awaitable[Any]) -> str:
        try:
            await request
        except NETWORK as error:
            _lost(_word(error))
            return _word(error)
        return ""


def _pages(card: Card) -> int:
    """A response_url may be used five times, and a picture may have to be offered again."""
    if card.replaces:
        return 1
    return _ANSWER_PAGES - (len(ANSWER_PAUSES) if card.picture or picture_of(card) else 0)


async def _sent(
    client: AsyncWebhookClient,
    drawing: Drawing,
    page: int,
    looks: Mapping[str, Any],
    *,
    pictured: bool = False,
) -> None:
    """One page. Raises PictureRefused."""
    answer = await client.send(text=drawing.text, blocks=drawing.pages[page], **looks)
    if pictured and "invalid_blocks" in answer.body:
        raise PictureRefused
    if answer.status_code != 200:
        _lost(f"status {answer.status_code}: {answer.body[:200]}")


def too_late(word: str) -> bool:
    """Whether Slack refused a view because its trigger had run out."""
    return word in _EXPIRED


def _word(error: Exception) -> str:
    code = code_of(error) if isinstance(error, SlackApiError) else ""
    return code or type(error).__name__


def _lost(reason: str) -> None:
    log.warning("slack.answer_lost", reason=reason)
