from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from feeds.discover import _with_scheme, announced_feeds, discover, well_known
from feeds.errors import AddressRefused, FetchError, ParseError
from feeds.fetch import Fetcher
from feeds.parse_pool import ParserPool
from tests.feeds.conftest import Host
from tests.feeds.documents import atom, rss


@pytest.fixture
async def pool() -> AsyncIterator[ParserPool]:
    async with ParserPool(1) as opened:
        yield opened


@pytest.mark.parametrize(
    ("address", "feed"),
    [
        (
            "https://www.youtube.com/channel/UC123",
            "https://www.youtube.com/feeds/videos.xml?channel_id=UC123",
        ),
        (
            "https://www.youtube.com/playlist?list=PL1",
            "https://www.youtube.com/feeds/videos.xml?playlist_id=PL1",
        ),
        ("https://old.reddit.com/r/europe/", "https://www.reddit.com/r/europe/.rss"),
        ("https://social.example/@minister", "https://social.example/@minister.rss"),
        ("https://github.com/owner/repo.git", "https://github.com/owner/repo/releases.atom"),
    ],
)
def test_the_feeds_of_well_known_sites_follow_from_the_address(address: str, feed: str) -> None:
    assert well_known(address)[0] == feed


@pytest.mark.parametrize("address", ["https://example.org/", "https://github.com/owner", "x"])
def test_other_addresses_have_no_such_feeds(address: str) -> None:
    assert well_known(address) == []


def test_link_tags_come_before_links_that_only_look_like_feeds() -> None:
    page = b"""<html><head><base href="https://cdn.example/x/">
      <link rel="stylesheet" href="/a.css"><link rel=alternate type="text/html" href="/fr">
      <link rel="alternate" type="application/rss+xml; charset=utf-8" href="feed:https://a.example/1">
      <link rel="ALTERNATE" type="application/feed+json" href="two.json#x">
      <link rel="alternate" type="application/json" href="/wp-json/posts/1"></head>
      <body><a href="/news/rss">RSS</a><a href="/about">About</a><a href="/sitemap.xml">Map</a>
      <a href="javascript:x()">rss</a></body></html>"""
    assert announced_feeds(page, "https://example.org/") == [
        "https://a.example/1",
        "https://cdn.example/x/two.json",
        "https://cdn.example/news/rss",
    ]


def test_a_base_that_is_no_address_is_passed_over() -> None:
    page = b'<html><head><base href="http://[bad"></head><body><a href="/rss">RSS</a></body></html>'
    assert announced_feeds(page, "https://example.org/") == ["https://example.org/rss"]


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ("example.org", "https://example.org"),
        ("example.org:8443", "https://example.org:8443"),
        ("localhost:8443/feed", "https://localhost:8443/feed"),
        ("http://example.org:80/feed", "http://example.org:80/feed"),
        ("feed://example.org/rss", "http://example.org/rss"),
        ("feed:https://example.org/rss", "https://example.org/rss"),
        ("mailto:desk@example.org", "mailto:desk@example.org"),
    ],
)
def test_an_address_is_completed_where_people_leave_out_its_start(given: str, asked: str) -> None:
    assert _with_scheme(given) == asked


@pytest.mark.parametrize("address", ["http://[bad", "mailto:desk@example.org", "https://"])
async def test_what_is_no_web_address_is_refused(
    address: str, fetcher: Fetcher, pool: ParserPool
) -> None:
    with pytest.raises(AddressRefused):
        await discover(address, fetcher, pool)


@pytest.mark.parametrize("page", [b"", b"\x00\x01", b"{}", b"<" * 1000])
def test_what_is_no_page_names_no_feed(page: bytes) -> None:
    assert announced_feeds(page, "https://example.org/") == []


async def test_the_address_of_a_feed_is_that_feed(
    host: Host, fetcher: Fetcher, pool: ParserPool
) -> None:
    url = host.text("/feed", rss("<item><title>a</title></item>"))
    found = await discover(url, fetcher, pool)
    assert [(feed.url, feed.parsed.title) for feed in found] == [(url, "Feed")]


async def test_a_pages_feeds_are_found_read_and_told_apart_from_dead_links(
    host: Host, fetcher: Fetcher, pool: ParserPool
) -> None:
    host.text("/a.xml", rss())
    host.text("/b.atom", atom())
    host.text("/not.xml", "<html><body>no feed</body></html>")
    links = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="{path}">'
        for path in ("/a.xml", "/gone.xml", "/not.xml", "/b.atom")
    )
    url = host.text("/", f"<html><head>{links}</head></html>")
    found = await discover(url, fetcher, pool)
    assert [feed.url.removeprefix(host.base) for feed in found] == ["/a.xml", "/b.atom"]


@pytest.mark.parametrize(("status", "kept"), [(302, "/feed"), (307, "/feed"), (301, "/signed")])
async def test_only_a_permanent_redirect_changes_a_feeds_address(
    host: Host, fetcher: Fetcher, pool: ParserPool, status: int, kept: str
) -> None:
    host.text("/signed", rss())
    host.redirect("/feed", host.base + "/signed", status=status)
    link = '<link rel="alternate" type="application/rss+xml" href="/feed">'
    page = host.text("/", f"<html><head>{link}</head></html>")
    for address in (host.base + "/feed", page):
        found = await discover(address, fetcher, pool)
        assert [feed.url for feed in found] == [host.base + kept]


async def test_a_feed_that_is_announced_twice_is_found_once(
    host: Host, fetcher: Fetcher, pool: ParserPool
) -> None:
    host.text("/feed/", rss())
    host.redirect("/feed", host.base + "/feed/")
    page = host.text("/", '<html><body><a href="/feed">1</a><a href="/feed/">2</a></body></html>')
    assert [feed.url for feed in await discover(page, fetcher, pool)] == [host.base + "/feed"]


async def test_a_password_in_an_address_is_not_shown(
    host: Host, fetcher: Fetcher, pool: ParserPool
) -> None:
    url = host.text("/feed", rss()).replace("://", "://reader:s3cret@")
    assert [feed.url for feed in await discover(url, fetcher, pool)] == [host.base + "/feed"]


async def test_a_common_path_is_tried_where_nothing_is_announced(
    host: Host, fetcher: Fetcher, pool: ParserPool
) -> None:
    url = host.text("/", "<html><body>hello</body></html>")
    host.text("/rss.xml", rss())
    assert [feed.url for feed in await discover(url, fetcher, pool)] == [host.base + "/rss.xml"]


async def test_a_site_without_feeds_is_told(host: Host, fetcher: Fetcher, pool: ParserPool) -> None:
    with pytest.raises(ParseError, match="no feed was found") as caught:
        await discover(host.text("/", "<html></html>"), fetcher, pool)
    assert caught.value.kind == "no_feed"


async def test_a_site_that_does_not_answer_is_told(
    host: Host, fetcher: Fetcher, pool: ParserPool
) -> None:
    with pytest.raises(FetchError, match="404"):
        await discover(host.base + "/missing", fetcher, pool)


async def test_links_into_closed_networks_are_not_followed(
    host: Host, fetcher: Fetcher, pool: ParserPool
) -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="http://169.254.169.254/feed">'
    with pytest.raises(ParseError, match="no feed was found"):
        await discover(host.text("/", f"<html><head>{link}</head></html>"), fetcher, pool)
