"""What may stand in config.toml: one model a table, each key with its default and its meaning.

The descriptions are those of docs/configuration.md. Secrets are `SecretStr`, so that no log and no
traceback shows one.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from pydantic import Field, SecretStr

from bot.config.channels import Channel, Person, Role
from bot.config.feeds_and_routes import FeedTable, RouteTable
from bot.config.platforms import ChatTables
from bot.config.table import Table
from bot.config.values import (
    HeaderValue,
    LocalPath,
    Network,
    Proxy,
    ServiceUrl,
    TimeOrNone,
    Zone,
)
from feeds.article import Feed
from storage.records import Route

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
