"""Bytes to entries. The one importer of feedparser.

Pure and synchronous, and for hostile documents slow at worst: the service runs it in processes
of its own (feeds/parse_pool.py), which can be killed.
"""

from __future__ import annotations

import calendar
import io
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import struct_time
from typing import Any

import feedparser
import feedparser.mixin

from feeds.article import Entry, ParsedFeed
from feeds.charset import decode, mended
from feeds.cut import Memory, Split, mark, remember, remember_more, split
from feeds.dates import agrees, parse_date, plausible
from feeds.errors import ParseError
from feeds.identity import distinguishing
from feeds.jsonfeed import parse_json
from feeds.limits import (
    ID_CHARS,
    MOST_ENTRIES,
    MOST_TAGS,
    entry_text,
    summary_text,
    title_text,
    too_many,
)
from feeds.urls import absolute
from feeds.xmltext import cleaned, count_entries, skipped_days, skipped_hours

_FORMATS = {"rss10": "rdf", "rss091n": "rss091", "rss091u": "rss091"}
_MAY_BE_FEED = re.compile(r"<(?:[\w-]+:)?(?:rss|feed|rdf|channel)\b", re.IGNORECASE)
_LONGEST_AUTHOR = 512
_OTHER_TITLES = ("dc_title", "media_title")
_OTHER_SUMMARIES = ("dc_description", "itunes_summary", "media_description")
"""Of the item as a whole, by extensions of RSS and Atom; they count where it says nothing itself,
as the items of video sites do."""
_LONGEST_TTL = timedelta(days=31)


def parse(body: bytes, *, url: str, content_type: str = "", memory: str = "") -> ParsedFeed:
    """Read a feed document: RSS 0.9x to 2.0, RDF, Atom, JSON Feed.

    `url` is where it came from, for relative links. `memory` is what parsing the document gave
    last time: entries that are unchanged since then are left out (`cut` counts them).
    Raises ParseError (not_a_feed, too_large).
    """
    text, warning = decode(body, content_type)
    text = text.lstrip("\ufeff\0 \t\r\n")
    if not text:
        raise _no_feed("the document is empty", "look at the address in a browser")
    if text[0] in "{[":
        return parse_json(text, url=url, warning=warning)
    text = cleaned(text)
    _check_size(text)
    parts = split(text)
    if parts is None:
        return _parse_xml(text, url, warning)
    return _parse_new(parts, url, warning, Memory.from_text(memory)) or _parse_whole(
        parts, text, url, warning
    )


def _check_size(text: str) -> None:
    entries, tags = count_entries(text), text.count("<")
    if entries > MOST_ENTRIES:
        raise too_many(entries)
    if tags > MOST_TAGS:
        raise too_many(tags, "tags", MOST_TAGS)


def _parse_new(parts: Split, url: str, warning: str, memory: Memory) -> ParsedFeed | None:
    """Only what is not known; None where the whole document has to be read."""
    known = memory.knows(parts, url)
    if not any(known):
        return None
    try:
        feed = _parse_xml(parts.without(known), url, "", skips_of=parts.head + parts.tail)
    except ParseError:
        return None  # it shows what it is by its items alone
    marks = [mark(distinguishing(entry)) for entry in feed.entries]
    cut = [digest for digest, is_known in zip(parts.digests, known, strict=True) if is_known]
    if feed.warning or len(marks) + len(cut) != len(parts.spans) or memory.clashes(cut, marks):
        return None
    remembered = remember_more(memory, parts, known, marks)
    return replace(feed, warning=warning, cut=len(cut), memory=remembered.to_text())


def _parse_whole(parts: Split, text: str, url: str, warning: str) -> ParsedFeed:
    """Everything, and a memory of it where the document is well-formed."""
    feed = _parse_xml(text, url, "", skips_of=parts.head + parts.tail)
    if feed.warning or len(feed.entries) != len(parts.spans):
        return replace(feed, warning=warning or feed.warning)
    marks = [mark(distinguishing(entry)) for entry in feed.entries]
    return replace(feed, warning=warning, memory=remember(parts, url, marks).to_text())


def _parse_xml(text: str, url: str, warning: str, *, skips_of: str = "") -> ParsedFeed:
    if not _MAY_BE_FEED.search(text):
        raise _not_xml_feed(text)  # long pages take feedparser seconds
    result = _feedparser(text)
    version = result.get("version") or ""
    entries = result.get("entries") or []
    if not version and (not entries or _is_html(text)):
        raise _not_xml_feed(text)
    head = result.get("feed") or {}
    form = _FORMATS.get(version, version or "rss")
    return ParsedFeed(
        title=title_text(mended(_string(head, "title")) or _first(head, _OTHER_TITLES)),
        format=form,
        language=_string(head, "language")[:35],
        entries=tuple(_entry(item, url, form) for item in entries),
        link=absolute(url, _string(head, "link")),
        ttl=_ttl(_string(head, "ttl")),
        skip_hours=skipped_hours(skips_of or text),
        skip_days=skipped_days(skips_of or text),
        warning=warning or _ill_formed(result),
    )


