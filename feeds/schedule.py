"""When to look again. Pure: state, outcome, time and settings in; new state out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Protocol

from feeds.article import NO_VALIDATORS, Article, Feed, ParsedFeed, Validators
from feeds.cachehints import CacheHints
from feeds.errors import FeedError, FetchError

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_STEPS = tuple(timedelta(minutes=m) for m in (5, 10, 15, 20, 30, 60, 120, 180, 360, 720, 1440))
"""Intervals in use. Each divides the day, so that a feed's slots stay where they are."""
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_REMEMBERED_ITEMS = 30


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is remembered of a feed between two polls. Stored as JSON, next to `next_check`."""

    validators: Validators = NO_VALIDATORS
    next_check: datetime | None = None
    """None: never polled, due at once."""
    last_checked: datetime | None = None
    last_good: datetime | None = None
    """When a poll last brought a document (304 included)."""
    newest_published: datetime | None = None
    """The newest date that an item of this feed bore."""
    failures: int = 0
    """In a row; 0 while it works."""
    failure: str = ""
    """Class of the last failure: dns, tls, timeout, http4xx, http5xx, gone, not_a_feed ..."""
    failure_text: str = ""
    """The last failure in words, with the remedy."""
    failing_since: datetime | None = None
    told: bool = False
    """Whether the admins have been told of the present failure."""
    ended: bool = False
    """410: the publisher says that it is gone for good. It is asked on, as one that fails: a site
    that is rebuilt says so as well."""
    good_polls: int = 0
    """0: the next good poll is the first one and alerts nobody."""
    items: tuple[datetime, ...] = ()
    """When the latest items came, oldest first: the feed's rhythm."""
    ttl: timedelta | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[str] = frozenset()
    """What the document last asked for."""
    title: str = ""
    format: str = ""
    memory: str = ""
    """Of the document that was last parsed; `memory` is for the next parse."""
    moved_to: str = ""
    moved_polls: int = 0
    """Where permanent redirects lead, and how many polls in a row agreed on it."""
    moved_from: str = ""
    """The address before the last move that was adopted."""
    move_refused: str = ""
    """A move that the admins undid; it is not proposed again."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How often feeds are polled, and what counts as a failure worth telling."""

    shortest: timedelta = timedelta(minutes=5)
    longest: timedelta = timedelta(hours=24)
    unknown: timedelta = timedelta(minutes=30)
    """For a feed whose rhythm is not known yet."""
    polls_per_item: int = 8
    """How many polls for each item that comes: the mean delay is a sixteenth of the gap."""
    longest_hint: timedelta = timedelta(hours=1)
    """How far Cache-Control, Expires and ttl are honoured."""
    longest_retry_after: timedelta = timedelta(hours=24)
    longest_skip: timedelta = timedelta(hours=24)
    """How far skipHours and skipDays may put off a poll."""
    longest_backoff: timedelta = timedelta(hours=24)
    probe: timedelta = timedelta(days=7)
    """Between polls of a feed that has been failing for `probe_after`."""
    probe_after: timedelta = timedelta(days=14)
    tell_after: int = 3
    """Failures in a row before the admins hear of one that will not mend itself."""
    tell_after_time: timedelta = timedelta(hours=24)
    """Time after which they hear of any other."""
    moves_agree: int = 3
    network_retry: timedelta = timedelta(minutes=2)
    burst_floor: int = 15
    """New items that are never a burst, unless nothing in the document is known."""
    burst_factor: float = 3.0
    """Times the number that the feed's rhythm explains."""


class Answer(Protocol):
    """What a good request brought: feeds.fetch.Fetched."""

    @property
    def validators(self) -> Validators:
        """For the next request."""

    @property
    def hints(self) -> CacheHints:
        """What the headers say of it."""

    @property
    def permanent_url(self) -> str:
        """Where permanent redirects led; empty where there were none."""


def first_poll(state: FeedState) -> bool:
    """Whether the next good poll is the feed's first, which alerts nobody."""
    return state.good_polls == 0


