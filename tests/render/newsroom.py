"""The sample outlets of the demo under addresses of their own, with a page for each article.

They are reached as through a proxy, so that the program asks for names of outlets, and what people
see bears no trace of this machine.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from bot.demo_feeds import CORRECTIONS, Item, Outlet, load_outlets, render
from tests.servers import FeedHost

FOLLOW_UP = Item(
    link="http://tarnwick-wire.example/uk-france-ratify-the-treaty",
    title="UK, France ratify treaty to deploy troops to Ukraine",
    summary=(
        "Britain and France on {day} ratified the treaty under which they will station troops in"
        " Ukraine after a peace agreement. It entered into force the same day."
    ),
    age=timedelta(minutes=2),
    round=CORRECTIONS + 1,
    expect="ratified",
    because="",
    story="",
    committers=("GBR", "FRA"),
    beneficiaries=("UKR",),
    correction=None,
)
"""What the demo does not tell: the treaty of its second round comes into force."""
LAST = CORRECTIONS + 1


class Newsroom:
    """Publishes the outlets on a host; `host.origin` is their proxy."""

    def __init__(self, host: FeedHost, began: datetime) -> None:
        self._host = host
        self._began = began
        self.outlets = tuple(map(_here, load_outlets()))

    def tell(self, rounds: int) -> None:
        """Let so much of the news have happened."""
        for outlet in self.outlets:
            media_type, body = render(outlet, rounds=rounds, now=self._began)
            self._host.publish(f"/{outlet.slug}.xml", body, content_type=media_type)
            for item in outlet.items:
                page = _page(item, self._began)
                path = "/" + item.link.rpartition("/")[2]
                self._host.publish(path, page, content_type="text/html; charset=utf-8")

    def feeds(self) -> Iterator[tuple[str, str]]:
        """Address and name of each."""
        for outlet in self.outlets:
            yield f"{outlet.home}/{outlet.slug}.xml", outlet.name


def _here(outlet: Outlet) -> Outlet:
    """By http, which a proxy sees; the follow-up where it belongs."""
    home = outlet.home.replace("https:", "http:")
    items = [replace(item, link=item.link.replace("https:", "http:")) for item in outlet.items]
    if FOLLOW_UP.link.startswith(home):
        items.append(FOLLOW_UP)
    return replace(outlet, home=home, items=tuple(items))


def _page(item: Item, began: datetime) -> str:
    published = began - item.age
    text = html.escape(item.summary.replace("{day}", f"{published:%A}"))
    title = html.escape(item.title)
    return (
        f"<!doctype html><html lang=en><title>{title}</title><article><h1>{title}</h1>"
        f"<time datetime={published.isoformat()}></time><p>{text}</p></article></html>"
    )
