"""`pledgewatch doctor`: tries everything that can be at fault, and says what to do about each."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from rich.console import Console

from bot.cards import Block, Card, Fields, Line, Span, Tone
from bot.chat import Chat, SendFailed
from bot.chats import chats
from bot.config import Config
from bot.core import Core, open_core
from bot.reply import Reply
from classifiers.second_opinion.service import NoAnswer
from feeds.article import Feed
from feeds.errors import FeedError
from storage.errors import DatabaseLocked, StorageError
from storage.records import Origin, Route, StoredFeed

_AT_ONCE = 10
_FEEDS_LISTED = 40

State = Literal["good", "note", "fault"]
_MARKS: dict[State, str] = {"good": "✓", "note": "·", "fault": "✗"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    state: State
    text: str
    remedy: str = ""


async def examine(config: Config, *, from_file: bool = True) -> list[Finding]:
    """Look at database, feeds, routes and chats. The configuration was read by then; `from_file`
    says whether there was one."""
    findings = [_configuration(from_file)]
    try:
        async with open_core(config, read_only=config.storage.path.exists()) as core:
            feeds = _feeds_at_next_start(config, await core.store.feeds())
            routes = _routes_at_next_start(config, await core.store.routes())
            figures = await core.store.figures()
            findings.append(
                Finding(
                    "database",
                    "good",
                    f"{config.storage.path}: {figures.articles:,} articles, "
                    f"{figures.developments:,} developments, schema {figures.schema}",
                )
            )
            findings += await _feeds(core, feeds)
            findings.append(await _second_opinion(core))
            findings += await _chats(config, routes)
    except DatabaseLocked as error:
        findings.append(Finding("database", "note", str(error)))
    except StorageError as error:
        findings.append(Finding("database", "fault", str(error)))
    return findings


def _configuration(from_file: bool) -> Finding:
    if from_file:
        return Finding("configuration", "good", "read and understood")
    text = "no config.toml in this folder: all as by default"
    return Finding("configuration", "note", text, "Write one: pledgewatch init")


def _feeds_at_next_start(config: Config, stored: Sequence[StoredFeed]) -> dict[Feed, bool]:
    """By name, and whether each is paused. The database learns of the file's only then."""
    paused = {s.feed.url for s in stored if s.paused}
    feeds = {s.feed.url: s.feed for s in stored if s.origin is not Origin.FILE}
    feeds |= {feed.url: feed for feed in config.feed_list()}
    by_name = sorted(feeds.values(), key=lambda feed: feed.title.casefold())
    return {feed: feed.url in paused for feed in by_name}


def _routes_at_next_start(config: Config, stored: Sequence[Route]) -> list[Route]:
    """By name; the database learns of the file's only then."""
    known = {route.name: route for route in stored}
    routes = {r.name: r for r in stored if r.origin is not Origin.FILE}
    for route in config.route_list():
        was = known.get(route.name, route)
        disabled = was.disabled if was.channel == route.channel else ""
        routes[route.name] = replace(route, disabled=disabled, muted_until=was.muted_until)
    return sorted(routes.values(), key=lambda route: route.name.casefold())


async def _feeds(core: Core, feeds: Mapping[Feed, bool]) -> list[Finding]:
    if not feeds:
        return [Finding("feeds", "fault", "none", "Add one: pledgewatch feeds add URL")]
    slots = asyncio.Semaphore(_AT_ONCE)

    async def look(feed: Feed, *, paused: bool) -> Finding:
        name = feed.title
        if paused:
            return Finding(name, "note", "paused")
        async with slots:
            try:
                fetched = await core.fetcher.get(feed.url, headers=feed.headers)
                parsed = await core.parser.parse(
                    fetched.body or b"", fetched.final_url, fetched.content_type
                )
            except FeedError as error:
                return Finding(name, "fault", str(error), error.remedy)
        return Finding(name, "good", f"{len(parsed.entries)} items, {parsed.format}")

    found = await asyncio.gather(*(look(feed, paused=off) for feed, off in feeds.items()))
    well = [f for f in found if f.state == "good"]
    if len(well) <= _FEEDS_LISTED:
        return list(found)
    return [f for f in found if f.state != "good"] + [
        Finding("feeds", "good", f"{len(well)} more are well")
    ]


