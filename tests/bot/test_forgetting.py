"""To be forgotten, asked in chat and on the command line."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cards import Tone
from bot.cli import cli
from feeds.article import Feed
from storage.records import Origin
from storage.store import Store
from tests.bot.conftest import MEMBER, People
from tests.storage.makers import NOW, Desk, assessed, claim

OTHER = replace(MEMBER, user="U9")
WAY = "pledges forget-me"


async def test_a_member_is_asked_first_and_then_forgotten(people: People) -> None:
    await people.ask("pledges follow UKR-1")
    await people.press("not_relevant", "UKR-1")
    question = await people.ask(WAY)
    assert (question.tone, question.private) == (Tone.OPEN, True)
    assert len(await people.desk.store.following("slack:@U2")) == 1
    answer = await people.press_on(question, "Forget me")
    assert answer.headline == "You are forgotten."
    assert answer.replaces
    assert await people.desk.store.following("slack:@U2") == []
    (given,) = await people.desk.store.feedback_given()
    assert (given.by, given.verdict) == ("", "not_relevant")


async def test_nobody_forgets_somebody_else(people: People) -> None:
    await people.ask("pledges follow UKR-1", OTHER)
    question = await people.ask(WAY, MEMBER)
    answer = await people.press_on(question, "Forget me", OTHER)
    assert answer.tone is Tone.ERROR
    assert len(await people.desk.store.following("slack:@U9")) == 1


@pytest.mark.parametrize("value", ["U2.", "U2.soon", "U2", "", "U2.-1", "U2.1"])
async def test_a_button_of_somebodys_own_making_forgets_nobody(people: People, value: str) -> None:
    await people.ask("pledges follow UKR-1")
    answer = await people.press("forget_me", value)
    assert answer.tone is Tone.ERROR
    assert len(await people.desk.store.following("slack:@U2")) == 1


async def test_an_old_question_is_asked_anew(people: People) -> None:
    await people.ask("pledges follow UKR-1")
    question = await people.ask(WAY)
    people.clock.forward(minutes=16)
    answer = await people.press_on(question, "Forget me")
    assert answer.headline == "That question is too old."
    assert len(await people.desk.store.following("slack:@U2")) == 1


# --- the command line


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    text = '[storage]\npath = "p.db"\nbackup_folder = "copies"\n[admins]\nusers = ["slack:U1"]\n'
    (tmp_path / "config.toml").write_text(text)
    monkeypatch.chdir(tmp_path)
    asyncio.run(_lived(tmp_path / "p.db"))
    return tmp_path


async def _lived(path: Path) -> None:
    async with await Store.open(path) as store:
        feed = await store.add_feed(Feed("https://a.example/f"), origin=Origin.COMMAND, now=NOW)
        await Desk(store, feed.id).poll(assessed("Britain pledges troops", claim()))
        await store.follow("UKR-1", "slack:@U1", now=NOW)


def run(*words: str, given: str = "") -> Result:
    return CliRunner().invoke(cli, ["erase-person", *words], input=given)


def test_the_operator_erases_a_person_after_a_yes(folder: Path) -> None:
    result = run("slack:U1", given="y\n")
    assert result.exit_code == 0
    assert "Taken away or made nameless: 1 follows and mutes." in result.output
    assert "slack:U1 still stands in the configuration" in result.output
    assert "copies keep it for up to 14 days" in result.output
    again = json.loads(run("slack:U1", "--yes", "--json").stdout)
    assert set(again.values()) == {0}


def test_without_a_yes_nothing_is_erased(folder: Path) -> None:
    assert run("slack:U1", given="n\n").exit_code == 1
    assert json.loads(run("slack:U1", "--yes", "--json").stdout)["follows_and_mutes"] == 1


@pytest.mark.parametrize("person", ["U1", "slack:ana", "discord:ana", "irc:ana", "slack:"])
def test_a_person_is_named_by_platform_and_id(folder: Path, person: str) -> None:
    result = run(person, "--yes")
    assert result.exit_code == 2
    assert "slack:U024BE7LH" in result.output
