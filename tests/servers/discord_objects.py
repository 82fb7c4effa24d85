"""Discord's objects, as its documentation describes them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]

MANAGE_GUILD = 1 << 5
POSTING = 1 << 14 | 1 << 16 | 1 << 35 | 1 << 38
"""Embed links, read history, create public threads, send in threads."""
BASIC = 1 << 10 | 1 << 11

GUILD = 7000
ADMIN = {
    "id": "9001",
    "username": "ada",
    "discriminator": "0",
    "avatar": None,
    "global_name": "Ada",
}
APPLICATION = 5000
BOT: Json = {
    "id": str(APPLICATION),
    "username": "pledgewatch",
    "discriminator": "0",
    "avatar": None,
    "bot": True,
    "global_name": None,
}
APPLICATION_JSON: Json = {
    "id": str(APPLICATION),
    "name": "Pledgewatch",
    "icon": None,
    "description": "",
    "bot_public": False,
    "bot_require_code_grant": False,
    "verify_key": "0" * 64,
    "flags": 0,
    "owner": ADMIN,
    "summary": "",
    "team": None,
    "integration_types_config": {},
}


@dataclass
class Channel:
    """A text channel or a thread, and what is wrong with it."""

    id: int
    kind: int = 0
    parent: int | None = None
    name: str = "desk"
    refusal: tuple[int, int, str] | None = None
    """(status, code, message) for everything asked of it: 403 50013 Missing Permissions ..."""
    threads: bool = True
    """Whether the app may create threads here."""
    messages: list[Json] = field(default_factory=list)


def channel_json(channel: Channel) -> Json:
    """As Discord describes it."""
    told: Json = {
        "id": str(channel.id),
        "type": channel.kind,
        "guild_id": str(GUILD),
        "name": channel.name,
        "position": 0,
        "permission_overwrites": [],
        "nsfw": False,
        "parent_id": str(channel.parent) if channel.parent else None,
        "topic": None,
        "last_message_id": None,
        "rate_limit_per_user": 0,
    }
    if channel.kind == 11:
        told["owner_id"] = str(APPLICATION)
        told["message_count"] = told["member_count"] = 0
        told["thread_metadata"] = {
            "archived": False,
            "auto_archive_duration": 1440,
            "archive_timestamp": datetime.now(UTC).isoformat(),
            "locked": False,
        }
    return told


def guild_json(channels: Iterable[Channel]) -> Json:
    """The one server."""
    every = list(channels)
    everyone = {
        "id": str(GUILD),
        "name": "@everyone",
        "color": 0,
        "hoist": False,
        "position": 0,
        "permissions": str(BASIC | POSTING),
        "managed": False,
        "mentionable": False,
    }
    return {
        "id": str(GUILD),
        "name": "Newsroom",
        "icon": None,
        "owner_id": ADMIN["id"],
        "roles": [everyone],
        "emojis": [],
        "features": [],
        "channels": [channel_json(c) for c in every if c.kind == 0],
        "threads": [channel_json(c) for c in every if c.kind == 11],
        "members": [],
        "member_count": 2,
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "large": False,
        "joined_at": datetime.now(UTC).isoformat(),
        "unavailable": False,
    }


def message_json(number: int, channel: int, payload: Json) -> Json:
    """A message as it is stored."""
    message = {
        "id": str(number),
        "channel_id": str(channel),
        "author": BOT,
        "content": payload.get("content") or "",
        "timestamp": datetime.now(UTC).isoformat(),
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [{"type": "rich", **embed} for embed in payload.get("embeds") or []],
        "components": payload.get("components") or [],
        "pinned": False,
        "type": 0,
        "flags": payload.get("flags", 0),
        "allowed_mentions": payload.get("allowed_mentions"),
    }
    if payload.get("message_reference"):
        message["message_reference"] = payload["message_reference"]
        message["type"] = 19
    return message


def member_json(permissions: int) -> Json:
    """Somebody in the server who may do this."""
    return {
        "user": ADMIN,
        "roles": [],
        "joined_at": datetime.now(UTC).isoformat(),
        "deaf": False,
        "mute": False,
        "flags": 0,
        "permissions": str(permissions),
    }


def nested(path: list[str], options: Json) -> list[Json]:
    """Options inside their subcommand inside its group."""
    nested: list[Json] = [
        {"name": name, "type": 4 if isinstance(value, int) else 3, "value": value}
        for name, value in options.items()
    ]
    for depth, part in enumerate(reversed(path)):
        nested = [{"name": part, "type": 1 if depth == 0 else 2, "options": nested}]
    return nested
