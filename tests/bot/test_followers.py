"""People who follow developments, and what becomes of it when nothing reaches them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.chat import ChannelGone, SendFailed
from bot.delivery import Outbox, OutboxSettings
from bot.routing import plan
from classifiers.assessment import Claim, Stage
from feeds.article import Feed
from feeds.schedule import FeedState
from storage.changes import Changes
from storage.records import Assessed, Author, Origin, Route
from storage.store import Store
from tests.bot.fakes import Clock, FakeChat
from tests.builders import NOW, article, assessment, claim

SHUT, OPEN = "discord:@1", "discord:@2"
CLOSED = ChannelGone("this user takes no direct messages", remedy="allow them")
NOTICES = "discord:9"
MOLDOVA = claim(committers=("ESP",), beneficiaries=("MDA",))


class Desk:
    """A channel, two developments, two people who follow both; one of them cannot be written to."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.chat = FakeChat("discord", refusing={SHUT: CLOSED})
        settings = OutboxSettings(gaps={}, notices=(NOTICES,))
        self.outbox = Outbox(store, {"discord": self.chat}, Clock(NOW), settings)

    async def set_up(self) -> None:
        self.feed = (
            await self.store.add_feed(
                Feed("https://times.example/feed", "Example Times"), origin=Origin.COMMAND, now=NOW
            )
        ).id
        await self.store.sync_routes([Route("desk", "discord:7")], now=NOW)
        await self.report("Paris names its price", claim())
        await self.report("Madrid to patrol", MOLDOVA, "Ships were promised for the spring.")
        for name in ("UKR-1", "MDA-1"):
            for person in (SHUT, OPEN):
                await self.store.follow(name, person, now=NOW)

    async def report(self, title: str, made: Claim, summary: str = "") -> None:
        batch = [Assessed(article(title, summary=summary), assessment(made), alert=True)]
        await self.store.record_poll(self.feed, batch, FeedState(), plan, now=NOW)
        await self.outbox.drain()

    @property
    def admin(self) -> Changes:
        return self.store.by(Author("U1", "discord", "T1"))

    async def sign(self, *names: str) -> None:
        """Both developments move at once; what is due goes out."""
        for name in names:
            development = await self.store.development(name)
            assert development is not None
            signed = replace(development.claims[0], stage=Stage.SIGNED_BINDING)
            await self.admin.correct(name, (signed,), plan, now=NOW)
        await self.outbox.drain()


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with await Store.open(tmp_path / "p.db") as store:
        made = Desk(store)
        await made.set_up()
        yield made


async def test_who_takes_no_direct_messages_follows_nothing_any_more(desk: Desk) -> None:
    await desk.sign("UKR-1", "MDA-1")
    assert await desk.store.following(SHUT) == []


async def test_nobody_is_tried_again_who_cannot_be_reached(desk: Desk) -> None:
    await desk.sign("UKR-1", "MDA-1")
    await desk.sign("UKR-1")
    assert desk.chat.refused == 1


async def test_others_go_on_being_told_and_following(desk: Desk) -> None:
    await desk.sign("UKR-1", "MDA-1")
    assert len(desk.chat.in_channel(OPEN)) == 2
    assert len(await desk.store.following(OPEN)) == 2


async def test_who_asked_in_a_french_channel_is_told_in_french(desk: Desk) -> None:
    await desk.store.sync_routes([Route("desk", "discord:7", language="fr")], now=NOW)
    await desk.store.follow("UKR-1", "discord:@3", now=NOW, asked_in="discord:7")
    await desk.sign("UKR-1")
    (french,) = desk.chat.in_channel("discord:@3")
    (english,) = desk.chat.in_channel(OPEN)
    assert french.card.headline.startswith("RECTIFIÉ")
    assert english.card.headline.startswith("CORRECTED")
    assert "pledge" not in str(french.card)


async def test_no_route_is_closed_and_no_admin_is_told(desk: Desk) -> None:
    await desk.sign("UKR-1")
    assert [route.disabled for route in await desk.store.routes()] == [""]
    assert desk.chat.in_channel(NOTICES) == []


async def test_who_follows_again_is_told_again(desk: Desk) -> None:
    await desk.sign("UKR-1")
    del desk.chat.refusing[SHUT]
    await desk.store.follow("MDA-1", SHUT, now=NOW)
    await desk.sign("MDA-1")
    assert len(desk.chat.in_channel(SHUT)) == 1


async def test_a_passing_trouble_lets_nobody_go(desk: Desk) -> None:
    desk.chat.refusing[SHUT] = SendFailed("HTTP 500", retryable=True)
    await desk.sign("UKR-1")
    assert desk.chat.refused == 1
    assert len(await desk.store.following(SHUT)) == 2


async def test_who_unfollows_before_the_message_goes_out_gets_none(desk: Desk) -> None:
    desk.chat.healthy = "reconnecting"
    await desk.sign("UKR-1")
    await desk.store.unfollow("UKR-1", OPEN)
    desk.chat.healthy = ""
    await desk.outbox.drain()
    assert desk.chat.in_channel(OPEN) == []
