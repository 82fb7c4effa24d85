"""Reads the act that governs a sentence, and derives from it what changed and how bindingly.

A claim is not labelled whole: it is predicted by factors (act, polarity, tense, modality, domain)
from which direction and stage follow by the table in `data/acts.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from classifiers.assessment import Direction, LegalForm, Modality, Stage
from classifiers.document import Document, Sentence
from classifiers.lexicon import Mark
from classifiers.obligations import governed_like

_YEAR = re.compile(r"\b(1[89]\d\d|20\d\d)\b")
# How bindingly a text of a form is signed; the others are political.
_SIGNED_STAGE = {
    LegalForm.TREATY: Stage.SIGNED_BINDING,
    LegalForm.EXECUTIVE_AGREEMENT: Stage.SIGNED_BINDING,
    LegalForm.ACCESSION: Stage.SIGNED_BINDING,
}


@dataclass(frozen=True, slots=True)
class Act:
    """What one governing concept means."""

    name: str
    done: tuple[str, int | str]
    ahead: tuple[str, int | str]
    negated: tuple[str, int | str]
    objects: frozenset[str]
    rank: int
    weak: bool
    forms: bool
    """Whether an instrument alone is object enough."""


@cache
def acts() -> dict[str, Act]:
    """The table of acts."""
    text = (files("classifiers") / "data" / "acts.toml").read_text(encoding="utf-8")
    like = governed_like()
    return {
        name: Act(
            name,
            tuple(row["done"]),
            tuple(row["ahead"]),
            tuple(row["negated"]),
            frozenset(n for known in row["objects"] for n in (known, *like.get(known, ()))),
            row["rank"],
            row.get("weak", False),
            row.get("forms", False),
        )
        for name, row in tomllib.loads(text).items()
    }


@dataclass(frozen=True, slots=True)
class Frame:
    """One sentence's governing act and its factors."""

    sentence: Sentence
    act: Act
    mark: Mark
    objects: tuple[Mark, ...]
    direction: Direction
    stage: Stage
    modality: Modality
    form: LegalForm
    refers_back: bool = False
    """Whether what it acts on is a text that was told of before: "The United States did not
    sign"."""


_TEXT_STANDS_BEFORE = 3
"""Sentences that "did not sign" may stand after the one that tells who did."""


def frame(document: Document, sentence: Sentence) -> Frame | None:
    """The frame of a sentence; None where it asserts no act on a commitment."""
    if is_background(document, sentence):
        return None
    candidates = [(m, acts()[m.name]) for m in _said_to_be_done(sentence) if m.name in acts()]
    back = _told_of_a_text(document, sentence)
    candidates = [
        (m, act)
        for m, act in candidates
        if _objects(sentence, m, act) or (back and act.name == "withhold")
    ]
    if not candidates or (sentence.number > 1 and _is_idle(sentence, *candidates[0])):
        return None
    # The verb that governs stands first, or last where all else stands before it.
    turn = -1 if sentence.modifiers_follow else 1
    mark, act = min(
        candidates, key=lambda pair: (pair[1].weak, turn * pair[0].start, -pair[1].rank)
    )
    found = _derive(sentence, mark, act)
    return replace(found, refers_back=not found.objects)


def governing(sentence: Sentence) -> Mark | None:
    """The act that governs a sentence, whether or not it has an object that counts."""
    named = [m for m in _said_to_be_done(sentence) if m.name in acts()]
    turn = -1 if sentence.modifiers_follow else 1
    return min(named, key=lambda m: (acts()[m.name].weak, turn * m.start), default=None)


_ENDING = frozenset({"withdraw", "suspend"})
_GOING = frozenset({"deploy", "intend"})


def _said_to_be_done(sentence: Sentence) -> list[Mark]:
    """The acts of a sentence, without an end that is that of a time or a war, and without a
    departure on the way to where troops are sent."""
    acts_named = sentence.of("act")
    ended = [*sentence.of("condition"), *(m for m in sentence.marks if m.concept == _END_OF_TIME)]
    return [
        mark
        for mark in acts_named
        if mark.name not in _ENDING
        or not (any(_is_part(mark, m) for m in ended) or _sets_out(sentence, mark, acts_named))
    ]


_END_OF_TIME = "cue.end_of_time"


def _is_part(mark: Mark, of: Mark) -> bool:
    within = of.start <= mark.start and mark.end <= of.end
    return within and mark.end - mark.start < of.end - of.start


def _sets_out(sentence: Sentence, mark: Mark, acts_named: Sequence[Mark]) -> bool:
    """Whether who leaves is on the way from its own country to another: "left Toulon to deploy
    to Romania"."""
    leaves = [m for m in sentence.marks if m.concept == "cue.leaves" and m.start == mark.start]
    going = next((m for m in acts_named if m.start >= mark.end and m.name in _GOING), None)
    if not leaves or going is None:
        return False
    own = {m.code for m in sentence.mentions if m.end <= mark.start}
    left = {m.code for m in sentence.mentions if mark.end <= m.start < going.start}
    return left <= own and _leads_to(sentence, going)


def _leads_to(sentence: Sentence, going: Mark) -> bool:
    """Whether an act is the purpose of the one before: "to deploy" and the like."""
    return is_ahead(sentence, going) or any(
        m.concept == "link.to" and m.end <= going.start and sentence.apart(m.end, going.start) <= 1
        for m in sentence.marks
    )


