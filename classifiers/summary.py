"""The lines of an alert: each is made of fields that have evidence, or is a quotation."""

from __future__ import annotations

from collections.abc import Sequence

from classifiers.actors import display
from classifiers.assessment import Claim, Direction, LegalForm, Stage

STAGE_WORDS = {
    Stage.TALK: "talk, no decision",
    Stage.PROPOSAL: "proposal, unsigned",
    Stage.PLEDGE: "public pledge",
    Stage.POLITICAL_TEXT: "political text, not binding in law",
    Stage.SIGNED_BINDING: "signed and binding, a domestic step outstanding",
    Stage.IN_FORCE: "in force",
    Stage.IMPLEMENTED: "implemented",
}


def words(value: str) -> str:
    """A value of an enumeration in plain words."""
    return value.replace("_", " ")


def names(codes: Sequence[str]) -> str:
    """Actors by name."""
    return ", ".join(display(code) for code in codes)


def headline(claim: Claim) -> str:
    """Who does what to whom, from the fields alone."""
    obligations = ", ".join(words(o.value) for o in claim.obligations)
    who = names(claim.committers)
    whom = names(claim.beneficiaries)
    same = set(claim.committers) == set(claim.beneficiaries)
    if claim.direction is Direction.DEMANDED:
        line = f"{whom} asks {'others' if same else who}"
    elif same:
        line = f"{who} (mutual)" if len(claim.committers) > 1 else who
    else:
        line = f"{who} -> {whom}"
    return f"{line}: {words(claim.direction.value)} {obligations}".rstrip()


def stage_line(claim: Claim) -> str:
    """How binding it is, and by what instrument."""
    line = f"stage {int(claim.stage)} of 6: {STAGE_WORDS[claim.stage]}"
    if claim.legal_form is not LegalForm.NONE_REPORTED:
        line += f" ({words(claim.legal_form.value)})"
    return line


def lines(claims: Sequence[Claim]) -> tuple[str, ...]:
    """The summary of an article, at most six lines; empty where it claims nothing."""
    if not claims:
        return ()
    first = claims[0]
    made = [f"{headline(first)}; {stage_line(first)}"]
    quoted = next((e.quote for e in first.evidence if e.field == "stage"), "")
    if quoted:
        made.append(f"“{quoted}”")
    if first.conditions:
        made.append("Conditions: " + " · ".join(words(c.value) for c in first.conditions))
    if first.left_open:
        made.append("Left open: " + " · ".join(first.left_open))
    if first.non_signatories:
        made.append("Did not sign: " + names(first.non_signatories))
    if len(claims) > 1:
        made.append("Also: " + "; ".join(headline(claim) for claim in claims[1:3]))
    return tuple(made)
