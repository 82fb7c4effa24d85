"""Discord's objects, as its documentation describes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]

MANAGE_GUILD = 1 << 5
POSTING = 1 << 14 | 1 << 16 | 1 << 35 | 1 << 38
"""Embed links, read history, create public threads, send in threads."""
BASIC = 1 << 10 | 1 << 11
SEND_IN_THREADS = 1 << 38

GUILD = 7000
ADMIN: Json = {
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
    files: bool = True
    """Whether the app may attach files here."""
    threads: bool = True
    """Whether the app may create threads here."""
    messages: list[Json] = field(default_factory=list)
    denied: int = 0
    """Permissions that the app lacks here."""
    locked: bool = False
    archived: bool = False
    """Of a thread: shut until somebody posts, or opens it."""
    guild: int = GUILD
    """0 for direct messages."""
    recipient: Json | None = None


def channel_json(channel: Channel) -> Json:
    """As Discord describes it."""
    if channel.recipient is not None:
        return {"id": str(channel.id), "type": 1, "recipients": [channel.recipient], "flags": 0}
    denial = {"id": str(APPLICATION), "type": 1, "allow": "0", "deny": str(channel.denied)}
    told: Json = {
        "id": str(channel.id),
        "type": channel.kind,
        "guild_id": str(channel.guild),
        "name": channel.name,
        "position": 0,
        "permission_overwrites": [denial] if channel.denied else [],
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
            "archived": channel.archived,
            "auto_archive_duration": 1440,
            "archive_timestamp": datetime.now(UTC).isoformat(),
            "locked": channel.locked,
        }
    return told


def guild_json(
    channels: Iterable[Channel],
    number: int = GUILD,
    name: str = "Newsroom",
    permissions: int = BASIC | POSTING,
) -> Json:
    """A server, with what everybody may do there."""
    every = [channel for channel in channels if channel.guild == number]
    everyone = role_json(number, permissions)
    return {
        "id": str(number),
        "name": name,
        "icon": None,
        "owner_id": ADMIN["id"],
        "roles": [everyone],
        "emojis": [],
        "features": [],
        "channels": [channel_json(c) for c in every if c.kind == 0],
        "threads": [channel_json(c) for c in every if c.kind == 11],
        "members": [{**member_json(0), "user": BOT}],
        "member_count": 2,
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "large": False,
        "joined_at": datetime.now(UTC).isoformat(),
        "unavailable": False,
    }


def role_json(number: int, permissions: int) -> Json:
    """The role that everybody in a server has."""
    return {
        "id": str(number),
        "name": "@everyone",
        "color": 0,
        "hoist": False,
        "position": 0,
        "permissions": str(permissions),
        "managed": False,
        "mentionable": False,
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
        "attachments": payload.get("attachments") or [],
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


def attachment(url: str) -> Json:
    """A file that somebody gives to a command."""
    name = url.rpartition("/")[2]
    return {"id": "600", "filename": name, "size": 1, "url": url, "proxy_url": url}


def _option_type(value: object) -> int:
    if isinstance(value, dict):
        return 11
    return 4 if isinstance(value, int) else 3


def _option_value(value: object) -> object:
    return value["id"] if isinstance(value, dict) else value


def nested(path: list[str], options: Json) -> list[Json]:
    """Options inside their subcommand inside its group."""
    nested: list[Json] = [
        {"name": name, "type": _option_type(value), "value": _option_value(value)}
        for name, value in options.items()
    ]
    for depth, part in enumerate(reversed(path)):
        nested = [{"name": part, "type": 1 if depth == 0 else 2, "options": nested}]
    return nested


def filled(label: Json, given: Mapping[str, str | list[str]]) -> Json:
    """A field of a form with what somebody put there, or what stood there before."""
    field = label["component"]
    name = field["custom_id"]
    chosen = [option["value"] for option in field.get("options", []) if option.get("default")]
    if field["type"] == 4:
        value = {"value": given.get(name, field.get("value") or "")}
    else:
        value = {"values": given.get(name, chosen)}
    component = {"type": field["type"], "custom_id": name, "id": 2, **value}
    return {"type": 18, "id": 1, "component": component}
