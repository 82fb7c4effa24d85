"""Which entry is which: from the entries of a document to articles with keys, and from articles
and what is known of the feed to what is new, edited or resurfaced. Pure."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from feeds.article import Article, Entry, Feed, ParsedFeed
from feeds.schedule import FeedState
from feeds.text import teaser_and_text
from feeds.urls import canonical_url, clean_url, fragment_of, host_of, is_bare

OLD_AFTER = timedelta(hours=72)
"""An unknown item that is older, and older than what the feed already had, has resurfaced."""
_TELLING_CHARS = 80
"""An undated title and teaser of this length do not occur twice by chance ("Daily briefing")."""


class KnownLike(Protocol):
    """What the storage knows of a key."""

    @property
    def article_id(self) -> int | None:
        """None for a tombstone: the article was pruned, its keys were kept."""

    @property
    def content_digest(self) -> str:
        """Of the newest revision."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What a document brought, each list oldest first."""

    new: tuple[Article, ...] = ()
    edited: tuple[Article, ...] = ()
    """Known, with another title or summary."""
    resurfaced: tuple[Article, ...] = ()
    """Unknown, but old: to be stored, not alerted."""


def identify(parsed: ParsedFeed, feed: Feed) -> list[Article]:
    """The articles of a document, oldest first (undated ones before the others).

    Keys are judged over the whole document: an id, an address or a text that several entries
    share identifies none of them. Entries with nothing in them are left out, and so are those that
    repeat another, under another id perhaps.
    """
    entries = [one for one in _once(parsed.entries) if one.title or one.summary or one.link]
    articles: dict[tuple[str, ...], Article] = {}
    for entry, keys in zip(entries, _keys(entries, parsed, feed), strict=True):
        articles.setdefault(keys, _article(entry, keys, parsed, feed))
    newest_first = list(articles.values())
    newest_first.reverse()
    return sorted(newest_first, key=_age)


def keys_of(articles: Sequence[Article]) -> list[str]:
    """All keys of all articles: what `select` wants to know of."""
    return [key for article in articles for key in article.keys]


def select(
    articles: Sequence[Article], known: Mapping[str, KnownLike], state: FeedState, now: datetime
) -> Selection:
    """What is new, edited and resurfaced among the articles, given what their keys are known as."""
    new: list[Article] = []
    resurfaced: list[Article] = []
    edits: dict[int, Article | None] = {}
    for article in articles:
        match = next((known[key] for key in article.keys if key in known), None)
        if match is None:
            (resurfaced if _is_old(article, state, now) else new).append(article)
        elif match.article_id is not None:
            same = match.content_digest == article.content_digest
            _note_edit(edits, match.article_id, None if same else article)
    return Selection(tuple(new), tuple(filter(None, edits.values())), tuple(resurfaced))


def distinguishing(entry: Entry) -> tuple[str, str, str]:
    """What an entry could be told from others by: id, address and text. Entries that share none
    of these have the keys that they would have alone."""
    return entry.id, canonical_url(entry.link), _whole_text(entry)


def content_digest(title: str, summary: str) -> str:
    """What an edit is told by: blind to white space and letter case."""
    return _digest("\0".join(" ".join(part.casefold().split()) for part in (title, summary)))


def _note_edit(edits: dict[int, Article | None], article_id: int, article: Article | None) -> None:
    """Where several entries are one known article, one that is unchanged rules, or else the
    newest: otherwise two of them would edit each other for ever."""
    if article is None:
        edits[article_id] = None
    elif article_id not in edits or edits[article_id] is not None:
        edits[article_id] = article


def _is_old(article: Article, state: FeedState, now: datetime) -> bool:
    moment = article.published
    if moment is None or state.newest_published is None:
        return False
    return now - moment > OLD_AFTER and moment < state.newest_published


def _once(entries: Sequence[Entry]) -> list[Entry]:
    """Outlets that move or merge show an item under its old id and under its new one."""
    found: dict[object, Entry] = {}
    for entry in entries:
        text = _telling_text(entry)
        found.setdefault(_everything(entry)[1:] if text else entry, entry)
    return list(found.values())


def _addresses(entries: Sequence[Entry], parsed: ParsedFeed, feed: Feed) -> list[str]:
    """For each entry what its link identifies it by; empty where that is nothing."""
    pages = {canonical_url(parsed.link), canonical_url(feed.url)}
    plain = [canonical_url(entry.link) for entry in entries]
    times = Counter(plain)
    return [
        ""
        if not url or is_bare(url)
        else _with_fragment(url, entry.link)
        if times[url] > 1 or url in pages
        else url
        for url, entry in zip(plain, entries, strict=True)
    ]


def _with_fragment(url: str, link: str) -> str:
    """On a page of many items the fragment tells them apart, where there is one."""
    fragment = fragment_of(link)
    return f"{url}#{fragment}" if fragment else ""


def _keys(entries: Sequence[Entry], parsed: ParsedFeed, feed: Feed) -> list[tuple[str, ...]]:
    """The ladder: what is unique in the document, strongest first, and last of all everything
    together, by which an item is known again whatever comes to stand beside it."""
    rungs = (
        _unique("id", [entry.id for entry in entries]),
        _unique("url", _addresses(entries, parsed, feed)),
        _unique("text", [_telling_text(entry) for entry in entries]),
        ["same:" + _digest("\0".join(_everything(entry))) for entry in entries],
    )
    return [tuple(filter(None, keys)) for keys in zip(*rungs, strict=True)]


def _everything(entry: Entry) -> tuple[str, ...]:
    return (*distinguishing(entry), fragment_of(entry.link))


def _unique(rung: str, values: Sequence[str]) -> list[str]:
    times = Counter(values)
    return [f"{rung}:{_digest(one)}" if one and times[one] == 1 else "" for one in values]


def _telling_text(entry: Entry) -> str:
    """A text that would not come twice by chance; empty where it would."""
    telling = entry.published is not None or len(entry.title + entry.summary) >= _TELLING_CHARS
    return _whole_text(entry) if telling else ""


def _whole_text(entry: Entry) -> str:
    moment = entry.published.isoformat() if entry.published else ""
    return f"{entry.title}\0{entry.summary}\0{moment}"


def _article(entry: Entry, keys: tuple[str, ...], parsed: ParsedFeed, feed: Feed) -> Article:
    summary, text = teaser_and_text(entry.summary, entry.text)
    return Article(
        keys=keys,
        url=clean_url(entry.link),
        canonical_url=canonical_url(entry.link),
        title=entry.title,
        summary=summary,
        text=text,
        source=entry.source or feed.name or parsed.title or host_of(feed.url),
        language=_two_letters(parsed.language),
        published=entry.published,
        updated=entry.updated,
        content_digest=content_digest(entry.title, entry.summary),
    )


def _two_letters(language: str) -> str:
    first = language.strip().lower().replace("_", "-").partition("-")[0]
    return first if len(first) == 2 and first.isascii() and first.isalpha() else ""


def _age(article: Article) -> datetime:
    return article.published or datetime.min.replace(tzinfo=UTC)


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=12).hexdigest()
