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
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from bot.opinions import SecondOpinions
from bot.routing import plan
from classifiers.assessment import Assessment
from classifiers.reader import Reader
from feeds import schedule
from feeds.addresses import redacted
from feeds.article import Article, Feed
from feeds.article_pages import ArticlePages, is_teaser
from feeds.errors import FeedError
from feeds.fetch import Fetched, Fetcher
from feeds.identity import Selection, identify, keys_of, select
from feeds.parse_pool import ParserPool
from feeds.urls import host_of
from storage.errors import Conflict, StorageError
from storage.records import Assessed, Recorded, StoredFeed
from storage.store import Store

T = TypeVar("T")
log = structlog.get_logger(__name__)

_ROUND = 200
_MOST_PAGES = 10
"""Article pages read for one poll of one feed."""
_PAGE_TIME = 60.0
"""Seconds that one page may take, the wait for its host's turn included."""
_FIRST_POLL = "the feed's first poll"
_RESURFACED = "resurfaced with an old date"
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
        self._reader = reader
        self._clock = clock
        self._settings = settings
        self._pages = ArticlePages(fetcher, parser)
        self._on_recorded = on_recorded
        self._notify = notify
        self._opinions = opinions
        self._under_way: set[int] = set()
        self._rests_until: datetime | None = None
        self._thread = ThreadPoolExecutor(1, "reader")
        self._slots = asyncio.Semaphore(AT_ONCE)

    def use(self, reader: Reader) -> None:
        """Assess with another reader from now on."""
        self._reader = reader

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
        try:
            async with self._slots:
                began = time.perf_counter()
                try:
                    report = await self._poll(stored)
                except FeedError as error:
                    report = PollReport(stored, "failed", error=error)
                return replace(report, seconds=time.perf_counter() - began)
        except StorageError as error:
            self._storage_failed(error)
            return PollReport(stored, "unrecorded", error=FeedError(str(error), kind="database"))
        except Exception as error:
            # A bug that one feed brings out must not stop the others; it is loud in the log.
            log.exception("feed.bug", feed=redacted(stored.feed.url))
            text = f"The program failed on this feed ({type(error).__name__})."
            bug = FeedError(text, kind="bug", remedy="See the log; the other feeds go on.")
            return PollReport(stored, "failed", error=bug)

    async def _poll(self, stored: StoredFeed) -> PollReport:
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
        batch = await self._assess(stored, chosen)
        now = self._clock()
        burst = schedule.is_burst(
            stored.state,
            len(chosen.new),
            parsed.total,
            now,
            self._settings,
            recent=schedule.dated_since(stored.state, chosen.new, now),
        )
        if burst:
            batch = [_held(item) for item in batch]
        elif self._opinions is not None:
            batch = await self._with_opinions(self._opinions, batch)
            now = self._clock()
        state = schedule.after_success(
            stored.state,
            fetched,
            now,
            self._settings,
            feed=stored.feed,
            parsed=parsed,
            new=(*chosen.new, *chosen.resurfaced),
        )
        recorded = await self._store.record_poll(stored.id, batch, state, plan, now=now)
        self._on_recorded(recorded)
        _log_read(stored, recorded)
        if burst:
            await self._notify(*_burst_notice(stored, len(chosen.new)))
        await self._follow_move(stored, state)
        return PollReport(stored, "read", recorded)

    async def _follow_move(self, stored: StoredFeed, state: schedule.FeedState) -> None:
        """Adopt the address that a permanent redirect has led to for several polls, and say so."""
        target = schedule.settled_move(state, self._settings)
        if not target:
            return
        name = stored.feed.name or stored.feed.url
        undo = f"To go back: /pledgewatch feeds unmove {name}"
        try:
            moved = schedule.after_move(state, stored.feed.url)
            await self._store.move_feed(stored.feed.url, target, moved)
        except Conflict as error:
            undo = str(error)
            settled = schedule.undo_move(state, target)
            await self._store.save_feed_state(stored.id, settled)
        log.info("feed.moved", feed=redacted(stored.feed.url), target=redacted(target))
        await self._notify(f"The feed “{name}” redirects for good to {redacted(target)}.", undo)

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
            await self._notify(*_failure_notice(stored, state))
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

    async def _assess(self, stored: StoredFeed, chosen: Selection) -> list[Assessed]:
        """What is new and what was edited, assessed; what must not be alerted says why."""
        first = schedule.first_poll(stored.state)
        fresh = [
            *((article, _FIRST_POLL if first else "") for article in chosen.new),
            *((article, _FIRST_POLL if first else _RESURFACED) for article in chosen.resurfaced),
            *((article, "") for article in chosen.edited),
        ]
        assessments = await self._read([article for article, _ in fresh])
        batch = [
            Assessed(article, assessment, alert=not silent, reason=silent)
            for (article, silent), assessment in zip(fresh, assessments, strict=True)
        ]
        return batch if first else await self._with_pages(stored.feed, batch)

    async def _read(self, articles: Sequence[Article]) -> list[Assessment]:
        return await self._apart(lambda: [self._reader.assess(article) for article in articles])

    async def _apart(self, work: Callable[..., T], *arguments: object) -> T:
        """Work that a long document makes long, off the event loop. One thread for all feeds: with
        more of them the loop would wait in a longer queue for the interpreter."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, work, *arguments)

    async def _with_pages(self, feed: Feed, batch: Sequence[Assessed]) -> list[Assessed]:
        """Teasers that may matter, read again with the text of their pages."""
        wanted = [item for item in batch if self._wants_page(feed, item)][:_MOST_PAGES]
        full = await asyncio.gather(*(self._with_page(feed, item) for item in wanted))
        by_id = {id(item): better for item, better in zip(wanted, full, strict=True)}
        return [by_id.get(id(item), item) for item in batch]

    async def _with_opinions(
        self, opinions: SecondOpinions, batch: Sequence[Assessed]
    ) -> list[Assessed]:
        """The batch after a second look at what nobody is sure of; what tells nobody anyway is not
        looked at again. Takes no longer than one opinion may."""
        told = [item for item in batch if item.alert]
        threshold = self._reader.threshold
        seen = await asyncio.gather(
            *(opinions.on(item.article, item.assessment, threshold) for item in told)
        )
        by_id = {id(item): better for item, better in zip(told, seen, strict=True)}
        return [replace(i, assessment=by_id[id(i)]) if id(i) in by_id else i for i in batch]

    def _wants_page(self, feed: Feed, item: Assessed) -> bool:
        return feed.full_text and is_teaser(item.article) and self._reader.gate(item.article)

    async def _with_page(self, feed: Feed, item: Assessed) -> Assessed:
        """The item with its page's text; as it is where the page gives none. What the teaser says
        plainly is never lost: a longer text may add to a claim, not take it away."""
        try:
            async with asyncio.timeout(_PAGE_TIME):
                page = await self._pages.read(item.article, feed, now=self._clock())
        except (FeedError, TimeoutError) as error:
            log.info("page.failed", url=item.article.url, error=str(error))
            return item
        if page is None or not page.text:
            return item
        article = replace(item.article, text=page.text)
        (assessment,) = await self._read([article])
        log.info("page.read", url=article.url, score=assessment.score, before=item.assessment.score)
        if item.assessment.relevant and not assessment.relevant:
            return item
        return replace(item, article=article, assessment=assessment)


def _held(item: Assessed) -> Assessed:
    """An item of a burst: whatever would have been told waits for an admin."""
    if not item.alert:
        return item
    return replace(item, alert=False, held=True, reason="held: the feed brought too much at once")


def _burst_notice(stored: StoredFeed, new: int) -> tuple[str, str]:
    name = stored.feed.name or stored.feed.url
    text = f"The feed “{name}” suddenly brought {new} new items; they are held and told to nobody."
    return text, f"/pledgewatch feeds release {name} tells them, feeds discard {name} does not."


def _failure_notice(stored: StoredFeed, state: schedule.FeedState) -> tuple[str, str]:
    name = stored.feed.name or stored.feed.url
    since = f" since {state.failing_since:%d %b %H:%M} UTC" if state.failing_since else ""
    return f"The feed “{name}” fails{since}: {state.failure_text}", redacted(stored.feed.url)


def _outcome(report: PollReport) -> tuple[str, str]:
    return host_of(report.feed.feed.url), report.error.kind if report.error else ""


def _log_read(stored: StoredFeed, recorded: Recorded) -> None:
    log.info(
        "feed.read",
        feed=redacted(stored.feed.url),
        new=recorded.new,
        edited=recorded.edited,
        relevant=len(recorded.relevant),
        deliveries=recorded.deliveries,
    )
    for decided in recorded.decisions:
        # One line a decision; what is not relevant, nearly all of the news, only for who wants it.
        say = log.info if decided.relevant else log.debug
        say(
            "article.decided",
            article=decided.article_id,
            url=decided.url,
            relevant=decided.relevant,
            score=round(decided.score, 3),
            development=decided.development,
            outcome=decided.outcome,
        )
    for change in recorded.changes:
        log.info(
            "development.changed",
            development=change.development.short_id,
            kind=str(change.kind),
            head=str(change.development.head),
            article=change.article.url,
            revision=change.development.revision,
            alert=change.alert,
        )
