"""The form that corrects a claim, and what its answers make of one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.cards import Ask
from bot.corrections import CorrectionError, corrected, difference, fingerprint, form
from classifiers.actors import directory, display
from classifiers.assessment import Claim, Direction, Head, Stage, head_word
from tests.bot.conftest import People
from tests.storage.makers import claim

PLEDGE = claim()


def answered(before: Claim, **answers: str) -> Claim:
    return corrected(before, {name: (text,) for name, text in answers.items()})


async def test_the_form_shows_the_alert_as_it_is(people: People) -> None:
    shown = form(await people.development())
    assert shown.title == "Correct UKR-1"
    assert {f.name: f.initial for f in shown.fields} == {
        "head": ("pledged",),
        "direction": ("new",),
        "stage": ("2",),
        "committers": ("United Kingdom",),
        "beneficiaries": ("Ukraine",),
    }


async def test_the_form_fits_both_platforms(people: People) -> None:
    shown = form(await people.development())
    assert len(shown.fields) <= 5
    assert len(shown.title) <= 24  # Slack
    for field in shown.fields:
        assert len(field.options) <= 25
        assert all(len(label) <= 75 for _, label in field.options)
        if field.ask is Ask.CHOICE:
            assert field.initial[0] in dict(field.options)


def test_stage_and_direction_are_taken_as_given() -> None:
    right = answered(PLEDGE, stage="4", direction="strengthened")
    assert (right.stage, right.direction) == (Stage.SIGNED_BINDING, Direction.STRENGTHENED)
    assert right.committers == PLEDGE.committers


@pytest.mark.parametrize("head", [h for h in Head if h not in {Head.NONE, Head.PLEDGED}])
def test_the_word_alone_brings_the_rest_with_it(head: Head) -> None:
    assert head_word(answered(PLEDGE, head=head.value)) is head


@pytest.mark.parametrize("head", [h for h in Head if h not in {Head.NONE, Head.REFUSED}])
def test_the_word_alone_turns_a_refusal_into_an_act(head: Head) -> None:
    refusal = claim(direction=Direction.REFUSED, stage=Stage.TALK)
    assert head_word(answered(refusal, head=head.value)) is head


def test_signed_keeps_a_stage_that_is_signed_already() -> None:
    invoked = claim(stage=Stage.SIGNED_BINDING, direction=Direction.REAFFIRMED)
    assert answered(invoked, head="signed").stage is Stage.SIGNED_BINDING


def test_a_word_that_contradicts_the_rest_is_told_to_its_writer() -> None:
    with pytest.raises(CorrectionError, match="does not go with “refused” and stage 2") as caught:
        answered(PLEDGE, head="signed", direction="refused")
    assert caught.value.field == "head"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("France", ("FRA",)),
        ("France, Germany", ("FRA", "DEU")),
        ("France; GBR\nPoland", ("FRA", "GBR", "POL")),
        ("France and Germany", ("FRA", "DEU")),
        ("Bosnia and Herzegovina", ("BIH",)),
        ("Франція, Німеччини", ("FRA", "DEU")),
        ("🇫🇷, 🇩🇪", ("FRA", "DEU")),
        ("France, France", ("FRA",)),
    ],
)
def test_actors_are_typed_by_any_name(text: str, codes: tuple[str, ...]) -> None:
    assert answered(PLEDGE, committers=text).committers == codes


def test_an_actor_that_nobody_knows_is_told_with_what_was_meant() -> None:
    with pytest.raises(CorrectionError, match="no country or organisation “Frnace”") as caught:
        answered(PLEDGE, beneficiaries="Ukraine, Frnace")
    assert caught.value.field == "beneficiaries"
    assert caught.value.remedy == "Did you mean France?"


def test_an_act_is_somebodys() -> None:
    assert answered(PLEDGE, beneficiaries="").beneficiaries == ()
    with pytest.raises(CorrectionError, match="at least one"):
        answered(PLEDGE, beneficiaries="", committers="")


def test_nothing_corrected_is_told() -> None:
    with pytest.raises(CorrectionError, match="change something"):
        answered(PLEDGE, head="pledged", stage="2", direction="new", committers="Britain")


@pytest.mark.parametrize("code", directory())
def test_every_actor_is_understood_by_the_name_that_the_form_shows(code: str) -> None:
    other = claim(committers=("GBR" if code != "GBR" else "FRA",))
    assert answered(other, committers=display(code)).committers == (code,)


def test_a_form_tells_whether_its_claim_has_changed() -> None:
    assert fingerprint(PLEDGE) == fingerprint(replace(PLEDGE, confidence=0.1))
    assert fingerprint(PLEDGE) != fingerprint(replace(PLEDGE, stage=Stage.TALK))


def test_a_difference_is_told_in_words() -> None:
    after = claim(
        stage=Stage.SIGNED_BINDING, committers=("GBR", "FRA"), direction=Direction.REFUSED
    )
    assert difference(PLEDGE, after) == (
        "stage 2 pledge > 4 signed, binding · new > refused"
        " · by United Kingdom > United Kingdom, France"
    )
