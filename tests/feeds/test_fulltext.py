from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from feeds.article import Article, Feed
from feeds.article_pages import ArticlePages, _secret_headers, is_teaser
from feeds.errors import AddressRefused
from feeds.fetch import Fetcher
from feeds.fulltext import PageKind, extract
from feeds.parse_pool import ParserPool
from tests.feeds.conftest import Host

URL = "https://example.org/article"
NOW = datetime(2026, 1, 7, 12, tzinfo=UTC)
FEED = Feed("https://example.org/feed")

SENTENCES = [
    "The two governments signed the text in the old town hall on Tuesday evening.",
    "It names four tasks for the joint staff and leaves the number of soldiers open.",
    "Parliament is to vote before the summer, a spokeswoman said.",
    "The opposition asked for a legal opinion and received a timetable.",
    "Neighbouring states were told a day earlier, according to two officials.",
]
STORY = "".join(f"<p>{line} {line.lower()}</p>" for line in SENTENCES * 3)


def page(content: str, *, title: str = "A text is signed", head: str = "") -> bytes:
    return (
        f"<!DOCTYPE html><html lang='en'><head><title>{title}</title>{head}</head><body>"
        "<nav><a href='/'>Home</a><a href='/sport'>Sport</a></nav>"
        f"<article><h1>{title}</h1>{content}</article>"
        "<footer>Copyright. We use cookies.</footer></body></html>"
    ).encode()


def article(url: str, *, text: str = "") -> Article:
    return Article(("id:1",), url, url, "t", "short", text, "s", "en", NOW, None, "d")


def test_the_article_is_found_among_navigation_and_footers() -> None:
    found = extract(page(STORY), url=URL)
    assert found.kind is PageKind.ARTICLE
    assert SENTENCES[0] in found.text
    assert "Sport" not in found.text
    assert "<" not in found.text


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (
            page(
                f"<p>{SENTENCES[0]} {SENTENCES[1]} {SENTENCES[2]} {SENTENCES[3]}</p>",
                head='<script type="application/ld+json">{"isAccessibleForFree": "False"}</script>',
            ),
            PageKind.PAYWALL,
        ),
        (
            page(f"<p>{SENTENCES[0]} {SENTENCES[1]}</p><p>Already a subscriber? Sign in.</p>"),
            PageKind.PAYWALL,
        ),
        (
            page("<p>Artykuł dostępny tylko dla prenumeratorów.</p>", title="Podpisano tekst"),
            PageKind.PAYWALL,
        ),
        (
            page(
                "<p>We and our partners store information on your device. "
                "You can accept all cookies or manage your choices at any time below.</p>",
                title="Before you continue to the site",
            ),
            PageKind.CONSENT,
        ),
        (page("<p>Checking your browser.</p>", title="Just a moment..."), PageKind.BLOCK),
        (page("<video></video>"), PageKind.EMPTY),
        (b"<html><body></body></html>", PageKind.EMPTY),
        (b"", PageKind.EMPTY),
    ],
    ids=["marked", "phrase", "polish", "consent", "robot check", "video", "blank", "nothing"],
)
def test_what_stands_before_an_article_is_not_taken_for_it(body: bytes, kind: PageKind) -> None:
    found = extract(body, url=URL)
    assert (found.kind, found.text) == (kind, "")


def test_a_page_that_was_led_to_a_consent_host_is_no_article() -> None:
    found = extract(page(STORY), url="https://consent.example.org/collect?continue=x")
    assert found.kind is PageKind.CONSENT


def test_a_whole_article_that_mentions_subscriptions_is_one() -> None:
    assert extract(page(STORY + "<p>Already a subscriber?</p>"), url=URL).kind is PageKind.ARTICLE


def test_a_teaser_is_told_from_a_full_text() -> None:
    assert is_teaser(article(URL))
    assert not is_teaser(article(URL, text="x" * 700))


@pytest.fixture
async def pages(fetcher: Fetcher) -> AsyncIterator[ArticlePages]:
    async with ParserPool(1) as pool:
        yield ArticlePages(fetcher, pool)


