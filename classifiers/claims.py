"""From a document to its claims: who commits what to whom, what changed, on what conditions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from classifiers import terms
from classifiers.assessment import (
    Attribution,
    Claim,
    Direction,
    Evidence,
    LegalForm,
    Modality,
    Stage,
)
from classifiers.binding import Bound, bind, free_mentions
from classifiers.document import Document, Sentence
from classifiers.evidence import quote, unique, whole
from classifiers.frames import Frame, frame
from classifiers.lexicon import Mark
from classifiers.mentions import Mention

# Partners that the text leaves unnamed, resolved by whom they protect and when.
_COALITION_SINCE = date(2025, 3, 2)
HOLDING_BACK = frozenset(
    {Direction.WITHHELD, Direction.REFUSED, Direction.HEDGED, Direction.OPPOSED}
)
ENDING = frozenset(
    {Direction.WITHDRAWN, Direction.WEAKENED, Direction.SUSPENDED, Direction.BREACHED}
)
MAJOR = frozenset({"USA", "CHN", "RUS", "GBR", "FRA", "DEU", "NATO", "EU", "JPN", "UN"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A claim on its way, with the sentences that report it."""

    claim: Claim
    rank: float
    sentences: tuple[Sentence, ...]
    named: bool
    """Whether the text names its committers."""
    act_end: int
    """Where the governing act ends, in its sentence's place."""


def candidates(document: Document) -> list[Candidate]:
    """Every claim that a sentence of the document asserts, in the order of the text."""
    topic = topic_beneficiary(document)
    found: list[Candidate] = []
    previous: Sentence | None = None
    for sentence in document.sentences:
        read = frame(document, sentence)
        if read and (candidate := _candidate(document, read, topic, previous)):
            found.append(candidate)
        previous = sentence
    return found


def topic_beneficiary(document: Document) -> str:
    """Whom the document's commitments are for, where a sentence does not say it: the state or
    organisation most often named, first mentions and the headline counting more."""
    counts: Counter[str] = Counter()
    for sentence in document.sentences:
        weight = 3 if sentence.is_title else 1
        against = {m.code for m in _against(sentence)}
        for code in {m.code for m in sentence.mentions} - against:
            counts[code] += weight
    return counts.most_common(1)[0][0] if counts else ""


def _against(sentence: Sentence) -> list[Mention]:
    marks = [m for m in sentence.of("link") if m.name == "against"]
    return [
        mention
        for mention in sentence.mentions
        if any(0 <= mention.start - mark.end <= 2 for mark in marks)
    ]


def _codes(mentions: Iterable[Mention]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(m.code for m in mentions))


@dataclass(frozen=True, slots=True)
class _Roles:
    committers: tuple[str, ...]
    beneficiaries: tuple[str, ...]
    adversaries: tuple[str, ...]
    attribution: Attribution
    evidence: tuple[Evidence, ...]
    named: bool


def _candidate(
    document: Document, read: Frame, topic: str, previous: Sentence | None
) -> Candidate | None:
    bound = bind(read.sentence, read.mark)
    roles = _roles(document, read, bound, topic, previous)
    if not roles.committers or not roles.beneficiaries:
        return None
    direction, stage, modality = read.direction, read.stage, read.modality
    if (
        not roles.named
        and direction in HOLDING_BACK
        and roles.attribution is Attribution.BENEFICIARY
    ):
        # A beneficiary who complains that unnamed partners hold back is asking.
        direction, stage, modality = Direction.DEMANDED, Stage.PROPOSAL, Modality.ACTUAL
    core = whole("stage", read.sentence)
    claim = Claim(
        stage=stage,
        direction=direction,
        committers=roles.committers,
        beneficiaries=roles.beneficiaries,
        adversaries=roles.adversaries,
        legal_form=read.form,
        modality=modality,
        attribution=roles.attribution,
        evidence=(core, replace(core, field="direction"), *roles.evidence),
    )
    rank = read.act.rank + (6 if read.sentence.is_title else 0) - 0.3 * read.sentence.number
    return Candidate(claim, rank, (read.sentence,), roles.named, read.mark.end)


def _roles(
    document: Document, read: Frame, bound: Bound, topic: str, previous: Sentence | None
) -> _Roles:
    sentence = read.sentence
    if read.direction is Direction.DEMANDED:
        return _asked(document, sentence, bound, topic)
    subjects = list(bound.subjects)
    generic = _generic(sentence)
    carried = False
    if not subjects and previous and sentence.has("cue.official"):
        subjects, carried = _first_group(previous), True
    beneficiaries = list(bound.objects) or [m for m in bound.others if m not in subjects]
    speaker = _codes(subjects)
    if generic and (read.direction in HOLDING_BACK) and topic in speaker:
        return _unnamed(document, sentence, generic, topic, subjects)
    if _mutual(read, bound):
        both = _codes([*subjects, *bound.partners])
        signers = [*subjects, *bound.partners]
        evidence = (
            *_mention_evidence(sentence, "committers", signers),
            *_mention_evidence(sentence, "beneficiaries", signers),
        )
        return _Roles(both, both, _codes(bound.adversaries), Attribution.COMMITTER, evidence, True)
    receivers = tuple(c for c in _codes(beneficiaries) if c not in speaker)
    evidence = ()
    if not carried:
        evidence = _mention_evidence(sentence, "committers", subjects)
    elif previous:
        evidence = _mention_evidence(previous, "committers", subjects)
    if receivers:
        evidence += _mention_evidence(sentence, "beneficiaries", beneficiaries)
    elif topic and topic not in speaker:
        receivers, evidence = (topic,), evidence + _anywhere(document, "beneficiaries", topic)
    return _Roles(
        speaker,
        receivers,
        _codes(bound.adversaries),
        Attribution.COMMITTER,
        evidence,
        bool(speaker),
    )


