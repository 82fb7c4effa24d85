"""When a second opinion is wanted, and what it may change. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from classifiers import relevance
from classifiers.assembly import family
from classifiers.assessment import Assessment, Claim, Evidence, Modality, Specifics, TrailStep
from classifiers.evidence import unique
from classifiers.second_opinion.answer import Opinion
from classifiers.second_opinion.question import prompt_digest
from classifiers.second_opinion.schema import Verdict
from classifiers.summary import headline, lines, stage_line

STEP = "second opinion"
"""The name of its step in an assessment's trail."""
_LOWERED = 0.01
"""How far below the threshold a score is set that an opinion speaks against."""


@dataclass(frozen=True, slots=True)
class Band:
    """The scores around the threshold at which the pipeline is unsure of itself."""

    threshold: float
    below: float
    above: float

    def holds(self, score: float) -> bool:
        """Whether a score lies in the band. A score of 0 is that of an article which the gate or
        the model has passed by: of that the pipeline is sure."""
        return score > 0 and self.threshold - self.below <= score <= self.threshold + self.above

    def __str__(self) -> str:
        low, high = max(0.0, self.threshold - self.below), min(1.0, self.threshold + self.above)
        return f"{low:.2f} to {high:.2f}"


def settled(own: Assessment, opinion: Opinion, model: str, band: Band) -> Assessment:
    """The pipeline's own assessment with what an opinion settles: relevance, and the first claim.

    The score moves to the threshold and no further: an opinion decides, and makes nobody surer.
    Outside the band nothing changes.
    """
    if not band.holds(own.score):
        return own
    decided, outcome = _decided(own, opinion, band)
    if decided is not own:
        decided = replace(decided, model=f"{own.model} + {model} ({prompt_digest()})")
    step = TrailStep(STEP, _told(own, opinion, model, band, outcome))
    return replace(decided, trail=(*own.trail, step))


def unasked(own: Assessment, why: str) -> Assessment:
    """The pipeline's own assessment, which says why it stands alone."""
    return replace(own, trail=(*own.trail, TrailStep(STEP, f"none: {why}")))


def _decided(own: Assessment, opinion: Opinion, band: Band) -> tuple[Assessment, str]:
    if opinion.verdict is None:
        return own, "nothing changed, since no words of the article show its verdict"
    if opinion.verdict is not Verdict.DEVELOPMENT:
        score = min(own.score, max(0.0, band.threshold - _LOWERED))
        return _scored(own, own.claims, score, relevant=False), "not relevant"
    if opinion.claim is None:
        return own, "nothing changed, since no claim of it is supported"
    if opinion.claim.modality is Modality.HISTORICAL:
        return own, "nothing changed, since the act it found is history"
    claims = _with_head(own.claims, opinion.claim)
    return _scored(own, claims, max(own.score, band.threshold), relevant=True), "relevant"


def _scored(
    own: Assessment, claims: tuple[Claim, ...], score: float, *, relevant: bool
) -> Assessment:
    sure = tuple(replace(c, confidence=relevance.confidence(score)) for c in claims)
    return replace(own, relevant=relevant, score=score, claims=sure, summary=lines(sure))


def _with_head(claims: tuple[Claim, ...], head: Claim) -> tuple[Claim, ...]:
    """The claims with another at their head: in the place of the one that tells of the same act,
    else of the first."""
    place = next((i for i, claim in enumerate(claims) if _same_act(claim, head)), None)
    if place is not None:
        head = _completed(head, claims[place])
    replaced = place or 0
    return (head, *(c for i, c in enumerate(claims) if i != replaced and not _same_act(c, head)))


def _same_act(left: Claim, right: Claim) -> bool:
    return (
        family(left.direction) == family(right.direction)
        and bool(set(left.committers) & set(right.committers))
        and bool(set(left.beneficiaries) & set(right.beneficiaries))
    )


_COMPLETED = (
    "adversaries",
    "non_signatories",
    "obligations",
    "conditions",
    "legal_form",
    "specifics",
)


def _completed(head: Claim, own: Claim) -> Claim:
    """A claim with what the pipeline read of the same act and the opinion does not mention."""
    empty = Claim(head.stage, head.direction, (), ())
    gaps = [name for name in _COMPLETED if getattr(head, name) == getattr(empty, name)]
    values = {name: getattr(own, name) for name in gaps}
    values["left_open"] = _still_open(own.left_open, values.get("specifics", head.specifics))
    gaps.append("left_open")
    kept = [e for e in own.evidence if e.field.partition(".")[0] in gaps and _stands(e, values)]
    return replace(head, **values, evidence=unique([*head.evidence, *kept]))


def _still_open(names: tuple[str, ...], stated: Specifics) -> tuple[str, ...]:
    return tuple(name for name in names if not getattr(stated, name, ""))


def _stands(evidence: Evidence, values: dict[str, object]) -> bool:
    name, _, value = evidence.field.partition(".")
    kept = values.get(name)
    return name != "left_open" or (isinstance(kept, tuple) and value in kept)


def _told(own: Assessment, opinion: Opinion, model: str, band: Band, outcome: str) -> str:
    parts = [
        f"{model} was asked (prompt {prompt_digest()}), since {own.score:.2f} lies in {band}",
        f"it answered {opinion.verdict or 'without a verdict'}"
        + f" by “{opinion.quote}”" * bool(opinion.quote),
    ]
    if claim := opinion.claim:
        parts.append(f"{headline(claim)}; {stage_line(claim)}")
    if opinion.dropped:
        parts.append("dropped: " + ", ".join(opinion.dropped))
    was = "relevant" if own.relevant else "not relevant"
    parts.append(f"{outcome} (own reading: {was})")
    return "; ".join(parts)
