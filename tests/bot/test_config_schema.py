"""The schema by which editors complete and check config.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft7Validator

from bot.cli import cli
from bot.config import ConfigError, load_config
from bot.config.feeds_and_routes import RouteTable
from bot.config.models import Config
from bot.config.schema import DIRECTIVE, FILE, config_schema, schema_text
from bot.init import Answers, write_config

ROOT = Path(__file__).parents[2]
ROUTE = '[[routes]]\nname = "a"\nchannel = "terminal"\n'
SCHEMA = Draft7Validator(config_schema(), format_checker=None)


def faults(text: str) -> list[str]:
    """What the schema has against a document."""
    return [error.message for error in SCHEMA.iter_errors(tomllib.loads(text))]


def sample() -> str:
    """The example with every sample line in force."""
    text = (ROOT / "config.example.toml").read_text(encoding="utf-8")
    lines = (
        line[1:] if line[:1] == "#" and line[1:2] not in " :" else line for line in text.split("\n")
    )
    return "\n".join(lines)


def test_it_is_a_sound_schema() -> None:
    Draft7Validator.check_schema(config_schema())


def test_the_example_passes_as_it_stands() -> None:
    assert faults((ROOT / "config.example.toml").read_text(encoding="utf-8")) == []


def test_the_example_passes_with_every_key_and_the_starter_set_in_force() -> None:
    assert len(tomllib.loads(sample())["feeds"]) > 50
    assert faults(sample()) == []


@pytest.mark.parametrize(
    "text",
    [
        "colour = 1",
        '[storage]\npaht = "x.db"',
        "[storage]\npath = 3",
        "[storage]\nbackup_hours = 0",
        "[fetch]\nhost_gap = 61.0",
        '[log]\nlevel = "loud"',
        '[[feeds]]\nname = "no address"',
        '[[feeds]]\nurl = "example.org/feed.xml"',
        '[[feeds]]\nurl = "https://me:secret@example.org/feed.xml"',
        '[[feeds]]\nurl = "https://example.org/"\ninterval = "15 minutes"',
        ROUTE.replace("terminal", "#general"),
        ROUTE + 'heads = ["promised"]',
        ROUTE + "min_stage = 7",
        ROUTE + 'weekday = "someday"',
        ROUTE + 'at = "7:00"',
        ROUTE + 'quiet = "22:00"',
        ROUTE + 'mention = "@here"',
        ROUTE + 'language = "xx"',
        ROUTE + 'languages = ["english"]',
        ROUTE + 'fields = ["everything"]',
        '[admins]\nusers = ["slack:C024BE7LH"]',
        '[second_opinion]\nurl = "localhost"',
    ],
)
def test_an_editor_marks_what_the_program_refuses(text: str, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError):
        load_config(path, {})
    assert faults(text) != []


def leaves(node: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The keys of all tables."""
    for name, each in node["properties"].items():
        below = each.get("items", each)
        if "properties" in below:
            yield from leaves(below, (*path, name))
        else:
            yield (*path, name)


def at(table: str, key: str) -> dict[str, Any]:
    node = config_schema()["properties"][table]
    found: dict[str, Any] = node.get("items", node)["properties"][key]
    return found


KEYS = [path for path in leaves(config_schema()) if len(path) == 2]


def test_every_key_of_the_models_is_in_it() -> None:
    assert len(KEYS) >= 80
    assert len({table for table, _ in KEYS}) == len(Config.model_fields)
    assert {key for table, key in KEYS if table == "routes"} == set(RouteTable.model_fields)


@pytest.mark.parametrize(("table", "key"), KEYS, ids=".".join)
def test_a_key_says_what_it_means_and_its_default_passes(table: str, key: str) -> None:
    found = at(table, key)
    assert found["description"]
    if "default" in found:
        assert list(Draft7Validator(found).iter_errors(found["default"])) == []


EXAMPLES = [
    (table, key, example)
    for table, key in KEYS
    for example in at(table, key).get(
        "examples", at(table, key).get("items", {}).get("examples", [])
    )
]


@pytest.mark.parametrize(("table", "key", "example"), EXAMPLES)
def test_the_program_takes_every_example_that_it_shows(table: str, key: str, example: str) -> None:
    value: Any = (example,) if at(table, key).get("type") == "array" else example
    given: dict[str, Any] = {key: value}
    if table == "feeds":
        given = {"url": "https://example.org/"} | given
    if table == "routes":
        channel = f"{example.partition(':')[0]}:123" if key == "mention" else "terminal"
        channel = channel.replace("slack:", "slack:C")
        more = {"mention_heads": ["signed"]} if key == "mention" else {}
        given = {"name": "a", "channel": channel} | more | given
    Config.model_validate({table: [given] if table in {"feeds", "routes"} else given})


def test_the_command_prints_the_schema_that_stands_in_the_project() -> None:
    printed = CliRunner().invoke(cli, ["config", "schema"])
    assert printed.exit_code == 0
    assert printed.output == (ROOT / FILE).read_text(encoding="utf-8")


def test_the_example_begins_with_the_line_by_which_editors_find_it() -> None:
    first, _, _ = (ROOT / "config.example.toml").read_text(encoding="utf-8").partition("\n")
    assert first == DIRECTIVE


def test_init_leads_editors_to_a_schema_that_is_there(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    write_config(path, Answers())
    first, _, _ = path.read_text(encoding="utf-8").partition("\n")
    assert (tmp_path / first.removeprefix("#:schema ")).read_text(encoding="utf-8") == schema_text()
    assert faults(path.read_text(encoding="utf-8")) == []
