"""Commands and buttons, answered from a real database."""

from __future__ import annotations

from dataclasses import replace

import pytest
from aiohttp import web

from bot.cards import Card, Tone
from bot.chat import Asker, Press
from bot.command_table import COMMANDS
from bot.commands import Commands
from bot.finding import find
from feeds.article import Feed
from storage.records import Filter
from tests.bot.conftest import ADMIN, MEMBER, PLEDGE, WEATHER, Newsroom, People, hours_ago, rss
from tests.bot.fakes import FakeChat
from tests.bot.test_alert_card import text_of
from tests.builders import NOW
from tests.servers.base import Handler
from tests.storage.makers import assessed, claim

__all__ = ["ADMIN", "MEMBER"]


@pytest.fixture
async def commands(newsroom: Newsroom) -> Commands:
    """After one pledge by France was alerted."""
    newsroom.host.publish("/feed.xml", rss((*WEATHER, hours_ago(5))))
    await newsroom.subscribe()
    await newsroom.poll()
    newsroom.host.publish("/feed.xml", rss((*PLEDGE, NOW), (*WEATHER, hours_ago(5))))
    await newsroom.poll()
    submissions = newsroom.submissions(newsroom.clock)
    return Commands(
        newsroom.store,
        newsroom.probe,
        lambda: submissions,
        newsroom.clock,
        started=NOW,
        chats=lambda: {"slack": "", "discord": "reconnecting"},
        admins=frozenset({"slack:U9", "discord:77"}),
        up=lambda: {"slack": FakeChat(spaces={"slack:C1": "T1"})},
    )


async def ask(commands: Commands, line: str, asker: Asker = MEMBER) -> Card:
    root, _, text = line.partition(" ")
    return await commands.answer(root, text, asker)


async def say_yes(commands: Commands, line: str) -> Card:
    """Give a command that asks first, as an admin, and press its first button."""
    question = await ask(commands, line, ADMIN)
    assert question.headline.endswith("?")
    yes = question.buttons[0]
    return await commands.press(Press(yes.action, yes.value), ADMIN)


async def test_latest_lists_the_newest_developments(commands: Commands) -> None:
    card = await ask(commands, "pledges latest Ukraine since:7d")
    assert "Latest developments for Ukraine since" in card.headline
    assert "UKR-1" in text_of(card)
    assert PLEDGE[0] in text_of(card)


async def test_latest_says_what_it_looked_for_when_there_is_nothing(commands: Commands) -> None:
    card = await ask(commands, "pledges latest Taiwan")
    assert card.headline == "Nothing yet for Taiwan."


async def test_search_finds_relevant_and_other_articles(commands: Commands) -> None:
    assert PLEDGE[0] in text_of(await ask(commands, "pledges search troops"))
    assert WEATHER[0] in text_of(await ask(commands, "pledges search showers"))


@pytest.mark.parametrize(
    "query", ['"', "AND", "a-b*", "to:UKR", "NEAR(", "'; DROP TABLE feeds", "*"]
)
async def test_a_search_is_harmless_whatever_is_typed(commands: Commands, query: str) -> None:
    card = await ask(commands, f"pledges search {query}")
    assert card.tone is not Tone.ERROR or "not" in card.headline


async def test_show_gives_one_development_in_full(commands: Commands) -> None:
    card = await ask(commands, "pledges show ukr-1")
    assert card.headline.startswith("PLEDGED")
    assert "Example Times" in text_of(card)


async def test_show_of_an_unknown_id_says_what_is_meant(commands: Commands) -> None:
    card = await ask(commands, "pledges show UKR-999")
    assert card.tone is Tone.ERROR
    assert "UKR-999" in card.headline


async def test_status_answers_from_the_ledger_on_the_first_day(commands: Commands) -> None:
    card = await ask(commands, "pledges status Estonia")
    assert "NATO" in text_of(card)
    assert "mutual defence" in text_of(card)


async def test_status_of_two_countries_is_what_one_owes_the_other(commands: Commands) -> None:
    card = await ask(commands, "pledges status Ukraine France")
    assert "France" in card.headline
    assert "security cooperation" in text_of(card)
    assert "United Kingdom" not in text_of(card)
    (back,) = card.buttons
    assert back.value.endswith("pledges status from UKR to FRA")


async def test_an_instrument_stands_once_in_a_timeline(commands: Commands) -> None:
    card = await ask(commands, "pledges timeline France Ukraine")
    assert text_of(card).count("Ukraine-France agreement on security cooperation") == 1


async def test_an_article_is_found_by_its_title(commands: Commands) -> None:
    text = text_of(await ask(commands, f"pledges why {PLEDGE[0]}"))
    assert "reports a development" in text


