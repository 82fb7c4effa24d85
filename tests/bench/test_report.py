"""The page of figures is what the benches found, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.bench import __main__ as runner
from tests.bench import recordings as kept
from tests.bench.recordings import Bench, Recording, benches, recordings, save, stamp
from tests.bench.report import PAGE, compose

BENCHES = {"speed": Bench("Speed", "none", "How fast."), "faults": Bench("Faults", "none", "What.")}


def recording(bench: str, figures: Mapping[str, Any], label: str = "") -> Recording:
    began = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    stamped = ("python -m tests.bench speed", began, 90.0, "abc1234", "3.11.7", "a CPU", 2, 0.5)
    return Recording(label or bench, bench, *stamped, figures)


def test_the_page_in_the_repository_is_made_of_the_figures_beside_it() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == compose(recordings(), benches()), "run make report"


def test_every_recording_belongs_to_a_bench_that_there_is() -> None:
    assert {one.bench for one in recordings()} <= set(benches())


def test_a_table_says_by_which_command_when_and_on_what_it_was_made() -> None:
    page = compose([recording("speed", {"articles a second": 1234})], BENCHES)
    assert "| articles a second | 1,234 |" in page
    assert (
        "`python -m tests.bench speed`, 23 November 2026 09:30 UTC, took 90 s; commit abc1234;"
        " Python 3.11.7 on 2 cores of a CPU, load 0.5 at the beginning." in page
    )


def test_what_was_not_measured_is_not_on_the_page() -> None:
    assert "Faults" not in compose([recording("speed", {"a": 1})], BENCHES)


def test_several_runs_of_a_bench_stand_side_by_side() -> None:
    runs = [recording("faults", {"lost": 0}, "calm"), recording("faults", {"lost": 2}, "seed 7")]
    page = compose(runs, BENCHES)
    assert "|  | calm | seed 7 |\n| --- | --- | --- |\n| lost | 0 | 2 |" in page


@pytest.mark.parametrize(
    ("figures", "table"),
    [
        (
            {"t": [{"": "latest", "ms": 1.2345}]},
            "**t**\n\n|  | ms |\n| --- | --- |\n| latest | 1.23 |",
        ),
        ({"t": {"latest": {"ms": 2}}}, "**t**\n\n|  | ms |\n| --- | --- |\n| latest | 2 |"),
        (
            {"t": {"ms": 2, "u": {"x": {"y": True}}}},
            "**t, u**\n\n|  | y |\n| --- | --- |\n| x | yes |",
        ),
        ({"loads": [0.1, 0.25], "missed": []}, "| loads | 0.1, 0.25 |\n| missed | none |"),
    ],
)
def test_figures_become_tables(figures: dict[str, Any], table: str) -> None:
    assert table in compose([recording("speed", figures)], BENCHES)


def test_a_run_is_kept_with_its_stamp_and_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "FOLDER", tmp_path)
    found = tmp_path / "found"
    found.write_text(json.dumps({"a": 1}))
    save("speed", stamp("speed", ["--articles", "9"]), found)
    (read,) = recordings(tmp_path)
    assert (read.label, read.figures, read.cores > 0) == ("speed", {"a": 1}, True)
    assert read.command == "python -m tests.bench speed --articles 9"


def test_a_file_that_was_measured_is_not_named(tmp_path: Path) -> None:
    file = tmp_path / "secret-project.jsonl"
    file.touch()
    assert stamp("labelled", [str(file)])["command"] == "python -m tests.bench labelled FILE"


def test_a_bench_runs_by_its_name_and_what_it_found_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "FOLDER", tmp_path)
    assert runner.run("agreement", [], "agreement") == 0
    (read,) = recordings(tmp_path)
    assert read.figures["examples"] > 7000
