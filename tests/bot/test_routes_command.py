"""`pledgewatch routes`, `audit`, `undo`: the words of the chats on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli import cli


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.toml").write_text(
        '[[routes]]\nname = "screen"\nchannel = "terminal"\n[storage]\npath = "p.db"\n'
    )


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


def data(*arguments: str) -> Any:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def route(name: str) -> dict[str, Any]:
    return next(r for r in data("routes", "list") if r["name"] == name)


def test_settings_are_typed_as_in_chat() -> None:
    added = run(
        "routes", "add", "night desk", "slack:C1", "to=UKR,South Korea", "stage>=2", "weekly",
        "words=article 5", "zone=Europe/Kyiv",
    )  # fmt: skip
    assert added.exit_code == 0, added.output
    made = route("night desk")
    assert (made["beneficiaries"], made["min_stage"]) == (["UKR", "KOR"], 2)
    assert (made["mode"], made["words"], made["zone"]) == ("weekly", "article 5", "Europe/Kyiv")


def test_options_and_settings_go_together() -> None:
    run("routes", "add", "desk", "slack:C1", "daily", "--committer", "France", "--committer", "GBR")
    made = route("desk")
    assert (made["committers"], made["mode"]) == (["FRA", "GBR"], "daily")


def test_a_route_is_edited_muted_and_undone() -> None:
    run("routes", "add", "desk", "slack:C1", "to=UKR")
    before = route("desk")
    assert run("routes", "edit", "desk", "to+=MDA", "name=night").exit_code == 0
    assert route("night")["beneficiaries"] == ["UKR", "MDA"]
    assert run("routes", "mute", "night", "2h").exit_code == 0
    assert route("night")["muted_until"]
    assert run("undo").exit_code == 0
    assert run("undo").exit_code == 0
    assert route("desk") == before
    actions = [entry["action"] for entry in data("audit")]
    assert actions == ["undo", "undo", "routes mute", "routes edit", "routes add"]
    assert run("undo", "99").exit_code == 1


def test_settings_are_tried_on_what_was_reported() -> None:
    tried = data("routes", "test")
    assert [r["route"] for r in tried["routes"]] == ["screen"]
    compared = data("routes", "test", "screen", "min_stage=3", "threshold=0.4", "days=7")
    assert compared["changes"] == ["min_stage – → 3", "threshold 0.4"]
    assert (compared["days"], compared["added"]) == (7, [])


@pytest.mark.parametrize(
    "arguments",
    [
        ("routes", "add", "desk", "slack:C1", "colour=red"),
        ("routes", "add", "desk", "slack:C1", "--min-confidence", "7"),
        ("routes", "add", "desk", "#general"),
        ("routes", "mute", "screen", "soon"),
        ("routes", "test", "screen", "days=none"),
    ],
)
def test_what_is_wrongly_put_exits_with_2(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2, result.output


def test_a_route_that_is_not_there_exits_with_1() -> None:
    result = run("routes", "edit", "desk", "mode=daily")
    assert result.exit_code == 1
    assert "screen" in result.output


def test_feeds_that_are_imported_stand_in_the_audit() -> None:
    run("feeds", "import", "--starter", "--tag", "nato")
    (entry,) = data("audit")
    assert (entry["action"], entry["subject"], entry["platform"]) == (
        "feeds import",
        "1 feed",
        "terminal",
    )
    assert run("undo", str(entry["id"])).exit_code == 0
    assert data("feeds", "list") == []
