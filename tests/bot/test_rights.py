"""Who may do what, whatever way it is asked: typed, by a button that is old or made up, by a form,
on the home page, in autocomplete; and what an admin of one place learns of another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.administration import Administration
from bot.chat import Asker, Press, Submission
from bot.command_table import COMMANDS, Command
from storage.records import Author, DeliveryKind, NewDelivery, Origin, Route
from tests.bot.conftest import ADMIN, MEMBER, People
from tests.builders import NOW

STRANGER = Asker("discord", "9", "Kim", "discord:77", "77000", admin=True)
OURS = ("our-own-desk", "C0OURS", "Olha-the-admin", "Ana-the-member", "U0ADMIN", "U0MEMBER", "T1")
"""What another place must not learn: a route, its channel, people and their ids, our workspace."""
OUR_ADMIN = replace(ADMIN, user="U0ADMIN", name="Olha-the-admin", channel="slack:C0OURS")
OUR_MEMBER = replace(MEMBER, user="U0MEMBER", name="Ana-the-member", channel="slack:C0OURS")
FOR_ADMINS = [command for command in COMMANDS if command.root == "pledgewatch"]


def lines(command: Command) -> Iterator[str]:
    """Ways to type a command."""
    yield command.name
    for example in (command.example, *command.examples):
        yield f"{command.name} {example}"


@pytest.fixture
async def busy(people: People) -> People:
    """A place with a route of its own, feedback, an audit, follows, mutes and a dead delivery."""
    store = people.desk.store
    by = Author("U0ADMIN", "slack", "T1", "Olha-the-admin")
    route = Route("our-own-desk", "slack:C0OURS", origin=Origin.CHAT, space="T1")
    await store.by(by).add_route(route, now=NOW)
    await people.press("not_relevant", "UKR-1", OUR_MEMBER)
    await people.press("follow", "UKR-1", OUR_MEMBER)
    await people.press("mute_yes", "UKR-1", OUR_MEMBER)
    notice = NewDelivery(DeliveryKind.NOTICE, "slack:C0OURS", "our-own-desk", {"card": "sample"})
    await store.enqueue([notice], now=NOW)
    leased = await store.lease_deliveries(
        NOW, limit=9, lease=timedelta(minutes=1), chats=frozenset({"slack"}), busy=frozenset()
    )
    for delivery in leased:
        await store.mark_dead(delivery.id, "U0ADMIN left C0OURS", now=NOW)
    return people


def test_every_command_of_admins_is_marked_as_one() -> None:
    assert all(command.admin for command in FOR_ADMINS)
    assert not any(command.admin for command in COMMANDS if command.root == "pledges")


@pytest.mark.parametrize("command", FOR_ADMINS, ids=lambda command: command.name)
async def test_no_button_runs_an_admins_command_for_a_member(
    people: People, command: Command
) -> None:
    token = await people.desk.store.keep_view(f"{command.name} {command.example}", now=NOW)
    for value in (f"1 {command.name} {command.example}", f"7 ~{token}"):
        card = await people.press("ask", value, MEMBER)
        assert "is for admins" in card.headline


async def test_no_button_of_admins_works_for_a_member(people: People) -> None:
    presses = people.commands._administration.presses
    assert {"confirm", "sample", "starter"} <= set(presses)
    for action in presses:
        card = await people.press(action, "desk", MEMBER)
        assert card.headline == "This button is for admins.", action


@pytest.mark.parametrize("action", sorted(Administration.FORMS))
async def test_no_form_of_admins_is_opened_or_taken_from_a_member(
    people: People, action: str
) -> None:
    opened = await people.commands.form(Press(action, "desk"), MEMBER)
    sent = Submission(action, "desk", {"name": ("x",), "feeds": ("https://a.example/f",)})
    for card in (opened, await people.commands.submit(sent, MEMBER)):
        assert "is for admins" in str(card)
    assert [route.name for route in await people.desk.store.routes()] == ["desk"]
    assert len(await people.desk.store.feeds()) == 1


async def test_a_question_that_an_admin_was_asked_is_answered_by_no_admin_of_yesterday(
    people: People,
) -> None:
    question = await people.ask("pledgewatch withdraw UKR-1", ADMIN)
    yes = question.buttons[0]
    demoted = replace(ADMIN, admin=False)
    assert "for admins" in (await people.press(yes.action, yes.value, demoted)).headline
    assert (await people.development()).status == "active"


async def test_a_question_about_our_route_is_answered_by_no_admin_of_another_place(
    busy: People,
) -> None:
    question = await busy.ask("pledgewatch routes remove our-own-desk", OUR_ADMIN)
    yes = question.buttons[0]
    card = await busy.press(yes.action, yes.value, STRANGER)
    assert "our-own-desk" in {route.name for route in await busy.desk.store.routes()}
    assert "removed" not in card.headline


@pytest.mark.parametrize(
    "command",
    [c for c in COMMANDS if not c.name.endswith("help")],
    ids=lambda command: command.name,
)
async def test_no_answer_tells_an_admin_of_another_place_of_ours(
    busy: People, command: Command
) -> None:
    for line in lines(command):
        card = await busy.ask(line, STRANGER)
        told = str(card)
        assert not [mark for mark in OURS if mark in told], line
        for button in card.buttons:
            if button.action == "ask":
                turned = str(await busy.press(button.action, button.value, STRANGER))
                assert not [mark for mark in OURS if mark in turned], button


@pytest.mark.parametrize("admin", [True, False])
async def test_the_home_page_tells_nobody_of_another_places_routes(
    busy: People, admin: bool
) -> None:
    home = str(await busy.commands.home(replace(STRANGER, admin=admin)))
    assert not [mark for mark in OURS if mark in home]


@pytest.mark.parametrize(
    "kind",
    sorted({p.suggest or p.kind for command in COMMANDS for p in command.parameters}),
)
async def test_autocomplete_offers_nothing_of_ours_elsewhere(busy: People, kind: str) -> None:
    for typed in ("", "o", "our", "U", "1"):
        offered = str(await busy.commands.handlers.suggest(kind, typed, STRANGER))
        assert not [mark for mark in OURS if mark in offered]
