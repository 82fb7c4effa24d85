"""What people type after a command."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.arguments import UsageError, parse, since, usage
from bot.command_table import COMMANDS, Command
from tests.builders import NOW

CODES = {
    "ukraine": "UKR",
    "ukr": "UKR",
    "україна": "UKR",
    "france": "FRA",
    "fra": "FRA",
    "united kingdom": "GBR",
    "united states of america": "USA",
    "nato": "NATO",
    "gbr": "GBR",
    "usa": "USA",
}


def resolve(name: str) -> str | None:
    return CODES.get(name.lower())


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


def test_an_address_is_no_named_argument() -> None:
    assert values("pledgewatch feeds add", "https://x.example/feed.xml The Example Times") == {
        "url": "https://x.example/feed.xml",
        "name": "The Example Times",
    }


@pytest.mark.parametrize(
    ("name", "text", "part"),
    [
        ("pledges latest", "Atlantis", "I do not understand “Atlantis”"),
        ("pledges latest", "to:Atlantis", "“Atlantis” is not a country or organisation"),
        ("pledges latest", "direction:sideways", "is not one of new, strengthened"),
        ("pledges latest", "benefciary:UKR", "Did you mean “beneficiary”?"),
        ("pledges latest", "stage:9", "0 to 6"),
        ("pledges latest", "since:soon", "a date or a span such as"),
        ("pledges status", "", "/pledges status needs beneficiary"),
        ("pledges status", "Atlantis", "is not a country"),
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


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("24h", NOW - timedelta(hours=24)),
        ("7d", NOW - timedelta(days=7)),
        ("2 weeks", NOW - timedelta(weeks=2)),
        ("yesterday", NOW - timedelta(days=1)),
        ("today", datetime(2026, 3, 2, tzinfo=UTC)),
        ("2026-01-31", datetime(2026, 1, 31, tzinfo=UTC)),
        ("2026-01-31T10:00:00+02:00", datetime(2026, 1, 31, 8, tzinfo=UTC)),
        ("soon", None),
        ("", None),
    ],
)
def test_a_date_is_a_day_or_a_span(word: str, expected: datetime | None) -> None:
    assert since(word, NOW) == expected


@pytest.mark.parametrize("each", COMMANDS, ids=lambda c: c.name)
def test_every_example_of_the_table_is_understood(each: Command) -> None:
    if any(p.required for p in each.parameters):
        assert each.example, "a command that needs arguments shows an example"
    if each.example:
        assert parse(each, each.example, now=NOW, resolve=resolve)
    assert each.name in usage(each)
