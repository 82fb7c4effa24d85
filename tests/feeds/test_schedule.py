from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds import schedule
from feeds.article import Article, Feed, ParsedFeed, Validators
from feeds.cachehints import CacheHints
from feeds.errors import FetchError, ParseError
from feeds.fetch import Fetched
from feeds.schedule import FeedState, Settings
from feeds.statejson import state_from_json, state_to_json

NOW = datetime(2026, 1, 7, 12, 30, tzinfo=UTC)  # a Wednesday
FEED = Feed("https://example.org/feed.xml")
SETTINGS = Settings()
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def answer(**changes: object) -> Fetched:
    made = Fetched(b"", Validators("e", "m", "d"), FEED.url, 200)
    return replace(made, **changes)  # type: ignore[arg-type]


def article(published: datetime | None) -> Article:
    return Article(("id:1",), "", "", "", "", "", "", "", published, None, "")


def document(**changes: object) -> ParsedFeed:
    return replace(ParsedFeed("T", "rss20", "", ()), **changes)  # type: ignore[arg-type]


def with_rhythm(gap: timedelta, *, last: datetime = NOW) -> FeedState:
    items = tuple(last - gap * n for n in range(20, -1, -1))
    return FeedState(items=items, good_polls=9, last_good=NOW - 5 * MINUTE, newest_published=last)


def delay(state: FeedState, *, feed: Feed = FEED, **changes: object) -> timedelta:
    after = schedule.after_success(state, answer(**changes), NOW, SETTINGS, feed=feed)
    assert after.next_check is not None
    return after.next_check - NOW


def failed(state: FeedState, error: Exception, now: datetime = NOW) -> FeedState:
    assert isinstance(error, FetchError | ParseError)
    return schedule.after_failure(state, error, now, SETTINGS, feed=FEED)


def failure(kind: str, **more: float) -> FetchError:
    return FetchError("no answer", kind=kind, remedy="wait", **more)  # type: ignore[arg-type]


def test_a_good_poll_remembers_what_the_next_one_needs() -> None:
    before = FeedState(failures=3, failure="dns", failing_since=NOW - HOUR, told=True)
    parsed = document(ttl=HOUR, title="News")
    after = schedule.after_success(
        before, answer(), NOW, SETTINGS, feed=FEED, parsed=parsed, new=[article(NOW - HOUR)]
    )
    assert (after.validators, after.last_good) == (answer().validators, NOW)
    assert (after.failures, after.failure, after.failing_since, after.told) == (0, "", None, False)
    assert (after.good_polls, after.newest_published, after.title) == (1, NOW - HOUR, "News")


def test_dates_in_the_future_do_not_count() -> None:
    after = schedule.after_success(
        FeedState(), answer(), NOW, SETTINGS, feed=FEED, new=[article(NOW + 48 * HOUR)]
    )
    assert after.newest_published == NOW


def test_only_the_first_good_poll_is_the_first() -> None:
    state = failed(FeedState(), failure("dns"))
    assert schedule.first_poll(state)
    assert not schedule.first_poll(
        schedule.after_success(state, answer(), NOW, SETTINGS, feed=FEED)
    )


@pytest.mark.parametrize(
    ("gap", "shortest", "longest"),
    [
        (MINUTE, 2.5, 8),
        (2 * HOUR, 7, 24),
        (24 * HOUR, 90, 300),
        (7 * 24 * HOUR, 360, 1600),
    ],
)
def test_the_interval_follows_the_feeds_rhythm(
    gap: timedelta, shortest: float, longest: float
) -> None:
    assert shortest <= delay(with_rhythm(gap)) / MINUTE <= longest


def test_a_feed_that_falls_silent_is_asked_less_often() -> None:
    silent = with_rhythm(10 * MINUTE, last=NOW - timedelta(days=60))
    assert delay(silent) > 6 * HOUR


def test_a_fixed_interval_overrules_rhythm_and_hints() -> None:
    fixed = replace(FEED, interval=7 * MINUTE)
    hints = CacheHints(fresh_for=3600)
    assert delay(with_rhythm(24 * HOUR), feed=fixed, hints=hints) <= 11 * MINUTE


def test_a_fixed_interval_gives_way_to_retry_after() -> None:
    fixed = replace(FEED, interval=7 * MINUTE)
    assert delay(FeedState(), feed=fixed, hints=CacheHints(retry_after=7200)) >= 2 * HOUR


