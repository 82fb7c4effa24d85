"""The sample outlets of the demo, and their feeds as an outlet would serve them.

The items lie in data/demo, with what is expected of each. Their dates are relative, so that the
demo is always of today.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from importlib import resources
from xml.sax.saxutils import escape, quoteattr

CORRECTIONS = 3
"""The round in which outlets correct what they said in the second."""

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True, slots=True)
class Correction:
    """What an item says after its outlet has corrected it."""

    title: str
    summary: str
    committers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One item of an outlet, and what the classifier is expected to make of it."""

    link: str
    title: str
    summary: str
    age: timedelta
    """Time since publication, when the demo begins."""
    round: int
    """1: there at the first poll; 2: appears before the second."""
    expect: str
    """Head of the alert, or "none"."""
    because: str
    """For "none": the trap that the item sets."""
    story: str
    """Items with the same story report one development; empty: its own."""
    committers: tuple[str, ...]
    beneficiaries: tuple[str, ...]
    correction: Correction | None
    """Takes effect in round 3."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """An invented outlet."""

    slug: str
    name: str
    format: str
    """rss, atom, rdf or json."""
    home: str
    items: tuple[Item, ...]


def load_outlets() -> tuple[Outlet, ...]:
    """All outlets of data/demo, by name of their file."""
    files = (resources.files("bot") / "data" / "demo").iterdir()
    return tuple(
        _outlet(file.name.removesuffix(".toml"), file.read_text(encoding="utf-8"))
        for file in sorted(files, key=lambda file: file.name)
    )


def render(outlet: Outlet, *, rounds: int, now: datetime) -> tuple[str, bytes]:
    """The feed with the items of the first `rounds` rounds, newest first: media type and body."""
    items = sorted((i for i in outlet.items if i.round <= rounds), key=lambda item: item.age)
    media_type, draw = _FORMATS[outlet.format]
    return media_type, draw(outlet, [_as_of(item, rounds, now) for item in items]).encode()


@dataclass(frozen=True, slots=True)
class _Dated:
    link: str
    title: str
    summary: str
    published: datetime


def _as_of(item: Item, rounds: int, now: datetime) -> _Dated:
    published = (now - item.age).replace(microsecond=0)
    said = item.correction if item.correction and rounds >= CORRECTIONS else item
    summary = said.summary.replace("{day}", f"{published:%A}")
    return _Dated(item.link, said.title, summary, published)


def _outlet(slug: str, text: str) -> Outlet:
    raw = tomllib.loads(text)
    items = tuple(_item(raw["home"], item) for item in raw["items"])
    return Outlet(slug, raw["name"], raw["format"], raw["home"], items)


def _item(home: str, raw: dict[str, object]) -> Item:
    title, age = str(raw["title"]), str(raw["age"])
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    return Item(
        link=f"{home}/{slug}",
        title=title,
        summary=str(raw["summary"]),
        age=timedelta(**{_UNITS[age[-1]]: int(age[:-1])}),
        round=int(str(raw["round"])),
        expect=str(raw["expect"]),
        because=str(raw.get("because", "")),
        story=str(raw.get("story", "")),
        committers=_codes(raw.get("committers", [])),
        beneficiaries=_codes(raw.get("beneficiaries", [])),
        correction=_correction(raw.get("corrected")),
    )


def _correction(raw: object) -> Correction | None:
    if not isinstance(raw, dict):
        return None
    return Correction(raw["title"], raw["summary"], _codes(raw["committers"]))


def _codes(raw: object) -> tuple[str, ...]:
    return tuple(str(code) for code in raw) if isinstance(raw, list) else ()


def _rss(outlet: Outlet, items: Sequence[_Dated]) -> str:
    entries = "\n".join(
        f"<item><title>{escape(i.title)}</title><link>{escape(i.link)}</link>"
        f'<guid isPermaLink="true">{escape(i.link)}</guid>'
        f"<description>{escape(i.summary)}</description>"
        f"<pubDate>{format_datetime(i.published)}</pubDate></item>"
        for i in items
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>'
        f"<title>{escape(outlet.name)}</title><link>{outlet.home}</link>"
        f"<description>News</description><language>en</language>\n{entries}\n</channel></rss>\n"
    )


def _atom(outlet: Outlet, items: Sequence[_Dated]) -> str:
    entries = "\n".join(
        f"<entry><title>{escape(i.title)}</title><id>{escape(i.link)}</id>"
        f"<link href={quoteattr(i.link)}/><updated>{i.published.isoformat()}</updated>"
        f"<published>{i.published.isoformat()}</published>"
        f"<summary>{escape(i.summary)}</summary></entry>"
        for i in items
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">'
        f"<title>{escape(outlet.name)}</title><id>{outlet.home}/</id>"
        f"<updated>{items[0].published.isoformat()}</updated>\n{entries}\n</feed>\n"
    )


def _rdf(outlet: Outlet, items: Sequence[_Dated]) -> str:
    places = "".join(f"<rdf:li rdf:resource={quoteattr(i.link)}/>" for i in items)
    entries = "\n".join(
        f"<item rdf:about={quoteattr(i.link)}><title>{escape(i.title)}</title>"
        f"<link>{escape(i.link)}</link><description>{escape(i.summary)}</description>"
        f"<dc:date>{i.published.isoformat()}</dc:date></item>"
        for i in items
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel rdf:about={quoteattr(outlet.home)}><title>{escape(outlet.name)}</title>"
        f"<link>{outlet.home}</link><description>News</description><dc:language>en</dc:language>"
        f"<items><rdf:Seq>{places}</rdf:Seq></items></channel>\n{entries}\n</rdf:RDF>\n"
    )


def _json(outlet: Outlet, items: Sequence[_Dated]) -> str:
    return json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": outlet.name,
            "home_page_url": outlet.home,
            "language": "en",
            "items": [
                {
                    "id": i.link,
                    "url": i.link,
                    "title": i.title,
                    "content_text": i.summary,
                    "date_published": i.published.isoformat(),
                }
                for i in items
            ],
        },
        ensure_ascii=False,
        indent=1,
    )


_Draw = Callable[[Outlet, Sequence[_Dated]], str]
_FORMATS: dict[str, tuple[str, _Draw]] = {
    "rss": ("application/rss+xml", _rss),
    "atom": ("application/atom+xml", _atom),
    "rdf": ("application/rdf+xml", _rdf),
    "json": ("application/feed+json", _json),
}
