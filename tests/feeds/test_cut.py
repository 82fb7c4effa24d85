"""The fast path must decide exactly what reading the whole document would."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.article import Article, Feed, ParsedFeed
from feeds.cut import Memory, split
from feeds.identity import Selection, identify, select
from feeds.parse import parse
from feeds.schedule import FeedState
from tests.feeds.documents import atom, rss

URL = "https://example.org/feed.xml"
FEED = Feed(URL)
NOW = datetime(2026, 1, 7, 12, tzinfo=UTC)
STATE = FeedState(good_polls=5, newest_published=NOW)


@dataclass
class Known:
    article_id: int | None
    content_digest: str


def stored(articles: list[Article]) -> dict[str, Known]:
    return {
        key: Known(number, article.content_digest)
        for number, article in enumerate(articles)
        for key in article.keys
    }


def decided(parsed: ParsedFeed, known: dict[str, Known]) -> tuple[set[Article], ...]:
    chosen: Selection = select(identify(parsed, FEED), known, STATE, NOW)
    return set(chosen.new), set(chosen.edited), set(chosen.resurfaced)


def item(number: int, **changes: str) -> str:
    parts = {
        "title": f"Title {number}",
        "guid": f"id-{number}",
        "link": f"https://example.org/articles/{number}",
        "description": f"&lt;p&gt;Text {number}, which is long enough to be told.&lt;/p&gt;",
        "pubDate": (NOW - timedelta(hours=number)).strftime("%a, %d %b %Y %H:%M:%S GMT"),
        **changes,
    }
    return "<item>" + "".join(f"<{k}>{v}</{k}>" for k, v in parts.items() if v) + "</item>\n"


def entry(number: int, content: str = "") -> str:
    return (
        f"<entry><id>tag:{number}</id><title type='html'>Title {number}</title>"
        f"<link href='/articles/{number}'/><updated>2026-01-0{number % 9 + 1}T12:00:00Z</updated>"
        f"<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>Text {number}</p>"
        f"{content}</div></content></entry>"
    )


ITEMS = st.builds(
    item,
    st.integers(0, 6),
    guid=st.sampled_from(["", "same", "id-1", "id-2", "id-3", "id-4"]),
    link=st.sampled_from(
        [
            "",
            "/1",
            "/2",
            "https://example.org/",
            "https://example.org/1?utm_source=x",
            "/1#a",
            "/1#b",
        ]
    ),
    title=st.sampled_from(
        ["A", "B", "", "<![CDATA[<item>]]>", "C &amp;amp; D", "<!-- </item> -->E"]
    ),
    description=st.sampled_from(["", "short", "l" * 90, "<![CDATA[<p>x</p>]]>", "&nbsp;"]),
    pubDate=st.sampled_from(["", "Tue, 06 Jan 2026 18:04:00 GMT", "Mon, 01 Dec 2025 18:04:00 GMT"]),
)


@given(before=st.lists(ITEMS, max_size=8), fresh=st.lists(ITEMS, max_size=4), data=st.data())
def test_the_cut_decides_as_the_whole_document_does(
    before: list[str], fresh: list[str], data: st.DataObject
) -> None:
    kept = data.draw(st.lists(st.sampled_from(before), max_size=8)) if before else []
    first = parse(rss(*before), url=URL)
    known = stored(identify(first, FEED))
    body = rss(*data.draw(st.permutations([*fresh, *kept])), head="<title>Another</title>")
    whole = parse(body, url=URL)
    cut = parse(body, url=URL, memory=first.memory)
    assert decided(cut, known) == decided(whole, known)
    assert len(cut.entries) + cut.cut == len(whole.entries)
    assert replace(cut, entries=(), cut=0, memory="") == replace(whole, entries=(), memory="")


@given(before=st.lists(st.integers(0, 8), max_size=6), now=st.lists(st.integers(0, 8), max_size=6))
def test_the_cut_decides_as_the_whole_document_does_for_atom(
    before: list[int], now: list[int]
) -> None:
    first = parse(atom(*map(entry, before)), url=URL)
    known = stored(identify(first, FEED))
    body = atom(*map(entry, now))
    cut = parse(body, url=URL, memory=first.memory)
    assert decided(cut, known) == decided(parse(body, url=URL), known)


def test_entries_that_were_there_are_cut_and_only_they() -> None:
    first = parse(rss(*map(item, range(1, 6))), url=URL)
    second = parse(rss(*map(item, range(6))), url=URL, memory=first.memory)
    assert ([one.title for one in second.entries], second.cut) == (["Title 0"], 5)
    third = parse(rss(*map(item, range(6))), url=URL, memory=second.memory)
    assert (third.entries, third.cut) == ((), 6)


def test_an_entry_that_changed_by_a_letter_is_parsed_again() -> None:
    first = parse(rss(item(1), item(2)), url=URL)
    second = parse(
        rss(item(1), item(2, guid="id-2", title="Corrected")), url=URL, memory=first.memory
    )
    assert ([one.title for one in second.entries], second.cut) == (["Corrected"], 1)


def test_a_new_entry_that_shares_an_id_with_a_cut_one_has_the_whole_document_read() -> None:
    first = parse(rss(item(1), item(2)), url=URL)
    second = parse(rss(item(3, guid="id-2"), item(1), item(2)), url=URL, memory=first.memory)
    assert (len(second.entries), second.cut) == (3, 0)


@pytest.mark.parametrize(
    "body",
    [
        rss(item(1), item(2)).replace(b"<rss", b"<rss xml:base='https://other.example/'"),
        rss(item(1), item(2)).replace(b"<channel>", b"<channel xml:lang='de'>"),
    ],
    ids=["base", "language"],
)
def test_another_context_has_the_whole_document_read(body: bytes) -> None:
    first = parse(rss(item(1), item(2)), url=URL)
    assert parse(body, url=URL, memory=first.memory).cut == 0


def test_another_address_has_the_whole_document_read() -> None:
    first = parse(rss(item(1, link="/1")), url=URL)
    moved = parse(rss(item(1, link="/1")), url="https://new.example/f", memory=first.memory)
    assert [one.link for one in moved.entries] == ["https://new.example/1"]


@pytest.mark.parametrize(
    "text",
    [
        "<rss><channel><item><title>a</title></item>text<item></item></channel></rss>",
        "<rss><channel><item><item></item></item></channel></rss>",
        "<rss><channel><item/></channel></rss>",
        "<rss><channel><item><x:y xmlns:x='z'/></item></channel></rss>",
        "<!DOCTYPE rss [<!ENTITY a 'b'>]><rss><channel><item></item></channel></rss>",
        "<rss><channel><items><item></item></items></channel></rss>",
        "<rss><channel></rss><item></item>",
        "<rss><channel><item></item",
        "<rss><channel><item></channel></rss>",
        "<rss><channel><![CDATA[<item></item></channel></rss>",
        "<item></item>",
        "",
    ],
)
def test_a_document_that_is_not_plain_is_not_cut(text: str) -> None:
    assert split(text) is None


def test_an_ill_formed_document_is_not_remembered() -> None:
    broken = rss(item(1), "<item><title>a & b</title></item>")
    assert parse(broken, url=URL).memory == ""


def test_a_new_ill_formed_entry_has_the_whole_document_read() -> None:
    first = parse(rss(item(1)), url=URL)
    second = parse(rss("<item><title>a & b</title></item>", item(1)), url=URL, memory=first.memory)
    assert (len(second.entries), second.cut) == (2, 0)


@pytest.mark.parametrize("text", ["", "?", "AAAA", "ÿ", "A" * 40])
def test_a_memory_that_cannot_be_read_is_none(text: str) -> None:
    assert Memory.from_text(text) == Memory()
    assert len(parse(rss(item(1)), url=URL, memory=text).entries) == 1


@pytest.mark.parametrize("piece", ["<item>", "</item>", "<![CDATA[", "<!--", "<item", "<?", "<!"])
def test_taking_a_document_apart_costs_no_more_than_its_length(piece: str) -> None:
    assert split("<rss><channel>" + piece * 200_000) is None
