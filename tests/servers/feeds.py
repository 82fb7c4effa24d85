"""A host of feeds: documents with validators, and scripted faults."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime

from aiohttp import web

from tests.servers.base import Loopback


@dataclass(frozen=True, slots=True)
class Document:
    """What lies at a path."""

    body: bytes
    content_type: str = "application/rss+xml; charset=utf-8"
    etag: bool = True
    last_modified: datetime | None = None

    @property
    def tag(self) -> str:
        """Strong validator: a digest of the body."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'


class FeedHost(Loopback):
    """`host.publish("/feed.xml", body)`, then poll `host.url("/feed.xml")`."""

    def __init__(self) -> None:
        super().__init__()
        self.not_modified: Counter[str] = Counter()
        """How many 304 each path was answered."""
        self._documents: dict[str, Document] = {}

    def url(self, path: str) -> str:
        """Where a path is served."""
        return self.origin + path

    def publish(
        self,
        path: str,
        body: str | bytes,
        *,
        content_type: str = "application/rss+xml; charset=utf-8",
        etag: bool = True,
        last_modified: datetime | None = None,
    ) -> str:
        """Put a document at a path, or replace it; its address."""
        raw = body.encode() if isinstance(body, str) else body
        self._documents[path] = Document(raw, content_type, etag, last_modified)
        return self.url(path)

    def withdraw(self, path: str) -> None:
        """404 from now on."""
        self._documents.pop(path, None)

    def route(self, router: web.UrlDispatcher) -> None:
        """Every path."""
        router.add_get("/{path:.*}", self._serve)

    async def _serve(self, request: web.Request) -> web.Response:
        document = self._documents.get(request.path)
        if document is None:
            return web.Response(status=404)
        headers = {"Content-Type": document.content_type}
        if document.etag:
            headers["ETag"] = document.tag
        if document.last_modified:
            headers["Last-Modified"] = format_datetime(document.last_modified, usegmt=True)
        if _unchanged(request, document):
            self.not_modified[request.path] += 1
            return web.Response(status=304, headers=headers)
        return web.Response(body=document.body, headers=headers)


def _unchanged(request: web.Request, document: Document) -> bool:
    """RFC 9110, section 13.2.2: If-None-Match goes before If-Modified-Since."""
    tags = request.headers.get("If-None-Match")
    if tags is not None:
        return document.etag and document.tag in (tag.strip() for tag in tags.split(","))
    since = request.headers.get("If-Modified-Since")
    if since is None or document.last_modified is None:
        return False
    return document.last_modified.replace(microsecond=0) <= parsedate_to_datetime(since)