async def test_of_a_title_that_is_nearly_right_the_article_is_one_press_away(
    commands: Commands,
) -> None:
    card = await ask(commands, "pledges whynot troops pledges France")
    (button,) = card.buttons
    assert button.label == PLEDGE[0]
    shown = await commands.press(Press("ask", button.value), MEMBER)
    assert PLEDGE[0] in text_of(shown)


@pytest.mark.parametrize("verb", ["follow", "mute"])
async def test_whoever_names_a_country_is_offered_its_developments(
    commands: Commands, verb: str
) -> None:
    card = await ask(commands, f"pledges {verb} Ukraine")
    assert "Give the id of a development" in text_of(card)
    assert [b.label for b in card.buttons] == [f"{verb.title()} UKR-1"]


async def test_why_shows_evidence_and_steps(commands: Commands) -> None:
    text = text_of(await ask(commands, "pledges why UKR-1"))
    assert "reports a development" in text
    assert "gate" in text
    assert "score" in text


async def test_why_answers_for_an_article_that_was_passed_over(
    commands: Commands, newsroom: Newsroom
) -> None:
    (found, *_) = await newsroom.store.search("showers", Filter())
    card = await ask(commands, f"pledges why {found.article.article.url}")
    assert "reports no development" in text_of(card)


async def test_help_lists_every_command_with_its_usage(commands: Commands) -> None:
    text = text_of(await ask(commands, "pledges help"))
    for command in COMMANDS:
        if command.root == "pledges" and command.path != ("help",):
            assert f"/{command.name}" in text


async def test_nothing_typed_is_help(commands: Commands) -> None:
    assert (await ask(commands, "pledges ")).headline == "What you can ask"


async def test_an_unknown_command_names_the_known_ones(commands: Commands) -> None:
    card = await ask(commands, "pledges lastest")
    assert "I do not know “/pledges lastest”" in card.headline
    assert "latest" in text_of(card)


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.admin], ids=lambda c: c.name)
async def test_admin_commands_are_refused_to_others(commands: Commands, command: object) -> None:
    line = f"{command.name} {command.example}"  # type: ignore[attr-defined]
    card = await ask(commands, line, MEMBER)
    assert "is for admins" in card.headline


@pytest.mark.parametrize(
    "asker",
    [ADMIN, replace(MEMBER, user="U9"), replace(MEMBER, platform="discord", roles=("77",))],
)
async def test_admins_are_those_of_the_platform_and_of_the_configuration(
    commands: Commands, asker: Asker
) -> None:
    card = await ask(commands, "pledgewatch status", asker)
    assert card.headline == "Pledgewatch"
    assert "reconnecting" in text_of(card)


async def test_an_admin_adds_lists_tests_and_removes_a_feed(
    commands: Commands, newsroom: Newsroom
) -> None:
    url = newsroom.host.publish("/second.xml", rss((*PLEDGE, NOW)))
    tested = await ask(commands, f"pledgewatch feeds test {url}", ADMIN)
    assert "PLEDGED" in text_of(tested)
    added = await ask(commands, f"pledgewatch feeds add {url} Second Times", ADMIN)
    assert added.headline == "Subscribed to Second Times."
    assert "Second Times" in text_of(await ask(commands, "pledgewatch feeds list", ADMIN))
    again = await ask(commands, f"pledgewatch feeds add {url}", ADMIN)
    assert again.tone is Tone.ERROR
    removed = await say_yes(commands, "pledgewatch feeds remove Second Times")
    assert removed.headline == "Unsubscribed from Second Times."
    assert "Second Times" not in text_of(await ask(commands, "pledgewatch feeds list", ADMIN))


async def test_a_feed_with_a_password_is_tested_as_it_is_polled(
    commands: Commands, newsroom: Newsroom
) -> None:
    async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
        known = request.headers.get("Authorization") == "Basic c2VjcmV0"
        return await handler(request) if known else web.Response(status=401)

    newsroom.host.fail_next("GET /wire.xml", guarded, guarded)
    url = newsroom.host.publish("/wire.xml", rss((*PLEDGE, NOW)))
    assert "401" in (await ask(commands, f"pledgewatch feeds test {url}", ADMIN)).headline
    feed = Feed(url, "Wire", headers=(("Authorization", "Basic c2VjcmV0"),))
    await newsroom.store.sync_feeds([feed], now=NOW)
    tested = text_of(await ask(commands, f"pledgewatch feeds test {url}", ADMIN))
    assert "PLEDGED" in tested
    assert "c2VjcmV0" not in tested


async def test_a_feed_that_does_not_answer_is_not_subscribed(
    commands: Commands, newsroom: Newsroom
) -> None:
    card = await ask(commands, f"pledgewatch feeds add {newsroom.host.url('/none.xml')}", ADMIN)
    assert card.tone is Tone.ERROR
    assert "404" in card.headline
    assert len(await newsroom.store.feeds()) == 1


