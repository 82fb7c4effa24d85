"""What this package makes: feeds, the entries of a document, articles.

All times are aware and in UTC. All text is plain: no tag, no entity of HTML is left in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Validators:
    """What is sent back to a server to ask whether a document changed, and our own check of it."""

    etag: str = ""
    last_modified: str = ""
    digest: str = ""
    """Digest of the decompressed body; an equal one is never parsed again."""


NO_VALIDATORS = Validators()


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as somebody subscribed to it."""

    url: str
    name: str = ""
    tags: tuple[str, ...] = ()
    interval: timedelta | None = None
    """Time between two polls; None lets the feed's own rhythm decide."""
    full_text: bool = True
    """Whether the article's page may be fetched where the feed gives a teaser."""
    headers: tuple[tuple[str, str], ...] = ()
    """Sent with every request, for example ("Authorization", "Basic ..."). Secret."""

    @property
    def title(self) -> str:
        """What people call it: its name, or its address where it has none."""
        return self.name or self.url


@dataclass(frozen=True, slots=True)
class Entry:
    """One item as a document gives it, before anything is known of it."""

    id: str
    """The document's own id, raw; empty where it has none."""
    link: str
    """Absolute address; empty where there is none."""
    title: str
    summary: str
    text: str = ""
    """Full content where the document carries it, else empty."""
    author: str = ""
    source: str = ""
    """The outlet that the item itself names, as aggregators do; else empty."""
    published: datetime | None = None
    updated: datetime | None = None


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A whole document."""

    title: str
    format: str
    """rss090 ... rss20, rdf, atom03, atom10, jsonfeed1, jsonfeed11."""
    language: str
    """What the document declares; empty where it declares nothing."""
    entries: tuple[Entry, ...]
    link: str = ""
    ttl: timedelta | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[str] = frozenset()
    warning: str = ""
    """Why the document is ill-formed, where it is and could be read all the same."""
    cut: int = 0
    """Entries left out of `entries`, since they are the same as when the document was last read."""
    memory: str = ""
    """For the next reading of the document; opaque. Empty where nothing can be left out."""

    @property
    def total(self) -> int:
        """How many entries the document has."""
        return len(self.entries) + self.cut


@dataclass(frozen=True, slots=True)
class Article:
    """An entry with an identity. What the classifiers read and the storage keeps."""

    keys: tuple[str, ...]
    """What it may be recognised by within its feed, strongest first: "id:...", "url:...",
    "text:...", and always "same:..." (digests). An id, address or text that several entries of
    the document share is left out."""
    url: str
    """The link as published (tracking parameters removed); may be empty."""
    canonical_url: str
    """For comparison only, across feeds and hosts; may be empty."""
    title: str
    summary: str
    text: str
    source: str
    """The outlet: the feed's name, or the source that the entry itself names."""
    language: str
    """Two letters as declared; empty where nothing is. Classifiers identify it by the text."""
    published: datetime | None
    updated: datetime | None
    content_digest: str
    """Digest of title and summary; another one under a known key is an edit."""
