"""Measures the real service with a large database, 2,000 feeds and people who use every command:

    python -m tests.bench.storage --keep big.db
    python -m tests.bench.load --database big.db [--minutes 6] [--json report.json]

The file is copied first and not written to. Exit status 1 where a figure is missed.
"""

# ruff: noqa: T201 - a program that prints

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from tests.bench.figures import json_option, keep
from tests.bench.load_asking import (
    OnDiscord,
    OnSlack,
    Person,
    Times,
    empty_times,
    one_round,
    percentile,
)
from tests.bench.load_database import prepare
from tests.bench.load_feeds import FEEDS
from tests.bench.load_questions import SCRIPT, facts_of
from tests.bench.load_service import Figures, Service
from tests.bench.storage import STATES
from tests.servers import CHATS, LoopbackDiscord, LoopbackSlack
from tests.servers.script import check_script

ANSWER, START, MEMORY, BLOCK = 200.0, 3.0, 300.0, 50.0
"""What is asked: milliseconds (95th percentile), seconds, MB, milliseconds."""
_DESKS = 30
_SAMPLE = 5.0
_FIRST_ROUND = 900.0
_CONFIG = """
[storage]
path = "pledgewatch.db"
backup_folder = "backups"

[fetch]
allow_networks = ["127.0.0.0/8"]
host_gap = 0
per_host = 20

[health]
port = {port}

[log]
format = "json"

[admins]
notices = ["slack:CNOTICES"]

[[routes]]
name = "desk"
channel = "slack:C1"
ceiling = 20

[[routes]]
name = "all"
channel = "discord:2"

[[routes]]
name = "digest"
channel = "discord:3"
mode = "daily"
"""
_ROUTE = '\n[[routes]]\nname = "desk {n}"\nchannel = "slack:C{n}"\nbeneficiaries = ["{state}"]\n'
_FEED = '\n[[feeds]]\nurl = "{host}/feed/{n}"\nname = "Outlet {n}"\ninterval = "5m"\n'


@dataclass
class Report:
    """What was measured."""

    database: dict[str, float] = field(default_factory=dict)
    starts: list[dict[str, float]] = field(default_factory=list)
    memory: dict[str, float] = field(default_factory=dict)
    loop: dict[str, Any] = field(default_factory=dict)
    polls: dict[str, float] = field(default_factory=dict)
    commands: dict[str, dict[str, Any]] = field(default_factory=dict)
    beside: dict[str, Any] = field(default_factory=dict)

    @property
    def missed(self) -> list[str]:
        """Which figures are worse than asked."""
        found = [name for name, row in self.commands.items() if row["p95"] > ANSWER]
        found += [f"{name}: unanswered" for name, row in self.commands.items() if row["failed"]]
        found += ["start"] * (self.starts[-1]["ready"] > START)
        found += ["memory"] * (self.memory["most"] > MEMORY)
        return found + ["event loop"] * (self.loop["worst_ms"] > BLOCK)


async def measure(options: argparse.Namespace, folder: Path) -> Report:
    """One run."""
    check_script(name for name, _ in SCRIPT)
    report = Report()
    database = folder / "pledgewatch.db"
    if not database.exists():
        print("copying the database", flush=True)
        await asyncio.to_thread(shutil.copyfile, options.database, database)
    await prepare(database, options.developments, datetime.now(UTC), lambda t: print(t, flush=True))
    async with _outlets() as host, LoopbackSlack() as slack, LoopbackDiscord() as discord:
        service = Service(folder)
        text = _config(service.port, host, slack, discord)
        (folder / "config.toml").write_text(text, "utf-8")
        people = (OnSlack(slack), OnDiscord(discord))
        try:
            report.starts.append(await service.start())
            report.starts[0]["first round of polls"] = await service.first_poll()
            await _first_round(service, report)
            await service.stop()
            report.starts.append(await service.start())
            await _settled(slack, discord)
            await _under_load(service, people, host, options.minutes * 60, report)
            status, took = await service.stop()
            report.starts[-1] |= {"stop": took, "exit status": float(status)}
        finally:
            await service.close()
    return report