def test_cache_hints_are_honoured_within_their_cap() -> None:
    busy = with_rhythm(MINUTE)
    assert delay(busy, hints=CacheHints(fresh_for=1800)) >= 15 * MINUTE
    assert delay(busy, hints=CacheHints(fresh_for=10**7)) <= 1.6 * SETTINGS.longest_hint


def test_ttl_is_honoured_within_its_cap() -> None:
    busy = with_rhythm(MINUTE)
    assert delay(replace(busy, ttl=30 * MINUTE)) >= 15 * MINUTE
    assert delay(replace(busy, ttl=timedelta(days=30))) <= 1.6 * SETTINGS.longest_hint


def test_skipped_hours_and_days_are_slept_through() -> None:
    busy = with_rhythm(MINUTE)
    quiet = replace(busy, skip_hours=frozenset({12, 13, 14}))
    assert (NOW + delay(quiet)).hour == 15
    weekday = replace(busy, skip_days=frozenset({"wednesday"}))
    assert (NOW + delay(weekday)).strftime("%A") == "Thursday"


def test_a_feed_that_skips_everything_is_still_looked_at() -> None:
    always = replace(with_rhythm(MINUTE), skip_hours=frozenset(range(24)))
    assert delay(always) <= 25 * HOUR


def test_feeds_of_one_interval_are_spread_evenly_over_it() -> None:
    delays = [
        delay(with_rhythm(4 * HOUR), feed=Feed(f"https://example.org/{n}")) / MINUTE
        for n in range(400)
    ]
    assert max(delays) - min(delays) > 25
    assert abs(mean(delays) - 30) < 3


def test_a_feeds_slots_stay_where_they_are() -> None:
    state, now, gaps = with_rhythm(4 * HOUR), NOW, []
    for _ in range(10):
        state = replace(state, items=tuple(moment + 30 * MINUTE for moment in state.items))
        state = schedule.after_success(state, answer(), now, SETTINGS, feed=FEED)
        assert state.next_check is not None
        gaps.append((state.next_check - now) / MINUTE)
        now = state.next_check
    assert all(28 <= gap <= 32 for gap in gaps[1:])


@given(
    gap=st.timedeltas(timedelta(0), timedelta(days=100)),
    fresh=st.floats(0, 1e9),
    url=st.text(max_size=20),
)
def test_no_poll_comes_too_soon_or_never(gap: timedelta, fresh: float, url: str) -> None:
    after = delay(with_rhythm(gap), feed=Feed(url), hints=CacheHints(fresh_for=fresh))
    assert 2 * MINUTE <= after <= 40 * HOUR


def test_failures_back_off_and_double() -> None:
    state, delays = FeedState(), []
    for _ in range(4):
        state = failed(state, failure("timeout"))
        assert state.next_check is not None
        delays.append((state.next_check - NOW) / MINUTE)
    assert [round(one / 10) for one in delays] == [1, 2, 4, 8]
    assert (state.failures, state.failure, state.failure_text) == (4, "timeout", "no answer: wait")


def test_a_failing_feed_keeps_a_daily_then_a_weekly_probe() -> None:
    state = replace(FeedState(), failures=40, failing_since=NOW - timedelta(days=3))
    daily = failed(state, failure("dns")).next_check
    weekly = failed(
        replace(state, failing_since=NOW - timedelta(days=20)), failure("dns")
    ).next_check
    assert daily is not None
    assert weekly is not None
    assert timedelta(days=1) <= daily - NOW <= timedelta(days=1.1)
    assert timedelta(days=7) <= weekly - NOW <= timedelta(days=7.5)


def test_retry_after_is_honoured_and_capped() -> None:
    asked = failed(FeedState(), failure("rate_limited", retry_after=7200)).next_check
    absurd = failed(FeedState(), failure("http5xx", retry_after=1e9)).next_check
    assert asked is not None
    assert absurd is not None
    assert asked - NOW >= 2 * HOUR
    assert absurd - NOW <= timedelta(days=1.1)


def test_410_ends_the_feed_and_is_told_at_once() -> None:
    state = failed(FeedState(), failure("gone"))
    assert state.ended
    assert schedule.worth_telling(state, NOW, SETTINGS)


