from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from feeds.article import Entry
from feeds.errors import ParseError
from feeds.parse import parse
from tests.feeds.documents import atom, rss

URL = "https://example.org/news/feed.xml"
EVENING = datetime(2026, 1, 6, 18, 4, tzinfo=UTC)


def test_an_rss_item_is_read() -> None:
    feed = parse(
        rss(
            "<item><title>A &amp;amp; B &lt;b&gt;sign&lt;/b&gt;</title><link>/a?x=1&amp;y=2</link>"
            "<guid isPermaLink='false'>abc-1</guid><description>&lt;p&gt;One.&lt;/p&gt;Two"
            "</description>"
            "<pubDate>Tue, 06 Jan 2026 19:04:00 +0100</pubDate>"
            "<source url='https://example.com'>The Wire</source></item>",
            head="<title>News</title><link>https://example.org/</link><language>en-gb</language>"
            "<ttl>30</ttl><skipHours><hour>1</hour><hour>24</hour></skipHours>"
            "<skipDays><day>Sunday</day></skipDays>",
        ),
        url=URL,
    )
    entry = feed.entries[0]
    assert (feed.title, feed.format, feed.language) == ("News", "rss20", "en-gb")
    assert (feed.ttl, feed.skip_hours, feed.skip_days) == (
        timedelta(minutes=30),
        frozenset({0, 1}),
        frozenset({"sunday"}),
    )
    assert (entry.title, entry.summary) == ("A & B sign", "One.\nTwo")
    assert (entry.id, entry.link) == ("abc-1", "https://example.org/a?x=1&y=2")
    assert (entry.published, entry.source) == (EVENING, "The Wire")


def test_a_guid_is_never_resolved_against_the_address() -> None:
    body = rss("<item><title>t</title><guid>abc-1</guid></item>")
    assert parse(body, url=URL).entries[0].id == "abc-1"


def test_a_permalink_guid_is_the_link_where_there_is_no_other() -> None:
    body = rss("<item><title>t</title><guid>https://example.org/1</guid></item>")
    assert parse(body, url=URL).entries[0].link == "https://example.org/1"


def test_a_permalink_guid_that_is_no_address_is_no_link() -> None:
    body = rss("<item><title>t</title><guid>abc-1</guid></item>")
    assert parse(body, url=URL).entries[0].link == ""


def test_an_atom_id_is_never_taken_for_a_link() -> None:
    body = atom("<entry><id>https://example.org/1</id><title>t</title></entry>")
    assert parse(body, url=URL).entries[0].link == ""


def test_an_atom_entry_is_read() -> None:
    feed = parse(
        atom(
            "<entry><id>tag:x,1</id><title type='html'>T &amp;lt; U</title>"
            "<link rel='self' href='/self'/><link href='/a'/>"
            "<updated>2026-01-06T18:04:00Z</updated>"
            "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>"
            "<p>Whole <b>text</b>.</p>"
            "</div></content><summary>Short</summary><author><name>Ann</name></author></entry>"
        ),
        url=URL,
    )
    entry = feed.entries[0]
    assert feed.format == "atom10"
    assert (entry.id, entry.link) == ("tag:x,1", "https://example.org/a")
    assert (entry.title, entry.summary, entry.text) == ("T < U", "Short", "Whole text.")
    assert (entry.author, entry.published, entry.updated) == ("Ann", EVENING, EVENING)