async def test_a_page_is_read_once(host: Host, pages: ArticlePages) -> None:
    url = host.text("/story", page(STORY))
    for variant in (url, url + "?utm_source=rss"):
        found = await pages.read(article(variant), FEED, now=NOW)
        assert found is not None
        assert SENTENCES[0] in found.text
    assert [request.path for request in host.requests] == ["/robots.txt", "/story"]


async def test_robots_txt_is_respected_and_remembered(host: Host, pages: ArticlePages) -> None:
    host.text("/robots.txt", "User-agent: *\nDisallow: /closed/*/story$\n")
    host.text("/closed/1/story", page(STORY))
    host.text("/open/story", page(STORY))
    assert await pages.read(article(host.base + "/closed/1/story"), FEED, now=NOW) is None
    assert await pages.read(article(host.base + "/open/story"), FEED, now=NOW) is not None
    await pages.read(article(host.base + "/open/2"), replace(FEED, full_text=False), now=NOW)
    assert [request.path for request in host.requests] == ["/robots.txt", "/open/story"]


async def test_robots_txt_is_asked_for_again_after_a_day(host: Host, pages: ArticlePages) -> None:
    host.text("/story", page(STORY))
    for moment in (NOW, NOW + timedelta(hours=25)):
        await pages.read(article(host.base + "/story"), FEED, now=moment)
    assert [request.path for request in host.requests] == ["/robots.txt", "/story"] * 2


async def test_a_robots_txt_that_cannot_be_had_closes_the_site(
    host: Host, pages: ArticlePages
) -> None:
    host.text("/robots.txt", "", status=503)
    host.text("/story", page(STORY))
    assert await pages.read(article(host.base + "/story"), FEED, now=NOW) is None


async def test_a_robots_txt_that_could_not_be_had_is_asked_for_again_within_minutes(
    host: Host, pages: ArticlePages
) -> None:
    host.text("/robots.txt", "", status=503)
    url = host.text("/story", page(STORY))
    for minutes in (0, 5):
        assert await pages.read(article(url), FEED, now=NOW + timedelta(minutes=minutes)) is None
    assert len(host.requests) == 1
    host.text("/robots.txt", "User-agent: *\nAllow: /\n")
    assert await pages.read(article(url), FEED, now=NOW + timedelta(minutes=15)) is not None


async def test_a_feed_may_switch_it_off(host: Host, pages: ArticlePages) -> None:
    off = replace(FEED, full_text=False)
    assert await pages.read(article(host.base + "/story"), off, now=NOW) is None
    assert host.requests == []


async def test_pages_in_closed_networks_are_not_read(pages: ArticlePages) -> None:
    with pytest.raises(AddressRefused):
        await pages.read(article("http://169.254.169.254/latest"), FEED, now=NOW)


async def test_a_feeds_secrets_go_to_its_own_host_only(host: Host, pages: ArticlePages) -> None:
    host.text("/story", page(STORY))
    secret = (("X-Key", "s3cret"),)
    own = Feed(host.base + "/feed", headers=secret)
    await pages.read(article(host.base + "/story"), own, now=NOW)
    assert host.requests[-1].headers["X-Key"] == "s3cret"
    await pages.read(article(host.base + "/story?2"), replace(FEED, headers=secret), now=NOW)
    assert "X-Key" not in host.requests[-1].headers


@pytest.mark.parametrize(
    ("feed", "url", "sent"),
    [
        ("https://agency.example/wire.xml", "https://agency.example/story", True),
        ("https://agency.example/wire.xml", "https://AGENCY.example:443/story", True),
        ("http://agency.example/wire.xml", "https://agency.example/story", True),
        ("https://agency.example/wire.xml", "http://agency.example/story", False),
        ("https://agency.example/wire.xml", "https://agency.example:8443/story", False),
        ("https://agency.example/wire.xml", "https://www.agency.example/story", False),
        ("https://agency.example/wire.xml", "https://agency.example:99999/story", False),
    ],
)
def test_a_feeds_secrets_leave_https_for_nothing_else(feed: str, url: str, sent: bool) -> None:
    secret = (("Authorization", "Basic c2VjcmV0"),)
    assert _secret_headers(url, Feed(feed, headers=secret)) == (secret if sent else ())
