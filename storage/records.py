"""What storage hands out and takes in: plain frozen values, no row and no cursor."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
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
        """Whether it counts towards confirmation: a copy of an agency's text does not, nor does
        a denial."""
        return self.role not in {"syndicated", "denial"}


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
    """active, denied, corrected, retracted (by its only source), withdrawn (by an admin)."""
    history: tuple[str, ...] = ()
    """A line for each revision, oldest first."""
    corrected_from: Claim | None = None
    """The first claim as it was told before it was corrected."""

    @property
    def independent_sources(self) -> int:
        """How many outlets report it in their own words."""
        return len({s.outlet for s in self.sources if s.independent})

    @property
    def confirmed(self) -> bool:
        """Whether a second independent source has it."""
        return self.independent_sources > 1


class ChangeKind(StrEnum):
    """What an article, or an admin, did to the known developments."""

    NEW = "new"
    SOURCE = "source"
    UPDATE = "update"
    DENIAL = "denial"
    CORRECTION = "correction"
    WITHDRAWN = "withdrawn"
    """By an admin, as are the three that follow; a correction may be."""
    REINSTATED = "reinstated"
    MERGED = "merged"
    """It is a part of another from now on."""
    SPLIT = "split"
    """Some of its articles are a development of their own from now on."""


@dataclass(frozen=True, slots=True)
class DevelopmentChange:
    """A development before and after one article, or one decision of an admin: what routing decides
    on."""

    kind: ChangeKind
    development: Development
    previous: Development | None
    what: str
    """The change in words, for a reply: "stage 2 pledge > 3 political text"; empty for a source."""
    article: Article
    """That of the lead, where an admin changed it."""
    alert: bool
    by_admin: bool = False


# --- routes and deliveries


class Mode(StrEnum):
    """When a route's alerts go out."""

    INSTANT = "instant"
    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"


class Style(StrEnum):
    """How much of a development an alert shows."""

    FULL = "full"
    COMPACT = "compact"
    LINE = "line"


CARD_FIELDS = (
    "quotation",
    "obligations",
    "conditions",
    "left_open",
    "attribution",
    "change",
    "did_not_sign",
    "also",
)
"""The lines of a full card that a route may choose from."""


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
    obligations: tuple[Obligation, ...] = ()
    heads: tuple[Head, ...] = ()
    sources: tuple[str, ...] = ()
    """Names of outlets, in any case; one of the development's sources must be among them."""
    languages: tuple[str, ...] = ()
    """Of the report that is at hand: "en", "uk" ..."""
    words: str = ""
    """A regular expression (RE2: linear time) that a title or quotation must match."""
    at: str = "07:00"
    """When a daily or weekly digest goes out, on the clock of `zone`."""
    zone: str = "UTC"
    """An IANA time zone; daylight saving is observed."""
    weekday: int = 0
    """Of a weekly digest; 0 is Monday."""
    quiet: str = ""
    """Hours that hold alerts back for one digest, "22:00-07:00" on the clock of `zone`."""
    urgent: tuple[Head, ...] = ()
    """Head words that neither quiet hours nor the ceiling hold back."""
    mention: str = ""
    """Whom an alert calls: "discord:@&<role id>", "slack:!subteam^S1", "slack:!here"."""
    mention_heads: tuple[Head, ...] = ()
    """For which head words; empty: for none."""
    mention_min_stage: Stage = Stage.TALK
    ceiling: int = 0
    """Alerts an hour above which the rest goes into one digest; 0: no ceiling."""
    style: Style = Style.FULL
    fields: tuple[str, ...] = ()
    """Which lines of the full card are shown; empty: all. See `CARD_FIELDS`."""
    language: str = "en"
    """Of the alert's own words."""
    muted_until: datetime | None = None
    space: str = ""
    """The Discord server or Slack workspace whose admins made it; empty: the operator."""

    @property
    def title(self) -> str:
        """What the people of its space call it. Where two spaces use one name, the later one's is
        kept as "name @space"."""
        return self.name.removesuffix(f" @{self.space}") if self.space else self.name

    def muted(self, now: datetime) -> bool:
        """Whether it says nothing for the time being. What it misses it does not tell later."""
        return self.muted_until is not None and now < self.muted_until


