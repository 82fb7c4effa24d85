"""/healthz and /metrics."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest

from bot.health import HealthServer, LoopLag, Vitals, figures_or_none, metrics, notes, troubles
from bot.opinions import OpinionFigures
from storage.errors import StorageError
from storage.records import StoreFigures
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
WELL = Vitals(FIGURES, {"slack": ""}, NOW, 5, 2, {"slack": 1}, 0.004)


@pytest.mark.parametrize(
    ("vitals", "part"),
    [
        (replace(WELL, figures=None), "database"),
        (replace(WELL, chats={"slack": "", "discord": "token refused"}), "chat discord"),
        (
            replace(WELL, figures=replace(FIGURES, oldest_waiting=NOW - timedelta(hours=1))),
            "deliveries",
        ),
        (
            replace(
                WELL,
                started=NOW - timedelta(days=9),
                figures=replace(FIGURES, last_poll=NOW - timedelta(days=3)),
            ),
            "polling",
        ),
    ],
)
def test_what_is_wrong_is_named_by_its_part(vitals: Vitals, part: str) -> None:
    assert list(troubles(vitals, NOW)) == [part]


def test_nothing_is_wrong_where_all_is_well() -> None:
    assert troubles(WELL, NOW) == {}


def test_a_language_model_that_rests_is_noted_and_is_no_trouble() -> None:
    resting = replace(WELL, opinions=OpinionFigures(4, 3, "HTTP 503"))
    assert troubles(resting, NOW) == {}
    assert notes(resting) == {"second opinion": "HTTP 503"}
    assert "pledgewatch_second_opinion_up 0\n" in metrics(resting, NOW)
    assert "pledgewatch_second_opinion_failures_total 3\n" in metrics(resting, NOW)


def test_without_a_language_model_nothing_is_said_of_one() -> None:
    assert notes(WELL) == {}
    assert "second_opinion" not in metrics(WELL, NOW)


def test_the_metrics_are_in_prometheus_own_form() -> None:
    text = metrics(WELL, NOW + timedelta(seconds=60))
    assert "pledgewatch_up_seconds 60\n" in text
    assert 'pledgewatch_send_failures_total{chat="slack"} 1\n' in text
    assert "pledgewatch_articles 1200\n" in text
    for line in text.splitlines():
        assert line.startswith(("# HELP pledgewatch_", "# TYPE pledgewatch_", "pledgewatch_"))


async def test_both_are_served_over_http() -> None:
    state = WELL

    async def vitals() -> Vitals:
        return state

    server = HealthServer(vitals, lambda: NOW)
    port = await server.start("127.0.0.1", 0)
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
            async with session.get("/healthz") as answer:
                assert (answer.status, (await answer.json())["ok"]) == (200, True)
            state = replace(WELL, figures=None)
            async with session.get("/healthz") as answer:
                assert answer.status == 503
            async with session.get("/metrics") as answer:
                assert "pledgewatch_database_up 0" in await answer.text()
    finally:
        await server.close()


async def test_a_database_that_does_not_answer_is_none() -> None:
    async def broken() -> StoreFigures:
        raise StorageError("gone")

    assert await figures_or_none(broken) is None


async def test_a_hold_of_the_loop_is_measured() -> None:
    lag = LoopLag()
    watching = asyncio.create_task(lag.watch())
    await asyncio.sleep(0)
    held = asyncio.get_running_loop().time() + 0.25
    while asyncio.get_running_loop().time() < held:
        pass
    await asyncio.sleep(0.01)
    watching.cancel()
    assert lag.take() > 0.1
    assert lag.take() == 0
