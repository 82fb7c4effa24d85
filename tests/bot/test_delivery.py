"""The outbox, with a real database and a scripted chat."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cards import Card, Tone
from bot.chat import ChannelGone, OutcomeUnknown, SendFailed
from bot.delivery import Outbox, OutboxSettings
from bot.routing import plan
from classifiers.assessment import Head, LegalForm, Stage
from feeds.article import Feed
from feeds.schedule import FeedState
from storage.errors import DatabaseLocked
from storage.records import Assessed, Origin, Route, Style
from storage.store import Store
from tests.bot.fakes import Clock, FakeChat
from tests.builders import NOW, article, assessment, claim

_TELLINGS = (
    ("Paris names its price", "A force would follow a ceasefire, ministers told reporters."),
    ("French soldiers for Ukraine", "The president spoke after a long meeting of the cabinet."),
    ("What a promise is worth", "Several capitals had waited for this word since the winter."),
)
QUICK = OutboxSettings(gaps={}, notices=("terminal",))


class Desk:
    """A store with one feed and two routes, and an outbox to two chats."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.clock = Clock(NOW)
        self.slack = FakeChat("slack")
        self.terminal = FakeChat("terminal")
        self.outbox = self.restart()
        self.feed = 0
        self._articles = 0

    def restart(self) -> Outbox:
        chats = {"slack": self.slack, "terminal": self.terminal}
        self.outbox = Outbox(self.store, chats, self.clock, QUICK)
        return self.outbox

    async def set_up(self) -> None:
        stored = await self.store.add_feed(
            Feed("https://times.example/feed", "Example Times"), origin=Origin.COMMAND, now=NOW
        )
        self.feed = stored.id
        await self.store.sync_routes([Route("desk", "slack:C1")], now=NOW)

    async def report(self, **changes: object) -> None:
        """An article arrives: France pledges troops, unless changed."""
        self._articles += 1
        made = claim(**changes)
        title, summary = _TELLINGS[self._articles % len(_TELLINGS)]
        number = self._articles
        new = article(f"{title} {number}", summary=summary, source=f"Outlet {number}")
        batch = [Assessed(new, assessment(made), alert=True)]
        state = FeedState(good_polls=1)
        await self.store.record_poll(self.feed, batch, state, plan, now=self.clock())

    async def state_of_deliveries(self) -> list[str]:
        rows = await self.store.deliveries()
        return [str(row["state"]) for row in reversed(rows)]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with await Store.open(tmp_path / "p.db") as store:
        made = Desk(store)
        await made.set_up()
        yield made


async def test_a_development_is_posted_once(desk: Desk) -> None:
    await desk.report()
    await desk.outbox.drain()
    await desk.outbox.drain()
    (posted,) = desk.slack.in_channel("slack:C1")
    assert "France" in posted.card.headline
    assert await desk.state_of_deliveries() == ["sent"]


async def test_a_failure_that_passes_is_tried_again_later_and_posted_once(desk: Desk) -> None:
    await desk.report()
    desk.slack.script.append(SendFailed("HTTP 503", retryable=True))
    await desk.outbox.drain()
    assert not desk.slack.posted
    desk.clock.forward(seconds=10)
    await desk.outbox.drain()
    assert len(desk.slack.posted) == 1


async def test_the_platforms_retry_after_is_honoured(desk: Desk) -> None:
    await desk.report()
    desk.slack.script.append(SendFailed("rate limited", retryable=True, retry_after=120))
    await desk.outbox.drain()
    desk.clock.forward(seconds=119)
    await desk.outbox.drain()
    assert not desk.slack.posted
    desk.clock.forward(seconds=2)
    await desk.outbox.drain()
    assert len(desk.slack.posted) == 1


async def test_a_flood_limit_rests_the_channel_not_only_the_message(desk: Desk) -> None:
    await desk.report()
    await desk.report(committers=("POL",), beneficiaries=("MDA",))
    desk.slack.script.append(SendFailed("rate limited", retryable=True, retry_after=60))
    await desk.outbox.drain()
    assert not desk.slack.posted
    desk.clock.forward(seconds=61)
    await desk.outbox.drain()
    assert len(desk.slack.posted) == 2


async def limited_in(desk: Desk, *channels: str) -> None:
    """One alert for each channel, and the platform asks for a pause of a minute in these."""
    names = ("slack:C1", "slack:C2", "slack:C3")
    await desk.store.sync_routes([Route(name, name) for name in names], now=NOW)
    await desk.report()
    limited = SendFailed("rate limited", retryable=True, retry_after=60)
    desk.slack.script.extend(limited if name in channels else None for name in names)
    await desk.outbox.drain()
    await desk.report(committers=("POL",), beneficiaries=("MDA",))
    await desk.outbox.drain()


