"""The way of one feed, end to end: fetch, parse, recognise, assess, record. `Pipeline._poll` is the
whole of it, a step a line; `bot.routing.plan` says within the recording who is told.

A failure of one feed is a value in its report; it never stops another feed. What is recorded, is
recorded in one transaction, with the feed's validators last: whatever breaks before that is simply
done again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from structlog.contextvars import bound_contextvars

from bot.apart import Apart
from bot.assessing import Assessor
from bot.opinions import SecondOpinions
from bot.poll_words import burst_notice, failure_notice, log_read, move_notice
from bot.routing import plan
from classifiers.reader import Reader
from feeds import schedule
from feeds.addresses import redacted
from feeds.article import ParsedFeed
from feeds.article_pages import ArticlePages
from feeds.bursts import dated_since, is_burst
from feeds.errors import FeedError
from feeds.fetch import Fetched, Fetcher
from feeds.identity import Selection, identify, keys_of, select
from feeds.parse_pool import ParserPool
from feeds.schedule import FeedState
from feeds.urls import host_of
from storage.errors import Conflict, StorageError
from storage.records import Assessed, Recorded, StoredFeed
from storage.store import Store

log = structlog.get_logger(__name__)

_ROUND = 200
_STORAGE_REST = timedelta(minutes=1)
"""No feed is asked for what could not be kept a moment ago."""
AT_ONCE = 50
"""Feeds under way at once; the fetcher limits each host besides."""


@dataclass(frozen=True, slots=True)
class PollReport:
    """What one poll of one feed did."""

    feed: StoredFeed
    outcome: str
    """unchanged, read, failed; unrecorded where the database is at fault, and not the feed."""
    recorded: Recorded | None = None
    error: FeedError | None = None
    seconds: float = 0.0
    """How long it took."""


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
        notify: Callable[[str, str], Awaitable[None]],
        opinions: SecondOpinions | None = None,
    ) -> None:
        self._store = store
        self._fetcher = fetcher
        self._parser = parser
        self._clock = clock
        self._settings = settings
        self._on_recorded = on_recorded
        self._notify = notify
        self._under_way: set[int] = set()
        self._rests_until: datetime | None = None
        self._apart = Apart()
        pages = ArticlePages(fetcher, parser)
        self._assessor = Assessor(reader, pages, opinions, self._apart, clock)
        self._slots = asyncio.Semaphore(AT_ONCE)

    def use(self, reader: Reader) -> None:
        """Assess with another reader from now on."""
        self._assessor.use(reader)

    async def due(self) -> list[StoredFeed]:
        """The feeds whose time has come, without those under way; none for a while after the
        database could not be written."""
        if self._rests():
            return []
        limit = len(self._under_way) + _ROUND
        due = await self._store.due_feeds(self._clock(), limit=limit)
        return [feed for feed in due if feed.id not in self._under_way]

    async def poll(self, feeds: Sequence[StoredFeed]) -> list[PollReport]:
        """One round over these feeds, side by side.

        What failed is judged at the end of the round: where nearly everything failed, it is our own
        network that is down, and no feed is to blame.
        """
        self._under_way.update(feed.id for feed in feeds)
        try:
            reports = await asyncio.gather(*map(self._poll_safely, feeds))
            down = schedule.network_down([_outcome(report) for report in reports])
            if down:
                log.warning("network.down", feeds=len(reports))
            for report in reports:
                if report.error is not None and report.outcome == "failed":
                    await self._failed(report.feed, report.error, network_down=down)
        except StorageError as error:
            # The round is over but for the note of what failed: those feeds are tried again.
            self._storage_failed(error)
        finally:
            self._under_way.difference_update(feed.id for feed in feeds)
        return reports

    def _rests(self) -> bool:
        """A clock that was put back must not make it rest for longer."""
        left = self._rests_until - self._clock() if self._rests_until else timedelta()
        return timedelta() < left <= _STORAGE_REST

    def _storage_failed(self, error: StorageError) -> None:
        """Nothing is lost: what was not recorded is polled again."""
        log.error("poll.unrecorded", error=str(error))
        self._rests_until = self._clock() + _STORAGE_REST

    async def _poll_safely(self, stored: StoredFeed) -> PollReport:
        """Every line of the log on the way bears the feed."""
        try:
            with bound_contextvars(feed=redacted(stored.feed.url)):
                return await self._timed(stored)
        except StorageError as error:
            self._storage_failed(error)
            return PollReport(stored, "unrecorded", error=FeedError(str(error), kind="database"))
        except Exception as error:
            # A bug that one feed brings out must not stop the others; it is loud in the log.
            log.exception("feed.bug", feed=redacted(stored.feed.url))
            text = f"The program failed on this feed ({type(error).__name__})."
            bug = FeedError(text, kind="bug", remedy="See the log; the other feeds go on.")
            return PollReport(stored, "failed", error=bug)

    async def _timed(self, stored: StoredFeed) -> PollReport:
        async with self._slots:
            began = time.perf_counter()
            try:
                report = await self._poll(stored)
            except FeedError as error:
                report = PollReport(stored, "failed", error=error)
            return replace(report, seconds=time.perf_counter() - began)

    async def _poll(self, stored: StoredFeed) -> PollReport:
        """The way of a feed's articles. Raises FeedError, StorageError."""
        fetched = await self._fetcher.get(
            stored.feed.url, validators=stored.state.validators, headers=stored.feed.headers
        )
        if fetched.body is None:
            return await self._unchanged(stored, fetched)
        parsed = await self._parser.parse(
            fetched.body, fetched.final_url, fetched.content_type, memory=stored.state.memory
        )
        articles = await self._apart(identify, parsed, stored.feed)
        known = await self._store.known_entries(stored.id, keys_of(articles))
        chosen = await self._apart(select, articles, known, stored.state, self._clock())
        assessed = await self._assessor.assess(stored, chosen)
        burst = self._is_burst(stored, parsed, chosen)
        batch = _held(assessed) if burst else await self._assessor.with_opinions(assessed)
        now = self._clock()
        state = self._after(stored, fetched, parsed, chosen, now)
        recorded = await self._store.record_poll(stored.id, batch, state, plan, now=now)
        self._on_recorded(recorded)
        log_read(stored, recorded)
        if burst:
            await self._notify(*burst_notice(stored, len(chosen.new)))
        await self._follow_move(stored, state)
        return PollReport(stored, "read", recorded)

    def _is_burst(self, stored: StoredFeed, parsed: ParsedFeed, chosen: Selection) -> bool:
        state, new, now = stored.state, chosen.new, self._clock()
        recent = dated_since(state, new, now)
        return is_burst(state, len(new), parsed.total, now, self._settings, recent=recent)

    def _after(
        self,
        stored: StoredFeed,
        fetched: Fetched,
        parsed: ParsedFeed,
        chosen: Selection,
        now: datetime,
    ) -> FeedState:
        return schedule.after_success(
            stored.state,
            fetched,
            now,
            self._settings,
            feed=stored.feed,
            parsed=parsed,
            new=(*chosen.new, *chosen.resurfaced),
        )

    async def _follow_move(self, stored: StoredFeed, state: FeedState) -> None:
        """Adopt the address that a permanent redirect has led to for several polls, and say so."""
        target = schedule.settled_move(state, self._settings)
        if not target:
            return
        refusal = ""
        try:
            moved = schedule.after_move(state, stored.feed.url)
            await self._store.move_feed(stored.feed.url, target, moved)
        except Conflict as error:
            refusal = str(error)
            settled = schedule.undo_move(state, target)
            await self._store.save_feed_state(stored.id, settled)
        log.info("feed.moved", feed=redacted(stored.feed.url), target=redacted(target))
        await self._notify(*move_notice(stored, target, refusal))

    async def _unchanged(self, stored: StoredFeed, fetched: Fetched) -> PollReport:
        state = schedule.after_success(
            stored.state, fetched, self._clock(), self._settings, feed=stored.feed
        )
        await self._store.save_feed_state(stored.id, state)
        log.debug("feed.unchanged", feed=redacted(stored.feed.url), status=fetched.status)
        return PollReport(stored, "unchanged")

    async def _failed(self, stored: StoredFeed, error: FeedError, *, network_down: bool) -> None:
        now = self._clock()
        if network_down:
            state = schedule.postponed(stored.state, now, self._settings)
        else:
            state = schedule.after_failure(
                stored.state, error, now, self._settings, feed=stored.feed
            )
        if schedule.worth_telling(state, now, self._settings):
            await self._notify(*failure_notice(stored, state))
            state = replace(state, told=True)
        await self._store.save_feed_state(stored.id, state)
        log.warning(
            "feed.failed",
            feed=redacted(stored.feed.url),
            kind=error.kind,
            error=str(error),
            failures=state.failures,
            next_check=state.next_check,
        )


def _held(batch: Sequence[Assessed]) -> list[Assessed]:
    """The items of a burst: whatever would have been told waits for an admin."""
    why = "held: the feed brought too much at once"
    return [replace(i, alert=False, held=True, reason=why) if i.alert else i for i in batch]


def _outcome(report: PollReport) -> tuple[str, str]:
    return host_of(report.feed.feed.url), report.error.kind if report.error else ""
