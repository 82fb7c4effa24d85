"""Which command was meant, whatever was typed; help; filters inside a search."""

from __future__ import annotations

import pytest

from bot.cards import Tone
from bot.command_table import COMMANDS
from bot.finding import find, unknown
from bot.names import resolve
from bot.query_words import UnknownFilter, understood
from tests.bot.conftest import ADMIN, People
from tests.bot.test_alert_card import text_of
from tests.builders import NOW
from tests.storage.makers import assessed, claim


@pytest.mark.parametrize(
    ("typed", "path", "rest"),
    [
        ("latest Ukraine", ("latest",), "Ukraine"),
        ("LATEST", ("latest",), ""),
        ("", ("help",), ""),
        ("?", ("help",), ""),
        ("recent Ukraine", ("latest",), "Ukraine"),
        ("find troops", ("search",), "troops"),
        ("digest 7d", ("brief",), "7d"),
        ("UKR-142", ("show",), "UKR-142"),
        ("correct UKR-142", ("show",), "UKR-142"),
        ("hilfe", ("help",), ""),
        ("ukr 142", ("show",), "ukr 142"),
        ("/pledges latest Ukraine", ("latest",), "Ukraine"),
        ("pledges latest", ("latest",), ""),
    ],
)
def test_a_command_is_found_by_its_name_and_by_others(
    typed: str, path: tuple[str, ...], rest: str
) -> None:
    command, left = find("pledges", typed)
    assert command is not None
    assert (command.path, left) == (path, rest)


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("pledges lastest Ukraine", "/pledges latest Ukraine"),
        ("pledges stauts Ukraine", "/pledges status Ukraine"),
        ("pledges latest Ukrane", "/pledges latest Ukraine"),
        ("pledges Ukraine", "/pledges latest Ukraine"),
        ("pledgewatch feed list", "/pledgewatch feeds list"),
        ("pledges search troops to:Ukrane", '/pledges search troops to:"Ukraine"'),
    ],
)
async def test_what_was_meant_is_one_press_away(people: People, typed: str, label: str) -> None:
    card = await people.ask(typed, ADMIN)
    assert card.tone is Tone.ERROR
    assert label in [button.label for button in card.buttons]
    meant = await people.press_on(card, label, ADMIN)
    assert meant.tone is not Tone.ERROR
    assert meant.replaces


async def test_an_address_alone_is_asked_about(people: People) -> None:
    card = await people.ask("pledges https://example.org/a")
    assert [b.label for b in card.buttons] == [
        "/pledges why https://example.org/a",
        "/pledges submit https://example.org/a",
    ]


async def test_nonsense_is_answered_with_what_is_known(people: People) -> None:
    card = await people.ask("pledges qwertyuiop")
    assert "I know: latest, search" in text_of(card)
    assert card.buttons == ()


async def test_an_unknown_id_offers_those_that_are_much_like_it(people: People) -> None:
    for reference in ("UKR-99", "Ukraine"):
        card = await people.ask(f"pledges show {reference}")
        assert card.tone is Tone.ERROR
        assert "PLEDGED" in (await people.press_on(card, "UKR-1")).headline


# --- help


async def test_help_shows_an_example_of_every_command(people: People) -> None:
    first = await people.ask("pledges help")
    text = text_of(first)
    while any(b.label == "Next ▶" for b in first.buttons):
        first = await people.press_on(first, "Next ▶")
        text += text_of(first)
    for command in COMMANDS:
        if command.root == "pledges" and command.path != ("help",):
            assert f"/{command.name} {command.example}".strip() in text


@pytest.mark.parametrize("typed", ["latest", "/pledges latest", "LATEST", "pledges latest"])
async def test_help_tells_all_of_one_command(people: People, typed: str) -> None:
    text = text_of(await people.ask(f"pledges help {typed}"))
    assert "Usage: /pledges latest [beneficiary] [committer]" in text
    assert "from France to Ukraine since last week" in text
    assert "strengthened" in text


async def test_help_of_a_group_tells_its_commands(people: People) -> None:
    text = text_of(await people.ask("pledgewatch help feeds", ADMIN))
    assert "/pledgewatch feeds add" in text
    assert "/pledgewatch deliveries" not in text


async def test_help_of_a_misspelt_command_says_which_was_meant(people: People) -> None:
    card = await people.ask("pledges help lastest")
    assert "Did you mean “latest”?" in text_of(card)
    assert "Usage:" in text_of(await people.press_on(card, "latest"))


# --- filters inside a search


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("troops to:Ukraine", "troops to:UKR"),
        ('from:"United Kingdom" troops', "from:GBR troops"),
        ("to:Ukraine,Moldova", "to:UKR,MDA"),
        ("to:Україна", "to:UKR"),
        ("to:🇺🇦", "to:UKR"),
        ("stage:>=pledged", "stage:>=pledge"),
        ("stage:3", "stage:political_text"),
        ("is:refusal", "is:refused"),
        ("since:yesterday troops", "since:2026-03-01 troops"),
        ("since:7d", "since:2026-02-23"),
        ("stage:nonsense", "stage:nonsense"),
        ("https://example.org/a:b", "https://example.org/a:b"),
        ("plain words", "plain words"),
    ],
)
def test_filters_are_written_as_people_speak(typed: str, asked: str) -> None:
    assert understood(typed, NOW, resolve) == asked


def test_a_country_that_is_none_is_told_with_what_was_meant() -> None:
    with pytest.raises(UnknownFilter) as caught:
        understood("troops from:Frnace to:UKR", NOW, resolve)
    assert caught.value.word == "Frnace"
    assert caught.value.instead == {"France": 'troops from:"France" to:UKR'}


async def test_a_search_finds_by_a_filter_in_words(people: People) -> None:
    await people.desk.poll(assessed("France pledges troops", claim(committers=("FRA",))))
    text = text_of(await people.ask("pledges search troops from:Britain"))
    assert "Britain pledges troops" in text
    assert "France pledges troops" not in text


@pytest.mark.parametrize(
    ("root", "typed", "meant"),
    [
        (
            "pledges",
            "what did France promise Ukraine?",
            ["latest from France to Ukraine", "timeline France Ukraine"],
        ),
        ("pledges", "and Moldova?", ["latest Moldova", "status Moldova"]),
        ("pledgewatch", "feeds", ["feeds list", "feeds add", "feeds remove"]),
    ],
)
def test_what_is_no_command_leads_to_some(root: str, typed: str, meant: list[str]) -> None:
    reply = unknown(root, typed, resolve)
    assert [b.label for b in reply.card.buttons] == [f"/{root} {text}" for text in meant]
