"""When the service makes digests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.app import App
from bot.config import load_config
from bot.core import open_core
from bot.routing import plan
from feeds.article import Feed
from feeds.schedule import FeedState
from storage.errors import DatabaseCorrupt, NotFound
from storage.records import Assessed, Mode, Origin, Route
from storage.store import Store
from tests.bot.fakes import Clock
from tests.builders import NOW, article, assessment, claim

FULL_HOUR = NOW + timedelta(minutes=30)


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[App]:
    """A service on a clock that stands at 09:30."""
    environ = {
        "PLEDGEWATCH_STORAGE__PATH": str(tmp_path / "p.db"),
        "PLEDGEWATCH_DISCORD__TOKEN": "so that nothing goes to the terminal",
    }
    config = load_config(None, environ)
    async with open_core(config, clock=Clock(NOW)) as core:
        yield App(core, [])


async def report(store: Store, route: Route) -> None:
    """One pledge, held for a route."""
    await store.add_route(route, now=NOW)
    feed = await store.add_feed(Feed("https://a.example/f"), origin=Origin.COMMAND, now=NOW)
    batch = [Assessed(article(), assessment(claim()), alert=True)]
    await store.record_poll(feed.id, batch, FeedState(), plan, now=NOW)


async def made_at(app: App, hours: float) -> int:
    """How many digests the service makes so long after the full hour."""
    clock = app.core.clock
    assert isinstance(clock, Clock)
    clock.now = FULL_HOUR + timedelta(hours=hours)
    return await app.make_digests()


async def test_a_digest_is_made_once_when_its_time_has_come(app: App) -> None:
    await report(app.core.store, Route("hourly", "slack:C1", mode=Mode.HOURLY))
    assert [await made_at(app, hours) for hours in (-0.01, 0, 0.01, 1)] == [0, 1, 0, 0]


async def test_what_came_due_while_the_service_was_down_does_not_break_quiet_hours(
    app: App,
) -> None:
    hourly = Route("hourly", "slack:C1", mode=Mode.HOURLY, quiet="22:00-07:00")
    await report(app.core.store, hourly)
    assert [await made_at(app, hours) for hours in (12.5, 20.9, 21)] == [0, 0, 1]


@pytest.mark.parametrize("fault", [NotFound("It is gone."), ValueError("a bug")])
async def test_a_route_whose_digest_cannot_be_made_stops_no_other(
    app: App, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    await report_to_three(app.core.store)
    fail_for(app.core.store, "b", fault, monkeypatch)
    assert await made_at(app, 0) == 2
    assert {row["channel"] for row in await app.core.store.deliveries()} == {"slack:a", "slack:c"}
    monkeypatch.undo()
    assert await made_at(app, 0.01) == 1


async def test_what_is_wrong_with_the_whole_file_is_no_fault_of_one_route(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    await report_to_three(app.core.store)
    fail_for(app.core.store, "b", DatabaseCorrupt("It is damaged."), monkeypatch)
    with pytest.raises(DatabaseCorrupt):
        await made_at(app, 0)


async def report_to_three(store: Store) -> None:
    """One pledge, held for three routes."""
    for name in ("c", "b"):
        await store.add_route(Route(name, f"slack:{name}", mode=Mode.HOURLY), now=NOW)
    await report(store, Route("a", "slack:a", mode=Mode.HOURLY))


def fail_for(store: Store, name: str, fault: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no digest be made for the route of this name."""
    make = store.make_digest

    async def make_digest(route: str, *, now: datetime) -> bool:
        if route == name:
            raise fault
        return await make(route, now=now)

    monkeypatch.setattr(store, "make_digest", make_digest)


async def test_a_single_pass_sends_the_digests_that_are_due(app: App) -> None:
    store = app.core.store
    await report(store, Route("hourly", "slack:C1", mode=Mode.HOURLY))
    await made_at(app, -0.01)
    await store.remove_feed("https://a.example/f", now=NOW)
    await app.poll_once(everything=False, deliver=True)
    assert await store.deliveries() == []
    app.core.clock.now = FULL_HOUR  # type: ignore[attr-defined] # the fixture's own clock
    await app.poll_once(everything=False, deliver=True)
    assert [row["kind"] for row in await store.deliveries()] == ["digest"]