class DeliveryKind(StrEnum):
    """What is to be done in a channel."""

    ALERT = "alert"
    EDIT = "edit"
    REPLY = "reply"
    NOTICE = "notice"
    DIGEST = "digest"
    """What was held for a route, in one message; its parts are replies to it."""
    FOLLOW = "follow"
    """To one person: a development that they follow has moved."""


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


class Held(StrEnum):
    """Why an alert is not sent by itself but waits for a digest."""

    MODE = "mode"
    QUIET = "quiet"
    CEILING = "ceiling"


@dataclass(frozen=True, slots=True)
class NewDigestItem:
    """What routing asks for instead of a delivery: the development stands in a route's next
    digest."""

    channel: str
    route: str
    why: Held
    due: datetime
    what: str = ""
    """The change in English, for the record; empty for a new development. The digest tells it in
    its route's language, from the claims."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What became of a plan."""

    sent: int
    """How many deliveries went into the outbox."""
    held: tuple[NewDigestItem, ...] = ()


@dataclass(frozen=True, slots=True)
class RoutingFacts:
    """What routing must know besides the change and the routes."""

    now: datetime
    told: frozenset[str] = frozenset()
    """Channels that have the development's alert, or wait for it."""
    digested: frozenset[str] = frozenset()
    """Channels that had it in a digest, or will."""
    muted: frozenset[str] = frozenset()
    """Channels that want to hear no more of it."""
    followers: Mapping[str, str] = field(default_factory=dict)
    """Direct-message channel, "discord:@1", "slack:@U1" -> the channel where they asked to be told;
    empty where it is not known."""
    recent: Mapping[str, int] = field(default_factory=dict)
    """Route -> its alerts of the last hour."""


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
    """For an edit: the alert in this channel. For a reply: the alert to reply to. For a part of a
    digest: the digest's main message."""
    development: str = ""
    """The short id, and"""
    article_id: int | None = None
    """the article that brought it about: both for the log."""


RoutePlan = Callable[
    [DevelopmentChange, Sequence[Route], RoutingFacts], Sequence[NewDelivery | NewDigestItem]
]
"""Pure: a change, the routes, and what is known of both -> what to send and what to hold.
Called on the database thread inside the transaction, so that decision and record are one."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of one article that was new or was edited."""

    article_id: int
    url: str
    relevant: bool
    score: float
    development: str
    """The short id; empty where it belongs to none."""
    outcome: str
    """In words: told where, or why not."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What one poll changed."""

    new: int
    edited: int
    relevant: tuple[StoredArticle, ...]
    changes: tuple[DevelopmentChange, ...]
    deliveries: int
    decisions: tuple[Decided, ...] = ()


@dataclass(frozen=True, slots=True)
class DigestItem:
    """A development that waits in a digest, or stood in one."""

    development_id: int
    revision: int
    """The development's, when it was queued."""
    why: Held
    what: str
    """The change in words; empty for what is new to the channel."""
    queued: datetime
    before: Claim | None = None
    """The first claim as the channel knew it, where something has changed."""
    part: int = 0
    """In which of the digest's messages it stands: 0 is the main one, the others are replies to
    it."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who changes something, for the audit."""

    by: str
    """The platform's id."""
    platform: str
    space: str = ""
    """Discord server or Slack workspace; empty in a terminal."""
    name: str = ""
    """As people know them."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """What an admin changed."""

    id: int
    at: datetime
    by: str
    name: str
    platform: str
    space: str
    action: str
    """As the command is typed, "routes add"."""
    subject: str
    """The route's name, the feed's address ..."""
    before: Mapping[str, Any] | None
    """What undoing puts back; None where there was nothing."""
    after: Mapping[str, Any] | None
    undone_by: int | None = None
    """The entry of its undoing."""


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
    oldest_due: datetime | None = None
    """When the feed that is longest overdue, or comes next, is to be polled."""


@dataclass(frozen=True, slots=True)
class Lately:
    """What came within a span of time, for the service's report on itself."""

    articles: int
    relevant: int
    developments: int
    alerts: int
    dead: int
    """Messages that were given up."""


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
    status: str = "active"
    """Of the most binding: active, suspended, disputed."""


@dataclass(frozen=True, slots=True)
class WeekCount:
    """How many developments of one direction a week brought."""

    monday: date
    """The week's first day, in UTC."""
    direction: Direction
    count: int


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
    shown: tuple[Claim, ...] = ()
    """The development's claims when it was said."""
    corrected: tuple[Claim, ...] = ()
    """What they should be; for the verdict "corrected"."""


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
