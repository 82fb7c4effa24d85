"""Articles and a reader for the classifiers' tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from classifiers.reader import Reader, load_reader
from feeds.article import Article

MakeArticle = Callable[..., Article]


@pytest.fixture(scope="session")
def reader() -> Reader:
    return load_reader()


@pytest.fixture(scope="session")
def article() -> MakeArticle:
    def make(
        title: str,
        summary: str = "",
        text: str = "",
        *,
        language: str = "",
        published: datetime | None = datetime(2026, 1, 7, tzinfo=UTC),
    ) -> Article:
        return Article(
            keys=("id:1",),
            url="https://news.example/1",
            canonical_url="https://news.example/1",
            title=title,
            summary=summary,
            text=text,
            source="Example",
            language=language,
            published=published,
            updated=None,
            content_digest="",
        )

    return make
