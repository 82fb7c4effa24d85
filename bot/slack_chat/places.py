"""Channels that the app gained or lost, as Slack's events tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.chat import Fate, PlaceChange
from bot.slack_chat.errors import INVITE

_ANOTHER = "choose another channel for the route"


def place_change(event: Mapping[str, Any], space: str, me: str) -> PlaceChange | None:
    """What an event means, or None where it concerns somebody else. `me` is the app's user."""
    kind = str(event.get("type") or "").replace("group_", "channel_")
    told = event.get("channel")
    number = str((told.get("id") if isinstance(told, Mapping) else told) or "")
    places = (f"slack:{number}",)
    match kind:
        case "member_joined_channel" if event.get("user") == me and number:
            return PlaceChange(Fate.JOINED, space, places)
        case "channel_left" if number:
            return PlaceChange(
                Fate.GONE, space, places, "", "Pledgewatch was removed from a channel", INVITE
            )
        case "channel_archive" if number:
            remedy = f"unarchive it, or {_ANOTHER}"
            return PlaceChange(Fate.GONE, space, places, "", "the channel was archived", remedy)
        case "channel_unarchive" if number:
            return PlaceChange(Fate.BACK, space, places)
        case "channel_deleted" if number:
            return PlaceChange(Fate.GONE, space, places, "", "the channel was deleted", _ANOTHER)
        case "channel_rename" if isinstance(told, Mapping) and number:
            return PlaceChange(Fate.RENAMED, space, places, str(told.get("name") or ""))
        case "channel_id_changed":
            return _moved(event, space)
    return None


def _moved(event: Mapping[str, Any], space: str) -> PlaceChange | None:
    """A channel that is shared with another company may get a new id."""
    old, new = event.get("old_channel_id"), event.get("new_channel_id")
    if not old or not new:
        return None
    reason = "Slack gave the channel a new id"
    remedy = f"change the route's channel to slack:{new}"
    return PlaceChange(Fate.GONE, space, (f"slack:{old}",), "", reason, remedy)
