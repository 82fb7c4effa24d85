"""What people and platforms send: bytes -> commands, buttons, forms, payloads, configuration.

Each target keeps one event loop and one database for as long as the process lives. Nothing is
dialled: addresses that people give meet a fetcher that only judges them.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from structlog.testing import capture_logs
from yarl import URL

from bot.cards import Card
from bot.chat import FORMS, Asker, Press, Submission
from bot.command_table import COMMANDS
from bot.commands import Commands
from bot.config import ConfigError, load_config
from bot.discord_chat import drawing as discord_drawing
from bot.discord_chat.commands import typed
from bot.discord_chat.drawing import pressed
from bot.discord_chat.forms import submission
from bot.probe import FeedProbe
from bot.slack_chat import drawing as slack_drawing
from bot.submission import Submissions
from classifiers.reader import load_reader
from feeds.article import Feed
from feeds.errors import FetchError
from feeds.fetch import Fetched, Fetcher, FetchSettings
from feeds.parse_pool import ParserPool
from storage.records import Filter, Origin, Route
from storage.store import Store
from tests.builders import NOW
from tests.storage.makers import Desk, assessed, claim

MEMBER = Asker("discord", "2", "Ana", "discord:100", "7000", admin=False)
ADMIN = replace(MEMBER, user="1", admin=True)
STRANGER = Asker("slack", "U9", "Kim", "slack:C9", "T9", admin=True)
ASKERS = (MEMBER, ADMIN, STRANGER)
_OURS = Route("our own desk", "discord:100", origin=Origin.CHAT, space="7000")
_KINDS = tuple(sorted({p.suggest or p.kind for c in COMMANDS for p in c.parameters}))
_BUG = "Something went wrong on our side"


def text_of(data: bytes) -> str:
    """As JSON may carry it: any character, halves of a surrogate pair included."""
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("latin-1")


@cache
def loop() -> asyncio.AbstractEventLoop:
    """One for all targets of this process."""
    made = asyncio.new_event_loop()
    asyncio.set_event_loop(made)
    return made


def run(work: Coroutine[Any, Any, Any]) -> Any:
    """To its end."""
    return loop().run_until_complete(work)


class Judging(Fetcher):
    """Refuses what must be refused, and reaches nothing."""

    async def get(self, url: str, **_: Any) -> Fetched:
        try:
            parsed = URL(url.strip())
        except ValueError:
            parsed = URL()
        self._guard.check_url(parsed)
        raise FetchError("nothing is fetched here", kind="connect")


@dataclass
class Office:
    """A database with a development, a feed and a route of ours, and the commands over it."""

    store: Store
    commands: Commands
    parser: ParserPool
    folder: tempfile.TemporaryDirectory[str]


async def _opened() -> Office:
    folder = tempfile.TemporaryDirectory(prefix="fuzz-")
    store = await Store.open(Path(folder.name) / "p.db")
    feed = Feed("https://gazette.example/feed.xml", "Gazette")
    stored = await store.add_feed(feed, origin=Origin.COMMAND, now=NOW)
    await store.add_route(_OURS, now=NOW)
    desk = Desk(store, stored.id)
    await desk.poll(assessed("Britain pledges troops to Ukraine", claim(), text="Troops. " * 50))
    await desk.poll(assessed("France ratifies a pact", claim(committers=("FRA",))))
    fetcher, parser = Judging(FetchSettings()), ParserPool(1)
    reader = load_reader()

    def clock() -> datetime:
        return NOW + timedelta(hours=1)

    probe = FeedProbe(fetcher, parser, lambda: reader, store.subscriptions)
    submissions = Submissions(store, fetcher, parser, lambda: reader, clock)
    commands = Commands(store, lambda: probe, lambda: submissions, clock)
    return Office(store, commands, parser, folder)


@cache
def office() -> Office:
    """One for this process."""
    made: Office = run(_opened())
    return made


def close() -> None:
    """Let go of the database and the loop; the next target opens new ones."""
    if office.cache_info().currsize:
        here = office()
        run(here.parser.close())
        run(here.store.close())
        here.folder.cleanup()
        office.cache_clear()
    if loop.cache_info().currsize:
        loop().close()
        loop.cache_clear()


def chat(data: bytes) -> None:
    """A command, a button, a form or a word of autocomplete, from a member, an admin, or an admin
    of another place."""
    if len(data) < 2:
        return
    asker, kind = ASKERS[data[0] % len(ASKERS)], data[0] // len(ASKERS)
    run(_asked(office(), asker, kind % 4, data[1], text_of(data[2:])))


async def _asked(here: Office, asker: Asker, kind: int, choice: int, text: str) -> None:
    before = await _kept(here.store)
    first, _, rest = text.partition("\n")
    with capture_logs() as logged:
        match kind:
            case 0:
                command = COMMANDS[choice % len(COMMANDS)]
                path = " ".join(command.path) if choice < 2 * len(COMMANDS) else ""
                root = command.root if choice < 250 else first
                card = await here.commands.answer(root, f"{path} {text}", asker)
            case 1:
                card = await here.commands.press(Press(first, rest), asker)
            case 2:
                card = await here.commands.submit(_submission(choice, first, rest), asker)
            case _:
                offers = await here.commands.handlers.suggest(
                    _KINDS[choice % len(_KINDS)], text, asker
                )
                card = Card("offers", private=True) if len(offers) <= 25 else Card("")
    for line in logged:
        if line["event"] == "command.bug":
            raise line["exc_info"]
    _check(card)
    after = await _kept(here.store)
    if asker is not ADMIN and _OURS.name in before and _OURS.name not in after:
        raise AssertionError("somebody else took our route away")
    if not asker.admin and before != after:
        raise AssertionError("a member changed what is for admins")
    if asker is STRANGER and _OURS.name in str(card) and _OURS.name not in text:
        raise AssertionError("an admin of another place saw our route")


async def _kept(store: Store) -> set[str]:
    """What only admins change."""
    routes = {route.name for route in await store.routes()}
    return routes | {stored.feed.url for stored in await store.feeds()}


def _submission(choice: int, value: str, rest: str) -> Submission:
    """The lines of a form: field=answer."""
    action = sorted(FORMS)[choice % len(FORMS)]
    answers = {name: (given,) for name, _, given in (x.partition("=") for x in rest.split("\v"))}
    return Submission(action, value, answers)


def _check(card: Card) -> None:
    if not card.headline or _BUG in card.headline:
        raise AssertionError(f"no answer: {card.headline!r}")
    for drawn in discord_drawing.draw(card, pages=3).pages:
        if len(drawn) > 4096:
            raise AssertionError("Discord takes no such page")
    drawing = discord_drawing.draw(card)
    drawing.view()
    sent = json.dumps([drawing.content, drawing.pages, slack_drawing.draw(card, pages=2).pages])
    sent.encode("utf-8")


def query(data: bytes) -> None:
    """A search; filters, phrases, signs of the index's own language."""
    run(office().store.search(text_of(data), Filter(), limit=5))