def _told_of_a_text(document: Document, sentence: Sentence) -> bool:
    """Whether one of the sentences before it tells of a text that was signed."""
    before = document.sentences[max(0, sentence.number - _TEXT_STANDS_BEFORE) : sentence.number]
    sign = acts()["sign"]
    return any(_objects(s, m, sign) for s in before for m in s.of("act") if m.name == "sign")


def _is_idle(sentence: Sentence, mark: Mark, act: Act) -> bool:
    """Whether an act is only thought of; below the lead that is commentary, not news."""
    return act.name == "maybe" or (act.name != "propose" and is_possible(sentence, mark))


def is_background(document: Document, sentence: Sentence) -> bool:
    """Whether a sentence tells history, asks, or gives an analyst's view."""
    if sentence.has("cue.past") or _names_past_year(document, sentence):
        return True
    if sentence.is_title:
        return False
    asks = sentence.text.endswith(("?", "？")) or sentence.text.lower().startswith("whether")
    return asks or sentence.has("cue.analyst")


def _names_past_year(document: Document, sentence: Sentence) -> bool:
    if document.day is None:
        return False
    years = [int(year) for year in _YEAR.findall(sentence.text)]
    return bool(years) and max(years) < document.day.year - 1


def _objects(sentence: Sentence, mark: Mark, act: Act) -> tuple[Mark, ...]:
    found = tuple(
        m
        for m in sentence.of("object")
        if m.name in act.objects and not (m.start < mark.end and mark.start < m.end)
    )
    if not found and act.forms and not sentence.of("other"):
        return tuple(sentence.of("form"))
    return found


def _derive(sentence: Sentence, mark: Mark, act: Act) -> Frame:
    form = legal_form(sentence, act)
    ahead = is_ahead(sentence, mark)
    modality = Modality.FUTURE if ahead else Modality.ACTUAL
    outcome = act.ahead if ahead else act.done
    if is_negated(sentence, mark):
        outcome, modality = act.negated, Modality.NEGATED
    elif outcome[0] in ("refused", "withheld", "opposed"):
        modality = Modality.NEGATED
    elif act.name in ("maybe", "discuss"):
        modality = Modality.HYPOTHETICAL
    elif act.name not in ("propose", "demand", "refuse", "oppose") and is_possible(sentence, mark):
        outcome, modality = ("hedged", Stage.TALK), Modality.HYPOTHETICAL
    elif act.name == "propose" and sentence.has("cue.possible"):
        outcome, modality = ("new", Stage.TALK), Modality.HYPOTHETICAL
    direction = Direction(outcome[0])
    stage = text_stage(form) if outcome[1] == "text" else Stage(int(outcome[1]))
    return Frame(
        sentence, act, mark, _objects(sentence, mark, act), direction, stage, modality, form
    )


def text_stage(form: LegalForm) -> Stage:
    """How binding a text is once it is signed."""
    return _SIGNED_STAGE.get(form, Stage.POLITICAL_TEXT)


def is_ahead(sentence: Sentence, mark: Mark) -> bool:
    """Whether an act lies in the future: "will", "to" and the like just before it."""
    if sentence.words(mark.start, mark.end).lower().startswith("to "):
        return True
    return _is_modified(sentence, mark, "future", 2)


def is_negated(sentence: Sentence, mark: Mark) -> bool:
    """Whether a negation stands before an act, at most three words back."""
    return _is_modified(sentence, mark, "negation", 3)


def is_possible(sentence: Sentence, mark: Mark) -> bool:
    """Whether "may", "could" and the like stand before an act, at most four words back."""
    return _is_modified(sentence, mark, "possible", 4)


_REACH_AFTER = 2


def _is_modified(sentence: Sentence, mark: Mark, cue: str, reach: int) -> bool:
    """Whether a cue stands near enough on the side of an act where the language has it: before,
    or after as an ending or an auxiliary verb."""
    for m in sentence.of("cue"):
        if m.name != cue:
            continue
        if sentence.modifiers_follow:
            if m.start >= mark.end and sentence.apart(mark.end, m.start) <= _REACH_AFTER:
                return True
        elif m.end <= mark.start and sentence.apart(m.end, mark.start) <= reach:
            return True
    return False


_FORM_ORDER = (
    LegalForm.DECLARATION_OF_INTENT,
    LegalForm.EXECUTIVE_ORDER,
    LegalForm.MOU,
    LegalForm.ACCESSION,
    LegalForm.TREATY,
    LegalForm.POLITICAL_DECLARATION,
    LegalForm.EXECUTIVE_AGREEMENT,
    LegalForm.DOMESTIC_LAW,
    LegalForm.IO_DECISION,
)
# Acts that are done by somebody's word alone, whatever instrument the sentence names.
_BY_WORD = frozenset({"promise", "ready", "intend", "reaffirm", "refuse", "oppose", "hedge"})
_NO_FORM = frozenset({"demand", "discuss", "propose", "maybe", "arrive", "deploy", "protect"})


def legal_form(sentence: Sentence, act: Act) -> LegalForm:
    """The instrument that a sentence names, the most specific first, where the act is one that
    makes, ends or concerns an instrument."""
    if act.name in _BY_WORD:
        return LegalForm.UNILATERAL_STATEMENT
    if act.name in _NO_FORM:
        return LegalForm.NONE_REPORTED
    named = {mark.name for mark in sentence.of("form")}
    return next((form for form in _FORM_ORDER if form.value in named), LegalForm.NONE_REPORTED)