async def test_an_address_in_a_private_network_is_refused(commands: Commands) -> None:
    card = await ask(commands, "pledgewatch feeds add http://169.254.169.254/latest", ADMIN)
    assert card.tone is Tone.ERROR


@pytest.mark.parametrize(
    ("action", "part"),
    [("details", "UKR-1: details"), ("sources", "1 independent source"), ("not_relevant", "noted")],
)
async def test_a_button_is_answered_to_the_presser(
    commands: Commands, action: str, part: str
) -> None:
    card = await commands.press(Press(action, "UKR-1"), MEMBER)
    assert card.private
    assert part in card.headline


async def test_a_button_of_a_development_that_is_gone_says_so(commands: Commands) -> None:
    card = await commands.press(Press("details", "UKR-404"), MEMBER)
    assert card.tone is Tone.ERROR


async def test_a_bug_is_an_answer_with_a_reference(
    commands: Commands, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> object:
        raise ValueError("secret detail")

    monkeypatch.setattr(newsroom.store, "latest", broken)
    card = await ask(commands, "pledges latest")
    assert "Reference for the operator" in card.headline
    assert "secret detail" not in text_of(card)


def test_the_longest_path_wins() -> None:
    command, rest = find("pledgewatch", "feeds add https://x.example/ My feed")
    assert command is not None
    assert (command.path, rest) == (("feeds", "add"), "https://x.example/ My feed")


async def test_what_two_actors_owe_stands_side_by_side(commands: Commands) -> None:
    text = text_of(await ask(commands, "pledges compare GBR FRA Ukraine"))
    assert "Ukraine" in text
    assert "consultation" in text


async def test_a_timeline_runs_from_the_oldest_to_the_newest(commands: Commands) -> None:
    text = text_of(await ask(commands, "pledges timeline USA Ukraine"))
    assert text.index("Budapest Memorandum") < text.index("Ukraine Compact")
    assert "Budapest" in text_of(await ask(commands, "pledges timeline Russia"))


async def test_the_matrix_groups_the_committed_by_stage(commands: Commands) -> None:
    text = text_of(await ask(commands, "pledges matrix Ukraine"))
    assert "in force" in text
    assert "Germany" in text


async def test_a_brief_is_the_last_day_by_beneficiary(commands: Commands) -> None:
    card = await ask(commands, "pledges brief")
    assert card.headline.endswith("1 development")
    assert "UKR-1" in text_of(card)
    nothing = await ask(commands, "pledges brief 2031-01-01")
    assert "no development" in nothing.headline


async def test_whynot_takes_the_id_of_a_development(commands: Commands) -> None:
    told = text_of(await ask(commands, "pledges whynot UKR-1"))
    assert PLEDGE[0] in told


async def test_whynot_says_what_stood_in_the_way(commands: Commands, newsroom: Newsroom) -> None:
    (found, *_) = await newsroom.store.search("showers", Filter())
    text = text_of(await ask(commands, f"pledges whynot {found.article.article.url}"))
    assert "not relevant" in text
    assert "gate" in text


async def test_a_wrong_alert_is_withdrawn_and_reinstated(
    commands: Commands, newsroom: Newsroom
) -> None:
    card = await say_yes(commands, "pledgewatch withdraw UKR-1 a satire")
    assert "UKR-1 is withdrawn" in card.headline
    development = await newsroom.store.development("UKR-1")
    assert development is not None
    assert development.status == "withdrawn"
    await ask(commands, "pledgewatch reinstate UKR-1", ADMIN)
    development = await newsroom.store.development("UKR-1")
    assert development is not None
    assert development.status == "active"


async def test_a_members_verdict_waits_for_an_admin(commands: Commands, newsroom: Newsroom) -> None:
    said = await commands.press(Press("not_relevant", "UKR-1"), MEMBER)
    assert "An admin of this workspace decides" in text_of(said)
    (waiting,) = await newsroom.store.feedback_given(state="waiting")
    assert str(waiting.id) in text_of(await ask(commands, "pledgewatch feedback list", ADMIN))
    await ask(commands, f"pledgewatch feedback accept {waiting.id}", ADMIN)
    development = await newsroom.store.development("UKR-1")
    assert development is not None
    assert development.status == "withdrawn"


async def test_an_admins_verdict_counts_at_once(commands: Commands, newsroom: Newsroom) -> None:
    said = await commands.press(Press("not_relevant", "UKR-1"), ADMIN)
    assert "It is withdrawn" in text_of(said)
    assert await newsroom.store.feedback_given(state="waiting") == []
    assert (await ask(commands, "pledgewatch stats", ADMIN)).tone is not Tone.ERROR


async def test_a_single_source_waits_before_it_moves_the_ledger(
    commands: Commands, newsroom: Newsroom
) -> None:
    (entry, *_) = await newsroom.store.pending_entries()
    assert "FRA → UKR" in text_of(await ask(commands, "pledgewatch ledger pending", ADMIN))
    card = await ask(commands, f"pledgewatch ledger confirm {entry.entry.id} seen", ADMIN)
    assert card.headline.endswith("is confirmed.")


async def test_deliveries_are_listed_and_given_up_ones_retried(
    commands: Commands, newsroom: Newsroom
) -> None:
    assert "waiting" in text_of(await ask(commands, "pledgewatch deliveries", ADMIN))
    (row,) = await newsroom.store.deliveries()
    await newsroom.store.mark_dead(int(str(row["id"])), "refused", now=NOW)
    assert "refused" in text_of(await ask(commands, "pledgewatch deliveries dead", ADMIN))
    retried = await ask(commands, "pledgewatch retry", ADMIN)
    assert retried.headline == "1 delivery is tried again."


@pytest.mark.parametrize("typed", ["the second", "2 third", "2; 3"])
async def test_a_split_needs_numbers(commands: Commands, typed: str) -> None:
    card = await ask(commands, f"pledgewatch split UKR-1 {typed}", ADMIN)
    assert card.tone is Tone.ERROR
    assert "no number" in card.headline


async def test_a_split_takes_numbers_with_commas_and_says_which(people: People) -> None:
    for paper in ("Times", "Globe", "Herald"):
        await people.desk.poll(assessed("Britain pledges troops", claim(), source=paper))
    _, *others = [source.article_id for source in (await people.development()).sources]
    given = ", ".join(map(str, others))
    told = await people.ask(f"pledgewatch split UKR-1 {given}", ADMIN)
    assert told.headline == f"UKR-2 is a development of its own, with article {given}."
    parted = await people.development("UKR-2")
    assert [source.article_id for source in parted.sources] == others


async def test_an_entry_that_is_not_there_is_an_error(commands: Commands) -> None:
    card = await ask(commands, "pledgewatch ledger confirm 999999", ADMIN)
    assert "999999" in card.headline


async def test_a_missed_article_is_read_explained_and_kept(
    commands: Commands, newsroom: Newsroom
) -> None:
    story = f"<p>{PLEDGE[1]} The force would stay for two years, officials in Paris said.</p>" * 4
    page = f"<html><head><title>{PLEDGE[0]}</title></head><body><article>{story}</article></body>"
    url = newsroom.host.publish("/missed", page, content_type="text/html")
    card = await ask(commands, f"pledges submit {url}")
    assert "kept as an example" in card.headline
    text = text_of(card)
    assert "it reports a development" in text
    assert "No feed has brought it" in text
    assert (await newsroom.store.erase_person(MEMBER.user, MEMBER.platform)).submissions == 1


async def test_a_submitted_article_that_is_known_is_answered_as_whynot(
    commands: Commands, newsroom: Newsroom
) -> None:
    (found, *_) = await newsroom.store.search("showers", Filter())
    card = await ask(commands, f"pledges submit {found.article.article.url}")
    assert card.headline == "Why it was not alerted"


async def test_a_submission_reaches_no_private_network(commands: Commands) -> None:
    card = await ask(commands, "pledges submit http://192.168.1.1/admin")
    assert card.tone is Tone.ERROR


async def test_one_person_cannot_keep_the_parsers_busy(
    commands: Commands, newsroom: Newsroom
) -> None:
    url = newsroom.host.publish("/none", "", content_type="text/html")
    for _ in range(30):
        await ask(commands, f"pledges submit {url}")
    card = await ask(commands, f"pledges submit {url}")
    assert "30 articles within the hour" in card.headline
    other = await ask(commands, f"pledges submit {url}", replace(MEMBER, user="U7"))
    assert "within the hour" not in other.headline
    newsroom.clock.forward(hours=1)
    again = await ask(commands, f"pledges submit {url}")
    assert "within the hour" not in again.headline


async def test_half_a_surrogate_pair_is_left_out_of_what_people_send(commands: Commands) -> None:
    answered = await commands.answer("pledges", "search \udaba France", MEMBER)
    assert "UKR-1" in text_of(answered)
    assert Press("show", "UKR-1\ud800").value == "UKR-1"


async def test_what_an_admin_asks_only_the_admin_sees(commands: Commands) -> None:
    assert (await commands.answer("pledgewatch", "deliveries", ADMIN)).private
    assert not (await commands.answer("pledges", "latest", ADMIN)).private
