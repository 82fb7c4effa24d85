"""What each named actor is to the commitment, from the words around its mentions.

The actor itself is masked. An actor of an article gets one set of features, from all its mentions
in the lead; two models give the probability that it commits itself and that it benefits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from classifiers.actors import directory
from classifiers.assessment import Claim
from classifiers.binding import free_mentions, link_of
from classifiers.document import Sentence
from classifiers.lexicon import Mark
from classifiers.mentions import Kind, Mention
from classifiers.relations import MAJOR, accession, is_threatened, relation, weight
from classifiers.sentences import word_of

_NEAR = 3


def actors_of(sentences: Sequence[Sentence]) -> list[str]:
    """The codes that the sentences name, in the order of the text."""
    return list(dict.fromkeys(m.code for s in sentences for m in free_mentions(s)))


def features(
    sentences: Sequence[Sentence], code: str, claims: Sequence[Claim], kind: str
) -> dict[str, float]:
    """Feature -> weight for one actor. `kind` is the head word that the type model expects."""
    found: dict[str, float] = {}
    everybody = actors_of(sentences)
    enlarges = _is_accession(sentences)
    for feature in (*_standing(everybody, code), *_position(everybody, code, enlarges=enlarges)):
        found[feature] = 1.0
        found[f"{kind}/{feature}"] = 1.0
    for feature in _rule_roles(claims, code):
        found[feature] = 1.5
        found[f"{kind}/{feature}"] = 1.5
    count = 0
    for sentence in sentences:
        for mention in free_mentions(sentence):
            if mention.code == code:
                count += 1
                for feature in _around(sentence, mention, kind):
                    found[feature] = 1.0
    found[f"n:{min(3, count)}"] = 1.0
    if enlarges:
        # An accession has three parties: who joins benefits, whose parliament votes commits itself.
        found |= {f"accession/{feature}": weight for feature, weight in found.items()}
    return found


def _standing(everybody: Sequence[str], code: str) -> Iterable[str]:
    """Its place among the actors named, and what stands between them."""
    place = everybody.index(code)
    yield f"o:{min(3, place)}"
    yield f"o:{min(3, place)}of{min(4, len(everybody))}"
    actor = directory()[code]
    yield "o:state" if actor.is_state else "o:organisation"
    if code in MAJOR:
        yield "o:major"
        if not any(other in MAJOR for other in everybody if other != code):
            yield "o:only major"
    for other in everybody:
        if other != code:
            between = relation(code, other)
            yield f"o:{between}"
            if other in MAJOR:
                yield f"o:{between} of major"
    if everybody[0] != code:
        yield f"o:{relation(code, everybody[0])} of first"


def _is_accession(sentences: Sequence[Sentence]) -> bool:
    return any(mark.name == "membership" for s in sentences for mark in s.of("object"))


def _position(everybody: Sequence[str], code: str, *, enlarges: bool) -> Iterable[str]:
    """Its weight, whom it faces, and what it is to an accession: who protects whom seldom depends
    on the wording alone."""
    others = [other for other in everybody if other != code]
    own, heaviest = weight(code), max(map(weight, others), default=-1)
    yield f"p:{own}"
    yield f"p:{own}/{heaviest}"
    yield f"p:{'alone' if not others else (own > heaviest) - (own < heaviest)}"
    alone = not any(map(is_threatened, others))
    yield f"p:threatened {is_threatened(code)}{' alone' if alone else ''}"
    relations = {relation(code, other) for other in others}
    yield f"p:rival {'rival' in relations} ally {'allied' in relations} {own}"
    if enlarges:
        part = accession(code)
        parts = {accession(other) for other in others}
        yield f"p:{part}"
        yield f"p:{part} {'candidate' in parts} {'member' in parts}"


def _rule_roles(claims: Sequence[Claim], code: str) -> Iterable[str]:
    for number, claim in enumerate(claims[:3]):
        rank = "first" if number == 0 else "later"
        if code in claim.committers:
            yield f"r:{rank} committer"
            yield f"r:{rank} committer {claim.direction.value}"
        if code in claim.beneficiaries:
            yield f"r:{rank} beneficiary"
            yield f"r:{rank} beneficiary {claim.direction.value}"
        if code in claim.adversaries:
            yield f"r:{rank} adversary"
    if not any(code in (*c.committers, *c.beneficiaries) for c in claims):
        yield "r:neither"


def _around(sentence: Sentence, mention: Mention, kind: str) -> Iterable[str]:
    where = "t" if sentence.is_title else "b"
    yield f"m:{mention.kind.value}"
    yield f"m:{where}"
    left = _words(sentence, mention, before=True)
    right = _words(sentence, mention, before=False)
    for distance, word in enumerate(left[:2]):
        yield f"l{distance}:{word}"
    for distance, word in enumerate(right[:_NEAR]):
        yield f"r{distance}:{word}"
    link = link_of(sentence, [mention]) or "none"
    yield f"m:link {link}"
    yield f"{kind}/m:link {link}"
    possessed = sentence.words(mention.end, sentence.end)[:2] in ("'s", "’s")
    if possessed or mention.kind is Kind.ADJECTIVE:
        yield "m:possessive"
    before = _nearest(sentence, mention, before=True)
    after = _nearest(sentence, mention, before=False)
    yield f"m:after {before}"
    yield f"m:before {after}"
    yield f"m:between {before} {after}"
    yield f"{kind}/{where}:between {before} {after}"
    mentions = free_mentions(sentence)
    if _speaks(sentence, mention, mentions):
        yield "m:speaks"
        yield f"{kind}/m:speaks"
    if mentions[0] is mention:
        yield f"m:opens {where}"
        yield f"{kind}/m:opens {where}"
    if mentions[-1] is mention and len(mentions) > 1:
        yield f"m:closes {where}"
        yield f"{kind}/m:closes {where}"


def only_speakers(sentences: Sequence[Sentence]) -> frozenset[str]:
    """The actors that do no more than say what others do."""
    speaking: dict[str, bool] = {}
    for sentence in sentences:
        mentions = free_mentions(sentence)
        for mention in mentions:
            speaks = _speaks(sentence, mention, mentions)
            speaking[mention.code] = speaking.get(mention.code, True) and speaks
    return frozenset(code for code, always in speaking.items() if always)


def _speaks(sentence: Sentence, mention: Mention, mentions: Sequence[Mention]) -> bool:
    """Whether it is somebody of this actor who says what the sentence tells of another: "says"
    follows, and neither "it" nor the like stands between that and the other."""
    following = [m for m in mentions if m.start > mention.start and m.code != mention.code]
    if not following:
        return False
    until = following[0].start
    saying = [m for m in sentence.of("act") if mention.end <= m.start < until]
    own = any(m.concept == "cue.self" and mention.end <= m.start < until for m in sentence.marks)
    return bool(saying) and saying[0].name == "say" and len(saying) == 1 and not own


def _words(sentence: Sentence, mention: Mention, *, before: bool) -> list[str]:
    """The nearest words on one side, nearest first; other actors are masked."""
    if before:
        text = sentence.words(max(sentence.start, mention.start - 40), mention.start)
    else:
        text = sentence.words(mention.end, min(sentence.end, mention.end + 40))
    words = [word.lower() for word in word_of(sentence.language).findall(text)]
    masked = {w.lower() for m in sentence.mentions for w in sentence.words(m.start, m.end).split()}
    words = ["@" if word in masked else word for word in words]
    return words[::-1] if before else words


def _nearest(sentence: Sentence, mention: Mention, *, before: bool) -> str:
    """The nearest act on one side."""
    acts: list[Mark] = [m for m in sentence.of("act") if m.name not in ("say", "protect")]
    if before:
        behind = [m for m in acts if m.end <= mention.start]
        return behind[-1].name if behind else "-"
    ahead = [m for m in acts if m.start >= mention.end]
    return ahead[0].name if ahead else "-"
