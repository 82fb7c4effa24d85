"""The table of slash commands, and how each is answered: platform-neutral, arguments -> card.

Discord, Slack and the command line all come through `Commands.run`, so that the answers are one.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from bot import __version__, answers
from bot.answers import Reply, say_so
from bot.arguments import UsageError, Value, parse, usage
from bot.cards import Card, Fields, Span, Tone
from bot.chat import Asker, Press
from bot.command_table import COMMANDS, Command
from bot.json_data import feed_data
from bot.routing import plan
from classifiers.actors import resolve
from classifiers.assessment import Direction, Stage
from feeds.article import Feed
from feeds.errors import FeedError
from storage.errors import StorageError
from storage.records import Filter, Origin
from storage.store import Store

if TYPE_CHECKING:
    from bot.probe import FeedProbe

log = structlog.get_logger(__name__)

_RECENT = timedelta(days=30)
_MOST = 25

SERVICE_STATUS = next(c for c in COMMANDS if c.name == "pledgewatch status")

Handler = Callable[[Mapping[str, Value], Asker], Awaitable[Reply]]


class Commands:
    """Answers commands and buttons from the store."""

    def __init__(
        self,
        store: Store,
        probe: Callable[[], FeedProbe],
        clock: Callable[[], datetime],
        *,
        started: datetime | None = None,
        chats: Callable[[], dict[str, str]] = dict,
        admins: frozenset[str] = frozenset(),
        on_release: Callable[[], None] = lambda: None,
    ) -> None:
        """`admins`: users and roles ("slack:U1", "discord:2") who may give admin commands besides
        those whom the platform calls administrators."""
        self._store = store
        self._probe = probe
        self._clock = clock
        self._started = started
        self._chats = chats
        self._admins = admins
        self._on_release = on_release
        self._handlers: dict[str, Handler] = {
            "pledges latest": self._latest,
            "pledges search": self._search,
            "pledges show": self._show,
            "pledges status": self._status,
            "pledges why": self._why,
            "pledges help": self._help,
            "pledgewatch status": self._service,
            "pledgewatch feeds list": self._feeds_list,
            "pledgewatch feeds add": self._feeds_add,
            "pledgewatch feeds remove": self._feeds_remove,
            "pledgewatch feeds test": self._feeds_test,
            "pledgewatch feeds pause": self._feeds_pause,
            "pledgewatch feeds resume": self._feeds_resume,
            "pledgewatch feeds health": self._feeds_health,
            "pledgewatch feeds held": self._feeds_held,
            "pledgewatch feeds release": self._feeds_release,
            "pledgewatch feeds discard": self._feeds_discard,
            "pledgewatch feeds unmove": self._feeds_unmove,
            "pledgewatch help": self._help_admin,
        }

    async def answer(self, root: str, text: str, asker: Asker) -> Card:
        """What a slash command gets, whatever was typed."""
        command, arguments = find(root, text)
        if command is None:
            return _unknown(root, text)
        try:
            values = parse(command, arguments, now=self._clock(), resolve=resolve)
        except UsageError as error:
            return _error(str(error))
        return (await self.run(command, values, asker)).card

    async def run(self, command: Command, values: Mapping[str, Value], asker: Asker) -> Reply:
        """Answer a command whose arguments are checked. Never raises: an error is an answer."""
        if command.admin and not self._may_administer(asker):
            text = f"/{command.name} is for admins. Ask one of them, or see /pledges help."
            return _failure(text)
        try:
            return await self._handlers[command.name](values, asker)
        except (StorageError, FeedError) as error:
            remedy = getattr(error, "remedy", "")
            return _failure(str(error), remedy)
        except Exception:
            # The asker gets a reference, the log the whole story.
            reference = uuid.uuid4().hex[:8]
            log.exception("command.bug", command=command.name, reference=reference)
            text = f"Something went wrong on our side. Reference for the operator: {reference}"
            return _failure(text)

    def _may_administer(self, asker: Asker) -> bool:
        ids = {f"{asker.platform}:{i}" for i in (asker.user, *asker.roles)}
        return asker.admin or not ids.isdisjoint(self._admins)

    async def press(self, press: Press, asker: Asker) -> Card:
        """What a button answers, to the presser alone."""
        development = await self._store.development(press.value)
        if development is None:
            return _error(
                f"I no longer know {press.value}.", "It may have been merged into another."
            )
        if press.action == "sources":
            return answers.sources(development).card
        if press.action == "not_relevant":
            await self._store.feedback(
                development.short_id,
                "not_relevant",
                by=asker.user,
                platform=asker.platform,
                now=self._clock(),
            )
            text = f"Thank you: {development.short_id} is noted as not relevant."
            return say_so(text, detail="It will count when the classifier is retrained.").card
        if press.action == "details":
            article = await self._store.article(str(development.lead.article_id))
            return answers.details(development, article, now=self._clock()).card
        return _error("I do not know that button.", "It may be from a newer version.")

    async def _latest(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        where = filter_of(values)
        asked = _in_words(values)
        return answers.latest(await self._store.latest(where, limit=_limit(values)), asked=asked)

    async def _search(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        query = str(values["query"])
        found = await self._store.search(query, Filter(), limit=_limit(values))
        return answers.search(found, query)

    async def _show(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        reference = str(values["reference"])
        development = await self._store.development(reference)
        if development is None:
            return _no_such(reference)
        return answers.show(development, now=self._clock())

    async def _status(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        code = str(values["beneficiary"])
        now = self._clock()
        entries = await self._store.ledger(beneficiary=code)
        recent = await self._store.latest(
            Filter(beneficiary=code, since=now - _RECENT), limit=_limit(values)
        )
        return answers.status(code, entries, recent, now=now)

    async def _why(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        reference = str(values["reference"])
        development = await self._store.development(reference)
        lead = str(development.lead.article_id) if development else reference
        article = await self._store.article(lead)
        if article is None:
            return _no_such(reference)
        return answers.why(article, development)

    async def _service(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        uptime = self._clock() - self._started if self._started else None
        return answers.service_status(
            await self._store.figures(), self._chats(), version=__version__, uptime=uptime
        )

    async def _feeds_list(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        return answers.feeds(await self._store.feeds(), self._clock())

    async def _feeds_add(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        preview = await self._probe().preview(str(values["url"]), self._clock())
        name = str(values.get("name", "")) or preview.title
        origin = Origin.COMMAND if asker.platform == "terminal" else Origin.CHAT
        stored = await self._store.add_feed(
            Feed(preview.url, name=name), origin=origin, now=self._clock(), by=asker.user
        )
        others = f" The site has more: {', '.join(preview.others)}." if preview.others else ""
        detail = (
            f"{len(preview.items)} items now, {len(preview.relevant)} of them worth an alert. "
            f"Its first poll alerts nobody; what comes after it does.{others}"
        )
        text = f"Subscribed to {stored.feed.name or stored.feed.url}."
        return say_so(text, detail=detail, tone=Tone.BINDING, data=feed_data(stored))

    async def _feeds_remove(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        stored = await self._store.remove_feed(str(values["feed"]), now=self._clock())
        text = f"Unsubscribed from {stored.feed.name or stored.feed.url}."
        detail = "Its articles are kept; added again, it goes on where it stopped."
        return say_so(text, detail=detail, data=feed_data(stored))

    async def _feeds_pause(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        return await self._pause(str(values["feed"]), paused=True)

    async def _feeds_resume(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        return await self._pause(str(values["feed"]), paused=False)

    async def _pause(self, feed: str, *, paused: bool) -> Reply:
        stored = await self._store.pause_feed(feed, paused=paused, now=self._clock())
        name = stored.feed.name or stored.feed.url
        return say_so(f"{'Paused' if paused else 'Resumed'} {name}.", data=feed_data(stored))

    async def _feeds_health(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        return answers.feeds_health(await self._store.feeds(), self._clock())

    async def _feeds_held(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        return answers.held(await self._store.held())

    async def _feeds_release(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        told = await self._store.release(str(values["feed"]), plan, now=self._clock())
        self._on_release()
        text = f"Released: {told} message{'s' * (told != 1)} on the way."
        return say_so(text, tone=Tone.BINDING, data={"deliveries": told})

    async def _feeds_discard(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        count = await self._store.discard(str(values["feed"]))
        text = f"Discarded: {count} articles are kept and told to nobody."
        return say_so(text, data={"articles": count})

    async def _feeds_unmove(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        stored = await self._store.undo_move(str(values["feed"]))
        text = f"{stored.feed.name or 'The feed'} is polled at {stored.feed.url} again."
        return say_so(text, data=feed_data(stored))

    async def _feeds_test(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        from bot.probe import preview_reply

        return preview_reply(await self._probe().preview(str(values["url"]), self._clock()))

    async def _help(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        return _help_for("pledges")

    async def _help_admin(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        return _help_for("pledgewatch")


def find(root: str, text: str) -> tuple[Command | None, str]:
    """The command that a text begins with, and the rest of the text; help for an empty one."""
    words = text.split() or ["help"]
    for length in (2, 1):
        path = tuple(word.lower() for word in words[:length])
        for command in COMMANDS:
            if command.root == root and command.path == path:
                return command, text.strip().split(None, length)[length:][0] if len(
                    words
                ) > length else ""
    return None, text


def filter_of(values: Mapping[str, Value]) -> Filter:
    """The filter that a command's arguments name."""
    direction = values.get("direction")
    stage = values.get("min_stage")
    since = values.get("since")
    return Filter(
        beneficiary=str(values.get("beneficiary", "")),
        committer=str(values.get("committer", "")),
        directions=(Direction(str(direction)),) if direction else (),
        min_stage=Stage[str(stage).upper()] if stage else None,
        since=since if isinstance(since, datetime) else None,
    )


