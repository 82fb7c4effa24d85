"""Digests on their way: every development is told once, whatever fails and whenever."""

from __future__ import annotations

import asyncio
import itertools
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import charts
from bot.cards import Card, Picture, Text
from bot.chat import OutcomeUnknown, SendFailed
from bot.delivery import Outbox, OutboxSettings
from bot.routing import plan
from classifiers.actors import directory
from classifiers.assessment import LegalForm, Stage
from feeds.article import Feed
from feeds.schedule import FeedState
from storage.records import Assessed, Message, Mode, Origin, Route
from storage.store import Store
from tests.bot.fakes import Clock, FakeChat
from tests.builders import NOW, article, assessment, claim

DAILY = Route("desk", "slack:C1", mode=Mode.DAILY, zone="Europe/Kyiv")
TOMORROW = NOW + timedelta(days=1)
QUICK = OutboxSettings(gaps={})
MANY = 45
"""Developments: more than two messages hold."""


class Killed(BaseException):
    """The process ended here."""


class Mortal:
    """Something of which the process may die just before or just after a step."""

    def __init__(self, inner: Any, life: itertools.count[int], last: int, steps: set[str]) -> None:
        self._inner = inner
        self._life = life
        self._last = last
        self._steps = steps

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._inner, name)
        return self._step(value) if name in self._steps else value

    def _step(self, work: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def step(*given: Any, **named: Any) -> Any:
            self._live()
            done = await work(*given, **named)
            self._live()
            return done

        return step

    def _live(self) -> None:
        if next(self._life) == self._last:
            raise Killed


async def fill(store: Store, count: int) -> None:
    """So many developments wait for the digest of the day."""
    stored = await store.add_feed(
        Feed("https://times.example/feed", "Example Times"), origin=Origin.COMMAND, now=NOW
    )
    await store.sync_routes([DAILY], now=NOW)
    states = [code for code in sorted(directory()) if len(code) == 3 and code != "UKR"]
    batch = [
        Assessed(
            article(f"A promise, number {number}", source=f"Outlet {number}"),
            assessment(
                claim(committers=(states[2 * number],), beneficiaries=(states[2 * number + 1],))
            ),
            alert=True,
        )
        for number in range(count)
    ]
    await store.record_poll(stored.id, batch, FeedState(good_polls=1), plan, now=NOW)
    assert await store.make_digest("desk", now=TOMORROW)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database in which a large digest is about to be sent."""
    path = tmp_path_factory.mktemp("digest") / "p.db"

    async def prepare() -> None:
        async with await Store.open(path) as store:
            await fill(store, MANY)

    asyncio.run(prepare())
    return path


@pytest.fixture
async def store(prepared: Path, tmp_path: Path) -> AsyncIterator[Store]:
    shutil.copy(prepared, tmp_path / "p.db")
    async with await Store.open(tmp_path / "p.db") as opened:
        yield opened


def outbox(store: Any, chat: Any, clock: Clock) -> Outbox:
    return Outbox(store, {"slack": chat}, clock, QUICK)


def ids(card: Card) -> list[str]:
    """The short ids that a message tells, in their order."""
    blocks = [block for block in card.blocks if isinstance(block, Text)]
    return [s.text for block in blocks for line in block.lines for s in line if s.code]


def told(chat: FakeChat) -> list[str]:
    return [name for posted in chat.posted.values() for name in ids(posted.card)]


async def test_a_digest_is_one_message_and_a_thread(store: Store) -> None:
    chat = FakeChat()
    await outbox(store, chat, Clock(TOMORROW)).drain()
    main, *replies = chat.posted.values()
    assert main.reply_to is None
    assert main.card.headline.startswith("Daily digest, 3 Mar 2026 · 45 developments")
    assert len(replies) > 1
    assert {reply.reply_to for reply in replies} == {Message("slack:C1", "m1")}
    numbers = ["".join(s.text for s in reply.card.footer) for reply in replies]
    assert numbers == [f"part {n} of {len(replies) + 1}" for n in range(2, len(replies) + 2)]
    assert len(told(chat)) == len(set(told(chat))) == MANY


async def test_a_part_that_fails_holds_up_those_after_it(store: Store) -> None:
    chat, clock = FakeChat(), Clock(TOMORROW)
    chat.script.extend([None, SendFailed("flood", retryable=True, retry_after=60)])
    await outbox(store, chat, clock).drain()
    assert len(chat.posted) == 1
    await outbox(store, chat, clock).drain()  # a new process knows nothing of the flood
    assert len(chat.posted) == 1
    clock.forward(seconds=61)
    await outbox(store, chat, clock).drain()
    assert len(told(chat)) == len(set(told(chat))) == MANY


async def test_parts_of_unknown_outcome_are_looked_for_and_not_repeated(store: Store) -> None:
    chat, clock = FakeChat(), Clock(TOMORROW)
    chat.after.extend([OutcomeUnknown("line cut"), None, OutcomeUnknown("line cut")])
    for _ in range(4):
        await outbox(store, chat, clock).drain()
        clock.forward(minutes=1)
    assert chat.finds == 2
    assert len(told(chat)) == len(set(told(chat))) == MANY


async def test_a_development_that_grows_while_a_digest_is_sent_stays_in_its_part(
    store: Store,
) -> None:
    chat, clock = FakeChat(), Clock(TOMORROW)
    chat.after.append(OutcomeUnknown("line cut"))
    await outbox(store, chat, clock).drain()  # the main message is posted
    (row,) = await store.deliveries(state="unknown")
    last = max(await store.digest(int(str(row["id"]))), key=lambda one: one[0].part)[1]
    first = last.claims[0]
    grown = claim(
        committers=first.committers, beneficiaries=first.beneficiaries, stage=Stage.IN_FORCE
    )
    await store.correct(last.short_id, (grown,), plan, by="operator", now=clock())
    clock.forward(minutes=1)
    await outbox(store, chat, clock).drain()
    assert last.short_id in ids(list(chat.posted.values())[-1].card)
    assert len(told(chat)) == len(set(told(chat))) == MANY


async def test_a_process_may_die_at_any_step_and_nothing_is_lost_or_told_twice(
    prepared: Path, tmp_path: Path
) -> None:
    for last in itertools.count():
        path = tmp_path / f"{last}.db"
        shutil.copy(prepared, path)
        chat = FakeChat()
        killed = await _die_at(path, chat, last)
        async with await Store.open(path) as store:
            await store.recover_leases(now=TOMORROW)
            await outbox(store, chat, Clock(TOMORROW)).drain()
            assert {row["state"] for row in await store.deliveries()} == {"sent"}, last
        main, *replies = chat.posted.values()
        assert main.reply_to is None, last
        assert all(reply.reply_to == Message("slack:C1", "m1") for reply in replies), last
        assert [reply.card.footer for reply in replies] == sorted(
            (reply.card.footer for reply in replies), key=str
        ), last
        assert len(told(chat)) == len(set(told(chat))) == MANY, last
        if not killed:
            break
    assert last > 20  # each message is leased, sent and recorded, the first laid out as well


async def _die_at(path: Path, chat: FakeChat, last: int) -> bool:
    """Send until the step with this number; whether it came to that."""
    life = itertools.count()
    async with await Store.open(path) as store:
        mortal = Mortal(store, life, last, {"lease_deliveries", "lay_out_digest", "mark_sent"})
        platform = Mortal(chat, life, last, {"send"})
        try:
            await outbox(mortal, platform, Clock(TOMORROW)).drain()
        except Killed:
            return True
    return False


async def test_a_digest_has_its_picture_where_charts_are_installed(store: Store) -> None:
    drawn = charts.Charts()
    chat = FakeChat()
    await Outbox(store, {"slack": chat}, Clock(TOMORROW), QUICK, drawn).drain()
    main, *replies = chat.posted.values()
    (picture,) = [block for block in main.card.blocks if isinstance(block, Picture)]
    assert picture.png.startswith(b"\x89PNG")
    assert picture.alt.startswith("Matrix of this digest")
    assert not [b for reply in replies for b in reply.card.blocks if isinstance(b, Picture)]


async def test_a_digest_goes_out_in_words_where_the_picture_cannot_be_drawn(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(charts.worker, "installed", lambda: False)
    chat = FakeChat()
    await Outbox(store, {"slack": chat}, Clock(TOMORROW), QUICK, charts.Charts()).drain()
    assert len(told(chat)) == MANY


async def test_whoever_follows_a_development_is_told_what_moved(tmp_path: Path) -> None:
    async with await Store.open(tmp_path / "p.db") as store:
        chat, clock = FakeChat(), Clock(NOW)
        stored = await store.add_feed(
            Feed("https://times.example/feed", "Example Times"), origin=Origin.COMMAND, now=NOW
        )
        state = FeedState(good_polls=1)
        first = Assessed(article("Paris names its price"), assessment(claim()), alert=True)
        await store.record_poll(stored.id, [first], state, plan, now=NOW)
        await store.follow("UKR-1", "slack:@U1", now=NOW)
        signed = claim(stage=Stage.POLITICAL_TEXT, legal_form=LegalForm.DECLARATION_OF_INTENT)
        second = Assessed(
            article("Paris signs", summary="Ink on paper at last.", source="Second Herald"),
            assessment(signed),
            alert=True,
        )
        await store.record_poll(stored.id, [second], state, plan, now=NOW)
        await outbox(store, chat, clock).drain()
    (posted,) = chat.in_channel("slack:@U1")
    assert "2 pledge → 3 political text" in posted.card.headline
    assert ids(Card("", (Text((posted.card.footer,)),))) == ["UKR-1"]
    assert ("unfollow", "UKR-1") in [(b.action, b.value) for b in posted.card.buttons]