def interaction(data: bytes) -> None:
    """What a Discord client can make up: ids of buttons, forms, options."""
    try:
        sent = json.loads(data)
    except (ValueError, RecursionError):
        sent = {"custom_id": text_of(data), "components": [{"custom_id": text_of(data)}]}
    if not isinstance(sent, dict):
        return
    press, form = pressed(str(sent.get("custom_id", ""))), submission(sent)
    if press is not None:
        _check(run(office().commands.press(press, MEMBER)))
    if form is not None:
        if len(form.answers) > 5 or any(len(v) > 4000 for g in form.answers.values() for v in g):
            raise AssertionError("a form is larger than forms are")
        _check(run(office().commands.submit(form, MEMBER)))
    options = sent.get("options")
    if isinstance(options, Mapping):
        for command in COMMANDS:
            given = {str(k): v for k, v in options.items() if isinstance(v, str | int)}
            typed(command, given)


def config(data: bytes) -> None:
    """A configuration file: a configuration or one sentence."""
    path = Path(office().folder.name) / "config.toml"
    path.write_bytes(data)
    try:
        load_config(path, {})
    except ConfigError as error:
        if "\n" in str(error).strip():
            raise AssertionError("more than one line") from error


def arguments(data: bytes) -> None:
    """A variable of the environment and its value."""
    name, _, value = text_of(data).partition("=")
    try:
        load_config(None, {f"PLEDGEWATCH_{name}": value})
    except ConfigError:
        return
