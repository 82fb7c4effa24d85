"""No secret leaves by any way that a person or a tool looks at: each secret of a configuration
bears one mark, and what every command prints, and every file, is searched for it."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import socket
import sqlite3
from pathlib import Path

import aiohttp
import pytest
from click.testing import CliRunner
from rich.console import Console

from bot.app import App
from bot.chats import chats
from bot.cli import cli
from bot.command_table import COMMANDS
from bot.config import ConfigError, load_config
from bot.core import open_core

MARK = "S3CR3T"
CONFIG = f"""
[storage]
path = "p.db"
[discord]
token = "MTA1NjQ4.{MARK}.discord"
api_url = "http://127.0.0.1:9/api/v10"
[slack]
bot_token = "xoxb-{MARK}-slack"
app_token = "xapp-{MARK}-slack"
api_url = "http://127.0.0.1:9/api/"
[fetch]
proxy = "http://me:{MARK}@127.0.0.1:9"
[second_opinion]
url = "http://127.0.0.1:9/v1"
model = "small"
api_key = "sk-{MARK}"
[[feeds]]
url = "https://a.example/feed?x=1"
name = "Wire"
user = "desk"
password = "{MARK}-password"
[[feeds]]
url = "https://b.example/feed"
headers = {{ X-Key = "{MARK}-key" }}
[[routes]]
name = "screen"
channel = "slack:C1"
"""
SHAPES = (MARK.encode(), base64.b64encode(f"desk:{MARK}-password".encode()))
COMMAND_LINES = [
    ["doctor", "--json"],
    ["doctor"],
    ["feeds", "list", "--json"],
    ["feeds", "health", "--json"],
    ["feeds", "export"],
    ["feeds", "test", "https://b.example/feed", "--json"],
    ["feeds", "test", f"https://me:{MARK}@b.example/feed?key={MARK}"],
    ["feeds", "add", f"https://me:{MARK}@b.example/feed?key={MARK}"],
    ["routes", "list", "--json"],
    ["routes", "test", "screen"],
    ["status", "--json"],
    ["deliveries", "--json"],
    ["audit", "--json"],
    ["stats", "--json"],
    ["latest", "--json"],
    ["submit", f"https://me:{MARK}@b.example/a?key={MARK}"],
    ["poll", "--all", "--json"],
    ["poll", "--all"],
    *(["export", what, "-"] for what in ("developments", "articles", "ledger", "feedback")),
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "config.toml").write_text(CONFIG)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("line", COMMAND_LINES, ids=" ".join)
def test_no_command_shows_a_secret(
    folder: Path, capfd: pytest.CaptureFixture[str], line: list[str]
) -> None:
    result = CliRunner().invoke(cli, line)
    logged = capfd.readouterr()
    shown = result.output + logged.out + logged.err + str(result.exception or "")
    assert result.exit_code in {0, 1}
    assert result.output or line[0] == "export"
    assert MARK not in shown
    assert SHAPES[1].decode() not in shown


async def test_neither_metrics_nor_health_show_a_secret(
    folder: Path, free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With both chats, the feeds and the language model in trouble, which is what they tell of."""
    text = f"{CONFIG}\n[health]\nport = {free_port}\n"
    (folder / "config.toml").write_text(text)
    monkeypatch.setattr(App, "_listen_for_signals", lambda _: None)
    config = load_config(folder / "config.toml", {})
    async with open_core(config, service=True) as core:
        app = App(core, chats(config, Console(), core.store))
        serving = asyncio.create_task(app.run())
        pages = await _pages(free_port)
        app.stop()
        await serving
    assert 'pledgewatch_polls_total{outcome="failed"} 2' in pages["/metrics"]
    assert '"ok": false' in pages["/healthz"]
    for page in pages.values():
        assert MARK not in page
        assert SHAPES[1].decode() not in page


async def _pages(port: int) -> dict[str, str]:
    """What the service tells once it has tried its feeds and chats."""
    pages = dict.fromkeys(("/healthz", "/healthz/ready", "/healthz/live", "/metrics"), "")
    async with asyncio.timeout(20), aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
        while not all(pages.values()) or 'outcome="failed"} 2' not in pages["/metrics"]:
            for path in pages:
                with contextlib.suppress(aiohttp.ClientConnectionError):
                    async with session.get(path) as answer:
                        pages[path] = await answer.text()
            await asyncio.sleep(0)
    return pages


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_a_backup_holds_no_secret_and_the_database_none_but_headers(folder: Path) -> None:
    runner = CliRunner()
    runner.invoke(cli, ["poll", "--all"])
    assert runner.invoke(cli, ["backup", "copy.db"]).exit_code == 0
    copy = (folder / "copy.db").read_bytes()
    assert not [shape for shape in SHAPES if shape in copy]
    with sqlite3.connect(folder / "p.db") as db:
        db.execute("UPDATE feeds SET headers = '[]'")
        rows = "\n".join(db.iterdump())
    db.close()
    assert MARK not in rows
    assert SHAPES[1].decode() not in rows


@pytest.mark.parametrize("key", ["token", "bot_token", "app_token", "proxy", "api_key", "password"])
@pytest.mark.parametrize("wrong", ["[{}]", "{{ a = {} }}", "{}\nnonsense"])
def test_no_fault_of_a_configuration_repeats_a_secret(folder: Path, key: str, wrong: str) -> None:
    right = next(line for line in CONFIG.splitlines() if line.startswith(f"{key} = "))
    value = right.partition(" = ")[2]
    broken = CONFIG.replace(right, f"{key} = {wrong.format(value)}")
    (folder / "config.toml").write_text(broken)
    result = CliRunner().invoke(cli, ["status", "--json"])
    assert isinstance(result.exception, ConfigError)
    assert MARK not in str(result.exception) + result.output


def test_no_command_takes_a_secret_as_an_argument() -> None:
    """Arguments stand in the list of processes and in chats for all to read."""
    names = {parameter.name for command in COMMANDS for parameter in command.parameters}
    assert not names & {"token", "password", "headers", "key", "secret"}
