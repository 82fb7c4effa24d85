"""/healthz and /metrics."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot.health import HealthServer
from bot.meters import Histogram, LoopLag, Meters
from bot.metrics import metrics
from bot.opinions import OpinionFigures
from bot.pipeline import PollReport
from bot.vitals import Vitals, figures_or_none, is_alive, notes, parts, troubles
from feeds.article import Feed
from feeds.errors import FetchError
from feeds.schedule import FeedState
from storage.errors import StorageError
from storage.records import DeliveryKind, Origin, Recorded, StoredFeed, StoreFigures
from tests.builders import NOW

FIGURES = StoreFigures(
    feeds=3,
    feeds_failing=1,
    articles=1200,
    developments=7,
    waiting=0,
    dead=0,
    oldest_waiting=None,
    last_poll=NOW,
    last_alert=NOW,
    schema="003_held",
)
WELL = Vitals(
    figures=FIGURES,
    answer_seconds=0.002,
    chats={"slack": ""},
    started=NOW,
    idle=0.5,
    last_read=NOW,
    last_backup=None,
    meters=Meters(),
    lag=LoopLag(),
)
FEED = StoredFeed(1, Feed("https://x.example/f"), FeedState(), Origin.CHAT, paused=False, added=NOW)


# --- health


@pytest.mark.parametrize(
    ("vitals", "part"),
    [
        (replace(WELL, figures=None), "database"),
        (replace(WELL, idle=75.0), "scheduler"),
        (replace(WELL, chats={"slack": "", "discord": "token refused"}), "chat discord"),
        (
            replace(WELL, figures=replace(FIGURES, oldest_waiting=NOW - timedelta(hours=1))),
            "deliveries",
        ),
        (
            replace(WELL, started=NOW - timedelta(days=9), last_read=NOW - timedelta(days=3)),
            "feeds",
        ),
        (replace(WELL, started=NOW - timedelta(days=2), last_read=None), "feeds"),
    ],
)
def test_what_is_wrong_is_named_by_its_part(vitals: Vitals, part: str) -> None:
    assert list(troubles(vitals, NOW)) == [part]


def test_nothing_is_wrong_where_all_is_well() -> None:
    assert troubles(WELL, NOW) == {}
    assert set(parts(WELL, NOW)) == {"scheduler", "database", "chat slack", "feeds", "deliveries"}


def test_without_feeds_none_has_to_be_read() -> None:
    empty = replace(WELL, started=NOW - timedelta(days=9), figures=replace(FIGURES, feeds=0))
    assert troubles(replace(empty, last_read=None), NOW) == {}


def test_a_chat_that_is_down_is_no_reason_to_start_the_process_again() -> None:
    assert is_alive(replace(WELL, figures=None, chats={"slack": "token refused"}))
    assert not is_alive(replace(WELL, idle=61.0))


def test_a_language_model_that_rests_is_noted_and_is_no_trouble() -> None:
    resting = replace(WELL, opinions=OpinionFigures(4, 3, "HTTP 503"))
    assert troubles(resting, NOW) == {}
    assert notes(resting) == {"second opinion": "HTTP 503"}
    assert "pledgewatch_second_opinion_up 0\n" in metrics(resting, NOW)
    assert "pledgewatch_second_opinion_failures_total 3\n" in metrics(resting, NOW)


def test_without_a_language_model_nothing_is_said_of_one() -> None:
    assert notes(WELL) == {}
    assert "second_opinion" not in metrics(WELL, NOW)


class Served:
    """The server, with vitals to change."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.vitals = WELL
        self._session = session

    async def json(self, path: str) -> tuple[int, Any]:
        async with self._session.get(path) as answer:
            return answer.status, await answer.json()

    async def text(self, path: str) -> tuple[str, str]:
        async with self._session.get(path) as answer:
            return answer.headers["Content-Type"], await answer.text()


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    async def vitals() -> Vitals:
        return made.vitals

    server = HealthServer(vitals, lambda: NOW)
    port = await server.start("127.0.0.1", 0)
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
            made = Served(session)
            yield made
    finally:
        await server.close()


@pytest.mark.parametrize("path", ["/healthz", "/healthz/ready"])
async def test_readiness_names_every_part_and_fails_with_one(served: Served, path: str) -> None:
    status, answer = await served.json(path)
    assert (status, answer["ok"], answer["parts"]["database"]) == (200, True, "ok")
    served.vitals = replace(WELL, figures=None)
    status, answer = await served.json(path)
    assert (status, answer["ok"]) == (503, False)
    assert answer["troubles"] == {"database": "does not answer"}
    assert answer["parts"]["chat slack"] == "ok"


async def test_liveness_fails_only_where_a_new_start_helps(served: Served) -> None:
    served.vitals = replace(WELL, figures=None, chats={"slack": "token refused"})
    assert await served.json("/healthz/live") == (200, {"ok": True})
    served.vitals = replace(WELL, idle=61.0)
    assert await served.json("/healthz/live") == (503, {"ok": False})


