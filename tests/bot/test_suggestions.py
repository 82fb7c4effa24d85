"""What autocomplete offers, and to whom."""

from __future__ import annotations

from dataclasses import replace

import pytest

from feeds.article import Feed
from storage.records import Origin
from tests.bot.conftest import ADMIN, MEMBER, People
from tests.storage.makers import NOW

ON_DISCORD = replace(MEMBER, platform="discord", channel="discord:100", space="900")


async def values(people: People, kind: str, typed: str, asker: object = ON_DISCORD) -> list[str]:
    found = await people.commands.handlers.suggest(kind, typed, asker)  # type: ignore[arg-type]
    return [value for _, value in found]


@pytest.mark.parametrize("typed", ["ukr", "Ukra", "Україна", "🇺🇦", "Kyiv"])
async def test_countries_are_offered_by_any_name(people: People, typed: str) -> None:
    assert (await values(people, "country", typed))[0] == "UKR"


async def test_a_country_is_shown_with_flag_and_code(people: People) -> None:
    ((label, value), *_) = await people.commands.handlers.suggest("country", "ukr", ON_DISCORD)
    assert (label, value) == ("🇺🇦\u00a0Ukraine (UKR)", "UKR")


@pytest.mark.parametrize("typed", ["", "u", "ukr", "UKR-", "ukr1", "ukraine", "britain"])
async def test_developments_are_offered_by_id_and_by_country(people: People, typed: str) -> None:
    assert await values(people, "reference", typed) == ["UKR-1"]


async def test_a_development_is_shown_with_its_headline(people: People) -> None:
    ((label, _),) = await people.commands.handlers.suggest("reference", "ukr", ON_DISCORD)
    assert label.startswith("UKR-1 · PLEDGED")


async def test_the_newest_developments_come_first_and_no_more_than_fit(people: People) -> None:
    await people.pledges_to_kenya(40)
    (newest, *_) = await people.desk.store.names_beginning("KEN-")
    for typed in ("", "ken-", "kenya"):
        found = await values(people, "reference", typed)
        assert len(found) == 25
        assert found[0] == newest.short_id


async def test_only_what_somebody_follows_can_be_unfollowed(people: People) -> None:
    assert await values(people, "followed", "") == []
    await people.ask("pledges follow UKR-1", ON_DISCORD)
    assert await values(people, "followed", "") == ["UKR-1", "all"]
    assert await values(people, "followed", "", replace(ON_DISCORD, user="U3")) == []


async def test_only_what_is_muted_here_can_be_unmuted(people: People) -> None:
    await people.press("mute_yes", "UKR-1", ON_DISCORD)
    assert await values(people, "muted", "") == ["UKR-1"]
    assert await values(people, "muted", "", replace(ON_DISCORD, channel="discord:101")) == []
    thread = replace(ON_DISCORD, channel="discord:9001", parent=ON_DISCORD.channel)
    assert await values(people, "muted", "", thread) == ["UKR-1"]


async def test_commands_are_offered_by_a_part_of_their_name(people: People) -> None:
    assert "timeline" in await values(people, "command", "time")


async def test_feeds_are_offered_to_admins_by_a_part_of_their_name(people: People) -> None:
    await people.desk.store.add_feed(
        Feed("https://times.example/feed.xml", "Example Times"), origin=Origin.CHAT, now=NOW
    )
    assert await values(people, "feed", "tim", ADMIN) == ["Example Times"]
    assert await values(people, "feed", "", ADMIN) == ["Example Times", "Gazette"]


@pytest.mark.parametrize("kind", ["feed", "route", "feedback", "entry"])
async def test_what_is_for_admins_is_offered_to_nobody_else(people: People, kind: str) -> None:
    await people.press("not_relevant", "UKR-1")
    assert await values(people, kind, "", MEMBER) == []


async def test_what_waits_is_offered_to_the_admins_of_its_server(people: People) -> None:
    await people.press("not_relevant", "UKR-1")
    ((label, value),) = await people.commands.handlers.suggest("feedback", "", ADMIN)
    assert (label, value) == ("1 · UKR-1: not relevant", "1")
    assert await values(people, "feedback", "", replace(ADMIN, space="T2")) == []


async def test_entries_of_the_ledger_that_wait_are_offered_by_number(people: People) -> None:
    (newest, *_) = await people.desk.store.pending_entries()
    ((label, value), *_) = await people.commands.handlers.suggest("entry", "GBR", ADMIN)
    assert value == str(newest.entry.id)
    assert label.startswith(f"{value} · GBR → UKR")


@pytest.mark.parametrize(
    "typed", ["", "%", "'", "\x00", "x" * 5000, "\U0010ffff", "-", "ukr-9999999999"]
)
async def test_anything_typed_gives_a_list(people: People, typed: str) -> None:
    for kind in ("country", "reference", "followed", "muted", "command", "feed", "nonsense"):
        assert len(await values(people, kind, typed, ADMIN)) <= 25
