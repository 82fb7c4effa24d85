"""What admins do in chat: routes, feeds, the audit, each in the own server or workspace."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot import route_admin
from bot.cards import Card, Form, Span, Tone
from bot.chat import Asker, ChannelGone, Press, Submission
from bot.command_table import COMMANDS
from bot.commands import Commands
from feeds.article import Feed
from feeds.opml import write_opml
from storage.records import Message, Mode, Origin, Route
from tests.bot.conftest import PLEDGE, WEATHER, Newsroom, hours_ago, rss
from tests.bot.fakes import FakeChat
from tests.bot.test_alert_card import text_of
from tests.builders import NOW

MEMBER = Asker("slack", "U2", "Ana", "slack:C1", "T1", admin=False)
ADMIN = replace(MEMBER, user="U1", name="Olha", admin=True)
STRANGER = Asker("discord", "9", "Kim", "discord:77", "77000", admin=True)
OPERATOR = Asker("terminal", "root", "root", "terminal", "", admin=True)


class Channels(FakeChat):
    """A platform whose channels in `closed` cannot be written to."""

    closed: frozenset[str] = frozenset()

    async def check(self, channel: str) -> str:
        if channel in self.closed:
            raise ChannelGone("the app is not in this channel", remedy="invite it")
        return "#alerts"


@pytest.fixture
def slack() -> Channels:
    return Channels("slack", spaces={"slack:C1": "T1", "slack:C2": "T1", "slack:C3": "T1"})


@pytest.fixture
async def commands(newsroom: Newsroom, slack: Channels) -> Commands:
    """After a pledge by France was alerted by the route "desk" of the file."""
    newsroom.host.publish("/feed.xml", rss((*WEATHER, hours_ago(5))))
    await newsroom.subscribe()
    await newsroom.poll()
    newsroom.host.publish("/feed.xml", rss((*PLEDGE, NOW), (*WEATHER, hours_ago(5))))
    await newsroom.poll()
    return started(newsroom, slack)


def started(newsroom: Newsroom, slack: Channels) -> Commands:
    """The commands of a service that has just started on the newsroom's database."""
    discord = Channels("discord", spaces={"discord:77": "77000"})
    submissions = newsroom.submissions(lambda: NOW)
    return Commands(
        newsroom.store,
        newsroom.probe,
        lambda: submissions,
        newsroom.clock,
        started=NOW,
        chats=lambda: {"slack": ""},
        up=lambda: {"slack": slack, "discord": discord},
    )


async def ask(commands: Commands, line: str, asker: Asker = ADMIN) -> Card:
    root, _, text = line.partition(" ")
    return await commands.answer(root, text, asker)


async def press(commands: Commands, card: Card, label: str, asker: Asker = ADMIN) -> Card:
    (button,) = [b for b in card.buttons if b.label.startswith(label)]
    return await commands.press(Press(button.action, button.value), asker)


async def routes(newsroom: Newsroom) -> dict[str, Route]:
    return {route.name: route for route in await newsroom.store.routes()}


# --- routes


async def test_a_route_leads_to_where_it_was_added(commands: Commands, newsroom: Newsroom) -> None:
    card = await ask(commands, "pledgewatch routes add baltics to=EST,Latvia min_stage=2 daily")
    assert card.headline == "Route “baltics” added."
    assert "#alerts" in text_of(card)
    route = (await routes(newsroom))["baltics"]
    assert (route.channel, route.space, route.origin) == ("slack:C1", "T1", Origin.CHAT)
    assert (route.beneficiaries, route.mode) == (("EST", "LVA"), Mode.DAILY)


async def test_a_route_to_a_channel_of_another_space_is_refused(
    commands: Commands, newsroom: Newsroom
) -> None:
    for channel in ("discord:77", "slack:C999", "terminal"):
        card = await ask(commands, f"pledgewatch routes add other channel={channel}")
        assert card.tone is Tone.ERROR
        assert "no channel of this workspace" in card.headline
    assert list(await routes(newsroom)) == ["desk"]


