"""What every chat platform keeps, whichever it is: nothing lost, nothing twice, nothing unsaid."""

from __future__ import annotations

import asyncio
import io
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from bot.cards import (
    Button,
    Card,
    Divider,
    Fields,
    Picture,
    Quote,
    Span,
    Table,
    Text,
    Tone,
)
from bot.chat import ChannelGone, Chat, OutcomeUnknown, Press, SendFailed
from bot.chats import chats
from bot.config import Config
from bot.config.channels import CHANNEL
from bot.config.platforms import BY_NAME, PLATFORMS
from bot.logs import secrets_of
from storage.records import Message
from tests.bot.fakes import Desk
from tests.bot.rigs import WRONG, Line, Rig, rig_of
from tests.servers import Cut, Fault, Hold, Reply

KEY = "0f8fad5bd9cb469fa16570867"
NAMES = [platform.name for platform in PLATFORMS]
LINES = [name for name in NAMES if name != "terminal"]
PARTS = {
    "headline": "zheadline",
    "text": "zparagraph",
    "a bold span": "zbold",
    "a link's label": "zlabel",
    "a quotation": "zquotation",
    "a quotation's source": "zsource",
    "a field's label": "zfield",
    "a field's line": "zvalue",
    "a table's heading": "zheading",
    "a table's cell": "zcell",
    "a picture's description": "zdescribed",
    "a button": "zbutton",
    "the footer": "zfooter",
}
"""Part of a card -> the word of it in `FULL`."""
FULL = Card(
    "zheadline",
    (
        Text(
            (
                (Span("zparagraph "), Span("zbold", bold=True)),
                (Span("zlabel", link="https://example.org/a"),),
            )
        ),
        Quote("zquotation", "zsource", "https://example.org/b"),
        Fields((("zfield", (Span("zvalue"),)),)),
        Divider(),
        Table(("zheading", "stage"), (((Span("zcell"),), (Span("3"),)),)),
        Picture(b"\x89PNG\r\n\x1a\n" + bytes(64), "zdescribed"),
    ),
    Tone.BINDING,
    (Button("details", "UKR-142", "zbutton"),),
    (Span("zfooter"),),
)
ALERT = Card("SIGNED", buttons=(Button("details", "UKR-142", "Details"),))


@dataclass(frozen=True, slots=True)
class Stand:
    """A rig with its chat started, and who answers it."""

    rig: Rig
    chat: Chat
    desk: Desk

    @property
    def line(self) -> Line:
        """For platforms that have one."""
        assert self.rig.line is not None
        return self.rig.line


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(params=NAMES)
async def stand(request: pytest.FixtureRequest) -> AsyncIterator[Stand]:
    async with rig_of(request.param) as rig:
        chat, desk = rig.make(2.0), Desk()
        await chat.start(desk.handlers)
        yield Stand(rig, chat, desk)
        await chat.close()


on_a_line = pytest.mark.parametrize("stand", LINES, indirect=True)


def now() -> datetime:
    return datetime.now(UTC)


def test_every_platform_has_a_rig() -> None:
    folder = Path(__file__).parent / "rigs"
    lacking = [
        f"tests/bot/rigs/{name}.py" for name in NAMES if not (folder / f"{name}.py").exists()
    ]
    assert lacking == []


# --- what it is


def test_a_platform_is_called_as_its_channels_begin(stand: Stand) -> None:
    assert stand.chat.name == stand.rig.channel.partition(":")[0]
    assert BY_NAME[stand.chat.name].channel.fullmatch(stand.rig.channel)


async def test_it_is_well_once_it_has_started(stand: Stand) -> None:
    assert stand.chat.healthy == ""


async def test_doctor_can_ask_who_it_is_and_whether_a_channel_is_there(stand: Stand) -> None:
    other = stand.rig.make(2.0)
    assert await other.identify()
    assert await other.check(stand.rig.channel)
    await other.close()


async def test_closing_twice_leaves_no_task_behind(stand: Stand) -> None:
    await stand.chat.close()
    await stand.chat.close()
    names = {task.get_name() for task in asyncio.all_tasks()}
    assert not any(stand.chat.name in name for name in names), names


@on_a_line
async def test_the_configuration_makes_it(stand: Stand) -> None:
    name = stand.chat.name
    config = Config.model_validate({name: dict(stand.line.settings)})
    made = {chat.name: chat for chat in chats(config, Console(file=io.StringIO()))}
    assert await made[name].identify()
    await made[name].close()


@on_a_line
def test_every_token_is_known_for_a_secret(stand: Stand) -> None:
    settings = stand.line.settings
    config = Config.model_validate({stand.chat.name: dict(settings)})
    assert {settings[key] for key in stand.line.secret_keys} <= set(secrets_of(config))


# --- what a card becomes


async def test_every_part_of_a_card_is_drawn(stand: Stand) -> None:
    await stand.chat.send(stand.rig.channel, FULL, KEY)
    shown = "".join(stand.rig.shown())
    lacking = {part for part, word in PARTS.items() if word not in shown}
    assert lacking == stand.rig.not_drawn, f"{stand.chat.name} draws none of these"


