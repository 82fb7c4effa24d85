"""The way of one feed, end to end: fetch, parse, recognise, assess, record.

A failure of one feed is a value in its report; it never stops another feed. What is recorded, is
recorded in one transaction, with the feed's validators last: whatever breaks before that is simply
done again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from classifiers.reader import Reader

from bot.routing import plan
from feeds import schedule
from feeds.article import Article
from feeds.errors import FeedError
from feeds.fetch import Fetched, Fetcher
from feeds.identity import identify, keys_of, select
from feeds.parse import ParserPool
from storage.records import Assessed, Recorded, StoredFeed
from storage.store import Store

log = structlog.get_logger(__name__)

AT_ONCE = 50
"""Feeds under way at once; the fetcher limits each host besides."""


@dataclass(frozen=True, slots=True)
class PollReport:
    """What one poll of one feed did."""

    feed: StoredFeed
    outcome: str
    """unchanged, read, failed."""
    recorded: Recorded | None = None
    error: str = ""


class Pipeline:
    """Takes feeds that are due through the whole way."""

    def __init__(
        self,
        store: Store,
        fetcher: Fetcher,
        parser: ParserPool,
        reader: Reader,
        clock: Callable[[], datetime],
        *,
        settings: schedule.Settings,
        on_recorded: Callable[[Recorded], object],
        on_failing: Callable[[StoredFeed, schedule.FeedState], Awaitable[None]],
    ) -> None:
        self._store = store
        self._fetcher = fetcher
        self._parser = parser
        self._reader = reader
        self._clock = clock
        self._settings = settings
        self._on_recorded = on_recorded
        self._on_failing = on_failing
        self._under_way: set[int] = set()
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def poll_due(self) -> list[PollReport]:
        """One pass over the feeds that are due."""
        due = await self._store.due_feeds(self._clock())
        return await self.poll(due)

    async def poll(self, feeds: Sequence[StoredFeed]) -> list[PollReport]:
        """One pass over these feeds, side by side."""
        fresh = [feed for feed in feeds if feed.id not in self._under_way]
        self._under_way.update(feed.id for feed in fresh)
        return list(await asyncio.gather(*(self._poll_one(feed) for feed in fresh)))

    async def _poll_one(self, stored: StoredFeed) -> PollReport:
        try:
            async with self._slots:
                return await self._poll(stored)
        except Exception as error:
            # A bug that one feed brings out must not stop the others; it is loud in the log.
            log.exception("feed.bug", feed=stored.feed.url)
            return PollReport(stored, "failed", error=f"a bug: {type(error).__name__}")
        finally:
            self._under_way.discard(stored.id)

    async def _poll(self, stored: StoredFeed) -> PollReport:
        try:
            fetched = await self._fetcher.get(
                stored.feed.url,
                validators=stored.state.validators,
                headers=stored.feed.headers,
            )
            if fetched.body is None:
                return await self._unchanged(stored, fetched)
            parsed = await self._parser.parse(fetched.body, fetched.final_url, fetched.content_type)
        except FeedError as error:
            return await self._failed(stored, error)
        articles = identify(parsed, stored.feed)
        batch = await self._assess(stored, articles)
        now = self._clock()
        new = [a.article for a in batch]
        state = schedule.after_success(
            stored.state, fetched, now, self._settings, parsed=parsed, new=new, url=stored.feed.url
        )
        recorded = await self._store.record_poll(stored.id, batch, state, plan, now=now)
        self._on_recorded(recorded)
        _log_read(stored, recorded)
        return PollReport(stored, "read", recorded)

    async def _unchanged(self, stored: StoredFeed, fetched: Fetched) -> PollReport:
        state = schedule.after_success(
            stored.state, fetched, self._clock(), self._settings, url=stored.feed.url
        )
        await self._store.save_feed_state(stored.id, state)
        log.debug("feed.unchanged", feed=stored.feed.url, status=fetched.status)
        return PollReport(stored, "unchanged")

    async def _failed(self, stored: StoredFeed, error: FeedError) -> PollReport:
        state = schedule.after_failure(
            stored.state, error, self._clock(), self._settings, url=stored.feed.url
        )
        if not state.told and schedule.worth_telling(state):
            await self._on_failing(stored, state)
            state = replace(state, told=True)
        await self._store.save_feed_state(stored.id, state)
        log.warning(
            "feed.failed",
            feed=stored.feed.url,
            kind=error.kind,
            error=str(error),
            failures=state.failures,
            next_check=state.next_check,
        )
        return PollReport(stored, "failed", error=str(error))

    async def _assess(self, stored: StoredFeed, articles: Sequence[Article]) -> list[Assessed]:
        """The new and the edited ones among the entries of a document, assessed."""
        known = await self._store.known_entries(stored.id, keys_of(articles))
        chosen = select(articles, known, stored.state, self._clock())
        silent = dict.fromkeys(map(id, chosen.resurfaced), "resurfaced with an old date")
        if schedule.first_poll(stored.state):
            silent = dict.fromkeys(map(id, chosen.new), "the feed's first poll")
        fresh = (*chosen.new, *chosen.edited)
        # A thread of its own, since a long document would hold the event loop.
        assessments = await asyncio.to_thread(lambda: [self._reader.assess(a) for a in fresh])
        return [
            Assessed(
                article,
                assessment,
                alert=id(article) not in silent,
                reason=silent.get(id(article), ""),
            )
            for article, assessment in zip(fresh, assessments, strict=True)
        ]


def _log_read(stored: StoredFeed, recorded: Recorded) -> None:
    log.info(
        "feed.read",
        feed=stored.feed.url,
        new=recorded.new,
        edited=recorded.edited,
        relevant=len(recorded.relevant),
        deliveries=recorded.deliveries,
    )
    for change in recorded.changes:
        log.info(
            "development",
            id=change.development.short_id,
            kind=str(change.kind),
            head=str(change.development.head),
            article=change.article.url,
            revision=change.development.revision,
            alert=change.alert,
        )
