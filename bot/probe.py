"""A look at a feed without subscribing to it: what it holds and what would have been alerted."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.cards import Block, Card, Fields, Line, Span, Text, Tone
from bot.claim_words import claim_line, moment
from bot.reply import Reply
from bot.words import words
from classifiers.assessment import Assessment
from classifiers.codec import claim_to_json
from classifiers.reader import Reader
from feeds.addresses import redacted
from feeds.article import Article, Feed
from feeds.discover import discover
from feeds.errors import ParseError
from feeds.fetch import Fetched, Fetcher
from feeds.identity import identify
from feeds.parse_pool import ParserPool

Headers = tuple[tuple[str, str], ...]

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Preview:
    """What a feed holds now."""

    url: str
    title: str
    format: str
    status: int
    validators: bool
    """Whether the server can be asked for changes only."""
    newest: datetime | None
    items: tuple[tuple[Article, Assessment], ...]
    """Newest first, each with its assessment."""
    warning: str
    others: tuple[str, ...] = ()
    """Further feeds of the same site, where a site's address was given."""

    @property
    def relevant(self) -> tuple[tuple[Article, Assessment], ...]:
        """Those that would have been alerted."""
        return tuple((a, s) for a, s in self.items if s.relevant)


class FeedProbe:
    """Fetches, parses and assesses one address."""

    def __init__(
        self,
        fetcher: Fetcher,
        parser: ParserPool,
        reader: Callable[[], Reader],
        subscriptions: Callable[[], Awaitable[Sequence[Feed]]],
    ) -> None:
        """A feed of `subscriptions` is asked as its polls ask it, with its headers."""
        self._fetcher = fetcher
        self._parser = parser
        self._reader = reader
        self._subscriptions = subscriptions

    async def preview(self, url: str, now: datetime) -> Preview:
        """A feed, or the likeliest feed of a site. Raises FeedError: what is wrong with the
        address, and what to do."""
        try:
            return await self._preview(url, now)
        except ParseError as error:
            if error.kind != "not_a_feed":
                raise
            found = await discover(url, self._fetcher, self._parser)
        others = tuple(feed.url for feed in found[1:])
        return replace(await self._preview(found[0].url, now), others=others)

    async def document(self, url: str) -> bytes:
        """What stands at an address, such as a list of feeds: read within the same limits as a
        feed. Raises FeedError."""
        return (await self._fetched(url))[1]

    async def _fetched(self, url: str, headers: Headers = ()) -> tuple[Fetched, bytes]:
        fetched = await self._fetcher.get(url, headers=headers)
        if fetched.body is None:
            raise ParseError(f"{redacted(url)} answered without a document.", kind="empty")
        return fetched, fetched.body

    async def _preview(self, url: str, now: datetime) -> Preview:
        same = (feed for feed in await self._subscriptions() if feed.url == url)
        feed = next(same, Feed(url))
        fetched, body = await self._fetched(url, feed.headers)
        parsed = await self._parser.parse(body, fetched.final_url, fetched.content_type)
        articles = tuple(reversed(identify(parsed, Feed(url, name=parsed.title))))
        assessments = await asyncio.to_thread(lambda: self._assess(articles))
        dates = [a.published for a in articles if a.published and a.published <= now]
        return Preview(
            url=url,
            title=parsed.title,
            format=parsed.format,
            status=fetched.status,
            validators=bool(fetched.validators.etag or fetched.validators.last_modified),
            newest=max(dates, default=None),
            items=tuple(zip(articles, assessments, strict=True)),
            warning=parsed.warning,
        )

    def _assess(self, articles: Sequence[Article]) -> list[Assessment]:
        reader = self._reader()
        return [reader.assess(article) for article in articles]


def preview_reply(preview: Preview) -> Reply:
    """The answer to `feeds test`."""
    newest: Line = (moment(preview.newest),) if preview.newest else (Span("no item bears a date"),)
    rows: list[tuple[str, Line]] = [
        ("Status", (Span(f"HTTP {preview.status}, {preview.format}"),)),
        ("Items", (Span(str(len(preview.items))),)),
        ("Newest", newest),
        (
            "Asks for changes only",
            (Span("yes" if preview.validators else "no: sent whole each time"),),
        ),
        ("Would be alerted", (Span(str(len(preview.relevant))),)),
    ]
    if preview.others:
        rows.append(("Other feeds there", (Span(", ".join(preview.others)),)))
    if preview.warning:
        rows.append(("Ill-formed", (Span(preview.warning),)))
    blocks: list[Block] = [Fields(tuple(rows))]
    relevant = preview.relevant
    shown = [*relevant[:_SHOWN], *(i for i in preview.items if not i[1].relevant)][: 2 * _SHOWN]
    blocks.append(Text(tuple(line for item in shown for line in _item_lines(*item))))
    card = Card(preview.title or preview.url, tuple(blocks), Tone.PLAIN, private=True)
    return Reply(card, _data(preview))


def _item_lines(article: Article, assessment: Assessment) -> tuple[Line, ...]:
    when = (moment(article.published),) if article.published else (Span("no date"),)
    title: Line = (
        Span(article.title, link=article.url),
        Span(" · "),
        *when,
        Span(f" · {assessment.score:.2f}", muted=True),
    )
    if not assessment.relevant:
        return (title,)
    return (Span(claim_line(assessment.claims[0], words()), bold=True),), title


def _data(preview: Preview) -> dict[str, object]:
    return {
        "url": preview.url,
        "title": preview.title,
        "format": preview.format,
        "status": preview.status,
        "validators": preview.validators,
        "newest": preview.newest.isoformat() if preview.newest else None,
        "items": len(preview.items),
        "warning": preview.warning,
        "other_feeds": list(preview.others),
        "relevant": [
            {
                "title": article.title,
                "url": article.url,
                "score": assessment.score,
                "claims": [claim_to_json(claim) for claim in assessment.claims],
            }
            for article, assessment in preview.relevant
        ],
        "last_items": [
            {
                "title": article.title,
                "url": article.url,
                "published": article.published.isoformat() if article.published else None,
                "relevant": assessment.relevant,
                "score": assessment.score,
            }
            for article, assessment in preview.items[: 2 * _SHOWN]
        ],
    }