async def test_a_card_that_no_longer_stands_says_why_and_what_it_said(stand: Stand) -> None:
    sent = await stand.chat.send(stand.rig.channel, ALERT, KEY)
    await stand.chat.edit(sent, Card("SIGNED", void="DENIED"))
    last = stand.rig.shown()[-1]
    assert "DENIED" in last
    assert "SIGNED" in last


async def test_a_message_is_as_long_as_the_platform_takes(stand: Stand) -> None:
    lines = tuple((Span(f"line {number} " + "x" * 400),) for number in range(60))
    quote = Quote("q" * 6000, "s" * 300, "https://example.org/" + "a" * 900)
    await stand.chat.send(stand.rig.channel, Card("H" * 600, (Text(lines), quote)), KEY)
    assert "line 0 " in stand.rig.shown()[0]


# --- delivering


async def test_a_message_is_found_by_its_key(stand: Stand) -> None:
    began = now()
    sent = await stand.chat.send(stand.rig.channel, ALERT, KEY)
    assert sent.channel == stand.rig.channel
    assert await stand.chat.find(stand.rig.channel, KEY, began) == sent
    assert await stand.chat.find(stand.rig.channel, "another", began) is None


async def test_an_edit_draws_the_message_anew(stand: Stand) -> None:
    sent = await stand.chat.send(stand.rig.channel, ALERT, KEY)
    await stand.chat.edit(sent, Card("RATIFIED"))
    assert "RATIFIED" in stand.rig.shown()[-1]


@on_a_line
async def test_an_edit_is_no_further_message(stand: Stand) -> None:
    sent = await stand.chat.send(stand.rig.channel, ALERT, KEY)
    await stand.chat.edit(sent, Card("RATIFIED"))
    (only,) = stand.rig.shown()
    assert "SIGNED" not in only


async def test_a_reply_is_found_where_it_stands(stand: Stand) -> None:
    alert = await stand.chat.send(stand.rig.channel, ALERT, KEY)
    began = now() - timedelta(seconds=5)
    reply = await stand.chat.send(stand.rig.channel, Card("Change"), "k2", alert)
    assert await stand.chat.find(stand.rig.channel, "k2", began, alert) == reply
    assert reply != alert


# --- a line that fails


async def failing(stand: Stand, channel: str = "") -> SendFailed:
    """What a send that must fail says."""
    with pytest.raises(SendFailed) as caught:
        await stand.chat.send(channel or stand.rig.channel, ALERT, KEY)
    return caught.value


@on_a_line
async def test_a_line_cut_after_the_commit_leaves_a_message_that_is_found(stand: Stand) -> None:
    began = now()
    stand.line.server.fail_next(stand.line.post, Cut(committed=True))
    assert isinstance(await failing(stand), OutcomeUnknown)
    assert await stand.chat.find(stand.rig.channel, KEY, began)
    assert len(stand.rig.shown()) == 1


@on_a_line
async def test_a_line_cut_before_the_commit_leaves_nothing_to_find(stand: Stand) -> None:
    stand.line.server.fail_next(stand.line.post, Cut(committed=False))
    assert (await failing(stand)).retryable
    assert await stand.chat.find(stand.rig.channel, KEY, now()) is None


@on_a_line
async def test_after_a_server_error_the_outcome_is_unknown(stand: Stand) -> None:
    hasty, server = stand.rig.make(0.5), stand.line.server
    await hasty.start(stand.desk.handlers)
    for fault in (Reply(500), Reply(502, "<html>"), *stand.line.unknown):
        server.fail_next(stand.line.post, *[fault] * 9)
        with pytest.raises(OutcomeUnknown):
            await hasty.send(stand.rig.channel, ALERT, KEY)
        server.forgive()
    await hasty.close()


@on_a_line
async def test_an_answer_that_never_comes_ends_with_the_patience(stand: Stand) -> None:
    hasty, hold = stand.rig.make(0.3), Hold()
    await hasty.start(stand.desk.handlers)
    stand.line.server.fail_next(stand.line.post, hold)
    with pytest.raises(OutcomeUnknown):
        await hasty.send(stand.rig.channel, ALERT, KEY)
    hold.release.set()
    await hasty.close()


@on_a_line
async def test_a_search_that_fails_decides_nothing(stand: Stand) -> None:
    await stand.chat.send(stand.rig.channel, ALERT, KEY)
    stand.line.server.fail_next(stand.line.messages, *[Reply(503)] * 9)
    with pytest.raises(SendFailed) as caught:
        await stand.chat.find(stand.rig.channel, KEY, now())
    assert caught.value.retryable


@on_a_line
async def test_a_limit_names_its_pause_and_nothing_was_posted(stand: Stand) -> None:
    stand.line.server.fail_next(stand.line.post, stand.line.limited)
    failure = await failing(stand)
    assert type(failure) is SendFailed
    assert failure.retry_after == pytest.approx(700, abs=1)
    assert stand.rig.shown() == []


