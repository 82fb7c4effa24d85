"""`/pledgewatch ...`: what admins may do, and what its buttons and forms do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot import __version__, admin_answers, audit_answers, home, route_forms
from bot.admin_desk import CANCEL, CONFIRM, AdminDesk, undo_button
from bot.arguments import UsageError, Value
from bot.cards import Card, Form
from bot.chat import Asker, Press, Submission
from bot.command_table import COMMANDS
from bot.feed_admin import ADD, STARTER, FeedAdmin
from bot.help import help_for
from bot.json_data import development_data, ledger_data
from bot.kept import Kept
from bot.outside_text import cut
from bot.questions import Handler
from bot.reply import (
    Reply,
    ask_again,
    at_fault,
    failure,
    misused,
    replacing,
    say_so,
    with_buttons,
)
from bot.route_admin import RouteAdmin
from bot.routing import plan
from bot.spaces import is_operator
from storage.records import Precision

if TYPE_CHECKING:
    from bot.probe import FeedProbe

_WEEKS = timedelta(weeks=12)
_COUNTED_ANEW = timedelta(minutes=1)
"""Years of alerts take a fifth of a second to count, and every page is counted for itself."""

Question = Callable[[Mapping[str, Value], Asker], Awaitable[tuple[str, str, str]]]
"""-> question, detail, the label of the button that says yes."""
OnAdminPress = Callable[[str, Asker], Awaitable[Reply]]


class Administration:
    """Changes the store; `handlers` by the name of the command, `presses` by the button's action.
    Whoever calls them has seen to it that the asker may."""

    FORMS = frozenset({ADD, route_forms.ADD, route_forms.EDIT})

    def __init__(
        self,
        desk: AdminDesk,
        probe: Callable[[], FeedProbe],
        *,
        started: datetime | None,
        chats: Callable[[], dict[str, str]],
    ) -> None:
        """`chats` says what is wrong with each."""
        self._desk = desk
        self._store = desk.store
        self._started = started
        self._chats = chats
        self._counts: Kept[list[Precision]] = Kept(_COUNTED_ANEW)
        self._feeds = FeedAdmin(desk, probe)
        self._routes = RouteAdmin(desk)
        self._sure: dict[str, Handler] = {
            "pledgewatch status": self._service,
            **self._feeds.handlers,
            **self._routes.handlers,
            "pledgewatch deliveries": self._deliveries,
            "pledgewatch retry": self._retry,
            "pledgewatch merge": self._merge,
            "pledgewatch split": self._split,
            "pledgewatch withdraw": self._withdraw,
            "pledgewatch reinstate": self._reinstate,
            "pledgewatch ledger pending": self._pending,
            "pledgewatch ledger confirm": self._confirm,
            "pledgewatch ledger reject": self._reject,
            "pledgewatch feedback list": self._feedback,
            "pledgewatch feedback accept": self._accept,
            "pledgewatch feedback refuse": self._refuse,
            "pledgewatch stats": self._stats,
            "pledgewatch audit": self._audit,
            "pledgewatch undo": self._undo,
            "pledgewatch help": self._help,
        }
        self._questions: dict[str, Question] = {
            "pledgewatch feeds remove": self._feeds.removal,
            "pledgewatch feeds release": self._feeds.releasing,
            "pledgewatch feeds discard": self._feeds.discarding,
            "pledgewatch routes remove": self._routes.question,
            "pledgewatch merge": self._merging,
            "pledgewatch withdraw": self._withdrawing,
        }
        self.handlers: dict[str, Handler] = {name: self._asking(name) for name in self._sure}
        self.presses: dict[str, OnAdminPress] = {
            CONFIRM: self._confirmed,
            CANCEL: self._cancelled,
            STARTER: self._starter,
            "sample": self._pressed("pledgewatch routes sample"),
            "test_route": self._pressed("pledgewatch routes test"),
        }

    # commands, buttons, forms

    def _asking(self, name: str) -> Handler:
        """The handler of a command: in chat one that destroys asks first, and wrong words are an
        answer."""

        async def handle(values: Mapping[str, Value], asker: Asker) -> Reply:
            question = self._questions.get(name)
            try:
                if question is None or is_operator(asker):
                    return await self._sure[name](values, asker)
                return await self._desk.ask(name, values, *await question(values, asker))
            except UsageError as error:
                return misused(str(error))

        return handle

    async def _confirmed(self, value: str, asker: Asker) -> Reply:
        asked = await self._desk.confirmed(value)
        if asked is None:
            return replacing(failure("That question is too old.", "Give the command again."))
        name, values = asked
        try:
            return replacing(await self._sure[name](values, asker))
        except UsageError as error:
            return replacing(misused(str(error)))

    async def _cancelled(self, value: str, asker: Asker) -> Reply:
        return replacing(say_so("Nothing was changed."))

    async def _starter(self, value: str, asker: Asker) -> Reply:
        return await self._feeds.starter([value] if value else [], asker)

    def _pressed(self, command: str) -> OnAdminPress:
        """A button that names a route is the command for it."""

        async def press(value: str, asker: Asker) -> Reply:
            return await self.handlers[command]({"route": value}, asker)

        return press

    async def form(self, press: Press, asker: Asker) -> Form | Card:
        """The form that a button opens. Raises StorageError."""
        if press.action == ADD:
            return self._feeds.form()
        if press.action == route_forms.ADD:
            return await self._routes.forms.add(press.value, asker)
        opened = await self._routes.forms.edit(press.value, asker)
        return opened.card if isinstance(opened, Reply) else opened

    async def submit(self, submission: Submission, asker: Asker) -> Card:
        """Do what was filled in. Raises FeedError, StorageError."""
        if submission.action == ADD:
            return (await self._feeds.submit(submission, asker)).card
        try:
            return (await self._routes.forms.submit(submission, asker)).card
        except UsageError as error:
            return at_fault(misused(str(error)), _field_of(str(error))).card

    async def home(self, asker: Asker) -> Card:
        """The home page of an admin. Raises StorageError."""
        feeds, routes = await self._store.feeds(), await self._desk.routes(asker)
        names = await self._desk.spaces.names(r.channel for r in routes)
        status = await self._service({}, asker)
        return home.admin_home(status, feeds, routes, self._desk.clock(), names)

    async def _service(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        uptime = self._desk.clock() - self._started if self._started else None
        figures = await self._store.figures()
        return admin_answers.service_status(
            figures, self._chats(), version=__version__, uptime=uptime
        )

    # deliveries

    async def _deliveries(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        state, channels = str(values.get("state", "")), await self._desk.channels(asker)
        return admin_answers.deliveries(
            await self._store.deliveries(state=state, channels=channels)
        )

    async def _retry(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        number = values.get("delivery")
        count = await self._desk.changes(asker).retry_dead(
            number if isinstance(number, int) else None,
            channels=await self._desk.channels(asker),
            now=self._desk.clock(),
        )
        self._desk.wake()
        text = f"{count} deliver{'y is' if count == 1 else 'ies are'} tried again."
        return say_so(text, data={"retried": count})

    # developments

    async def _merge(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        wrong, into = str(values["wrong"]), str(values["into"])
        kept = await self._desk.changes(asker).merge(wrong, into, plan, now=self._desk.clock())
        self._desk.wake()
        text = f"{wrong.upper()} is part of {kept.short_id} now; its messages follow."
        return say_so(text, data=partial(development_data, kept))

    async def _merging(self, values: Mapping[str, Value], asker: Asker) -> tuple[str, str, str]:
        wrong, into = str(values["wrong"]), str(values["into"])
        detail = "Its articles, followers and messages go over. Only `split` parts them again."
        return f"Make {wrong.upper()} a part of {into.upper()}?", detail, "Merge"

    async def _split(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        words = str(values["articles"]).replace(",", " ").split()
        other = next((word for word in words if not word.isdecimal()), "")
        if other or not words:
            known = f"“{cut(other, 40)}” is no number. " * bool(other)
            return failure(f"{known}Name the articles by number.", "/pledges show ID lists them.")
        numbers = [int(word) for word in words]
        change = await self._desk.changes(asker).split(
            str(values["reference"]), numbers, plan, now=self._desk.clock()
        )
        self._desk.wake()
        made = change.development
        parted = ", ".join(map(str, dict.fromkeys(numbers)))
        text = f"{made.short_id} is a development of its own, with article {parted}."
        return say_so(text, data=partial(development_data, made))

    async def _withdraw(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        changes = self._desk.changes(asker)
        made = await changes.withdraw(
            str(values["reference"]), plan, now=self._desk.clock(), note=str(values.get("note", ""))
        )
        self._desk.wake()
        text = f"{made.short_id} is withdrawn; its messages are struck through."
        reply = say_so(text, data=partial(development_data, made))
        return with_buttons(reply, (undo_button(changes.number),))

    async def _withdrawing(self, values: Mapping[str, Value], asker: Asker) -> tuple[str, str, str]:
        name = str(values["reference"]).upper()
        detail = "For every server here: its messages are struck through, the ledger forgets it."
        return f"Take {name} back?", detail, "Withdraw"

    async def _reinstate(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        changes = self._desk.changes(asker)
        made = await changes.reinstate(
            str(values["reference"]), plan, now=self._desk.clock(), note=str(values.get("note", ""))
        )
        self._desk.wake()
        reply = say_so(f"{made.short_id} stands again.", data=partial(development_data, made))
        return with_buttons(reply, (undo_button(changes.number),))

    # the ledger, feedback

    async def _pending(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        return admin_answers.pending(await self._store.pending_entries())

    async def _confirm(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        return await self._decide(values, asker, "confirmed")

    async def _reject(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        return await self._decide(values, asker, "rejected")

    async def _decide(self, values: Mapping[str, Value], asker: Asker, standing: str) -> Reply:
        number = values["entry"]
        changes = self._desk.changes(asker)
        record = await changes.decide_entry(
            number if isinstance(number, int) else 0,
            standing,
            now=self._desk.clock(),
            note=str(values.get("note", "")),
        )
        text = f"Entry {record.entry.id} of the ledger is {standing}."
        reply = say_so(text, data=ledger_data(record.entry))
        return with_buttons(reply, (undo_button(changes.number),))

    async def _feedback(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        given = await self._store.feedback_given(state="waiting", space=_space_of(asker))
        return admin_answers.feedback(given)

    async def _accept(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        return await self._judge(values, asker, accept=True)

    async def _refuse(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        return await self._judge(values, asker, accept=False)

    async def _judge(self, values: Mapping[str, Value], asker: Asker, *, accept: bool) -> Reply:
        number = values["feedback"]
        changes = self._desk.changes(asker)
        given = await changes.decide_feedback(
            number if isinstance(number, int) else 0,
            plan,
            accept=accept,
            space=_space_of(asker),
            now=self._desk.clock(),
        )
        self._desk.wake()
        reply = say_so(f"{given.short_id}: {admin_answers.said_of(given)}: {given.state}.")
        more = ask_again("pledgewatch", "feedback list", "What else waits")
        return with_buttons(reply, (undo_button(changes.number), more))

    async def _stats(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        group = str(values.get("by", "week"))
        since = values.get("since")
        now = self._desk.clock()
        begin = since if isinstance(since, datetime) else now - _WEEKS
        channels = await self._desk.channels(asker)
        found, counted = await self._counts.answer(
            (group, begin, channels),
            lambda: self._store.precision(group, since=begin, channels=channels),
            now,
        )
        return admin_answers.stats(group, found, counted if counted < now else None)

    # the audit

    async def _audit(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        since = values.get("since")
        entries = await self._store.audit(
            space=_space_of(asker),
            since=since if isinstance(since, datetime) else None,
            limit=audit_answers.MOST,
        )
        return audit_answers.audited(entries, everything=is_operator(asker))

    async def _undo(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        number = values.get("entry")
        entry = await self._desk.changes(asker).undo(
            number if isinstance(number, int) else None,
            plan,
            space=_space_of(asker),
            now=self._desk.clock(),
        )
        self._desk.wake()
        return audit_answers.undone(entry)

    async def _help(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        return help_for("pledgewatch", COMMANDS, str(values.get("command", "")))


def _space_of(asker: Asker) -> str | None:
    """Whose feedback and audit somebody sees; None: everybody's."""
    return None if is_operator(asker) else asker.space


def _field_of(message: str) -> str:
    """The field of a route's form that a sentence speaks of."""
    first = message.partition(" ")[0]
    return first if first in {"name", "channel", "beneficiaries", "mode"} else "settings"