async def test_a_channel_that_is_limited_delays_no_other(desk: Desk) -> None:
    await limited_in(desk, "slack:C1")
    shown = Counter(posted.channel for posted in desk.slack.posted.values())
    assert shown == {"slack:C2": 2, "slack:C3": 2}


async def test_where_two_channels_are_limited_the_whole_platform_waits(desk: Desk) -> None:
    await limited_in(desk, "slack:C1", "slack:C2")
    assert [posted.channel for posted in desk.slack.posted.values()] == ["slack:C3"]
    desk.clock.forward(seconds=61)
    await desk.outbox.drain()
    shown = Counter(posted.channel for posted in desk.slack.posted.values())
    assert shown == {"slack:C1": 2, "slack:C2": 2, "slack:C3": 2}


async def test_a_pause_does_not_grow_when_the_clock_is_put_back(desk: Desk) -> None:
    await limited_in(desk, "slack:C1", "slack:C2")
    desk.clock.forward(hours=-5)
    await desk.store.put_back(timedelta(hours=5), now=desk.clock())
    desk.outbox.clock_was_put_back()
    desk.clock.forward(seconds=61)
    await desk.outbox.drain()
    assert len(desk.slack.posted) == 6


async def test_what_may_have_been_posted_is_looked_for_before_it_is_sent_again(desk: Desk) -> None:
    await desk.report()
    desk.slack.after.append(OutcomeUnknown("line cut"))
    await desk.outbox.drain()
    desk.clock.forward(seconds=10)
    await desk.outbox.drain()
    assert desk.slack.finds == 1
    assert len(desk.slack.posted) == 1
    assert await desk.state_of_deliveries() == ["sent"]


async def test_what_was_not_posted_after_all_is_sent(desk: Desk) -> None:
    await desk.report()
    desk.slack.script.append(OutcomeUnknown("line cut"))
    await desk.outbox.drain()
    desk.clock.forward(seconds=10)
    await desk.outbox.drain()
    assert (desk.slack.finds, len(desk.slack.posted)) == (1, 1)


async def test_a_process_that_died_while_sending_repeats_nothing(desk: Desk) -> None:
    await desk.report()
    desk.slack.gate = asyncio.Event()
    sending = asyncio.create_task(desk.outbox.drain())
    await desk.slack.arrived.wait()
    sending.cancel()  # nothing was recorded; the platform has the message
    await asyncio.gather(sending, return_exceptions=True)
    desk.slack.gate.set()
    for task in asyncio.all_tasks():
        if task.get_name().startswith("deliver"):
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
    leased = (await desk.store.deliveries())[0]
    await desk.slack.send("slack:C1", desk_card(), str(leased["key"]))
    desk.restart()
    assert await desk.store.recover_leases(now=desk.clock()) == 1
    await desk.outbox.drain()
    assert len(desk.slack.posted) == 1


def desk_card() -> Card:
    from bot.alert_card import alert_card
    from tests.builders import development

    return alert_card(development(), now=NOW)


async def test_a_lease_that_ran_out_is_reconciled_too(desk: Desk) -> None:
    await desk.report()
    desk.slack.script.append(RuntimeError("a bug"))
    await desk.outbox.drain()
    desk.clock.forward(minutes=6)
    await desk.outbox.drain()
    assert (desk.slack.finds, len(desk.slack.posted)) == (1, 1)


async def test_a_further_source_redraws_the_posted_alert(desk: Desk) -> None:
    await desk.report()
    await desk.outbox.drain()
    await desk.report()
    await desk.outbox.drain()
    (posted,) = desk.slack.in_channel("slack:C1")
    assert posted.edits == 1


async def test_a_change_of_stage_is_a_reply_to_the_alert(desk: Desk) -> None:
    await desk.report()
    await desk.outbox.drain()
    desk.clock.forward(hours=2)
    await desk.report(stage=Stage.POLITICAL_TEXT, legal_form=LegalForm.DECLARATION_OF_INTENT)
    await desk.outbox.drain()
    alert, reply = desk.slack.in_channel("slack:C1")
    assert alert.edits == 1
    assert reply.reply_to is not None
    assert reply.reply_to.id == "m1"


KYIV = Route(
    "desk",
    "slack:C1",
    style=Style.LINE,
    language="uk",
    mention="slack:!here",
    mention_heads=(Head.PLEDGED,),
)


