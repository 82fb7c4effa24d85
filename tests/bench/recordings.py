"""What the benches found, as it is kept in docs/figures: a file a run, with when, where and how."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "figures"
_BENCHES = Path(__file__).with_name("benches.toml")
_CPU = Path("/proc/cpuinfo")


@dataclass(frozen=True, slots=True)
class Bench:
    """One of benches.toml."""

    title: str
    module: str
    text: str
    arguments: tuple[str, ...] = ()
    quick: bool = False


@dataclass(frozen=True, slots=True)
class Recording:
    """One run."""

    label: str
    bench: str
    command: str
    began: datetime
    seconds: float
    commit: str
    python: str
    cpu: str
    cores: int
    load: float
    """The machine's load average of a minute when it began: whether others used it."""
    figures: Mapping[str, Any]


def benches() -> dict[str, Bench]:
    """All, by name, in the order of the page."""
    table = tomllib.loads(_BENCHES.read_text(encoding="utf-8"))
    return {
        name: Bench(**{**row, "arguments": tuple(row.get("arguments", ()))})
        for name, row in table.items()
    }


def stamp(bench: str, arguments: Sequence[str]) -> dict[str, Any]:
    """What is known of a run when it begins. Files are not named: they may be nobody's to see."""
    shown = ["FILE" if Path(argument).exists() else argument for argument in arguments]
    return {
        "bench": bench,
        "command": " ".join(["python -m tests.bench", bench, *shown]),
        "began": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _commit(),
        "python": platform.python_version(),
        "cpu": _cpu(),
        "cores": os.cpu_count() or 0,
        "load": round(os.getloadavg()[0], 1),
    }


def save(label: str, began: Mapping[str, Any], file: Path) -> None:
    """Keep a bench's figures with their stamp."""
    seconds = datetime.now(UTC) - datetime.fromisoformat(began["began"])
    figures = json.loads(file.read_text(encoding="utf-8"))
    kept = {**began, "seconds": round(seconds.total_seconds()), "figures": figures}
    FOLDER.mkdir(exist_ok=True)
    text = json.dumps(kept, ensure_ascii=False, indent=1)
    (FOLDER / f"{label}.json").write_text(text + "\n", encoding="utf-8")


def recordings(folder: Path = FOLDER) -> list[Recording]:
    """All that are kept, by label."""
    return [_read(path) for path in sorted(folder.glob("*.json"))]


def _read(path: Path) -> Recording:
    kept = json.loads(path.read_text(encoding="utf-8"))
    kept["began"] = datetime.fromisoformat(kept["began"])
    return Recording(label=path.stem, **kept)


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty=, changed", "--exclude=*"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    return done.stdout.strip() or "unknown"


def _cpu() -> str:
    if not _CPU.exists():
        return platform.processor() or platform.machine()
    lines = _CPU.read_text(encoding="utf-8").splitlines()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
