from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from feeds.article import Article, Entry, Feed, ParsedFeed
from feeds.identity import identify, keys_of, select
from feeds.schedule import FeedState

NOW = datetime(2026, 1, 7, 12, tzinfo=UTC)
FEED = Feed("https://example.org/feed.xml", name="Example")
POLLED = FeedState(good_polls=3, newest_published=NOW - timedelta(hours=1))


@dataclass
class Known:
    article_id: int | None
    content_digest: str


def entry(number: int, **changes: object) -> Entry:
    made = Entry(
        id=f"guid-{number}",
        link=f"https://example.org/articles/{number}",
        title=f"Ministers meet for the {number}th time",
        summary=f"They talked about item {number} of the agenda.",
        published=NOW - timedelta(hours=number),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def articles(
    *entries: Entry, feed: Feed = FEED, link: str = "https://example.org/"
) -> list[Article]:
    return identify(ParsedFeed("Title", "rss20", "en-GB", entries, link=link), feed)


def known(stored: list[Article], *, pruned: bool = False) -> dict[str, Known]:
    return {
        key: Known(None if pruned else number, article.content_digest)
        for number, article in enumerate(stored)
        for key in article.keys
    }


def test_articles_come_oldest_first_and_undated_ones_before() -> None:
    found = articles(entry(1), entry(3), entry(2, published=None))
    assert [article.url[-1] for article in found] == ["2", "3", "1"]


def test_an_article_takes_its_source_from_the_item_then_from_the_feed() -> None:
    first, second = articles(entry(2), entry(1, source="The Wire"))
    assert (first.source, second.source, first.language) == ("Example", "The Wire", "en")
    unnamed = articles(entry(1), feed=Feed(FEED.url))
    assert unnamed[0].source == "Title"


def test_the_same_document_again_brings_nothing() -> None:
    stored = articles(entry(1), entry(2))
    assert select(stored, known(stored), POLLED, NOW).new == ()


def test_an_id_that_repeats_in_the_document_is_no_id() -> None:
    found = articles(entry(1, id="same"), entry(2, id="same"), entry(3))
    assert [any(key.startswith("id:") for key in article.keys) for article in found] == [
        True,
        False,
        False,
    ]


def test_items_that_share_an_id_are_all_kept() -> None:
    stored = articles(entry(1, id="same"), entry(2, id="same"))
    later = articles(entry(1, id="same"), entry(2, id="same"), entry(0, id="same"))
    assert [article.url[-1] for article in select(later, known(stored), POLLED, NOW).new] == ["0"]


def test_a_link_that_all_items_share_identifies_none() -> None:
    stored = articles(*(entry(n, id="", link="https://example.org/news") for n in (2, 3)))
    later = articles(*(entry(n, id="", link="https://example.org/news") for n in (1, 2, 3)))
    assert len(select(later, known(stored), POLLED, NOW).new) == 1


def test_a_fragment_tells_the_items_of_one_page_apart() -> None:
    page = "https://example.org/changes"
    found = articles(*(entry(n, id="", link=f"{page}#v{n}") for n in (1, 2)))
    assert all(article.keys[0].startswith("url:") for article in found)
    assert found[0].keys[0] != found[1].keys[0]


def test_the_feeds_own_page_and_a_bare_site_are_no_identity() -> None:
    for link in ("https://example.org/", "https://example.org/news"):
        found = articles(entry(1, link=link), link="https://example.org/news")
        assert not any(key.startswith("url:") for key in found[0].keys)


def test_a_feed_that_changes_its_ids_does_not_repeat_itself() -> None:
    stored = articles(entry(1), entry(2))
    changed = articles(entry(1, id="urn:1"), entry(2, id="urn:2"))
    assert select(changed, known(stored), POLLED, NOW).new == ()


def test_a_feed_that_moves_to_another_host_does_not_repeat_itself() -> None:
    stored = articles(entry(1), entry(2))
    moved = articles(*(entry(n, id="", link=f"https://new.example/p/{n}") for n in (1, 2)))
    assert select(moved, known(stored), POLLED, NOW).new == ()


def test_a_recurring_title_is_a_new_item_each_time() -> None:
    def briefing(day: int) -> Entry:
        return entry(
            day,
            title="Daily briefing",
            summary="",
            published=NOW - timedelta(days=day),
        )

    stored = articles(briefing(2))
    assert len(select(articles(briefing(1)), known(stored), POLLED, NOW).new) == 1


def test_an_undated_short_text_is_no_identity_beside_an_id() -> None:
    found = articles(entry(1, title="Statement", summary="", published=None))
    assert [key.partition(":")[0] for key in found[0].keys] == ["id", "url", "same"]


def test_a_known_item_whose_link_another_one_takes_up_is_still_known() -> None:
    bare = {"id": "", "summary": "", "published": None}
    stored = articles(entry(1, **bare))
    twins = articles(entry(1, **bare), entry(1, title="Live: ministers meet", **bare))
    assert [found.title for found in select(twins, known(stored), POLLED, NOW).new] == [
        "Live: ministers meet"
    ]


def test_an_item_that_stands_twice_in_the_document_keeps_its_keys() -> None:
    once, twice = articles(entry(1)), articles(entry(1), entry(1))
    assert twice == once


def test_an_item_with_nothing_but_a_title_has_a_key() -> None:
    found = articles(Entry(id="", link="", title="Statement", summary=""))
    assert [key.partition(":")[0] for key in found[0].keys] == ["same"]


def test_exact_repetitions_and_empty_items_are_left_out() -> None:
    twin = Entry(id="", link="", title="Statement", summary="x")
    assert len(articles(twin, twin, Entry(id="1", link="", title="", summary=""))) == 1


def test_an_item_under_two_ids_is_one_and_known_by_either() -> None:
    again = entry(1, id="urn:1")
    assert len(articles(entry(1), again)) == 1
    assert select(articles(again, entry(1)), known(articles(entry(1))), POLLED, NOW).new == ()
    assert select(articles(again), known(articles(entry(1), again)), POLLED, NOW).new == ()


def test_items_that_differ_in_link_or_text_are_not_one() -> None:
    others = entry(1, id="b", link="https://example.org/2"), entry(1, id="c", summary="Another.")
    assert len(articles(entry(1), *others)) == 3


def test_a_changed_title_is_an_edit() -> None:
    stored = articles(entry(1))
    selection = select(articles(entry(1, title="Corrected")), known(stored), POLLED, NOW)
    assert (selection.new, len(selection.edited)) == ((), 1)


def test_white_space_and_letter_case_are_no_edit() -> None:
    stored = articles(entry(1, title="Ministers  Meet"))
    assert (
        select(articles(entry(1, title="MINISTERS meet")), known(stored), POLLED, NOW).edited == ()
    )


def test_a_pruned_item_comes_back_neither_as_new_nor_as_edited() -> None:
    stored = articles(entry(1))
    again = articles(entry(1, title="Other"))
    selection = select(again, known(stored, pruned=True), POLLED, NOW)
    assert (selection.new, selection.edited) == ((), ())


def test_two_items_that_are_one_known_article_do_not_edit_each_other_for_ever() -> None:
    stored = articles(entry(1))
    twins = articles(entry(1), entry(1, id="guid-1b", title="Live: ministers meet"))
    known_now = known(stored)
    known_now[twins[-1].keys[0]] = known_now[stored[0].keys[0]]
    assert select(twins, known_now, POLLED, NOW).edited == ()


def test_an_unknown_old_item_has_resurfaced() -> None:
    old = articles(entry(100))
    selection = select(old, {}, POLLED, NOW)
    assert (selection.new, len(selection.resurfaced)) == ((), 1)


def test_an_item_of_the_last_three_days_is_new_though_the_feed_had_newer_ones() -> None:
    assert len(select(articles(entry(71)), {}, POLLED, NOW).new) == 1


def test_a_slow_feeds_newest_item_is_new_however_old_its_date() -> None:
    slow = replace(POLLED, newest_published=NOW - timedelta(hours=200))
    assert len(select(articles(entry(100)), {}, slow, NOW).new) == 1


def test_undated_items_are_new() -> None:
    assert len(select(articles(entry(1, published=None)), {}, POLLED, NOW).new) == 1


def test_all_keys_are_asked_for() -> None:
    found = articles(entry(1), entry(2))
    assert sorted(keys_of(found)) == sorted(key for article in found for key in article.keys)


def test_an_item_whose_id_was_shared_at_first_is_known_when_it_is_not() -> None:
    bare = {"link": "", "summary": "", "published": None, "id": "same"}
    stored = articles(entry(1, **bare), entry(2, **bare))
    assert select(articles(entry(1, **bare)), known(stored), POLLED, NOW).new == ()
