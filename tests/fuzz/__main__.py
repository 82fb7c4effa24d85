"""Fuzzing with atheris: `python -m tests.fuzz TARGET --seconds N`, or `make fuzz TARGET=feed`.

Begins with the corpus of the project and writes what is new to `--out`. A crash is written there
too, as crash-…; put it into tests/fuzz/corpus/TARGET once it is mended, and the tests replay it.
"""

# ruff: noqa: T201 - a program that prints

from __future__ import annotations

import argparse
import logging
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.fuzz.targets import PLACES, target

CORPUS = Path(__file__).parent / "corpus"
_MEASURED = ["feeds", "classifiers", "storage", "bot", "feedparser", "protego"]
_LONGEST = {"feed": 20_000, "page": 20_000, "opml": 20_000, "article": 4_000, "body": 4_000}
_USUAL = 1_500


def main() -> None:
    """Never returns: libFuzzer ends the process."""
    options = _options()
    try:
        atheris: Any = import_module("atheris")
    except ModuleNotFoundError:
        print("atheris is missing: pip install '.[fuzz]'", file=sys.stderr)
        sys.exit(2)
    logging.disable(logging.WARNING)
    with atheris.instrument_imports(include=_MEASURED):
        chosen = target(options.target)
    out = Path(options.out or f".fuzz/{options.target}")
    out.mkdir(parents=True, exist_ok=True)
    known = CORPUS / options.target
    arguments = [
        sys.argv[0],
        f"-max_total_time={options.seconds}",
        f"-max_len={_LONGEST.get(options.target, _USUAL)}",
        "-timeout=20",
        "-rss_limit_mb=3000",
        "-print_final_stats=1",
        f"-artifact_prefix={out}/",
        str(out),
        *([str(known)] if known.is_dir() else []),
    ]
    if options.merge:
        arguments[1:1] = ["-merge=1"]
    atheris.Setup(arguments, chosen)
    atheris.Fuzz()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("target", choices=sorted(PLACES))
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--out", help="folder for what is found [.fuzz/TARGET]")
    parser.add_argument(
        "--merge", action="store_true", help="only keep in --out what the corpus does not have"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