async def test_a_channel_that_cannot_be_written_to_is_refused_with_the_remedy(
    commands: Commands, newsroom: Newsroom, slack: Channels
) -> None:
    slack.closed = frozenset({"slack:C2"})
    card = await ask(commands, "pledgewatch routes add other slack:C2")
    assert "not in this channel" in card.headline
    assert "invite it" in text_of(card)
    assert list(await routes(newsroom)) == ["desk"]


async def test_a_setting_that_is_wrong_is_answered_with_what_was_meant(commands: Commands) -> None:
    card = await ask(commands, "pledgewatch routes add other benefciaries=UKR")
    assert card.tone is Tone.ERROR
    assert "Did you mean “beneficiaries”?" in card.headline


async def test_a_route_is_changed_shown_and_put_back(
    commands: Commands, newsroom: Newsroom
) -> None:
    await ask(commands, 'pledgewatch routes add "night desk" to=UKR')
    card = await ask(commands, "pledgewatch routes edit Night Desk to+=MDA stage=3")
    assert "beneficiaries UKR → UKR,MDA" in card.headline
    assert "stage 3 and up" in text_of(await ask(commands, "pledgewatch routes edit night desk"))
    undone = await press(commands, card, "Undo")
    assert undone.headline == "Undone: routes edit night desk."
    assert (await routes(newsroom))["night desk"].beneficiaries == ("UKR",)


async def test_a_route_of_the_file_is_shown_and_not_changed(
    commands: Commands, newsroom: Newsroom
) -> None:
    assert "desk" in text_of(await ask(commands, "pledgewatch routes list"))
    for line in ("edit desk mode=daily", "remove desk"):
        card = await ask(commands, f"pledgewatch routes {line}")
        assert "configuration file" in card.headline
    assert (await routes(newsroom))["desk"] == Route("desk", "slack:C1")


async def test_a_route_is_muted_for_a_time_and_speaks_again(
    commands: Commands, newsroom: Newsroom
) -> None:
    card = await ask(commands, "pledgewatch routes mute desk 2h")
    assert card.headline == "Route “desk” is muted until 02 Mar 2026 11:30 UTC."
    assert "muted until" in text_of(await ask(commands, "pledgewatch routes list"))
    await ask(commands, "pledgewatch routes unmute desk")
    assert (await routes(newsroom))["desk"].muted_until is None


async def test_a_span_that_is_none_mutes_nothing(commands: Commands, newsroom: Newsroom) -> None:
    card = await ask(commands, "pledgewatch routes mute desk soon")
    assert card.tone is Tone.ERROR
    assert (await routes(newsroom))["desk"].muted_until is None


async def test_a_name_that_is_misspelt_is_answered_with_the_right_one(commands: Commands) -> None:
    card = await ask(commands, "pledgewatch routes mute deks")
    assert "Did you mean “desk”?" in card.headline


async def test_a_sample_is_put_on_its_way(commands: Commands, newsroom: Newsroom) -> None:
    await ask(commands, "pledgewatch routes sample desk")
    newest = (await newsroom.store.deliveries())[0]
    assert (newest["kind"], newest["channel"]) == ("notice", "slack:C1")


# --- trying out


async def test_a_route_is_tried_on_what_was_reported(commands: Commands) -> None:
    card = await ask(commands, "pledgewatch routes test desk")
    assert card.headline == "The last 30 days: 1 of 1 developments would have been told"
    assert "UKR-1" in text_of(card)


async def test_settings_are_tried_before_they_are_saved(
    commands: Commands, newsroom: Newsroom
) -> None:
    await ask(commands, "pledgewatch routes add strict to=UKR")
    card = await ask(commands, "pledgewatch routes test strict min_stage=4")
    assert card.headline == "“strict” over the last 30 days: 0 added, 1 fewer"
    assert (await routes(newsroom))["strict"].min_stage == 0
    saved = await press(commands, card, "Save")
    assert "min_stage – → 4" in saved.headline
    assert (await routes(newsroom))["strict"].min_stage == 4


async def test_what_was_tried_away_is_saved_so(commands: Commands, newsroom: Newsroom) -> None:
    await ask(commands, "pledgewatch routes add strict to=UKR min_stage=4")
    card = await ask(
        commands, "pledgewatch routes test strict min_stage=none to=none channel=slack:C2"
    )
    await press(commands, card, "Save")
    made = (await routes(newsroom))["strict"]
    assert (made.min_stage, made.beneficiaries, made.channel) == (0, (), "slack:C2")


