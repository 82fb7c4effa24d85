"""What may stand in config.toml: one model a table, each key with its default and its meaning.

The descriptions are those of docs/configuration.md. Secrets are `SecretStr`, so that no log and no
traceback shows one.
"""

from __future__ import annotations

import base64
from enum import StrEnum
from pathlib import Path

from pydantic import Field, SecretStr

from bot.config.channels import Channel, Mention, Person, Role
from bot.config.platforms import ChatTables
from bot.config.table import Table
from bot.config.values import (
    Actor,
    AlertLanguage,
    CardField,
    Expression,
    FeedUrl,
    HeaderName,
    HeaderValue,
    Hours,
    Interval,
    Language,
    LocalPath,
    MentionHeads,
    Name,
    Network,
    Proxy,
    ServiceUrl,
    StageValue,
    TimeOfDay,
    TimeOrNone,
    Weekday,
    Zone,
)
from classifiers.assessment import Direction, Head, Obligation, Stage
from feeds.article import Feed
from storage.records import Mode, Route, Style

_NO_SECRET = SecretStr("")


class LogLevel(StrEnum):
    """How much is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogFormat(StrEnum):
    """How a line of the log looks."""

    AUTO = "auto"
    TEXT = "text"
    JSON = "json"


class StorageTable(Table):
    """Where everything is kept."""

    path: LocalPath = Field(
        default=Path("pledgewatch.db"),
        description="The SQLite file, on a local disk. A relative path starts at the folder of the"
        " configuration file.",
    )
    backup_folder: LocalPath | None = Field(
        default=None,
        description="Where copies of the database are made while the service runs. Not set: no"
        " copies.",
    )
    backup_hours: int = Field(default=24, ge=1, le=720, description="Hours between two copies.")
    keep_backups: int = Field(
        default=14, ge=1, le=1000, description="How many copies are kept; the oldest go first."
    )
    keep_text_days: int = Field(
        default=0,
        ge=0,
        le=36_500,
        description="Days after which the bodies of articles are dropped; titles, assessments,"
        " developments and the ledger stay. 0: kept for ever.",
    )


class FetchTable(Table):
    """How feeds and article pages are fetched."""

    allow_networks: tuple[Network, ...] = Field(
        default=(),
        description="Private networks that feed addresses may lead to, in CIDR notation. By"
        " default none: an address inside one's own network is refused.",
    )
    per_host: int = Field(default=2, ge=1, le=20, description="Requests at once to one host.")
    host_gap: float = Field(
        default=1.0,
        ge=0,
        le=60,
        description="Seconds between the starts of two requests to one host.",
    )
    timeout: float = Field(
        default=30.0,
        gt=0,
        le=300,
        description="Seconds that one document may take, redirects included.",
    )
    max_bytes: int = Field(
        default=5_000_000,
        ge=10_000,
        le=100_000_000,
        description="The largest document that is read, in bytes after decompression.",
    )
    user_agent: str = Field(
        default="",
        max_length=200,
        description="How requests introduce themselves. Empty: the program's name and version.",
    )
    proxy: Proxy = Field(
        default=_NO_SECRET,
        description="Address of an HTTP proxy for feeds, http://host:port. Empty: none.",
    )
    ca_file: LocalPath | None = Field(
        default=None,
        description="A PEM file of certificate authorities to trust besides the system's.",
    )


class ClassifierTable(Table):
    """What counts as a development."""

    threshold: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="The score from which an article is taken for relevant; lower finds more and"
        " errs more. Not set: the model's own.",
    )
    model: LocalPath | None = Field(
        default=None,
        description="A model that `pledgewatch train` wrote. Not set: the one that is shipped.",
    )


class SecondOpinionTable(Table):
    """A language model's opinion on what the classifier is unsure of; see second-opinion.md."""

    url: ServiceUrl = Field(
        default="",
        description="An OpenAI-compatible address up to and with /v1, such as"
        " http://localhost:11434/v1. Empty: nobody is asked.",
    )
    model: str = Field(
        default="", max_length=100, description="The model's name, as the service lists it."
    )
    api_key: HeaderValue = Field(
        default=_NO_SECRET, description="Sent to that address alone. Empty: none."
    )
    below: float = Field(
        default=0.3,
        ge=0,
        le=1,
        description="How far below the classifier's threshold a score still counts as unsure.",
    )
    above: float = Field(
        default=0.2, ge=0, le=1, description="How far above it. Outside nothing is asked."
    )
    timeout: float = Field(
        default=30.0,
        gt=0,
        le=600,
        description="Seconds that an article may wait for its opinion, the wait for its turn"
        " included; then it keeps the classifier's own.",
    )
    max_tokens: int = Field(
        default=1000, ge=100, le=32_000, description="The longest answer, in tokens."
    )
    max_text: int = Field(
        default=6000,
        ge=500,
        le=12_000,
        description="How much of an article is sent: characters of title, summary and text.",
    )
    at_once: int = Field(default=1, ge=1, le=20, description="Calls at once.")
    calls_per_day: int = Field(
        default=200, ge=0, le=1_000_000, description="Calls in a day (UTC), over restarts."
    )
    cost_per_day: float = Field(
        default=0.0,
        ge=0,
        description="The most that a day's calls may cost, in the currency of the two prices. 0: no"
        " limit.",
    )
    prompt_price: float = Field(
        default=0.0, ge=0, description="What a million tokens of the question cost."
    )
    completion_price: float = Field(
        default=0.0, ge=0, description="What a million tokens of the answer cost."
    )
    reasoning: bool = Field(
        default=False,
        description="For models that take max_completion_tokens and no temperature; give them more"
        " max_tokens.",
    )


