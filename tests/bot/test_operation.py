"""The service minds itself: the whole of it in this process, with a chat of the test's own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import App
from bot.config import Config, load_config
from bot.core import Core, open_core
from bot.meters import Meters
from bot.notices import Notices
from bot.operation import Operation
from bot.pipeline import PollReport
from bot.scheduler import Scheduler
from bot.spaces import Spaces
from feeds.article import Feed
from feeds.errors import FetchError
from storage.errors import DatabaseCorrupt
from storage.records import Origin, StoredFeed
from storage.store import Store
from tests.bot.fakes import Clock, FakeChat
from tests.builders import NOW

CONFIG = """
[storage]
path = "p.db"
backup_folder = "backups"
[admins]
notices = ["slack:C9"]
"""
PAGE = 16_384
DOWN = FetchError("no answer", kind="timeout")


@pytest.fixture
def config(tmp_path: Path) -> Config:
    (tmp_path / "config.toml").write_text(CONFIG)
    return load_config(tmp_path / "config.toml", {})


# --- what is told of polls


class Watched:
    """An `Operation` over a fresh database with one feed, and what it tells."""

    def __init__(self, core: Core, clock: Clock, feed: StoredFeed) -> None:
        self.clock = clock
        self.feed = feed
        self.core = core
        spaces = Spaces(dict, core.store)
        notices = Notices(core.store, clock, spaces, ["slack:C9"], lambda: None)
        self.operation = Operation(
            core, Scheduler(), notices, meters=Meters(), chats=dict, on_damage=self.ended
        )

    async def ended(self, error: DatabaseCorrupt) -> None:
        raise AssertionError("the database is sound")

    async def polled(self, outcome: str) -> None:
        """A round is over, and a minute later the watchdog looks."""
        error = DOWN if outcome == "failed" else None
        self.operation.polled([PollReport(self.feed, outcome, error=error)])
        self.clock.forward(minutes=1)
        await self.operation._watch()

    async def told(self) -> list[str]:
        """The messages that wait for the admins."""
        return [str(row["id"]) for row in await self.core.store.deliveries()]


@pytest.fixture
async def watched(config: Config) -> AsyncIterator[Watched]:
    clock = Clock(NOW)
    async with open_core(config, service=True, clock=clock) as core:
        feed = await core.store.add_feed(Feed("https://x.example/f"), origin=Origin.CHAT, now=NOW)
        yield Watched(core, clock, feed)


async def test_a_long_time_of_failing_polls_is_told_once_and_so_is_its_end(
    watched: Watched,
) -> None:
    await watched.polled("failed")
    watched.clock.forward(hours=3)
    for _ in range(3):
        await watched.polled("failed")
    assert len(await watched.told()) == 1
    for _ in range(3):
        await watched.polled("unchanged")
    assert len(await watched.told()) == 2


async def test_a_poll_now_and_then_is_enough(watched: Watched) -> None:
    for _ in range(4):
        await watched.polled("failed")
        watched.clock.forward(hours=1)
        await watched.polled("read")
        watched.clock.forward(hours=1)
    assert await watched.told() == []
    assert (await watched.operation.vitals()).last_read is not None


# --- damage


async def test_damage_is_told_the_service_ends_and_the_file_is_set_aside(config: Config) -> None:
    path = config.storage.path
    chat = FakeChat()
    async with await Store.open(path, service=True) as store:
        good = await store.backup(path.parent / "backups" / "pledgewatch-20260301T000000Z.db")
    with pytest.raises(DatabaseCorrupt) as caught:
        await _serve_until_damaged(config, chat)
    assert f"pledgewatch restore {good}" in str(caught.value)
    assert "p.db.damaged-" in str(caught.value)
    assert not path.exists()
    (told,) = chat.posted.values()
    assert told.channel == "slack:C9"
    assert told.card.headline.startswith("The database is damaged")


async def _serve_until_damaged(config: Config, chat: FakeChat) -> None:
    async with open_core(config, service=True) as core:
        _damage(config.storage.path)
        await core.store._database.bare(lambda db: db.execute("PRAGMA shrink_memory"))
        async with asyncio.timeout(20):
            await App(core, [chat]).run()


def _damage(path: Path) -> None:
    """Overwrite the beginning of the pages that hold the ledger, as a failing disk does."""
    with path.open("r+b") as file:
        content = file.read()
        for page in range(0, len(content), PAGE):
            if content.count(b"instrument, confidence", page, page + PAGE) > 5:
                file.seek(page)
                file.write(b"\xff" * 200)
