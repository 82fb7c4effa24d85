"""The fault bench. `make soak SEED=7 ALERTS=2000 KILLS=200`, or `make soak CALM=1` for the latency
without faults. Exit status 1 where a promise was broken."""

# ruff: noqa: T201 - a program that prints

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from random import Random, SystemRandom

from tests.bench.figures import Figures, json_option, keep
from tests.soak.bench import Report, bench
from tests.soak.checker import quantile
from tests.soak.news import stories
from tests.soak.newsroom import turns
from tests.soak.plan import make_plan, quiet_plan

_SHOWN = 10


def main() -> int:
    """Parse, run, report."""
    options = _options()
    seed = SystemRandom().randrange(10**6) if options.seed is None else options.seed
    kills = 0 if options.calm else options.kills
    print(f"seed {seed}: {options.alerts} alerts, {kills} kills", flush=True)
    with tempfile.TemporaryDirectory(prefix="soak-") as temporary:
        folder = Path(options.keep or temporary)
        folder.mkdir(parents=True, exist_ok=True)
        report = asyncio.run(soak(seed, options.alerts, kills, folder, calm=options.calm))
    print(text_of(report))
    keep(options.json, figures_of(report, seed, options.alerts))
    return 0 if kept(report) else 1


async def soak(seed: int, alerts: int, kills: int, folder: Path, *, calm: bool = False) -> Report:
    """One run. Every development is told in two channels."""
    count = (alerts + 1) // 2
    told = stories(count, Random(f"stories {seed}"))  # noqa: S311 - a repeatable plan
    plan = make_plan(seed, count, kills)
    if calm:
        spread = turns(told)
        plan, told = quiet_plan(seed, [len(turn) for turn in spread]), list(chain(*spread))
    async with bench(plan, told, folder) as running:
        return await running.run()


def kept(report: Report) -> bool:
    """Whether every promise was kept."""
    broken = report.bugs or report.deaf or report.dead or report.held or report.exit_status
    hasty = not report.kills and any(report.over_budget.values())
    return report.verdict.clean and not broken and not hasty


def text_of(report: Report) -> str:
    """The report for people."""
    verdict, late = report.verdict, report.latencies
    steps = ", ".join(f"{step} {count}" for step, count in sorted(report.kills.items()))
    lines = [
        f"expected {verdict.expected} alerts, and {verdict.told} developments in digests:"
        f" lost {len(verdict.lost)},"
        f" duplicated {len(verdict.duplicated)}, spurious {len(verdict.spurious)},"
        f" unedited {len(verdict.unedited)}, wrong replies {len(verdict.replies)}",
        f"latency beyond the poll wait: median {quantile(late, 0.5):.2f} s,"
        f" 99th percentile {quantile(late, 0.99):.2f} s, longest {quantile(late, 1):.2f} s;"
        f" {report.busiest[0]} channels, at most {report.busiest[1]:.1f} messages a second in one",
        f"kills {report.kills.total()} ({steps}); {report.mid_delivery} of them in the middle of a"
        f" delivery; {report.starts} starts",
        f"sockets heard again {report.lines.total()} ({', '.join(sorted(report.lines))}),"
        f" deaf {len(report.deaf)} {' '.join(report.deaf)}",
        f"faults met {report.met.total()}:",
        *_by_place(report.met),
        f"starts refused by a hindered database {report.refused_starts}; messages refused as too"
        f" fast {_counts(report.over_budget)}",
        f"failed attempts {report.logged['delivery.failed']},"
        f" found on the platform {report.logged['delivery.found']},"
        f" dead {report.dead}, feeds held {report.held}, bugs logged {len(report.bugs)},"
        f" exit status {report.exit_status}, {report.seconds:.0f} s",
    ]
    wrong = (verdict.lost, verdict.duplicated, verdict.spurious, verdict.unedited, verdict.replies)
    lines += [f"  {one}" for kind in (*wrong, report.bugs) for one in kind[:_SHOWN]]
    return "\n".join(lines)


def figures_of(report: Report, seed: int, alerts: int) -> Figures:
    """What docs/figures.md shows of a run."""
    verdict, late = report.verdict, report.latencies
    return {
        "seed": str(seed),
        "alerts asked for": alerts,
        "messages expected": verdict.expected,
        "developments in digests": verdict.told,
        "lost": len(verdict.lost),
        "duplicated": len(verdict.duplicated),
        "spurious": len(verdict.spurious),
        "unedited": len(verdict.unedited),
        "wrong replies": len(verdict.replies),
        "kills": report.kills.total(),
        "kills in the middle of a delivery": report.mid_delivery,
        "starts": report.starts,
        "sockets disturbed and heard again": report.lines.total(),
        "sockets deaf": len(report.deaf),
        **{f"faults met: {place}": count for place, count in _totals(report.met).items()},
        "messages refused as too fast": sum(report.over_budget.values()),
        "given up": report.dead,
        "bugs logged": len(report.bugs),
        "latency beyond the poll wait, median, s": quantile(late, 0.5),
        "latency, 99th percentile, s": quantile(late, 0.99),
        "latency, longest, s": quantile(late, 1),
        "channels": report.busiest[0],
        "most messages a second in one": report.busiest[1],
        "every promise kept": kept(report),
    }


def _totals(met: Counter[str]) -> Counter[str]:
    totals: Counter[str] = Counter()
    for name, count in sorted(met.items()):
        totals[name.partition(" ")[0]] += count
    return totals


def _by_place(met: Counter[str]) -> Iterator[str]:
    """A line for feeds, slack, discord, socket, database, clock."""
    places: dict[str, dict[str, int]] = defaultdict(dict)
    for name, count in sorted(met.items()):
        place, _, kind = name.partition(" ")
        places[place][kind] = count
    for place, kinds in places.items():
        yield f"  {place} {sum(kinds.values())}: {_counts(kinds)}"


def _counts(kinds: Mapping[str, int]) -> str:
    return ", ".join(f"{kind} {count}" for kind, count in kinds.items())


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak")
    parser.add_argument("--seed", type=int, help="of an earlier run, to have its plan again")
    parser.add_argument("--alerts", type=int, default=2000, help="messages in channels")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--calm", action="store_true", help="no faults and no kills")
    parser.add_argument("--keep", help="a folder for database and log, to look at afterwards")
    json_option(parser)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