class LogTable(Table):
    """What the program writes to standard error."""

    level: LogLevel = Field(default=LogLevel.INFO, description="The least that is logged.")
    format: LogFormat = Field(
        default=LogFormat.AUTO,
        description="text for people, json for a log collector; auto: text on a terminal, json"
        " elsewhere.",
    )


class HealthTable(Table):
    """For the operator's monitoring: /healthz and /metrics (Prometheus); see operations.md."""

    port: int = Field(default=0, ge=0, le=65535, description="0: nothing listens.")
    host: str = Field(
        default="127.0.0.1",
        description="The address to listen on. The answers name feeds' troubles: do not open it to"
        " everybody.",
    )


class WatchdogTable(Table):
    """When the service tells the channels of [admins] notices that it does not do its work: once,
    and again when it is well."""

    no_poll_minutes: int = Field(
        default=120,
        ge=0,
        le=100_000,
        description="Minutes without a single feed that could be read though one was due. 0: off.",
    )
    no_delivery_minutes: int = Field(
        default=60,
        ge=0,
        le=100_000,
        description="Minutes that a message may wait for its platform. 0: off.",
    )
    no_alert_days: int = Field(
        default=7,
        ge=0,
        le=1000,
        description="Days without an alert though a route tells at once: perhaps the feeds bring"
        " nothing any more. 0: off.",
    )
    report: TimeOrNone = Field(
        default="",
        description="When a daily report on the service's own work goes to those channels, such as"
        " 07:00. Empty: none.",
    )
    zone: Zone = Field(default="UTC", description="The time zone of report, such as Europe/Kyiv.")


class AdminsTable(Table):
    """Who administers, besides the administrators of the Discord server and the Slack workspace."""

    notices: tuple[Channel, ...] = Field(
        default=(), description="Channels that are told of failing feeds and broken channels."
    )
    users: tuple[Person, ...] = Field(
        default=(),
        description='Users who may give admin commands: "slack:U...", "discord:" and digits.',
    )
    roles: tuple[Role, ...] = Field(
        default=(), description='Discord roles whose members may: "discord:" and digits.'
    )


class FeedTable(Table):
    """One feed. It may stand in the file any number of times."""

    url: FeedUrl = Field(description="The address of the feed, without user and password.")
    name: str = Field(
        default="",
        max_length=60,
        description="The outlet, as alerts show it. Empty: the feed's own title.",
    )
    tags: tuple[Name, ...] = Field(default=(), description="Words of one's own to group feeds by.")
    interval: Interval | None = Field(
        default=None,
        description='Time between two polls, from "1m" to "31d". Not set: the feed\'s own rhythm.',
    )
    full_text: bool = Field(
        default=True,
        description="Whether the article's page may be read where the feed gives only a teaser.",
    )
    user: str = Field(default="", description="For feeds behind HTTP basic authentication.")
    password: SecretStr = Field(default=_NO_SECRET, description="The password that goes with user.")
    headers: dict[HeaderName, HeaderValue] = Field(
        default={}, description="Sent with every request to this feed; the values are kept secret."
    )

    def feed(self) -> Feed:
        """As the poller takes it; user and password become a header."""
        headers = {name: value.get_secret_value() for name, value in self.headers.items()}
        if self.user:
            credentials = f"{self.user}:{self.password.get_secret_value()}".encode()
            headers["Authorization"] = "Basic " + base64.b64encode(credentials).decode()
        return Feed(
            url=self.url,
            name=self.name,
            tags=self.tags,
            interval=self.interval,
            full_text=self.full_text,
            headers=tuple(headers.items()),
        )


