"""The daily report of the service on its own work."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.config.models import WatchdogTable
from bot.self_report import SelfReport, due_day, report
from feeds.article import Feed
from feeds.schedule import FeedState
from storage.records import Lately, Origin, StoredFeed
from storage.store import Store
from tests.bot.fakes import Clock
from tests.bot.test_health import WELL
from tests.builders import NOW
from tests.storage.makers import Desk, assessed, claim

SEVEN = WatchdogTable(report="07:00", zone="UTC")
LATELY = Lately(articles=1204, relevant=17, developments=9, alerts=31, dead=1)


@pytest.mark.parametrize(
    ("table", "told", "due"),
    [
        (SEVEN, "", date(2026, 3, 2)),
        (SEVEN, "2026-03-01", date(2026, 3, 2)),
        (SEVEN, "2026-03-02", None),
        (WatchdogTable(report="10:00", zone="UTC"), "2026-03-01", None),
        (WatchdogTable(report="10:00", zone="Europe/Kyiv"), "2026-03-01", date(2026, 3, 2)),
        (WatchdogTable(), "", None),
    ],
)
def test_it_comes_once_a_day_at_its_time(table: WatchdogTable, told: str, due: date | None) -> None:
    assert due_day(table, told, NOW) == due


def feed(name: str, failures: int = 0) -> StoredFeed:
    subscribed = Feed("https://x.example/f", name)
    return StoredFeed(1, subscribed, FeedState(failures=failures), Origin.CHAT, False, NOW)


def test_it_says_what_was_done_and_what_fails() -> None:
    vitals = replace(WELL, last_backup=NOW - timedelta(hours=5), started=NOW - timedelta(hours=50))
    feeds = [feed("Good"), feed("Bad", failures=3)]
    headline, text, well = report(vitals, LATELY, feeds, NOW)
    assert (headline, well) == ("Daily report: all is well", True)
    assert "1,204 articles, 17 relevant, 9 new developments, 31 alerts sent" in text
    assert "Feeds: 2, failing: Bad" in text
    assert "Newest backup: 5 h old" in text
    assert "up for 2 d 2 h" in text


def test_it_says_first_what_is_wrong() -> None:
    headline, text, well = report(replace(WELL, chats={"slack": "token refused"}), LATELY, [], NOW)
    assert (headline, well) == ("Daily report: not all is well", False)
    assert text.startswith("chat slack: token refused")


def test_it_names_a_few_failing_feeds_and_counts_the_rest() -> None:
    feeds = [feed(f"F{n}", failures=1) for n in range(8)]
    _, text, _ = report(WELL, LATELY, feeds, NOW)
    assert "failing: F0, F1, F2, F3, F4 and 3 more" in text


async def test_it_counts_the_last_day_alone(tmp_path: Path) -> None:
    async with await Store.open(tmp_path / "p.db") as store:
        added = await store.add_feed(Feed("https://x.example/f"), origin=Origin.COMMAND, now=NOW)
        await Desk(store, added.id, now=NOW - timedelta(days=3)).poll(assessed("Old rain"))
        await Desk(store, added.id, now=NOW).poll(
            assessed("Rain"), assessed("Britain pledges troops", claim())
        )
        found = await store.lately(NOW)
        assert (found.articles, found.relevant, found.developments, found.alerts) == (2, 1, 1, 0)


async def test_it_is_given_once_over_restarts(tmp_path: Path) -> None:
    told: list[str] = []

    async def tell(text: str, remedy: str, *, good: bool = False) -> None:
        told.append(text)

    async with await Store.open(tmp_path / "p.db") as store:
        clock = Clock(NOW)
        for _ in range(3):
            await SelfReport(store, clock, SEVEN, tell).give(WELL)
        assert told == ["Daily report: all is well"]
        clock.forward(hours=24)
        assert await SelfReport(store, clock, SEVEN, tell).give(WELL)
