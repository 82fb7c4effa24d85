"""What this package makes: claims, their evidence, and the assessment of an article.

The values are those of the domain model in docs/domain.md; sources: CAMEO 1.1b3 (0234, 0334, 057,
072, 074, 1034, 1224, 1622, 1661), PLOVER's modes, ATOP's obligations and conditions, and the Vienna
Convention on the Law of Treaties, articles 2, 10-18, 24 and 54-64.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum


class Stage(IntEnum):
    """How binding a commitment is."""

    TALK = 0
    PROPOSAL = 1
    PLEDGE = 2
    POLITICAL_TEXT = 3
    SIGNED_BINDING = 4
    IN_FORCE = 5
    IMPLEMENTED = 6


class Direction(StrEnum):
    """What a development changed."""

    NEW = "new"
    STRENGTHENED = "strengthened"
    REAFFIRMED = "reaffirmed"
    HEDGED = "hedged"
    REFUSED = "refused"
    WITHHELD = "withheld"
    WEAKENED = "weakened"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    RESTORED = "restored"
    DEMANDED = "demanded"
    OPPOSED = "opposed"
    INVOKED = "invoked"
    BREACHED = "breached"


# Written by `python -m classifiers.obligations` from data/obligations.toml.
class Obligation(StrEnum):
    """What is promised (after ATOP)."""

    MUTUAL_DEFENCE = "mutual_defence"
    ASSISTANCE_DISCRETIONARY = "assistance_discretionary"
    CONSULTATION = "consultation"
    TROOP_DEPLOYMENT = "troop_deployment"
    PEACEKEEPING = "peacekeeping"
    MONITORING = "monitoring"
    ARMS_SUPPLY = "arms_supply"
    TRAINING = "training"
    INTELLIGENCE = "intelligence"
    AIR_COVER = "air_cover"
    MARITIME = "maritime"
    BASING_ACCESS = "basing_access"
    EXTENDED_DETERRENCE = "extended_deterrence"
    FINANCE = "finance"
    SANCTIONS_SNAPBACK = "sanctions_snapback"
    MEMBERSHIP_PROMISE = "membership_promise"
    NONAGGRESSION = "nonaggression"
    NEUTRALITY = "neutrality"
    FORCE_LIMITS = "force_limits"
    UNSPECIFIED_GUARANTEE = "unspecified_guarantee"
    MILITARY_COOPERATION = "military_cooperation"
    TECHNOLOGY = "technology"
    SPENDING = "spending"
    ARMS_CONTROL = "arms_control"
    WITHDRAWAL = "withdrawal"
    CEASEFIRE = "ceasefire"


class LegalForm(StrEnum):
    """The kind of instrument (Vienna Convention, article 2, and below it)."""

    TREATY = "treaty"
    EXECUTIVE_AGREEMENT = "executive_agreement"
    MOU = "mou"
    DECLARATION_OF_INTENT = "declaration_of_intent"
    POLITICAL_DECLARATION = "political_declaration"
    DOMESTIC_LAW = "domestic_law"
    EXECUTIVE_ORDER = "executive_order"
    IO_DECISION = "io_decision"
    ACCESSION = "accession"
    UNILATERAL_STATEMENT = "unilateral_statement"
    NONE_REPORTED = "none_reported"


class Condition(StrEnum):
    """What a commitment is made to depend on (after ATOP)."""

    CEASEFIRE = "ceasefire"
    PEACE_AGREEMENT = "peace_agreement"
    PARLIAMENT = "parliament"
    RATIFICATION = "ratification"
    CONSTITUTIONAL_PROCESSES = "constitutional_processes"
    APPROPRIATION = "appropriation"
    US_BACKSTOP = "us_backstop"
    HOST_CONSENT = "host_consent"
    ARMED_ATTACK = "armed_attack"
    REQUEST = "request"
    NATIONAL_DISCRETION = "national_discretion"
    ALLIED_CONSENSUS = "allied_consensus"
    REFORMS = "reforms"
    GEOGRAPHIC_SCOPE = "geographic_scope"
    ADVERSARY_SPECIFIC = "adversary_specific"
    NON_PROVOCATION = "non_provocation"
    COUNTERPARTY_ACTION = "counterparty_action"
    TIME_LIMIT = "time_limit"
    UNSPECIFIED = "unspecified"


class Modality(StrEnum):
    """Whether the act is a fact, an intention, a possibility, history or denied."""

    ACTUAL = "actual"
    FUTURE = "future"
    HYPOTHETICAL = "hypothetical"
    HISTORICAL = "historical"
    NEGATED = "negated"


class Attribution(StrEnum):
    """Who says so."""

    COMMITTER = "committer"
    BENEFICIARY = "beneficiary"
    ADVERSARY = "adversary"
    THIRD_STATE = "third_state"
    IO = "io"
    DOCUMENT = "document"
    ANONYMOUS = "anonymous"
    ANALYST = "analyst"


class Head(StrEnum):
    """The word at the head of an alert; it follows from the first claim."""

    DISCUSSED = "discussed"
    PROPOSED = "proposed"
    PLEDGED = "pledged"
    SIGNED = "signed"
    RATIFIED = "ratified"
    IMPLEMENTED = "implemented"
    DEMANDED = "demanded"
    HEDGED = "hedged"
    REAFFIRMED = "reaffirmed"
    REFUSED = "refused"
    WEAKENED = "weakened"
    WITHDRAWN = "withdrawn"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words that support one field of a claim."""

    field: str
    """Name of the claim's field: "stage", "committers", "conditions.ceasefire" ..."""
    quote: str
    """At most 300 characters, verbatim."""
    place: str
    """"title", "summary" or "text"."""
    start: int
    end: int
    """Offsets in characters into that place."""


