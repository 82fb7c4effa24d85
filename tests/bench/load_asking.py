"""People of both platforms who give commands one after the other; how long each answer took."""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any, Protocol

from bot.command_table import COMMANDS, Command
from bot.discord_chat.drawing import pressed
from tests.bench.load_questions import SCRIPT, Facts
from tests.replay.members import text_of
from tests.servers import LoopbackDiscord, LoopbackSlack
from tests.servers.discord_objects import BASIC, MANAGE_GUILD
from tests.servers.script import Options

Json = dict[str, Any]
_BY_NAME = {command.name: command for command in COMMANDS}
_PAUSE = 0.05
"""Seconds between an answer and the next command of the same person."""


@dataclass
class Times:
    """How long the answers to one command took, in milliseconds."""

    taken: list[float] = field(default_factory=list)
    failed: int = 0
    slowest: str = ""
    """What was asked."""
    said: str = ""
    """The last answer's beginning."""

    def add(self, taken: float, asked: str, said: str) -> None:
        """One more answer."""
        if taken >= max(self.taken, default=0.0):
            self.slowest = asked
        self.taken.append(taken)
        self.said = said

    @property
    def median(self) -> float:
        """Half took longer."""
        return percentile(self.taken, 50)

    @property
    def p95(self) -> float:
        """One in twenty took longer."""
        return percentile(self.taken, 95)


def percentile(values: Sequence[float], share: int) -> float:
    """Of a few values as of many."""
    if len(values) < 2:
        return max(values, default=0.0)
    return quantiles(values, n=100, method="inclusive")[share - 1]


class Person(Protocol):
    """Somebody on one platform who may administer."""

    platform: str

    async def ask(self, command: Command, options: Options) -> list[Json]:
        """Give a command; what is shown."""

    async def confirm(self, shown: list[Json]) -> list[Json] | None:
        """Say yes to a question; what is shown then. None where nothing was asked."""


class OnSlack:
    """U1."""

    platform = "slack"

    def __init__(self, slack: LoopbackSlack) -> None:
        self._slack = slack

    async def ask(self, command: Command, options: Options) -> list[Json]:
        """Typed."""
        words = " ".join(_typed(command, name, str(value)) for name, value in options.items())
        asked = await self._slack.command(f"/{command.name} {words}", user="U1", channel="C1")
        return asked.shown

    async def confirm(self, shown: list[Json]) -> list[Json] | None:
        """The button that says yes."""
        for message, button in _buttons(shown, "action_id"):
            if ":confirm:" in button["action_id"]:
                asked = await self._slack.press(message, button["text"]["text"], channel="C1")
                return asked.shown
        return None


class OnDiscord:
    """An administrator of the server."""

    platform = "discord"

    def __init__(self, discord: LoopbackDiscord) -> None:
        self._discord = discord

    async def ask(self, command: Command, options: Options) -> list[Json]:
        """Filled in."""
        asked = await self._discord.slash(
            command.name, channel=2, permissions=BASIC | MANAGE_GUILD, **options
        )
        return asked.shown

    async def confirm(self, shown: list[Json]) -> list[Json] | None:
        """The button that says yes."""
        for message, button in _buttons(shown, "custom_id"):
            press = pressed(button["custom_id"])
            if press is not None and press.action == "confirm":
                asked = await self._discord.press_id(
                    button["custom_id"], message, channel=2, permissions=BASIC | MANAGE_GUILD
                )
                return asked.shown or [asked.pressed or {}]
        return None


def _typed(command: Command, name: str, value: str) -> str:
    """One option as somebody types it: by its name where it may be left out."""
    parameter = next(p for p in command.parameters if p.name == name)
    if parameter.required or parameter.rest or parameter.kind in {"integer", "text", "route"}:
        return value
    return f'{name}:"{value}"'


def _buttons(shown: list[Json], key: str) -> Iterator[tuple[Json, Json]]:
    """Every button with the message that it stands in."""

    def within(part: object) -> Iterator[Json]:
        if isinstance(part, dict):
            if key in part:
                yield part
            for value in part.values():
                yield from within(value)
        elif isinstance(part, list):
            for value in part:
                yield from within(value)

    for message in shown:
        for button in within(message):
            yield message, button


async def one_round(person: Person, facts: Facts, times: dict[str, Times]) -> None:
    """The whole script once. Whoever is asked whether they are sure, says yes."""
    for name, make in SCRIPT:
        options = make(facts)
        asked = f"{name} {json.dumps(options, ensure_ascii=False)}"
        command = _BY_NAME[name]
        shown = await _timed(times[f"/{name}"], asked, person.ask(command, options))
        question = [one for one in shown or [] if one]
        began = time.perf_counter()
        then = await person.confirm(question)
        if then is not None:
            taken = (time.perf_counter() - began) * 1000
            times[f"/{name}: yes"].add(taken, asked, text_of(then))
        await asyncio.sleep(_PAUSE)


async def _timed(times: Times, asked: str, asking: Any) -> list[Json] | None:
    began = time.perf_counter()
    try:
        shown: list[Json] = await asking
    except TimeoutError:
        times.failed += 1
        return None
    times.add((time.perf_counter() - began) * 1000, asked, text_of(shown))
    times.failed += "went wrong" in json.dumps(shown)
    return shown


def empty_times() -> dict[str, Times]:
    """By command."""
    return defaultdict(Times)
