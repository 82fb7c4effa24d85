"""Lists of feeds: the starter set, and subscribing to many at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from importlib.resources import files

from pydantic import TypeAdapter, ValidationError

from bot.cards import Tone
from bot.config.values import FeedUrl
from bot.reply import Reply, failure, say_so
from feeds.addresses import redacted
from feeds.article import Feed
from feeds.opml import read_opml
from storage.changes import Changes
from storage.records import Origin

MOST = 1000
"""Feeds in one list."""


def starter_set() -> list[Feed]:
    """Well-known feeds for this subject, with tags: governments, alliances, wires, broadsheets,
    outlets of the countries concerned."""
    return read_opml((files("feeds") / "data" / "starter.opml").read_bytes())


def chosen(feeds: Sequence[Feed], tags: Sequence[str]) -> list[Feed]:
    """Those that bear any of the tags; all where no tag is named."""
    wanted = {tag.casefold() for tag in tags}
    return [f for f in feeds if not wanted or not wanted.isdisjoint(t.casefold() for t in f.tags)]


def listed(feeds: Sequence[Feed]) -> tuple[list[Feed], list[str]]:
    """Those whose address can be subscribed to, and what is wrong with the others. An address with
    a password in it would be shown to all who list the feeds."""
    sound, faults = list[Feed](), list[str]()
    for feed in feeds:
        try:
            _address.validate_python(feed.url)
        except ValidationError as error:
            faults.append(f"{redacted(feed.url)} {error.errors()[0]['ctx']['error']}")
        else:
            sound.append(feed)
    return sound, faults


async def subscribe(
    changes: Changes, feeds: Sequence[Feed], *, origin: Origin, now: datetime
) -> Reply:
    """Subscribe to each; the ones that are there already are left as they are."""
    sound, faults = listed(feeds)
    if len(sound) > MOST:
        text = f"The list names {len(sound):,} feeds; {MOST:,} at most at once."
        return failure(text, "Name one of its folders as a tag, or cut it.")
    if not sound:
        return failure("There is no feed to subscribe to in it.", "; ".join(faults[:3]))
    added, known = await changes.import_feeds(sound, origin=origin, now=now)
    text = f"Subscribed to {len(added)} feed{'s' * (len(added) != 1)}"
    text += f"; {len(known)} were there already." if known else "."
    detail = "The first poll of each alerts nobody; `feeds health` tells how they do."
    if faults:
        detail += f" {len(faults)} left out: {'; '.join(faults[:3])}."
    data = {
        "added": [stored.feed.url for stored in added],
        "known": [feed.url for feed in known],
        "left_out": faults,
    }
    return say_so(text, detail=detail, tone=Tone.BINDING, data=data)


_address: TypeAdapter[str] = TypeAdapter(FeedUrl)