async def test_a_route_that_does_not_exist_yet_is_tried(commands: Commands) -> None:
    assert "0 of 1" in (await ask(commands, "pledgewatch routes test to=Japan")).headline
    assert "1 of 1" in (await ask(commands, "pledgewatch routes test to=Ukraine")).headline


async def test_another_threshold_is_tried(commands: Commands) -> None:
    card = await ask(commands, "pledgewatch routes test desk threshold=1")
    assert "0 added, 1 fewer" in card.headline
    wrong = await ask(commands, "pledgewatch routes test desk threshold=high")
    assert wrong.tone is Tone.ERROR


async def test_all_routes_are_tried_where_none_is_named(commands: Commands) -> None:
    await ask(commands, "pledgewatch routes add japan to=JPN")
    text = text_of(await ask(commands, "pledgewatch routes test"))
    assert "desk: 1 alert" in text
    assert "japan: nothing" in text


async def test_a_trial_that_is_cut_says_how_far_back_it_reaches(
    newsroom: Newsroom, slack: Channels, monkeypatch: pytest.MonkeyPatch
) -> None:
    newsroom.host.publish("/feed.xml", rss((*WEATHER, hours_ago(5))))
    await newsroom.subscribe()
    await newsroom.poll()
    newsroom.host.publish("/feed.xml", rss((*PLEDGE, hours_ago(30)), (*WEATHER, hours_ago(5))))
    await newsroom.poll()
    newsroom.clock.forward(days=10)
    monkeypatch.setattr(route_admin, "_MOST_TRIED", 1)
    card = await ask(started(newsroom, slack), "pledgewatch routes test desk days=90")
    # Since it came to us, not since its own date, which may lie years back.
    assert card.headline == "The last 10 days: 1 of 1 developments would have been told"


# --- how alerts fared


async def test_figures_are_given_again_for_a_minute_and_say_of_when(
    commands: Commands, newsroom: Newsroom
) -> None:
    (alert,) = await newsroom.store.lease_deliveries(
        NOW, limit=9, lease=timedelta(minutes=1), chats=frozenset({"slack"})
    )
    await newsroom.store.mark_sent(alert.id, Message(alert.channel, "m1"), 1, now=NOW)
    line = "pledgewatch stats route since 2020-01-01"
    first = await ask(commands, line)
    assert first.footer == ()
    newsroom.clock.forward(seconds=30)
    again = await ask(commands, line)
    assert again.blocks == first.blocks
    assert again.footer == (Span(f"As of {NOW:%H:%M:%S} UTC", muted=True),)
    assert (await ask(commands, line, STRANGER)).headline == "No alerts yet."
    newsroom.clock.forward(seconds=30)
    assert (await ask(commands, line)).footer == ()


# --- questions before what destroys


async def test_nothing_is_destroyed_before_somebody_says_yes(
    commands: Commands, newsroom: Newsroom
) -> None:
    await ask(commands, "pledgewatch routes add other")
    question = await ask(commands, "pledgewatch routes remove other")
    assert question.headline == "Remove the route “other”?"
    kept = await press(commands, question, "Cancel")
    assert (kept.headline, kept.replaces) == ("Nothing was changed.", True)
    assert "other" in await routes(newsroom)
    removed = await press(commands, question, "Remove")
    assert removed.replaces
    assert "other" not in await routes(newsroom)
    await press(commands, removed, "Undo")
    assert "other" in await routes(newsroom)


async def test_a_yes_is_taken_after_a_restart_from_admins_alone(
    commands: Commands, newsroom: Newsroom, slack: Channels
) -> None:
    question = await ask(commands, "pledgewatch withdraw UKR-1 a satire")
    again = started(newsroom, slack)
    refused = await press(again, question, "Withdraw", MEMBER)
    assert "for admins" in refused.headline
    done = await press(again, question, "Withdraw")
    assert done.headline == "UKR-1 is withdrawn; its messages are struck through."


