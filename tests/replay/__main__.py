"""News of an hour through the real service and both platforms, while people use every command and
button: `python -m tests.replay --minutes 55`. Exit status 1 where an error was logged or anything
went unanswered or undelivered."""

# ruff: noqa: T201 - a program that prints

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random, SystemRandom
from typing import TypeVar

from storage.store import Store
from tests.replay.members import BUTTONS, SCRIPT, DiscordMembers, Members, SlackMembers
from tests.replay.news import Item, items
from tests.replay.room import Room
from tests.servers import FeedHost, LoopbackDiscord, LoopbackSlack
from tests.servers.script import check_script
from tests.soak.service import Service

_T = TypeVar("_T")
_ROUND_MINUTES = 12.0
"""How often everybody does everything, at most."""
_PROVOKED = "suddenly brought"
"""Of the bursts that the replay makes, the operator is told on purpose."""
_ALERTS = 5
_BEGIN = 60.0
_SETTLE = 240.0
_LOOK = 0.5
_SHARE = 0.97
"""Of the span: news and members end a little before it does."""


def main() -> int:
    """Parse, run, report."""
    options = _options()
    seed = SystemRandom().randrange(10**6) if options.seed is None else options.seed
    print(f"seed {seed}: {options.articles} articles in {options.minutes:g} minutes", flush=True)
    with tempfile.TemporaryDirectory(prefix="replay-") as temporary:
        folder = Path(options.keep or temporary)
        folder.mkdir(parents=True, exist_ok=True)
        dice = Random(f"replay {seed}")  # noqa: S311 - a repeatable plan
        return asyncio.run(replay(options.articles, options.minutes * 60, folder, dice))


async def replay(articles: int, seconds: float, folder: Path, dice: Random) -> int:
    """One run; its exit status."""
    check_script(name for name, _ in SCRIPT)
    news = items(articles, dice)
    async with FeedHost() as host, LoopbackSlack() as slack, LoopbackDiscord() as discord:
        room, service = Room(host, slack, discord), Service(folder)
        config = room.config(datetime.now(UTC), timedelta(seconds=seconds))
        (folder / "config.toml").write_text(config, "utf-8")
        people = (SlackMembers(room, service, dice), DiscordMembers(room, service, dice))
        try:
            await _begin(room, service)
            async with asyncio.TaskGroup() as group:
                group.create_task(_publish(room, news, seconds * _SHARE))
                for members in people:
                    group.create_task(_live(members, seconds * _SHARE))
            await _settle(room, service)
            status = await service.stop()
            return await _report(room, service, people, status)
        finally:
            await service.kill()


async def _begin(room: Room, service: Service) -> None:
    room.open()
    await service.start()
    await room.slack.until(lambda: room.slack.connected)
    await room.discord.gateway.ready()
    async with asyncio.timeout(_BEGIN):
        while await service.feeds_read() < len(room.feeds):  # noqa: ASYNC110 - another process
            await asyncio.sleep(_LOOK)


async def _publish(room: Room, news: Sequence[Item], seconds: float) -> None:
    async for item in _spread(news, seconds):
        room.publish(item)


async def _live(members: Members, seconds: float) -> None:
    """Every command, and buttons after each, in rounds, once there are alerts to ask about."""
    began = time.monotonic()
    while len(members.room.slack.messages("C0")) < _ALERTS:  # noqa: ASYNC110 - another process
        await asyncio.sleep(_LOOK)
    rounds = max(1, round(seconds / 60 / _ROUND_MINUTES))
    acts = [act for turn in range(rounds) for act in _round(members, turn)]
    async for act in _spread(acts, seconds - (time.monotonic() - began)):
        await act()


def _round(members: Members, turn: int) -> list[Callable[[], Awaitable[None]]]:
    async def burst() -> None:
        members.room.burst(members.name, turn)

    acts: list[Callable[[], Awaitable[None]]] = [burst]
    for name, options in SCRIPT:
        acts += [partial(members.command, name, options), members.press, members.press]
    if isinstance(members, SlackMembers):
        acts.insert(len(acts) // 2, members.home)
    return acts


async def _spread(things: Sequence[_T], seconds: float) -> AsyncIterator[_T]:
    """Evenly over a span; without a pause where it is behind."""
    began = time.monotonic()
    for number, thing in enumerate(things):
        due = began + seconds * number / len(things)
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        yield thing


async def _settle(room: Room, service: Service) -> None:
    """Until what was published is read and what is due is delivered."""
    await service.make_due(room.host.url(path) for path in room.feeds)
    end = time.monotonic() + _SETTLE
    read = room.host.asked("GET *") + len(room.feeds)
    while time.monotonic() < end:
        await asyncio.sleep(_LOOK)
        if room.host.asked("GET *") >= read and not await service.unsettled():
            return


async def _report(room: Room, service: Service, people: Sequence[Members], status: int) -> int:
    logged = _logged(service.log.read_text("utf-8", "replace").splitlines())
    async with await Store.open(service.database) as store:
        deliveries = await store.deliveries(limit=1_000_000)
        figures = await store.figures()
    print(f"\narticles published {room.published}; recorded: {figures}\n")
    _print_deliveries(deliveries)
    unpressed = _print_people(people)
    print(f"\nlog lines of level warning or above: {len(logged)}")
    for level, line in logged:
        print(f"  {level}: {line}")
    failed = sum(seen.failed for members in people for seen in members.seen.values())
    left = Counter(str(d["state"]) for d in deliveries if d["state"] != "sent")
    errors = sum(level != "warning" and _PROVOKED not in line for level, line in logged)
    print(
        f"\nunanswered or failed {failed}, never pressed {unpressed}, errors logged {errors},"
        f" deliveries not sent {dict(left)}, exit status of the service {status}"
    )
    return int(bool(failed or unpressed or errors or left or status))


def _print_deliveries(deliveries: Iterable[dict[str, object]]) -> None:
    counted = Counter((str(d["channel"]), str(d["kind"]), str(d["state"])) for d in deliveries)
    print(f"{'channel':<24} {'kind':<8} {'state':<8} count")
    for (channel, kind, state), count in sorted(counted.items()):
        print(f"{channel:<24} {kind:<8} {state:<8} {count}")


def _print_people(people: Sequence[Members]) -> list[str]:
    """Every command and button; those that were never used."""
    print(f"\n{'platform':<9} {'command or [button]':<32} answered failed slowest  last answer")
    unused: list[str] = []
    for members in people:
        for what, seen in sorted(members.seen.items()):
            print(
                f"{members.name:<9} {what:<32} {seen.answered:>8} {seen.failed:>6}"
                f" {seen.slowest:>6.2f}s  {seen.said}"
            )
        wanted = {f"[{button}]" for button in BUTTONS} | {f"/{name}" for name, _ in SCRIPT}
        unused += [f"{members.name} {one}" for one in sorted(wanted - set(members.seen))]
    return unused


def _logged(lines: Iterable[str]) -> list[tuple[str, str]]:
    """Level and text of what is not mere information; what is no record is an error."""
    found: list[tuple[str, str]] = []
    for line in filter(str.strip, lines):
        try:
            level = str(json.loads(line)["level"])
        except (ValueError, KeyError, TypeError):
            level = "error"
        if level not in {"debug", "info"}:
            found.append((level, line))
    return found


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.replay")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--seed", type=int, help="of an earlier run, to have its articles again")
    parser.add_argument("--keep", help="a folder for database and log, to look at afterwards")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
