from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.article import Feed
from feeds.errors import ParseError
from feeds.opml import read_opml, write_opml

NOW = datetime(2026, 1, 7, 12, tzinfo=UTC)

WORDS = st.text(alphabet="aZé ,;/%&<>\"'ї", min_size=1, max_size=12).map(
    lambda text: " ".join(text.split())
).filter(bool)  # fmt: skip
FEEDS = st.builds(
    Feed,
    url=st.integers(0, 30).map(lambda n: f"https://example.org/{n}?a=1&b=%20"),
    name=st.one_of(st.just(""), WORDS),
    tags=st.lists(WORDS, max_size=3, unique=True).map(tuple),
    interval=st.one_of(st.none(), st.integers(60, 31 * 86_400).map(lambda s: timedelta(seconds=s))),
    full_text=st.booleans(),
)


@given(st.lists(FEEDS, max_size=8, unique_by=lambda feed: feed.url))
def test_what_is_written_is_read_back_exactly(feeds: list[Feed]) -> None:
    written = write_opml(feeds, title="t", created=NOW)
    again = read_opml(written)
    assert sorted(again, key=lambda feed: feed.url) == sorted(feeds, key=lambda feed: feed.url)
    assert write_opml(again, title="t", created=NOW) == write_opml(
        read_opml(write_opml(again, title="t", created=NOW)), title="t", created=NOW
    )


def test_headers_are_never_written() -> None:
    feed = Feed("https://example.org/", headers=(("Authorization", "Basic c2VjcmV0"),))
    assert b"c2VjcmV0" not in write_opml([feed], title="t", created=NOW)


def test_nested_folders_and_other_readers_spellings_are_read() -> None:
    body = b"""<?xml version="1.0"?><OPML version="1.0"><body>
      <outline text="Europe"><outline title="East">
        <outline text="A &amp; B" xmlURL="https://a.example/f" category="/News/Wire,war"/>
      </outline></outline>
      <outline text="https://b.example/f" xmlUrl=" https://b.example/f " type="rss"/>
      <outline text="Again"><outline text="A" xmlUrl="https://a.example/f"/></outline>
    </body></OPML>"""
    first, second = read_opml(body)
    assert (first.name, first.tags) == ("A & B", ("Europe", "East", "News/Wire", "war", "Again"))
    assert (second.url, second.name, second.tags) == ("https://b.example/f", "", ())


def test_an_ill_formed_list_is_read_all_the_same() -> None:
    body = b'<opml><body><outline text="A & B" xmlUrl="https://a.example/?x=1&y=2"/></body>'
    (feed,) = read_opml(body)
    assert (feed.url, feed.name) == ("https://a.example/?x=1&y=2", "A & B")


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("?a=1&b=2&amp;c=3", "?a=1&b=2&c=3"),
        ("?a=1&lt=2&copy=3&#38;d=4&#x26;e=5", "?a=1&lt=2&copy=3&d=4&e=5"),
        ("?a=1&b;&", "?a=1&b;&"),
        ("?a=%26&b=2", "?a=%26&b=2"),
    ],
)
def test_an_address_with_bare_ampersands_is_read_whole(written: str, url: str) -> None:
    body = f'<opml><body><outline xmlUrl="https://a.example/{written}"/></body></opml>'
    assert [feed.url for feed in read_opml(body.encode())] == [f"https://a.example/{url}"]


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("feed://a.example/f", "http://a.example/f"),
        ("feed:https://a.example/f", "https://a.example/f"),
        ("FEED://https://a.example/f", "https://a.example/f"),
        ("https://a.example/feed://x", "https://a.example/feed://x"),
    ],
)
def test_an_address_that_begins_with_feed_is_that_of_the_feed(written: str, url: str) -> None:
    body = f'<opml><body><outline xmlUrl=" {written} "/></body></opml>'
    assert [feed.url for feed in read_opml(body.encode())] == [url]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