class RouteTable(Table):
    """Which developments go to which channel. An empty filter lets everything pass."""

    name: Name = Field(description="What commands call it.")
    channel: Channel = Field(description='"slack:C...", "discord:" and digits, or "terminal".')
    beneficiaries: tuple[Actor, ...] = Field(
        default=(),
        description="States or organisations that are promised something, by ISO 3166-1 code or"
        " any usual name.",
    )
    committers: tuple[Actor, ...] = Field(default=(), description="Those whose act it is.")
    obligations: tuple[Obligation, ...] = Field(
        default=(), description="What is promised: troop_deployment, arms_supply and so on."
    )
    directions: tuple[Direction, ...] = Field(
        default=(), description="What changed: new, strengthened, refused, withdrawn and so on."
    )
    heads: tuple[Head, ...] = Field(
        default=(),
        description="The word at the head of an alert: pledged, signed, ratified and so on.",
    )
    min_stage: StageValue = Field(
        default=Stage.TALK,
        description="How binding it must be: 0 talk, 1 proposal, 2 pledge, 3 political_text,"
        " 4 signed_binding, 5 in_force, 6 implemented.",
    )
    min_confidence: float = Field(
        default=0.0, ge=0, le=1, description="How sure the program must be."
    )
    sources: tuple[Name, ...] = Field(
        default=(), description="Outlets by name, in any case; one of those that report it."
    )
    languages: tuple[Language, ...] = Field(
        default=(), description="Of the report: en, uk, fr and so on, two letters each."
    )
    words: Expression = Field(
        default="",
        description="A regular expression that a title or a quotation must match, in any case;"
        " without back-references and look-around.",
    )
    mode: Mode = Field(
        default=Mode.INSTANT,
        description="instant: each alert at once; hourly, daily, weekly: all in one digest.",
    )
    at: TimeOfDay = Field(default="07:00", description="When a daily or weekly digest goes out.")
    zone: Zone = Field(
        default="UTC",
        description="The time zone of at and quiet, such as Europe/Kyiv; daylight saving is"
        " observed.",
    )
    weekday: Weekday = Field(
        default=0, description="Of a weekly digest: monday to sunday, or 0 to 6."
    )
    quiet: Hours = Field(
        default="",
        description="Hours, such as 22:00-07:00, that hold everything back for one digest at their"
        " end.",
    )
    ceiling: int = Field(
        default=0,
        ge=0,
        le=1000,
        description="Alerts an hour above which the rest goes into one digest. 0: no ceiling.",
    )
    urgent: tuple[Head, ...] = Field(
        default=(),
        description="Head words that neither the quiet hours nor the ceiling hold back.",
    )
    mention: Mention = Field(
        default="",
        description="Whom an alert calls: discord:@& and the id of a role, slack:!subteam^ and the"
        " id of a group, discord:@here, slack:!here.",
    )
    mention_heads: MentionHeads = Field(
        default=(), description="The head words for which it calls; for others it does not."
    )
    mention_min_stage: StageValue = Field(
        default=Stage.TALK, description="And how binding it must be at least."
    )
    style: Style = Field(
        default=Style.FULL, description="How much an alert shows: full, compact or line."
    )
    fields: tuple[CardField, ...] = Field(
        default=(),
        description="Lines of a full alert that are shown: quotation, obligations, conditions,"
        " left_open, attribution, change, did_not_sign, also. Empty: all.",
    )
    language: AlertLanguage = Field(
        default="en", description="What the alert's own words are written in: en, uk, fr or de."
    )

    def route(self) -> Route:
        """As storage keeps it."""
        return Route(**dict(self))


class Config(ChatTables):
    """The whole file."""

    storage: StorageTable = StorageTable()
    fetch: FetchTable = FetchTable()
    classifier: ClassifierTable = ClassifierTable()
    second_opinion: SecondOpinionTable = SecondOpinionTable()
    log: LogTable = LogTable()
    health: HealthTable = HealthTable()
    watchdog: WatchdogTable = WatchdogTable()
    admins: AdminsTable = AdminsTable()
    feeds: tuple[FeedTable, ...] = ()
    routes: tuple[RouteTable, ...] = ()

    def feed_list(self) -> list[Feed]:
        """The feeds that the file fixes."""
        return [table.feed() for table in self.feeds]

    def route_list(self) -> list[Route]:
        """The routes that the file fixes; without chats and routes, everything to the terminal."""
        if not (self.routes or self.chat_on):
            return [Route(name="terminal", channel="terminal")]
        return [table.route() for table in self.routes]
