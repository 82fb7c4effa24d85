"""The outbox: lease what is due, send it, record the platform's answer.

It is the only way to a channel. What was sent with an unknown outcome (a line cut, a process
killed) is looked for on the platform before it is sent again. One channel that is slow or dead
holds up no other: a task a channel, and at most one delivery under way in each.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.charts import Charts
from bot.chat import ChannelGone, Chat, OutcomeUnknown, SendFailed
from bot.config.platforms import BY_NAME, PLATFORMS
from bot.delivery_cards import DeliveryCards
from bot.meters import Meters
from bot.notices import Notices
from bot.retry import exhausted, retry_at
from bot.spaces import Spaces
from storage.errors import StorageError
from storage.records import Delivery, DeliveryKind, Message
from storage.store import Store

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=5)
_BATCH = 50
_FIND_MARGIN = timedelta(minutes=2)
_LOOK_AGAIN = 0.2
_WRITE_AGAIN = 1.0
"""Seconds before a record that the database did not take is written again."""


@dataclass(frozen=True, slots=True)
class OutboxSettings:
    """`send_timeout` is in seconds; `notices` are the channels of the admins."""

    send_timeout: float = 30.0
    gaps: Mapping[str, float] = field(default_factory=lambda: {p.name: p.gap for p in PLATFORMS})
    """Seconds between two messages to one channel, by platform."""
    notices: tuple[str, ...] = ()


class Outbox:
    """Sends what the store has for the chats that are up."""

    def __init__(
        self,
        store: Store,
        chats: Mapping[str, Chat],
        clock: Callable[[], datetime],
        settings: OutboxSettings,
        charts: Charts | None = None,
        spaces: Spaces | None = None,
        meters: Meters | None = None,
    ) -> None:
        """`charts` draws the pictures of digests; without it they come in words alone."""
        self._meters = meters or Meters()
        around = spaces or Spaces(lambda: chats, store)
        self.notices = Notices(store, clock, around, settings.notices, self.kick)
        self._troubled: set[str] = set()
        self._store = store
        self._cards = DeliveryCards(store, clock, charts)
        self._chats = chats
        self._clock = clock
        self._settings = settings
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._resting: dict[str, datetime] = {}
        self._asked_to_wait: dict[str, datetime] = {}
        """Channels for which the platform named a time."""
        self._limited: dict[str, datetime] = {}
        """Platforms that named one for several channels: then the app as a whole is limited."""
        self._wake = asyncio.Event()
        self._closing = asyncio.Event()
        self.sent = 0

    def kick(self) -> None:
        """There may be something new to send."""
        self._wake.set()

    def clock_was_put_back(self) -> None:
        """Pauses that were to end at a time of the clock end now; what the store waits for, it
        knows itself."""
        self._resting.clear()
        self._asked_to_wait.clear()
        self._limited.clear()
        self.kick()

    async def run(self) -> None:
        """Send until closed, whenever kicked; a channel that falls free kicks by itself."""
        while not self._closing.is_set():
            self._wake.clear()
            try:
                await self.dispatch()
            except StorageError as error:
                # Nothing was leased, so nothing is lost: the next kick tries again.
                log.error("outbox.storage", error=str(error))
            await self._wake.wait()

    async def dispatch(self) -> int:
        """Start a task for every channel that has something due and is free; how many."""
        now = self._clock()
        for pauses in (self._resting, self._asked_to_wait, self._limited):
            _forget_past(pauses, now)
        chats = frozenset(
            name
            for name, chat in self._chats.items()
            if not chat.healthy and name not in self._limited
        )
        if self._closing.is_set() or not chats:
            return 0
        leased = await self._store.lease_deliveries(
            now,
            limit=_BATCH,
            lease=LEASE,
            chats=chats,
            busy=frozenset(self._busy) | frozenset(self._resting),
        )
        for delivery in leased:
            task = asyncio.create_task(self._work(delivery), name=f"deliver {delivery.key}")
            self._busy[delivery.channel] = task
        return len(leased)

    async def drain(self) -> None:
        """Send all that is due now, then return. For a single pass without the service."""
        while await self.dispatch() or self._busy:
            await asyncio.gather(*self._busy.values())

    async def emptied(self) -> None:
        """Wait until nothing waits any more. Raises StorageError."""
        while not self._closing.is_set() and (await self._store.figures()).waiting:
            await self._rest(_LOOK_AGAIN)

    async def close(self, timeout: float) -> None:
        """Start nothing more and let what is under way end within `timeout` seconds; what does not
        is cancelled, and reconciled at the next start."""
        self._closing.set()
        self._wake.set()
        tasks = list(self._busy.values())
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=timeout)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _work(self, delivery: Delivery) -> None:
        try:
            await self._attempt(delivery)
            await self._pause(delivery.channel)
        except StorageError as error:
            # The lease runs out, it is looked for on the platform, and tried again.
            log.error("delivery.unrecorded", delivery=delivery.key, error=str(error))
        except Exception:
            # A bug in one delivery must not stop the others; what happens to it, see above.
            log.exception("delivery.bug", delivery=delivery.key, channel=delivery.channel)
        finally:
            self._busy.pop(delivery.channel, None)
            self._wake.set()

    async def _pause(self, channel: str) -> None:
        gap = self._settings.gaps.get(channel.partition(":")[0], 0.0)
        if gap:
            await self._rest(gap)

    async def _rest(self, seconds: float) -> None:
        """Wait, unless the outbox is closed."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._closing.wait()

    async def _record(self, write: Callable[[], Awaitable[None]]) -> None:
        """Write what became of a delivery, again and again while the database is locked or full:
        what was posted must not be forgotten. Raises StorageError when the lease has run out."""
        end = self._clock() + LEASE
        while True:
            try:
                return await write()
            except StorageError as error:
                if self._closing.is_set() or self._clock() >= end:
                    raise
                log.warning("delivery.unrecorded", error=str(error), again=_WRITE_AGAIN)
                await self._rest(_WRITE_AGAIN)

    async def _attempt(self, delivery: Delivery) -> None:
        chat = self._chats[delivery.channel.partition(":")[0]]
        began = time.perf_counter()
        try:
            message, revision = await self._send(chat, delivery)
        except (SendFailed, TimeoutError) as error:
            failure = error if isinstance(error, SendFailed) else self._late()
            if isinstance(failure, ChannelGone) and delivery.kind is DeliveryKind.EDIT:
                failure = await self._of_an_edit(chat, delivery.channel, failure)
            self._meters.not_posted(chat.name, _class_of(failure), time.perf_counter() - began)
            await self._failed(delivery, failure)
        else:
            now, store = self._clock(), self._store
            waited = (now - delivery.created).total_seconds()
            self._meters.posted(chat.name, delivery.kind, time.perf_counter() - began, waited)
            await self._record(lambda: store.mark_sent(delivery.id, message, revision, now=now))
            self._troubled.discard(chat.name)
            self.sent += delivery.kind is DeliveryKind.ALERT
            log.info(
                "delivery.sent",
                delivery=delivery.key,
                kind=str(delivery.kind),
                channel=delivery.channel,
                development=delivery.development,
                article=delivery.article_id,
                message=message.id,
                attempts=delivery.attempts,
            )

    def _late(self) -> OutcomeUnknown:
        return OutcomeUnknown(f"no answer within {self._settings.send_timeout:.0f} s")

    async def _send(self, chat: Chat, delivery: Delivery) -> tuple[Message, int]:
        card, revision = await self._cards.drawn(delivery)
        async with asyncio.timeout(self._settings.send_timeout):
            if delivery.kind is DeliveryKind.EDIT:
                if delivery.message is None:
                    raise RuntimeError(f"edit {delivery.key} has no message")
                await chat.edit(delivery.message, card)
                return delivery.message, revision
            if delivery.reconcile:
                since = (delivery.first_attempt or delivery.created) - _FIND_MARGIN
                found = await chat.find(delivery.channel, delivery.key, since, delivery.message)
                if found is not None:
                    log.info("delivery.found", delivery=delivery.key, message=found.id)
                    # It was drawn from an older state for all we know: revision 0 lets an edit
                    # that waits go ahead.
                    return found, 0
            return await chat.send(
                delivery.channel, card, delivery.key, reply_to=delivery.message
            ), revision

    async def _of_an_edit(self, chat: Chat, channel: str, error: ChannelGone) -> SendFailed:
        """What the refusal of an edit means. A channel that can be written to is not closed for it:
        what waits for the channel would stay behind the edit, which is refused again."""
        try:
            async with asyncio.timeout(self._settings.send_timeout):
                await chat.check(channel)
        except ChannelGone:
            return error
        except (SendFailed, TimeoutError):
            return SendFailed(error.reason, retryable=True)
        return SendFailed(error.reason, retryable=False, remedy=error.remedy)

    async def _failed(self, delivery: Delivery, error: SendFailed) -> None:
        now, store = self._clock(), self._store
        unknown = isinstance(error, OutcomeUnknown) or (delivery.reconcile and error.retryable)
        log.warning(
            "delivery.failed",
            delivery=delivery.key,
            channel=delivery.channel,
            development=delivery.development,
            article=delivery.article_id,
            reason=error.reason,
            retryable=error.retryable,
            unknown=unknown,
            attempts=delivery.attempts,
        )
        if isinstance(error, ChannelGone) and delivery.kind is DeliveryKind.FOLLOW:
            await self._let_go(delivery, error, now)
        elif isinstance(error, ChannelGone) and await self._is_routed(delivery.channel):
            await self._record(
                lambda: store.mark_retry(
                    delivery.id, error.reason, not_before=now, unknown=delivery.reconcile
                )
            )
            await self._close_channel(delivery.channel, error, now)
        elif _is_worth_waiting_for(delivery, error, now):
            await self._tell_trouble(delivery.channel, error)
            spread = random.random()  # noqa: S311 - spreads load, guards nothing
            again = retry_at(delivery.attempts, now, error.retry_after, spread)
            # What hinders one message (a flood limit, an outage) hinders the channel's next one.
            self._resting[delivery.channel] = again
            if error.retry_after:
                self._heed(delivery.channel, now + timedelta(seconds=error.retry_after))
            await self._record(
                lambda: store.mark_retry(
                    delivery.id, error.reason, not_before=again, unknown=unknown
                )
            )
        else:
            await self._record(lambda: store.mark_dead(delivery.id, error.reason, now=now))
            what = f"A message to {delivery.channel} could not be delivered: {error.reason}"
            await self.notify(what, error.remedy, but=delivery.channel)

    async def _let_go(self, delivery: Delivery, error: SendFailed, now: datetime) -> None:
        """Somebody cannot be written to: they follow nothing any more. That is theirs to mend, by
        following again, so that no admin is told and no channel closed."""
        channel = delivery.channel
        followed = await self._store.unfollow_all(channel)
        await self._record(lambda: self._store.mark_dead(delivery.id, error.reason, now=now))
        log.info("follower.gone", channel=channel, followed=followed, reason=error.reason)

    def _heed(self, channel: str, until: datetime) -> None:
        """The platform named a time. Where it did for another channel too, and that has not passed,
        it is not the channel that is limited but the app: all its channels wait."""
        platform = channel.partition(":")[0]
        others = self._asked_to_wait.keys() - {channel}
        if any(other.partition(":")[0] == platform for other in others):
            self._limited[platform] = max(until, self._limited.get(platform, until))
        self._asked_to_wait[channel] = until

    async def _is_routed(self, channel: str) -> bool:
        return any(route.channel == channel for route in await self._store.routes())

    async def _close_channel(self, channel: str, error: SendFailed, now: datetime) -> None:
        names = await self._store.disable_channel(channel, error.reason, now=now)
        if names:
            await self.notices.lost(channel, names, error.reason, error.remedy)

    async def _tell_trouble(self, channel: str, error: SendFailed) -> None:
        """Once for a platform, what only the operator can mend; its messages wait for it."""
        platform = channel.partition(":")[0]
        if isinstance(error, ChannelGone) or not error.remedy or platform in self._troubled:
            return
        self._troubled.add(platform)
        text = f"{BY_NAME[platform].title} takes no messages: {error.reason}. They wait."
        await self.notify(text, error.remedy)

    async def notify(self, text: str, remedy: str, but: str = "") -> None:
        """Tell the admins whom it concerns, and the log in any case. `but` is the channel that it
        is about, which cannot be told."""
        await self.notices.tell(text, remedy, about=but)


def _class_of(error: SendFailed) -> str:
    """How the operator's figures call a failure."""
    if isinstance(error, ChannelGone):
        return "channel_gone"
    if isinstance(error, OutcomeUnknown):
        return "unknown"
    return "retryable" if error.retryable else "refused"


def _is_worth_waiting_for(delivery: Delivery, error: SendFailed, now: datetime) -> bool:
    """What somebody has to mend is waited for as long as it takes; a channel that no route leads
    to, such as a person's, for a day."""
    given_up = exhausted(delivery.created, now, delivery.attempts)
    if isinstance(error, ChannelGone):
        return not given_up
    return error.retryable and (bool(error.remedy) or not given_up)


def _forget_past(pauses: dict[str, datetime], now: datetime) -> None:
    for name in [name for name, until in pauses.items() if until <= now]:
        del pauses[name]
