"""The watchdog barks once, and says when it is well again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.config import load_config
from bot.watchdog import Limits, Watchdog, Watched, alarms, limits_of, tells_at_once
from feeds.article import Feed
from feeds.schedule import FeedState
from storage.records import DeliveryKind, Mode, NewDelivery, Origin, Route
from storage.store import Store
from tests.bot.fakes import Clock
from tests.bot.test_health import FIGURES
from tests.builders import NOW

HOUR = timedelta(hours=1)
LIMITS = Limits(no_poll=2 * HOUR, no_delivery=HOUR, no_alert=timedelta(days=7))
WELL = Watched(FIGURES, NOW - timedelta(days=30), failing_since=None, tells_at_once=True)


def seen(**figures: Any) -> Watched:
    return replace(WELL, figures=replace(FIGURES, **figures))


@pytest.mark.parametrize(
    ("watched", "alarm"),
    [
        (replace(WELL, failing_since=NOW - 3 * HOUR), "poll"),
        (seen(oldest_due=NOW - 3 * HOUR), "poll"),
        (seen(waiting=2, oldest_waiting=NOW - 2 * HOUR), "delivery"),
        (seen(last_alert=NOW - timedelta(days=8)), "alert"),
        (seen(last_alert=None), "alert"),
    ],
)
def test_what_lasts_too_long_is_an_alarm(watched: Watched, alarm: str) -> None:
    assert list(alarms(watched, LIMITS, NOW)) == [alarm]


@pytest.mark.parametrize(
    "watched",
    [
        WELL,
        replace(WELL, failing_since=NOW - HOUR),
        seen(oldest_due=NOW - HOUR),
        seen(oldest_due=NOW + timedelta(hours=20)),
        seen(waiting=1, oldest_waiting=NOW - timedelta(minutes=59)),
        seen(last_alert=NOW - timedelta(days=6)),
        replace(seen(last_alert=None), tells_at_once=False),
        replace(seen(last_alert=None, feeds=0), failing_since=NOW - 3 * HOUR),
    ],
)
def test_what_is_well_or_not_yet_long_is_none(watched: Watched) -> None:
    assert alarms(watched, LIMITS, NOW) == {}


def test_what_was_due_while_the_service_was_down_is_no_alarm_at_its_start() -> None:
    back = replace(seen(oldest_due=NOW - timedelta(days=2)), started=NOW - timedelta(minutes=1))
    assert alarms(back, LIMITS, NOW) == {}


def test_each_alarm_can_be_turned_off() -> None:
    worst = replace(
        seen(oldest_due=NOW - 9 * HOUR, oldest_waiting=NOW - 9 * HOUR, last_alert=None),
        failing_since=NOW - 9 * HOUR,
    )
    text = "no_poll_minutes = 0\nno_delivery_minutes = 0\nno_alert_days = 0\n"
    assert alarms(worst, Limits(None, None, None), NOW) == {}
    assert limits_of(load_config(None, {})) == LIMITS
    environ = {f"PLEDGEWATCH_WATCHDOG__{k.split(' ')[0].upper()}": "0" for k in text.splitlines()}
    assert limits_of(load_config(None, environ)) == Limits(None, None, None)


def test_a_route_that_only_digests_promises_no_alert() -> None:
    assert tells_at_once([Route("desk", "slack:C1")])
    assert not tells_at_once([Route("desk", "slack:C1", mode=Mode.DAILY)])
    assert not tells_at_once([Route("desk", "slack:C1", disabled="channel gone")])


# --- on a database


@dataclass
class Kennel:
    """A watchdog with a store, a clock and ears."""

    store: Store
    clock: Clock
    failing_since: datetime | None = None
    told: list[tuple[str, bool]] = field(default_factory=list)

    async def tell(self, text: str, remedy: str, *, good: bool = False) -> None:
        self.told.append((text, good))

    def dog(self) -> Watchdog:
        return Watchdog(
            self.store, self.clock, LIMITS, self.tell, failing_since=lambda: self.failing_since
        )


@pytest.fixture
async def kennel(tmp_path: Path) -> AsyncIterator[Kennel]:
    async with await Store.open(tmp_path / "p.db") as store:
        await store.add_feed(Feed("https://x.example/f"), origin=Origin.COMMAND, now=NOW)
        yield Kennel(store, Clock(NOW))


async def test_it_tells_once_and_again_when_feeds_are_read_again(kennel: Kennel) -> None:
    dog = kennel.dog()
    kennel.failing_since = NOW
    await dog.look()
    assert kennel.told == []
    kennel.clock.forward(hours=3)
    for _ in range(3):
        await dog.look()
    assert kennel.told == [("No feed could be read since 02 Mar 09:30 UTC.", False)]
    kennel.failing_since = None
    for _ in range(3):
        await dog.look()
    assert kennel.told[1:] == [("Feeds are read again.", True)]


async def test_a_restart_tells_nothing_twice(kennel: Kennel) -> None:
    kennel.failing_since = NOW - 3 * HOUR
    await kennel.dog().look()
    await kennel.dog().look()
    assert len(kennel.told) == 1


async def test_a_feed_that_is_overdue_shows_that_polling_stands_still(kennel: Kennel) -> None:
    dog = kennel.dog()
    (feed,) = await kennel.store.feeds()
    await kennel.store.save_feed_state(feed.id, FeedState(next_check=NOW + HOUR))
    kennel.clock.forward(hours=2)
    await dog.look()
    assert kennel.told == []
    kennel.clock.forward(hours=2)
    await dog.look()
    assert "No feed was polled since 02 Mar 10:30 UTC" in kennel.told[0][0]


async def test_a_message_that_waits_too_long_is_told(kennel: Kennel) -> None:
    dog = kennel.dog()
    notice = NewDelivery(DeliveryKind.NOTICE, "slack:C1", "", {"text": "x", "remedy": ""})
    await kennel.store.enqueue([notice], now=NOW)
    kennel.clock.forward(minutes=61)
    await dog.look()
    text = "1 message waits to be delivered, the oldest since 02 Mar 09:30 UTC."
    assert kennel.told == [(text, False)]