def _config(port: int, host: str, slack: LoopbackSlack, discord: LoopbackDiscord) -> str:
    slack.add_channel("CNOTICES")
    slack.add_channel("C1")
    for number in (2, 3):
        discord.add_channel(number)
    text = (CHATS + _CONFIG).format(port=port, slack=slack, discord=discord)
    for number, state in enumerate(STATES[:_DESKS], 100):
        slack.add_channel(f"C{number}")
        text += _ROUTE.format(n=number, state=state)
    return text + "".join(_FEED.format(host=host, n=n) for n in range(FEEDS))


@contextlib.asynccontextmanager
async def _outlets() -> AsyncIterator[str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.load_feeds", stdout=asyncio.subprocess.PIPE
    )
    try:
        if process.stdout is None:
            raise RuntimeError("the host has no output")
        yield f"http://127.0.0.1:{int(await process.stdout.readline())}"
    finally:
        process.kill()
        await process.wait()


async def _first_round(service: Service, report: Report) -> None:
    """Every feed is read once: its first poll is the most that it ever brings."""
    began = time.perf_counter()
    async with asyncio.timeout(_FIRST_ROUND):
        while (figures := await service.figures()).total("polls_total") < FEEDS:  # noqa: ASYNC110 - another process
            await asyncio.sleep(1)
    report.polls["first round, seconds"] = time.perf_counter() - began
    report.loop["first round, worst_ms"] = figures.one("loop_lag_worst_seconds") * 1000
    report.memory["first round"] = sum(service.memory().values())
    print(f"first round {report.polls['first round, seconds']:.0f} s", flush=True)


async def _settled(slack: LoopbackSlack, discord: LoopbackDiscord) -> None:
    await slack.until(lambda: slack.connected)
    await discord.gateway.ready()


async def _under_load(
    service: Service, people: tuple[Person, ...], host: str, seconds: float, report: Report
) -> None:
    """Rounds of all commands, for so long."""
    until = time.monotonic() + seconds
    before = await service.figures()
    began = time.monotonic()
    times = {person.platform: empty_times() for person in people}
    samples: list[dict[int, float]] = []
    watching = asyncio.create_task(_watch(service, samples))
    async with asyncio.TaskGroup() as group:
        for person in people:
            work = _live(person, service.folder / "pledgewatch.db", host, until, times)
            group.create_task(work)
    watching.cancel()
    after = await service.figures()
    _note(report, before, after, time.monotonic() - began)
    sums = [sum(sample.values()) for sample in samples]
    report.memory |= {"most": max(sums), "median": percentile(sums, 50), "last": sums[-1]}
    report.memory["service alone, most"] = max(max(sample.values()) for sample in samples)
    report.commands = _rows(times)


async def _live(
    person: Person, path: Path, host: str, until: float, times: dict[str, dict[str, Times]]
) -> None:
    dice = Random(f"load {person.platform}")  # noqa: S311 - repeatable, no secret
    rounds = 0
    while time.monotonic() < until or not rounds:
        facts = await asyncio.to_thread(facts_of, path, person.platform, host, dice)
        await one_round(person, facts, times[person.platform])
        rounds += 1
        print(f"  {person.platform}: round {rounds}", flush=True)


async def _watch(service: Service, samples: list[dict[int, float]]) -> None:
    while True:
        samples.append(await asyncio.to_thread(service.memory))
        await asyncio.sleep(_SAMPLE)


def _note(report: Report, before: Figures, after: Figures, seconds: float) -> None:
    name = "loop_lag_seconds"
    past, now = before.buckets(name), after.buckets(name)
    report.loop |= {
        "worst_ms": after.one("loop_lag_worst_seconds") * 1000,
        "busiest_ms": after.one("loop_busy_worst_seconds") * 1000,
        "over 50 ms": after.one("loop_blocked_total"),
        "looks up to seconds": {bound: n - past.get(bound, 0) for bound, n in now.items()},
    }
    polls = after.total("polls_total") - before.total("polls_total")
    report.polls |= {"a minute": polls / seconds * 60, "minutes": seconds / 60}
    for kind in ("new", "relevant"):
        label = f'kind="{kind}"'
        found = after.one("articles_seen_total", label) - before.one("articles_seen_total", label)
        report.polls[f"{kind} articles a minute"] = found / seconds * 60
    report.polls["alerts"] = after.one("alerts_total") - before.one("alerts_total")
    for kind in ("articles", "developments"):
        report.database[kind] = after.one(kind)


