"""Both platforms over a line that fails at random: every alert stands there once."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import pytest

from bot.cards import Button, Card
from bot.chat import Chat, OutcomeUnknown, SendFailed
from bot.discord_chat import DiscordChat
from bot.slack_chat import SlackChat
from tests.bot.fakes import Desk
from tests.servers import Cut, Fault, LoopbackDiscord, LoopbackSlack, Reply

ALERTS = 60
JSON = {"Content-Type": "application/json"}
LINE: tuple[Fault, ...] = (
    Cut(committed=True),
    Cut(committed=False),
    Reply(503, "<html>"),
    Reply(429, "<html>", {"Retry-After": "1"}),
)


async def deliver(chat: Chat, channel: str, key: str, card: Card) -> None:
    """As the outbox does: ask before sending again, whenever the outcome was unknown."""
    unknown = False
    began = datetime.now(UTC)
    for _ in range(50):
        try:
            if unknown and await chat.find(channel, key, began):
                return
            await chat.send(channel, card, key)
        except SendFailed as error:
            if not error.retryable:
                raise
            unknown = unknown or isinstance(error, OutcomeUnknown)
        else:
            return
    raise AssertionError("fifty attempts were not enough")


async def deliver_all(
    chat: Chat, channel: str, fail: Callable[[Fault], None], extra: tuple[Fault, ...], seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311 - a repeatable plan of faults
    await chat.start(Desk().handlers)
    for number in range(ALERTS):
        for _ in range(dice.choice((0, 0, 1, 2))):
            fail(dice.choice(LINE + extra))
        buttons = (Button("details", str(number), "Details"),) if number % 2 else ()
        await deliver(chat, channel, f"key-{number}", Card(f"alert {number}", buttons=buttons))
    await chat.close()


@pytest.fixture
async def discord() -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord() as running:
        running.add_channel(100)
        yield running


@pytest.fixture
async def slack(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LoopbackSlack]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    async with LoopbackSlack() as running:
        running.add_channel("C1")
        yield running


@pytest.mark.parametrize("seed", range(3))
async def test_every_alert_stands_once_on_discord(discord: LoopbackDiscord, seed: int) -> None:
    chat = DiscordChat(discord.token, api_url=discord.api_url, patience=2.0)
    discord.forgets_nonces = True
    await deliver_all(chat, "discord:100", lambda f: discord.fail_next("* */messages", f), (), seed)
    shown = [message["content"].partition(" · ")[0] for message in discord.messages()]
    assert shown == [f"**alert {number}**" for number in range(ALERTS)]


@pytest.mark.parametrize("seed", range(3))
async def test_every_alert_stands_once_on_slack(slack: LoopbackSlack, seed: int) -> None:
    chat = SlackChat(slack.bot_token, slack.app_token, api_url=slack.api_url, patience=2.0)
    extra = (
        Reply(200, {"ok": False, "error": "fatal_error"}, JSON),
        Reply(503, "<html>", JSON),
        Reply(502, b"", {"Content-Type": "text/plain"}),
    )
    await deliver_all(chat, "slack:C1", lambda f: slack.fail_next("* /api/c*", f), extra, seed)
    shown = Counter(message["text"] for message in slack.messages())
    assert shown == Counter(f"alert {number}" for number in range(ALERTS))
