"""An article can be followed through the log to the messages it led to, by ids alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pytest
import structlog
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from bot.chat import SendFailed
from bot.delivery import Outbox, OutboxSettings
from tests.bot.conftest import PLEDGE, WEATHER, Newsroom, hours_ago, rss
from tests.bot.fakes import FakeChat
from tests.builders import NOW

Line = Mapping[str, Any]


def events(lines: Iterable[Line], name: str) -> list[Line]:
    return [line for line in lines if line["event"] == name]


@pytest.fixture
async def polled(newsroom: Newsroom) -> list[Line]:
    """The log of a poll that brought a pledge and the weather, and of the first, failing, attempt
    and the second one to tell it."""
    newsroom.host.publish("/feed.xml", rss((*WEATHER, hours_ago(5))))
    await newsroom.subscribe()
    await newsroom.poll()
    storm = ("Storm in the south", "A storm is expected at the weekend.", NOW)
    newsroom.host.publish("/feed.xml", rss((*PLEDGE, NOW), storm))
    chat = FakeChat()
    chat.script.append(SendFailed("the platform is busy", retryable=True))
    outbox = Outbox(newsroom.store, {"slack": chat}, newsroom.clock, OutboxSettings(gaps={}))
    structlog.reset_defaults()  # whatever level an earlier test has set
    with capture_logs([merge_contextvars]) as lines:
        await newsroom.poll()
        await outbox.drain()
        newsroom.clock.forward(hours=1)
        await outbox.drain()
    return list(lines)


async def test_a_message_is_traced_back_to_its_article(
    polled: list[Line], newsroom: Newsroom
) -> None:
    (sent,) = events(polled, "delivery.sent")
    told = [d for d in events(polled, "article.decided") if d["relevant"]]
    (decided,) = told
    assert sent["article"] == decided["article"]
    assert sent["development"] == decided["development"] == "UKR-1"
    article = await newsroom.store.article(str(decided["article"]))
    assert article is not None
    assert decided["url"] == article.article.url
    (row,) = await newsroom.store.deliveries()
    assert sent["message"]
    assert row["state"] == "sent"


async def test_each_attempt_bears_the_same_ids(polled: list[Line]) -> None:
    (failed,) = events(polled, "delivery.failed")
    (sent,) = events(polled, "delivery.sent")
    for name in ("delivery", "article", "development", "channel"):
        assert failed[name] == sent[name]
    assert (failed["attempts"], sent["attempts"]) == (1, 2)


async def test_each_article_has_one_line_that_says_what_became_of_it(polled: list[Line]) -> None:
    decided = sorted(events(polled, "article.decided"), key=lambda line: not line["relevant"])
    assert [(d["relevant"], d["log_level"]) for d in decided] == [(True, "info"), (False, "debug")]
    assert decided[0]["outcome"].startswith("made UKR-1")
    assert decided[1]["outcome"] == "not relevant"
    (read,) = events(polled, "feed.read")
    assert (read["new"], read["relevant"]) == (2, 1)


async def test_every_line_of_a_poll_bears_its_feed(polled: list[Line], newsroom: Newsroom) -> None:
    (stored,) = await newsroom.store.feeds()
    lines = [d for d in polled if d["event"].startswith(("feed.", "article.", "development."))]
    assert {line["feed"] for line in lines} == {stored.feed.url}
    assert {"article.decided", "development.changed"} <= {line["event"] for line in lines}
    assert not any("feed" in line for line in events(polled, "delivery.sent"))
