"""Who asks: one of the workspace, perhaps an admin of it, or a guest of a shared channel."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, NamedTuple

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.chat import Asker
from bot.slack_chat.errors import NETWORK

log = structlog.get_logger(__name__)

_ADMIN_FOR = 300.0


class _Standing(NamedTuple):
    ours: bool
    """Of our workspace. In a channel shared with another company its people are guests: they see
    no routes, and what they say of an alert is for the operator to judge."""
    admin: bool


class Askers:
    """Knows for a while who is who."""

    def __init__(self, web: AsyncWebClient, team: str) -> None:
        """`team`: the workspace in which the app is installed."""
        self._web = web
        self._team = team
        self._known: dict[str, tuple[_Standing, float]] = {}

    async def asker(
        self, user: str, *, name: str = "", channel: str = "", team: str = "", fresh: bool = False
    ) -> Asker:
        """`channel` is Slack's id; without one the asker is at home. `team` is what the payload
        says of the asker's own, and counts while Slack says nothing better. `fresh` asks Slack,
        whatever is known of their rights."""
        standing = await self._standing(user, team, fresh=fresh)
        return Asker(
            platform="slack",
            user=user,
            name=name or user,
            channel=f"slack:{channel or f'@{user}'}",
            space=self._team if standing.ours else "",
            admin=standing.admin,
        )

    async def _standing(self, user: str, team: str, *, fresh: bool) -> _Standing:
        """Asked of Slack at most every five minutes a user; nobody is an admin while it is mute."""
        known, at = self._known.get(user, (None, 0.0))
        if known is not None and not fresh and time.monotonic() - at < _ADMIN_FOR:
            return known
        try:
            told = (await self._web.users_info(user=user)).get("user")
        except NETWORK as error:
            log.warning("slack.who_is_admin", reason=type(error).__name__)
            told = None
        if not isinstance(told, Mapping):
            return _Standing(ours=team in {"", self._team}, admin=False)
        standing = self._told(told)
        self._known[user] = (standing, time.monotonic())
        return standing

    def _told(self, told: Mapping[str, Any]) -> _Standing:
        teams = (told.get("enterprise_user") or {}).get("teams") or []
        here = told.get("team_id") in {None, self._team} or self._team in teams
        ours = here and not told.get("is_stranger")
        barred = told.get("deleted") or told.get("is_restricted")
        rights = told.get("is_admin") or told.get("is_owner")
        return _Standing(ours, admin=ours and not barred and bool(rights))