def _mutual(read: Frame, bound: Bound) -> bool:
    pact = any(m.name in ("pact", "mutual", "nonaggression") for m in read.objects)
    signers = set(_codes([*bound.subjects, *bound.partners]))
    return pact and len(signers) > 1 and not bound.objects


def _asked(document: Document, sentence: Sentence, bound: Bound, topic: str) -> _Roles:
    """A demand: the asker gains, those asked would commit."""
    askers = list(bound.subjects)
    asked = [*bound.sources, *(m for m in bound.others if m not in askers)]
    receivers = _codes(bound.objects) or _codes(askers)
    committers = tuple(c for c in _codes(asked) if c not in receivers)
    evidence = _mention_evidence(sentence, "beneficiaries", [*bound.objects, *askers])
    by_asker = bool(set(receivers) & set(_codes(askers)))
    attribution = Attribution.BENEFICIARY if by_asker else Attribution.THIRD_STATE
    if committers:
        evidence += _mention_evidence(sentence, "committers", asked)
        return _Roles(committers, receivers, (), attribution, evidence, True)
    generic = _generic(sentence) or _generic_anywhere(document)
    if generic is None:
        return _Roles((), receivers, (), attribution, evidence, False)
    where, mark_start, mark_end = generic
    code = unnamed_partners(document, receivers[0] if receivers else topic)
    evidence += (quote("committers", where, mark_start, mark_end),)
    return _Roles((code,) if code else (), receivers, (), attribution, evidence, False)


def _unnamed(
    document: Document,
    sentence: Sentence,
    generic: tuple[Sentence, int, int],
    topic: str,
    speakers: Sequence[Mention],
) -> _Roles:
    where, start, end = generic
    code = unnamed_partners(document, topic)
    evidence = (
        quote("committers", where, start, end),
        *_mention_evidence(sentence, "beneficiaries", [m for m in speakers if m.code == topic]),
    )
    committers = (code,) if code else ()
    return _Roles(committers, (topic,), (), Attribution.BENEFICIARY, evidence, False)


def unnamed_partners(document: Document, beneficiary: str) -> str:
    """Who "allies" and "partners" are: for Ukraine since March 2025 the coalition of the
    willing, else the alliance."""
    recent = document.day is None or document.day >= _COALITION_SINCE
    if beneficiary == "UKR" and recent:
        return "COALITION_OF_THE_WILLING"
    return "NATO" if beneficiary != "NATO" else ""


def _generic(sentence: Sentence) -> tuple[Sentence, int, int] | None:
    mark = next((m for m in sentence.of("cue") if m.name == "allies"), None)
    return (sentence, mark.start, mark.end) if mark else None


def _generic_anywhere(document: Document) -> tuple[Sentence, int, int] | None:
    return next((g for s in document.sentences if (g := _generic(s))), None)


def _first_group(sentence: Sentence) -> list[Mention]:
    named = free_mentions(sentence)
    return named[:1]


def _mention_evidence(
    sentence: Sentence, field: str, mentions: Iterable[Mention]
) -> tuple[Evidence, ...]:
    return tuple(quote(field, sentence, m.start, m.end) for m in mentions)


def _anywhere(document: Document, field: str, code: str) -> tuple[Evidence, ...]:
    for sentence in document.sentences:
        for mention in sentence.mentions:
            if mention.code == code:
                return (quote(field, sentence, mention.start, mention.end),)
    return ()


# --- one claim a development


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


def complete(document: Document, candidate: Candidate) -> Claim:
    """The claim with conditions, obligations, specifics, non-signatories and what is open."""
    claim, reported = candidate.claim, candidate.sentences
    own = reported[0]
    objects = [(own, m) for m in _promised(own, candidate.act_end)]
    obligations, of_obligations = terms.obligations(objects)
    conditions, of_conditions = terms.conditions(reported)
    specifics, of_specifics = terms.specifics([own])
    anaphoric = _about_the_instrument(document, claim, own)
    is_open, of_open = terms.left_open([own, *anaphoric])
    if not is_open and claim.legal_form is not LegalForm.NONE_REPORTED and claim.stage >= 3:
        is_open = tuple(n for n in specifics.left_open() if n != "timeframe")
    evidence = [*claim.evidence, *of_obligations, *of_conditions, *of_specifics, *of_open]
    return replace(
        claim,
        direction=_strengthens(claim, anaphoric),
        obligations=obligations,
        conditions=conditions,
        specifics=specifics,
        left_open=is_open,
        evidence=unique([*evidence, *_form_evidence(claim, own)]),
    )


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
    codes = tuple(code for code in absent if code not in claim.committers)
    evidence = [replace(e, field="non_signatories") for code in codes for e in absent[code]]
    return replace(claim, non_signatories=codes, evidence=unique([*claim.evidence, *evidence]))


def candidates_of(document: Document) -> list[Candidate]:
    """The document's claims in full, the most important first, each with its rank."""
    merged = merge(candidates(document))
    full = non_signatories([complete(document, candidate) for candidate in merged])
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
