"""An article that somebody found missing: read, assessed, explained, kept as an example."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot import why_answers
from bot.chat import Asker
from bot.reply import Reply, failure
from bot.spaces import is_operator
from classifiers.assessment import Assessment
from classifiers.reader import Reader
from feeds.article import Article
from feeds.fetch import Fetcher
from feeds.fulltext import PageKind, PageText
from feeds.identity import content_digest
from feeds.parse_pool import ParserPool
from feeds.urls import canonical_url, clean_url, host_of
from storage.records import Route
from storage.store import Store

_MOST, _SPAN = 30, timedelta(hours=1)
"""Articles that one person may give."""
_IN_WORDS = {
    PageKind.PAYWALL: "The page is behind a paywall; only its title could be read.",
    PageKind.CONSENT: "The page asks for consent first; only its title could be read.",
    PageKind.BLOCK: "The page takes us for a robot; only its title could be read.",
    PageKind.EMPTY: "The page holds no text to speak of; only its title could be read.",
}


class Submissions:
    """Answers `submit`."""

    def __init__(
        self,
        store: Store,
        fetcher: Fetcher,
        parser: ParserPool,
        reader: Callable[[], Reader],
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._fetcher = fetcher
        self._parser = parser
        self._reader = reader
        self._clock = clock
        self._given: dict[tuple[str, str], list[datetime]] = {}

    async def submit(self, url: str, asker: Asker, routes: Sequence[Route]) -> Reply:
        """Assess an article and keep it. One that a feed has brought is answered as `whynot` is, by
        the routes that the asker may see. Raises FeedError where the page cannot be read."""
        if not self._may_go_on(asker):
            return failure(f"You gave {_MOST} articles within the hour.", "Go on in a while.")
        known = await self._store.article(url)
        if known is not None:
            await self._keep(known.article, known.assessment, asker)
            return why_answers.why_not(known, routes)
        fetched = await self._fetcher.get(url)
        page = await self._parser.extract(
            fetched.body or b"", fetched.final_url, fetched.content_type
        )
        if not page.title and not page.text:
            return failure(f"There is nothing to read at {url}.", "Is it an article's page?")
        article = _article(fetched.final_url, page, self._clock())
        assessment = await asyncio.to_thread(lambda: self._reader().assess(article))
        await self._keep(article, assessment, asker)
        return why_answers.submitted(article, assessment, _IN_WORDS.get(page.kind, ""))

    def _may_go_on(self, asker: Asker) -> bool:
        """Whether somebody asks no more than a person does: each article costs a fetch, a parser's
        time and a row."""
        now = self._clock()
        recent = {
            who: kept
            for who, times in self._given.items()
            if (kept := [at for at in times if now - at < _SPAN])
        }
        mine = recent.setdefault((asker.platform, asker.user), [])
        self._given = recent
        if is_operator(asker) or len(mine) < _MOST:
            mine.append(now)
            return True
        return False

    async def _keep(self, article: Article, assessment: Assessment, asker: Asker) -> None:
        # The trail can be made anew from the text; it would be the larger part of the row.
        await self._store.keep_submission(
            article,
            replace(assessment, trail=()),
            by=asker.user,
            platform=asker.platform,
            space=asker.space,
            now=self._clock(),
        )


def _article(url: str, page: PageText, now: datetime) -> Article:
    address = canonical_url(url)
    return Article(
        keys=(f"url:{address}",),
        url=clean_url(url),
        canonical_url=address,
        title=page.title,
        summary="",
        text=page.text,
        source=host_of(url),
        language="",
        published=now,
        updated=None,
        content_digest=content_digest(page.title, ""),
    )
