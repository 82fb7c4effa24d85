"""What members and admins of both platforms do: every command, every button, every form."""

from __future__ import annotations

import json
import time
from abc import ABC, abstractmethod
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from bot.command_table import COMMANDS, Command
from bot.discord_chat.drawing import pressed
from storage.records import Filter
from storage.store import Store
from tests.replay.room import Room
from tests.servers.discord_objects import BASIC, MANAGE_GUILD
from tests.servers.script import FROM_UNFOLLOW_TO_HELD
from tests.soak.service import Service

Json = dict[str, Any]
_BY_NAME = {command.name: command for command in COMMANDS}
_KEPT = 6
_ADMINS = frozenset(
    {"confirm", "cancel", "starter", "sample", "test_route", "add_feed", "add_route", "edit_route"}
)


@dataclass
class Seen:
    """How one thing fared on one platform."""

    answered: int = 0
    failed: int = 0
    slowest: float = 0.0
    """Seconds."""
    said: str = ""
    """The last answer's beginning."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A button that somebody can see."""

    action: str
    value: str
    label: str
    message: Json
    channel: str
    home: bool = False

    @property
    def kind(self) -> str:
        """As it is counted: pages and questions by their labels."""
        if self.action != "ask":
            return self.action
        if " timeline " in self.value:
            return "ask: pair"
        return f"ask: {self.label.rstrip(' 0123456789').split()[-1]}"


@dataclass(frozen=True, slots=True)
class Facts:
    """What commands can be asked of."""

    platform: str
    host: str
    names: tuple[str, ...]
    """Short ids of developments, newest first."""
    shared: tuple[str, str]
    """A development of several articles, and one of them; or any."""
    address: str
    """Of an article."""
    entry: int
    feedback: int
    dice: Random

    @property
    def spare(self) -> str:
        """A feed to do things with."""
        return f"Spare-{self.platform}"

    @property
    def name(self) -> str:
        """Of some development."""
        return self.dice.choice(self.names)


SCRIPT: tuple[tuple[str, Callable[[Facts], Json]], ...] = (
    ("pledges latest", lambda f: {"beneficiary": "Ukraine", "since": "7d"}),
    ("pledges latest", lambda f: {}),
    ("pledges search", lambda f: {"query": "troops to:Ukraine"}),
    ("pledges show", lambda f: {"reference": f.name}),
    ("pledges status", lambda f: {"beneficiary": "Україна"}),
    ("pledges compare", lambda f: {"first": "GBR", "second": "France"}),
    ("pledges timeline", lambda f: {"actor": "USA", "beneficiary": "UKR"}),
    ("pledges matrix", lambda f: {"beneficiary": "Ukraine"}),
    ("pledges brief", lambda f: {"since": "24h"}),
    ("pledges why", lambda f: {"reference": f.name}),
    ("pledges whynot", lambda f: {"reference": f.address}),
    ("pledges submit", lambda f: {"url": f"{f.host}/missed-{f.platform}"}),
    ("pledges follow", lambda f: {"reference": f.name}),
    ("pledges follow", lambda f: {"reference": f.names[0]}),
    ("pledges follow", lambda f: {}),
    *FROM_UNFOLLOW_TO_HELD,
    ("pledgewatch feeds release", lambda f: {"feed": f"Burst-{f.platform}"}),
    ("pledgewatch feeds discard", lambda f: {"feed": f"Burst-{f.platform}"}),
    ("pledgewatch feeds import", lambda f: {"source": f"{f.host}/list-{f.platform}.opml"}),
    ("pledgewatch feeds import", lambda f: {}),
    ("pledgewatch feeds export", lambda f: {}),
    ("pledgewatch feeds test", lambda f: {"url": f"{f.host}/outlet-1"}),
    ("pledgewatch routes list", lambda f: {}),
    ("pledgewatch routes add", lambda f: {"name": "spare", "settings": "to=UKR min_stage=2"}),
    ("pledgewatch routes edit", lambda f: {"route": "spare", "settings": "min_stage=3"}),
    ("pledgewatch routes mute", lambda f: {"route": "spare", "span": "2h"}),
    ("pledgewatch routes unmute", lambda f: {"route": "spare"}),
    ("pledgewatch routes test", lambda f: {"route": "spare", "settings": "min_stage=1"}),
    ("pledgewatch routes sample", lambda f: {"route": "spare"}),
    ("pledgewatch routes enable", lambda f: {"route": "spare"}),
    ("pledgewatch routes remove", lambda f: {"route": "spare"}),
    ("pledgewatch deliveries", lambda f: {"state": "dead"}),
    ("pledgewatch retry", lambda f: {}),
    ("pledgewatch merge", lambda f: {"wrong": f.names[0], "into": f.names[-1]}),
    ("pledgewatch undo", lambda f: {}),
    ("pledgewatch split", lambda f: {"reference": f.shared[0], "articles": f.shared[1]}),
    ("pledgewatch withdraw", lambda f: {"reference": f.names[-1], "note": "a satire"}),
    ("pledgewatch reinstate", lambda f: {"reference": f.names[-1]}),
    ("pledgewatch ledger pending", lambda f: {}),
    ("pledgewatch ledger confirm", lambda f: {"entry": f.entry, "note": "seen the text"}),
    ("pledgewatch ledger reject", lambda f: {"entry": f.entry, "note": "misquoted"}),
    ("pledgewatch feedback list", lambda f: {}),
    ("pledgewatch feedback accept", lambda f: {"feedback": f.feedback}),
    ("pledgewatch feedback refuse", lambda f: {"feedback": f.feedback}),
    ("pledgewatch audit", lambda f: {"since": "7d"}),
    ("pledgewatch stats", lambda f: {"by": "route"}),
    ("pledgewatch help", lambda f: {"command": "feeds add"}),
)
BUTTONS = frozenset(
    {
        "details", "timeline", "sources", "not_relevant", "correct", "follow", "unfollow", "mute",
        "mute_yes", "unmute", "ask: ▶", "ask: Back", "ask: Undo", "confirm", "cancel", "sample",
        "test_route", "add_feed", "add_route", "edit_route", "forget_me",
    }
)  # fmt: skip
"""What must have been pressed on both platforms. Starter feeds are offered and not chosen: they are
beyond the loopback."""