async def test_an_alert_its_edit_and_its_reply_look_as_their_route_says(desk: Desk) -> None:
    await desk.store.sync_routes([KYIV], now=NOW)
    await desk.report()
    await desk.outbox.drain()
    (alert,) = desk.slack.in_channel("slack:C1")
    assert alert.card.headline.startswith("ОБІЦЯНКА · розгортання військ")
    assert (alert.card.blocks, alert.card.mention) == ((), "!here")
    desk.clock.forward(hours=2)
    await desk.report(stage=Stage.POLITICAL_TEXT, legal_form=LegalForm.DECLARATION_OF_INTENT)
    await desk.outbox.drain()
    alert, reply = desk.slack.in_channel("slack:C1")
    assert alert.edits == 1
    assert alert.card.headline.startswith("ПІДПИСАНО · декларація про наміри")
    assert (alert.card.blocks, alert.card.mention) == ((), "!here")
    assert "2 обіцянка → 3 політичний документ" in reply.card.headline


async def test_an_alert_whose_route_is_gone_is_drawn_as_usual(desk: Desk) -> None:
    await desk.store.sync_routes([KYIV], now=NOW)
    await desk.report()
    await desk.outbox.drain()
    await desk.store.sync_routes([replace(KYIV, name="another")], now=NOW)
    await desk.report()
    await desk.outbox.drain()
    (alert,) = desk.slack.in_channel("slack:C1")
    assert alert.edits == 1
    assert alert.card.headline.startswith("PLEDGED")
    assert alert.card.blocks


@pytest.mark.parametrize("name", ["withdraw", "reinstate"])
async def test_an_alert_that_is_taken_back_is_struck_through_until_it_stands_again(
    desk: Desk, name: str
) -> None:
    await desk.report()
    await desk.outbox.drain()
    await desk.store.withdraw("UKR-1", plan, by="Ada", now=desk.clock())
    if name == "reinstate":
        await desk.store.reinstate("UKR-1", plan, by="Ada", now=desk.clock())
    await desk.outbox.drain()
    alert, *_ = desk.slack.in_channel("slack:C1")
    assert alert.edits == 1
    assert alert.card.void == ("ALERT WITHDRAWN" if name == "withdraw" else "")
    assert "PLEDGED" in alert.card.headline, "it is not deleted"


async def test_a_second_independent_outlet_confirms_the_posted_alert(desk: Desk) -> None:
    await desk.report()
    await desk.outbox.drain()
    (alert,) = desk.slack.in_channel("slack:C1")
    assert "unconfirmed: one source" in alert.card.footer[1].text
    await desk.report()
    await desk.outbox.drain()
    assert alert.card.footer[1].text == " · ✓\u00a02 sources"
    assert any("revision 2" in span.text for span in alert.card.footer)


async def test_an_update_never_comes_before_its_alert(desk: Desk) -> None:
    await desk.report()
    desk.slack.script.append(SendFailed("HTTP 500", retryable=True))
    await desk.outbox.drain()
    await desk.report(stage=Stage.POLITICAL_TEXT)
    await desk.outbox.drain()
    assert not desk.slack.posted
    desk.clock.forward(seconds=30)
    await desk.outbox.drain()
    first = desk.slack.in_channel("slack:C1")[0]
    assert first.reply_to is None


async def test_a_channel_that_is_gone_stops_its_route_alone_and_the_admins_are_told(
    desk: Desk,
) -> None:
    await desk.store.sync_routes([Route("desk", "slack:C1"), Route("other", "slack:C2")], now=NOW)
    await desk.report()
    gone = ChannelGone("channel_not_found", remedy="Invite the app.")
    desk.slack.script.append(gone)
    await desk.outbox.drain()
    routes = {route.name: route.disabled for route in await desk.store.routes()}
    broken = [name for name, reason in routes.items() if reason]
    assert len(broken) == 1
    assert len(desk.slack.posted) == 1
    (notice,) = desk.terminal.in_channel("terminal")
    assert "Nothing more is sent to slack:C" in notice.card.headline
    assert notice.card.tone is Tone.ERROR


async def test_what_waited_for_a_mended_channel_goes_out(desk: Desk) -> None:
    await desk.report()
    desk.slack.script.append(ChannelGone("is_archived", remedy="Unarchive it."))
    await desk.outbox.drain()
    desk.clock.forward(hours=3)
    await desk.store.enable_channel("slack:C1", now=desk.clock())
    await desk.outbox.drain()
    (posted,) = desk.slack.in_channel("slack:C1")
    texts = [
        s.text for b in posted.card.blocks if hasattr(b, "lines") for line in b.lines for s in line
    ]
    assert any("waited since" in text for text in texts), "an alert that waited says so"


