"""The starter set, and subscribing to many feeds at once."""

from __future__ import annotations

import tomllib
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from bot.feed_lists import MOST, chosen, starter_set, subscribe
from bot.reply import Reply
from feeds.article import Feed
from storage.records import Author, Origin
from storage.store import Store
from tests.builders import NOW

ROOT = Path(__file__).parents[2]


def test_the_starter_set_has_feeds_of_every_kind_in_several_languages() -> None:
    feeds = starter_set()
    assert len(feeds) >= 30
    tags = {tag for feed in feeds for tag in feed.tags}
    assert {"governments", "organisations", "wires", "newspapers", "ukrainian", "german"} <= tags
    assert all(feed.url.startswith("https://") and feed.name for feed in feeds)


def test_the_sample_configuration_holds_the_starter_set() -> None:
    text = (ROOT / "config.example.toml").read_text(encoding="utf-8")
    samples = text.partition("# The starter set")[2]
    lines = [line[1:] for line in samples.splitlines() if line.startswith("#") and line[1:2] != " "]
    listed = tomllib.loads("\n".join(lines))["feeds"]
    assert [(f["url"], f["name"], tuple(f["tags"])) for f in listed] == [
        (f.url, f.name, f.tags) for f in starter_set()
    ]


def test_a_tag_chooses_whatever_its_letter_case() -> None:
    feeds = [
        Feed("https://a.example", tags=("Ukraine",)),
        Feed("https://b.example", tags=("asia",)),
    ]
    assert chosen(feeds, ["ukraine"]) == feeds[:1]
    assert chosen(feeds, []) == feeds


AUTHOR = Author("U1", "slack", "T1")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await Store.open(tmp_path / "p.db") as opened:
        yield opened


async def take(store: Store, feeds: Sequence[Feed]) -> Reply:
    return await subscribe(store.by(AUTHOR), feeds, origin=Origin.CHAT, now=NOW)


async def test_feeds_that_are_there_already_are_left_alone(store: Store) -> None:
    feeds = [Feed("https://a.example/f", "A"), Feed("https://b.example/f", "B")]
    await take(store, feeds[:1])
    reply = await take(store, feeds)
    assert len(await store.feeds()) == 2
    assert reply.data["added"] == ["https://b.example/f"]
    assert reply.data["known"] == ["https://a.example/f"]


@pytest.mark.parametrize(
    "address",
    ["ftp://a.example/f", "file:///etc/passwd", "https://me:secret@a.example/f", "javascript:1"],
)
async def test_an_address_that_cannot_be_subscribed_to_is_left_out(
    store: Store, address: str
) -> None:
    reply = await take(store, [Feed("https://b.example/f"), Feed(address)])
    assert [s.feed.url for s in await store.feeds()] == ["https://b.example/f"]
    assert "1 left out" in str(reply.card.blocks)
    assert "secret" not in str(reply)


async def test_a_list_without_a_sound_address_is_refused(store: Store) -> None:
    assert not (await take(store, [Feed("ftp://a.example/f")])).ok


async def test_a_list_that_is_too_long_is_refused_whole(store: Store) -> None:
    feeds = [Feed(f"https://a.example/{number}") for number in range(MOST + 1)]
    assert not (await take(store, feeds)).ok
    assert await store.feeds() == []
