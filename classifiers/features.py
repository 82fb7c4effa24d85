"""What the models see of a document: masked words, concepts, their order, and what rules found.

Actors are masked, so that a model learns the frame and not the news of the day. Concepts are the
same in every language, so what is learnt from one serves the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

from classifiers.actors import directory
from classifiers.assessment import Claim
from classifiers.document import Document, Sentence
from classifiers.frames import is_ahead, is_negated, is_possible
from classifiers.lexicon import Mark
from classifiers.relations import MAJOR, relation
from classifiers.sentences import word_of

# The lead tells the news; the models were trained on texts of about this length.
LEAD_SENTENCES = 5
LEAD_OF_TEXT = 4
# A headline's signs of opinion and polls: one of them outweighs many words.
FLAGS = dict.fromkeys(("g:cue.opinion", "g:cue.poll", "g:cue.analyst", "g:cue.question"), 4.0)
_SECTIONS = frozenset({"act", "object", "cue", "form", "condition", "other"})


def lead(document: Document) -> tuple[Sentence, ...]:
    """Headline, teaser and, where there is no teaser, the first sentences of the text."""
    first = [s for s in document.sentences if s.place != "text"]
    if len(first) < 2:
        return document.sentences[:LEAD_OF_TEXT]
    return tuple(first[:LEAD_SENTENCES])


def of_sentences(sentences: Sequence[Sentence], claims: Sequence[Claim]) -> dict[str, float]:
    """Feature -> weight, of unit length."""
    found: dict[str, float] = {}
    for sentence in sentences:
        for feature in (*_sentence_features(sentence), *_act_features(sentence)):
            found[feature] = 1.0
    for feature in (*_rule_features(claims), *_actor_features(sentences)):
        found[feature] = 1.0
    for feature in _flags(sentences):
        found[feature] = FLAGS.get(feature, 2.0 if feature.startswith("g:other") else 1.0)
    return unit(found)


_WORDING = {
    "w": "the words “{}”",
    "x": "a word in “{}…”",
    "c": "the sign {}",
    "k": "the order {}",
    "r": "the rules' reading {}",
    "g": "the headline's {}",
    "a": "the actors' {}",
}


def worded(feature: str) -> str:
    """A feature's name as an analyst reads it; "@" is any actor, "#" any number."""
    family, _, name = feature.partition(":")
    return _WORDING.get(family, "{}").format(name.replace(">", " › "))


def unit(vector: dict[str, float]) -> dict[str, float]:
    """The vector with length one, so that long texts do not outweigh short ones."""
    length = sum(value * value for value in vector.values()) ** 0.5
    return {name: value / length for name, value in vector.items()} if length else vector


def _tense(sentence: Sentence, act: Mark) -> str:
    """How an act stands: negated, only possible, ahead, or plainly."""
    if is_negated(sentence, act):
        return "negated"
    if is_possible(sentence, act):
        return "possible"
    return "ahead" if is_ahead(sentence, act) else "plain"


def _act_features(sentence: Sentence) -> Iterable[str]:
    """The acts as they stand, the first of the headline above all."""
    acts = [m for m in sentence.of("act") if m.name not in ("say", "protect")]
    where = "t" if sentence.is_title else "b"
    if sentence.modifiers_follow:
        acts.reverse()
    for number, act in enumerate(acts):
        tense = _tense(sentence, act)
        yield f"v:{act.name}/{tense}"
        if number == 0:
            yield f"v{where}:{act.name}"
            yield f"v{where}:{act.name}/{tense}"
            objects = _governed(sentence, act)
            for named in dict.fromkeys(objects[:2]):
                yield f"v{where}:{act.name}+{named}"


def _governed(sentence: Sentence, act: Mark) -> list[str]:
    """The objects on the side of an act where the language has them, the nearest first."""
    if sentence.modifiers_follow:
        return [m.name for m in sentence.of("object")[::-1] if m.end <= act.end]
    return [m.name for m in sentence.of("object") if m.start >= act.start]


def _sentence_features(sentence: Sentence) -> Iterable[str]:
    words = masked_words(sentence)
    for index, word in enumerate(words):
        yield "w:" + word
        if stem := _stem(word):
            yield "x:" + stem
        if index:
            yield f"w:{words[index - 1]} {word}"
    chain = concept_chain(sentence)
    for concept in chain:
        yield "c:" + concept
    core = [c for c in chain if c == "@" or c.startswith(("act.", "object."))]
    if sentence.modifiers_follow:
        # Where the verb stands last, what follows the subject is in the reverse order.
        core = core[:1] + core[:0:-1]
    for left, middle, right in zip(core, core[1:], core[2:], strict=False):
        yield f"k:{left}>{middle}>{right}"


