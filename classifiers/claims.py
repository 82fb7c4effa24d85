"""From a document to its claims: who commits what to whom, what changed, on what conditions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from classifiers.assessment import (
    Attribution,
    Claim,
    Direction,
    Evidence,
    Modality,
    Stage,
)
from classifiers.binding import Bound, absent, bind, free_mentions, link_of
from classifiers.document import Document, Sentence
from classifiers.evidence import quote, whole
from classifiers.frames import Frame, frame
from classifiers.lexicon import Mark
from classifiers.mentions import Kind, Mention
from classifiers.obligations import governed_like

# Partners that the text leaves unnamed, resolved by whom they protect and when.
_COALITION_SINCE = date(2025, 3, 2)
_HOST_REACH = 12
"""Characters between "troops" and the state they are for: "troops in", "soldiers across"."""
HOLDING_BACK = frozenset(
    {Direction.WITHHELD, Direction.REFUSED, Direction.HEDGED, Direction.OPPOSED}
)
_GIVING = frozenset({Direction.NEW, Direction.STRENGTHENED, Direction.REAFFIRMED})
_SIGNED = frozenset({Stage.POLITICAL_TEXT, Stage.SIGNED_BINDING})
ENDING = frozenset(
    {Direction.WITHDRAWN, Direction.WEAKENED, Direction.SUSPENDED, Direction.BREACHED}
)


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
    counts = _named_most(document)
    topic = next(iter(counts), "")
    found: list[Candidate] = []
    previous: Sentence | None = None
    for sentence in document.sentences:
        read = frame(document, sentence)
        whom = _whom(found, counts, sentence) if read and read.refers_back else topic
        if read and (candidate := _candidate(document, read, whom, previous)):
            found.append(candidate)
        previous = sentence
    return found


def _whom(found: Sequence[Candidate], counts: Iterable[str], sentence: Sentence) -> str:
    """Whom the text is for that a sentence refers back to: never the one who speaks of it."""
    speaking = _codes(sentence.mentions)
    others = (code for code in counts if code not in speaking)
    return _of_the_text(found) or next(others, "")


def _of_the_text(found: Sequence[Candidate]) -> str:
    """Whom the text is for that was told of before; empty where there was none."""
    signed = [c for c in found if is_signed(c.claim.direction, c.claim.stage)]
    best = max(signed, key=lambda c: c.rank, default=None)
    return best.claim.beneficiaries[0] if best else ""


def _named_most(document: Document) -> list[str]:
    """Whom the document's commitments are for, where a sentence does not say it, the likeliest
    first: the states and organisations by how often they are named, first mentions and the
    headline counting more."""
    counts: Counter[str] = Counter()
    for sentence in document.sentences:
        weight = 3 if sentence.is_title else 1
        against = {m.code for m in _against(sentence)}
        for code in _codes(sentence.mentions):  # of equals the first counts, whatever the hashes
            if code not in against:
                counts[code] += weight
    return [code for code, _ in counts.most_common()]


def _against(sentence: Sentence) -> list[Mention]:
    if sentence.modifiers_follow:
        return [m for m in sentence.mentions if link_of(sentence, [m]) == "against"]
    marks = [m for m in sentence.of("link") if m.name == "against"]
    return [
        mention
        for mention in sentence.mentions
        if any(0 <= mention.start - mark.end <= 2 for mark in marks)
    ]


def _codes(mentions: Iterable[Mention]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(m.code for m in mentions))


def is_signed(direction: Direction, stage: Stage) -> bool:
    """Whether somebody signed a text, so that others may not have."""
    return direction in _GIVING and stage in _SIGNED


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
    missing = absent(read.sentence) if is_signed(read.direction, read.stage) else []
    if missing:
        bound = bound.without(missing)
        topic = "" if topic in _codes(missing) else topic
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
        non_signatories=_codes(missing),
        legal_form=read.form,
        modality=modality,
        attribution=roles.attribution,
        evidence=(
            core,
            replace(core, field="direction"),
            *roles.evidence,
            *_mention_evidence(read.sentence, "non_signatories", missing),
        ),
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
    hosts = _hosts(read, bound)
    beneficiaries = [*bound.objects] or hosts or [m for m in bound.others if m not in subjects]
    speaker = _codes(subjects)
    if generic and (read.direction in HOLDING_BACK) and topic in speaker:
        return _unnamed(document, sentence, generic, topic, subjects)
    if _mutual(read, bound) and not hosts:
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


def _hosts(read: Frame, bound: Bound) -> list[Mention]:
    """The states in which the text itself is to place troops: what is signed for them is for their
    good, not for that of its signers."""
    troops = [mark for mark in read.objects if mark.name == "troops"]
    signers = _codes([*bound.subjects, *bound.partners])
    return [
        place
        for place in bound.places
        if place.kind is Kind.NAME
        and place.code not in signers
        and any(_is_host(read.sentence, place, mark) for mark in troops)
    ]


def _is_host(sentence: Sentence, place: Mention, troops: Mark) -> bool:
    left, right = (place, troops) if sentence.modifiers_follow else (troops, place)
    return 0 <= right.start - left.end <= _HOST_REACH


def _mutual(read: Frame, bound: Bound) -> bool:
    # Of what is only called a declaration, a third party may be the one that it is for.
    text = not bound.others and any(m.section == "form" for m in read.objects)
    pact = text or any(m.name in _bonds() for m in read.objects)
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


@cache
def _bonds() -> frozenset[str]:
    """Objects by which those who sign bind each other."""
    return frozenset(("pact", "mutual", "nonaggression", *governed_like().get("pact", ())))
