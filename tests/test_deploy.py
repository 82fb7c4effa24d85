"""What is shipped for operators fits the program."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bot.metrics import metrics
from bot.opinions import OpinionFigures
from tests.bot.test_health import BUSY
from tests.builders import NOW

ROOT = Path(__file__).parents[1]
UNIT = ROOT / "deploy" / "pledgewatch.service"
ANALYZE = shutil.which("systemd-analyze")


def exported() -> set[str]:
    """The names of all figures."""
    full = replace(BUSY, opinions=OpinionFigures(1, 0, ""))
    return set(re.findall(r"# TYPE pledgewatch_(\w+)", metrics(full, NOW)))


def test_the_rules_ask_for_figures_that_exist() -> None:
    rules = (ROOT / "deploy" / "prometheus-rules.yml").read_text(encoding="utf-8")
    asked = re.findall(r"\bpledgewatch_(\w+)", rules)
    assert asked
    assert [name for name in asked if name not in exported()] == []


def test_the_guide_lists_every_figure() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`(\w+)(?:\{[\w,]+\})?`", page))
    assert exported() - told == set()


# --- systemd


def settings() -> dict[str, str]:
    """The unit's settings; of one that is repeated, the last."""
    lines = UNIT.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def test_the_unit_waits_for_signs_of_life_and_reads_the_configuration_again() -> None:
    unit = settings()
    assert (unit["Type"], unit["WatchdogSec"]) == ("notify", "60")
    assert unit["ExecReload"].endswith("kill -HUP $MAINPID")
    assert "78" in unit["RestartPreventExitStatus"].split()


@pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not here")
def test_systemd_finds_no_fault_with_the_unit(tmp_path: Path) -> None:
    unit = UNIT.read_text(encoding="utf-8").replace(
        "/opt/pledgewatch/.venv/bin/pledgewatch", sys.executable
    )
    (tmp_path / UNIT.name).write_text(unit)
    found = analyze("verify", str(tmp_path / UNIT.name))
    assert (found.returncode, found.stderr) == (0, "")


@pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not here")
def test_systemd_counts_the_unit_among_the_least_exposed() -> None:
    found = analyze("security", "--offline=true", "--no-pager", "--threshold=15", str(UNIT))
    assert found.returncode == 0, found.stdout


def analyze(*words: str) -> subprocess.CompletedProcess[str]:
    assert ANALYZE is not None
    return subprocess.run([ANALYZE, *words], capture_output=True, text=True, check=False)  # noqa: S603 - our own unit


# --- the image


def test_the_image_runs_as_nobody_in_particular_and_knows_how_it_does() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    last = text.rpartition("\nFROM ")[2]
    assert re.search(r"^USER 10001:10001$", last, re.MULTILINE)
    assert '"pledgewatch", "health", "--live"' in last
    assert "--require-hashes" in text


def test_the_image_takes_what_the_program_needs_and_nothing_else() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    taken = {line[1:] for line in lines if line.startswith("!")}
    assert lines[1] == "*"
    assert {"bot", "classifiers", "feeds", "storage", "requirements.lock"} <= taken
    assert all((ROOT / name).exists() for name in taken)


def test_the_replica_copies_the_file_that_the_container_writes() -> None:
    image = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    path = re.findall(r"PLEDGEWATCH_STORAGE__PATH=(\S+)", image)
    replica = (ROOT / "deploy" / "litestream.yml").read_text(encoding="utf-8")
    assert f"- path: {path[0]}\n" in replica


def test_the_container_has_a_read_only_root_and_no_rights() -> None:
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    services = re.split(r"\n  (?=\w+:\n)", text.partition("\nvolumes:")[0])[1:]
    assert len(services) == 2
    for service in services:
        assert "read_only: true" in service
        assert "cap_drop: [ALL]" in service
        assert "no-new-privileges:true" in service
