"""`pledgewatch doctor` against loopback platforms."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.config import Config, load_config
from bot.core import open_core
from bot.doctor import Finding, examine, report
from storage.records import Origin, Route
from tests.bot.conftest import PLEDGE, hours_ago, rss
from tests.servers.base import Reply
from tests.servers.discord import LoopbackDiscord
from tests.servers.feeds import FeedHost
from tests.servers.slack import LoopbackSlack


def configured(folder: Path, feed: str, slack: LoopbackSlack, discord: LoopbackDiscord) -> Config:
    file = folder / "config.toml"
    file.write_text(
        f"""
        [fetch]
        allow_networks = ["127.0.0.0/8"]
        host_gap = 0
        [discord]
        token = "{discord.token}"
        api_url = "{discord.api_url}"
        [slack]
        bot_token = "{slack.bot_token}"
        app_token = "{slack.app_token}"
        api_url = "{slack.api_url}"
        [[feeds]]
        url = "{feed}"
        name = "Example Times"
        [[routes]]
        name = "slack desk"
        channel = "slack:C1"
        [[routes]]
        name = "discord desk"
        channel = "discord:100"
        """
    )
    return load_config(file, {})


def by_name(findings: list[Finding]) -> dict[str, Finding]:
    return {finding.what: finding for finding in findings}


@pytest.fixture
def healthy_feed() -> str:
    return rss((*PLEDGE, hours_ago(1)))


async def test_all_is_well(tmp_path: Path, healthy_feed: str) -> None:
    async with FeedHost() as host, LoopbackSlack() as slack, LoopbackDiscord() as discord:
        slack.add_channel("C1")
        discord.add_channel(100)
        feed = host.publish("/feed.xml", healthy_feed)
        findings = await examine(configured(tmp_path, feed, slack, discord))
    assert [f for f in findings if f.state == "fault"] == []
    found = by_name(findings)
    assert "client_id=5000" in found["discord"].text, "the invitation link is printed"
    assert "Example Times" in found
    assert report(findings).ok


async def test_each_fault_names_its_remedy(tmp_path: Path) -> None:
    async with FeedHost() as host, LoopbackSlack() as slack, LoopbackDiscord() as discord:
        slack.add_channel("C1", joined=False)
        discord.fail_next("GET /api/v10/users/@me", Reply(401, {"message": "401", "code": 0}))
        config = configured(tmp_path, host.url("/gone.xml"), slack, discord)
        findings = await examine(config)
    found = by_name(findings)
    assert found["Example Times"].state == "fault"
    assert "404" in found["Example Times"].text
    assert found["discord"].state == "fault"
    assert "[discord] token" in found["discord"].remedy
    assert "/invite" in found["route “slack desk”"].remedy
    told = report(findings)
    assert not told.ok
    assert discord.token not in str(told.data)


async def test_a_muted_route_is_noted_and_channels_for_notices_are_tried(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(
        '[admins]\nnotices = ["slack:C9"]\n[[routes]]\nname = "desk"\nchannel = "terminal"\n'
    )
    config = load_config(file, {})
    async with open_core(config) as core:
        await core.store.mute_route("desk", datetime(9999, 1, 1, tzinfo=UTC))
    found = by_name(await examine(config))
    assert found["route “desk”"].state == "note"
    assert "routes unmute" in found["route “desk”"].remedy
    assert "slack is off" in found["notices to slack:C9"].text


async def test_a_folder_without_a_configuration_is_no_folder_with_a_good_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = by_name(await examine(load_config(None, {}), from_file=False))
    assert found["configuration"].state == "note"
    assert "pledgewatch init" in found["configuration"].remedy


async def test_a_route_to_a_chat_without_a_token_is_a_fault(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[[routes]]\nname = "desk"\nchannel = "slack:C1"\n')
    found = by_name(await examine(load_config(file, {})))
    assert "slack is off" in found["route “desk”"].text


async def test_what_the_file_says_is_tried_before_the_service_has_read_it(
    tmp_path: Path, healthy_feed: str
) -> None:
    async with FeedHost() as host, LoopbackSlack() as slack, LoopbackDiscord() as discord:
        slack.add_channel("C1")
        discord.add_channel(100)
        config = configured(tmp_path, host.publish("/feed.xml", healthy_feed), slack, discord)
        async with open_core(config.model_copy(update={"feeds": (), "routes": ()})) as core:
            await core.store.add_route(
                Route("typed", "terminal", origin=Origin.CHAT), now=core.clock()
            )
        found = by_name(await examine(config))
    assert found["Example Times"].state == "good"
    assert found["route “slack desk”"].state == "good"
    assert found["route “typed”"].state == "good"


async def test_what_the_file_says_no_longer_is_not_tried(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[[routes]]\nname = "desk"\nchannel = "terminal"\n')
    async with open_core(load_config(file, {})):
        pass
    file.write_text("")
    found = by_name(await examine(load_config(file, {})))
    assert "route “desk”" not in found
    assert found["route “terminal”"].state == "good"
