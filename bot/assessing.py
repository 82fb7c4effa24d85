"""What a poll brought, assessed: by the classifier, where a teaser may matter with the text of its
page, where nobody is sure with a language model's opinion."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from bot.apart import Apart
from bot.opinions import SecondOpinions
from classifiers.assessment import Assessment
from classifiers.reader import Reader
from feeds.article import Article, Feed
from feeds.article_pages import ArticlePages, is_teaser
from feeds.errors import FeedError
from feeds.identity import Selection
from feeds.schedule import first_poll
from storage.records import Assessed, StoredFeed

log = structlog.get_logger(__name__)

_MOST_PAGES = 10
"""Article pages read for one poll of one feed."""
_PAGE_TIME = 60.0
"""Seconds that one page may take, the wait for its host's turn included."""
_FIRST_POLL = "the feed's first poll"
_RESURFACED = "resurfaced with an old date"


class Assessor:
    """Whatever page or opinion fails, an article keeps at least the classifier's own word."""

    def __init__(
        self,
        reader: Reader,
        pages: ArticlePages,
        opinions: SecondOpinions | None,
        apart: Apart,
        clock: Callable[[], datetime],
    ) -> None:
        """`opinions` None: no language model is asked."""
        self._reader = reader
        self._pages = pages
        self._opinions = opinions
        self._apart = apart
        self._clock = clock

    def use(self, reader: Reader) -> None:
        """Assess with another reader from now on."""
        self._reader = reader

    async def assess(self, stored: StoredFeed, chosen: Selection) -> list[Assessed]:
        """What is new and what was edited, assessed; what must not be alerted says why."""
        first = first_poll(stored.state)
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

    async def with_opinions(self, batch: list[Assessed]) -> list[Assessed]:
        """The batch after a second look at what nobody is sure of; what tells nobody anyway is not
        looked at again. Takes no longer than one opinion may."""
        opinions, threshold = self._opinions, self._reader.threshold
        if opinions is None:
            return batch
        told = [item for item in batch if item.alert]
        seen = await asyncio.gather(
            *(opinions.on(item.article, item.assessment, threshold) for item in told)
        )
        by_id = {id(item): better for item, better in zip(told, seen, strict=True)}
        return [replace(i, assessment=by_id[id(i)]) if id(i) in by_id else i for i in batch]

    async def _read(self, articles: Sequence[Article]) -> list[Assessment]:
        return await self._apart(lambda: [self._reader.assess(article) for article in articles])

    async def _with_pages(self, feed: Feed, batch: Sequence[Assessed]) -> list[Assessed]:
        """Teasers that may matter, read again with the text of their pages."""
        wanted = [item for item in batch if self._wants_page(feed, item)][:_MOST_PAGES]
        full = await asyncio.gather(*(self._with_page(feed, item) for item in wanted))
        by_id = {id(item): better for item, better in zip(wanted, full, strict=True)}
        return [by_id.get(id(item), item) for item in batch]

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
