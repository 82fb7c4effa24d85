"""`/pledgewatch ...`: what admins may do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot import __version__, admin_answers
from bot.arguments import Value
from bot.cards import Tone
from bot.chat import Asker
from bot.command_table import COMMANDS
from bot.help import help_for
from bot.json_data import development_data, feed_data, ledger_data
from bot.questions import Handler
from bot.reply import Reply, ask_again, failure, say_so, with_buttons
from bot.routing import plan
from feeds.article import Feed
from storage.records import Origin
from storage.store import Store

if TYPE_CHECKING:
    from bot.probe import FeedProbe

_WEEKS = timedelta(weeks=12)


class Administration:
    """Changes the store; `handlers` by the name of the command."""

    def __init__(
        self,
        store: Store,
        probe: Callable[[], FeedProbe],
        clock: Callable[[], datetime],
        *,
        started: datetime | None,
        chats: Callable[[], dict[str, str]],
        wake: Callable[[], None],
    ) -> None:
        """`wake` is called where something may now be sent."""
        self._store = store
        self._probe = probe
        self._clock = clock
        self._started = started
        self._chats = chats
        self._wake = wake
        self.handlers: dict[str, Handler] = {
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
            "pledgewatch routes list": self._routes_list,
            "pledgewatch routes remove": self._routes_remove,
            "pledgewatch routes enable": self._routes_enable,
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
            "pledgewatch help": self._help,
        }

    async def _service(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        uptime = self._clock() - self._started if self._started else None
        figures = await self._store.figures()
        return admin_answers.service_status(
            figures, self._chats(), version=__version__, uptime=uptime
        )

    # feeds

    async def _feeds_list(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        return admin_answers.feeds(await self._store.feeds(), self._clock())

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

    async def _feeds_test(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        from bot.probe import preview_reply

        return preview_reply(await self._probe().preview(str(values["url"]), self._clock()))

    async def _feeds_pause(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        return await self._pause(str(values["feed"]), paused=True)

    async def _feeds_resume(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        return await self._pause(str(values["feed"]), paused=False)

    async def _pause(self, feed: str, *, paused: bool) -> Reply:
        stored = await self._store.pause_feed(feed, paused=paused, now=self._clock())
        name = stored.feed.name or stored.feed.url
        return say_so(f"{'Paused' if paused else 'Resumed'} {name}.", data=feed_data(stored))

    async def _feeds_health(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        return admin_answers.feeds_health(await self._store.feeds(), self._clock())

    async def _feeds_held(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        return admin_answers.held(await self._store.held())

    async def _feeds_release(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        told = await self._store.release(str(values["feed"]), plan, now=self._clock())
        self._wake()
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

    # routes and deliveries

    async def _routes_list(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        return admin_answers.routes(await self._store.routes())

    async def _routes_remove(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        route = await self._store.remove_route(str(values["route"]), now=self._clock())
        return say_so(f"Route “{route.name}” to {route.channel} removed.")

    async def _routes_enable(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        name = str(values["route"])
        found = [r for r in await self._store.routes() if r.name.casefold() == name.casefold()]
        if not found:
            return failure(f"There is no route “{name}”.", "See /pledgewatch routes list.")
        await self._store.enable_channel(found[0].channel, now=self._clock())
        self._wake()
        return say_so(f"Route “{name}” is on; what waited for {found[0].channel} goes out now.")

    async def _deliveries(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        state = str(values.get("state", ""))
        return admin_answers.deliveries(await self._store.deliveries(state=state))

    async def _retry(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        number = values.get("delivery")
        chosen = number if isinstance(number, int) else None
        count = await self._store.retry_dead(chosen, now=self._clock())
        self._wake()
        text = f"{count} deliver{'y is' if count == 1 else 'ies are'} tried again."
        return say_so(text, data={"retried": count})

    # developments

    async def _merge(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        wrong, into = str(values["wrong"]), str(values["into"])
        kept = await self._store.merge(wrong, into, by=asker.user, now=self._clock())
        self._wake()
        text = f"{wrong.upper()} is part of {kept.short_id} now; its messages follow."
        return say_so(text, data=development_data(kept))

    async def _split(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        numbers = [int(word) for word in str(values["articles"]).split() if word.isdecimal()]
        if not numbers:
            return failure("Name the articles by number.", "/pledges show ID lists them.")
        change = await self._store.split(
            str(values["reference"]), numbers, plan, by=asker.user, now=self._clock()
        )
        self._wake()
        made = change.development
        return say_so(f"{made.short_id} is a development of its own.", data=development_data(made))

    async def _withdraw(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        made = await self._store.withdraw(
            str(values["reference"]),
            by=asker.user,
            now=self._clock(),
            note=str(values.get("note", "")),
        )
        self._wake()
        text = f"{made.short_id} is withdrawn; its messages are struck through."
        return say_so(text, data=development_data(made))

    async def _reinstate(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        made = await self._store.reinstate(
            str(values["reference"]),
            by=asker.user,
            now=self._clock(),
            note=str(values.get("note", "")),
        )
        self._wake()
        return say_so(f"{made.short_id} stands again.", data=development_data(made))

    # the ledger, feedback

    async def _pending(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        return admin_answers.pending(await self._store.pending_entries())

    async def _confirm(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        return await self._decide(values, asker, "confirmed")

    async def _reject(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        return await self._decide(values, asker, "rejected")

    async def _decide(self, values: Mapping[str, Value], asker: Asker, standing: str) -> Reply:
        number = values["entry"]
        record = await self._store.decide_entry(
            number if isinstance(number, int) else 0,
            standing,
            by=asker.user,
            now=self._clock(),
            note=str(values.get("note", "")),
        )
        text = f"Entry {record.entry.id} of the ledger is {standing}."
        return say_so(text, data=ledger_data(record.entry))

    async def _feedback(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        space = None if asker.platform == "terminal" else asker.space
        given = await self._store.feedback_given(state="waiting", space=space)
        return admin_answers.feedback(given)

    async def _accept(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        return await self._judge(values, asker, accept=True)

    async def _refuse(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        return await self._judge(values, asker, accept=False)

    async def _judge(self, values: Mapping[str, Value], asker: Asker, *, accept: bool) -> Reply:
        number = values["feedback"]
        given = await self._store.decide_feedback(
            number if isinstance(number, int) else 0,
            accept=accept,
            by=asker.user,
            space=None if asker.platform == "terminal" else asker.space,
            now=self._clock(),
        )
        self._wake()
        reply = say_so(f"{given.short_id}: {admin_answers.said_of(given)}: {given.state}.")
        return with_buttons(reply, (ask_again("pledgewatch", "feedback list", "What else waits"),))

    async def _stats(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        group = str(values.get("by", "week"))
        since = values.get("since")
        begin = since if isinstance(since, datetime) else self._clock() - _WEEKS
        return admin_answers.stats(group, await self._store.precision(group, since=begin))

    async def _help(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        return help_for("pledgewatch", COMMANDS, str(values.get("command", "")))