async def test_a_question_grows_too_old(commands: Commands, newsroom: Newsroom) -> None:
    question = await ask(commands, "pledgewatch feeds remove Example Times")
    newsroom.clock.forward(minutes=16)
    assert "too old" in (await press(commands, question, "Unsubscribe")).headline
    assert len(await newsroom.store.feeds()) == 1


async def test_a_yes_to_what_is_gone_says_so(commands: Commands, newsroom: Newsroom) -> None:
    await ask(commands, "pledgewatch routes add other")
    question = await ask(commands, "pledgewatch routes remove other")
    await press(commands, question, "Remove")
    assert (await press(commands, question, "Remove")).tone is Tone.ERROR


async def test_a_button_that_was_made_up_does_nothing(commands: Commands) -> None:
    token = await commands._store.keep_view("pledgewatch routes remove desk", now=NOW)
    for value in ("", "x", f"{token}.99999999999"):
        assert "too old" in (await commands.press(Press("confirm", value), ADMIN)).headline


async def test_the_operator_is_not_asked(commands: Commands, newsroom: Newsroom) -> None:
    command = next(c for c in COMMANDS if c.name == "pledgewatch feeds remove")
    reply = await commands.run(command, {"feed": "Example Times"}, OPERATOR)
    assert reply.card.headline == "Unsubscribed from Example Times."


# --- several spaces


async def test_another_server_sees_and_changes_nothing_of_ours(
    commands: Commands, newsroom: Newsroom
) -> None:
    await ask(commands, "pledgewatch routes add ours to=UKR")
    await ask(commands, "pledgewatch retry")
    await commands.press(Press("not_relevant", "UKR-1"), MEMBER)
    for line in (
        "routes list",
        "routes edit ours",
        "routes edit ours mode=daily",
        "routes remove ours",
        "routes mute ours",
        "routes test ours",
        "routes sample ours",
        "routes enable ours",
        "deliveries",
        "feedback list",
        "feedback accept 1",
        "audit",
        "undo",
        "undo 1",
        "stats route",
    ):
        told = text_of(await ask(commands, f"pledgewatch {line}", STRANGER)).replace(line, "")
        told = told.replace("“ours”", "").replace("such as to=UKR", "")
        assert not {"ours", "C1", "Olha", "Ana", "desk"} & set(told.split()), line
    assert (await routes(newsroom))["ours"].beneficiaries == ("UKR",)
    assert (await routes(newsroom))["ours"].muted_until is None


async def test_two_servers_use_one_name_and_learn_nothing_of_it(
    commands: Commands, newsroom: Newsroom
) -> None:
    await ask(commands, "pledgewatch routes add ours to=UKR")
    theirs = await ask(commands, "pledgewatch routes add ours to=JPN", STRANGER)
    assert theirs.headline == "Route “ours” added."
    listed = text_of(await ask(commands, "pledgewatch routes list", STRANGER))
    assert "ours" in listed
    assert "77000" not in listed
    await ask(commands, "pledgewatch routes edit ours mode=daily", STRANGER)
    stored = await routes(newsroom)
    assert (stored["ours"].mode, stored["ours @77000"].mode) == (Mode.INSTANT, Mode.DAILY)


async def test_a_name_is_taken_once_in_a_space(commands: Commands) -> None:
    await ask(commands, "pledgewatch routes add ours")
    card = await ask(commands, "pledgewatch routes add OURS")
    assert "called “OURS” already" in card.headline


async def test_a_member_learns_of_no_other_servers_routes(commands: Commands) -> None:
    await ask(commands, "pledgewatch routes add ours to=JPN")
    development = await commands._store.development("UKR-1")
    assert development is not None
    told = await ask(commands, f"pledges whynot {development.lead.url}", STRANGER)
    assert "ours" not in text_of(told)
    assert "desk" not in text_of(told)


async def test_the_operator_sees_every_space(commands: Commands) -> None:
    await ask(commands, "pledgewatch routes add ours")
    await ask(commands, "pledgewatch routes add ours", STRANGER)
    listed = text_of(await ask(commands, "pledgewatch routes list", OPERATOR))
    assert "ours @77000" in listed
    audit = text_of(await ask(commands, "pledgewatch audit", OPERATOR))
    assert "Olha (slack T1)" in audit
    assert "Kim (discord 77000)" in audit


