"""Lists of feeds, in and out (OPML 2.0). Folders are tags.

What is written is read back exactly, but for two things: headers are secrets and are never
written, and the feeds of one folder stand together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from email.utils import format_datetime
from urllib.parse import quote, unquote

from lxml import etree

from feeds.article import Feed
from feeds.charset import decode
from feeds.errors import ParseError
from feeds.limits import TITLE_CHARS
from feeds.urls import without_feed_scheme
from feeds.xmltext import allowed_in_xml, cleaned, with_ampersands_escaped

_NAMESPACE = "https://pledgewatch.invalid/opml"
_INTERVAL = f"{{{_NAMESPACE}}}interval"
_FULL_TEXT = f"{{{_NAMESPACE}}}fullText"
_DEEPEST = 20
_MOST_FEEDS = 20_000
_MOST_TAGS = 30
"""One feed in thousands of folders is a trap: merging them takes the square of their number."""
_TAG_CHARS = 100
_SHORTEST, _LONGEST = 60, 31 * 86_400
"""Seconds between two polls that a list may ask for, as in the configuration."""


def read_opml(body: bytes) -> list[Feed]:
    """The feeds of an OPML document, each address once, with the folders around it and its
    categories as tags. Forgiving towards ill-formed documents; raises ParseError (not_opml,
    too_large)."""
    text = with_ampersands_escaped(cleaned(decode(body)[0].lstrip("\ufeff\0 \t\r\n")))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, recover=True, encoding="utf-8"
    )
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _no_opml() from error
    if root is None or _local_name(root) != "opml":
        raise _no_opml()
    found: dict[str, Feed] = {}
    for feed in _feeds_below(root, ()):
        same = found.get(feed.url)
        found[feed.url] = _merged(same, feed) if same else feed
        if len(found) > _MOST_FEEDS:
            raise _too_long()
    return list(found.values())


def write_opml(feeds: Sequence[Feed], *, title: str, created: datetime) -> bytes:
    """An OPML document; `created` stands in its head."""
    root = etree.Element("opml", {"version": "2.0"}, nsmap={"pledgewatch": _NAMESPACE})
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = allowed_in_xml(title)
    etree.SubElement(head, "dateCreated").text = format_datetime(created)
    body = etree.SubElement(root, "body")
    folders: dict[str, etree._Element] = {}
    for feed in feeds:
        parent = body
        if feed.tags:
            parent = folders.get(feed.tags[0], body)
            if parent is body:
                name = allowed_in_xml(feed.tags[0])
                parent = etree.SubElement(body, "outline", {"text": name, "title": name})
                folders[feed.tags[0]] = parent
        etree.SubElement(parent, "outline", _attributes(feed))
    return etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)


def _attributes(feed: Feed) -> dict[str, str]:
    url = allowed_in_xml(feed.url)
    given = {"type": "rss", "text": allowed_in_xml(feed.name) or url, "xmlUrl": url}
    if feed.name:
        given["title"] = allowed_in_xml(feed.name)
    if feed.tags[1:]:
        given["category"] = ",".join(quote(allowed_in_xml(tag), safe=" ") for tag in feed.tags[1:])
    if feed.interval is not None:
        given[_INTERVAL] = str(int(feed.interval.total_seconds()))
    if not feed.full_text:
        given[_FULL_TEXT] = "false"
    return given


def _feeds_below(element: etree._Element, folders: tuple[str, ...]) -> Iterator[Feed]:
    for child in element:
        if not isinstance(child.tag, str):
            continue
        attributes = {key.lower(): value for key, value in child.attrib.items()}
        url = without_feed_scheme(str(attributes.get("xmlurl", "")))
        if url:
            yield _feed(url, child, attributes, folders)
        if len(folders) < _DEEPEST:
            yield from _feeds_below(child, _inside(child, attributes, folders, is_feed=bool(url)))


def _inside(
    child: etree._Element, attributes: dict[str, str], folders: tuple[str, ...], *, is_feed: bool
) -> tuple[str, ...]:
    name = (attributes.get("text") or attributes.get("title") or "").strip()
    is_folder = not is_feed and _local_name(child) == "outline" and bool(name)
    return (*folders, name) if is_folder else folders


def _local_name(element: etree._Element) -> str:
    """Lower case, without a namespace; recovered documents may bear names that are none."""
    return str(element.tag).rpartition("}")[2].lower()


def _feed(
    url: str, child: etree._Element, attributes: dict[str, str], folders: tuple[str, ...]
) -> Feed:
    text = attributes.get("text", "").strip()
    name = attributes.get("title", "").strip() or (text if text != url else "")
    categories = (unquote(part.strip(" /")) for part in attributes.get("category", "").split(","))
    return Feed(
        url=url,
        name=name[:TITLE_CHARS],
        tags=_tags((*folders, *categories)),
        interval=_interval(str(child.get(_INTERVAL, ""))),
        full_text=child.get(_FULL_TEXT) != "false",
    )


def _merged(first: Feed, second: Feed) -> Feed:
    """One feed in two folders bears the tags of both."""
    return Feed(
        url=first.url,
        name=first.name or second.name,
        tags=_tags((*first.tags, *second.tags)),
        interval=first.interval or second.interval,
        full_text=first.full_text and second.full_text,
    )


def _tags(words: Iterable[str]) -> tuple[str, ...]:
    """Each once, the first of them."""
    return tuple(dict.fromkeys(word[:_TAG_CHARS] for word in words if word))[:_MOST_TAGS]


def _interval(seconds: str) -> timedelta | None:
    if not (seconds.isascii() and seconds.isdecimal() and len(seconds) <= len(str(_LONGEST))):
        return None
    return timedelta(seconds=int(seconds)) if _SHORTEST <= int(seconds) <= _LONGEST else None


def _too_long() -> ParseError:
    return ParseError(
        f"the list names more than {_MOST_FEEDS:,} feeds",
        kind="too_large",
        remedy="export one folder of it at a time",
    )


def _no_opml() -> ParseError:
    return ParseError(
        "the document is no OPML list of feeds",
        kind="not_opml",
        remedy="export it again from the other reader, as OPML",
    )