def _rows(times: dict[str, dict[str, Times]]) -> dict[str, dict[str, Any]]:
    names = dict.fromkeys(name for found in times.values() for name in found)
    rows = {}
    for name in names:
        both = [found[name] for found in times.values() if name in found]
        taken = [one for times_ in both for one in times_.taken]
        worst = max(both, key=lambda one: max(one.taken, default=0.0))
        rows[name] = {
            "answers": len(taken),
            "median": percentile(taken, 50),
            "p95": percentile(taken, 95),
            "most": max(taken, default=0.0),
            "failed": sum(one.failed for one in both),
            "slowest": worst.slowest,
            "said": worst.said,
        }
    return rows


def figures(report: Report) -> dict[str, Any]:
    """What is kept: what is asked and found, then the rest."""
    slowest = max(row["p95"] for row in report.commands.values())
    asked = (
        ("answers, 95th percentile of the slowest command, ms", ANSWER, slowest),
        ("from start until ready, s", START, report.starts[-1]["ready"]),
        ("memory at most (PSS, workers included), MB", MEMORY, report.memory["most"]),
        ("event loop held at most, ms", BLOCK, report.loop["worst_ms"]),
    )
    looks = report.loop["looks up to seconds"]
    return {
        "missed": report.missed,
        "what is asked": [
            {"": name, "asked": limit, "found": found, "met": found <= limit}
            for name, limit, found in asked
        ],
        "database": report.database,
        "starts": {"first": report.starts[0], "second": report.starts[-1]},
        "memory, MB": report.memory,
        "polls": report.polls,
        "event loop": {
            "looks": int(looks["+Inf"]),
            "held for over 10 ms": int(looks["+Inf"] - looks["0.01"]),
            "held for over 50 ms": int(report.loop["over 50 ms"]),
            "its own thread computed between two looks at most, ms": report.loop["busiest_ms"],
            "longest in the first round of polls, ms": report.loop["first round, worst_ms"],
        },
        "machine": {
            "load average before": report.beside["load before"][0],
            "load average after": report.beside["load after"][0],
        },
        "answers, ms": {
            name: {key: row[key] for key in ("answers", "median", "p95", "most", "failed")}
            for name, row in report.commands.items()
        },
    }


def show(report: Report) -> None:
    """The table."""
    print(f"{'command':<38} answers  median     p95    most  ms")
    for name, row in report.commands.items():
        late = " MISSED" if row["p95"] > ANSWER else ""
        late += f" unanswered {row['failed']}" if row["failed"] else ""
        print(
            f"{name:<38} {row['answers']:>7} {row['median']:>7.1f} {row['p95']:>7.1f}"
            f" {row['most']:>7.1f}{late}"
        )
    taken = report.commands.values()
    print(f"{'(the slowest command)':<38} {'':>15} {max(row['p95'] for row in taken):>7.1f}")
    for title, found in (
        ("database", report.database),
        ("first start, seconds", report.starts[0]),
        ("second start, seconds", report.starts[-1]),
        ("memory (PSS, workers included), MB", report.memory),
        ("polls", report.polls),
    ):
        print(f"{title}: " + ", ".join(f"{name} {value:,.1f}" for name, value in found.items()))
    print(f"event loop: {report.loop}")
    print(f"beside: {report.beside}")
    print("missed: " + (", ".join(report.missed) or "nothing"))


def main() -> int:
    """Copy, run, report."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.load")
    parser.add_argument("--database", type=Path, required=True)
    parser.add_argument("--developments", type=int, default=50_000)
    parser.add_argument("--minutes", type=float, default=6.0, help="of commands")
    parser.add_argument("--keep", type=Path, help="a folder for the copy; one in it is used")
    json_option(parser)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="load-") as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        before = os.getloadavg()
        report = asyncio.run(measure(options, folder))
    report.beside = {"load before": before, "load after": os.getloadavg(), "cores": os.cpu_count()}
    show(report)
    keep(options.json, figures(report))
    return int(bool(report.missed))


if __name__ == "__main__":
    sys.exit(main())
