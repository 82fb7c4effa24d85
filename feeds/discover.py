"""A site's address to its feeds: link tags, well-known sites, common paths."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import parse_qs, urljoin, urlsplit

from lxml import etree, html
from yarl import URL

from feeds.addresses import without_user
from feeds.article import ParsedFeed
from feeds.errors import FeedError, ParseError
from feeds.fetch import Fetched, Fetcher
from feeds.parse_pool import ParserPool
from feeds.urls import without_feed_scheme
from feeds.word_lists import lines_of

_TYPES = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/feed+json",
        "application/json",
        "application/xml",
        "text/xml",
    }
)
_LOOKS_LIKE_FEED = re.compile(
    r"(?:/|\b)(?:rss|atom|feeds?)(?:[/.]|$)|\.(?:rss|atom|rdf)$|[?&]feed=|\.xml$", re.IGNORECASE
)
_NOT_A_FEED = re.compile(r"sitemap|opensearch|wlwmanifest|/wp-json/|oembed", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?![0-9]{1,5}(?:[/?#]|$))", re.IGNORECASE)
"""Not "example.org:8443", which is a host and its port."""
_MOST_TRIED = 8


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed that was found, fetched and read."""

    url: str
    parsed: ParsedFeed


async def discover(address: str, fetcher: Fetcher, pool: ParserPool) -> list[FoundFeed]:
    """The feeds of a site, likelier first; the address itself where it is one.

    Raises FetchError where the site does not answer, ParseError (no_feed) where it has none.
    """
    address = _with_scheme(address)
    if known := well_known(address):
        found = await _tried(known, fetcher, pool)
        if found:
            return found
    page = await fetcher.get(address)
    if isinstance(parsed := await _parsed(page, pool), ParsedFeed):
        return [FoundFeed(_lasting(address, page), parsed)]
    announced = await asyncio.to_thread(announced_feeds, page.body or b"", page.final_url)
    found = await _tried(announced, fetcher, pool)
    return found or await _guessed(page, fetcher, pool)


def well_known(address: str) -> list[str]:
    """The feeds of addresses of YouTube, Reddit, Mastodon and GitHub, which follow from them."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return []
    host = (parts.hostname or "").removeprefix("www.").removeprefix("old.").removeprefix("m.")
    steps = [step for step in parts.path.split("/") if step]
    if host in ("youtube.com", "youtu.be"):
        return _youtube(steps, parse_qs(parts.query))
    if host == "reddit.com" and len(steps) >= 2 and steps[0] in ("r", "user", "u"):
        return [f"https://www.reddit.com/{steps[0]}/{steps[1]}/.rss"]
    if host == "github.com" and len(steps) >= 2:
        base = f"https://github.com/{steps[0]}/{steps[1].removesuffix('.git')}"
        return [f"{base}/releases.atom", f"{base}/tags.atom", f"{base}/commits.atom"]
    if len(steps) == 1 and re.fullmatch(r"@\w+", steps[0]):  # Mastodon and its kin, on any host
        return [f"https://{parts.netloc}/{steps[0]}.rss"]
    return []


def announced_feeds(page: bytes, url: str) -> list[str]:
    """The feeds that a page names: link tags first, then links that look like feeds."""
    try:
        root = html.document_fromstring(page, base_url=url)
    except (etree.ParserError, ValueError):
        return []
    base = _joined(url, next(iter(root.xpath("//base/@href")), "")) or url
    links = [str(link.get("href", "")) for link in root.iter("link") if _announces(link)]
    anchors = [str(anchor.get("href", "")) for anchor in root.iter("a")]
    likely = [href for href in anchors if _LOOKS_LIKE_FEED.search(href)]
    return _addresses(base, [*links, *likely])


def _announces(link: html.HtmlElement) -> bool:
    kind = str(link.get("type", "")).partition(";")[0].strip().lower()
    relations = str(link.get("rel", "")).lower().split()
    return "feed" in relations or ("alternate" in relations and kind in _TYPES)


def _addresses(base: str, hrefs: Iterable[str]) -> list[str]:
    joined = (_joined(base, without_feed_scheme(href)) for href in hrefs)
    wanted = [
        address.partition("#")[0]
        for address in joined
        if address.startswith(("http://", "https://")) and not _NOT_A_FEED.search(address)
    ]
    return list(dict.fromkeys(wanted))[:_MOST_TRIED]


def _joined(base: str, href: str) -> str:
    """Empty where it is no address."""
    try:
        return urljoin(base, href)
    except ValueError:
        return ""


def _youtube(steps: Sequence[str], query: dict[str, list[str]]) -> list[str]:
    """Pages by @handle announce their feed in a link tag; these do not need the page."""
    feed = "https://www.youtube.com/feeds/videos.xml?"
    if len(steps) >= 2 and steps[0] == "channel":
        return [f"{feed}channel_id={steps[1]}"]
    if len(steps) >= 2 and steps[0] == "user":
        return [f"{feed}user={steps[1]}"]
    return [f"{feed}playlist_id={query['list'][0]}"] if query.get("list") else []


async def _tried(addresses: Sequence[str], fetcher: Fetcher, pool: ParserPool) -> list[FoundFeed]:
    """Each feed once, by the first address that leads to it."""
    results = await asyncio.gather(*(_try(address, fetcher, pool) for address in addresses))
    found: dict[str, FoundFeed] = {}
    for end, feed in filter(None, results):
        found.setdefault(end, feed)
    return list(found.values())


async def _try(address: str, fetcher: Fetcher, pool: ParserPool) -> tuple[str, FoundFeed] | None:
    """The feed, and where it was read."""
    try:
        fetched = await fetcher.get(address)
    except FeedError:
        return None
    parsed = await _parsed(fetched, pool)
    if parsed is None:
        return None
    return fetched.final_url, FoundFeed(_lasting(address, fetched), parsed)


def _lasting(address: str, fetched: Fetched) -> str:
    """The address to subscribe to: where a temporary redirect leads may be gone tomorrow."""
    return str(without_user(URL(fetched.permanent_url or address)))


async def _parsed(fetched: Fetched, pool: ParserPool) -> ParsedFeed | None:
    try:
        return await pool.parse(fetched.body or b"", fetched.final_url, fetched.content_type)
    except ParseError:
        return None


async def _guessed(page: Fetched, fetcher: Fetcher, pool: ParserPool) -> list[FoundFeed]:
    """The first common path that holds a feed, one after the other so as not to press the host."""
    for path in _common_paths():
        found = await _try(urljoin(page.final_url, path), fetcher, pool)
        if found:
            return [found[1]]
    raise ParseError(
        f"no feed was found at {urlsplit(page.final_url).hostname}",
        kind="no_feed",
        remedy="look on the site for a page called RSS and give that feed's own address",
    )


def _with_scheme(address: str) -> str:
    address = without_feed_scheme(address)
    return address if _SCHEME.match(address) else f"https://{address}"


@cache
def _common_paths() -> tuple[str, ...]:
    return tuple(lines_of("common_feed_paths.txt"))
