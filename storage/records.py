"""What storage hands out and takes in: plain frozen values, no row and no cursor."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from classifiers.assessment import Assessment, Claim, Condition, Direction, Head, Obligation, Stage
from feeds.article import Article, Feed
from feeds.schedule import FeedState


class Origin(StrEnum):
    """Where a feed or a route was set. What the file fixes, chat cannot change."""

    FILE = "file"
    CHAT = "chat"
    COMMAND = "command"


# --- feeds and articles


@dataclass(frozen=True, slots=True)
class StoredFeed:
    """A subscription with what is known of its polls."""

    id: int
    feed: Feed
    state: FeedState
    origin: Origin
    paused: bool
    added: datetime
    added_by: str = ""


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """An entry that a feed has shown before; kept as a tombstone after its article is pruned."""

    article_id: int | None
    content_digest: str
    first_seen: datetime


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article as kept, with its newest assessment."""

    id: int
    feed_url: str
    article: Article
    first_seen: datetime
    revision: int
    assessment: Assessment
    development_id: int | None = None
    outcome: str = ""
    """Why it was or was not alerted, in words: "alerted", "first poll", "below threshold" ..."""


@dataclass(frozen=True, slots=True)
class Assessed:
    """One new or edited article on its way into the database."""

    article: Article
    assessment: Assessment
    alert: bool
    """False for what must be kept without telling anybody."""
    reason: str = ""
    """Why it must not be alerted: "first poll", "resurfaced", "held" ..."""
    held: bool = False
    """Whether it waits for an admin who releases or discards it."""


@dataclass(frozen=True, slots=True)
class HeldFeed:
    """A feed whose burst waits for an admin."""

    url: str
    name: str
    articles: int
    developments: int
    since: datetime


# --- developments and the ledger


@dataclass(frozen=True, slots=True)
class Source:
    """One article that reports a development."""

    article_id: int
    outlet: str
    title: str
    url: str
    published: datetime | None
    first_seen: datetime
    role: str = "first"
    """first, further, syndicated, update, denial, correction."""

    @property
    def independent(self) -> bool:
        """Whether it counts towards confirmation: a copy of an agency's text does not."""
        return self.role != "syndicated"


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """Where one committer stands towards one beneficiary on one obligation."""

    id: int
    committer: str
    beneficiary: str
    obligation: Obligation
    stage: Stage
    status: str
    conditions: tuple[Condition, ...]
    legal_form: str
    since: datetime
    title: str
    """The instrument, or the development's headline."""
    development_id: int | None
    """None for an instrument of the starting ledger."""
    source: str
    """Where it is from: an address, or "instrument, confidence high"."""


@dataclass(frozen=True, slots=True)
class LedgerChange:
    """How a development differs from the ledger as it stood before it."""

    committers: tuple[str, ...]
    beneficiaries: tuple[str, ...]
    direction: Direction
    stage: Stage
    before: tuple[LedgerEntry, ...]
    """What stood there, most binding first; empty where nothing did."""


@dataclass(frozen=True, slots=True)
class Development:
    """One real-world act, however many articles report it."""

    id: int
    short_id: str
    """What people type: "UKR-142"."""
    revision: int
    """Grows with every change that a reader would see."""
    claims: tuple[Claim, ...]
    """The first one made the development. Their evidence lies in `lead`."""
    head: Head
    confidence: float
    lead: Source
    sources: tuple[Source, ...]
    changes: tuple[LedgerChange, ...]
    created: datetime
    updated: datetime
    status: str = "active"
    """active, denied, corrected, withdrawn (by an admin)."""
    history: tuple[str, ...] = ()
    """A line for each revision, oldest first."""

    @property
    def independent_sources(self) -> int:
        """How many outlets report it in their own words."""
        return len({s.outlet for s in self.sources if s.independent})

    @property
    def confirmed(self) -> bool:
        """Whether a second independent source has it."""
        return self.independent_sources > 1


class ChangeKind(StrEnum):
    """What an article did to the known developments."""

    NEW = "new"
    SOURCE = "source"
    UPDATE = "update"
    DENIAL = "denial"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class DevelopmentChange:
    """A development before and after one article: what routing decides on."""

    kind: ChangeKind
    development: Development
    previous: Development | None
    what: str
    """The change in words, for a reply: "stage 2 pledge > 3 political text"; empty for a source."""
    article: Article
    alert: bool


# --- routes and deliveries