@on_a_line
async def test_an_edit_that_failed_may_simply_be_repeated(stand: Stand) -> None:
    sent = await stand.chat.send(stand.rig.channel, ALERT, KEY)
    stand.line.server.fail_next(stand.line.edit, *[Reply(503)] * 9)
    with pytest.raises(SendFailed) as caught:
        await stand.chat.edit(sent, ALERT)
    assert type(caught.value) is SendFailed
    assert caught.value.retryable


@on_a_line
async def test_a_platform_that_went_away_loses_nothing_and_hinders_no_stop(stand: Stand) -> None:
    await stand.line.server.stop()
    assert (await failing(stand)).retryable
    async with asyncio.timeout(12):
        await stand.chat.close()


@on_a_line
async def test_a_channel_that_there_is_not_is_gone_with_a_remedy(stand: Stand) -> None:
    assert CHANNEL.fullmatch(stand.rig.absent_channel)
    failure = await failing(stand, stand.rig.absent_channel)
    assert isinstance(failure, ChannelGone)
    assert failure.remedy
    with pytest.raises(ChannelGone):
        await stand.chat.check(stand.rig.absent_channel)


@on_a_line
async def test_an_edit_of_a_message_that_there_is_not_is_given_up(stand: Stand) -> None:
    sent = await stand.chat.send(stand.rig.channel, ALERT, KEY)
    other = sent.id[:-1] + ("1" if sent.id.endswith("0") else "0")
    with pytest.raises(SendFailed) as caught:
        await stand.chat.edit(Message(stand.rig.channel, other), ALERT)
    assert not caught.value.retryable


@on_a_line
async def test_a_wrong_token_is_said_so_at_once_and_not_shown(stand: Stand) -> None:
    misled = stand.line.misled()
    with pytest.raises(SendFailed) as caught:
        await misled.start(stand.desk.handlers)
    assert not caught.value.retryable
    assert caught.value.remedy
    assert WRONG not in f"{caught.value!r}{caught.value.remedy}"
    await misled.close()


@on_a_line
async def test_no_token_stands_in_a_log(
    stand: Stand, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("DEBUG")
    stand.line.server.fail_next(stand.line.post, *[Reply(503)] * 9)
    await failing(stand)
    written = caplog.text + "".join(capfd.readouterr())
    assert not [k for k in stand.line.secret_keys if stand.line.settings[k] in written]


async def deliver(chat: Chat, channel: str, key: str, card: Card) -> None:
    """As the outbox does: ask before sending again, whenever the outcome was unknown."""
    unknown, began = False, now()
    for _ in range(50):
        try:
            if unknown and await chat.find(channel, key, began):
                return
            await chat.send(channel, card, key)
        except SendFailed as error:
            if not error.retryable:
                raise
            unknown = unknown or isinstance(error, OutcomeUnknown)
        else:
            return
    raise AssertionError("fifty attempts were not enough")


@on_a_line
@pytest.mark.parametrize("seed", range(3))
async def test_over_a_line_that_fails_at_random_every_alert_stands_once(
    stand: Stand, seed: int
) -> None:
    faults: tuple[Fault, ...] = (
        Cut(committed=True),
        Cut(committed=False),
        Reply(503, "<html>"),
        Reply(429, "<html>", {"Retry-After": "1"}),
        *stand.line.unknown,
    )
    dice = random.Random(seed)  # noqa: S311 - a repeatable plan of faults
    for number in range(60):
        for _ in range(dice.choice((0, 0, 1, 2))):
            stand.line.server.fail_next(stand.line.messages, dice.choice(faults))
        buttons = (Button("details", str(number), "Details"),) if number % 2 else ()
        card = Card(f"alert{number}z", buttons=buttons)
        await deliver(stand.chat, stand.rig.channel, f"key-{number}", card)
    stand.line.server.forgive()
    shown = stand.rig.shown()
    found = [sum(f"alert{number}z" in text for text in shown) for number in range(60)]
    assert (len(shown), found) == (60, [1] * 60)


# --- commands and buttons


@on_a_line
async def test_a_command_is_answered_and_says_who_asked_and_where(stand: Stand) -> None:
    if stand.rig.ask is None:
        pytest.skip("it takes no commands")
    assert "Answer" in await stand.rig.ask("pledges latest")
    root, text, asker = stand.desk.asked[0]
    assert (root, text) == ("pledges", "latest")
    assert (asker.platform, asker.channel) == (stand.chat.name, stand.rig.channel)
    assert asker.user
    assert not asker.admin


@on_a_line
async def test_a_bug_in_an_answer_is_told_to_the_asker(stand: Stand) -> None:
    if stand.rig.ask is None:
        pytest.skip("it takes no commands")
    stand.desk.fails = True
    assert "went wrong" in await stand.rig.ask("pledges latest")


@on_a_line
async def test_a_button_works_after_a_restart(stand: Stand) -> None:
    if stand.rig.press is None:
        pytest.skip("its buttons cannot be pressed")
    await stand.chat.send(stand.rig.channel, ALERT, KEY)
    await stand.chat.close()
    later = stand.rig.make(2.0)
    await later.start(stand.desk.handlers)
    assert "Answer" in await stand.rig.press(0, "Details")
    assert stand.desk.pressed[0][0] == Press("details", "UKR-142")
    await later.close()