def after_success(
    state: FeedState,
    answer: Answer,
    now: datetime,
    settings: Settings,
    *,
    feed: Feed,
    parsed: ParsedFeed | None = None,
    new: Sequence[Article] = (),
) -> FeedState:
    """The state after a poll that brought a document; `parsed` is None where it had not changed.
    `new` holds the articles seen for the first time (resurfaced ones too, edited ones not)."""
    seen = replace(
        _with_items(_with_document(state, parsed), new, now),
        validators=answer.validators,
        last_checked=now,
        last_good=now,
        failures=0,
        failure="",
        failure_text="",
        failing_since=None,
        told=False,
        ended=False,
        good_polls=state.good_polls + 1,
    )
    moved = _with_move(seen, answer.permanent_url, feed)
    return replace(moved, next_check=_next_good(moved, answer.hints, feed, now, settings))


def after_failure(
    state: FeedState, error: FeedError, now: datetime, settings: Settings, *, feed: Feed
) -> FeedState:
    """The state after a poll that brought none. 410 ends the feed until it answers again."""
    failures = state.failures + 1
    since = state.failing_since or now
    delay = _backoff(error, failures, now - since, settings)
    return replace(
        state,
        last_checked=now,
        failures=failures,
        failure=error.kind,
        failure_text=f"{error}: {error.remedy}" if error.remedy else str(error),
        failing_since=since,
        ended=state.ended or error.kind == "gone",
        next_check=now + delay + _jitter(feed.url, now, delay),
    )


def postponed(state: FeedState, now: datetime, settings: Settings) -> FeedState:
    """The state after a round in which our own network was down: nothing but the time changes."""
    return replace(state, next_check=now + settings.network_retry)


def network_down(round_: Iterable[tuple[str, str]]) -> bool:
    """Whether a round of polls failed for want of our own network: (host, class of failure or
    "") for each. Any answer, even an error, shows that the network works."""
    outcomes = dict.fromkeys(round_)
    hosts = {host for host, _ in outcomes}
    dead = {host for host, kind in outcomes if kind in ("dns", "connect", "timeout")}
    alive = {host for host, kind in outcomes if kind not in ("dns", "connect", "timeout")}
    return len(hosts) >= 3 and len(dead - alive) >= 0.8 * len(hosts)


def worth_telling(state: FeedState, now: datetime, settings: Settings) -> bool:
    """Whether the admins should hear of the present failure, and have not."""
    if state.told or not state.failures or state.failing_since is None:
        return False
    if state.ended:
        return True
    if state.failure in _LASTING and state.failures >= settings.tell_after:
        return True
    return now - state.failing_since >= settings.tell_after_time


def settled_move(state: FeedState, settings: Settings) -> str:
    """The address that the feed has moved to for good; empty until enough polls agree."""
    return state.moved_to if state.moved_polls >= settings.moves_agree else ""


def after_move(state: FeedState, old: str) -> FeedState:
    """The state once the new address is adopted in place of the old one."""
    return replace(state, moved_to="", moved_polls=0, moved_from=old)


def undo_move(state: FeedState, refused: str) -> FeedState:
    """The state once the admins went back to the old address."""
    return replace(state, moved_to="", moved_polls=0, moved_from="", move_refused=refused)


def _with_document(state: FeedState, parsed: ParsedFeed | None) -> FeedState:
    if parsed is None:
        return state
    return replace(
        state,
        ttl=parsed.ttl,
        skip_hours=parsed.skip_hours,
        skip_days=parsed.skip_days,
        title=parsed.title,
        format=parsed.format,
        memory=parsed.memory,
    )


def _with_move(state: FeedState, permanent_url: str, feed: Feed) -> FeedState:
    if not permanent_url or permanent_url in (feed.url, state.move_refused):
        return replace(state, moved_to="", moved_polls=0)
    agreed = state.moved_polls + 1 if permanent_url == state.moved_to else 1
    return replace(state, moved_to=permanent_url, moved_polls=agreed)


def _with_items(state: FeedState, new: Sequence[Article], now: datetime) -> FeedState:
    """Items come when they are dated, but never later than now; the undated came now."""
    if not new:
        return state
    came = [min(article.published or now, now).replace(microsecond=0) for article in new]
    dated = [min(article.published, now) for article in new if article.published]
    before = [state.newest_published] if state.newest_published else []
    return replace(
        state,
        items=tuple(sorted((*state.items, *came))[-_REMEMBERED_ITEMS:]),
        newest_published=max((*dated, *before), default=None),
    )