def test_a_feed_that_was_gone_is_asked_ever_more_rarely() -> None:
    state, now, delays = FeedState(), NOW, []
    for _ in range(30):
        state = failed(state, failure("gone"), now)
        assert state.next_check is not None
        delays.append(state.next_check - now)
        now = state.next_check
    assert timedelta(days=1) <= delays[0] < timedelta(days=1.1)
    assert timedelta(days=7) <= delays[-1] < timedelta(days=7.4)


def test_a_feed_that_was_gone_and_answers_is_as_any_other() -> None:
    gone = failed(FeedState(good_polls=5), failure("gone"))
    back = schedule.after_success(gone, answer(), NOW + HOUR, SETTINGS, feed=FEED)
    assert not back.ended
    again = failed(back, failure("timeout"), NOW + 2 * HOUR)
    assert not schedule.worth_telling(again, NOW + 2 * HOUR, SETTINGS)


def test_a_lasting_failure_is_told_after_three_polls_and_once() -> None:
    state = FeedState()
    told = []
    for _ in range(5):
        state = failed(state, failure("http4xx"))
        told.append(schedule.worth_telling(state, NOW, SETTINGS))
        state = replace(state, told=state.told or told[-1])
    assert told == [False, False, True, False, False]


def test_a_passing_failure_is_told_after_a_day() -> None:
    state = failed(FeedState(), failure("timeout"))
    assert not schedule.worth_telling(state, NOW + 23 * HOUR, SETTINGS)
    assert schedule.worth_telling(state, NOW + 25 * HOUR, SETTINGS)


def test_most_hosts_failing_at_once_is_our_own_network() -> None:
    dead = [(f"host{n}", "dns") for n in range(9)]
    assert schedule.network_down([*dead, ("host9", "timeout")])
    assert schedule.network_down([*dead, ("host9", "")])


@pytest.mark.parametrize(
    "outcomes",
    [
        [("a", "dns")],
        [("a", "dns"), ("b", "dns")],
        [("a", "dns"), ("b", "dns"), ("c", "dns"), ("d", "http5xx"), ("e", "")],
        [("one host", "connect")] * 50 + [("b", ""), ("c", "")],
        [],
    ],
)
def test_failures_that_are_the_feeds_own(outcomes: list[tuple[str, str]]) -> None:
    assert not schedule.network_down(outcomes)


def test_when_our_network_is_down_nothing_but_the_time_changes() -> None:
    state = replace(with_rhythm(HOUR), failures=2, failure="dns")
    later = schedule.postponed(state, NOW, SETTINGS)
    assert replace(later, next_check=state.next_check) == state
    assert later.next_check == NOW + SETTINGS.network_retry


def test_a_move_is_settled_when_three_polls_agree() -> None:
    state = FeedState()
    settled = []
    for _ in range(3):
        state = schedule.after_success(
            state, answer(permanent_url="https://new.example/f"), NOW, SETTINGS, feed=FEED
        )
        settled.append(schedule.settled_move(state, SETTINGS))
    assert settled == ["", "", "https://new.example/f"]


def test_a_move_that_is_not_confirmed_is_forgotten() -> None:
    state = FeedState()
    for target in ("https://a.example/", "https://a.example/", "https://b.example/", "", "x"):
        state = schedule.after_success(
            state, answer(permanent_url=target), NOW, SETTINGS, feed=FEED
        )
    assert (state.moved_to, state.moved_polls) == ("x", 1)


def test_a_move_that_was_undone_is_not_proposed_again() -> None:
    target = "https://new.example/f"
    state = schedule.undo_move(FeedState(), target)
    for _ in range(5):
        state = schedule.after_success(
            state, answer(permanent_url=target), NOW, SETTINGS, feed=FEED
        )
    assert schedule.settled_move(state, SETTINGS) == ""


def test_a_state_survives_its_json() -> None:
    state = replace(
        with_rhythm(HOUR),
        validators=Validators("e", "m", "d"),
        next_check=NOW,
        failing_since=NOW,
        ttl=HOUR,
        skip_hours=frozenset({1, 2}),
        skip_days=frozenset({"sunday"}),
        moved_to="https://x",
        moved_polls=2,
        failure="dns",
    )
    assert state_from_json(state_to_json(state)) == state


def test_states_of_other_versions_are_read() -> None:
    assert state_from_json("") == FeedState()
    assert state_from_json("{}") == FeedState()
    text = '{"failures": 2, "from_the_future": [1], "last_good": "no date", "items": 5}'
    assert state_from_json(text) == FeedState(failures=2)
