"""Reading an article's page where the feed gives only a teaser: same address check and caps as
for feeds, robots.txt respected, one host not pressed, each page fetched once."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import TypeVar
from urllib.parse import urlsplit

from protego import Protego
from yarl import URL

from feeds.article import Article, Feed
from feeds.charset import decode
from feeds.errors import AddressRefused, FetchError
from feeds.fetch import Fetched, Fetcher, same_origin
from feeds.fulltext import PageText
from feeds.parse_pool import ParserPool
from feeds.urls import canonical_url

_T = TypeVar("_T")

_TEASER_CHARS = 600
_ROBOTS_KEPT = timedelta(hours=24)
_ROBOTS_FAILURE_KEPT = timedelta(minutes=10)
_PAGES_KEPT = timedelta(hours=6)
_MOST_PAGES = 500
_MOST_HOSTS = 2_000
_MOST_ROBOTS = 512_000
"""RFC 9309 asks for the first 500 KiB."""


def is_teaser(article: Article) -> bool:
    """Whether a feed gave less of an article than a few sentences."""
    return max(len(article.text), len(article.summary)) < _TEASER_CHARS


class ArticlePages:
    """Fetches and extracts pages. The fetcher's settings decide gaps, caps and addresses."""

    def __init__(self, fetcher: Fetcher, pool: ParserPool) -> None:
        self._fetcher = fetcher
        self._pool = pool
        self._agent = fetcher.settings.user_agent
        self._pages: OrderedDict[str, tuple[datetime, PageText]] = OrderedDict()
        self._robots: OrderedDict[str, tuple[datetime, Protego | None]] = OrderedDict()

    async def read(self, article: Article, feed: Feed, *, now: datetime) -> PageText | None:
        """The text of an article's page; None where the feed or robots.txt forbid it, or there
        is no address. Raises FetchError, ParseError (parse_timeout, parse_crash)."""
        if not feed.full_text or not article.url:
            return None
        key = canonical_url(article.url)
        kept = self._pages.get(key)
        if kept and now - kept[0] < _PAGES_KEPT:
            return kept[1]
        if not await self._may_fetch(article.url, now):
            return None
        page = await self._fetcher.get(article.url, headers=_secret_headers(article.url, feed))
        text = await self._extracted(page)
        _keep(self._pages, key, (now, text), _MOST_PAGES)
        return text

    async def _extracted(self, page: Fetched) -> PageText:
        return await self._pool.extract(page.body or b"", page.final_url, page.content_type)

    async def _may_fetch(self, url: str, now: datetime) -> bool:
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        kept = self._robots.get(site)
        if kept is None or now - kept[0] >= (_ROBOTS_KEPT if kept[1] else _ROBOTS_FAILURE_KEPT):
            kept = (now, await self._robots_of(site))
            _keep(self._robots, site, kept, _MOST_HOSTS)
        rules = kept[1]
        return rules is not None and bool(rules.can_fetch(url, self._agent))

    async def _robots_of(self, site: str) -> Protego | None:
        """The site's rules. None: nothing may be fetched, since RFC 9309 has a server that fails
        taken for one that forbids everything; a missing file forbids nothing."""
        try:
            answer = await self._fetcher.get(f"{site}/robots.txt")
        except AddressRefused:
            raise
        except FetchError as error:
            missing = error.status is not None and 400 <= error.status < 500 and error.status != 429
            return Protego.parse("") if missing else None
        return Protego.parse(decode((answer.body or b"")[:_MOST_ROBOTS])[0])


def _secret_headers(url: str, feed: Feed) -> tuple[tuple[str, str], ...]:
    """A feed's user and password go with its pages as they would after a redirect: to the same
    host and port, and from https to nothing else."""
    try:
        same = same_origin(URL(feed.url), URL(url))
    except ValueError:
        return ()
    return feed.headers if same else ()


def _keep(cache: OrderedDict[str, _T], key: str, value: _T, most: int) -> None:
    cache[key] = value
    cache.move_to_end(key)
    while len(cache) > most:
        cache.popitem(last=False)