def _limit(values: Mapping[str, Value]) -> int:
    limit = values.get("limit", 10)
    return min(limit, _MOST) if isinstance(limit, int) else 10


def _in_words(values: Mapping[str, Value]) -> str:
    """The filter in words, for the title of an answer."""
    from classifiers.actors import display

    parts = []
    if "beneficiary" in values:
        parts.append(f"for {display(str(values['beneficiary']))}")
    if "committer" in values:
        parts.append(f"by {display(str(values['committer']))}")
    if "direction" in values:
        parts.append(f"({values['direction']})")
    if "min_stage" in values:
        parts.append(f"from stage {values['min_stage']} up".replace("_", " "))
    if isinstance(at := values.get("since"), datetime):
        parts.append(f"since {at:%d %b %Y %H:%M} UTC")
    return " ".join(parts)


def _help_for(root: str) -> Reply:
    commands = [c for c in COMMANDS if c.root == root and c.path != ("help",)]
    rows = tuple((f"/{c.name}", (Span(f"{c.help}. {usage(c)}"),)) for c in commands)
    card = Card(
        "What you can ask" if root == "pledges" else "What an admin can do",
        (Fields(rows),),
        private=True,
    )
    return Reply(card, [{"command": c.name, "help": c.help, "usage": usage(c)} for c in commands])


def _unknown(root: str, text: str) -> Card:
    known = ", ".join(" ".join(c.path) for c in COMMANDS if c.root == root)
    return _error(f"I do not know “/{root} {text[:60]}”.", f"I know: {known}.")


def _no_such(reference: str) -> Reply:
    text = f"I do not know “{reference[:80]}”."
    detail = "Give an id such as UKR-142, or the address of an article that a feed has brought."
    return _failure(text, detail)


def _failure(text: str, remedy: str = "") -> Reply:
    return Reply(_error(text, remedy), {"error": text, "remedy": remedy}, ok=False)


def _error(text: str, detail: str = "") -> Card:
    return say_so(text, detail=detail, tone=Tone.ERROR).card
