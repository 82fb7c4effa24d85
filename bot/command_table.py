"""The shape of the table of slash commands: what an adapter needs in order to offer them."""

from __future__ import annotations

from dataclasses import dataclass

from classifiers.assessment import Direction, Stage


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of a command."""

    name: str
    help: str
    required: bool = False
    kind: str = "text"
    """text, country, choice, stage, integer, date, reference (to a development), address, query,
    feed or route."""
    choices: tuple[str, ...] = ()
    rest: bool = False
    """Takes everything that is left, spaces and all."""


@dataclass(frozen=True, slots=True)
class Command:
    """One subcommand, such as `/pledgewatch feeds add`."""

    root: str
    """pledges or pledgewatch: a Slack workspace shares its command names among all apps."""
    path: tuple[str, ...]
    """("latest",) or ("feeds", "add"): at most two words, Discord's limit."""
    help: str
    parameters: tuple[Parameter, ...] = ()
    admin: bool = False
    example: str = ""
    """Arguments as somebody would type them."""

    @property
    def name(self) -> str:
        """As it is typed, without the slash: "pledgewatch feeds add"."""
        return " ".join((self.root, *self.path))


STAGES = tuple(stage.name.lower() for stage in Stage)

_WHERE = (
    Parameter("beneficiary", "Who is promised something", kind="country"),
    Parameter("committer", "Whose act it is", kind="country"),
    Parameter("direction", "What changed", kind="choice", choices=tuple(Direction)),
    Parameter("min_stage", "How binding at least", kind="stage", choices=STAGES),
    Parameter("since", "From when on: 7d, 24h, 2026-01-31", kind="date"),
)
_REFERENCE = Parameter("reference", "Its id, such as UKR-142", required=True, kind="reference")
_FEED = Parameter("feed", "Its address or its name", required=True, rest=True)

_ROUTE = Parameter("route", "Its name", required=True, rest=True)
_NOTE = Parameter("note", "Why", rest=True)
_ENTRY = Parameter("entry", "Its number", required=True, kind="integer")
_FEEDBACK = Parameter("feedback", "Its number", required=True, kind="integer")

