"""A card's picture on Slack: uploaded, then named by an image block.

A file that was uploaded without a channel becomes visible where the app names it in a message.
Slack takes a second or so to know it, and refuses the message until then; asking when it is ready
would take the scope files:read, which lets an app read every file of its channels. So the message
is offered again after a pause: what was refused was not posted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.cards import Card, Picture, picture_of
from bot.slack_chat.errors import NETWORK, PictureRefused, code_of

log = structlog.get_logger(__name__)

T = TypeVar("T")

POST_PAUSES = (0.5, 1.0, 2.0, 4.0)
"""Seconds before each try to post with the picture."""
ANSWER_PAUSES = (1.0, 2.0)
"""A response_url may be used five times, so it is tried less often."""


class Pictures:
    """Uploads; a card whose picture cannot be shown goes out with its alternative text."""

    def __init__(self, web: AsyncWebClient, patience: float) -> None:
        """`patience` is in seconds, for one upload."""
        self._web = web
        self._patience = patience
        self._told = False

    async def shown(
        self, card: Card, post: Callable[[str], Awaitable[T]], pauses: Sequence[float]
    ) -> T:
        """Post with the file's id, or with an empty one where there is no picture to show."""
        picture = picture_of(card)
        file = await self._upload(picture) if picture else ""
        for pause in pauses if file else ():
            await asyncio.sleep(pause)
            try:
                return await post(file)
            except PictureRefused:
                continue
        if file:
            log.warning("slack.picture", reason="Slack did not come to know the uploaded file")
        return await post("")

    async def _upload(self, picture: Picture) -> str:
        """The file's id; empty where Slack does not take it. The alternative text goes with the
        block: sent along with the file, it keeps Slack from sharing it."""
        try:
            async with asyncio.timeout(self._patience):
                done = await self._web.files_upload_v2(
                    file=picture.png, filename=picture.name, title=picture.name
                )
        except NETWORK as error:
            self._tell(error)
            return ""
        self._told = False
        files = done.get("files") or [{}]
        return str(files[0].get("id") or "")

    def _tell(self, error: Exception) -> None:
        """A missing scope is told once, not with every picture."""
        code = code_of(error) if isinstance(error, SlackApiError) else type(error).__name__
        if code != "missing_scope":
            log.warning("slack.picture", reason=code)
        elif not self._told:
            self._told = True
            log.warning(
                "slack.picture",
                reason="the app lacks the scope files:write; pictures are left out",
                remedy="make the app's scopes those of slack-manifest.json and install it again",
            )
