"""From candidates to an article's claims: one for each act of an actor group, in full, in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from classifiers import terms
from classifiers.assessment import Claim, Direction, Evidence, LegalForm, Modality, Stage
from classifiers.claims import ENDING, HOLDING_BACK, Candidate, candidates
from classifiers.document import Document, Sentence
from classifiers.evidence import quote, unique
from classifiers.lexicon import Mark
from classifiers.relations import MAJOR


def merge(found: Sequence[Candidate]) -> list[Candidate]:
    """One candidate for each act of an actor group, the most important first."""
    merged: list[Candidate] = []
    for candidate in found:
        match = next((i for i, c in enumerate(merged) if _same_act(c, candidate)), None)
        if match is None:
            merged.append(candidate)
        else:
            merged[match] = _joined(merged[match], candidate)
    merged.sort(key=importance, reverse=True)
    return merged


def importance(candidate: Candidate) -> float:
    """What orders claims: the change, then who makes it."""
    claim = candidate.claim
    major = 4 if MAJOR & set(claim.committers) else 0
    return candidate.rank + major + (2 if candidate.named else -25)


def family(direction: Direction) -> str:
    """Directions that tell of one and the same act in different words."""
    if direction in HOLDING_BACK:
        return "holding back"
    if direction in ENDING:
        return "ending"
    return "asking" if direction is Direction.DEMANDED else "giving"


def _same_act(left: Candidate, right: Candidate) -> bool:
    a, b = left.claim, right.claim
    if family(a.direction) != family(b.direction) or not set(a.beneficiaries) & set(
        b.beneficiaries
    ):
        return False
    if a.direction is Direction.DEMANDED:
        return True
    return bool(set(a.committers) & set(b.committers))


def _joined(left: Candidate, right: Candidate) -> Candidate:
    stronger, other = (left, right) if left.rank >= right.rank else (right, left)
    return replace(stronger, sentences=(*stronger.sentences, *other.sentences))


# --- the remaining fields


def complete(document: Document, candidate: Candidate, others: Sequence[Candidate]) -> Claim:
    """The claim with conditions, obligations, specifics, non-signatories and what is open; what
    other claims were read from tells nothing of it."""
    claim, own = candidate.claim, candidate.sentences[0]
    anaphoric = _about_the_instrument(document, claim, own)
    told = [*candidate.sentences, *anaphoric, *_teaser_of(document, own)]
    of_others = [s for other in others if other is not candidate for s in other.sentences]
    told = [s for s in told if s in candidate.sentences or s not in of_others]
    full = with_substance(claim, candidate.sentences, tuple(dict.fromkeys(told)), candidate.act_end)
    full = replace(full, direction=_strengthens(claim, anaphoric))
    return _what_is_open(full, document.sentences, [own, *anaphoric])


def with_substance(
    claim: Claim, reported: Sequence[Sentence], told: Sequence[Sentence], act_end: int
) -> Claim:
    """The claim with what its sentences say of obligations, conditions and form, and with what all
    that tells of it states of scale, mandate, enforcement and timeframe."""
    own = reported[0]
    objects = [(own, m) for m in _promised(own, act_end)]
    objects = objects or [(s, m) for s in reported for m in s.of("object")]
    obligations, of_obligations = terms.obligations(objects)
    conditions, of_conditions = terms.conditions(reported)
    specifics, of_specifics = terms.specifics(told)
    evidence = [*claim.evidence, *of_obligations, *of_conditions, *of_specifics]
    return replace(
        claim,
        obligations=obligations,
        conditions=conditions,
        specifics=specifics,
        evidence=unique([*evidence, *_form_evidence(claim, own)]),
    )


def _teaser_of(document: Document, own: Sentence) -> list[Sentence]:
    """The teaser, for a claim that stands in the lead; one of the body speaks for itself."""
    if own.place == "text":
        return []
    return [s for s in document.sentences if s.place == "summary"]


def _what_is_open(claim: Claim, whole_text: Sequence[Sentence], of_it: Sequence[Sentence]) -> Claim:
    """With what the text says is open, else what it is silent on though an instrument was
    signed; the instrument's name is then the evidence."""
    named, evidence = terms.left_open(of_it)
    if not named and claim.legal_form is not LegalForm.NONE_REPORTED and claim.stage >= 3:
        silent = terms.specifics(whole_text)[0].left_open()
        named = tuple(n for n in silent if n != "timeframe")
        of_form = [e for e in claim.evidence if e.field == "legal_form"]
        evidence = [replace(e, field=f"left_open.{n}") for n in named for e in of_form]
    return replace(claim, left_open=named, evidence=unique([*claim.evidence, *evidence]))