class Members(ABC):
    """The people of one platform, admin and member."""

    name: str

    def __init__(self, room: Room, service: Service, dice: Random) -> None:
        self.room = room
        self.seen: dict[str, Seen] = defaultdict(Seen)
        self._service = service
        self._dice = dice
        self._buttons: dict[str, deque[Shown]] = defaultdict(lambda: deque(maxlen=_KEPT))

    async def command(self, name: str, options: Callable[[Facts], Json]) -> None:
        """Give a command with what there is to ask of."""
        facts = await self._facts()
        command = _BY_NAME[name]
        if facts is not None:
            given = options(facts)
            await self._noted(f"/{name}", lambda: self._ask(command, given))

    async def press(self) -> None:
        """Press the button that was pressed least of those in sight; fill in what it opens."""
        for shown in self._standing():
            self._buttons[shown.kind].append(shown)
        sight = [one for kept in self._buttons.values() for one in kept if self._is_there(one)]
        inside = [one for one in sight if _stays_inside(one)]
        if inside:
            self._dice.shuffle(inside)
            chosen = min(inside, key=lambda one: self.seen[f"[{one.kind}]"].answered)
            admin = chosen.action in _ADMINS or chosen.action == "ask" or self._dice.random() < 0.3
            await self._noted(f"[{chosen.kind}]", lambda: self._press(chosen, admin=admin))

    async def _noted(self, what: str, do: Callable[[], Awaitable[list[Json]]]) -> None:
        seen, began = self.seen[what], time.monotonic()
        try:
            answers = await do()
        except TimeoutError:
            seen.failed, seen.said = seen.failed + 1, "unanswered"
            return
        seen.slowest = max(seen.slowest, time.monotonic() - began)
        seen.said = text_of(answers)
        if "went wrong" in json.dumps(answers):
            seen.failed += 1
        else:
            seen.answered += 1

    def _keep(self, messages: Iterable[Json], channel: str) -> None:
        for message in messages:
            for shown in self._on(message, channel):
                self._buttons[shown.kind].append(shown)

    async def _facts(self) -> Facts | None:
        async with await Store.open(self._service.database) as store:
            known = await store.latest(Filter(), limit=40)
            pending = await store.pending_entries(limit=1)
            said = await store.feedback_given(state="waiting", limit=1)
        if not known:
            return None
        names = tuple(one.short_id for one in known)
        shared = next((d for d in known if len(d.sources) > 1), known[0])
        return Facts(
            platform=self.name,
            host=self.room.host.origin,
            names=names,
            shared=(shared.short_id, str(shared.sources[-1].article_id)),
            address=shared.lead.url,
            entry=pending[0].entry.id if pending else 1,
            feedback=said[0].id if said else 1,
            dice=self._dice,
        )

    def _is_there(self, shown: Shown) -> bool:
        """Whether the message still has that button: an answer may have taken its place."""
        now = self._on(shown.message, shown.channel)
        return any((one.label, one.value) == (shown.label, shown.value) for one in now)

    @abstractmethod
    async def _ask(self, command: Command, options: Json) -> list[Json]:
        """Give a command; what is shown."""

    @abstractmethod
    async def _press(self, shown: Shown, *, admin: bool) -> list[Json]:
        """Press a button and fill in what it opens; what is shown at last."""

    @abstractmethod
    def _on(self, message: Json, channel: str) -> Iterable[Shown]:
        """The buttons of a message."""

    @abstractmethod
    def _standing(self) -> Iterable[Shown]:
        """Buttons of what stands in channels, and at home."""

    def _answers(self, action: str) -> dict[str, str | list[str]]:
        """What is put into a form."""
        number = self._dice.randrange(10**6)
        match action:
            case "add_feed":
                return {"feeds": self.room.spare(f"/form-{number}")}
            case "add_route":
                return {"name": f"form-{number}", "beneficiaries": "Estonia, Латвія"}
            case "edit_route":
                return {"settings": "min_stage=1"}
        return {"stage": self._dice.choice("0123456")}