def _stem(word: str) -> str:
    """The beginning of a word long enough to have endings; a syllable of Korean and a Chinese
    character count as two letters."""
    if word >= _FIRST_OF_SYLLABLES:
        return word[:2] if len(word) > 2 else ""
    return word[:5] if len(word) > 6 else ""


_FIRST_OF_SYLLABLES = "\u4e00"


def masked_words(sentence: Sentence) -> list[str]:
    """The words in lower case; actors as "@", numbers as "#"."""
    words: list[str] = []
    spans = [(m.start - sentence.start, m.end - sentence.start) for m in sentence.mentions]
    position = 0
    for match in word_of(sentence.language).finditer(sentence.text):
        while position < len(spans) and spans[position][1] <= match.start():
            position += 1
        if position < len(spans) and spans[position][0] < match.end():
            if not words or words[-1] != "@":
                words.append("@")
            continue
        word = match.group().lower()
        words.append("#" if word[0].isdigit() else word)
    return words


def concept_chain(sentence: Sentence) -> list[str]:
    """Concepts and actors in the order of the text, each place once, repeats left out."""
    items: list[tuple[int, str]] = [(m.start, "@") for m in sentence.mentions]
    items += [
        (m.start, m.concept)
        for m in sentence.marks
        if m.section in _SECTIONS and m.concept != "cue.self"
    ]
    chain: list[str] = []
    for _, name in sorted(items):
        if not chain or chain[-1] != name:
            chain.append(name)
    return chain


_FLAGGED = frozenset(
    {"cue.opinion", "cue.analyst", "cue.poll", "cue.question", "cue.past", "cue.daily_life"}
)


def _flags(sentences: Sequence[Sentence]) -> Iterable[str]:
    """The signs that a text is no report of an act of state, and what it is instead."""
    for sentence in sentences:
        if not sentence.is_title:
            continue
        for mark in sentence.marks:
            if mark.concept in _FLAGGED or mark.section == "other":
                yield f"g:{mark.concept}"
        if not sentence.of("act"):
            yield "g:no act"
        if not sentence.of("object"):
            yield "g:no object"
        codes = list(dict.fromkeys(m.code for m in sentence.mentions))
        yield f"g:actors {min(3, len(codes))}"
        if len(codes) > 1:
            yield f"g:{relation(codes[0], codes[1])}"


def _rule_features(claims: Sequence[Claim]) -> Iterable[str]:
    if not claims:
        yield "r:none"
        return
    first = claims[0]
    yield f"r:{first.direction.value}"
    yield f"r:{first.direction.value}/{int(first.stage)}"
    yield f"r:stage{int(first.stage)}"
    yield f"r:{first.modality.value}"
    yield f"r:{first.legal_form.value}"
    yield f"r:claims{min(3, len(claims))}"
    yield "r:place/" + next((e.place for e in first.evidence if e.field == "stage"), "none")
    for obligation in first.obligations:
        yield f"r:{obligation.value}"


def _actor_features(sentences: Sequence[Sentence]) -> Iterable[str]:
    """How many actors there are and what stands between them, never who they are."""
    codes = list(dict.fromkeys(m.code for s in sentences for m in s.mentions))
    yield f"a:{min(4, len(codes))}"
    states = [code for code in codes if directory()[code].is_state]
    yield f"a:states{min(3, len(states))}"
    for code in codes:
        yield "a:organisation" if code not in states else "a:state"
        if code in MAJOR:
            yield "a:major"
    for sentence in sentences:
        yield from _relation_features(sentence)


def _relation_features(sentence: Sentence) -> Iterable[str]:
    codes = list(dict.fromkeys(m.code for m in sentence.mentions))[:5]
    acts = {m.name for m in sentence.of("act")}
    objects = {m.name for m in sentence.of("object")}
    relations = {relation(a, b) for a, b in combinations(codes, 2)}
    if len(codes) == 1:
        relations = {"alone"}
    for between in relations:
        yield f"a:{between}"
        for act in acts:
            yield f"a:{between}/{act}"
        for named in objects:
            yield f"a:{between}/{named}"
    if len(codes) > 1:
        yield f"a:first {relation(codes[0], codes[1])}"
