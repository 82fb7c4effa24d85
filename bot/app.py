"""The service: starts its parts in order, keeps them going, stops them in order.

Database, HTTP, chats, scheduler. A chat that is down is tried again in the background; neither the
other chat nor the polling waits for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import sys
from collections.abc import Callable, Coroutine, Iterable
from datetime import datetime
from functools import partial

import structlog

from bot import logs, words
from bot.charts import Charts, installed
from bot.chat import Chat, SendFailed
from bot.clock_watch import ClockWatch
from bot.commands import Commands
from bot.config import Config, ConfigError
from bot.config.platforms import BY_NAME
from bot.core import Core
from bot.delivery import Outbox, OutboxSettings
from bot.meters import Meters
from bot.operation import Operation
from bot.pipeline import Pipeline, PollReport
from bot.places import Places
from bot.reloading import Reload, reload
from bot.retry import retry_at
from bot.scheduler import Scheduler
from bot.spaces import Spaces
from bot.timetable import quiet_until
from feeds import schedule
from storage.errors import DatabaseCorrupt, DatabaseFull, DatabaseLocked, StorageError
from storage.records import Route, StoredFeed
from storage.store import Store

log = structlog.get_logger(__name__)

POLL_TICK = 5.0
DELIVER_TICK = 1.0
DIGEST_TICK = 15.0
MEND_TICK = 300.0
_GARBAGE = 5_000, 20, 50
"""Objects and rounds between two searches for garbage. By default a large answer is walked through
whole again and again while it is made."""
_TURN = 0.001
"""Seconds for which a thread holds the interpreter while another waits. By default it is five times
as much, and the event loop waits so long for each thread that decodes rows or builds an answer."""
_GRACE = 4.0
"""Seconds for what is under way to end, at each of two steps of a stop that takes 10 s at most."""


class App:
    """Everything that runs, around one `Core`."""

    def __init__(
        self, core: Core, chats: Iterable[Chat], load: Callable[[], Config] | None = None
    ) -> None:
        """`load` reads the configuration again, on SIGHUP; it raises ConfigError."""
        self._load = load
        self._reloads = asyncio.Lock()
        config = core.config
        self.core = core
        self.chats = {chat.name: chat for chat in chats}
        self._up: dict[str, Chat] = {}
        self._started = core.clock()
        self.charts = Charts() if installed() else None
        spaces = Spaces(lambda: self._up, core.store)
        meters = Meters()
        self.outbox = Outbox(
            core.store,
            self._up,
            core.clock,
            OutboxSettings(notices=config.admins.notices),
            self.charts,
            spaces,
            meters,
        )
        self._places = Places(
            core.store,
            core.clock,
            spaces=spaces,
            chats=lambda: self._up,
            notices=self.outbox.notices,
            wake=self.outbox.kick,
        )
        self.pipeline = Pipeline(
            core.store,
            core.fetcher,
            core.parser,
            core.reader,
            core.clock,
            settings=schedule.Settings(),
            on_recorded=lambda recorded: self.outbox.kick() if recorded.deliveries else None,
            notify=self.outbox.notify,
            opinions=core.opinions,
        )
        self.commands = Commands(
            core.store,
            lambda: core.probe,
            lambda: core.submissions,
            core.clock,
            started=self._started,
            chats=self.chat_health,
            wake=self.outbox.kick,
            admins=_admins_of(config),
            charts=self.charts,
            up=lambda: self._up,
            on_place=self._places.changed,
        )
        self._scheduler = Scheduler()
        self._operation = Operation(
            core,
            self._scheduler,
            self.outbox.notices,
            meters=meters,
            chats=self.chat_health,
            on_damage=self._database_damaged,
        )
        self._tasks: set[asyncio.Task[None]] = set()
        self._rounds: set[asyncio.Task[None]] = set()
        self._stop = asyncio.Event()
        self._fault: BaseException | None = None

    def chat_health(self) -> dict[str, str]:
        """What is wrong with each chat; empty where it sends and hears."""
        return {name: chat.healthy or chat.deaf for name, chat in self.chats.items()}

    async def log_in(self) -> None:
        """Make all chats ready for sending, without listening; one that is down is left out."""
        await asyncio.gather(*(self._try(chat, chat.identify()) for chat in self.chats.values()))

    async def run(self) -> None:
        """Serve until SIGTERM or SIGINT, then finish what is being sent. Raises what broke one of
        the parts that must not end, so that a supervisor starts the service again."""
        self._listen_for_signals()
        words.load()
        # The classifier's tables live as long as the process: a collector that walks through them
        # again and again would hold the event loop for a tenth of a second each time.
        gc.collect()
        gc.freeze()
        gc.set_threshold(*_GARBAGE)
        gc.enable()
        sys.setswitchinterval(_TURN)
        watch = ClockWatch(self.core.store, self.core.clock, self._clock_was_put_back)
        await watch.resume()
        recovered = await self.core.store.recover_leases(now=self.core.clock())
        if recovered:
            log.info("deliveries.recovered", count=recovered)
        for chat in self.chats.values():
            self._spawn(self._keep_trying(chat), f"start {chat.name}")
        self._spawn(self.outbox.run(), "outbox")
        self._spawn(watch.watch(), "clock")
        for work, name in self._operation.works():
            self._spawn(work, name)
        self._scheduler.every(POLL_TICK, "poll", self._poll_tick)
        self._scheduler.every(DELIVER_TICK, "deliver", self._deliver_tick)
        self._scheduler.every(DIGEST_TICK, "digest", self._digest_tick)
        self._operation.schedule()
        self._scheduler.every(MEND_TICK, "mend", self._mend_tick)
        self._scheduler.start()
        log.info(
            "service.started", database=str(self.core.config.storage.path), chats=list(self.chats)
        )
        await self._warn_if_idle()
        await self._operation.started()
        try:
            await self._stop.wait()
        finally:
            self._operation.stopping()
            await self.close()
            log.info("service.stopped", alerts=self.outbox.sent)
        if self._fault is not None:
            raise self._fault

    async def _warn_if_idle(self) -> None:
        """A service that has nothing to do looks like one that works."""
        if not await self.core.store.subscriptions():
            log.warning("feeds.none", remedy="pledgewatch feeds add URL, or feeds import --starter")
        if not await self.core.store.routes():
            log.warning("routes.none", remedy="pledgewatch routes add NAME CHANNEL")

    def _clock_was_put_back(self) -> None:
        self._scheduler.retime()
        self.outbox.clock_was_put_back()

    def stop(self) -> None:
        """End `run`."""
        self._stop.set()

    async def reload(self) -> None:
        """Read the configuration again. What can be changed while everything runs is changed, the
        rest is named; a wrong file changes nothing. All of it is told."""
        if self._load is None:
            return
        async with self._reloads:
            self._operation.reloading()
            try:
                await self._take_on(reload(self.core.config, await asyncio.to_thread(self._load)))
            except (ConfigError, StorageError) as error:
                text = "The configuration is wrong and changes nothing."
                await self._tell_of_reload(text, str(error), good=False)
            finally:
                await self._operation.reloaded()

    async def _take_on(self, read: Reload) -> None:
        config, now = read.config, self.core.clock()
        reader = await asyncio.to_thread(self.core.reader_for, config)
        await self.core.store.sync_feeds(config.feed_list(), now=now)
        await self.core.store.sync_routes(config.route_list(), now=now)
        self.core.use(config, reader)
        self.pipeline.use(reader)
        self.commands.admins = _admins_of(config)
        self.outbox.notices.channels = config.admins.notices
        self._operation.apply(config)
        logs.configure(config)
        self.outbox.kick()
        text = f"The configuration was read again: {', '.join(read.changed) or 'nothing changed'}."
        wait = f"These need a new start: {', '.join(read.waiting)}" if read.waiting else ""
        await self._tell_of_reload(text, wait, good=True)

    async def _tell_of_reload(self, text: str, more: str, *, good: bool) -> None:
        try:
            await self.outbox.notices.tell(text, more, good=good)
        except StorageError as error:
            log.error("notice.lost", error=str(error))

    async def poll_once(self, *, everything: bool, deliver: bool) -> list[PollReport]:
        """One pass, for the command line: poll what is due (or all), send what waits."""
        store = self.core.store
        await store.recover_leases(now=self.core.clock())
        if everything:
            feeds = [f for f in await store.feeds() if not f.paused]
        else:
            feeds = await store.due_feeds(self.core.clock(), limit=1_000_000)
        reports = await self.pipeline.poll(feeds)
        if deliver:
            await self.make_digests()
            await self.log_in()
            await self.outbox.drain()
        return reports

    async def close(self) -> None:
        """Stop polling, finish sending, disconnect; may be called twice."""
        await self._scheduler.close(_GRACE / 2)
        for task in self._rounds:
            task.cancel()  # nothing is lost: a poll that was not recorded is done again
        await asyncio.gather(*self._rounds, return_exceptions=True)
        await self.outbox.close(_GRACE)
        await self._operation.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(self._close_chat(chat) for chat in self.chats.values()))

    async def _close_chat(self, chat: Chat) -> None:
        try:
            async with asyncio.timeout(_GRACE / 2):
                await chat.close()
        except Exception as error:
            log.warning("chat.close", chat=chat.name, error=type(error).__name__)

    async def _poll_tick(self) -> None:
        """Start a round; a slow feed in it holds up no later round."""
        due = await self.pipeline.due()
        if due:
            task = asyncio.create_task(self._round(due), name="round")
            self._rounds.add(task)
            task.add_done_callback(self._rounds.discard)

    async def _round(self, due: list[StoredFeed]) -> None:
        try:
            self._operation.polled(await self.pipeline.poll(due))
        except StorageError as error:
            # Nothing of the round is lost: what was not recorded is simply polled again.
            log.error("poll.failed", error=str(error))

    async def _digest_tick(self) -> None:
        if await self.make_digests():
            self.outbox.kick()

    async def make_digests(self) -> int:
        """Put what routes hold into digests where the time has come; how many. What came due while
        the service was down waits for the end of quiet hours that have begun since."""
        now, store = self.core.clock(), self.core.store
        return sum([await _digest(store, route, now) for route in await store.due_digests(now)])

    async def _deliver_tick(self) -> None:
        self.outbox.kick()

    async def _mend_tick(self) -> None:
        try:
            await self._places.mend()
        except StorageError as error:
            log.error("mend.failed", error=str(error))

    async def _database_damaged(self, error: DatabaseCorrupt) -> None:
        """Give the word to the admins a moment to go out, then end."""
        with contextlib.suppress(TimeoutError, StorageError):
            async with asyncio.timeout(_GRACE):
                await self.outbox.emptied()
        self._fault = error
        self.stop()

    async def _try(self, chat: Chat, attempt: Coroutine[None, None, object]) -> SendFailed | None:
        try:
            await attempt
        except SendFailed as error:
            log.error("chat.start", chat=chat.name, reason=error.reason, remedy=error.remedy)
            return error
        self._up[chat.name] = chat
        self.outbox.kick()
        log.info("chat.connected", chat=chat.name)
        return None

    async def _keep_trying(self, chat: Chat) -> None:
        attempts = 0
        start = partial(chat.start, self.commands.handlers)
        while (error := await self._try(chat, start())) is not None:
            if not error.retryable:
                await self.outbox.notify(
                    f"{BY_NAME[chat.name].title} is off: {error.reason}", error.remedy
                )
                return
            now = self.core.clock()
            wait = retry_at(attempts, now, error.retry_after, 0.5) - now
            attempts += 1
            await asyncio.sleep(wait.total_seconds())

    def _spawn(self, work: Coroutine[None, None, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("task.failed", task=task.get_name(), exc_info=error)
            self._fault = error
            self.stop()

    def _listen_for_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        loop.add_signal_handler(
            signal.SIGHUP, lambda: self._spawn(self.reload(), "reload the configuration")
        )


async def _digest(store: Store, route: Route, now: datetime) -> bool:
    """Whether a route's digest was made. One that cannot be is tried again at the next tick, and
    stops no other; what is wrong with the whole file is raised."""
    try:
        return quiet_until(route, now) is None and await store.make_digest(route.name, now=now)
    except (DatabaseCorrupt, DatabaseFull, DatabaseLocked):
        raise
    except StorageError as error:
        log.error("digest.failed", route=route.name, error=str(error))
    except Exception:
        log.exception("digest.failed", route=route.name)
    return False


def _admins_of(config: Config) -> frozenset[str]:
    return frozenset((*config.admins.users, *config.admins.roles))
