"""What admins mend reaches those who were told, and nobody else: from the store to the message."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.delivery import Outbox, OutboxSettings
from bot.routing import plan
from classifiers.assessment import Claim, Stage
from feeds.article import Feed
from feeds.schedule import FeedState
from storage.changes import Changes
from storage.records import (
    Assessed,
    Author,
    Development,
    Filter,
    Mode,
    NewDelivery,
    Origin,
    Route,
)
from storage.store import Store
from tests.bot.fakes import Clock, FakeChat
from tests.builders import NOW, article, assessment, claim

PERSON = "slack:@U7"
ADMIN = Author("U1", "slack", "T1", "Ada")
HOURLY = Route("hourly", "slack:C2", mode=Mode.HOURLY)


class Desk:
    """A newsroom with an instant route, and what its channels show."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.clock = Clock(NOW)
        self.slack = FakeChat("slack")
        self.outbox = Outbox(
            store, {"slack": self.slack}, self.clock, OutboxSettings(gaps={}, notices=())
        )
        self.feed = 0

    async def set_up(self, *routes: Route) -> None:
        address = Feed("https://times.example/feed", "Example Times")
        self.feed = (await self.store.add_feed(address, origin=Origin.COMMAND, now=NOW)).id
        await self.store.sync_routes(routes, now=NOW)

    async def report(self, title: str, made: Claim | None = None, summary: str = "") -> None:
        """An article arrives, and what is due goes out."""
        new = article(title, summary=summary, source=title.split(maxsplit=1)[0])
        batch = [Assessed(new, assessment(made or claim()), alert=True)]
        await self.store.record_poll(self.feed, batch, FeedState(), plan, now=self.clock())
        await self.send()

    async def send(self) -> None:
        await self.outbox.drain()

    async def digests(self) -> None:
        """The hour is over: what is held goes out."""
        self.clock.forward(seconds=3600)
        for route in await self.store.due_digests(self.clock()):
            await self.store.make_digest(route.name, now=self.clock())
        await self.send()

    @property
    def admin(self) -> Changes:
        return self.store.by(ADMIN)

    async def withdraw(self) -> None:
        await self.admin.withdraw("UKR-1", plan, now=self.clock())
        await self.send()

    async def only(self) -> Development:
        (development,) = await self.store.latest(Filter())
        return development

    def replies(self, channel: str = "slack:C1") -> list[str]:
        """Headlines of what was replied to its first message."""
        shown = self.slack.in_channel(channel)
        return [one.card.headline for one in shown if one.reply_to is not None]

    def alone(self, channel: str) -> list[str]:
        """Headlines of what stands in the channel itself."""
        shown = self.slack.in_channel(channel)
        return [one.card.headline for one in shown if one.reply_to is None]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with await Store.open(tmp_path / "p.db") as store:
        made = Desk(store)
        await made.set_up(Route("desk", "slack:C1"), HOURLY)
        yield made


async def correct(desk: Desk) -> None:
    before = await desk.only()
    right = replace(before.claims[0], stage=Stage.SIGNED_BINDING)
    await desk.admin.correct(before.short_id, (right,), plan, now=desk.clock())
    await desk.send()


async def test_a_correction_is_a_reply_under_the_alert(desk: Desk) -> None:
    await desk.report("Paris pledges")
    await correct(desk)
    (told,) = desk.replies()
    assert told.startswith("CORRECTED")
    assert "2 pledge → 4 signed, binding" in told
    assert "by an admin" in str(desk.slack.in_channel("slack:C1")[-1].card.footer)
    (alert,) = [one for one in desk.slack.in_channel("slack:C1") if one.reply_to is None]
    assert alert.edits == 1


async def test_a_correction_that_changes_nothing_to_see_is_not_told(desk: Desk) -> None:
    await desk.report("Paris pledges")
    same = (await desk.only()).claims
    await desk.admin.correct("UKR-1", same, plan, now=desk.clock())
    await desk.send()
    assert desk.replies() == []


