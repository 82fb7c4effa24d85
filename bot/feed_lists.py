"""Lists of feeds: the starter set, and subscribing to many at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from importlib.resources import files

from bot.cards import Tone
from bot.reply import Reply, say_so
from feeds.article import Feed
from feeds.opml import read_opml
from storage.errors import Conflict
from storage.records import Origin
from storage.store import Store


def starter_set() -> list[Feed]:
    """Well-known feeds for this subject, with tags: governments, alliances, wires, broadsheets,
    outlets of the countries concerned."""
    return read_opml((files("feeds") / "data" / "starter.opml").read_bytes())


def chosen(feeds: Sequence[Feed], tags: Sequence[str]) -> list[Feed]:
    """Those that bear any of the tags; all where no tag is named."""
    wanted = {tag.casefold() for tag in tags}
    return [f for f in feeds if not wanted or not wanted.isdisjoint(t.casefold() for t in f.tags)]


async def subscribe(store: Store, feeds: Sequence[Feed], now: datetime) -> Reply:
    """Subscribe to each; the ones that are there already are left as they are."""
    added: list[str] = []
    known: list[str] = []
    for feed in feeds:
        try:
            await store.add_feed(feed, origin=Origin.COMMAND, now=now, by="import")
            added.append(feed.url)
        except Conflict:
            known.append(feed.url)
    text = f"Subscribed to {len(added)} feeds; {len(known)} were there already."
    return say_so(
        text,
        detail="The first poll of each alerts nobody.",
        tone=Tone.BINDING,
        data={"added": added, "known": known},
    )
