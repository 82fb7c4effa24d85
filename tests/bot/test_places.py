"""Channels that are lost, mended and new, and who is told of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.cards import Card
from bot.chat import ChannelGone, Fate, PlaceChange, SendFailed
from bot.delivery import Outbox, OutboxSettings
from bot.places import Places
from bot.routing import plan
from bot.spaces import Spaces
from feeds.article import Feed
from feeds.schedule import FeedState
from storage.records import (
    Assessed,
    Author,
    DeliveryKind,
    Message,
    NewDelivery,
    Origin,
    Route,
)
from storage.store import Store
from tests.bot.fakes import Clock, FakeChat
from tests.bot.test_alert_card import text_of
from tests.builders import NOW, article, assessment, claim

GONE = PlaceChange(Fate.GONE, "T1", ("slack:C1",), "", "the channel was archived", "unarchive it")
BACK = PlaceChange(Fate.BACK, "T1", ("slack:C1",))
ROUTE = Route("desk", "slack:C1", origin=Origin.CHAT, space="T1")


class Platform(FakeChat):
    """A platform whose channels in `closed` cannot be written to."""

    closed: frozenset[str] = frozenset()
    check_raises: SendFailed | None = None
    edits_raise: SendFailed | None = None

    async def check(self, channel: str) -> str:
        if self.check_raises:
            raise self.check_raises
        if channel in self.closed:
            raise ChannelGone("archived", remedy="unarchive it")
        return "#alerts"

    async def edit(self, message: Message, card: Card) -> None:
        if self.edits_raise:
            raise self.edits_raise
        await super().edit(message, card)


class Service:
    """An outbox, the places, and two platforms."""

    def __init__(self, store: Store, *notices: str) -> None:
        self.store = store
        self.clock = Clock(NOW)
        self.slack = Platform("slack", spaces={f"slack:C{n}": "T1" for n in range(9)})
        self.discord = Platform("discord", spaces={"discord:1": "G1", "discord:2": "G2"})
        self.chats = {"slack": self.slack, "discord": self.discord}
        spaces = Spaces(lambda: self.chats, store)
        settings = OutboxSettings(gaps={}, notices=notices)
        self.outbox = Outbox(store, self.chats, self.clock, settings, None, spaces)
        self.places = Places(
            store,
            self.clock,
            spaces=spaces,
            chats=lambda: self.chats,
            notices=self.outbox.notices,
            wake=self.outbox.kick,
        )

    async def route(self, route: Route, by: str = "U7") -> None:
        author = Author(by, "slack", route.space)
        await self.store.by(author).add_route(route, now=NOW)

    async def report(self, title: str, *, source: str = "Times", **words: Any) -> None:
        """An article about a pledge is read."""
        known = await self.store.feeds()
        feed = known[0].id if known else await self._subscribed()
        read = Assessed(article(title, source=source), assessment(claim(**words)), alert=True)
        await self.store.record_poll(feed, [read], FeedState(good_polls=1), plan, now=self.clock())

    async def alerted(self, title: str) -> None:
        """An alert that stands in the channel of the route."""
        await self.report(title)
        assert await self.told("slack:C1")

    async def _subscribed(self) -> int:
        feed = Feed("https://gazette.example/feed.xml", "Gazette")
        return (await self.store.add_feed(feed, origin=Origin.COMMAND, now=NOW)).id

    async def told(self, channel: str) -> list[str]:
        """The headlines that stand in a channel, once everything is sent."""
        await self.outbox.drain()
        chat = self.chats[channel.partition(":")[0]]
        return [posted.card.headline for posted in chat.in_channel(channel)]


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await Store.open(tmp_path / "p.db") as opened:
        yield opened


@pytest.fixture
async def service(store: Store) -> Service:
    made = Service(store, "slack:C8")
    await made.route(ROUTE)
    return made


async def test_a_lost_channel_is_told_once_with_the_remedy(service: Service) -> None:
    await service.places.changed(GONE)
    await service.places.changed(GONE)
    (told,) = await service.told("slack:C8")
    assert told == ("Nothing more is sent to slack:C1 (route “desk”): the channel was archived")
    (posted,) = service.slack.in_channel("slack:C8")
    assert "unarchive it" in text_of(posted.card)


async def test_what_waits_goes_out_when_the_channel_is_back(service: Service) -> None:
    await service.places.changed(GONE)
    sample = NewDelivery(DeliveryKind.NOTICE, "slack:C1", "desk", {"card": "sample"})
    await service.store.enqueue([sample], now=NOW)
    assert await service.told("slack:C1") == []
    await service.places.changed(BACK)
    (told,) = await service.told("slack:C1")
    assert told.startswith("SAMPLE")
    assert "slack:C1 again" in (await service.told("slack:C8"))[-1]


async def test_a_channel_that_is_mended_in_silence_is_found_out(service: Service) -> None:
    await service.places.changed(GONE)
    service.slack.closed = frozenset({"slack:C1"})
    await service.places.mend()
    assert (await service.store.route("desk")).disabled
    service.slack.closed = frozenset()
    await service.places.mend()
    assert not (await service.store.route("desk")).disabled


async def test_a_channel_that_only_says_it_can_be_written_to_is_told_of_once_a_day(
    service: Service,
) -> None:
    service.slack.refusing["slack:C1"] = ChannelGone("posting is restricted", remedy="allow it")
    await service.report("Britain pledges troops to Ukraine")
    await service.outbox.drain()
    for _ in range(5):
        await service.places.mend()
        await service.outbox.drain()
        service.clock.forward(hours=1)
    told = await service.told("slack:C8")
    assert len(told) == 3, told  # lost, found, lost
    service.clock.forward(days=1)
    service.slack.refusing.clear()
    await service.places.mend()
    await service.outbox.drain()
    assert len(service.slack.in_channel("slack:C1")) == 1


async def test_the_refusal_of_an_edit_closes_no_channel_that_takes_posts(
    service: Service,
) -> None:
    await service.alerted("Britain pledges troops to Ukraine")
    refused = ChannelGone("the thread is archived", remedy="open it")
    service.slack.edits_raise = refused
    await service.report("London ready to deploy to Ukraine", source="Courier")
    await service.report("Poland pledges jets to Moldova", committers=("POL",))
    told = await service.told("slack:C8")
    assert told == ["A message to slack:C1 could not be delivered: the thread is archived"]
    assert not (await service.store.route("desk")).disabled
    assert len(await service.told("slack:C1")) == 2
    await service.places.mend()
    assert await service.told("slack:C8") == told


async def test_the_refusal_of_an_edit_closes_a_channel_that_takes_no_posts(
    service: Service,
) -> None:
    await service.alerted("Britain pledges troops to Ukraine")
    service.slack.edits_raise = ChannelGone("archived", remedy="unarchive it")
    service.slack.closed = frozenset({"slack:C1"})
    await service.report("London ready to deploy to Ukraine", source="Courier")
    (told,) = await service.told("slack:C8")
    assert told.startswith("Nothing more is sent to slack:C1")
    service.slack.edits_raise, service.slack.closed = None, frozenset()
    await service.places.mend()
    await service.outbox.drain()
    (posted,) = service.slack.in_channel("slack:C1")
    assert posted.edits == 1


async def test_an_edit_waits_where_nobody_says_whether_the_channel_takes_posts(
    service: Service,
) -> None:
    await service.alerted("Britain pledges troops to Ukraine")
    service.slack.edits_raise = ChannelGone("archived", remedy="unarchive it")
    service.slack.check_raises = SendFailed("Slack cannot be reached", retryable=True)
    await service.report("London ready to deploy to Ukraine", source="Courier")
    assert await service.told("slack:C8") == []
    assert not (await service.store.route("desk")).disabled
    service.slack.edits_raise = service.slack.check_raises = None
    service.clock.forward(hours=1)
    await service.outbox.drain()
    (posted,) = service.slack.in_channel("slack:C1")
    assert posted.edits == 1


async def test_a_chat_that_is_down_is_not_asked(service: Service) -> None:
    await service.places.changed(GONE)
    service.slack.healthy = "reconnecting"
    await service.places.mend()
    assert (await service.store.route("desk")).disabled


async def test_a_server_that_is_left_loses_its_own_routes_alone(service: Service) -> None:
    theirs = [Route(f"r{n}", f"discord:{n}", origin=Origin.CHAT) for n in (1, 2)]
    for route in theirs:
        await service.route(replace(route, space=f"G{route.channel[-1]}"))
    await service.places.changed(PlaceChange(Fate.GONE, "G1", (), "", "we were removed", ""))
    assert {r.name for r in await service.store.routes() if r.disabled} == {"r1"}


async def test_the_admins_of_the_own_space_are_told(service: Service) -> None:
    """No channel of the operator's lies in that server: the route's maker is told in person."""
    await service.route(Route("theirs", "discord:1", origin=Origin.CHAT, space="G1"), by="9")
    gone = PlaceChange(Fate.GONE, "G1", ("discord:1",), "", "it was deleted", "choose another")
    await service.places.changed(gone)
    assert await service.told("slack:C8") == []
    (told,) = await service.told("discord:@9")
    assert "theirs" in told


async def test_things_are_told_as_their_own_people_call_them(service: Service) -> None:
    await service.route(Route("ours @T1", "slack:C2", origin=Origin.CHAT, space="T1"))
    renamed = PlaceChange(Fate.RENAMED, "T1", ("slack:C2",), "wire")
    await service.places.changed(renamed)
    await service.places.changed(replace(GONE, channels=("slack:C2",)))
    (told,) = await service.told("slack:C8")
    assert told == "Nothing more is sent to #wire (route “ours”): the channel was archived"


async def test_the_operator_is_told_where_nobody_else_is(service: Service) -> None:
    await service.store.add_route(Route("ours", "discord:1", origin=Origin.COMMAND), now=NOW)
    gone = PlaceChange(Fate.GONE, "G1", ("discord:1",), "", "it was deleted", "choose another")
    await service.places.changed(gone)
    (told,) = await service.told("slack:C8")
    assert "ours" in told


async def test_a_new_place_is_welcomed_once(service: Service) -> None:
    joined = PlaceChange(Fate.JOINED, "T1", ("slack:C2",))
    await service.places.changed(joined)
    await service.places.changed(joined)
    assert await service.told("slack:C2") == ["Pledgewatch is here"]
    (posted,) = service.slack.in_channel("slack:C2")
    assert {b.action for b in posted.card.buttons} == {"add_route", "starter"}


async def test_a_place_that_a_route_leads_to_needs_no_welcome(service: Service) -> None:
    await service.places.changed(GONE)
    await service.places.changed(PlaceChange(Fate.JOINED, "T1", ("slack:C1",)))
    assert await service.told("slack:C1") == []
    assert not (await service.store.route("desk")).disabled


async def test_a_renamed_channel_is_called_by_its_new_name(service: Service) -> None:
    spaces = Spaces(lambda: service.chats, service.store)
    await service.places.changed(PlaceChange(Fate.RENAMED, "T1", ("slack:C1",), "wire"))
    assert await spaces.names(["slack:C1"]) == {"slack:C1": "#wire"}


# --- the outbox


async def test_a_refused_token_is_told_once_and_loses_nothing(service: Service) -> None:
    """On the other platform; the messages wait for as long as it takes."""
    outbox = Service(service.store, "slack:C8", "discord:2")
    sample = NewDelivery(DeliveryKind.NOTICE, "slack:C1", "desk", {"card": "sample"})
    await service.store.enqueue([sample], now=NOW)
    refused = SendFailed("Slack refuses the token", retryable=True, remedy="install it again")
    for _ in range(5):
        outbox.slack.script.extend([refused] * 2)
        await outbox.outbox.drain()
        outbox.clock.forward(days=1)
    assert await outbox.told("discord:2") == [
        "Slack takes no messages: Slack refuses the token. They wait."
    ]
    outbox.slack.script.clear()
    outbox.clock.forward(days=1)
    assert "SAMPLE" in (await outbox.told("slack:C1"))[0]


async def test_a_person_who_cannot_be_written_to_is_given_up_after_a_day(
    service: Service,
) -> None:
    word = NewDelivery(DeliveryKind.NOTICE, "slack:@U1", "", {"card": "welcome"})
    await service.store.enqueue([word], now=NOW)
    gone = ChannelGone("no direct messages", remedy="allow them")
    tries = 0
    while (await service.store.deliveries())[-1]["state"] != "dead":
        service.slack.script.append(gone)
        await service.outbox.drain()
        service.clock.forward(hours=1)
        tries += 1
    assert 20 < tries < 30


# --- whose a route is


async def test_a_channels_space_is_asked_once_and_kept(store: Store) -> None:
    chat = FakeChat("slack", spaces={"slack:C1": "T1"})
    assert await Spaces(lambda: {"slack": chat}, store).of("slack:C1") == "T1"
    assert await Spaces(dict, store).of("slack:C1") == "T1"
    assert await store.recall_names("space:", "T1") == ["slack:C1"]


async def test_a_space_that_cannot_be_asked_is_nobodys(store: Store) -> None:
    assert await Spaces(dict, store).of("slack:C1") == ""
