"""The Slack app's manifest, made from the table of commands.

`python -m bot.slack_manifest > slack-manifest.json` writes the file anew.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

from bot.command_table import COMMANDS, Command
from bot.outside_text import cut

_SCOPES = (
    "commands",
    "chat:write",
    "channels:history",  # to find what was posted when an answer was lost
    "groups:history",
    "channels:read",  # doctor: is the channel there, is the app in it
    "groups:read",
    "im:write",  # to open direct messages to those who follow a development
    "im:history",
    "users:read",  # who is an admin of the workspace
    "files:write",  # to show pictures
)
_EVENTS = (
    "app_home_opened",
    "channel_archive",  # the rest: a channel of a route was lost, found or renamed
    "channel_deleted",
    "channel_id_changed",
    "channel_left",
    "channel_rename",
    "channel_unarchive",
    "group_archive",
    "group_deleted",
    "group_left",
    "group_rename",
    "group_unarchive",
    "member_joined_channel",
)
_DESCRIPTION = {
    "pledges": "Who is committed to whom, and what changed",
    "pledgewatch": "Feeds, routes and the state of Pledgewatch (admins)",
}
_HINT = 1000
_TEXT = 2000


def manifest(commands: Sequence[Command]) -> dict[str, Any]:
    """What https://api.slack.com/apps takes under "Create New App > From a manifest"."""
    roots = list(dict.fromkeys(command.root for command in commands))
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": "Pledgewatch",
            "description": "Alerts on developments in security commitments between states",
            "background_color": "#1f2a44",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Pledgewatch", "always_online": True},
            "slash_commands": [_slash(root, commands) for root in roots],
        },
        "oauth_config": {"scopes": {"bot": list(_SCOPES)}},
        "settings": {
            "event_subscriptions": {"bot_events": list(_EVENTS)},
            "interactivity": {"is_enabled": True},
            "org_deploy_enabled": False,
            "socket_mode_enabled": True,
            "token_rotation_enabled": False,
        },
    }


def _slash(root: str, commands: Sequence[Command]) -> dict[str, Any]:
    names = [" ".join(command.path) for command in commands if command.root == root]
    return {
        "command": f"/{root}",
        "description": cut(_DESCRIPTION.get(root, root), _TEXT),
        "usage_hint": cut(" | ".join(names), _HINT),
        "should_escape": False,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(manifest(COMMANDS), indent=2, ensure_ascii=False) + "\n")