class Mode(StrEnum):
    """When a route's alerts go out."""

    INSTANT = "instant"
    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Route:
    """Which developments go to which channel. An empty filter lets everything pass."""

    name: str
    channel: str
    """"slack:C024BE91L", "discord:1234567890" or "terminal"."""
    beneficiaries: tuple[str, ...] = ()
    committers: tuple[str, ...] = ()
    directions: tuple[Direction, ...] = ()
    min_stage: Stage = Stage.TALK
    min_confidence: float = 0.0
    mode: Mode = Mode.INSTANT
    origin: Origin = Origin.FILE
    disabled: str = ""
    """Why nothing is sent, with the remedy; empty while it works."""


class DeliveryKind(StrEnum):
    """What is to be done in a channel."""

    ALERT = "alert"
    EDIT = "edit"
    REPLY = "reply"
    NOTICE = "notice"


class DeliveryState(StrEnum):
    """Where a delivery is on its way."""

    WAITING = "waiting"
    LEASED = "leased"
    UNKNOWN = "unknown"
    """Sent, perhaps: the platform must be asked before it is sent again."""
    SENT = "sent"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Message:
    """A posted message, as its platform names it."""

    channel: str
    id: str


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """What routing asks for."""

    kind: DeliveryKind
    channel: str
    route: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    """For a reply its words, for a notice its text; an alert is drawn when it is sent."""
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One leased piece of work for the delivery worker."""

    id: int
    key: str
    """Unique for ever, at most 25 characters: Discord's nonce, Slack's metadata."""
    kind: DeliveryKind
    channel: str
    route: str
    development_id: int | None
    payload: Mapping[str, Any]
    attempts: int
    created: datetime
    reconcile: bool
    """True where an earlier attempt may have reached the platform."""
    first_attempt: datetime | None
    message: Message | None
    """For an edit: the alert in this channel. For a reply: the alert to reply to."""


RoutePlan = Callable[[DevelopmentChange, Sequence[Route], frozenset[str]], Sequence[NewDelivery]]
"""Pure: a change, the routes, and the channels that already have the alert -> what to send.
Called on the database thread inside the transaction, so that decision and record are one."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What one poll changed."""

    new: int
    edited: int
    relevant: tuple[StoredArticle, ...]
    changes: tuple[DevelopmentChange, ...]
    deliveries: int


# --- questions


@dataclass(frozen=True, slots=True)
class Filter:
    """What `latest` and `search` narrow by; an empty field lets everything pass."""

    beneficiary: str = ""
    committer: str = ""
    directions: tuple[Direction, ...] = ()
    min_stage: Stage | None = None
    since: datetime | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One answer to a search."""

    development: Development | None
    article: StoredArticle
    snippet: str
    """With the hits between U+E000 and U+E001."""


@dataclass(frozen=True, slots=True)
class StoreFigures:
    """For `/pledgewatch status`."""

    feeds: int
    feeds_failing: int
    articles: int
    developments: int
    waiting: int
    dead: int
    oldest_waiting: datetime | None
    last_poll: datetime | None
    last_alert: datetime | None
    schema: str


# --- the memory of who is committed to whom, for people


@dataclass(frozen=True, slots=True)
class LedgerRecord:
    """One entry of the ledger's history, whether it moved the ledger or not."""

    entry: LedgerEntry
    direction: Direction
    standing: str
    """confirmed (it moves the ledger), pending, rejected."""
    attribution: str
    short_id: str = ""
    """The development that wrote it; empty for an instrument."""
    instrument: str = ""
    decided_by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """Where two committers stand towards one beneficiary on one obligation."""

    beneficiary: str
    obligation: Obligation
    left: LedgerEntry | None
    right: LedgerEntry | None


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """What one actor owes another, in one cell of the matrix."""

    committer: str
    beneficiary: str
    stage: Stage
    """The most binding."""
    obligations: int


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two entries of the ledger that cannot both hold, or one that cannot hold by itself."""

    what: str
    """In words, with the remedy."""
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StoredFeedback:
    """What somebody said of an alert."""

    id: int
    short_id: str
    verdict: str
    by: str
    platform: str
    given: datetime
    note: str
    state: str
    """applied (an admin said it, or accepted it), waiting, refused."""


@dataclass(frozen=True, slots=True)
class Precision:
    """How the alerts of one week, route or source fared."""

    group: str
    alerts: int
    confirmed: int
    """By a person, or by a second independent source."""
    corrected: int
    rejected: int
    """Found not to be relevant."""
