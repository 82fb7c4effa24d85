"""The program as its users run it: a process of its own, the real libraries, real HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from feeds.schedule import FeedState
from storage.store import Store
from tests.bot.conftest import WEATHER, rss
from tests.servers.base import Hold, Reply
from tests.servers.discord import LoopbackDiscord
from tests.servers.feeds import FeedHost
from tests.servers.slack import LoopbackSlack

DECLARATION = (
    "Britain and France sign declaration of intent to deploy troops to Ukraine",
    "The United Kingdom and France signed a declaration of intent in Paris on Tuesday to deploy "
    "troops to Ukraine if a peace agreement with Russia is reached.",
)
CONFIG = """
[storage]
path = "pledgewatch.db"

[fetch]
allow_networks = ["127.0.0.0/8"]
host_gap = 0

[classifier]
threshold = 0.1

[log]
format = "json"

[discord]
token = "{discord_token}"
api_url = "{discord}"

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
beneficiaries = ["UKR"]

[[routes]]
name = "discord desk"
channel = "discord:100"
"""


@dataclass
class Office:
    """Loopback platforms, a feed, and a folder with a configuration."""

    folder: Path
    host: FeedHost
    slack: LoopbackSlack
    discord: LoopbackDiscord

    def publish(self, *items: tuple[str, str]) -> None:
        """The feed holds these, published now, and an old one."""
        now = datetime.now(UTC)
        old = (*WEATHER, now - timedelta(hours=5))
        self.host.publish("/feed.xml", rss(*((t, s, now) for t, s in items), old))

    async def run(self, *arguments: str) -> tuple[int, str, str]:
        """A command to its end: exit status, output, errors."""
        process = await self.start(*arguments)
        out, err = await asyncio.wait_for(process.communicate(), 30)
        return process.returncode or 0, out.decode(), err.decode()

    async def start(self, *arguments: str) -> asyncio.subprocess.Process:
        """A command that goes on."""
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *arguments,
            cwd=self.folder,
            env={**os.environ, "PYTHONWARNINGS": "default"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def poll(self, *options: str) -> dict[str, Any]:
        """`pledgewatch poll --all --json`."""
        status, out, err = await self.run("poll", "--all", "--json", *options)
        assert status == 0, err
        result: dict[str, Any] = json.loads(out)
        return result

    async def make_due(self) -> None:
        """As if the feed's next look had come."""
        async with await Store.open(self.folder / "pledgewatch.db") as store:
            for stored in await store.feeds():
                state = FeedState(good_polls=1, newest_published=stored.state.newest_published)
                await store.save_feed_state(stored.id, state)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with FeedHost() as host, LoopbackSlack() as slack, LoopbackDiscord() as discord:
        slack.add_channel("C1")
        discord.add_channel(100)
        text = CONFIG.format(
            discord_token=discord.token,
            discord=discord.api_url,
            slack=slack,
            feed=host.url("/feed.xml"),
        )
        (tmp_path / "config.toml").write_text(text)
        made = Office(tmp_path, host, slack, discord)
        made.publish()
        yield made


@contextlib.asynccontextmanager
async def running(office: Office) -> AsyncIterator[asyncio.subprocess.Process]:
    """The service, stopped by SIGTERM at the end if the test has not."""
    process = await office.start("run")
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        _, err = await asyncio.wait_for(process.communicate(), 15)
        sys.stderr.write(err.decode())


async def test_one_article_becomes_one_alert_on_each_platform(office: Office) -> None:
    assert (await office.poll())["sent"] == 0
    office.publish(DECLARATION)
    result = await office.poll()
    assert result["sent"] == 2
    (relevant,) = result["relevant"]
    assert relevant["claims"][0]["committers"] == ["GBR", "FRA"]
    (in_slack,), (in_discord,) = office.slack.messages("C1"), office.discord.messages(100)
    assert "declaration of intent" in in_slack["text"]
    assert "declaration of intent" in json.dumps(in_discord["embeds"])


async def test_a_second_poll_posts_nothing(office: Office) -> None:
    await office.poll()
    office.publish(DECLARATION)
    await office.poll()
    result = await office.poll()
    assert (result["new"], result["sent"]) == (0, 0)
    assert len(office.slack.messages("C1")) == 1


async def test_the_service_delivers_answers_and_stops(office: Office) -> None:
    await office.poll()
    office.publish(DECLARATION)
    await office.make_due()
    async with running(office) as service:
        await office.slack.until(lambda: office.slack.messages("C1"))
        await office.discord.until(lambda: office.discord.messages(100))
        await office.slack.until(lambda: office.slack.connected)
        await office.discord.gateway.ready()

        asked = await office.slack.command("/pledges latest Ukraine")
        assert "declaration of intent" in json.dumps(asked.shown)
        interaction = await office.discord.slash("pledges status", beneficiary="UKR")
        assert "Ukraine" in json.dumps(interaction.shown)

        (in_slack,), (in_discord,) = office.slack.messages("C1"), office.discord.messages(100)
        pressed = await office.slack.press(in_slack, "Details")
        assert "sign declaration of intent" in json.dumps(pressed.shown)
        pressed_too = await office.discord.press(in_discord, "Sources")
        assert "Example Times" in json.dumps(pressed_too.shown)

        began = asyncio.get_running_loop().time()
        service.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(service.wait(), 10) == 0
        assert asyncio.get_running_loop().time() - began < 10


async def test_a_kill_between_poll_and_delivery_delivers_exactly_once(office: Office) -> None:
    await office.poll()
    office.publish(DECLARATION)
    assert (await office.poll("--no-deliver"))["sent"] == 0
    await office.poll()
    assert len(office.slack.messages("C1")) == len(office.discord.messages(100)) == 1


async def test_a_kill_while_the_platform_commits_delivers_exactly_once(office: Office) -> None:
    await office.poll()
    office.publish(DECLARATION)
    await office.make_due()
    office.slack.fail_next("POST /api/chat.postMessage", Hold())
    office.discord.fail_next("POST /api/v10/channels/100/messages", Hold())
    async with running(office) as service:
        await office.slack.until(lambda: office.slack.messages("C1"))
        await office.discord.until(lambda: office.discord.messages(100))
        service.kill()
        await service.wait()
    await office.poll()
    assert len(office.slack.messages("C1")) == len(office.discord.messages(100)) == 1


async def test_a_chat_that_is_down_stops_neither_the_other_nor_the_polling(office: Office) -> None:
    await office.poll()
    office.publish(DECLARATION)
    await office.make_due()
    office.slack.fail_next("POST /api/auth.test", *[Reply(503, "<html>down</html>")] * 50)
    async with running(office):
        await office.discord.until(lambda: office.discord.messages(100))
    assert not office.slack.messages("C1")


async def test_a_wrong_configuration_is_one_sentence_and_status_78(office: Office) -> None:
    file = office.folder / "config.toml"
    file.write_text(file.read_text().replace("host_gap", "hostgap"))
    status, _, err = await office.run("run")
    assert status == 78
    (line,) = err.strip().splitlines()
    assert "config.toml, line 7" in line
    assert "hostgap" in line


async def test_a_second_service_on_one_file_is_refused(office: Office) -> None:
    async with running(office):
        await office.slack.until(lambda: office.slack.connected)
        status, _, err = await office.run("run")
        assert status == 1
        assert "Another Pledgewatch is running" in err
        status, out, _ = await office.run("status", "UKR", "--json")
        assert status == 0
        assert json.loads(out)["commitments"]