async def test_metrics_are_served_in_the_text_format(served: Served) -> None:
    kind, text = await served.text("/metrics")
    assert kind == "text/plain; version=0.0.4; charset=utf-8"
    assert "pledgewatch_database_up 1\n" in text


async def test_a_database_that_does_not_answer_is_none() -> None:
    async def broken() -> StoreFigures:
        raise StorageError("gone")

    assert await figures_or_none(broken) is None


# --- metrics


def worked() -> Meters:
    """After a day's work."""
    meters = Meters()
    recorded = Recorded(new=12, edited=1, relevant=(), changes=(), deliveries=2)
    timeout = FetchError("no answer", kind="timeout")
    meters.polled(
        [
            PollReport(FEED, "read", recorded, seconds=0.3),
            PollReport(FEED, "unchanged", seconds=0.04),
            PollReport(FEED, "failed", error=timeout, seconds=30.5),
        ]
    )
    meters.posted("slack", DeliveryKind.ALERT, 0.2, 1.5)
    meters.posted("slack", DeliveryKind.EDIT, 0.2, 9.0)
    meters.not_posted("discord", "unknown", 30.0)
    return meters


BUSY = replace(
    WELL,
    meters=worked(),
    last_backup=NOW - timedelta(hours=2),
    figures=replace(FIGURES, waiting=4, oldest_waiting=NOW - timedelta(seconds=90)),
)


@pytest.mark.parametrize(
    "line",
    [
        "pledgewatch_up_seconds 60",
        "pledgewatch_articles 1200",
        'pledgewatch_polls_total{outcome="read"} 1',
        'pledgewatch_poll_failures_total{class="timeout"} 1',
        'pledgewatch_poll_seconds_bucket{le="0.05"} 1',
        'pledgewatch_poll_seconds_bucket{le="30"} 2',
        'pledgewatch_poll_seconds_bucket{le="+Inf"} 3',
        "pledgewatch_poll_seconds_count 3",
        'pledgewatch_articles_seen_total{kind="new"} 12',
        'pledgewatch_messages_sent_total{chat="slack",kind="edit"} 1',
        "pledgewatch_alerts_total 1",
        'pledgewatch_send_failures_total{chat="discord",class="unknown"} 1',
        'pledgewatch_alert_delay_seconds_bucket{le="2"} 1',
        "pledgewatch_alert_delay_seconds_sum 1.5",
        "pledgewatch_deliveries_waiting 4",
        "pledgewatch_delivery_age_seconds 150",
        "pledgewatch_backup_age_seconds 7260",
        'pledgewatch_chat_up{chat="slack"} 1',
        "pledgewatch_loop_blocked_total 0",
        "pledgewatch_loop_busy_worst_seconds 0",
    ],
)
def test_the_work_of_the_service_is_counted(line: str) -> None:
    assert line in metrics(BUSY, NOW + timedelta(seconds=60)).splitlines()


def test_prometheus_own_parser_reads_the_metrics_with_their_types() -> None:
    parser = pytest.importorskip("prometheus_client.parser")
    text = metrics(replace(BUSY, opinions=OpinionFigures(4, 3, "")), NOW)
    families = list(parser.text_string_to_metric_families(text))
    for family in families:
        assert family.name.startswith("pledgewatch_")
        assert family.type in {"gauge", "counter", "histogram"}
        assert family.documentation
    kinds = {family.name: family.type for family in families}
    assert kinds["pledgewatch_polls"] == "counter"  # the parser takes _total for the type's own
    assert kinds["pledgewatch_poll_seconds"] == "histogram"
    assert kinds["pledgewatch_delivery_age_seconds"] == "gauge"
    assert len(kinds) == text.count("# TYPE ")


def test_a_label_may_hold_anything() -> None:
    odd = replace(WELL, chats={'a"b\\c\nd': "down"})
    assert r'pledgewatch_chat_up{chat="a\"b\\c\nd"} 0' in metrics(odd, NOW)


# --- what is measured


def test_a_clock_that_was_set_back_counts_as_no_time() -> None:
    histogram = Histogram((1, 2))
    histogram.add(-3600)
    assert (histogram.counts, histogram.total) == ([1, 0, 0], 0.0)


async def test_a_hold_of_the_loop_is_measured() -> None:
    lag = LoopLag()
    watching = asyncio.create_task(lag.watch())
    await asyncio.sleep(0)
    held = asyncio.get_running_loop().time() + 0.25
    while asyncio.get_running_loop().time() < held:
        pass
    await asyncio.sleep(0.01)
    watching.cancel()
    assert lag.worst > 0.1
    assert lag.lately == lag.worst
    assert lag.blocked == 1
    assert lag.busiest > 0.1  # it computed all that time
    assert sum(lag.held.counts) >= 1


async def test_a_hold_in_which_the_loop_only_waits_is_no_work_of_its_own() -> None:
    lag = LoopLag()
    watching = asyncio.create_task(lag.watch())
    await asyncio.sleep(0)
    threading.Event().wait(0.25)  # as it waits for a thread that has the interpreter
    await asyncio.sleep(0.01)
    watching.cancel()
    assert lag.worst > 0.1
    assert lag.busiest < 0.1
