"""One feed, end to end: real HTTP, real parser, real classifier, real database."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.routing import plan
from storage.errors import DatabaseFull
from tests.bot.conftest import PLEDGE, WEATHER, Newsroom, hours_ago, rss
from tests.builders import NOW
from tests.servers.base import Reply


async def polled_before(newsroom: Newsroom) -> None:
    """A feed whose first poll is over."""
    newsroom.host.publish("/feed.xml", rss((*WEATHER, hours_ago(5))))
    await newsroom.subscribe()
    await newsroom.poll()
    newsroom.clock.forward(minutes=30)


async def kinds(newsroom: Newsroom) -> list[object]:
    return [row["kind"] for row in await newsroom.store.deliveries()]


async def test_the_first_poll_stores_everything_and_tells_nobody(newsroom: Newsroom) -> None:
    newsroom.host.publish("/feed.xml", rss((*PLEDGE, hours_ago(1)), (*WEATHER, hours_ago(2))))
    await newsroom.subscribe()
    (report,) = await newsroom.poll()
    assert report.recorded is not None
    assert (report.recorded.new, report.recorded.deliveries) == (2, 0)
    assert len(report.recorded.relevant) == 1
    assert report.recorded.relevant[0].outcome.endswith("the feed's first poll")


async def test_a_new_item_that_matters_becomes_one_alert(newsroom: Newsroom) -> None:
    await polled_before(newsroom)
    newsroom.host.publish("/feed.xml", rss((*PLEDGE, NOW), (*WEATHER, hours_ago(5))))
    (report,) = await newsroom.poll()
    assert report.recorded is not None
    assert (report.recorded.new, report.recorded.deliveries) == (1, 1)
    (change,) = report.recorded.changes
    assert change.development.claims[0].committers == ("FRA",)
    assert change.development.claims[0].beneficiaries == ("UKR",)


async def test_a_second_poll_of_the_same_document_does_nothing(newsroom: Newsroom) -> None:
    await polled_before(newsroom)
    newsroom.host.publish("/feed.xml", rss((*PLEDGE, NOW)))
    await newsroom.poll()
    (report,) = await newsroom.poll()
    assert report.outcome == "unchanged"
    assert newsroom.host.not_modified["/feed.xml"] == 1
    assert await kinds(newsroom) == ["alert"]


async def test_a_document_without_validators_is_known_by_its_digest(newsroom: Newsroom) -> None:
    newsroom.host.publish("/feed.xml", rss((*WEATHER, NOW)), etag=False)
    await newsroom.subscribe()
    await newsroom.poll()
    (report,) = await newsroom.poll()
    assert report.outcome == "unchanged"


async def test_an_irrelevant_item_is_kept_and_tells_nobody(newsroom: Newsroom) -> None:
    await polled_before(newsroom)
    newsroom.host.publish("/feed.xml", rss(("Cup final tonight", "Two teams meet.", NOW)))
    (report,) = await newsroom.poll()
    assert report.recorded is not None
    assert (report.recorded.new, report.recorded.relevant) == (1, ())


async def test_one_bad_feed_stops_no_other(newsroom: Newsroom) -> None:
    newsroom.host.publish("/good.xml", rss((*WEATHER, NOW)))
    newsroom.host.publish("/page.xml", "<html><body>Sorry</body></html>", content_type="text/html")
    for path in ("/missing.xml", "/page.xml", "/good.xml"):
        await newsroom.subscribe(path, name=path)
    reports = {r.feed.feed.name: r for r in await newsroom.poll()}
    assert reports["/good.xml"].outcome == "read"
    missing, page = reports["/missing.xml"].error, reports["/page.xml"].error
    assert missing is not None
    assert missing.kind == "http4xx"
    assert page is not None
    assert page.kind == "not_a_feed"


async def test_a_failing_feed_is_polled_later_and_later(newsroom: Newsroom) -> None:
    await newsroom.subscribe("/missing.xml")
    waits = []
    for _ in range(3):
        await newsroom.poll()
        (stored,) = await newsroom.store.feeds()
        assert stored.state.next_check is not None
        waits.append(stored.state.next_check - newsroom.clock())
        newsroom.clock.now = stored.state.next_check
    assert waits == sorted(waits)
    assert waits[0] >= timedelta(minutes=1)


async def test_the_admins_hear_of_a_failing_feed_once(newsroom: Newsroom) -> None:
    await newsroom.subscribe("/missing.xml")
    for _ in range(6):
        await newsroom.poll()
        newsroom.clock.forward(hours=12)
    ((text, remedy),) = newsroom.told
    assert "Example Times" in text
    assert "404" in text
    assert remedy.endswith("/missing.xml")


async def test_a_servers_retry_after_is_honoured(newsroom: Newsroom) -> None:
    newsroom.host.publish("/feed.xml", rss((*WEATHER, NOW)))
    await newsroom.subscribe()
    newsroom.host.fail_next("GET /feed.xml", Reply(429, headers={"Retry-After": "7200"}))
    await newsroom.poll()
    (stored,) = await newsroom.store.feeds()
    assert stored.state.next_check is not None
    assert stored.state.next_check >= NOW + timedelta(hours=2)


async def test_two_outlets_on_one_act_are_one_alert_and_an_edit(newsroom: Newsroom) -> None:
    for path in ("/one.xml", "/two.xml"):
        newsroom.host.publish(path, rss((*WEATHER, hours_ago(5))))
        await newsroom.subscribe(path, name=path)
    await newsroom.poll()
    newsroom.host.publish("/one.xml", rss((*PLEDGE, NOW)))
    other = (
        "Paris promises troops for Ukraine",
        "France will deploy soldiers to Ukraine after a ceasefire, Paris said.",
    )
    newsroom.host.publish("/two.xml", rss((*other, NOW)))
    await newsroom.poll()
    assert sorted(str(kind) for kind in await kinds(newsroom)) == ["alert", "edit"]


async def test_an_item_with_an_old_date_is_stored_and_tells_nobody(newsroom: Newsroom) -> None:
    await polled_before(newsroom)
    newsroom.host.publish("/feed.xml", rss((*PLEDGE, hours_ago(24 * 40)), (*WEATHER, hours_ago(5))))
    (report,) = await newsroom.poll()
    assert report.recorded is not None
    assert (report.recorded.new, report.recorded.deliveries) == (1, 0)


async def test_a_stop_in_the_middle_loses_nothing(newsroom: Newsroom) -> None:
    await polled_before(newsroom)
    newsroom.host.publish("/feed.xml", rss((*PLEDGE, NOW)))
    store, record = newsroom.store, newsroom.store.record_poll

    async def die(*args: object, **kwargs: object) -> object:
        raise RuntimeError("killed")

    store.record_poll = die  # type: ignore[method-assign, assignment]
    (report,) = await newsroom.poll()
    assert report.outcome == "failed"
    store.record_poll = record  # type: ignore[method-assign]
    (report,) = await newsroom.poll()
    assert report.recorded is not None
    assert report.recorded.deliveries == 1


async def test_a_teaser_that_may_matter_is_read_with_its_page(newsroom: Newsroom) -> None:
    await polled_before(newsroom)
    paragraph = (
        "<p>France will send troops to Ukraine once a ceasefire holds, its defence minister said. "
        "The force would number 3,000 soldiers and stay for two years, officials in Paris said on "
        "Monday, and parliament would have to approve it first.</p>"
    )
    page = f"<html><body><article><h1>{PLEDGE[0]}</h1>{paragraph * 3}</article></body></html>"
    url = newsroom.host.publish("/story", page, content_type="text/html")
    item = rss((*PLEDGE, NOW)).replace("https://times.example/", f"{url}?")
    newsroom.host.publish("/feed.xml", item)
    (report,) = await newsroom.poll()
    assert report.recorded is not None
    (stored,) = report.recorded.relevant
    assert "3,000 soldiers" in stored.article.text
    assert newsroom.host.asked("GET /robots.txt") == 1


async def test_a_page_that_fails_leaves_the_teaser_as_it_is(newsroom: Newsroom) -> None:
    await polled_before(newsroom)
    item = rss((*PLEDGE, NOW)).replace("https://times.example/", newsroom.host.url("/gone?"))
    newsroom.host.publish("/feed.xml", item)
    (report,) = await newsroom.poll()
    assert report.recorded is not None
    assert report.recorded.deliveries == 1


async def test_the_page_of_an_everyday_item_is_not_asked_for(newsroom: Newsroom) -> None:
    await polled_before(newsroom)
    item = rss(("Cup final", "Two teams.", NOW)).replace(
        "https://times.example/", newsroom.host.url("/cup?")
    )
    newsroom.host.publish("/feed.xml", item)
    await newsroom.poll()
    assert newsroom.host.asked("GET /cup*") == 0


async def test_a_burst_is_held_and_the_admins_are_told_once(newsroom: Newsroom) -> None:
    await polled_before(newsroom)
    flood = [(f"{PLEDGE[0]} {n}", PLEDGE[1], NOW) for n in range(60)]
    newsroom.host.publish("/feed.xml", rss(*flood))
    (report,) = await newsroom.poll()
    assert report.recorded is not None
    assert (report.recorded.new, report.recorded.deliveries) == (60, 0)
    ((text, remedy),) = newsroom.told
    assert "60 new items" in text
    assert "feeds release Example Times" in remedy
    assert await newsroom.store.release("Example Times", plan, now=NOW) > 0


async def test_a_permanent_redirect_is_adopted_after_three_polls_and_announced(
    newsroom: Newsroom,
) -> None:
    newsroom.host.publish("/new.xml", rss((*WEATHER, NOW)), etag=False)
    await newsroom.subscribe("/old.xml")
    for number in range(3):
        newsroom.host.publish("/new.xml", rss((f"Item {number}", "Text.", NOW)), etag=False)
        moved = Reply(301, headers={"Location": newsroom.host.url("/new.xml")})
        newsroom.host.fail_next("GET /old.xml", moved)
        await newsroom.poll()
    (stored,) = await newsroom.store.feeds()
    assert stored.feed.url == newsroom.host.url("/new.xml")
    ((text, _),) = newsroom.told
    assert "redirects for good" in text


async def test_a_database_that_cannot_be_written_is_held_against_no_feed(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    await polled_before(newsroom)
    newsroom.host.publish("/feed.xml", rss((*PLEDGE, NOW)))
    with monkeypatch.context() as broken:

        async def full(*_: object, **__: object) -> None:
            raise DatabaseFull("There is no room left.")

        broken.setattr(newsroom.store, "record_poll", full)
        (report,) = await newsroom.poll()
    assert (report.outcome, str(report.error)) == ("unrecorded", "There is no room left.")
    (stored,) = await newsroom.store.feeds()
    assert (stored.state.failures, newsroom.told) == (0, [])
    (report,) = await newsroom.poll()
    assert report.recorded is not None
    assert report.recorded.deliveries == 1


async def test_no_feed_is_asked_while_the_database_takes_nothing(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    await polled_before(newsroom)
    newsroom.clock.forward(days=1)

    async def full(*_: object, **__: object) -> None:
        raise DatabaseFull("There is no room left.")

    monkeypatch.setattr(newsroom.store, "save_feed_state", full)
    newsroom.host.withdraw("/feed.xml")
    await newsroom.poll()
    assert await newsroom.pipeline.due() == []
    newsroom.clock.forward(minutes=2)
    assert len(await newsroom.pipeline.due()) == 1
