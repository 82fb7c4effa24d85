"""What the shells complete, asked from the shells themselves."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import cli
from bot.config import load_config
from storage.store import Store
from tests.builders import NOW

BIN = Path(sys.executable).parent
CONFIG = """
[storage]
path = "p.db"
[[feeds]]
url = "https://example.org/feed.xml"
name = "Example Times & Tribune"
[[routes]]
name = "night desk"
channel = "terminal"
[[routes]]
name = "screen"
channel = "terminal"
"""
Complete = Callable[..., list[str]]
needs = pytest.mark.skipif


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a configuration and its database."""
    made = tmp_path_factory.mktemp("completion")
    (made / "config.toml").write_text(CONFIG)
    asyncio.run(fill(made / "config.toml"))
    return made


async def fill(path: Path) -> None:
    """Put what the file fixes into the database, as a start of the service does."""
    config = load_config(path, {})
    async with await Store.open(config.storage.path) as store:
        await store.sync_feeds(config.feed_list(), now=NOW)
        await store.sync_routes(config.route_list(), now=NOW)


def shell(folder: Path, *command: str) -> list[str]:
    """The lines that a shell prints, with this program on its path."""
    environ = {"PATH": f"{BIN}:{os.environ['PATH']}", "HOME": str(folder), "LANG": "C.UTF-8"}
    done = subprocess.run(  # noqa: S603 - shells that the tests name
        command, cwd=folder, env=environ, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


ASK = r"""
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_pledgewatch_completion pledgewatch
printf '%s\n' "${COMPREPLY[@]}"
"""


def bash(folder: Path, *words: str) -> list[str]:
    """What bash offers for the last word, as it puts it on the line."""
    script = CliRunner().invoke(cli, ["completion", "bash"]).output + ASK
    return list(filter(None, shell(folder, "bash", "-c", script, "bash", "pledgewatch", *words)))


def test_commands_are_completed(folder: Path) -> None:
    assert bash(folder, "ro") == ["routes"]
    assert bash(folder, "feeds", "disco") == ["discover"]


def test_options_are_completed(folder: Path) -> None:
    assert bash(folder, "latest", "--ben") == ["--beneficiary"]


def test_a_country_is_completed_by_its_code_or_its_name(folder: Path) -> None:
    assert bash(folder, "status", "ukr") == ["UKR"]
    assert bash(folder, "timeline", "GBR", "ger") == ["Germany"]
    assert bash(folder, "latest", "--committer", "Fra") == ["FRA"]


def test_choices_are_completed(folder: Path) -> None:
    assert bash(folder, "latest", "--direction", "with") == ["withheld", "withdrawn"]
    assert bash(folder, "deliveries", "d") == ["dead"]


def test_the_next_word_is_that_of_the_next_parameter(folder: Path) -> None:
    assert bash(folder, "compare", "GBR", "FR") == ["FRA"]
    assert bash(folder, "show", "GB") == []


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("routes", "remove", "ni"), "night desk"),
        (("feeds", "pause", "exam"), "Example Times & Tribune"),
    ],
)
def test_names_in_the_database_are_completed_so_that_bash_reads_them_back(
    folder: Path, words: tuple[str, ...], name: str
) -> None:
    (completed,) = bash(folder, *words)
    assert shell(folder, "bash", "-c", f"printf '%s\\n' {completed}") == [name]


def test_what_begins_with_a_quotation_mark_is_completed_within_it(folder: Path) -> None:
    assert bash(folder, "routes", "remove", '"ni') == ["night desk"]


def test_the_configuration_that_was_named_says_which_database(folder: Path, tmp_path: Path) -> None:
    assert bash(tmp_path, "--config", str(folder / "config.toml"), "routes", "mute", "sc") == [
        "screen"
    ]
    assert bash(tmp_path, "routes", "mute", "sc", "") == []


def test_no_database_is_made_and_a_wrong_configuration_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[storage]\npath = "none.db"')
    assert bash(tmp_path, "routes", "remove", "") == []
    assert not (tmp_path / "none.db").exists()
    (tmp_path / "config.toml").write_text("colour = 1")
    assert bash(tmp_path, "routes", "remove", "") == []


def test_a_database_that_is_being_written_is_read_beside_it(folder: Path) -> None:
    with contextlib.closing(sqlite3.connect(folder / "p.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert bash(folder, "routes", "remove", "s") == ["screen"]
        other.execute("ROLLBACK")


@needs(shutil.which("fish") is None, reason="there is no fish")
def test_fish_completes_with_explanations(folder: Path) -> None:
    source = "pledgewatch completion fish | source; complete --do-complete "
    assert shell(folder, "fish", "-c", f"{source} 'pledgewatch status ukr'") == ["UKR\tUkraine"]
    (route,) = shell(folder, "fish", "-c", f"{source} 'pledgewatch routes remove ni'")
    assert route.startswith("night desk\t")


@needs(shutil.which("zsh") is None, reason="there is no zsh")
def test_the_script_for_zsh_is_one(folder: Path) -> None:
    prepare = "autoload -U compinit && compinit -u -D;"
    shell(
        folder,
        "zsh",
        "-f",
        "-c",
        f'{prepare} eval "$(pledgewatch completion zsh)"; (( $+_comps[pledgewatch] ))',
    )


def test_another_shell_is_refused_with_the_ones_that_are_known() -> None:
    refused = CliRunner().invoke(cli, ["completion", "tcsh"])
    assert refused.exit_code == 2
    assert "'bash', 'zsh', 'fish'" in refused.output