async def test_in_a_direct_message_nobodys_routes_are_shown(commands: Commands) -> None:
    await ask(commands, "pledgewatch routes add ours")
    alone = replace(STRANGER, space="")
    assert "No routes" in (await ask(commands, "pledgewatch routes list", alone)).headline


# --- the audit


async def test_the_audit_says_who_changed_what(commands: Commands) -> None:
    await ask(commands, "pledgewatch routes add ours to=UKR")
    await ask(commands, "pledgewatch routes edit ours min_stage=2")
    card = await ask(commands, "pledgewatch audit")
    text = text_of(card)
    assert "Olha" in text
    assert "routes edit ours" in text
    assert "min_stage – → 2" in text
    undone = await press(commands, card, "Undo")
    assert undone.headline == "Undone: routes edit ours."
    assert "undo" in text_of(await ask(commands, "pledgewatch audit"))


PETRO = replace(ADMIN, user="U5", name="Petro")


async def test_undo_under_an_answer_takes_back_no_other_admins_change(
    commands: Commands, newsroom: Newsroom
) -> None:
    ours = await ask(commands, "pledgewatch routes add first to=UKR")
    await ask(commands, "pledgewatch routes add second to=MDA", PETRO)
    undone = await press(commands, ours, "Undo")
    assert undone.headline == "Undone: routes add first."
    assert list(await routes(newsroom)) == ["desk", "second"]


async def test_undo_pressed_twice_takes_back_one_change(
    commands: Commands, newsroom: Newsroom
) -> None:
    await ask(commands, "pledgewatch routes add first to=UKR")
    edited = await ask(commands, "pledgewatch routes edit first min_stage=2")
    await press(commands, edited, "Undo")
    again = await press(commands, edited, "Undo")
    assert again.tone is Tone.ERROR
    assert "was undone already" in again.headline
    assert "first" in await routes(newsroom)


async def test_undo_is_refused_after_a_later_change(commands: Commands, newsroom: Newsroom) -> None:
    added = await ask(commands, "pledgewatch routes add first to=UKR")
    await ask(commands, "pledgewatch routes edit first min_stage=2", PETRO)
    assert "changed again since" in (await press(commands, added, "Undo")).headline
    assert "first" in await routes(newsroom)


@pytest.mark.parametrize(
    "line",
    [
        "routes add ours to=MDA",
        "routes edit night min_stage=2",
        "routes mute night 2h",
        "routes unmute quiet",
        "feeds pause Example Times",
        "feeds resume Example Times",
        "withdraw UKR-1",
        "reinstate UKR-1",
        "ledger confirm 1",
        "ledger reject 1",
        "feedback accept 1",
        "feedback refuse 1",
    ],
)
async def test_every_undo_names_the_change_that_it_takes_back(
    commands: Commands, newsroom: Newsroom, line: str
) -> None:
    await ask(commands, "pledgewatch routes add night to=UKR")
    await ask(commands, "pledgewatch routes add quiet to=UKR")
    await ask(commands, "pledgewatch routes mute quiet 2h")
    await commands.press(Press("not_relevant", "UKR-1"), MEMBER)
    if line == "reinstate UKR-1":
        await commands.press(Press("not_relevant", "UKR-1"), ADMIN)
    card = await ask(commands, f"pledgewatch {line}")
    if [button.label for button in card.buttons][-1:] == ["Cancel"]:
        card = await commands.press(Press("confirm", card.buttons[0].value), ADMIN)
    (newest, *_) = await newsroom.store.audit(space="T1")
    assert newest.action == " ".join(line.split()[: len(newest.action.split())])
    await ask(commands, "pledgewatch routes add later to=POL")
    undone = await press(commands, card, "Undo")
    assert undone.headline == f"Undone: {newest.action} {newest.subject}."