@pytest.mark.parametrize("declared", ["", "utf-8", "UTF-16", "iso-8859-1"])
def test_a_list_is_read_whatever_encoding_it_declares(encoding: str, declared: str) -> None:
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    line = '<outline text="Café&nbsp;&eacute;" xmlUrl="https://a.example/f"/>'
    body = f"{head}<opml><body>{line}</body></opml>".encode(encoding)
    assert [feed.name for feed in read_opml(b"\n" * (encoding == "utf-8") + body)] == ["Café\xa0é"]


@pytest.mark.parametrize("body", [b"", b"{}", b"<rss/>", b"<opml:>", b"\x00\x01", b"<html></html>"])
def test_what_is_no_list_is_told(body: bytes) -> None:
    with pytest.raises(ParseError, match="no OPML"):
        read_opml(body)


def test_entities_are_not_expanded() -> None:
    body = b"""<!DOCTYPE opml [<!ENTITY a "AAAAAAAAAA"><!ENTITY f SYSTEM "file:///etc/hostname">]>
      <opml><body><outline text="x&f;" xmlUrl="https://a.example/f"/></body></opml>"""
    assert [feed.url for feed in read_opml(body)] == ["https://a.example/f"]


def test_folders_without_end_do_no_harm() -> None:
    body = b"<opml><body>" + b'<outline text="x">' * 5000 + b"</body></opml>"
    assert read_opml(body) == []


HEAD = b'<opml xmlns:pledgewatch="https://pledgewatch.invalid/opml"><body>'


@pytest.mark.parametrize("seconds", ["²", "٣٦٠٠", "9" * 5000, "9" * 12, "1", "-60", "1e4"])
def test_an_interval_that_no_feed_may_have_is_left_out(seconds: str) -> None:
    line = f'<outline xmlUrl="https://a.example/f" pledgewatch:interval="{seconds}"/>'
    (feed,) = read_opml(HEAD + line.encode() + b"</body></opml>")
    assert feed.interval is None


def test_one_feed_in_very_many_folders_is_read_at_a_bounded_cost() -> None:
    folders = (f'<outline text="{n}"><outline xmlUrl="a"/></outline>' for n in range(50_000))
    started = time.monotonic()
    (feed,) = read_opml(HEAD + "".join(folders).encode())
    assert time.monotonic() - started < 6
    assert feed.tags[:3] == ("0", "1", "2")
    assert len(feed.tags) < 100


def test_a_list_of_too_many_feeds_is_refused_whole() -> None:
    feeds = b"".join(b'<outline xmlUrl="https://a.example/%d"/>' % n for n in range(25_000))
    with pytest.raises(ParseError, match="more than 20,000 feeds"):
        read_opml(HEAD + feeds + b"</body></opml>")


def test_entities_in_addresses_blow_nothing_up_and_read_no_file() -> None:
    nested = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    subset = f'<!ENTITY e0 "ha">{nested}<!ENTITY f SYSTEM "file:///etc/passwd">'
    body = (
        f"<!DOCTYPE opml [{subset}]><opml><body>"
        '<outline xmlUrl="https://a.example/&f;"/><outline xmlUrl="https://b.example/&e9;"/>'
    )
    found = read_opml(body.encode())
    assert all(len(feed.url) < 10_000 and "root:" not in feed.url for feed in found)


def test_the_starter_set_is_wide() -> None:
    path = resources.files("feeds") / "data" / "starter.opml"
    feeds = read_opml(path.read_bytes())
    tags = {tag for feed in feeds for tag in feed.tags}
    assert len(feeds) >= 30
    assert len({feed.url for feed in feeds}) == len({feed.name for feed in feeds}) == len(feeds)
    assert all(feed.url.startswith("https://") and feed.tags for feed in feeds)
    assert {"governments", "nato", "european-union", "wires", "newspapers", "ukrainian"} <= tags
    assert {"german", "french", "polish", "russian", "spanish", "italian"} <= tags
