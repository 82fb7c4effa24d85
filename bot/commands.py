"""How a command or a button is answered, on any platform: arguments -> card.

Discord, Slack and the command line all come through `Commands.run`, so that the answers are one.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import structlog

from bot import answers
from bot.administration import Administration
from bot.arguments import UsageError, Value, parse
from bot.cards import Card, Form
from bot.charts import Charts
from bot.chat import Asker, Handlers, PlaceChange, Press, Submission
from bot.command_table import COMMANDS, Command
from bot.questions import Questions
from bot.reply import Reply, failure, say_so
from classifiers.actors import resolve
from feeds.errors import FeedError
from storage.errors import StorageError
from storage.store import Store

if TYPE_CHECKING:
    from bot.probe import FeedProbe
    from bot.submission import Submissions

log = structlog.get_logger(__name__)

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
    ) -> None:
        """`admins`: users and roles ("slack:U1", "discord:2") who may give admin commands besides
        those whom the platform calls administrators. `wake` is called where there may be
        something new to send. `charts` draws the pictures of answers."""
        self._store = store
        self._clock = clock
        self._admins = admins
        self._wake = wake
        administration = Administration(
            store, probe, clock, started=started, chats=chats, wake=wake
        )
        questions = Questions(store, clock, submissions, charts)
        self._handlers = questions.handlers | administration.handlers

    async def answer(self, root: str, text: str, asker: Asker) -> Card:
        """What a slash command gets, whatever was typed."""
        command, arguments = find(root, text)
        if command is None:
            return _unknown(root, text)
        try:
            values = parse(command, arguments, now=self._clock(), resolve=resolve)
        except UsageError as error:
            return failure(str(error)).card
        return (await self.run(command, values, asker)).card

    async def run(self, command: Command, values: Mapping[str, Value], asker: Asker) -> Reply:
        """Answer a command whose arguments are checked. Never raises: an error is an answer."""
        if command.admin and not self._may_administer(asker):
            return failure(
                f"/{command.name} is for admins.", "Ask one of them, or see /pledges help."
            )
        try:
            return await self._handlers[command.name](values, asker)
        except Exception as error:
            return _told(error, command.name)

    async def press(self, press: Press, asker: Asker) -> Card:
        """What a button answers, to the presser alone. Never raises."""
        try:
            return await self._press(press, asker)
        except Exception as error:
            return _told(error, f"button {press.action}").card

    @property
    def handlers(self) -> Handlers:
        """What a chat is started with."""
        return Handlers(
            self.answer, self.press, self.form, self.submit, self.home, self.place_changed
        )

    async def form(self, press: Press, asker: Asker) -> Form | Card:
        """The form that a button opens, or why there is none. Never raises."""
        return failure("I do not know that form.", "It may be from a newer version.").card

    async def submit(self, submission: Submission, asker: Asker) -> Card:
        """What a form that was sent off is answered. Never raises."""
        return failure("I do not know that form.", "It may be from a newer version.").card

    async def home(self, asker: Asker) -> Card:
        """The app's home page. Never raises."""
        return (await self.run(SERVICE_STATUS, {}, asker)).card

    async def place_changed(self, change: PlaceChange) -> None:
        """A channel was lost, found or renamed."""
        log.info("place.changed", fate=change.fate, channels=change.channels, name=change.name)

    def _may_administer(self, asker: Asker) -> bool:
        ids = {f"{asker.platform}:{i}" for i in (asker.user, *asker.roles)}
        return asker.admin or not ids.isdisjoint(self._admins)

    async def _press(self, press: Press, asker: Asker) -> Card:
        development = await self._store.development(press.value)
        if development is None:
            return failure(f"I no longer know {press.value}.").card
        if press.action == "sources":
            return answers.sources(development).card
        if press.action == "details":
            article = await self._store.article(str(development.lead.article_id))
            return answers.details(development, article, now=self._clock()).card
        if press.action == "not_relevant":
            return await self._not_relevant(development.short_id, asker)
        return failure("I do not know that button.", "It may be from a newer version.").card

    async def _not_relevant(self, short_id: str, asker: Asker) -> Card:
        given = await self._store.feedback(
            short_id,
            "not_relevant",
            by=asker.user,
            platform=asker.platform,
            now=self._clock(),
            admin=self._may_administer(asker),
            space=asker.space,
        )
        self._wake()
        detail = "An admin of this server decides on it: /pledgewatch feedback list."
        if given.state == "applied":
            detail = "It is withdrawn: its messages are struck through, the ledger forgets it."
        text = f"Thank you: {short_id} is noted as not relevant."
        return say_so(text, detail=detail).card


def find(root: str, text: str) -> tuple[Command | None, str]:
    """The command that a text begins with, and the rest of the text; help for an empty one."""
    words = text.split() or ["help"]
    for length in (2, 1):
        path = tuple(word.lower() for word in words[:length])
        for command in COMMANDS:
            if command.root == root and command.path == path:
                rest = text.strip().split(None, length)
                return command, rest[length] if len(rest) > length else ""
    return None, text


def _told(error: Exception, what: str) -> Reply:
    """An expected error in its own words; a bug as a reference, the log has the whole story."""
    if isinstance(error, StorageError | FeedError):
        return failure(str(error), getattr(error, "remedy", ""))
    reference = uuid.uuid4().hex[:8]
    log.error("command.bug", command=what, reference=reference, exc_info=error)
    return failure(f"Something went wrong on our side. Reference for the operator: {reference}")


def _unknown(root: str, text: str) -> Card:
    known = ", ".join(" ".join(c.path) for c in COMMANDS if c.root == root)
    return failure(f"I do not know “/{root} {text[:60]}”.", f"I know: {known}.").card