async def _second_opinion(core: Core) -> Finding:
    what, table = "second opinion", core.config.second_opinion
    if core.opinions is None:
        return Finding(what, "note", "off: [second_opinion] url is not set")
    try:
        models = await core.opinions.models()
    except NoAnswer as error:
        return Finding(what, "fault", f"{table.url}: {error.reason}", error.remedy)
    if models and table.model not in models:
        remedy = "Load it there, or write another into [second_opinion] model."
        return Finding(what, "fault", f"{table.url} has no model {table.model}", remedy)
    calls, cost = await core.store.opinion_spending(core.clock().date())
    text = f"{table.url} answers; {table.model}; today {calls} of {table.calls_per_day} calls"
    return Finding(what, "good", text + (f", {cost:.4f} spent" if table.cost_per_day else ""))


async def _chats(config: Config, routes: Sequence[Route]) -> list[Finding]:
    made = {chat.name: chat for chat in chats(config, Console(stderr=True))}
    try:
        findings = []
        for table in config.chat_tables():
            name = table.platform.name
            if name in made:
                findings.append(await _chat(made[name]))
            else:
                are = "is" if len(table.missing) == 1 else "are"
                text = f"off: [{name}] {' and '.join(table.missing)} {are} not set"
                findings.append(Finding(name, "note", text))
        findings += [await _route(route, made) for route in routes]
        findings += [await _notices(channel, made) for channel in config.admins.notices]
        return findings + _without(routes) + _untold(config)
    finally:
        await asyncio.gather(*(chat.close() for chat in made.values()))


def _without(routes: Sequence[Route]) -> list[Finding]:
    if routes:
        return []
    remedy = (
        "Invite the app into a channel and press “Send alerts here” in its first message there, or:"
        " pledgewatch routes add NAME slack:C..."
    )
    return [Finding("routes", "fault", "none: nothing is sent anywhere", remedy)]


def _untold(config: Config) -> list[Finding]:
    if config.admins.notices or not config.chat_on:
        return []
    text = "no channel is told of failing feeds; of a lost channel only who made its route"
    return [Finding("notices", "note", text, "Name channels under [admins] notices.")]


async def _route(route: Route, made: Mapping[str, Chat]) -> Finding:
    what = f"route “{route.name}”"
    if route.disabled:
        remedy = f"Mend it; it goes on by itself, or: pledgewatch routes enable “{route.name}”"
        return Finding(what, "fault", f"off: {route.disabled}", remedy)
    found = await _channel(what, route.channel, made)
    if found.state == "good" and route.muted_until and route.muted(datetime.now(UTC)):
        remedy = f"pledgewatch routes unmute “{route.name}”"
        return Finding(what, "note", f"{found.text}, muted", remedy)
    return found


async def _notices(channel: str, made: Mapping[str, Chat]) -> Finding:
    return await _channel(f"notices to {channel}", channel, made)


async def _chat(chat: Chat) -> Finding:
    try:
        async with asyncio.timeout(20):
            return Finding(chat.name, "good", await chat.identify())
    except SendFailed as error:
        return Finding(chat.name, "fault", error.reason, error.remedy)
    except TimeoutError:
        return Finding(
            chat.name, "fault", "no answer within 20 s", "Check the network, then [..] api_url."
        )


async def _channel(what: str, channel: str, made: Mapping[str, Chat]) -> Finding:
    platform = channel.partition(":")[0]
    if platform not in made:
        text = f"goes to {channel}, and {platform} is off"
        return Finding(what, "fault", text, f"Set the {platform} token.")
    try:
        async with asyncio.timeout(20):
            name = await made[platform].check(channel)
            return Finding(what, "good", name if name == channel else f"{channel}: {name}")
    except SendFailed as error:
        return Finding(what, "fault", f"{channel}: {error.reason}", error.remedy)
    except TimeoutError:
        return Finding(what, "fault", f"{channel}: no answer within 20 s")


def report(findings: Sequence[Finding]) -> Reply:
    """The findings as an answer; not ok where there is a fault."""
    rows: list[tuple[str, Line]] = []
    for finding in findings:
        remedy = f" → {finding.remedy}" if finding.remedy else ""
        rows.append((f"{_MARKS[finding.state]} {finding.what}", (Span(finding.text + remedy),)))
    faults = sum(f.state == "fault" for f in findings)
    headline = f"{faults} fault{'s' * (faults != 1)} found" if faults else "All is well"
    blocks: tuple[Block, ...] = (Fields(tuple(rows)),)
    card = Card(headline, blocks, Tone.ERROR if faults else Tone.BINDING)
    data = [
        {"what": f.what, "state": f.state, "text": f.text, "remedy": f.remedy} for f in findings
    ]
    return Reply(card, {"faults": faults, "findings": data}, ok=not faults)