async def test_undo_without_a_number_is_of_the_askers_own_changes(
    commands: Commands, newsroom: Newsroom
) -> None:
    await ask(commands, "pledgewatch routes add first to=UKR")
    await ask(commands, "pledgewatch routes add second to=MDA", PETRO)
    undone = await ask(commands, "pledgewatch undo")
    assert undone.headline == "Undone: routes add first."
    assert "nothing to undo" in (await ask(commands, "pledgewatch undo")).headline
    assert list(await routes(newsroom)) == ["desk", "second"]


async def test_what_cannot_be_undone_says_so(commands: Commands) -> None:
    await ask(commands, "pledgewatch routes enable desk")
    card = await ask(commands, "pledgewatch undo")
    assert card.tone is Tone.ERROR
    assert "cannot be undone" in card.headline


async def test_an_admins_verdict_under_an_alert_is_undone(
    commands: Commands, newsroom: Newsroom
) -> None:
    await commands.press(Press("not_relevant", "UKR-1"), ADMIN)
    await ask(commands, "pledgewatch undo")
    development = await newsroom.store.development("UKR-1")
    assert development is not None
    assert development.status == "active"


# --- lists of feeds


async def test_a_list_of_feeds_is_imported_and_taken_back_whole(
    commands: Commands, newsroom: Newsroom
) -> None:
    listed = [Feed(f"https://times.example/{n}.xml", f"Times {n}") for n in range(3)]
    body = write_opml(listed, title="Ours", created=NOW).decode()
    url = newsroom.host.publish("/feeds.opml", body, content_type="text/x-opml")
    card = await ask(commands, f"pledgewatch feeds import {url}")
    assert card.headline == "Subscribed to 3 feeds."
    attached = await ask(commands, f'pledgewatch feeds import file:"{url}"')
    assert attached.headline == "Subscribed to 0 feeds; 3 were there already."
    none = await ask(commands, f'pledgewatch feeds import file:"{url}" asia')
    assert none.tone is Tone.ERROR
    await press(commands, card, "Undo")
    assert len(await newsroom.store.feeds()) == 1


async def test_what_is_no_list_of_feeds_is_refused_with_the_remedy(
    commands: Commands, newsroom: Newsroom
) -> None:
    url = newsroom.host.publish("/page", "<html><p>Hello", content_type="text/html")
    card = await ask(commands, f"pledgewatch feeds import {url}")
    assert "no OPML" in card.headline
    private = await ask(commands, "pledgewatch feeds import http://169.254.169.254/feeds.opml")
    assert private.tone is Tone.ERROR


async def test_the_starter_set_is_chosen_by_tag(commands: Commands, newsroom: Newsroom) -> None:
    tags = await ask(commands, "pledgewatch feeds import")
    assert "baltic" in text_of(tags)
    chosen = await press(commands, tags, "wires")
    assert "Subscribed to 6 feeds." in chosen.headline
    assert len(await newsroom.store.feeds()) == 7


async def test_exported_feeds_are_taken_back_by_the_form(
    commands: Commands, newsroom: Newsroom
) -> None:
    unknown = await ask(commands, "pledgewatch feeds import starter natto")
    assert "“natto”" in unknown.headline
    await ask(commands, "pledgewatch feeds import starter nato baltic")
    before = await newsroom.store.feeds()
    text = "\n".join(
        span.text
        for block in (await ask(commands, "pledgewatch feeds export")).blocks
        for line in getattr(block, "lines", ())
        for span in line
        if span.code
    )
    await ask(commands, "pledgewatch undo")
    answers = {"feeds": (text,), "name": (), "tags": ()}
    await commands.submit(Submission("add_feed", "", answers), ADMIN)
    after = await newsroom.store.feeds()
    assert [(f.feed.url, f.feed.name, f.feed.tags) for f in after] == [
        (f.feed.url, f.feed.name, f.feed.tags) for f in before
    ]


# --- forms


async def opened(commands: Commands, action: str, value: str = "", asker: Asker = ADMIN) -> Form:
    form = await commands.form(Press(action, value), asker)
    assert isinstance(form, Form)
    return form


def filled(form: Form, **answers: str) -> Submission:
    given = {f.name: f.initial for f in form.fields}
    return Submission(form.action, form.value, given | {k: (v,) for k, v in answers.items()})


