"""What may stand in config.toml of a feed and of a route, which may come any number of times."""

from __future__ import annotations

import base64

from pydantic import Field, SecretStr

from bot.config.channels import Channel, Mention
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
    MentionHeads,
    Name,
    NameOrNone,
    StageValue,
    TimeOfDay,
    Weekday,
    Zone,
)
from classifiers.assessment import Direction, Head, Obligation, Stage
from feeds.article import Feed
from storage.records import Mode, Route, Style

_NO_SECRET = SecretStr("")


class FeedTable(Table):
    """One feed. It may stand in the file any number of times."""

    url: FeedUrl = Field(description="The address of the feed, without user and password.")
    name: NameOrNone = Field(
        default="",
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

    name: Name = Field(description="What commands call it, in any case.")
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
