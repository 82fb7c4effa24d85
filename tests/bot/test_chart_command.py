"""`pledgewatch chart`: pictures in files."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from bot.charts import Plan, worker
from bot.charts.process import picture
from bot.cli import cli, main


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "config.toml").write_text('[storage]\npath = "p.db"\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(worker, "drawn", drawn_here)
    return tmp_path


async def drawn_here(plan: Plan) -> bytes:
    """Without a process of its own, which takes most of the time."""
    return picture(plan)


def chart(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["chart", *arguments])


def failed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str
) -> tuple[object, str]:
    """Exit status and standard error of the real entry point."""
    monkeypatch.setattr("sys.argv", ["pledgewatch", "chart", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code, capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ("timeline", "GBR", "UKR"),
        ("timeline", "United", "Kingdom", "Ukraine", "--language", "uk"),
        ("matrix",),
        ("matrix", "Estonia"),
        ("weeks",),
        ("weeks", "Ukraine", "--weeks", "26"),
    ],
    ids=" ".join,
)
def test_each_picture_is_written(folder: Path, arguments: tuple[str, ...]) -> None:
    result = chart(*arguments, "-o", "out.png")
    assert result.exit_code == 0, result.output
    assert Image.open(io.BytesIO((folder / "out.png").read_bytes())).format == "PNG"
    assert result.output.startswith("out.png: ")


def test_json_names_the_file_and_says_what_it_shows(folder: Path) -> None:
    told = json.loads(chart("timeline", "GBR", "UKR", "-o", "out.png", "--json").output)
    assert told["file"] == "out.png"
    assert told["bytes"] == (folder / "out.png").stat().st_size
    assert told["alt"].startswith("Timeline, United Kingdom · Ukraine: ")


def test_a_dash_writes_to_standard_output() -> None:
    assert Image.open(io.BytesIO(chart("matrix", "-o", "-").stdout_bytes)).format == "PNG"


def test_an_actor_who_promised_nothing_is_shown_with_what_it_was_promised() -> None:
    assert "What was promised to Ukraine" in chart("timeline", "Ukraine", "-o", "a.png").output


def test_nothing_to_draw_is_a_sentence_and_no_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = failed(monkeypatch, capsys, "timeline", "CHE", "AUT", "-o", "out.png")
    assert told == (1, "pledgewatch: The ledger holds nothing to draw of that.\n")
    assert not (folder / "out.png").exists()


def test_without_pillow_a_sentence_says_what_brings_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(worker, "installed", lambda: False)
    code, text = failed(monkeypatch, capsys, "matrix", "-o", "out.png")
    assert code == 1
    assert "pip install 'pledgewatch[charts]'" in text


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("timeline", "Atlantis", "-o", "a.png"), "Atlantis"),
        (("timeline", "GBR", "UKR"), "--output"),
        (("matrix", "--language", "xx", "-o", "a.png"), "de, en, fr, uk"),
        (("weeks", "--weeks", "99", "-o", "a.png"), "99"),
    ],
)
def test_what_is_wrong_with_the_arguments_is_told(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    told: str,
) -> None:
    code, text = failed(monkeypatch, capsys, *arguments)
    assert code == 2
    assert told in text


def test_a_folder_that_is_not_there_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, text = failed(monkeypatch, capsys, "matrix", "-o", "nowhere/out.png")
    assert code == 1
    assert "nowhere/out.png" in text
