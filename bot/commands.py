"""How a command or a button is answered, on any platform: arguments -> card.

Discord, Slack and the command line all come through `Commands.run`, so that the answers are one.
In chat a long answer comes a page at a time; the question stands in the buttons to the next page.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import structlog

from bot import corrections, forgetting
from bot.admin_desk import AdminDesk
from bot.administration import Administration
from bot.arguments import UsageError, Value, parse
from bot.buttons import Buttons
from bot.cards import Button, Card, Form
from bot.charts import Charts
from bot.chat import Asker, Chat, Handlers, OnPlace, PlaceChange, Press, Submission
from bot.command_table import COMMANDS, Command
from bot.finding import find, misunderstood, unknown
from bot.forgetting import Forgetting
from bot.home import member_home
from bot.names import resolve
from bot.outside_text import storable, units
from bot.paging import page_of
from bot.questions import Handler, Questions, personal_channel
from bot.reply import ASK, LONGEST_QUESTION, Reply, as_sentence, failure
from bot.spaces import Spaces
from bot.suggestions import Suggestions
from feeds.errors import FeedError
from storage.errors import StorageError
from storage.records import Filter
from storage.store import Store

if TYPE_CHECKING:
    from bot.probe import FeedProbe
    from bot.submission import Submissions

log = structlog.get_logger(__name__)

_PRESSED = "!"
"""Before the name of a button whose answer has pages."""
_KEPT = "~"
"""Before the short name of a question that is too long for a button."""
_AT_HOME = 10
"""Developments on a member's home page."""

SERVICE_STATUS = next(c for c in COMMANDS if c.name == "pledgewatch status")


