"""Who asks, and whether they are an admin of the workspace."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.chat import Asker

log = structlog.get_logger(__name__)

NETWORK = (SlackClientError, aiohttp.ClientError, OSError, TimeoutError)
_ADMIN_FOR = 300.0


class Askers:
    """Knows for a while who is an admin."""

    def __init__(self, web: AsyncWebClient, team: str) -> None:
        """`team`: the workspace in which the app is installed."""
        self._web = web
        self._team = team
        self._admins: dict[str, tuple[bool, float]] = {}

    async def asker(
        self, user: str, *, name: str = "", channel: str = "", fresh: bool = False
    ) -> Asker:
        """`channel` is Slack's id; without one the asker is at home. `fresh` asks Slack, whatever
        is known of their rights."""
        return Asker(
            platform="slack",
            user=user,
            name=name or user,
            channel=f"slack:{channel or f'@{user}'}",
            space=self._team,
            admin=await self._is_admin(user, fresh=fresh),
        )

    async def _is_admin(self, user: str, *, fresh: bool) -> bool:
        """Asked of Slack at most every five minutes a user; nobody is an admin while it is mute."""
        known, at = self._admins.get(user, (False, -_ADMIN_FOR))
        if not fresh and time.monotonic() - at < _ADMIN_FOR:
            return known
        try:
            told = (await self._web.users_info(user=user)).get("user")
        except NETWORK as error:
            log.warning("slack.who_is_admin", reason=type(error).__name__)
            return False
        admin = isinstance(told, Mapping) and self._administers(told)
        self._admins[user] = (admin, time.monotonic())
        return admin

    def _administers(self, told: Mapping[str, Any]) -> bool:
        """In a channel shared with another company its admins are guests."""
        if told.get("deleted") or told.get("is_stranger") or told.get("is_restricted"):
            return False
        teams = (told.get("enterprise_user") or {}).get("teams") or []
        ours = told.get("team_id") in {None, self._team} or self._team in teams
        return ours and bool(told.get("is_admin") or told.get("is_owner"))
