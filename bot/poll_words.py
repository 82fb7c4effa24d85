"""What is said of polls: notices to the admins, and the log of what became of each article."""

from __future__ import annotations

import structlog

from feeds.addresses import redacted
from feeds.schedule import FeedState
from storage.records import Decided, DevelopmentChange, Recorded, StoredFeed

log = structlog.get_logger(__name__)

Notice = tuple[str, str]
"""The text, and the remedy."""


def burst_notice(stored: StoredFeed, new: int) -> Notice:
    """A feed brought too much at once."""
    name = stored.feed.title
    text = f"The feed “{name}” suddenly brought {new} new items; they are held and told to nobody."
    return text, f"/pledgewatch feeds release {name} tells them, feeds discard {name} does not."


def failure_notice(stored: StoredFeed, state: FeedState) -> Notice:
    """A feed fails, and will not mend itself."""
    since = f" since {state.failing_since:%d %b %H:%M} UTC" if state.failing_since else ""
    text = f"The feed “{stored.feed.title}” fails{since}: {state.failure_text}"
    return text, redacted(stored.feed.url)


def move_notice(stored: StoredFeed, target: str, refusal: str) -> Notice:
    """A feed is found elsewhere for good. `refusal` says why its address is left as it is; empty
    where the new one was adopted."""
    name = stored.feed.title
    text = f"The feed “{name}” redirects for good to {redacted(target)}."
    return text, refusal or f"To go back: /pledgewatch feeds unmove {name}"


def log_read(stored: StoredFeed, recorded: Recorded) -> None:
    """What a poll brought: a line for the feed, for each article, for each development."""
    log.info(
        "feed.read",
        feed=redacted(stored.feed.url),
        new=recorded.new,
        edited=recorded.edited,
        relevant=len(recorded.relevant),
        deliveries=recorded.deliveries,
    )
    for decided in recorded.decisions:
        _log_decision(decided)
    for change in recorded.changes:
        _log_change(change)


def _log_decision(decided: Decided) -> None:
    """What is not relevant, nearly all of the news, only for who wants it."""
    say = log.info if decided.relevant else log.debug
    say(
        "article.decided",
        article=decided.article_id,
        url=decided.url,
        relevant=decided.relevant,
        score=round(decided.score, 3),
        development=decided.development,
        outcome=decided.outcome,
    )


def _log_change(change: DevelopmentChange) -> None:
    log.info(
        "development.changed",
        development=change.development.short_id,
        kind=str(change.kind),
        head=str(change.development.head),
        url=change.article.url,
        revision=change.development.revision,
        alert=change.alert,
    )
