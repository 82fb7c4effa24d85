"""The starter set, and subscribing to many feeds at once."""

from __future__ import annotations

import tomllib
from pathlib import Path

from bot.feed_lists import chosen, starter_set, subscribe
from feeds.article import Feed
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


async def test_feeds_that_are_there_already_are_left_alone(tmp_path: Path) -> None:
    feeds = [Feed("https://a.example/f", "A"), Feed("https://b.example/f", "B")]
    async with await Store.open(tmp_path / "p.db") as store:
        await subscribe(store, feeds[:1], NOW)
        reply = await subscribe(store, feeds, NOW)
        assert len(await store.feeds()) == 2
    assert reply.data == {"added": ["https://b.example/f"], "known": ["https://a.example/f"]}