def _feedparser(text: str) -> dict[str, Any]:
    try:
        # A stream, since feedparser opens a bytes object that spells a path or an address; no
        # location, since it would resolve ids against it, which change when the feed moves.
        # Markup is neither resolved nor sanitised here: all of it is stripped to text.
        result: dict[str, Any] = feedparser.parse(
            io.BytesIO(text.encode("utf-8", "replace")),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except Exception as error:
        raise _no_feed(
            f"the document cannot be read ({type(error).__name__})", "tell the publisher"
        ) from error
    return result


def _guard_author_pattern() -> None:
    """feedparser searches authors with a pattern whose cost grows with the square of their
    length (its issue 562): 32 kB take seven seconds. Nobody's name is that long."""
    mixin = feedparser.mixin._FeedParserMixin
    unguarded = mixin._sync_author_detail

    def guarded(self: Any, key: str = "author") -> None:
        if len(self._get_context().get(key) or "") <= _LONGEST_AUTHOR:
            unguarded(self, key)

    mixin._sync_author_detail = guarded


def _part_what_is_said_of_pictures() -> None:
    """feedparser takes the caption of a picture for the item's description, its title for the
    item's, and so with what Dublin Core and iTunes call description, summary and title. Each is
    kept under a name of its own; what is said of one picture is none of the item's."""
    mixin = feedparser.mixin._FeedParserMixin
    start_content = mixin._start_media_content

    def enter(self: Any, attributes: dict[str, str]) -> None:
        self.media_open = getattr(self, "media_open", 0) + 1
        start_content(self, attributes)

    def leave(self: Any) -> None:
        self.media_open = max(getattr(self, "media_open", 0) - 1, 0)

    def opened(self: Any, name: str) -> None:
        self.push(f"picture_{name}" if getattr(self, "media_open", 0) else name, 1)

    def closed(self: Any, name: str) -> None:
        self.pop(f"picture_{name}" if getattr(self, "media_open", 0) else name)

    for name in {*_OTHER_TITLES, *_OTHER_SUMMARIES}:
        setattr(mixin, f"_start_{name}", lambda self, _, name=name: opened(self, name))
        setattr(mixin, f"_end_{name}", lambda self, name=name: closed(self, name))
    mixin._start_media_content, mixin._end_media_content = enter, leave


_guard_author_pattern()
_part_what_is_said_of_pictures()


def _entry(item: dict[str, Any], base: str, form: str) -> Entry:
    content = "\n".join(mended(_string(part, "value")) for part in item.get("content") or ())
    summary = mended(_string(item, "summary")) or content or _first(item, _OTHER_SUMMARIES)
    published, updated = _dates(item)
    # rdf:about names a node of a graph; what RSS 1.0 identifies an item by is its link.
    identifier = "" if form == "rdf" else _string(item, "id").strip()
    return Entry(
        id=identifier if len(identifier) <= ID_CHARS else "",
        link=absolute(base, _link(item, form)),
        title=title_text(mended(_string(item, "title")) or _first(item, _OTHER_TITLES)),
        summary=summary_text(summary),
        text=entry_text(content),
        author=title_text(_string(item, "author")),
        source=title_text(_string(item.get("source") or {}, "title")),
        published=published,
        updated=updated,
    )


def _given(holder: dict[str, Any], key: str) -> object:
    # feedparser's own get() answers a missing "updated" with "published", and warns.
    return dict.get(holder, key)


def _string(holder: dict[str, Any], key: str) -> str:
    value = _given(holder, key)
    return value if isinstance(value, str) else ""


def _first(holder: dict[str, Any], keys: tuple[str, ...]) -> str:
    return next((mended(text) for key in keys if (text := _string(holder, key))), "")


def _link(item: dict[str, Any], form: str) -> str:
    link = _string(item, "link").strip()
    if link and not (_given(item, "guidislink") and link == _string(item, "id").strip()):
        return link
    others = [one for one in item.get("links") or () if _string(one, "rel") == "alternate"]
    href = next((_string(one, "href") for one in others if _string(one, "href")), "")
    return href or (link if _is_permalink(link, form) else "")


def _is_permalink(identifier: str, form: str) -> bool:
    """Whether an id serves as the link: in RSS, unless it denies it, and only if it is one."""
    return not form.startswith("atom") and bool(re.match(r"https?://", identifier, re.IGNORECASE))


def _dates(item: dict[str, Any]) -> tuple[datetime | None, datetime | None]:
    """An item that bears only one date bears it as both: Atom requires no other than `updated`,
    and dc:date, which feedparser takes for an update, is when an item of RSS was published."""
    updated = _date(item, "updated")
    return _date(item, "published") or _date(item, "created") or updated, updated


def _date(item: dict[str, Any], key: str) -> datetime | None:
    text = _string(item, key)
    moment = parse_date(text) or _guessed_date(text, _given(item, f"{key}_parsed"))
    return plausible(moment, datetime.now(UTC))


def _guessed_date(text: str, parsed: object) -> datetime | None:
    """What feedparser made of a date, where it is what the date says: it reads 24-11-2026 as 20
    November 2024, and 2026/11/24 as the first of this month."""
    if not isinstance(parsed, struct_time):
        return None
    try:
        moment = datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return moment if agrees(text, moment) else None


def _ttl(value: str) -> timedelta | None:
    """RSS gives minutes."""
    digits = value.strip()
    if not (digits.isascii() and digits.isdigit()):
        return None
    return min(timedelta(minutes=int(digits[:6])), _LONGEST_TTL) or None


def _ill_formed(result: dict[str, Any]) -> str:
    if not result.get("bozo"):
        return ""
    reason = " ".join(str(result.get("bozo_exception", "")).split())
    return f"ill-formed: {reason}"[:200]


def _is_html(text: str) -> bool:
    return bool(
        re.match(r"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", text[:2000], re.I | re.S)
    )


def _not_xml_feed(text: str) -> ParseError:
    if _is_html(text) or re.search(r"<(?:html|body|head)\b", text[:5000], re.IGNORECASE):
        return _no_feed(
            "the document is a web page, not a feed",
            "subscribe to the page's address instead: its feeds are looked for",
        )
    return _no_feed("the document is no feed of a known format", "check the address")


def _no_feed(message: str, remedy: str) -> ParseError:
    return ParseError(message, kind="not_a_feed", remedy=remedy)
