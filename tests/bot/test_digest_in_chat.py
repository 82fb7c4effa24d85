"""A large digest on both platforms, over a line that fails: one message and its thread, once."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.chat import Chat
from bot.delivery import Outbox, OutboxSettings
from bot.discord_chat import DiscordChat
from bot.routing import plan
from bot.slack_chat import SlackChat
from classifiers.actors import directory
from feeds.article import Feed
from feeds.schedule import FeedState
from storage.records import Assessed, Mode, Origin, Route
from storage.store import Store
from tests.bot.fakes import Clock, Desk
from tests.builders import NOW, article, assessment, claim
from tests.servers import Cut, Fault, LoopbackDiscord, LoopbackSlack, Reply

MANY = 60
FAULTS: tuple[Fault, ...] = (
    Cut(committed=True),
    Reply(429, "<html>", {"Retry-After": "1"}),
    Cut(committed=False),
    Cut(committed=True),
)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await Store.open(tmp_path / "p.db") as opened:
        yield opened


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


async def hold(store: Store, channel: str) -> None:
    """Developments wait for the channel's digest."""
    feed = Feed("https://times.example/feed", "Example Times")
    stored = await store.add_feed(feed, origin=Origin.COMMAND, now=NOW)
    await store.sync_routes([Route("desk", channel, mode=Mode.DAILY)], now=NOW)
    states = [code for code in sorted(directory()) if len(code) == 3]
    sides = [(states[2 * n], states[2 * n + 1]) for n in range(MANY)]
    batch = [
        Assessed(
            article(f"A promise, number {n}", source=f"Outlet {n}"),
            assessment(claim(committers=(one,), beneficiaries=(other,))),
            alert=True,
        )
        for n, (one, other) in enumerate(sides)
    ]
    await store.record_poll(stored.id, batch, FeedState(good_polls=1), plan, now=NOW)


async def send(store: Store, chat: Chat) -> None:
    """Until all is sent, whatever fails."""
    clock = Clock(NOW)
    clock.forward(days=1)
    await chat.start(Desk().handlers)
    assert await store.make_digest("desk", now=clock())
    outbox = Outbox(store, {chat.name: chat}, clock, OutboxSettings(gaps={}))
    for _ in range(20):
        await outbox.drain()
        clock.forward(minutes=10)
    await chat.close()
    assert {row["state"] for row in await store.deliveries(limit=100)} == {"sent"}


def told(texts: Sequence[Any], names: Sequence[str]) -> Counter[str]:
    """How often each development is told."""
    together = "\n".join(map(str, texts))
    return Counter({name: together.count(name) for name in names})


async def names_in(store: Store) -> list[str]:
    first = min(int(str(row["id"])) for row in await store.deliveries(limit=100))
    return [development.short_id for _, development in await store.digest(first)]


async def test_discord_has_one_message_and_a_thread(store: Store, discord: LoopbackDiscord) -> None:
    chat = DiscordChat(discord.token, api_url=discord.api_url, patience=2.0)
    await hold(store, "discord:100")
    discord.forgets_nonces = True
    for fault in FAULTS:
        discord.fail_next("* */messages", fault)
    await send(store, chat)
    (main,) = discord.messages()
    thread = discord.channels[int(main["id"])]
    names = [f"`{name}`" for name in await names_in(store)]
    assert len(thread.messages) > 2
    assert told([m["embeds"] for m in (main, *thread.messages)], names) == Counter(
        dict.fromkeys(names, 1)
    )
    parts = [message["embeds"][0]["description"] for message in thread.messages]
    assert all(f"part {n} of" in part for n, part in enumerate(parts, 2))
    assert thread.name.startswith("Daily digest, 3 Mar 2026")


async def test_slack_has_one_message_and_a_thread(store: Store, slack: LoopbackSlack) -> None:
    chat = SlackChat(slack.bot_token, slack.app_token, api_url=slack.api_url, patience=2.0)
    await hold(store, "slack:C1")
    for fault in FAULTS:
        slack.fail_next("* /api/chat.postMessage", fault)
    await send(store, chat)
    main, *replies = slack.messages()
    assert len(replies) > 2
    assert {reply["thread_ts"] for reply in replies} == {main["ts"]}
    names = [f"'{name}', 'style': {{'code': True}}" for name in await names_in(store)]
    assert told([m["blocks"] for m in (main, *replies)], names) == Counter(dict.fromkeys(names, 1))
    footers = [str(reply["blocks"]) for reply in replies]
    assert all(f"part {n} of" in footer for n, footer in enumerate(footers, 2))
