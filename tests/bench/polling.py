"""What a steady round of polling costs, and what it costs lemon24/reader on the same host.

    python -m tests.bench.polling [--feeds 2000] [--many 10000] [--no-peer]

The peer needs Python 3.12 or newer; it is installed into .venv/bench-peer for this and nothing
else. Exit status 1 where a figure is missed.
"""

# ruff: noqa: T201 - a program that prints

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.figures import Row, json_option, keep

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PEER = ROOT / ".venv" / "bench-peer"
PEER_RELEASE = "reader==3.27"
LONGEST_ROUND = 60.0
"""Seconds, for the many feeds."""
MOST_MEMORY = 300.0
"""MB of PSS, parse workers included."""
LONGEST_STALL = 50.0
"""Milliseconds that the event loop may compute without a pause."""
PEER_SHARE = 0.1
"""Of the peer's CPU."""


@contextmanager
def feed_host() -> Iterator[str]:
    """A fresh host of feeds; its port."""
    command = [sys.executable, str(HERE / "feed_host.py")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - ours
        if process.stdout is None:
            raise RuntimeError("the host has no output")
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


def figures(python: str, script: str, *arguments: object) -> dict[str, float]:
    """Run one of the two pollers against a fresh host."""
    with feed_host() as port:
        command = [python, str(HERE / script), port, *map(str, arguments)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603
    found: dict[str, float] = json.loads(done.stdout)
    return found


def peer_python() -> str:
    """The interpreter that has the peer; empty where there is no Python new enough for it."""
    python = PEER / "bin" / "python"
    if not python.exists():
        newer = next(filter(runs, (shutil.which(f"python3.{n}") for n in (14, 13, 12))), None)
        if newer is None:
            return ""
        subprocess.run([newer, "-m", "venv", str(PEER)], check=True)  # noqa: S603 - ours
        install = [str(python), "-m", "pip", "install", "--quiet", PEER_RELEASE]
        subprocess.run(install, check=True)  # noqa: S603 - ours
    return str(python)


def runs(python: str | None) -> bool:
    """Whether this is an interpreter; a version manager's shim may be none."""
    if python is None:
        return False
    return subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0  # noqa: S603


def line(who: str, feeds: int, found: dict[str, float]) -> str:
    """One row of the table."""
    return (
        f"{who:<12} {feeds:>6} feeds  {found['cpu']:7.2f} s CPU  {1000 * found['cpu'] / feeds:6.2f}"
        f" ms a feed  {found['wall']:6.1f} s  {found['peak_mb']:5.0f} MB  {found['new']:5.0f} new"
    )


def _row(who: str, feeds: int, found: dict[str, float]) -> Row:
    return {
        "": who,
        "feeds": feeds,
        "CPU, s": found["cpu"],
        "CPU a feed, ms": 1000 * found["cpu"] / feeds,
        "by the clock, s": found["wall"],
        "peak memory, MB": found["peak_mb"],
        "new items": int(found["new"]),
    }


def _judged(what: str, value: float, limit: float, unit: str) -> Row:
    """Say whether a figure is met."""
    met = value <= limit
    print(f"{'met' if met else 'MISSED':<7} {what}: {value:.3g} {unit} (at most {limit:g})")
    return {"": what, "found": value, "at most": limit, "unit": unit, "met": met}


def main() -> int:
    """Measure and judge."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--feeds", type=int, default=2000, help="for the comparison")
    parser.add_argument("--many", type=int, default=10_000, help="for time, memory and stalls")
    parser.add_argument("--no-peer", action="store_true")
    json_option(parser)
    options = parser.parse_args()

    ours = figures(sys.executable, "poll_with_pledgewatch.py", options.feeds)
    print(line("pledgewatch", options.feeds, ours), flush=True)
    rounds = [_row("Pledgewatch", options.feeds, ours)]
    wrong = abs(ours["new"] - options.feeds // 10)
    judged = [_judged("new items missed or repeated", wrong, 0, "")]
    peer = "" if options.no_peer else peer_python()
    if peer:
        theirs = figures(peer, "poll_with_reader.py", options.feeds, 1)
        print(line("reader 3.27", options.feeds, theirs), flush=True)
        rounds.append(_row("lemon24/reader 3.27", options.feeds, theirs))
        share = ours["cpu"] / theirs["cpu"]
        judged.append(_judged("CPU against reader", share, PEER_SHARE, "of its CPU"))
    elif not options.no_peer:
        print("reader 3.27 needs Python 3.12 or newer, and there is none: not compared")
    many = figures(sys.executable, "poll_with_pledgewatch.py", options.many)
    print(line("pledgewatch", options.many, many), flush=True)
    rounds.append(_row("Pledgewatch", options.many, many))
    judged += [
        _judged("a round", many["wall"], LONGEST_ROUND, "s"),
        _judged("memory", many["peak_mb"], MOST_MEMORY, "MB"),
        _judged("longest stall of the event loop", many["busy_ms"], LONGEST_STALL, "ms"),
    ]
    print(f"        (by the clock, other programs included: {many['stall_ms']:.0f} ms)")
    keep(options.json, {"a steady round": rounds, "what is asked": judged})
    return 0 if all(row["met"] for row in judged) else 1


if __name__ == "__main__":
    sys.exit(main())