async def test_a_withdrawal_is_a_reply_that_says_why(desk: Desk) -> None:
    await desk.report("Paris pledges")
    await desk.withdraw()
    (told,) = desk.replies()
    assert told.startswith("ALERT WITHDRAWN · PLEDGED")
    reply = desk.slack.in_channel("slack:C1")[-1].card
    assert "found not to be a development" in str(reply.blocks)


async def test_what_is_withdrawn_twice_is_told_once(desk: Desk) -> None:
    await desk.report("Paris pledges")
    await desk.withdraw()
    await desk.withdraw()
    assert len(desk.replies()) == 1


async def test_a_reinstatement_and_an_undoing_are_told(desk: Desk) -> None:
    await desk.report("Paris pledges")
    await desk.withdraw()
    await desk.admin.reinstate("UKR-1", plan, now=desk.clock())
    await desk.send()
    await desk.admin.undo(None, plan, space="T1", now=desk.clock())
    await desk.send()
    marks = [told.partition(" · ")[0] for told in desk.replies()]
    assert marks == ["ALERT WITHDRAWN", "ALERT REINSTATED", "ALERT WITHDRAWN"]


async def test_a_members_correction_is_told_once_it_is_accepted(desk: Desk) -> None:
    await desk.report("Paris pledges")
    right = replace((await desk.only()).claims[0], beneficiaries=("MDA",))
    given = await desk.store.feedback(
        "UKR-1",
        "corrected",
        plan,
        by="U2",
        platform="slack",
        now=NOW,
        space="T1",
        corrected=(right,),
    )
    await desk.send()
    assert desk.replies() == []
    await desk.admin.decide_feedback(given.id, plan, accept=True, space="T1", now=NOW)
    await desk.send()
    (told,) = desk.replies()
    assert "Moldova" in told


async def test_after_a_merge_the_thread_of_the_one_says_of_which_it_is_a_part(desk: Desk) -> None:
    await desk.report("Paris pledges")
    other = claim(committers=("ESP",), beneficiaries=("MDA",))
    await desk.report("Madrid to patrol the Dniester", other, "Ships were promised for the spring.")
    await desk.store.follow("MDA-1", PERSON, now=NOW)
    await desk.admin.merge("MDA-1", "UKR-1", plan, now=desk.clock())
    await desk.send()
    (told,) = desk.replies()
    assert told.startswith("NOW PART OF UKR-1 · ")
    assert [h.partition(" · ")[0] for h in desk.alone(PERSON)] == ["NOW PART OF UKR-1"]


async def test_after_a_split_the_thread_of_the_old_one_says_so(desk: Desk) -> None:
    await desk.report("Paris pledges")
    await desk.report("Lyon reports the same")
    second = (await desk.only()).sources[1].article_id
    await desk.admin.split("UKR-1", [second], plan, now=desk.clock())
    await desk.send()
    (told,) = desk.replies()
    assert told.startswith("SPLIT · ")
    assert len(desk.alone("slack:C1")) == 2


async def test_a_channel_that_knows_it_from_a_digest_is_told_in_the_next(desk: Desk) -> None:
    await desk.report("Paris pledges")
    await desk.digests()
    await desk.withdraw()
    assert len(desk.alone("slack:C2")) == 1
    await desk.digests()
    again = desk.slack.in_channel("slack:C2")[1].card
    assert "ALERT WITHDRAWN" in str(again.blocks)


async def test_a_digest_tells_a_correction_in_the_language_of_its_route(desk: Desk) -> None:
    await desk.store.sync_routes([replace(HOURLY, language="de")], now=NOW)
    await desk.report("Paris pledges")
    await desk.digests()
    await correct(desk)
    await desk.digests()
    told = str(desk.slack.in_channel("slack:C2")[1].card)
    assert "BERICHTIGT" in told
    assert "Zusage → 4 unterzeichnet" in told
    assert "pledge >" not in told