async def test_what_a_platform_will_never_take_is_given_up_and_told(desk: Desk) -> None:
    await desk.report()
    desk.slack.script.append(SendFailed("invalid_blocks", retryable=False))
    await desk.outbox.drain()
    rows = await desk.store.deliveries(state="dead")
    assert [row["reason"] for row in rows] == ["invalid_blocks"]
    assert desk.terminal.in_channel("terminal")


async def test_what_fails_for_a_day_is_given_up(desk: Desk) -> None:
    await desk.report()
    for _ in range(40):
        desk.slack.script.append(SendFailed("HTTP 500", retryable=True))
        await desk.outbox.drain()
        desk.clock.forward(hours=1)
    assert await desk.store.deliveries(state="dead")


async def test_what_was_given_up_and_is_told_to_be_tried_again_has_ten_attempts(desk: Desk) -> None:
    await desk.report()
    for _ in range(40):
        desk.slack.script.append(SendFailed("HTTP 500", retryable=True))
        await desk.outbox.drain()
        desk.clock.forward(hours=1)
    desk.slack.script.clear()
    desk.slack.script.append(SendFailed("HTTP 500", retryable=True))
    await desk.store.retry_dead(None, now=desk.clock())
    await desk.outbox.drain()
    desk.clock.forward(minutes=1)
    await desk.outbox.drain()
    assert len(desk.slack.posted) == 1


async def test_a_channel_that_does_not_answer_delays_no_other(desk: Desk) -> None:
    names = ("slack:C1", "slack:C2", "terminal")
    await desk.store.sync_routes([Route(name, name) for name in names], now=NOW)
    desk.slack.hung.add("slack:C1")
    await desk.report()
    await desk.report(committers=("POL",), beneficiaries=("MDA",))
    running = asyncio.create_task(desk.outbox.run())
    async with asyncio.timeout(5):
        while len(desk.slack.posted) < 2 or len(desk.terminal.posted) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0)
    assert not desk.slack.in_channel("slack:C1")
    await desk.outbox.close(0)
    await running


async def test_a_chat_that_is_down_delays_no_other(desk: Desk) -> None:
    await desk.store.sync_routes([Route("desk", "slack:C1"), Route("screen", "terminal")], now=NOW)
    desk.slack.healthy = "reconnecting"
    await desk.report()
    await desk.outbox.drain()
    assert len(desk.terminal.posted) == 1
    desk.slack.healthy = ""
    await desk.outbox.drain()
    assert len(desk.slack.posted) == 1


async def test_closing_lets_what_is_being_sent_end(desk: Desk) -> None:
    await desk.report()
    desk.slack.gate = asyncio.Event()
    await desk.outbox.dispatch()
    await desk.slack.arrived.wait()
    closing = asyncio.create_task(desk.outbox.close(5.0))
    desk.slack.gate.set()
    await closing
    assert await desk.state_of_deliveries() == ["sent"]


async def test_an_answer_that_never_comes_is_an_unknown_outcome(desk: Desk) -> None:
    desk.outbox = Outbox(
        desk.store, {"slack": desk.slack}, desk.clock, replace(QUICK, send_timeout=0.01)
    )
    await desk.report()
    desk.slack.gate = asyncio.Event()
    await desk.outbox.drain()
    assert await desk.state_of_deliveries() == ["unknown"]


def failing_once(monkeypatch: pytest.MonkeyPatch, store: Store, name: str) -> None:
    """The next call finds the database locked."""
    method, tries = getattr(store, name), iter([DatabaseLocked("locked")])

    async def locked(*arguments: object, **options: object) -> object:
        if (error := next(tries, None)) is not None:
            raise error
        return await method(*arguments, **options)

    monkeypatch.setattr(store, name, locked)


@pytest.mark.parametrize("error", [None, SendFailed("busy", retryable=True)])
async def test_the_platforms_answer_is_written_again_until_the_database_takes_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, error: SendFailed | None
) -> None:
    monkeypatch.setattr("bot.delivery._WRITE_AGAIN", 0.0)
    failing_once(monkeypatch, desk.store, "mark_retry" if error else "mark_sent")
    desk.slack.script.append(error)
    await desk.report()
    await desk.outbox.drain()
    assert await desk.state_of_deliveries() == ["waiting" if error else "sent"]


async def test_a_locked_database_does_not_end_the_outbox(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing_once(monkeypatch, desk.store, "lease_deliveries")
    await desk.report()
    running = asyncio.create_task(desk.outbox.run())
    async with asyncio.timeout(5):
        while not desk.slack.arrived.is_set():
            desk.outbox.kick()
            await asyncio.sleep(0)
    await desk.outbox.close(5)
    await running
    assert len(desk.slack.posted) == 1
