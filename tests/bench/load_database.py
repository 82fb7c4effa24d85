"""Makes the file of `tests.bench.storage` look like that of a newsroom after years of use: as many
developments as asked for up to today, alerts posted, and people who said something."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.routing import plan
from classifiers.assessment import Claim
from feeds.schedule import FeedState
from storage.records import ChangeKind, Filter
from storage.rows import Db
from storage.store import Store
from tests.bench.storage import OBLIGATIONS, ROUTES, STATES, News
from tests.servers.discord_objects import GUILD
from tests.servers.slack import TEAM

_SEED = 11
_SAID = 400
"""Developments that members say something of."""
_VERDICTS = ("not_relevant", "confirmed")


async def prepare(path: Path, developments: int, now: datetime, say: Callable[[str], None]) -> None:
    """Bring a file to its state at the begin of a run; what is done already is left alone."""
    async with await Store.open(path, service=True) as store:
        await store.sync_routes(ROUTES, now=now)
        await _top_up(store, developments, now, say)
        await store._database.write(_post_all)
        if not await store.feedback_given(limit=1):
            await _say_something(store, now)
        await store._database.bare(lambda db: db.execute("PRAGMA wal_checkpoint(TRUNCATE)"))


async def _top_up(
    store: Store, developments: int, now: datetime, say: Callable[[str], None]
) -> None:
    """More developments, from the file's last day to today; the bench of the storage makes fewer
    than it was asked for, since many of its made-up reports tell the same story."""
    figures = await store.figures()
    missing, number = developments - figures.developments, figures.articles + 20_000_000
    news, made = News(_SEED), 0
    begin = (await _last_day(store)) + timedelta(hours=6)
    (feed, *_) = await store.feeds()
    while made < missing:
        when = begin + (now - timedelta(hours=1) - begin) * (made / missing)
        reports = news.reports(number, when - timedelta(hours=3), _claim(news))
        number += len(reports)
        batch = reports[: news.random.randint(1, 3)]
        recorded = await store.record_poll(feed.id, batch, FeedState(), plan, now=when)
        new = sum(change.kind is ChangeKind.NEW for change in recorded.changes)
        made += new
        if new and made % 5000 == 0:
            say(f"  {made:,} of {missing:,} developments added")


async def _last_day(store: Store) -> datetime:
    (last,) = await store.latest(Filter(), limit=1)
    return last.created.astimezone(UTC)


def _claim(news: News) -> Claim:
    """Of any two states alike, so that few stories meet."""
    claim, (one, other) = news.claim(), news.random.sample(STATES, 2)
    return Claim(
        stage=claim.stage,
        direction=claim.direction,
        committers=(one,),
        beneficiaries=(other,),
        obligations=(news.random.choice(OBLIGATIONS),),
        confidence=claim.confidence,
        evidence=claim.evidence,
    )


def _post_all(db: Db) -> None:
    """As if everything had been delivered when it was made."""
    db.execute(
        "UPDATE deliveries SET state = 'sent', finished = created, attempts = 1, revision = 1,"
        " first_attempt = created, message_id = id, message_channel = channel"
        " WHERE state IN ('waiting', 'leased', 'unknown')"
    )
    db.execute("DELETE FROM digest_items WHERE delivery_id IS NULL")


async def _say_something(store: Store, now: datetime) -> None:
    news = News(_SEED)
    known = await store.latest(Filter(), limit=_SAID)
    for count, development in enumerate(known):
        space, platform = ((TEAM, "slack"), (str(GUILD), "discord"))[count % 2]
        await store.feedback(
            development.short_id,
            news.random.choice(_VERDICTS),
            plan,
            by=f"U{count % 30}",
            platform=platform,
            space=space,
            now=now,
        )
