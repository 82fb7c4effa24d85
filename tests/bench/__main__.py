"""Runs benches and keeps their figures in docs/figures: `python -m tests.bench NAME [ARGUMENTS]`.

NAME stands in benches.toml; `quick` means all that take minutes at most. `--as LABEL` keeps a run
beside others of the same bench. Exit status 1 where one missed what is asked of it.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.bench.recordings import ROOT, benches, save, stamp


def main() -> int:
    """Read the arguments; those of the bench are handed on."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("name", choices=[*benches(), "quick"])
    parser.add_argument("--as", dest="label", default="", help="keep it under this name")
    options, arguments = parser.parse_known_args()
    quick = [name for name, bench in benches().items() if bench.quick]
    names = quick if options.name == "quick" else [options.name]
    return max(run(name, arguments, options.label or name) for name in names)


def run(name: str, arguments: Sequence[str], label: str) -> int:
    """Run one bench and keep what it found; its exit status."""
    bench = benches()[name]
    sys.stdout.write(f"--- {bench.title}\n")
    sys.stdout.flush()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "figures.json"
        command = ["-m", bench.module, *bench.arguments, *arguments, "--json", str(file)]
        began = stamp(name, arguments)
        done = subprocess.run([sys.executable, *command], cwd=ROOT, check=False)  # noqa: S603 - ours
        if file.exists():
            save(label, began, file)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