async def test_what_is_withdrawn_before_its_digest_is_never_told(desk: Desk) -> None:
    await desk.report("Paris pledges")
    await desk.withdraw()
    await desk.digests()
    await desk.digests()
    assert desk.alone("slack:C2") == []


async def test_what_is_reinstated_before_its_digest_is_told_as_new(desk: Desk) -> None:
    await desk.report("Paris pledges")
    await desk.withdraw()
    await desk.digests()
    await desk.admin.reinstate("UKR-1", plan, now=desk.clock())
    await desk.digests()
    (digest,) = desk.slack.in_channel("slack:C2")
    assert "CHANGED" not in str(digest.card.blocks)
    await desk.digests()
    assert len(desk.alone("slack:C2")) == 1


async def test_what_is_withdrawn_while_its_digest_waits_to_be_sent_is_never_told(
    desk: Desk,
) -> None:
    await desk.report("Paris pledges")
    desk.clock.forward(seconds=3600)
    assert await desk.store.make_digest("hourly", now=desk.clock())
    await desk.admin.withdraw("UKR-1", plan, now=desk.clock())
    await desk.send()
    await desk.digests()
    assert desk.alone("slack:C2") == []


async def test_a_channel_that_never_heard_of_it_hears_nothing(desk: Desk) -> None:
    await desk.report("Paris pledges")
    await desk.store.add_route(Route("new", "slack:C3", origin=Origin.CHAT), now=NOW)
    await desk.withdraw()
    await desk.admin.reinstate("UKR-1", plan, now=desk.clock())
    await correct(desk)
    await desk.digests()
    assert desk.slack.in_channel("slack:C3") == []


async def test_a_correction_that_lets_it_pass_a_route_is_an_alert_there(desk: Desk) -> None:
    binding = Route("binding", "slack:C3", min_stage=Stage.SIGNED_BINDING)
    await desk.store.sync_routes([binding], now=NOW)
    await desk.report("Paris pledges")
    assert desk.slack.in_channel("slack:C3") == []
    await correct(desk)
    (told,) = desk.alone("slack:C3")
    assert told.startswith("CORRECTED")


async def test_a_follower_is_told_of_a_correction_and_of_a_withdrawal(desk: Desk) -> None:
    await desk.report("Paris pledges")
    await desk.store.follow("UKR-1", PERSON, now=NOW)
    await correct(desk)
    await desk.withdraw()
    marks = [told.partition(" · ")[0] for told in desk.alone(PERSON)]
    assert marks == ["CORRECTED", "ALERT WITHDRAWN"]


async def test_a_change_that_cannot_be_told_is_not_made(desk: Desk) -> None:
    await desk.report("Paris pledges")

    def broken(*_: object) -> list[NewDelivery]:
        raise RuntimeError("no plan")

    with pytest.raises(RuntimeError, match="no plan"):
        await desk.admin.withdraw("UKR-1", broken, now=desk.clock())
    assert (await desk.only()).status == "active"


async def test_a_muted_channel_keeps_a_true_alert_and_hears_no_more(desk: Desk) -> None:
    await desk.report("Paris pledges")
    await desk.store.mute("UKR-1", "slack:C1", by="U1", now=NOW)
    await desk.withdraw()
    (alert,) = desk.slack.in_channel("slack:C1")
    assert alert.card.void == "ALERT WITHDRAWN"


async def test_in_quiet_hours_a_withdrawal_waits_for_the_digest(desk: Desk) -> None:
    quiet = Route("desk", "slack:C1", quiet="10:00-12:00")
    await desk.store.sync_routes([quiet], now=NOW)
    await desk.report("Paris pledges")
    desk.clock.forward(seconds=3600)
    await desk.withdraw()
    assert desk.replies() == []
    await desk.digests()
    assert len(desk.alone("slack:C1")) == 1
    await desk.digests()
    assert "ALERT WITHDRAWN" in str(desk.slack.in_channel("slack:C1")[1].card.blocks)