async def test_a_form_adds_a_route(commands: Commands, newsroom: Newsroom) -> None:
    form = await opened(commands, "add_route")
    card = await commands.submit(
        filled(
            form,
            name="asia",
            beneficiaries="Japan, South Korea",
            mode="weekly",
            settings="weekday=friday\nat=08:00",
        ),
        ADMIN,
    )
    assert card.headline == "Route “asia” added."
    route = (await routes(newsroom))["asia"]
    assert (route.channel, route.beneficiaries) == ("slack:C1", ("JPN", "KOR"))
    assert (route.mode, route.weekday, route.at) == (Mode.WEEKLY, 4, "08:00")


async def test_a_form_shows_a_route_as_it_is_and_changes_it(
    commands: Commands, newsroom: Newsroom
) -> None:
    await ask(commands, 'pledgewatch routes add asia to=JPN quiet=22:00-07:00 words="a, b"')
    before = (await routes(newsroom))["asia"]
    form = await opened(commands, "edit_route", "asia")
    same = await commands.submit(filled(form), ADMIN)
    assert "like that already" in same.headline
    await commands.submit(filled(form, name="far east", settings=""), ADMIN)
    assert (await routes(newsroom))["far east"] == replace(
        before, name="far east", quiet="", words=""
    )


async def test_a_form_says_which_field_is_wrong(commands: Commands) -> None:
    form = await opened(commands, "add_route")
    wrong = await commands.submit(filled(form, name="x", beneficiaries="Atlantis"), ADMIN)
    assert (wrong.tone, wrong.field) == (Tone.ERROR, "beneficiaries")
    wrong = await commands.submit(filled(form, name="x", settings="at=99:00"), ADMIN)
    assert (wrong.tone, wrong.field) == (Tone.ERROR, "settings")


async def test_a_form_of_a_route_of_the_file_is_not_opened(commands: Commands) -> None:
    card = await commands.form(Press("edit_route", "desk"), ADMIN)
    assert isinstance(card, Card)
    assert "configuration file" in card.headline


@pytest.mark.parametrize("action", ["add_feed", "add_route", "edit_route"])
async def test_forms_are_for_admins(commands: Commands, action: str) -> None:
    for card in (
        await commands.form(Press(action, "desk"), MEMBER),
        await commands.submit(Submission(action, "desk", {}), MEMBER),
    ):
        assert isinstance(card, Card)
        assert "for admins" in card.headline


async def test_a_form_for_one_feed_looks_at_it_first(
    commands: Commands, newsroom: Newsroom
) -> None:
    form = await opened(commands, "add_feed")
    url = newsroom.host.publish("/second.xml", rss((*PLEDGE, NOW)))
    card = await commands.submit(filled(form, feeds=url, name="Second", tags="own"), ADMIN)
    assert card.headline == "Subscribed to Second."
    missing = filled(form, feeds=newsroom.host.url("/none.xml"))
    assert (await commands.submit(missing, ADMIN)).tone is Tone.ERROR
    assert len(await newsroom.store.feeds()) == 2


# --- the home page


async def test_an_admins_home_has_status_feeds_and_the_own_routes(commands: Commands) -> None:
    await ask(commands, "pledgewatch routes add theirs to=JPN", STRANGER)
    await ask(commands, "pledgewatch routes add ours to=UKR")
    card = await commands.home(ADMIN)
    text = text_of(card)
    assert "Feeds: 1" in text
    assert "ours" in text
    assert "theirs" not in text
    assert {"add_route", "add_feed", "edit_route"} <= {b.action for b in card.buttons}


async def test_a_members_home_has_the_latest_developments(commands: Commands) -> None:
    await commands.press(Press("follow", "UKR-1"), MEMBER)
    card = await commands.home(MEMBER)
    assert text_of(card).count("UKR-1") == 2
    assert not {"add_route", "add_feed"} & {b.action for b in card.buttons}


async def test_an_empty_service_says_what_comes_first(newsroom: Newsroom, slack: Channels) -> None:
    await newsroom.store.sync_routes([], now=NOW)
    commands = started(newsroom, slack)
    text = text_of(await commands.home(ADMIN))
    assert "Before the first alert" in text
    assert "Starter feeds" in {b.label for b in (await commands.home(ADMIN)).buttons}
