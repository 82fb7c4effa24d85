"""What publishers send: bytes -> the parsers of `feeds`. Each target raises where a promise of the
parser is broken; expected errors are none."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

from lxml import etree
from protego import Protego

from feeds import wire
from feeds.article import Feed, ParsedFeed
from feeds.decompress import Body
from feeds.discover import announced_feeds
from feeds.errors import FetchError, ParseError
from feeds.fulltext import extract
from feeds.identity import identify
from feeds.limits import ID_CHARS, SUMMARY_CHARS, TEXT_CHARS, TITLE_CHARS
from feeds.opml import read_opml, write_opml
from feeds.parse import parse

URL = "https://feeds.example/news/feed"
NOW = datetime(2026, 1, 7, tzinfo=UTC)
_TYPES = ("", "text/xml", "application/rss+xml; charset=utf-8", "text/html; charset=windows-1251")
_CODINGS = ("", "gzip", "deflate", "br", "zstd", "gzip, br", "x-gzip", "identity")
_MOST = 200_000
_ACTING = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")


def feed(data: bytes) -> None:
    """A feed, whole and again with the memory of the first time, and through the worker's pipe."""
    kind, body = _TYPES[data[0] % len(_TYPES)] if data else "", data[1:]
    try:
        parsed = parse(body, url=URL, content_type=kind)
    except ParseError:
        return
    _check(parsed)
    lines = [*wire.entry_lines(parsed)]
    head = wire.read_head(wire.head_line(parsed))
    if wire.assembled(head, map(wire.read_entry, lines)) != parsed:
        raise AssertionError("what comes out of the worker is not what went in")
    again = parse(body, url=URL, content_type=kind, memory=parsed.memory)
    if len(again.entries) > len(parsed.entries):
        raise AssertionError("the same document again brings more")


def _check(parsed: ParsedFeed) -> None:
    for entry in parsed.entries:
        if len(entry.title) > TITLE_CHARS or len(entry.summary) > SUMMARY_CHARS:
            raise AssertionError("a title or a teaser is too long")
        if len(entry.text) > TEXT_CHARS or len(entry.id) > ID_CHARS:
            raise AssertionError("a text or an id is too long")
        if _ACTING.search(entry.title + entry.summary + entry.text + entry.link):
            raise AssertionError("a control character came through")
        if entry.link and urlsplit(entry.link).scheme.lower() not in {"http", "https"}:
            raise AssertionError(f"{entry.link!r} is no web address")
    for article in identify(parsed, Feed(URL)):
        if not article.keys:
            raise AssertionError("an article without a key is new for ever")


def opml(data: bytes) -> None:
    """A list of feeds; what is written of it is read back."""
    try:
        feeds = read_opml(data)
    except ParseError:
        return
    written = write_opml(feeds, title="t", created=NOW)
    etree.fromstring(written)
    read_opml(written)


def page(data: bytes) -> None:
    """An article's page, and a site's page that announces feeds."""
    extract(data, url=URL)
    for address in announced_feeds(data, URL):
        if not address.startswith(("http://", "https://")):
            raise AssertionError(f"{address!r} is no web address")


def body(data: bytes) -> None:
    """A compressed body, in pieces."""
    if len(data) < 2:
        return
    step = data[1] + 1
    collected = Body(_CODINGS[data[0] % len(_CODINGS)], _MOST)
    try:
        for start in range(2, len(data), step):
            collected.add(data[start : start + step])
        whole = collected.whole()
    except FetchError:
        return
    if len(whole) > _MOST:
        raise AssertionError("the cap did not hold")


def robots(data: bytes) -> None:
    """A site's rules, and an address on it."""
    rules, _, path = data.decode("utf-8", "replace").rpartition("\n")
    Protego.parse(rules).can_fetch(f"https://feeds.example/{path}", "Pledgewatch/0.1")
