"""Does an article report a development that we know?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from classifiers.assessment import Assessment, Claim, Condition, Direction, Obligation, Stage
from classifiers.known_story import KnownStory
from classifiers.same_story import Decision, Role, decide
from classifiers.story_book import StoryBook
from classifiers.story_report import Report, concepts, latin, report_of, shingles
from feeds.article import Article

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PLEDGE = Claim(
    stage=Stage.PLEDGE,
    direction=Direction.NEW,
    committers=("FRA",),
    beneficiaries=("UKR",),
    obligations=(Obligation.TROOP_DEPLOYMENT,),
    confidence=0.9,
)


def report(
    title: str,
    summary: str = "",
    *claims: Claim,
    outlet: str = "Gazette",
    language: str = "en",
    hours: float = 0,
) -> Report:
    when = NOW + timedelta(hours=hours)
    article = Article(("id:1",), "", "", title, summary, "", outlet, language, when, None, "digest")
    assessment = Assessment(bool(claims), 0.9, claims, (), language)
    return report_of(article, assessment, when)


def judged(new: Report, *known: Report, claims: tuple[Claim, ...] = ()) -> Decision:
    """The decision on an article when there is one story of these reports."""
    return decide(new, [KnownStory.of(7, claims or known[0].claims, known)])


FRANCE = report(
    "France pledges troops for Ukraine once fighting stops",
    "The president said that two brigades stand ready at Mailly.",
)


def test_another_outlet_on_the_same_act_is_a_further_source() -> None:
    other = report("Paris ready to send soldiers to Ukraine", "Macron spoke in Lyon.", hours=2)
    assert judged(other, FRANCE).role is Role.FURTHER


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("uk", "Франція готова відправити військових в Україну"),
        ("ru", "Франция пообещала отправить войска на Украину"),
        ("fr", "La France promet des troupes à l'Ukraine"),
        ("de", "Frankreich verspricht der Ukraine Truppen"),
        ("pl", "Francja obiecuje żołnierzy dla Ukrainy"),
        ("es", "Francia promete tropas a Ucrania"),
        ("it", "La Francia promette truppe all'Ucraina"),
    ],
)
def test_another_language_on_the_same_act_is_a_further_source(language: str, title: str) -> None:
    assert judged(report(title, language=language, hours=3), FRANCE).story == 7


def test_a_refusal_is_never_a_source_of_a_pledge() -> None:
    no = report("France rules out troops for Ukraine", "Two brigades stay at Mailly.", hours=1)
    assert judged(no, FRANCE).role is Role.NEW


def test_a_refusal_in_another_language_is_no_source_either() -> None:
    no = report("La France exclut l'envoi de troupes en Ukraine", language="fr", hours=1)
    assert judged(no, FRANCE).role is Role.NEW


def test_what_is_not_ruled_out_is_not_refused() -> None:
    acts, _, _ = concepts("Troops can't be ruled out, Macron says", ("en",))
    assert acts == {"open"}


def test_the_same_act_by_another_state_is_another_development() -> None:
    poland = report("Poland pledges troops for Ukraine once fighting stops", hours=1)
    assert judged(poland, FRANCE).role is Role.NEW


def test_the_same_act_towards_another_state_is_another_development() -> None:
    moldova = report("France pledges troops for Moldova", hours=1)
    assert judged(moldova, FRANCE).role is Role.NEW


def test_a_renewal_a_month_later_is_another_development() -> None:
    again = report("France pledges troops for Ukraine", hours=24 * 30)
    assert judged(again, FRANCE).role is Role.NEW


def test_a_story_that_is_fed_day_by_day_ends_at_last() -> None:
    verbs = ["ready to send", "offers", "promises", "pledges", "would send", "to send", "vows"]
    ends = ["to Ukraine", "for Ukraine"]

    def on(half_day: int) -> Report:  # short, and no copy of those shortly before
        title = f"Paris {verbs[half_day % 7]} soldiers {ends[half_day % 2]}"
        return report(title, hours=12 * half_day)

    early = judged(on(80), FRANCE, *(on(n) for n in range(60, 80)))
    late = judged(on(100), FRANCE, *(on(n) for n in range(80, 100)))
    assert (early.story, late.story) == (7, None)


def test_a_ratification_is_another_development_than_the_signature() -> None:
    signed = report("France and Poland sign treaty of mutual defence in Nancy")
    ratified = report("Polish Sejm ratifies treaty with France", "402 voted yes.", hours=24 * 9)
    assert judged(ratified, signed).role is Role.NEW


def test_an_anniversary_is_no_source() -> None:
    past = report("A year ago France pledged troops for Ukraine: what came of it", hours=30)
    assert judged(past, FRANCE).role is Role.NEW


AGENCY = (
    "The defence minister told parliament on Monday that two brigades with engineers and air "
    "defence stand ready to deploy west of the river within a month of any truce."
)


def test_a_re_edited_agency_text_is_a_copy() -> None:
    first = report("France pledges troops for Ukraine", AGENCY, outlet="Reuters")
    edited = report(
        "UPDATE 1-France pledges soldiers for Ukraine | The Star",
        "(Reuters) - " + AGENCY.replace("told parliament on Monday", "told parliament") + " More",
        outlet="The Star",
        hours=1,
    )
    assert judged(edited, first).role is Role.SYNDICATED


def test_a_copy_is_a_copy_even_where_a_claim_was_misread() -> None:
    misread = Claim(Stage.TALK, Direction.REFUSED, ("FRA",), ("UKR",), confidence=0.9)
    first = report("France pledges troops for Ukraine", AGENCY, PLEDGE)
    copy = report("France pledges troops for Ukraine", AGENCY, misread, outlet="Star", hours=1)
    assert judged(copy, first).role is Role.SYNDICATED


def test_a_denial_is_told_from_a_source() -> None:
    denial = report(
        "Paris denies it promised troops for Ukraine", "Nothing has been decided.", hours=5
    )
    assert judged(denial, FRANCE).role is Role.DENIAL


def test_a_correction_is_told_from_a_source() -> None:
    correction = report(
        "CORRECTION: France pledges one brigade for Ukraine, not two", "At Mailly.", hours=5
    )
    assert judged(correction, FRANCE).role is Role.CORRECTION


def test_a_new_condition_is_an_update() -> None:
    known = report("France pledges troops for Ukraine", "", PLEDGE)
    bound = Claim(
        Stage.PLEDGE,
        Direction.NEW,
        ("FRA",),
        ("UKR",),
        obligations=(Obligation.TROOP_DEPLOYMENT,),
        conditions=(Condition.PARLIAMENT,),
        confidence=0.9,
    )
    later = report("French troops for Ukraine need parliament's vote", "", bound, hours=6)
    assert judged(later, known).role is Role.UPDATE


def test_sure_claims_that_contradict_each_other_are_never_one_act() -> None:
    refused = Claim(Stage.TALK, Direction.REFUSED, ("FRA",), ("UKR",), confidence=0.9)
    known = report("France, Ukraine and the troops", "", PLEDGE)
    other = report("Troops for Ukraine: where France stands", "", refused, hours=1)
    assert judged(other, known).role is Role.NEW


def test_a_late_article_joins_the_story_that_began_after_it() -> None:
    early = report("Paris about to offer soldiers to Ukraine", hours=-5)
    assert judged(early, FRANCE).story == 7


def test_the_reasons_are_given_in_words() -> None:
    decision = judged(report("Paris ready to send soldiers to Ukraine", hours=2), FRANCE)
    assert "same day" in decision.why


def test_the_index_offers_the_story_and_not_the_rest_of_the_world() -> None:
    book = StoryBook()
    for number in range(200):
        far = report(f"Kenya and Peru sign accord number {number}", hours=number * 0.1)
        book.put(far, number + 10)
    book.put(FRANCE, 7)
    offered = book.candidates(report("Paris ready to send soldiers to Ukraine", hours=2))
    assert [story.id for story in offered] == [7]


def test_names_in_two_scripts_are_one() -> None:
    assert latin("Стармер") == latin("Starmer")


def test_word_sequences_do_not_depend_on_case_or_punctuation() -> None:
    assert shingles("Two brigades, ready.") == shingles("two brigades ready")


def test_an_article_without_anything_is_new() -> None:
    assert judged(report(""), FRANCE).role is Role.NEW


@pytest.mark.parametrize(
    ("one", "other", "codes"),
    [
        ("Poland", "Moldova", ("POL", "MDA")),
        ("Japan", "the Philippines", ("JPN", "PHL")),
        ("Turkey", "Azerbaijan", ("TUR", "AZE")),
    ],
)
def test_texts_of_one_pattern_between_other_states_are_not_one_story(
    one: str, other: str, codes: tuple[str, str]
) -> None:
    first = report("France pledges to send troops to Ukraine", "", PLEDGE)
    claim = replace(PLEDGE, committers=codes[:1], beneficiaries=codes[1:])
    later = report(f"{one} pledges to send troops to {other}", "", claim, outlet="Post")
    assert judged(later, first).role is Role.NEW