def _promised(sentence: Sentence, act_end: int) -> list[Mark]:
    """The objects that the act governs: those after it, else any."""
    objects = sentence.of("object")
    return [m for m in objects if m.start >= act_end] or objects


def _form_evidence(claim: Claim, sentence: Sentence) -> list[Evidence]:
    return [
        quote("legal_form", sentence, m.start, m.end)
        for m in sentence.of("form")
        if m.name == claim.legal_form.value
    ][:1]


_INSTRUMENT_WORDS = (
    "the declaration",
    "the document",
    "the agreement",
    "the pact",
    "the treaty",
    "the text",
    "the deal",
)


def _about_the_instrument(document: Document, claim: Claim, own: Sentence) -> list[Sentence]:
    """The sentences after the claim's that speak of "the declaration", "the document" ..."""
    if claim.legal_form is LegalForm.NONE_REPORTED or claim.stage < Stage.POLITICAL_TEXT:
        return []
    following = document.sentences[own.number + 1 : own.number + 5]
    return [s for s in following if any(w in s.text.lower() for w in _INSTRUMENT_WORDS)]


def _strengthens(claim: Claim, anaphoric: Sequence[Sentence]) -> Direction:
    if claim.direction is Direction.NEW and any(s.has("act.strengthen") for s in anaphoric):
        return Direction.STRENGTHENED
    return claim.direction


def non_signatories(claims: Sequence[Claim]) -> list[Claim]:
    """Puts whoever withheld a signature on the text that the others signed."""
    absent = {
        code: [e for e in claim.evidence if e.field == "committers"]
        for claim in claims
        if claim.direction is Direction.WITHHELD
        for code in claim.committers
    }
    if not absent:
        return list(claims)
    return [_with_absent(claim, absent) for claim in claims]


def _with_absent(claim: Claim, absent: dict[str, list[Evidence]]) -> Claim:
    if claim.direction not in (Direction.NEW, Direction.STRENGTHENED) or claim.stage not in (3, 4):
        return claim
    known = (*claim.committers, *claim.non_signatories)
    codes = tuple(code for code in absent if code not in known)
    evidence = [replace(e, field="non_signatories") for code in codes for e in absent[code]]
    return replace(
        claim,
        non_signatories=(*claim.non_signatories, *codes),
        evidence=unique([*claim.evidence, *evidence]),
    )


def candidates_of(document: Document) -> list[Candidate]:
    """The document's claims in full, the most important first, each with its rank."""
    merged = merge(candidates(document))
    full = non_signatories([complete(document, candidate, merged) for candidate in merged])
    return [replace(c, claim=claim) for c, claim in zip(merged, full, strict=True)]


def claims(document: Document) -> list[Claim]:
    """The claims of a document, the most important first."""
    return [candidate.claim for candidate in candidates_of(document)]


def ordered(found: Sequence[Candidate], head: Claim | None) -> list[Claim]:
    """The claims with the lead's claim among them, the most important first."""
    if head is None:
        return [c.claim for c in found]
    origin = next((c for c in found if c.claim.evidence[:1] == head.evidence[:1]), None)
    rank = importance(origin) if origin else max((importance(c) for c in found), default=0.0) + 1
    others = [c for c in found if c is not origin and not _same_claim(c.claim, head)]
    before = [c.claim for c in others if importance(c) > rank and _below_lead(c)]
    after = [c.claim for c in others if c.claim not in before]
    return [*before, head, *after]


def _below_lead(candidate: Candidate) -> bool:
    """Whether a claim stands in the body: one of the lead never goes before the lead's claim."""
    return candidate.sentences[0].place == "text"


def _same_claim(left: Claim, right: Claim) -> bool:
    """Whether a claim only says again, or less surely, what the head claim says."""
    if not set(left.committers) & set(right.committers):
        return False
    if left.modality is Modality.HYPOTHETICAL:
        return bool(set(left.beneficiaries) & set(right.beneficiaries))
    return family(left.direction) == family(right.direction)