def test_rdf_is_read() -> None:
    body = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
        xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
        <channel rdf:about="x"><title>R</title></channel>
        <item rdf:about="https://example.org/1"><title>t</title><link>https://example.org/1</link>
        <dc:date>2026-01-06T18:04:00Z</dc:date></item></rdf:RDF>"""
    feed = parse(body, url=URL)
    assert feed.format == "rdf"
    assert (feed.entries[0].link, feed.entries[0].published) == ("https://example.org/1", EVENING)


@pytest.mark.parametrize(("version", "form"), [("1", "jsonfeed1"), ("1.1", "jsonfeed11")])
def test_a_json_feed_is_read(version: str, form: str) -> None:
    body = f"""{{"version": "https://jsonfeed.org/version/{version}", "title": "J",
        "language": "de",
        "items": [{{"id": 7, "url": "/7", "title": "T", "content_html": "<p>Hi &amp; bye</p>",
        "date_published": "2026-01-06T19:04:00+01:00", "authors": [{{"name": "Ann"}}]}}, 5]}}"""
    feed = parse(body.encode(), url=URL)
    entry = feed.entries[0]
    assert (feed.format, feed.title, feed.language, len(feed.entries)) == (form, "J", "de", 1)
    assert (entry.id, entry.link, entry.text) == ("7", "https://example.org/7", "Hi & bye")
    assert (entry.published, entry.author) == (EVENING, "Ann")


def test_the_plain_text_of_a_json_feed_is_no_markup() -> None:
    text = "Write to <press@example.org>, or if a <b then c &amp; d.\n\n\u200bThe\x1b rest."
    item = json.dumps({"id": "1", "content_text": text})
    (entry,) = parse(f'{{"items": [{item}]}}'.encode(), url=URL).entries
    assert entry.text == "Write to <press@example.org>, or if a <b then c &amp; d.\nThe rest."
    assert entry.summary == entry.text


def test_the_default_dates_of_a_publishers_program_are_none() -> None:
    dates = ("9999-12-31T23:59:59.9999999Z", "0001-01-01T00:00:00", "1970-01-01T00:00:00Z")
    items = [{"id": date, "title": "T", "date_published": date} for date in dates]
    body = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items})
    assert [one.published for one in parse(body.encode(), url=URL).entries] == [None] * 3


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \n", "empty"),
        (b"<!DOCTYPE html><html><head></head><body><p>x</p></body></html>", "web page"),
        (b"/etc/passwd", "no feed of a known format"),
        (b"https://example.org/", "no feed of a known format"),
        (b'{"error": "no"}', "no list of items"),
        (b"[1,2", "cannot be read"),
        (b"[" * 100_000, "cannot be read"),
    ],
)
def test_what_is_no_feed_is_told(body: bytes, said: str) -> None:
    with pytest.raises(ParseError, match=said) as caught:
        parse(body, url=URL)
    assert caught.value.kind == "not_a_feed"


def declaring(encoding: str, title: str) -> str:
    prolog = f"<?xml version='1.0' encoding='{encoding}'?>" if encoding else ""
    return f"{prolog}{rss(f'<item><title>{title}</title></item>').decode()}"


WORDS = "Żółć, Київ, naïve “quotes”"


@pytest.mark.parametrize(
    ("encoding", "declared", "header"),
    [
        ("utf-8", "utf-8", ""),
        ("utf-8", "", ""),
        ("utf-8", "iso-8859-1", ""),
        ("utf-8", "us-ascii", "text/xml"),
        ("utf-8", "", "text/xml; charset=iso-8859-1"),
        ("utf-16", "utf-16", ""),
        ("utf-16-le", "", ""),
        ("utf-8-sig", "utf-8", "application/rss+xml"),
    ],
)
def test_encodings_that_are_declared_or_not_or_wrongly(
    encoding: str, declared: str, header: str
) -> None:
    body = declaring(declared, WORDS).encode(encoding)
    assert parse(body, url=URL, content_type=header).entries[0].title == WORDS


@pytest.mark.parametrize(
    ("encoding", "words", "header"),
    [
        ("windows-1251", "Гарантії безпеки", "text/xml; charset=iso-8859-1"),
        ("iso-8859-2", "Żółć", ""),
        ("koi8-r", "Гарантии", ""),
        ("gb2312", "安全保障", ""),
        ("shift_jis", "安全保障", ""),
        ("iso-2022-jp", "安全保障", ""),
        ("windows-1252", "“naïve” – €", ""),
    ],
)
def test_declared_encodings_are_followed(encoding: str, words: str, header: str) -> None:
    body = declaring(encoding, words).encode(encoding)
    assert parse(body, url=URL, content_type=header).entries[0].title == words


def test_windows_1252_that_calls_itself_latin_1_keeps_its_quotation_marks() -> None:
    body = declaring("iso-8859-1", "“a”").encode("cp1252")
    assert parse(body, url=URL).entries[0].title == "“a”"


@pytest.mark.parametrize(
    "words", ["Zażółć", "Zelenskyy’s “pledge” – €5bn", "Україна і НАТО", "défense"]
)
@pytest.mark.parametrize("taken_for", ["latin-1", "cp1252"])
def test_text_that_was_encoded_twice_is_mended(words: str, taken_for: str) -> None:
    raw = words.encode()
    twice = "".join(bytes([one]).decode(taken_for, "replace") for one in raw)
    twice = "".join(chr(one) if char == "�" else char for char, one in zip(twice, raw, strict=True))
    assert parse(rss(f"<item><title>{twice}</title></item>"), url=URL).entries[0].title == words


@pytest.mark.parametrize("words", ["Ärzte Österreichs", "Ângela é à côté", "Â", "Ð", "naïve €5"])
def test_text_that_was_encoded_once_is_left_alone(words: str) -> None:
    assert parse(rss(f"<item><title>{words}</title></item>"), url=URL).entries[0].title == words


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("cp1251", "Україна і союзники підписали декларацію про гарантії безпеки"),
        ("koi8-r", "Союзники подписали декларацию о гарантиях безопасности"),
        ("cp1253", "Οι σύμμαχοι υπέγραψαν δήλωση για την ασφάλεια"),
        ("shift_jis", "日本政府は安全保障に関する宣言に署名した。"),
    ],
)
def test_an_encoding_that_nobody_declares_is_guessed(encoding: str, words: str) -> None:
    feed = parse(
        rss(*[f"<item><title>{words}</title></item>"] * 4).decode().encode(encoding), url=URL
    )
    assert feed.entries[0].title == words
    assert "nothing" in feed.warning


def test_ill_formed_xml_still_gives_its_entries_and_says_what_is_wrong() -> None:
    body = rss("<item><title>First & only</title></item><item><title>Second<b></title></item>")
    feed = parse(body, url=URL)
    assert [entry.title for entry in feed.entries] == ["First & only", "Second"]
    assert feed.warning.startswith("ill-formed")


def test_a_document_cut_off_in_the_middle_gives_what_came() -> None:
    body = rss("<item><title>First</title></item><item><title>Second</title></item>")
    feed = parse(body[: body.index(b"Second")], url=URL)
    assert feed.entries[0].title == "First"


@pytest.mark.parametrize("junk", [b"\n\n  ", b"\x00", b"\xef\xbb\xbf\n"])
def test_junk_before_the_document_does_no_harm(junk: bytes) -> None:
    body = junk + b"<?xml version='1.0'?>" + rss("<item><title>t</title></item>")
    feed = parse(body, url=URL)
    assert (feed.entries[0].title, feed.warning) == ("t", "")


def test_characters_and_entities_that_xml_does_not_know_do_no_harm() -> None:
    body = rss("<item><title>a\x0bb&nbsp;c&#11;d &mdash; e &amp;nbsp; f</title></item>")
    feed = parse(body, url=URL)
    assert (feed.entries[0].title, feed.warning) == ("ab cd — e f", "")


def test_entities_in_cdata_are_read_as_html() -> None:
    body = rss("<item><title><![CDATA[AT&amp;T &hellip; <i>x</i>]]></title></item>")
    assert parse(body, url=URL).entries[0].title == "AT&T … x"


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("Tue, 06 Jan 2026 18:04:00 GMT", EVENING),
        ("Tue, 06 Jan 2026 13:04:00 EST", EVENING),
        ("2026-01-06T18:04:00Z", EVENING),
        ("2026-01-06 18:04:00", EVENING),
        ("2026/01/06 18:04", EVENING),
        ("06-01-2026 18:04", EVENING),
        ("2026-01-06 13:04:00 EST", EVENING),
        ("Tue, 06 Jan 2026 06:04:00 PM", EVENING),
        ("Tue, 06 Jan 2026 19:04:00 CET", EVENING),
        ("Tue, 06 Jan 2026 18:04:00 IST", EVENING),
        ("1767722640", EVENING),
        ("2026-01", None),
        ("06/01/2026 18:04", None),
        ("Fri, 31 Dec 9999 23:59:59 GMT", None),
        ("Mon, 01 Jan 0001 00:00:00 GMT", None),
        ("tomorrow", None),
        ("0000-00-00T00:00:00Z", None),
        ("Tue, 06 Jan 9999999 18:04:00 GMT", None),
        ("", None),
    ],
)
def test_dates(date: str, moment: datetime | None) -> None:
    body = rss(f"<item><title>t</title><pubDate>{date}</pubDate></item>")
    assert parse(body, url=URL).entries[0].published == moment


EXTENDED = """<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"
    xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"
    xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
    xmlns:content="http://purl.org/rss/1.0/modules/content/">
    <channel><title>T</title>{}<item>{}</item></channel></rss>"""
OWN = (
    "<title>Own title</title><link>https://example.org/1</link><description>Own words</description>"
)
PICTURE = """<media:content url="https://example.org/a.jpg" medium="image">
    <media:title>Photo</media:title>
    <media:description type="html">A caption</media:description></media:content>"""


def extended(item: str, head: str = "") -> Entry:
    (entry,) = parse(EXTENDED.format(head, item).encode(), url=URL).entries
    return entry


@pytest.mark.parametrize(
    "other",
    [
        PICTURE,
        "<media:group><media:title>Photos</media:title><media:description>A caption"
        "</media:description></media:group>",
        "<media:title>Photo</media:title><media:description>A caption</media:description>",
        "<itunes:title>Episode</itunes:title><itunes:summary>Of the episode</itunes:summary>",
        "<dc:title>Other</dc:title><dc:description>Keywords</dc:description>",
    ],
)
def test_what_is_said_of_a_picture_is_not_said_by_the_item(other: str) -> None:
    for item in (OWN + other, other + OWN):
        entry = extended(item, head=other)
        assert (entry.title, entry.summary, entry.text) == ("Own title", "Own words", "")


def test_a_caption_is_no_article_even_where_there_is_nothing_else() -> None:
    entry = extended(f"<title>Own title</title>{PICTURE}<pubDate>x</pubDate>")
    assert (entry.title, entry.summary, entry.text) == ("Own title", "", "")


def test_full_content_is_read_whatever_stands_beside_it() -> None:
    full = "<content:encoded>All of it</content:encoded>"
    for item in (OWN + PICTURE + full, full + PICTURE + OWN, PICTURE + full + OWN):
        entry = extended(item)
        assert (entry.title, entry.summary, entry.text) == ("Own title", "Own words", "All of it")


@pytest.mark.parametrize(
    "item",
    [
        "<title>T</title><media:group><media:title>T</media:title><media:content url='x'/>"
        "<media:description>Of a video</media:description></media:group>",
        "<dc:title>T</dc:title><dc:description>Of a video</dc:description>",
        "<title>T</title><itunes:summary>Of a video</itunes:summary>",
    ],
)
def test_extensions_speak_for_an_item_that_says_nothing_itself(item: str) -> None:
    entry = extended(item)
    assert (entry.title, entry.summary) == ("T", "Of a video")


def test_links_that_lead_nowhere_are_none() -> None:
    for link in ("javascript:alert(1)", "mailto:a@example.org", "http://", "http://[bad"):
        body = rss(f"<item><title>t</title><link>{link}</link></item>")
        assert parse(body, url=URL).entries[0].link == ""


def test_a_long_title_and_a_long_teaser_are_cut() -> None:
    body = rss(
        f"<item><title>{'t ' * 500_000}</title><description>{'d ' * 500_000}</description></item>"
    )
    entry = parse(body, url=URL).entries[0]
    assert len(entry.title) <= 500
    assert len(entry.summary) <= 10_000


def test_a_document_of_too_many_entries_is_refused() -> None:
    with pytest.raises(ParseError, match="100,000 entries") as caught:
        parse(rss("<item/>" * 100_000), url=URL)
    assert caught.value.kind == "too_large"


def test_entities_that_the_document_declares_are_read() -> None:
    body = b"""<?xml version='1.0'?><!DOCTYPE rss PUBLIC "-//N//DTD 0.91//EN" "http://x.example/d" [
        <!ENTITY firm "Acme"> <!ENTITY cubed '&#179;'> <!ENTITY bomb "&firm;&firm;">
        ]>""" + rss("<item><title>&firm; m&cubed; <![CDATA[&firm;]]></title></item>")
    feed = parse(body, url=URL)
    assert (feed.entries[0].title, feed.warning) == ("Acme m³ &firm;", "")


def test_a_document_type_in_a_comment_is_none() -> None:
    body = b'<!-- a "<!DOCTYPE" -->' + rss("<item><title>t</title></item>")
    assert parse(body, url=URL).entries[0].title == "t"


def test_external_entities_are_not_read() -> None:
    body = b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + rss(
        "<item><title>a&x;b</title></item>"
    )
    assert parse(body, url=URL).entries[0].title.replace("&x;", "") == "ab"