@dataclass(frozen=True, slots=True)
class Specifics:
    """What is stated of a commitment's substance; empty means left open."""

    scale: str = ""
    mandate: str = ""
    enforcement: str = ""
    timeframe: str = ""

    def left_open(self) -> tuple[str, ...]:
        """Names of what is not stated."""
        return tuple(
            n for n in ("scale", "mandate", "enforcement", "timeframe") if not getattr(self, n)
        )


@dataclass(frozen=True, slots=True)
class Claim:
    """One actor group's act towards one beneficiary group."""

    stage: Stage
    direction: Direction
    committers: tuple[str, ...]
    """ISO 3166-1 alpha-3 codes, or an organisation's usual acronym. Whose act it is."""
    beneficiaries: tuple[str, ...]
    adversaries: tuple[str, ...] = ()
    non_signatories: tuple[str, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    legal_form: LegalForm = LegalForm.NONE_REPORTED
    conditions: tuple[Condition, ...] = ()
    modality: Modality = Modality.ACTUAL
    attribution: Attribution = Attribution.COMMITTER
    specifics: Specifics = Specifics()
    left_open: tuple[str, ...] = ()
    """What the text says, or by its silence on a named instrument shows, to be unresolved."""
    evidence: tuple[Evidence, ...] = ()
    confidence: float = 0.0
    """0..1, calibrated."""


@dataclass(frozen=True, slots=True)
class TrailStep:
    """One step of the way to an assessment, for `why`."""

    stage: str
    """"gate", "actors", "sentence", "rule", "model", "score" ..."""
    text: str
    """In words that an analyst follows."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """What an article was found to report."""

    relevant: bool
    score: float
    """0..1: how likely the article reports a development."""
    claims: tuple[Claim, ...]
    """Most important first."""
    summary: tuple[str, ...]
    """Short lines, each made from fields with evidence."""
    language: str
    """Two letters, identified by the text."""
    trail: tuple[TrailStep, ...] = field(default=(), repr=False)
    model: str = ""
    """Version of rules and model, so that an old assessment can be told from a new one."""

    @property
    def head(self) -> Head:
        """The word at the head of an alert."""
        return head_word(self.claims[0]) if self.relevant and self.claims else Head.NONE


_BY_DIRECTION = {
    Direction.DEMANDED: Head.DEMANDED,
    Direction.HEDGED: Head.HEDGED,
    Direction.REAFFIRMED: Head.REAFFIRMED,
    Direction.REFUSED: Head.REFUSED,
    Direction.WITHHELD: Head.REFUSED,
    Direction.OPPOSED: Head.REFUSED,
    Direction.WEAKENED: Head.WEAKENED,
    Direction.SUSPENDED: Head.WEAKENED,
    Direction.WITHDRAWN: Head.WITHDRAWN,
    Direction.BREACHED: Head.WITHDRAWN,
}
_BY_STAGE = {
    Stage.TALK: Head.DISCUSSED,
    Stage.PROPOSAL: Head.PROPOSED,
    Stage.PLEDGE: Head.PLEDGED,
    Stage.POLITICAL_TEXT: Head.SIGNED,
    Stage.SIGNED_BINDING: Head.SIGNED,
    Stage.IN_FORCE: Head.RATIFIED,
    Stage.IMPLEMENTED: Head.IMPLEMENTED,
}


def head_word(claim: Claim) -> Head:
    """The head word of an alert whose first claim this is: by direction, else by stage."""
    return _BY_DIRECTION.get(claim.direction) or _BY_STAGE[claim.stage]
