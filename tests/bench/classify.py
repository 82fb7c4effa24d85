"""Speed of the classifier on one core: `python tests/bench/classify.py [JSONL]`.

Prints gate, short articles and full articles a second, and the time to import and load. Without a
file it takes the shipped examples.
"""

from __future__ import annotations

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

_FULL_WORDS = 600


def main() -> None:
    """Measures and prints."""
    reader = load_reader()
    _print("import and load, s", time.perf_counter() - _STARTED)
    articles = [article_of(row) for row in _rows()]
    text = " ".join(a.title + ". " + a.summary for a in articles[:40])
    full = [replace(a, text=" ".join(text.split()[:_FULL_WORDS])) for a in articles[:200]]
    _print("gate, articles/s", _rate(lambda: [reader.gate(a) for a in articles], len(articles)))
    passing = [a for a in articles if reader.gate(a)]
    _print("short articles/s", _rate(lambda: [reader.assess(a) for a in articles], len(articles)))
    _print("that pass the gate/s", _rate(lambda: [reader.assess(a) for a in passing], len(passing)))
    _print("full articles/s", _rate(lambda: [reader.assess(a) for a in full], len(full)))
    _print("peak memory, MB", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _rows() -> list[dict[str, object]]:
    if len(sys.argv) < 2:
        return rows()
    lines = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line]


def _rate(work: Callable[[], object], count: int) -> float:
    started = time.perf_counter()
    work()
    return count / (time.perf_counter() - started)


def _print(name: str, value: float) -> None:
    sys.stdout.write(f"{name:24} {value:10.2f}\n")


if __name__ == "__main__":
    main()