COMMANDS: tuple[Command, ...] = (
    Command("pledges", ("latest",), "The newest developments", _WHERE, example="Ukraine since:7d"),
    Command(
        "pledges",
        ("search",),
        "Search articles and developments",
        (
            Parameter(
                "query", "Words, “phrases”, from:GBR to:UKR stage:>=3", required=True, rest=True
            ),
        ),
        example="security guarantee to:UKR",
    ),
    Command("pledges", ("show",), "One development in full", (_REFERENCE,), example="UKR-142"),
    Command(
        "pledges",
        ("status",),
        "Who is committed to a country, and how bindingly",
        (Parameter("beneficiary", "A country or organisation", required=True, kind="country"),),
        example="Ukraine",
    ),
    Command(
        "pledges",
        ("why",),
        "How an article was assessed, or why it was not alerted",
        (Parameter("reference", "An id or an article's address", required=True, kind="reference"),),
        example="UKR-142",
    ),
    Command(
        "pledges",
        ("compare",),
        "Two actors' commitments side by side",
        (
            Parameter("first", "A country or organisation", required=True, kind="country"),
            Parameter("second", "Another one", required=True, kind="country"),
            Parameter("beneficiary", "Only what is promised to this one", kind="country"),
        ),
        example="GBR FRA",
    ),
    Command(
        "pledges",
        ("timeline",),
        "What an actor promised when",
        (
            Parameter("actor", "A country or organisation", required=True, kind="country"),
            Parameter("beneficiary", "Towards whom", kind="country"),
        ),
        example="USA UKR",
    ),
    Command(
        "pledges",
        ("matrix",),
        "Who is committed to whom, and how bindingly",
        (Parameter("beneficiary", "Only towards this one", kind="country"),),
        example="Ukraine",
    ),
    Command(
        "pledges",
        ("brief",),
        "A digest of the last day, or of a span",
        (Parameter("since", "24h, 7d or a date", kind="date"),),
        example="7d",
    ),
    Command(
        "pledges",
        ("whynot",),
        "Why an article was not alerted",
        (Parameter("reference", "The article's address", required=True, kind="reference"),),
        example="https://example.org/article",
    ),
    Command(
        "pledges",
        ("submit",),
        "Hand in an article that was missed",
        (Parameter("url", "The article's address", required=True, kind="address"),),
        example="https://example.org/article",
    ),
    Command("pledges", ("help",), "What you can ask"),
    Command("pledgewatch", ("status",), "How the service does", admin=True),
    Command("pledgewatch", ("feeds", "list"), "The feeds and how they do", admin=True),
    Command(
        "pledgewatch",
        ("feeds", "add"),
        "Subscribe to a feed, or to the feed of a site",
        (
            Parameter("url", "The address of a feed or a site", required=True, kind="address"),
            Parameter("name", "What to call it", rest=True),
        ),
        admin=True,
        example="https://example.org/feed.xml Example Times",
    ),
    Command(
        "pledgewatch",
        ("feeds", "remove"),
        "Unsubscribe",
        (_FEED,),
        admin=True,
        example="Example Times",
    ),
    Command(
        "pledgewatch",
        ("feeds", "pause"),
        "Stop polling a feed",
        (_FEED,),
        admin=True,
        example="Example Times",
    ),
    Command(
        "pledgewatch",
        ("feeds", "resume"),
        "Poll a paused feed again",
        (_FEED,),
        admin=True,
        example="Example Times",
    ),
    Command(
        "pledgewatch", ("feeds", "health"), "Which feeds are late, failing or silent", admin=True
    ),
    Command(
        "pledgewatch", ("feeds", "held"), "What bursts of feeds wait for a decision", admin=True
    ),
    Command(
        "pledgewatch",
        ("feeds", "release"),
        "Tell what a burst brought",
        (_FEED,),
        admin=True,
        example="Example Times",
    ),
    Command(
        "pledgewatch",
        ("feeds", "discard"),
        "Tell nobody what a burst brought",
        (_FEED,),
        admin=True,
        example="Example Times",
    ),
    Command(
        "pledgewatch",
        ("feeds", "unmove"),
        "Take up a feed's address before it moved",
        (_FEED,),
        admin=True,
        example="Example Times",
    ),
    Command(
        "pledgewatch",
        ("feeds", "test"),
        "Fetch a feed now and show what it holds",
        (Parameter("url", "The feed's address", required=True, kind="address"),),
        admin=True,
        example="https://example.org/feed.xml",
    ),
    Command("pledgewatch", ("routes", "list"), "Which developments go where", admin=True),
    Command(
        "pledgewatch", ("routes", "remove"), "Remove a route", (_ROUTE,), admin=True, example="desk"
    ),
    Command(
        "pledgewatch",
        ("routes", "enable"),
        "Send to a route's channel again",
        (_ROUTE,),
        admin=True,
        example="desk",
    ),
    Command(
        "pledgewatch",
        ("deliveries",),
        "What was sent, what waits, what was given up",
        (
            Parameter(
                "state",
                "Only these",
                kind="choice",
                choices=("waiting", "leased", "unknown", "sent", "dead"),
            ),
        ),
        admin=True,
        example="dead",
    ),
    Command(
        "pledgewatch",
        ("retry",),
        "Try given-up deliveries again",
        (Parameter("delivery", "Its number; all without one", kind="integer"),),
        admin=True,
        example="17",
    ),
    Command(
        "pledgewatch",
        ("merge",),
        "Make two developments one",
        (
            Parameter("wrong", "The one that goes", required=True, kind="reference"),
            Parameter("into", "The one that stays", required=True, kind="reference"),
        ),
        admin=True,
        example="UKR-143 UKR-142",
    ),
    Command(
        "pledgewatch",
        ("split",),
        "Make articles a development of their own",
        (
            Parameter("reference", "The development", required=True, kind="reference"),
            Parameter("articles", "Their numbers", required=True, rest=True),
        ),
        admin=True,
        example="UKR-142 1017 1020",
    ),
    Command(
        "pledgewatch",
        ("withdraw",),
        "Take a wrong alert back",
        (_REFERENCE, _NOTE),
        admin=True,
        example="UKR-142 a satire",
    ),
    Command(
        "pledgewatch",
        ("reinstate",),
        "Undo a withdrawal or a denial",
        (_REFERENCE, _NOTE),
        admin=True,
        example="UKR-142",
    ),
    Command(
        "pledgewatch",
        ("ledger", "pending"),
        "What waits for confirmation before it moves the ledger",
        admin=True,
    ),
    Command(
        "pledgewatch",
        ("ledger", "confirm"),
        "Let an entry move the ledger",
        (_ENTRY, _NOTE),
        admin=True,
        example="310 seen the text",
    ),
    Command(
        "pledgewatch",
        ("ledger", "reject"),
        "Keep an entry from moving the ledger",
        (_ENTRY, _NOTE),
        admin=True,
        example="310 misquoted",
    ),
    Command("pledgewatch", ("feedback", "list"), "What members said of alerts", admin=True),
    Command(
        "pledgewatch",
        ("feedback", "accept"),
        "Do what a member said",
        (_FEEDBACK,),
        admin=True,
        example="4",
    ),
    Command(
        "pledgewatch",
        ("feedback", "refuse"),
        "Leave an alert as it is",
        (_FEEDBACK,),
        admin=True,
        example="4",
    ),
    Command(
        "pledgewatch",
        ("stats",),
        "How the alerts fared",
        (
            Parameter("by", "Grouped by", kind="choice", choices=("week", "route", "source")),
            Parameter("since", "From when on; 12 weeks without it", kind="date"),
        ),
        admin=True,
        example="route since:30d",
    ),
    Command("pledgewatch", ("help",), "What an admin can do", admin=True),
)
