"""What the buttons under an alert do, and the commands that do the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.cards import Card, Form, Tone
from bot.chat import Asker, Press, Submission
from bot.commands import Commands
from bot.routing import plan
from classifiers.assessment import Stage
from storage.records import Filter, Route
from tests.bot.conftest import ADMIN, MEMBER, People, unprobed, unsubmitted
from tests.bot.test_alert_card import text_of
from tests.storage.makers import assessed, claim

ELSEWHERE = replace(ADMIN, space="T2", channel="slack:C9")
DIRECT = replace(MEMBER, channel="slack:D1")
ON_DISCORD = Asker("discord", "7", "Bo", "discord:100", "900", admin=False)
IN_THREAD = replace(ON_DISCORD, channel="discord:9001", parent="discord:100")


def labels(card: Card) -> list[str]:
    return [button.label for button in card.buttons]


# --- details, sources, timeline


async def test_details_open_everything_else(people: People) -> None:
    card = await people.press("details", "UKR-1")
    assert card.private
    actions = [button.action for button in card.buttons]
    assert actions == ["sources", "timeline", "correct", "not_relevant", "follow", "mute"]


async def test_the_timeline_is_of_the_first_two_actors(people: People) -> None:
    card = await people.press("timeline", "UKR-1")
    assert "United Kingdom" in card.headline
    assert "Ukraine" in card.headline
    assert card.private


async def test_other_pairs_have_a_timeline_each(people: People) -> None:
    both = claim(committers=("FRA", "DEU"), beneficiaries=("MDA",))
    await people.desk.poll(assessed("Paris and Berlin pledge", both))
    card = await people.press("timeline", "MDA-1")
    other = next(b for b in card.buttons if "Germany" in b.label)
    shown = await people.press(other.action, other.value)
    assert "Germany" in shown.headline
    assert shown.replaces


async def test_a_timeline_of_nobody_is_refused_with_a_reason(people: People) -> None:
    await people.desk.poll(assessed("Talks", claim(committers=(), beneficiaries=())))
    card = await people.press("timeline", "DEV-1")
    assert card.tone is Tone.ERROR


@pytest.mark.parametrize(
    "action",
    ["details", "sources", "timeline", "not_relevant", "follow", "unfollow", "mute", "unmute"],
)
async def test_a_button_of_what_is_gone_says_so(people: People, action: str) -> None:
    card = await people.press(action, "UKR-404")
    assert card.headline == "I no longer know UKR-404."


async def test_a_button_of_another_version_says_so(people: People) -> None:
    assert "newer version" in text_of(await people.press("teleport", "UKR-1"))


# --- not relevant


async def test_an_admin_takes_not_relevant_back_with_one_press(people: People) -> None:
    card = await people.press("not_relevant", "UKR-1", ADMIN)
    assert (await people.development()).status == "withdrawn"
    assert people.woken
    await people.press_on(card, "Undo", ADMIN)
    assert (await people.development()).status == "active"


async def test_an_old_undo_leaves_a_later_withdrawal_alone(people: People) -> None:
    card = await people.press("not_relevant", "UKR-1", ADMIN)
    await people.press_on(card, "Undo", ADMIN)
    (kept,) = await people.desk.store.feedback_given()
    assert kept.state == "refused"
    asked = await people.ask("pledgewatch withdraw UKR-1", replace(ADMIN, user="U9"))
    await people.press_on(asked, "Withdraw", ADMIN)
    again = await people.press_on(card, "Undo", ADMIN)
    assert "was undone already" in again.headline
    assert (await people.development()).status == "withdrawn"


async def test_not_relevant_twice_is_said_once(people: People) -> None:
    await people.press("not_relevant", "UKR-1", ADMIN)
    assert "already" in (await people.press("not_relevant", "UKR-1", ADMIN)).headline
    assert len(await people.desk.store.feedback_given()) == 1


async def test_who_said_it_and_of_what_is_kept(people: People) -> None:
    await people.press("not_relevant", "UKR-1")
    (kept,) = await people.desk.store.feedback_given()
    assert (kept.by, kept.platform, kept.verdict) == ("U2", "slack", "not_relevant")
    assert kept.shown == (await people.development()).claims


# --- correct


async def test_an_admins_correction_changes_the_alert_at_once(people: People) -> None:
    card = await people.correct(ADMIN, stage="4")
    assert "stage 2 pledge > 4 signed, binding" in card.headline
    changed = await people.development()
    assert (changed.claims[0].stage, changed.head) == (Stage.SIGNED_BINDING, "signed")
    assert people.woken


async def test_a_members_correction_waits_and_is_accepted_with_a_button(people: People) -> None:
    card = await people.correct(MEMBER, committers="United Kingdom, France")
    assert "An admin of this workspace decides" in text_of(card)
    assert (await people.development()).claims[0].committers == ("GBR",)
    waiting = await people.ask("pledgewatch feedback list", ADMIN)
    assert "by United Kingdom > United Kingdom, France" in text_of(waiting)
    await people.press_on(waiting, "Accept 1", ADMIN)
    assert (await people.development()).claims[0].committers == ("GBR", "FRA")


async def test_a_correction_is_refused_with_a_button(people: People) -> None:
    await people.correct(MEMBER, stage="5")
    waiting = await people.ask("pledgewatch feedback list", ADMIN)
    done = await people.press_on(waiting, "Refuse 1", ADMIN)
    assert "refused" in done.headline
    assert (await people.development()).claims[0].stage is Stage.PLEDGE
    after = await people.press_on(done, "What else waits", ADMIN)
    assert after.headline == "No feedback waits for a decision."


async def test_members_press_no_button_of_admins(people: People) -> None:
    await people.correct(MEMBER, stage="5")
    waiting = await people.ask("pledgewatch feedback list", ADMIN)
    card = await people.press_on(waiting, "Accept 1", MEMBER)
    assert "is for admins" in card.headline
    assert (await people.development()).claims[0].stage is Stage.PLEDGE


async def test_another_server_sees_none_of_it(people: People) -> None:
    await people.correct(MEMBER, stage="5")
    there = await people.ask("pledgewatch feedback list", ELSEWHERE)
    assert there.headline == "No feedback waits for a decision."
    assert (await people.ask("pledgewatch feedback accept 1", ELSEWHERE)).tone is Tone.ERROR


async def test_a_wrong_answer_leaves_the_form_open_at_its_field(people: People) -> None:
    card = await people.correct(MEMBER, beneficiaries="Ukrane")
    assert (card.tone, card.field) == (Tone.ERROR, "beneficiaries")
    assert "Did you mean Ukraine?" in text_of(card)


async def test_a_form_that_is_older_than_the_alert_corrects_nothing(people: People) -> None:
    form = await people.open("UKR-1")
    await people.correct(ADMIN, stage="4")
    late = Submission(form.action, form.value, {f.name: f.initial for f in form.fields})
    card = await people.commands.submit(late, ADMIN)
    assert "has changed since this form was opened" in card.headline
    assert (await people.development()).claims[0].stage is Stage.SIGNED_BINDING


async def test_there_is_no_form_for_what_is_gone(people: People) -> None:
    assert isinstance(await people.commands.form(Press("correct", "UKR-404"), MEMBER), Card)
    gone = Submission("correct", "UKR-404@0", {})
    assert (await people.commands.submit(gone, MEMBER)).tone is Tone.ERROR


async def test_a_form_is_as_the_alert_is_now(people: People) -> None:
    await people.correct(ADMIN, stage="4")
    form = await people.commands.form(Press("correct", "ukr-1"), MEMBER)
    assert isinstance(form, Form)
    assert {f.name: f.initial for f in form.fields}["stage"] == ("4",)


# --- follow


@pytest.mark.parametrize(("asker", "person"), [(MEMBER, "slack:@U2"), (ON_DISCORD, "discord:@7")])
async def test_following_is_of_the_presser_alone(people: People, asker: Asker, person: str) -> None:
    card = await people.press("follow", "UKR-1", asker)
    assert card.headline == "You follow UKR-1."
    assert [d.short_id for d in await people.desk.store.following(person)] == ["UKR-1"]
    again = await people.press("follow", "UKR-1", asker)
    assert "already" in again.headline
    dropped = await people.press_on(again, "Unfollow", asker)
    assert dropped.headline == "You no longer follow UKR-1."
    assert dropped.replaces
    assert await people.desk.store.following(person) == []


async def test_where_follow_was_pressed_decides_on_the_words(people: People) -> None:
    store = people.desk.store
    here = Route("here", MEMBER.channel, language="uk", beneficiaries=("MDA",))
    await store.remove_route("desk", now=people.clock())
    await store.sync_routes([here], now=people.clock())
    await people.press("follow", "UKR-1", MEMBER)
    await people.correct(ADMIN, stage="4")
    (told,) = [row for row in await store.deliveries() if row["kind"] == "follow"]
    assert (told["channel"], told["route"]) == (f"slack:@{MEMBER.user}", "here")


async def test_follow_by_command_and_list_without_an_id(people: People) -> None:
    assert "You follow nothing yet" in (await people.ask("pledges follow")).headline
    assert (await people.ask("pledges follow ukr 1")).headline == "You follow UKR-1."
    card = await people.ask("pledges follow")
    assert "UKR-1" in text_of(card)
    assert labels(card) == ["Unfollow UKR-1"]
    await people.press_on(card, "Unfollow UKR-1")
    assert "nothing yet" in (await people.ask("pledges follow")).headline


async def test_unfollow_one_all_or_see_which(people: People) -> None:
    await people.desk.poll(assessed("France pledges", claim(committers=("FRA",), obligations=())))
    await people.desk.poll(assessed("Ends pact", claim(beneficiaries=("MDA",))))
    for name in ("UKR-1", "MDA-1"):
        await people.ask(f"pledges follow {name}")
    assert labels(await people.ask("pledges unfollow")) == ["Unfollow MDA-1", "Unfollow UKR-1"]
    assert "no longer follow UKR-1" in (await people.ask("pledges unfollow UKR-1")).headline
    assert "did not follow UKR-1" in (await people.ask("pledges unfollow UKR-1")).headline
    assert "it was 1" in (await people.ask("pledges unfollow all")).headline


async def test_a_terminal_cannot_follow(people: People) -> None:
    terminal = Asker("terminal", "op", "op", "terminal", "", admin=True)
    assert (await people.press("follow", "UKR-1", terminal)).tone is Tone.ERROR


# --- mute


async def test_muting_is_asked_first_and_undone_with_a_button(people: People) -> None:
    asked = await people.press("mute", "UKR-1")
    assert asked.headline == "Mute UKR-1 for everybody in this channel?"
    assert await people.desk.store.muted("slack:C1") == []
    done = await people.press_on(asked, "Mute for this channel")
    assert done.replaces
    assert [d.short_id for d in await people.desk.store.muted("slack:C1")] == ["UKR-1"]
    heard = await people.press_on(done, "Unmute")
    assert heard.replaces
    assert await people.desk.store.muted("slack:C1") == []


async def test_a_muted_story_says_so_months_later(people: People) -> None:
    await people.press("mute_yes", "UKR-1")
    people.clock.forward(days=200)
    assert labels(await people.press("mute", "UKR-1")) == ["Unmute"]
    assert [b.action for b in (await people.press("details", "UKR-1")).buttons][-1] == "unmute"
    elsewhere = replace(MEMBER, channel="slack:C2")
    assert labels(await people.press("mute", "UKR-1", elsewhere)) == ["Mute for this channel"]


async def test_what_is_muted_here_is_listed(people: People) -> None:
    assert "Nothing is muted" in (await people.ask("pledges mute")).headline
    await people.press("mute_yes", "UKR-1")
    card = await people.ask("pledges unmute")
    assert labels(card) == ["Unmute UKR-1"]
    assert (await people.ask("pledges unmute UKR-1")).headline == "UKR-1 is no longer muted here."
    assert (await people.ask("pledges unmute UKR-1")).headline == "UKR-1 was not muted here."


async def test_what_is_muted_in_an_alerts_thread_is_muted_in_its_channel(people: People) -> None:
    asked = await people.press("mute", "UKR-1", IN_THREAD)
    assert asked.headline == "Mute UKR-1 for everybody in the channel of this thread?"
    done = await people.press_on(asked, "Mute for this channel", IN_THREAD)
    assert [d.short_id for d in await people.desk.store.muted("discord:100")] == ["UKR-1"]
    assert await people.desk.store.muted("discord:9001") == []
    for asker in (IN_THREAD, ON_DISCORD):
        assert labels(await people.press("mute", "UKR-1", asker)) == ["Unmute"]
        assert labels(await people.ask("pledges mute", asker)) == ["Unmute UKR-1"]
        details = await people.press("details", "UKR-1", asker)
        assert details.buttons[-1].action == "unmute"
    await people.press_on(done, "Unmute", IN_THREAD)
    assert await people.desk.store.muted("discord:100") == []


async def test_no_update_comes_after_a_mute_in_the_alerts_thread(people: People) -> None:
    people.desk.plan = plan
    await people.desk.store.add_route(Route("other", "discord:100"), now=people.clock())
    act = claim(committers=("FRA",), beneficiaries=("MDA",))
    await people.desk.poll(assessed("France pledges troops to Moldova", act))
    await people.press("mute_yes", "MDA-1", IN_THREAD)
    signed = replace(act, stage=Stage.SIGNED_BINDING)
    await people.desk.poll(assessed("France signs on Moldova", signed, source="Courier"))
    replies = [
        row["channel"] for row in await people.desk.store.deliveries() if row["kind"] == "reply"
    ]
    assert replies == ["slack:C1"]


async def test_a_thread_that_a_route_leads_to_is_muted_by_itself(people: People) -> None:
    await people.desk.store.add_route(Route("deal", "discord:9001"), now=people.clock())
    asked = await people.press("mute", "UKR-1", IN_THREAD)
    assert asked.headline == "Mute UKR-1 for everybody in this channel?"
    await people.press_on(asked, "Mute for this channel", IN_THREAD)
    assert await people.desk.store.muted("discord:100") == []
    assert [d.short_id for d in await people.desk.store.muted("discord:9001")] == ["UKR-1"]


@pytest.mark.parametrize("asker", [DIRECT, replace(ON_DISCORD, space="")])
@pytest.mark.parametrize("action", ["mute", "mute_yes"])
async def test_a_conversation_with_one_person_is_no_channel(
    people: People, asker: Asker, action: str
) -> None:
    card = await people.press(action, "UKR-1", asker)
    assert "/pledges unfollow UKR-1" in text_of(card)
    assert await people.desk.store.muted(asker.channel) == []


# --- pages


async def test_pages_are_turned_to_the_end_and_back(people: People) -> None:
    await people.pledges_to_kenya(40)
    card = await people.ask("pledges latest Kenya")
    assert labels(card) == ["Next ▶"]
    seen = [text_of(card)]
    while "Next ▶" in labels(card):
        card = await people.press_on(card, "Next ▶")
        assert card.replaces
        assert card.private
        seen.append(text_of(card))
    found = await people.desk.store.latest(Filter(beneficiary="KEN"), limit=99)
    assert len(found) > 25
    for development in found:
        assert sum(f"{development.lead.title}" in page for page in seen) == 1
    back = await people.press_on(card, "◀ Back")
    assert text_of(back) == seen[-2]


async def test_a_page_is_turned_after_a_restart_and_months_later(people: People) -> None:
    await people.pledges_to_kenya(40)
    card = await people.ask("pledges latest Kenya since 2026-03-01")
    (button,) = card.buttons
    assert len(button.value) <= 80
    people.clock.forward(days=100)
    later = Commands(people.desk.store, unprobed, unsubmitted, people.clock)
    turned = await later.press(Press(button.action, button.value), MEMBER)
    assert "page 2 of" in text_of(turned)


async def test_a_question_too_long_for_a_button_is_kept(people: People) -> None:
    await people.pledges_to_kenya(40)
    words = " ".join(["pact"] * 30)
    card = await people.ask(f"pledges search {words}")
    (button,) = card.buttons
    assert button.value.startswith("2 ~")
    assert len(button.value) < 40
    turned = await people.press_on(card, "Next ▶")
    assert "page 2 of" in text_of(turned)


async def test_a_kept_question_that_is_gone_says_so(people: People) -> None:
    assert "no longer know that question" in (await people.press("ask", "2 ~0000")).headline


@pytest.mark.parametrize("value", ["", "x", "2", "2 ", "0 pledges latest", "-1 pledges", "9 ! "])
async def test_a_strange_button_is_answered(people: People, value: str) -> None:
    assert (await people.press("ask", value)).headline


async def test_a_page_of_admins_is_for_admins(people: People) -> None:
    card = await people.press("ask", "2 pledgewatch feeds list")
    assert "is for admins" in card.headline


async def test_the_sources_of_a_big_story_have_pages(people: People) -> None:
    for n in range(40):
        await people.desk.poll(
            assessed(f"Britain pledges troops to Ukraine {n}", claim(), source=f"Outlet {n}")
        )
    card = await people.press("sources", "UKR-1")
    assert "page 1 of 2" in text_of(card)
    turned = await people.press_on(card, "Next ▶")
    assert "page 2 of 2" in text_of(turned)
    assert turned.replaces