class Commands:
    """Answers commands and buttons from the store."""

    def __init__(
        self,
        store: Store,
        probe: Callable[[], FeedProbe],
        submissions: Callable[[], Submissions],
        clock: Callable[[], datetime],
        *,
        started: datetime | None = None,
        chats: Callable[[], dict[str, str]] = dict,
        admins: frozenset[str] = frozenset(),
        wake: Callable[[], None] = lambda: None,
        charts: Charts | None = None,
        up: Callable[[], Mapping[str, Chat]] = dict,
        on_place: OnPlace | None = None,
    ) -> None:
        """`admins`: users and roles ("slack:U1", "discord:2") who may give admin commands besides
        those whom the platform calls administrators. `wake` is called where there may be
        something new to send. `charts` draws the pictures of answers. `chats` says what is wrong
        with each, `up` are those that can be asked. `on_place` is told of places lost and found."""
        self._store = store
        self._clock = clock
        self.admins = admins
        self._on_place = on_place
        self._desk = AdminDesk(store, clock, spaces=Spaces(up, store), chats=up, wake=wake)
        self._administration = Administration(self._desk, probe, started=started, chats=chats)
        questions = Questions(store, clock, submissions, charts, routes_of=self._desk.routes)
        self._buttons = Buttons(
            store,
            clock,
            may_administer=self._may_administer,
            timeline=questions.handlers["pledges timeline"],
            wake=wake,
        )
        self._forgetting = Forgetting(store, clock)
        self._suggestions = Suggestions(store, self._may_administer, self._desk.routes)
        self._handlers: dict[str, Handler] = {
            **questions.handlers,
            **self._buttons.handlers,
            **self._forgetting.handlers,
            **self._administration.handlers,
        }

    async def answer(self, root: str, text: str, asker: Asker) -> Card:
        """What a slash command gets, whatever was typed; the first page of a long answer."""
        return await self._ask(root, storable(text), asker, page=1)

    async def _ask(self, root: str, text: str, asker: Asker, *, page: int) -> Card:
        command, arguments = find(root, text)
        if command is None:
            return (await asyncio.to_thread(unknown, root, arguments, resolve)).card
        try:
            values = await asyncio.to_thread(
                parse, command, arguments, now=self._clock(), resolve=resolve
            )
        except UsageError as error:
            return misunderstood(command, error).card
        card = (await self.run(command, values, asker)).card
        return await self._paged(card, f"{root} {text}", page) if command.reads else card

    async def run(self, command: Command, values: Mapping[str, Value], asker: Asker) -> Reply:
        """Answer a command whose arguments are checked. Never raises: an error is an answer."""
        if command.admin and not self._may_administer(asker):
            return _for_admins(f"/{command.name}")
        try:
            reply = await self._handlers[command.name](values, asker)
        except Exception as error:
            return _told(error, command.name)
        return replace(reply, card=replace(reply.card, private=True)) if command.admin else reply

    async def press(self, press: Press, asker: Asker) -> Card:
        """What a button answers, to the presser alone. Never raises."""
        try:
            card = await self._press(press, asker)
        except Exception as error:
            card = _told(error, f"button {press.action}").card
        return replace(card, private=True)

    @property
    def handlers(self) -> Handlers:
        """What a chat is started with."""
        return Handlers(
            answer=self.answer,
            press=self.press,
            form=self.form,
            submit=self.submit,
            home=self.home,
            place=self.place_changed,
            suggest=self._suggestions.suggest,
        )

    async def form(self, press: Press, asker: Asker) -> Form | Card:
        """The form that a button opens, or why there is none. Never raises."""
        try:
            if press.action == corrections.ACTION:
                return await self._buttons.form(press, asker)
            if press.action in Administration.FORMS:
                if not self._may_administer(asker):
                    return _for_admins("This form").card
                return await self._administration.form(press, asker)
        except Exception as error:
            return _told(error, f"form {press.action}").card
        return failure("I do not know that form.", "It may be from a newer version.").card

    async def submit(self, submission: Submission, asker: Asker) -> Card:
        """What a form that was sent off is answered. Never raises."""
        try:
            if submission.action == corrections.ACTION:
                return await self._buttons.correct(submission, asker)
            if submission.action in Administration.FORMS:
                if not self._may_administer(asker):
                    return _for_admins("This form").card
                return await self._administration.submit(submission, asker)
        except Exception as error:
            return _told(error, f"form {submission.action}").card
        return failure("I do not know that form.", "It may be from a newer version.").card

    async def home(self, asker: Asker) -> Card:
        """The app's home page. Never raises."""
        try:
            if self._may_administer(asker):
                return await self._administration.home(asker)
            person = personal_channel(asker)
            followed = await self._store.following(person) if person else []
            return member_home(await self._store.latest(Filter(), limit=_AT_HOME), followed)
        except Exception as error:
            return _told(error, "home").card

    async def place_changed(self, change: PlaceChange) -> None:
        """A channel was lost, found or renamed."""
        log.info("place.changed", fate=change.fate, channels=change.channels, name=change.name)
        if self._on_place is not None:
            await self._on_place(change)

    def _may_administer(self, asker: Asker) -> bool:
        ids = {f"{asker.platform}:{i}" for i in (asker.user, *asker.roles)}
        return asker.admin or not ids.isdisjoint(self.admins)

    async def _press(self, press: Press, asker: Asker) -> Card:
        if press.action == ASK:
            return await self._turn(press.value, asker)
        if press.action == forgetting.ACTION:
            return (await self._forgetting.forget(press.value, asker)).card
        if administer := self._administration.presses.get(press.action):
            if not self._may_administer(asker):
                return _for_admins("This button").card
            return (await administer(press.value, asker)).card
        card = (await self._buttons.press(press, asker)).card
        if press.action in Buttons.READING:
            card = await self._paged(card, f"{_PRESSED}{press.action} {press.value}", 1)
        return replace(card, replaces=press.action in Buttons.REPLACING)

    async def _turn(self, value: str, asker: Asker) -> Card:
        """Ask what a button carries, "2 pledges latest to:UKR", and show that page."""
        number, _, question = value.partition(" ")
        if question.startswith(_KEPT):
            question = await self._store.view(question.removeprefix(_KEPT)) or ""
        root, _, text = question.partition(" ")
        page = int(number) if number.isdecimal() else 1
        if not root:
            return failure("I no longer know that question.", "Ask it again.").card
        if not root.startswith(_PRESSED):
            card = await self._ask(root, text, asker, page=page)
        else:
            pressed = Press(root.removeprefix(_PRESSED), text)
            card = (await self._buttons.press(pressed, asker)).card
            card = await self._paged(card, question, page)
        return replace(card, replaces=True)

    async def _paged(self, card: Card, question: str, page: int) -> Card:
        """One page of a long answer, with buttons to the pages beside it."""
        shown, last = await asyncio.to_thread(page_of, card, page)
        if last == 1:
            return card
        if units(question) > LONGEST_QUESTION:
            question = _KEPT + await self._store.keep_view(question, now=self._clock())
        page = min(max(page, 1), last)
        turns = [(page - 1, "◀ Back")] * (page > 1) + [(page + 1, "Next ▶")] * (page < last)
        buttons = tuple(Button(ASK, f"{to} {question}", label) for to, label in turns)
        return replace(shown, buttons=(*buttons, *card.buttons))


def _for_admins(what: str) -> Reply:
    return failure(f"{what} is for admins.", "Ask one of them, or see /pledges help.")


def _told(error: Exception, what: str) -> Reply:
    """An expected error in its own words; a bug as a reference, the log has the whole story."""
    if isinstance(error, FeedError):
        return failure(as_sentence(str(error)), as_sentence(error.remedy))
    if isinstance(error, StorageError):
        return failure(str(error))
    reference = uuid.uuid4().hex[:8]
    log.error("command.bug", command=what, reference=reference, exc_info=error)
    return failure(f"Something went wrong on our side. Reference for the operator: {reference}")
