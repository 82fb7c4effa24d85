"""Getting started, walked through: the real program against the loopback platforms, and what a
person sees at each step."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.render.frames import Filled, Part, Platform, Said, Typed
from tests.render.newsroom import LAST, Newsroom
from tests.render.shell import Terminal
from tests.servers import FeedHost, LoopbackDiscord, LoopbackSlack
from tests.servers.discord_objects import APPLICATION, BASIC, MANAGE_GUILD
from tests.servers.slack import BOT_USER

Json = dict[str, Any]
ADMIN = BASIC | MANAGE_GUILD
CHANNEL = "desk"
_SLACK, _GUILD = "C024BE91L", 8000
_DISCORD = _GUILD + 1
_FEED, _NAME = "http://northquay-herald.example/northquay-herald.xml", "Northquay Herald"
_ALERT = "SIGNED · treaty"
_ALONE = 64
_LONG = 900
_PLATFORMS: tuple[Platform, ...] = ("slack", "discord")
_WIZARD = {
    "init-slack": (
        ("Discord bot token", ""),
        ("Slack bot token", "{slack}"),
        ("Slack app-level token", "{app}"),
        ("Slack channel", ""),
        ("Tags of starter feeds", "ukraine"),
        ("The address of a feed", ""),
    ),
    "init-discord": (
        ("Discord bot token", "{discord}"),
        ("Discord channel", ""),
        ("Slack bot token", ""),
        ("Tags of starter feeds", "ukraine"),
        ("The address of a feed", ""),
    ),
}
"""Questions of the wizard, and what is answered."""


@dataclass(frozen=True, slots=True)
class InChat:
    """A picture of a channel."""

    name: str
    platform: Platform
    parts: tuple[Part, ...]
    channel: str = CHANNEL
    most: int = 0
    """Pixels after which a long answer is cut; 0: it is shown whole."""


@dataclass(frozen=True, slots=True)
class InTerminal:
    """A picture of a terminal: what was typed, and the lines of the answer that are shown."""

    name: str
    line: str
    said: str
    lines: int | None = None
    """Those at the beginning; None: all."""


@dataclass(frozen=True, slots=True)
class InBrowser:
    """A picture of a page; it is there while the tour waits."""

    name: str
    address: str


Shot = InChat | InTerminal | InBrowser


class Tour:
    """`async for shot in Tour(folder).shots()`"""

    def __init__(self, folder: Path) -> None:
        self.slack, self.discord, self._host = LoopbackSlack(), LoopbackDiscord(), FeedHost()
        self.discord.token = _token()
        self.discord.guilds, self.discord.asked_in = {}, _GUILD
        self._room = Newsroom(self._host, datetime.now(UTC))
        self._folder = folder
        self._alert: dict[Platform, Json] = {}
        """The alert that is followed."""

    @property
    def files(self) -> Mapping[str, bytes]:
        """Pictures in messages, by the address that stands there."""
        slack = {number: file.body for number, file in self.slack.files.kept.items()}
        return {**slack, **self.discord.uploads.kept}

    async def shots(self) -> AsyncIterator[Shot]:
        """Every step in order. Wait for the next one only when this one is drawn."""
        async with AsyncExitStack() as servers:
            for server in (self.slack, self.discord, self._host):
                await servers.enter_async_context(server)
            self._room.tell(1)
            yield await self._shown("demo", "pledgewatch demo", lines=52)
            async for shot in self._set_up():
                yield shot
            async with self._terminal("pledgewatch run") as service:
                async for shot in self._started(service):
                    yield shot
            for round_ in (2, LAST):
                self._room.tell(round_)
                await self._said("pledgewatch poll --all")
                if round_ == 2:
                    for shot in self._alerts():
                        yield shot
            async with self._terminal("pledgewatch run") as service:
                await service.until("discord.ready")
                await self.slack.until(lambda: self.slack.connected)
                for shot in self._threads():
                    yield shot
                async for shot in self._asked():
                    yield shot
            async for shot in self._looked_into():
                yield shot

    # --- in the terminal

    async def _set_up(self) -> AsyncIterator[Shot]:
        tokens = {
            "discord": self.discord.token,
            "slack": self.slack.bot_token,
            "app": self.slack.app_token,
        }
        for name, answers in _WIZARD.items():
            folder = self._folder / name
            folder.mkdir()
            async with self._terminal("pledgewatch init", folder) as wizard:
                for question, answer in answers:
                    await wizard.type(question, answer.format_map(tokens))
                yield InTerminal(name, "pledgewatch init", await wizard.end())
        line = (
            f"pledgewatch init --discord-token {self.discord.token} --slack-bot-token"
            f" {self.slack.bot_token} --slack-app-token {self.slack.app_token} --country Ukraine"
        )
        await self._said(line)

    async def _started(self, service: Terminal) -> AsyncIterator[Shot]:
        await self.slack.until(lambda: self.slack.connected)
        self.slack.add_channel(_SLACK)
        joined = {"type": "member_joined_channel", "user": BOT_USER, "channel": _SLACK}
        await self.slack.event(joined)
        await self.slack.until(lambda: self.slack.messages(_SLACK))
        await service.until("discord.ready")
        await self.discord.invite(_GUILD, "Newsroom")
        await self.discord.until(lambda: self.discord.messages(_DISCORD))
        async for shot in self._first_steps_in_slack():
            yield shot
        async for shot in self._first_steps_in_discord():
            yield shot
        await service.until("feed.read")
        yield InTerminal("run", "pledgewatch run", service.output)
        await service.until("feed.read", len(self._room.outlets))

    async def _looked_into(self) -> AsyncIterator[Shot]:
        yield await self._shown("doctor", "pledgewatch doctor")
        yield await self._shown("latest", "pledgewatch latest Ukraine")
        (name,) = set(re.findall(r"UKR-\d+", json.dumps(self._alert["slack"]["blocks"])))
        yield await self._shown("why", f"pledgewatch why {name}")
        async with self._terminal("pledgewatch explore --port 0") as explorer:
            await explorer.until("Uvicorn running on")
            address = re.findall(r"http://127\.0\.0\.1:\d+", explorer.output)[-1]
            yield InBrowser("explore", f"{address}/pledgewatch/timeline?one=FRA&other=UKR")

    async def _shown(self, name: str, line: str, *, lines: int | None = None) -> InTerminal:
        return InTerminal(name, line, await self._said(line), lines)

    async def _said(self, line: str) -> str:
        async with self._terminal(line) as terminal:
            return await terminal.end()

    def _terminal(self, line: str, folder: Path | None = None) -> Terminal:
        environment = {
            "PLEDGEWATCH_FETCH__PROXY": self._host.origin,
            "PLEDGEWATCH_SLACK__API_URL": self.slack.api_url,
            "PLEDGEWATCH_DISCORD__API_URL": self.discord.api_url,
        }
        return Terminal(line, folder or self._folder, environment)

    # --- the first steps in chat

    async def _first_steps_in_slack(self) -> AsyncIterator[Shot]:
        slack = self.slack
        (welcome,) = slack.messages(_SLACK)
        yield _in("slack", "welcome", Said(welcome))
        await slack.press(welcome, "Send alerts here", channel=_SLACK)
        ((number, form),) = slack.modals.items()
        yield _in("slack", "form", Filled(_typed_in_slack(form, "beneficiaries", "Ukraine")))
        await slack.submit(number, beneficiaries="Ukraine")
        yield _in("slack", "route", Filled(slack.modals[number]))
        await slack.press_in_modal(number, "Send a sample")
        await slack.until(lambda: len(slack.messages(_SLACK)) > 1)
        yield _in("slack", "sample", Said(slack.messages(_SLACK)[-1]))
        yield await self._typed("slack", "feeds-add", f"pledgewatch feeds add {_FEED} {_NAME}")

    async def _first_steps_in_discord(self) -> AsyncIterator[Shot]:
        discord = self.discord
        (welcome,) = discord.messages(_DISCORD)
        yield _in("discord", "welcome", Said(welcome))
        place: Json = {"channel": _DISCORD, "permissions": ADMIN}
        opened = await discord.press(welcome, "Send alerts here", **place)
        form = _typed_in_discord(opened.modal or {}, "beneficiaries", "Ukraine")
        yield _in("discord", "form", Filled(form))
        added = await discord.submit(opened, beneficiaries="Ukraine", **place)
        yield _in("discord", "route", Said(added.shown[-1], alone=True))
        await discord.press(added.shown[-1], "Send a sample", **place)
        await discord.until(lambda: len(discord.messages(_DISCORD)) > 1)
        yield _in("discord", "sample", Said(discord.messages(_DISCORD)[-1]))
        first, *others = (feed for feed in self._room.feeds() if feed[1] != _NAME)
        options = {"url": first[0], "name": first[1]}
        yield await self._given("feeds-add", "pledgewatch feeds add", options)
        for url, name in others:
            await discord.slash("pledgewatch feeds add", url=url, name=name, **place)

    # --- alerts, and what is asked of them

    def _alerts(self) -> Iterator[Shot]:
        for platform in _PLATFORMS:
            said = self._messages(platform)
            alert = next(m for m in said if _ALERT in json.dumps(m, ensure_ascii=False))
            self._alert[platform] = alert
            yield _in(platform, "alert", Said(deepcopy(alert)))

    def _threads(self) -> Iterator[Shot]:
        for platform in _PLATFORMS:
            alert = self._alert[platform]
            yield _in(
                platform, "thread", Said(alert), Said(self._reply(platform, alert), reply=True)
            )

    async def _asked(self) -> AsyncIterator[Shot]:
        yield await self._typed("slack", "status", "pledges status Philippines")
        yield await self._given("status", "pledges status", {"beneficiary": "Philippines"})
        yield replace(await self._typed("slack", "brief", "pledges brief"), most=_LONG)
        yield await self._given("latest", "pledges latest", {"beneficiary": "Ukraine"})
        yield await self._typed(
            "slack", "timeline", "pledges timeline France Ukraine", pictured=True
        )
        yield await self._typed("slack", "route-test", "pledgewatch routes test")
        self.slack.modals.clear()
        await self.slack.press(self._alert["slack"], "Correct", channel=_SLACK)
        yield _in("slack", "correct", Filled(next(iter(self.slack.modals.values()))))
        place: Json = {"channel": _DISCORD, "permissions": ADMIN}
        opened = await self.discord.press(self._alert["discord"], "Correct", **place)
        yield _in("discord", "correct", Filled(opened.modal or {}))
        await self.slack.open_home()
        await self.slack.until(lambda: self.slack.homes)
        yield InChat("slack-home", "slack", (Filled(self.slack.homes["U1"]),), channel="")

    async def _typed(
        self, platform: Platform, name: str, line: str, *, pictured: bool = False
    ) -> InChat:
        asked = await self.slack.command(f"/{line}", channel=_SLACK)
        if pictured:  # it follows the words, in a message of its own
            await self.slack.until(lambda: '"image"' in json.dumps(asked.shown[-1]))
        answers = [Said(m, alone=m.get("response_type") == "ephemeral") for m in asked.shown]
        return _in(platform, name, Typed(f"/{line}"), *answers)

    async def _given(self, name: str, command: str, options: Mapping[str, str]) -> InChat:
        asked = await self.discord.slash(command, channel=_DISCORD, permissions=ADMIN, **options)
        line = " ".join((f"/{command}", *(f"{key}: {value}" for key, value in options.items())))
        answers = (Said(m, alone=bool(m["flags"] & _ALONE)) for m in asked.shown)
        return _in("discord", name, Typed(line), *answers)

    def _reply(self, platform: Platform, alert: Json) -> Json:
        if platform == "discord":
            return self.discord.messages(int(alert["id"]))[0]
        return next(m for m in self.slack.messages(_SLACK) if m.get("thread_ts") == alert["ts"])

    def _messages(self, platform: Platform) -> Sequence[Json]:
        if platform == "slack":
            return self.slack.messages(_SLACK)
        return self.discord.messages(_DISCORD)


def _in(platform: Platform, name: str, *parts: Part) -> InChat:
    return InChat(f"{platform}-{name}", platform, parts)


def _typed_in_slack(modal: Json, field: str, text: str) -> Json:
    """A form with something typed into a field."""
    made = deepcopy(modal)
    for block in made["blocks"]:
        if block.get("block_id") == field:
            block["element"]["initial_value"] = text
    return made


def _typed_in_discord(modal: Json, field: str, text: str) -> Json:
    made = deepcopy(modal)
    for label in made["components"]:
        if label["component"]["custom_id"] == field:
            label["component"]["value"] = text
    return made


def _token() -> str:
    """Of the loopback's application; the invitation is made from its first part."""
    number = base64.b64encode(str(APPLICATION).encode()).decode().rstrip("=")
    return f"{number}.loopback.loopback"
