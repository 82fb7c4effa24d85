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
    """text, country, choice, stage, integer, date or reference (to a development)."""
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
    Command("pledges", ("help",), "What you can ask"),
    Command("pledgewatch", ("status",), "How the service does", admin=True),
    Command("pledgewatch", ("feeds", "list"), "The feeds and how they do", admin=True),
    Command(
        "pledgewatch",
        ("feeds", "add"),
        "Subscribe to a feed, or to the feed of a site",
        (
            Parameter("url", "The address of a feed or a site", required=True),
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
        (Parameter("url", "The feed's address", required=True),),
        admin=True,
        example="https://example.org/feed.xml",
    ),
    Command("pledgewatch", ("help",), "What an admin can do", admin=True),
)
