"""Speed of the classifier on one core: `python -m tests.bench.classify [JSONL]`.

Prints gate, short articles and full articles a second, and the time to import and load. Without a
file it takes some of the shipped examples, evenly over all: nine in ten of them pass the gate, so
they are far more work than news are.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

_STARTED = time.perf_counter()

from classifiers.examples import article_of, rows  # noqa: E402 - the import is what is timed
from classifiers.reader import load_reader  # noqa: E402
from tests.bench.figures import json_option, keep  # noqa: E402

_FULL_WORDS = 600
_EXAMPLES = 2_000


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.classify")
    parser.add_argument("file", nargs="?", type=Path, help="articles; without it the examples")
    json_option(parser)
    options = parser.parse_args()
    found = measure(options.file)
    for name, value in found.items():
        sys.stdout.write(f"{name:32} {value:10.2f}\n")
    keep(options.json, found)


def measure(file: Path | None) -> dict[str, float]:
    """The figures."""
    reader = load_reader()
    ready = time.perf_counter() - _STARTED
    loaded = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    articles = [article_of(row) for row in _rows(file)]
    text = " ".join(a.title + ". " + a.summary for a in articles[:40])
    full = [replace(a, text=" ".join(text.split()[:_FULL_WORDS])) for a in articles[:200]]
    gate = _rate(lambda: [reader.gate(a) for a in articles], len(articles))
    passing = [a for a in articles if reader.gate(a)]
    return {
        "import and load, s": ready,
        "articles": len(articles),
        "gate, articles a second": gate,
        "short articles a second": _rate(
            lambda: [reader.assess(a) for a in articles], len(articles)
        ),
        "those that pass the gate, a second": _rate(
            lambda: [reader.assess(a) for a in passing], len(passing)
        ),
        f"articles of {_FULL_WORDS} words a second": _rate(
            lambda: [reader.assess(a) for a in full], len(full)
        ),
        "memory at most until loaded, MB": loaded,
        "the same with all these articles, MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        / 1024,
    }


def _rows(file: Path | None) -> list[dict[str, object]]:
    if file is None:
        shipped = rows()
        return shipped[:: max(1, len(shipped) // _EXAMPLES)]
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line]


def _rate(work: Callable[[], object], count: int) -> float:
    started = time.perf_counter()
    work()
    return count / (time.perf_counter() - started)


if __name__ == "__main__":
    main()
