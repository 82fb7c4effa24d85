"""What an installation weighs and how soon it answers: `python -m tests.bench.install`.

Makes a virtual environment with the locked dependencies (which needs a package index) and the
project's wheel, and a database by the steps of the demo. Exit status 1 where a figure is missed.
"""

# ruff: noqa: S603 - interpreters and commands of our own making

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from tests.bench.figures import Row, json_option, keep

ROOT = Path(__file__).parents[2]
LARGEST = 180.0
"""MB, without extras, and without what installs."""
_TOOLS = ("pip", "setuptools", "pkg_resources", "_distutils_hack", "distutils-precedence.pth")
COMMANDS: Mapping[tuple[str, ...], float] = {
    ("--version",): 0.4,
    ("--help",): 0.4,
    ("latest", "--help"): 0.4,
    ("latest",): 1.5,
    ("status", "Ukraine"): 1.5,
    ("search", "troops"): 1.5,
}
"""What is typed, and the seconds that it may take."""
_BESIDE = ("Makefile", "README.md", "LICENSE", "MANIFEST.in", "pyproject.toml")
_DATABASE = """
import asyncio, io, sys
from pathlib import Path
from rich.console import Console
from bot.app import App
from bot.clock import utc_now
from bot.core import open_core
from bot.demo import SampleHost, demo_config, serve
from bot.demo_feeds import load_outlets
from bot.logs import configure
from bot.terminal_chat import TerminalChat

async def main():
    outlets = load_outlets()
    host = SampleHost(outlets, utc_now())
    async with serve(host) as base:
        config = demo_config(Path(sys.argv[1]), base, outlets)
        configure(config, quiet=True)
        async with open_core(config, service=True) as core:
            app = App(core, [TerminalChat(Console(file=io.StringIO()))])
            for host.rounds in (1, 2, 3):
                await app.poll_once(everything=True, deliver=True)
            await app.close()

asyncio.run(main())
"""


def main() -> int:
    """Install, measure, judge."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.install")
    parser.add_argument("--repeats", type=int, default=20, help="of each command")
    json_option(parser)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="install-") as temporary:
        folder = Path(temporary)
        began = time.perf_counter()
        python = install(folder)
        seconds = time.perf_counter() - began
        sizes = weigh(python)
        rows = [row(python, folder, command, options.repeats) for command in COMMANDS]
    tools = {name for name in sizes if name.startswith(_TOOLS)}
    size = sum(mb for name, mb in sizes.items() if name not in tools)
    sys.stdout.write(f"{size:.0f} MB (at most {LARGEST:g}), installed in {seconds:.0f} s\n")
    found = {
        "in site-packages, MB": size,
        "at most, MB": LARGEST,
        "pip and setuptools besides, MB": sum(sizes[name] for name in tools),
        "installation, s": seconds,
        "the largest": [{"": name, "MB": mb} for name, mb in list(sizes.items())[:8]],
        "from Enter to the last character": rows,
    }
    keep(options.json, found)
    return 0 if size <= LARGEST and all(each["met"] for each in rows) else 1


def install(folder: Path) -> Path:
    """An environment with the locked dependencies and the wheel; its interpreter."""
    source = folder / "source"
    for name in ("bot", "classifiers", "feeds", "storage"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in _BESIDE:
        shutil.copy(ROOT / name, source)
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / "bin" / "python"
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--quiet", "--quiet", "install"]
    lock = ["--require-hashes", "-r", str(ROOT / "requirements.lock")]
    subprocess.run([*pip, *lock], check=True)
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", str(source)], check=True)
    return python


def weigh(python: Path) -> dict[str, float]:
    """MB on disk of what lies in site-packages, byte code included, the largest first."""
    (packages,) = python.parents[1].glob("lib/python*/site-packages")
    sizes = {entry.name: _blocks(entry) * 512 / 1e6 for entry in packages.iterdir()}
    return dict(sorted(sizes.items(), key=lambda item: -item[1]))


def _blocks(path: Path) -> int:
    each = [path, *path.rglob("*")] if path.is_dir() else [path]
    return sum(file.lstat().st_blocks for file in each)


def row(python: Path, folder: Path, command: Sequence[str], repeats: int) -> Row:
    """How long a command takes, once it has been called before."""
    database = folder / "demo.db"
    if not database.exists():
        subprocess.run([str(python), "-c", _DATABASE, str(folder)], check=True, cwd=folder)
        (folder / "config.toml").write_text('[storage]\npath = "demo.db"\n', encoding="utf-8")
    program = python.with_name("pledgewatch")
    runs = [_seconds(program, folder, command) for _ in range(repeats)]
    taken, computed = sorted(wall for wall, _ in runs), median(cpu for _, cpu in runs)
    name, asked = f"pledgewatch {' '.join(command)}", COMMANDS[tuple(command)]
    spread = f"{taken[0]:.3f} to {taken[-1]:.3f}"
    sys.stdout.write(f"{name:32} {median(taken):.3f} s ({spread}), {computed:.3f} s of CPU\n")
    return {
        "": f"`{name}`",
        "median, s": median(taken),
        "fastest, s": taken[0],
        "slowest, s": taken[-1],
        "of CPU, s": computed,
        "at most, s": asked,
        "met": median(taken) <= asked,
    }


def _seconds(program: Path, folder: Path, command: Sequence[str]) -> tuple[float, float]:
    """By the clock, and of the processor."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PLEDGEWATCH"))}
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([program, *command], cwd=folder, env=environ, capture_output=True, check=True)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    sys.exit(main())
