"""The shape of the table of slash commands: what an adapter needs in order to offer them."""

from __future__ import annotations

from dataclasses import dataclass

from classifiers.assessment import Direction, Stage
from storage.records import DeliveryState


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of a command."""

    name: str
    help: str
    required: bool = False
    kind: str = "text"
    """text, country, choice, stage, integer, date, reference (to a development), article, address,
    query, feed, route, command or file (where a platform's commands take none: its address)."""
    choices: tuple[str, ...] = ()
    rest: bool = False
    """Takes everything that is left, spaces and all."""
    suggest: str = ""
    """What autocomplete offers, where it is not what the kind says: followed, muted, feedback
    or entry."""


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
    examples: tuple[str, ...] = ()
    """More of them, for `help COMMAND`."""
    chat_only: bool = False
    """It is about somebody's messages or a channel, which a terminal has none of."""
    reads: bool = False
    """It changes nothing, so that turning a page of its answer may ask it again."""

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
_ARTICLE = Parameter(
    "reference",
    "The article's address or title, or an id",
    required=True,
    kind="article",
    suggest="reference",
)
_FEED = Parameter("feed", "Its address or its name", required=True, kind="feed", rest=True)

_ROUTE = Parameter("route", "Its name", required=True, kind="route", rest=True)
_ROUTE_FIRST = Parameter("route", "Its name", required=True, kind="route")
_SETTINGS = "to=UKR by=GBR,FRA min_stage=2 mode=daily at=07:00 zone=Europe/Kyiv ..."
_NOTE = Parameter("note", "Why", rest=True)
_ENTRY = Parameter("entry", "Its number", required=True, kind="integer", suggest="entry")
_FEEDBACK = Parameter("feedback", "Its number", required=True, kind="integer", suggest="feedback")

COMMANDS: tuple[Command, ...] = (
    Command(
        "pledges",
        ("latest",),
        "The newest developments",
        _WHERE,
        example="Ukraine since:7d",
        examples=("from France to Ukraine since last week", "🇺🇦 refused", "stage>=3 this month"),
        reads=True,
    ),
    Command(
        "pledges",
        ("search",),
        "Search articles and developments",
        (
            Parameter(
                "query",
                "Words, “phrases”, -without, from:France to:Ukraine stage:>=3 since:7d",
                required=True,
                kind="query",
                rest=True,
            ),
        ),
        example="security guarantee to:UKR",
        examples=("“declaration of intent” from:Britain", "troops -exercise since:2026-01-01"),
        reads=True,
    ),
    Command(
        "pledges",
        ("show",),
        "One development in full",
        (_REFERENCE,),
        example="UKR-142",
        reads=True,
    ),
    Command(
        "pledges",
        ("status",),
        "Who is committed to a country, and how bindingly",
        (
            Parameter("beneficiary", "A country or organisation", required=True, kind="country"),
            Parameter("committer", "Only what this one owes it", kind="country"),
        ),
        example="Ukraine",
        examples=("Estonia", "Південна Корея", "Ukraine from France", "NATO"),
        reads=True,
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
        examples=("Britain and France for Ukraine",),
        reads=True,
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
        examples=("Germany", "from USA to Ukraine"),
        reads=True,
    ),
    Command(
        "pledges",
        ("matrix",),
        "Who is committed to whom, and how bindingly",
        (Parameter("beneficiary", "Only towards this one", kind="country"),),
        example="Ukraine",
        reads=True,
    ),
    Command(
        "pledges",
        ("brief",),
        "A digest of the last day, or of a span",
        (Parameter("since", "24h, 7d, yesterday or a date", kind="date"),),
        example="7d",
        examples=("yesterday", "last month"),
        reads=True,
    ),
    Command(
        "pledges",
        ("why",),
        "How an article was assessed, or why it was not alerted",
        (_ARTICLE,),
        example="UKR-142",
        examples=("https://example.org/article",),
        reads=True,
    ),
    Command(
        "pledges",
        ("whynot",),
        "Why an article was not alerted",
        (_ARTICLE,),
        example="https://example.org/article",
        examples=("Will Germany ever send soldiers to Ukraine?",),
        reads=True,
    ),
    Command(
        "pledges",
        ("submit",),
        "Hand in an article that was missed",
        (Parameter("url", "The article's address", required=True, kind="address"),),
        example="https://example.org/article",
    ),
    Command(
        "pledges",
        ("follow",),
        "Get a direct message when a development moves; without an id, what you follow",
        (Parameter("reference", "Its id, such as UKR-142", kind="reference"),),
        example="UKR-142",
        chat_only=True,
    ),
    Command(
        "pledges",
        ("unfollow",),
        "Get no more direct messages on a development, or on all",
        (
            Parameter(
                "reference",
                "Its id, or all",
                kind="reference",
                choices=("all",),
                suggest="followed",
            ),
        ),
        example="UKR-142",
        chat_only=True,
        examples=("all",),
    ),
    Command(
        "pledges",
        ("mute",),
        "Hear no more of a development in this channel; without an id, what is muted here",
        (Parameter("reference", "Its id, such as UKR-142", kind="reference"),),
        example="UKR-142",
        chat_only=True,
    ),
    Command(
        "pledges",
        ("unmute",),
        "Hear of a muted development in this channel again",
        (Parameter("reference", "Its id, such as UKR-142", kind="reference", suggest="muted"),),
        example="UKR-142",
        chat_only=True,
    ),
    Command(
        "pledges",
        ("forget-me",),
        "Take away what you left here: your name from what you said, what you follow",
        chat_only=True,
    ),
    Command(
        "pledges",
        ("help",),
        "What you can ask",
        (Parameter("command", "Which one; all without it", kind="command", rest=True),),
        example="latest",
        reads=True,
    ),
    Command("pledgewatch", ("status",), "How the service does", admin=True, reads=True),
    Command("pledgewatch", ("feeds", "list"), "The feeds and how they do", admin=True, reads=True),
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
        "pledgewatch",
        ("feeds", "health"),
        "Which feeds are late, failing or silent",
        admin=True,
        reads=True,
    ),
    Command(
        "pledgewatch",
        ("feeds", "held"),
        "What bursts of feeds wait for a decision",
        admin=True,
        reads=True,
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
        ("feeds", "import"),
        "Subscribe to a list of feeds (OPML), or to the starter set",
        (
            Parameter("source", "The list's address, or starter"),
            Parameter("tags", "Only what bears one of these", rest=True),
            Parameter("file", "The list as a file, instead", kind="file"),
        ),
        admin=True,
        example="starter ukraine nato",
        examples=("https://example.org/feeds.opml", "starter all"),
    ),
    Command(
        "pledgewatch",
        ("feeds", "export"),
        "All feeds as text, to be added elsewhere",
        admin=True,
        reads=True,
    ),
    Command(
        "pledgewatch",
        ("feeds", "test"),
        "Fetch a feed now and show what it holds",
        (Parameter("url", "The feed's address", required=True, kind="address"),),
        admin=True,
        reads=True,
        example="https://example.org/feed.xml",
    ),
    Command(
        "pledgewatch", ("routes", "list"), "Which developments go where", admin=True, reads=True
    ),
    Command(
        "pledgewatch",
        ("routes", "add"),
        "Send what passes to a channel: here, unless you name another",
        (
            Parameter("name", "What to call it", required=True),
            Parameter("settings", _SETTINGS, rest=True),
        ),
        admin=True,
        example="desk to=UKR min_stage=2",
        examples=(
            "baltics to=EST,LVA,LTU mode=daily at=07:30 zone=Europe/Tallinn",
            '"night desk" Ukraine, Moldova quiet=22:00-07:00 urgent=withdrawn,refused',
            "signed heads=signed,ratified mention=<@&123> mention_heads=signed",
        ),
    ),
    Command(
        "pledgewatch",
        ("routes", "edit"),
        "Change a route; without settings, show it",
        (_ROUTE_FIRST, Parameter("settings", _SETTINGS, rest=True)),
        admin=True,
        example="desk min_stage=3 mode=daily",
        examples=('desk to+=MDA sources-="Example Times"', 'desk quiet=none name="night desk"'),
    ),
    Command(
        "pledgewatch",
        ("routes", "remove"),
        "Remove a route",
        (_ROUTE,),
        admin=True,
        example="desk",
    ),
    Command(
        "pledgewatch",
        ("routes", "mute"),
        "Let a route say nothing; what it misses it does not tell later",
        (
            _ROUTE_FIRST,
            Parameter(
                "span", "How long: 2h, 3 days, until 2026-12-01; without it for ever", rest=True
            ),
        ),
        admin=True,
        example="desk 2h",
        examples=("desk until monday", "desk"),
    ),
    Command(
        "pledgewatch",
        ("routes", "unmute"),
        "Let a muted route speak again",
        (_ROUTE,),
        admin=True,
        example="desk",
    ),
    Command(
        "pledgewatch",
        ("routes", "test"),
        "What routes would have posted in 30 days, also with settings not saved yet",
        (
            Parameter("route", "Its name; all without one", kind="route"),
            Parameter("settings", "As for edit, and threshold=0.5 days=7", rest=True),
        ),
        admin=True,
        reads=True,
        example="desk min_stage=3",
        examples=("desk", "to=POL mode=daily", "desk threshold=0.4 days=7"),
    ),
    Command(
        "pledgewatch",
        ("routes", "sample"),
        "Post a sample of an alert where a route leads",
        (_ROUTE,),
        admin=True,
        example="desk",
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
                "Only those in this state",
                kind="choice",
                choices=tuple(DeliveryState),
            ),
        ),
        admin=True,
        reads=True,
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
        reads=True,
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
    Command(
        "pledgewatch", ("feedback", "list"), "What members said of alerts", admin=True, reads=True
    ),
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
        ("audit",),
        "Who changed what",
        (Parameter("since", "From when on: 24h, 7d or a date", kind="date"),),
        admin=True,
        reads=True,
        example="7d",
    ),
    Command(
        "pledgewatch",
        ("undo",),
        "Take your own last change back, or anybody's by its number",
        (Parameter("entry", "Its number in the audit", kind="integer"),),
        admin=True,
        example="17",
    ),
    Command(
        "pledgewatch",
        ("stats",),
        "How the alerts fared",
        (
            Parameter(
                "by", "What is counted apart", kind="choice", choices=("week", "route", "source")
            ),
            Parameter("since", "From when on; 12 weeks without it", kind="date"),
        ),
        admin=True,
        reads=True,
        example="route since:30d",
    ),
    Command(
        "pledgewatch",
        ("help",),
        "What an admin can do",
        (Parameter("command", "Which one; all without it", kind="command", rest=True),),
        admin=True,
        example="feeds add",
        reads=True,
    ),
)
