"""The form that corrects a development, and what its answers make of a claim. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b

from bot.cards import Ask, Form, FormField
from bot.names import resolve
from bot.words import words
from classifiers.actors import display, similar
from classifiers.assessment import Claim, Direction, Head, Stage, head_word
from storage.records import Development

ACTION = "correct"
Answers = Mapping[str, tuple[str, ...]]

# No run of spaces is tried from its middle, which would take the square of its length.
_BETWEEN = re.compile(r"(?:(?<!\s)\s+)?[,;\n/]\s*+")
_AND = re.compile(
    r"(?<!\s)\s++(?:and|und|et|y|i|та|и|і|й)\s++|(?:(?<!\s)\s++)?[&+]\s*+", re.IGNORECASE
)
_OPTION = 75
_OF_WORDS = {
    Head.DEMANDED: Direction.DEMANDED,
    Head.HEDGED: Direction.HEDGED,
    Head.REAFFIRMED: Direction.REAFFIRMED,
    Head.REFUSED: Direction.REFUSED,
    Head.WEAKENED: Direction.WEAKENED,
    Head.WITHDRAWN: Direction.WITHDRAWN,
}
_OF_STAGES = {
    Head.DISCUSSED: (Stage.TALK,),
    Head.PROPOSED: (Stage.PROPOSAL,),
    Head.PLEDGED: (Stage.PLEDGE,),
    Head.SIGNED: (Stage.POLITICAL_TEXT, Stage.SIGNED_BINDING),
    Head.RATIFIED: (Stage.IN_FORCE,),
    Head.IMPLEMENTED: (Stage.IMPLEMENTED,),
}
_STAGE_OF_WORDS = {Direction.DEMANDED: Stage.PROPOSAL, Direction.REFUSED: Stage.TALK}
"""Of what commits nobody, whatever the text concerned (docs/domain.md)."""


class CorrectionError(Exception):
    """An answer that makes no claim; `field` is where it stands, the message is for its writer."""

    def __init__(self, field: str, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.field = field
        self.remedy = remedy


def form(development: Development) -> Form:
    """All that can be corrected, as it is now."""
    claim, say = development.claims[0], words()
    heads = tuple((h.value, say("head", h)) for h in Head if h is not Head.NONE)
    directions = tuple((d.value, say("direction", d)) for d in Direction)
    stages = tuple((str(int(s)), _stage_option(s)) for s in Stage)
    names = "Countries or organisations, with commas between them"
    fields = (
        FormField("head", "What happened", Ask.CHOICE, heads, (development.head.value,)),
        FormField("direction", "What it changed", Ask.CHOICE, directions, (claim.direction.value,)),
        FormField("stage", "How binding it is", Ask.CHOICE, stages, (str(int(claim.stage)),)),
        _actors_field("committers", "Whose act it is", claim.committers, names),
        _actors_field("beneficiaries", "Towards whom", claim.beneficiaries, names),
    )
    value = f"{development.short_id}@{fingerprint(claim)}"
    return Form(ACTION, value, f"Correct {development.short_id}", fields, "Correct")


def _stage_option(stage: Stage) -> str:
    say = words()
    return f"{int(stage)} · {say('stage', int(stage))}: {say('stage_meaning', int(stage))}"[
        :_OPTION
    ]


def _actors_field(name: str, label: str, codes: Sequence[str], hint: str) -> FormField:
    shown = ", ".join(display(code) for code in codes)
    return FormField(name, label, initial=(shown,) if shown else (), hint=hint, required=False)


def fingerprint(claim: Claim) -> str:
    """Tells whether a claim is still what somebody saw in a form."""
    seen = repr((claim.stage, claim.direction, claim.committers, claim.beneficiaries))
    return blake2b(seen.encode(), digest_size=4).hexdigest()


def corrected(claim: Claim, answers: Answers) -> Claim:
    """The claim as the answers have it; what was not answered stays. Raises CorrectionError."""
    right = replace(
        claim,
        direction=Direction(_one(answers, "direction", claim.direction.value)),
        stage=Stage(int(_one(answers, "stage", str(int(claim.stage))))),
        committers=_actors(answers, "committers", claim.committers),
        beneficiaries=_actors(answers, "beneficiaries", claim.beneficiaries),
    )
    right = _with_head(claim, right, Head(_one(answers, "head", head_word(claim).value)))
    if not right.committers and not right.beneficiaries:
        raise CorrectionError("committers", "Name at least one country or organisation.")
    if right == claim:
        raise CorrectionError("head", "This is what the alert says already: change something.")
    return right


def _one(answers: Answers, name: str, default: str) -> str:
    given = answers.get(name, ())
    return given[0] if given else default


def _with_head(before: Claim, right: Claim, head: Head) -> Claim:
    """The head word follows from direction and stage. Where only the word was corrected, they
    follow from it."""
    if head in {head_word(before), head_word(right)}:
        return right
    if (before.direction, before.stage) == (right.direction, right.stage):
        return _made_to_fit(right, head)
    say = words()
    raise CorrectionError(
        "head",
        f"“{say('head', head)}” does not go with “{say('direction', right.direction)}” and stage "
        f"{int(right.stage)}: together they make “{say('head', head_word(right))}”.",
        "Correct the word alone, and the rest follows; or leave the word as it was.",
    )


def _made_to_fit(claim: Claim, head: Head) -> Claim:
    if direction := _OF_WORDS.get(head):
        stage = _STAGE_OF_WORDS.get(direction, claim.stage)
        return replace(claim, direction=direction, stage=stage)
    stages = _OF_STAGES[head]
    stage = claim.stage if claim.stage in stages else stages[0]
    made = replace(claim, stage=stage)
    return made if head_word(made) is head else replace(made, direction=Direction.NEW)


def _actors(answers: Answers, field: str, default: tuple[str, ...]) -> tuple[str, ...]:
    if field not in answers:
        return default
    text = " ".join(answers[field])
    return tuple(dict.fromkeys(_codes(field, text)))


def _codes(field: str, text: str) -> Iterator[str]:
    for name in filter(None, _BETWEEN.split(text.strip())):
        if code := resolve(name):
            yield code
            continue
        for part in filter(None, _AND.split(name)):
            yield _code(field, part)


def _code(field: str, name: str) -> str:
    if code := resolve(name):
        return code
    near = " or ".join(display(code) for code in similar(name))
    remedy = f"Did you mean {near}?" if near else "Put commas between several names."
    raise CorrectionError(field, f"I know no country or organisation “{name[:60]}”.", remedy)


def difference(before: Claim, after: Claim) -> str:
    """What a correction changes, in words: "stage 2 pledge > 4 signed, binding"."""
    say = words()
    parts = []
    if before.stage != after.stage:
        old, new = int(before.stage), int(after.stage)
        parts.append(f"stage {old} {say('stage', old)} > {new} {say('stage', new)}")
    if before.direction != after.direction:
        old_word, new_word = say("direction", before.direction), say("direction", after.direction)
        parts.append(f"{old_word} > {new_word}")
    for label, old_codes, new_codes in (
        ("by", before.committers, after.committers),
        ("towards", before.beneficiaries, after.beneficiaries),
    ):
        if old_codes != new_codes:
            parts.append(f"{label} {_listed(old_codes)} > {_listed(new_codes)}")
    return " · ".join(parts)


def _listed(codes: Sequence[str]) -> str:
    return ", ".join(display(code) for code in codes) or "nobody"