def _next_good(
    state: FeedState, hints: CacheHints, feed: Feed, now: datetime, settings: Settings
) -> datetime:
    if feed.interval is not None:
        interval = feed.interval
    else:
        interval = max(_rhythm(state, now, settings), _hinted(state, hints, settings))
    slot = _slot(feed.url, now, _step(interval) if feed.interval is None else interval)
    asked = _capped(hints.retry_after, settings.longest_retry_after)
    moment = max(slot, now + asked)
    return moment if feed.interval else _past_skips(moment, state, settings)


def _rhythm(state: FeedState, now: datetime, settings: Settings) -> timedelta:
    if len(state.items) < 3:
        return settings.unknown
    gaps = ((later - earlier).total_seconds() for earlier, later in pairwise(state.items))
    gap = timedelta(seconds=median(gaps))
    silence = (now - state.items[-1]) / 4
    interval = max(gap, silence) / settings.polls_per_item
    return min(max(interval, settings.shortest), settings.longest)


def _hinted(state: FeedState, hints: CacheHints, settings: Settings) -> timedelta:
    """What the publisher asks for, within the cap."""
    fresh = _capped(hints.fresh_for, settings.longest_hint)
    return max(fresh, min(state.ttl or timedelta(), settings.longest_hint))


def _capped(seconds: float | None, cap: timedelta) -> timedelta:
    return min(timedelta(seconds=seconds), cap) if seconds else timedelta()


def _step(interval: timedelta) -> timedelta:
    """The longest step that is not longer, but never shorter than the shortest."""
    return max((step for step in _STEPS if step <= interval), default=_STEPS[0])


def _slot(url: str, now: datetime, interval: timedelta) -> datetime:
    """The feed's next slot, at least half an interval away: feeds of one interval are spread
    evenly over it by their addresses, whenever the service was started."""
    phase = interval * _fraction(url)
    earliest = now + interval / 2
    turns = -((_EPOCH + phase - earliest) // interval)
    return _EPOCH + phase + turns * interval + _jitter(url, now, interval)


def _jitter(url: str, now: datetime, interval: timedelta) -> timedelta:
    """Up to a twentieth of the interval, other at each poll, so that no two feeds keep meeting."""
    return interval * _fraction(f"{url} {now.isoformat()}") / 20


def _fraction(text: str) -> float:
    """A number from 0 up to 1 that depends on nothing but the text."""
    digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=4).digest()
    return int.from_bytes(digest, "big") / 2**32


def _past_skips(moment: datetime, state: FeedState, settings: Settings) -> datetime:
    candidate = moment
    while candidate - moment < settings.longest_skip:
        if not _skipped(candidate, state):
            return candidate
        candidate = candidate.replace(minute=moment.minute) + _HOUR
    return moment + settings.longest_skip if _skipped(moment, state) else moment


def _skipped(moment: datetime, state: FeedState) -> bool:
    day = moment.strftime("%A").lower()
    return moment.hour in state.skip_hours or day in state.skip_days


_FIRST_DELAY = {
    "timeout": 10 * _MINUTE,
    "connect": 10 * _MINUTE,
    "http5xx": 10 * _MINUTE,
    "dns": 15 * _MINUTE,
    "rate_limited": 30 * _MINUTE,
    "too_large": 6 * _HOUR,
    "refused": 6 * _HOUR,
    "gone": _DAY,
}
"""By class of failure; an hour for all others. It doubles with each failure in a row."""

_LASTING = frozenset(
    {"tls", "dns", "http4xx", "not_a_feed", "too_large", "refused", "redirects", "encoding"}
)
"""Failures that seldom mend themselves."""


def _backoff(
    error: FeedError, failures: int, failing_for: timedelta, settings: Settings
) -> timedelta:
    if failing_for >= settings.probe_after:
        return settings.probe
    first = _FIRST_DELAY.get(error.kind, _HOUR)
    delay = min(first * (1 << min(failures - 1, 12)), settings.longest_backoff)
    asked = error.retry_after if isinstance(error, FetchError) else None
    return max(delay, _capped(asked, settings.longest_retry_after))
