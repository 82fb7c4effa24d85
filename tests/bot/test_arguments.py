"""What people type after a command."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.arguments import UsageError, parse, usage
from bot.command_table import COMMANDS, Command
from bot.names import resolve
from tests.builders import NOW

MONTH = timedelta(days=30)


def command(name: str) -> Command:
    return next(c for c in COMMANDS if c.name == name)


def values(name: str, text: str) -> dict[str, object]:
    return dict(parse(command(name), text, now=NOW, resolve=resolve))


@pytest.mark.parametrize(
    "text",
    [
        "Ukraine",
        "ukr",
        "Україна",
        "to:UKR",
        "beneficiary:Ukraine",
        "beneficiary=ukraine",
        "beneficiary: Ukraine",
        "TO:ukraine",
        "for:UKR",
        "  Ukraine ",
    ],
)
def test_a_country_is_understood_in_many_ways(text: str) -> None:
    assert values("pledges latest", text) == {"beneficiary": "UKR"}


@pytest.mark.parametrize(
    "text",
    ["united kingdom", '"United Kingdom"', "beneficiary:“United Kingdom”", 'to:"united kingdom"'],
)
def test_a_name_of_several_words_needs_no_quotation_marks(text: str) -> None:
    assert values("pledges latest", text) == {"beneficiary": "GBR"}


def test_bare_words_fill_the_parameters_in_their_order() -> None:
    assert values("pledges latest", "Ukraine united states of america refused 3 7d") == {
        "beneficiary": "UKR",
        "committer": "USA",
        "direction": "refused",
        "min_stage": "political_text",
        "since": NOW - timedelta(days=7),
    }


@pytest.mark.parametrize(
    "text", ["min_stage:3", "stage:>=3", "min-stage=political_text", "stage:poli"]
)
def test_a_stage_is_a_number_or_a_name(text: str) -> None:
    assert values("pledges latest", text) == {"min_stage": "political_text"}


def test_a_query_is_taken_as_it_stands() -> None:
    text = 'to:UKR "security guarantee" since:2026-01-01 -loan'
    assert values("pledges search", text) == {"query": text}


@pytest.mark.parametrize(
    ("name", "text", "parameter", "taken"),
    [
        ("pledgewatch feeds add", 'https://a.example/ "The Wire"', "name", "The Wire"),
        ("pledgewatch feeds remove", "“The Wire”", "feed", "The Wire"),
        ("pledgewatch feeds add", 'https://a.example/ "The" Wire', "name", '"The" Wire'),
        ("pledges search", '"air defence"', "query", '"air defence"'),
    ],
)
def test_a_name_in_quotation_marks_is_the_name(
    name: str, text: str, parameter: str, taken: str
) -> None:
    assert values(name, text)[parameter] == taken


def test_an_address_is_no_named_argument() -> None:
    assert values("pledgewatch feeds add", "https://x.example/feed.xml The Example Times") == {
        "url": "https://x.example/feed.xml",
        "name": "The Example Times",
    }


@pytest.mark.parametrize(
    ("name", "text", "part"),
    [
        ("pledges latest", "Erewhon", "I do not understand “Erewhon”"),
        ("pledges latest", "to:Erewhon", "“Erewhon” is not a country or organisation"),
        ("pledges latest", "to Erewhon", "“Erewhon” is not a country or organisation"),
        ("pledges latest", "direction:sideways", "is not one of new, strengthened"),
        ("pledges latest", "benefciary:UKR", "Did you mean “beneficiary”?"),
        ("pledges latest", "stage:9", "0 to 6"),
        ("pledges latest", "since:soon", "a date or a span such as"),
        ("pledges status", "", "/pledges status needs beneficiary"),
        ("pledges status", "Erewhon", "is not a country"),
        ("pledges show", "", "for example /pledges show UKR-142"),
        ("pledges search", "   ", "needs query"),
    ],
)
def test_what_is_not_understood_is_answered_with_what_was_meant(
    name: str, text: str, part: str
) -> None:
    with pytest.raises(UsageError) as caught:
        values(name, text)
    assert part in str(caught.value)
    assert "Usage: /" in str(caught.value)


@pytest.mark.parametrize("each", COMMANDS, ids=lambda c: c.name)
def test_every_example_of_the_table_is_understood(each: Command) -> None:
    if any(p.required for p in each.parameters):
        assert each.example, "a command that needs arguments shows an example"
    if each.example:
        assert parse(each, each.example, now=NOW, resolve=resolve)
    assert each.name in usage(each)


@pytest.mark.parametrize(
    "text",
    [
        "from France to Ukraine",
        "to Ukraine from France",
        "France to Ukraine",
        "France → Ukraine",
        "France -> Ukraine",
        "🇫🇷 → 🇺🇦",
        "Ukraine by France",
        "від Франції для України",
        "для Украины от Франции",
        "od Francji dla Ukrainy",
        "von Frankreich für die Ukraine",
        "pour l’Ukraine de la France",
        "para Ucrania de Francia",
        "from “France” to «Ukraine»",
        "from\u00a0France\u200b to Ukraine",
    ],
)
def test_who_gives_and_who_gets_is_told_by_the_words_between(text: str) -> None:
    assert values("pledges latest", text) == {"beneficiary": "UKR", "committer": "FRA"}


@pytest.mark.parametrize(
    "text",
    [
        "Ukraine refused since last week",
        "since last week refused Ukraine",
        "last week, refused, Ukraine",
        "refused for Ukraine in the last 7 days",
        "Ukraine refusal 7 d",
        "seit 7 Tagen refused Ukraine",
    ],
)
def test_arguments_stand_in_any_order(text: str) -> None:
    assert values("pledges latest", text) == {
        "beneficiary": "UKR",
        "direction": "refused",
        "since": NOW - timedelta(days=7),
    }


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("at least stage 3", "political_text"),
        ("stage>=3", "political_text"),
        ("stage 3+", "political_text"),
        ("from stage 3 up", "political_text"),
        ("signed", "political_text"),
        ("in force", "in_force"),
        ("ratified", "in_force"),
        ("pledged", "pledge"),
    ],
)
def test_a_stage_is_said_in_many_ways(text: str, stage: str) -> None:
    assert values("pledges latest", f"Ukraine {text}") == {
        "beneficiary": "UKR",
        "min_stage": stage,
    }


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("pledges compare", "GBR and FRA", {"first": "GBR", "second": "FRA"}),
        ("pledges compare", "between Britain and France", {"first": "GBR", "second": "FRA"}),
        (
            "pledges compare",
            "Britain vs France for Ukraine",
            {"first": "GBR", "second": "FRA", "beneficiary": "UKR"},
        ),
        ("pledges timeline", "from USA to Ukraine", {"actor": "USA", "beneficiary": "UKR"}),
        ("pledges status", "of the United States", {"beneficiary": "USA"}),
        ("pledges show", "ukr142", {"reference": "UKR-142"}),
        ("pledges show", "#UKR–142", {"reference": "UKR-142"}),
        ("pledges show", "the UKR 142", {"reference": "UKR-142"}),
        ("pledgewatch merge", "ukr 143 into ukr 142", {"wrong": "UKR-143", "into": "UKR-142"}),
        ("pledgewatch retry", "#17", {"delivery": 17}),
        (
            "pledges whynot",
            "<https://example.org/a|example.org>",
            {"reference": "https://example.org/a"},
        ),
        ("pledges submit", "please example.org/a", {"url": "https://example.org/a"}),
        ("pledgewatch stats", "by source since 30d", {"by": "source", "since": NOW - MONTH}),
    ],
)
def test_commands_are_typed_as_people_speak(
    name: str, text: str, expected: dict[str, object]
) -> None:
    assert values(name, text) == expected


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("Ukrane", "Ukraine"),
        ("from Frnace to Ukraine", "from France to Ukraine"),
        ("untied kingdom since:7d", "United Kingdom since:7d"),
        ("to:Ukrane", 'beneficiary:"Ukraine"'),
        ("refuzed Ukraine", "refused Ukraine"),
        ("Ukraine yestreday", "Ukraine yesterday"),
        ("benefciary:UKR", "beneficiary:UKR"),
        ("snice 7d", "since 7d"),
        ("Ексонія", "Estonia"),
    ],
)
def test_what_is_misspelt_is_answered_with_what_was_meant(text: str, instead: str) -> None:
    with pytest.raises(UsageError, match="Did you mean") as caught:
        values("pledges latest", text)
    assert caught.value.instead[0] == instead
    assert values("pledges latest", instead)


def test_what_resembles_nothing_gets_no_guess() -> None:
    with pytest.raises(UsageError) as caught:
        values("pledges latest", "xyzzy")
    assert caught.value.instead == ()
    assert "Did you mean" not in str(caught.value)


def test_two_values_for_one_thing_are_a_question_of_two() -> None:
    with pytest.raises(UsageError, match="two values for beneficiary: UKR and FRA"):
        values("pledges latest", "to:UKR to:FRA")


def test_two_letters_in_capitals_are_a_country_whatever_they_say_in_small_ones() -> None:
    assert values("pledges latest", "IN") == {"beneficiary": "IND"}
    assert values("pledges latest", "in the last week") == {"since": NOW - timedelta(days=7)}


@pytest.mark.parametrize("words", ["… ", "to ", "from x ", 'a"', "= ", "Ukrain "])
def test_very_many_words_are_answered_soon(words: str) -> None:
    started = time.process_time()
    with pytest.raises(UsageError):
        values("pledges latest", words * (4000 // len(words)))
    assert time.process_time() - started < 2


@settings(deadline=None, max_examples=200)
@given(st.sampled_from([c for c in COMMANDS if c.parameters]), st.text(max_size=60))
def test_any_text_gives_values_or_a_sentence(each: Command, text: str) -> None:
    try:
        assert isinstance(parse(each, text, now=NOW, resolve=resolve), dict)
    except UsageError as error:
        assert "/" + each.name in str(error)  # noqa: PT017 - which of both it is does not matter
