"""The manifest that makes a Slack app of ours."""

from __future__ import annotations

import json
from pathlib import Path

from bot.command_table import COMMANDS
from bot.slack_manifest import manifest

FILE = Path(__file__).parents[2] / "slack-manifest.json"


def test_the_file_is_what_the_table_of_commands_makes() -> None:
    assert json.loads(FILE.read_text(encoding="utf-8")) == manifest(COMMANDS), (
        "write it anew: python -m bot.slack_manifest > slack-manifest.json"
    )


def test_every_root_command_is_declared_once() -> None:
    declared = [c["command"] for c in manifest(COMMANDS)["features"]["slash_commands"]]
    assert declared == ["/pledges", "/pledgewatch"]


def test_slack_takes_the_lengths() -> None:
    made = manifest(COMMANDS)
    assert len(made["display_information"]["description"]) <= 140
    for command in made["features"]["slash_commands"]:
        assert len(command["description"]) <= 2000
        assert len(command["usage_hint"]) <= 1000


def test_it_asks_for_no_more_scopes_than_are_used() -> None:
    assert manifest(COMMANDS)["oauth_config"]["scopes"] == {
        "bot": [
            "commands",
            "chat:write",
            "channels:history",
            "groups:history",
            "channels:read",
            "groups:read",
            "im:write",
            "im:history",
            "users:read",
            "files:write",
        ]
    }


def test_the_app_has_a_home_page_and_a_tab_for_direct_messages() -> None:
    home = manifest(COMMANDS)["features"]["app_home"]
    assert home["home_tab_enabled"]
    assert home["messages_tab_enabled"]


def test_it_listens_over_socket_mode() -> None:
    settings = manifest(COMMANDS)["settings"]
    assert settings["socket_mode_enabled"]
    assert settings["interactivity"] == {"is_enabled": True}