def _stays_inside(shown: Shown) -> bool:
    return shown.action != "starter" or not shown.value


class SlackMembers(Members):
    """U1 is an admin, U2 is not."""

    name = "slack"

    async def home(self) -> None:
        """An admin opens the app's home page."""
        await self._noted("(home page)", self._open_home)

    async def _open_home(self) -> list[Json]:
        slack = self.room.slack
        slack.homes.pop("U1", None)
        await slack.open_home()
        await slack.until(lambda: "U1" in slack.homes)
        return [slack.homes["U1"]]

    async def _ask(self, command: Command, options: Json) -> list[Json]:
        words = [f"since:{v}" if k == "since" else str(v) for k, v in options.items()]
        channel = self._dice.choice(("C0", "C3", "C4"))
        asked = await self.room.slack.command(
            " ".join((f"/{command.name}", *words)),
            user="U1" if command.admin else "U2",
            channel=channel,
        )
        self._keep(asked.shown, channel)
        return asked.shown

    async def _press(self, shown: Shown, *, admin: bool) -> list[Json]:
        slack, user = self.room.slack, "U1" if admin else "U2"
        views = set(slack.modals)
        if shown.home:
            asked = await slack.press_at_home(shown.label, user="U1")
        else:
            asked = await slack.press(shown.message, shown.label, user=user, channel=shown.channel)
        opened = [view for view in slack.modals if view not in views]
        if not opened or "submit" not in slack.modals[opened[-1]]:
            self._keep(asked.shown, shown.channel)
            return asked.shown or list(slack.modals.values())[-1:]
        answers = self._answers(shown.action)
        if shown.home and shown.action == "add_route":
            answers["channel"] = "slack:C1"
        sent = await slack.submit(opened[-1], user="U1" if shown.home else user, **answers)
        return [sent.response]

    def _is_there(self, shown: Shown) -> bool:
        now = self.room.slack.homes.get("U1") if shown.home else shown.message
        return super()._is_there(replace(shown, message=now or {}))

    def _on(self, message: Json, channel: str, *, home: bool = False) -> Iterable[Shown]:
        for block in message.get("blocks") or []:
            for button in block.get("elements") or [] if block["type"] == "actions" else []:
                action = button["action_id"].split(":")[1]
                label = button["text"]["text"]
                yield Shown(action, button.get("value", ""), label, message, channel, home)

    def _standing(self) -> Iterable[Shown]:
        for name, channel in self.room.slack.channels.items():
            for message in channel.messages[-2:]:
                yield from self._on(message, name)
        for view in self.room.slack.homes.values():
            yield from self._on(view, "", home=True)


class DiscordMembers(Members):
    """One user, with and without the right to manage the server."""

    name = "discord"

    async def _ask(self, command: Command, options: Json) -> list[Json]:
        channel = self._dice.choice((100, 103, 104))
        rights = BASIC | MANAGE_GUILD if command.admin else BASIC
        asked = await self.room.discord.slash(
            command.name, channel=channel, permissions=rights, **options
        )
        self._keep(asked.shown, str(channel))
        return asked.shown

    async def _press(self, shown: Shown, *, admin: bool) -> list[Json]:
        discord, channel = self.room.discord, int(shown.channel)
        rights = BASIC | MANAGE_GUILD if admin else BASIC
        asked = await discord.press(shown.message, shown.label, channel=channel, permissions=rights)
        if asked.modal is not None:
            answers = {
                k: [v] if k == "stage" and isinstance(v, str) else v
                for k, v in self._answers(shown.action).items()
            }
            asked = await discord.submit(asked, channel=channel, permissions=rights, **answers)
        seen = asked.shown or ([asked.pressed] if asked.pressed else [])
        self._keep(seen, shown.channel)
        return seen

    def _on(self, message: Json, channel: str) -> Iterable[Shown]:
        for row in message.get("components") or []:
            for button in row.get("components") or []:
                press = pressed(button.get("custom_id", ""))
                if press is not None:
                    yield Shown(press.action, press.value, button["label"], message, channel)

    def _standing(self) -> Iterable[Shown]:
        for number, channel in list(self.room.discord.channels.items()):
            for message in channel.messages[-2:]:
                yield from self._on(message, str(number))


def text_of(shown: Iterable[Json]) -> str:
    """The beginning of what was shown last, on one line."""
    words = " ".join(dict.fromkeys(_words(list(shown)[-1:])))
    return " ".join(words.split())[:90]


def _words(shown: object) -> Iterable[str]:
    """What stands in a message, form or page, in its order."""
    if isinstance(shown, dict):
        kept = {k: v for k, v in shown.items() if k not in {"elements", "components", "title"}}
        for name, value in {"title": shown.get("title"), **kept}.items():
            if isinstance(value, str) and name in {"title", "description", "content", "text"}:
                yield value
            else:
                yield from _words(value)
    elif isinstance(shown, list):
        for part in shown:
            yield from _words(part)
