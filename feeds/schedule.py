"""When to look again. Pure: state, outcome, time and settings in; new state out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from feeds.article import Validators


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is remembered of a feed between two polls. Stored as JSON, next to `next_check`."""

    validators: Validators = Validators()
    next_check: datetime | None = None
    """None: never polled, due at once."""
    last_checked: datetime | None = None
    last_good: datetime | None = None
    """When a poll last brought a document (304 included)."""
    last_new: datetime | None = None
    newest_published: datetime | None = None
    """The newest date that an item of this feed bore."""
    failures: int = 0
    """In a row; 0 while it works."""
    failure: str = ""
    """Class of the last failure: dns, tls, timeout, http4xx, http5xx, gone, not_a_feed, too_large ..."""
    failure_text: str = ""
    """The last failure in words, with the remedy."""
    failing_since: datetime | None = None
    told: bool = False
    """Whether the admins have been told of the present failure."""
    ended: bool = False
    """410: the publisher says that it is gone for good."""
    good_polls: int = 0
    """0: the next good poll is the first one and alerts nobody."""
