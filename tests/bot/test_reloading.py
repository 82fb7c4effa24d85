"""A changed configuration takes hold while the service runs, or is refused whole."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.config import Config, load_config
from bot.reloading import reload, reloadable
from storage.records import Route
from storage.store import Store
from tests.servers.slack import LoopbackSlack

ROOT = Path(__file__).parents[2]


def config(text: str = "", **environ: str) -> Config:
    """A configuration whose values are the environment's."""
    return load_config(None, {f"PLEDGEWATCH_{k}": v for k, v in environ.items()})


# --- what differs


def test_what_can_change_takes_hold_and_the_rest_is_named() -> None:
    old = config()
    new = config(
        LOG__LEVEL="debug",
        CLASSIFIER__THRESHOLD="0.7",
        CLASSIFIER__MODEL="other.json",
        STORAGE__PATH="other.db",
        STORAGE__KEEP_BACKUPS="3",
        WATCHDOG__NO_POLL_MINUTES="5",
        FETCH__PER_HOST="7",
    )
    read = reload(old, new)
    assert set(read.changed) == {
        "[log] level",
        "[classifier] threshold",
        "[storage] keep_backups",
        "[watchdog] no_poll_minutes",
    }
    assert set(read.waiting) == {"[storage] path", "[classifier] model", "[fetch] per_host"}
    assert (read.config.classifier.threshold, read.config.classifier.model) == (0.7, None)
    assert (read.config.storage.keep_backups, read.config.storage.path) == (3, old.storage.path)
    assert read.config.fetch == old.fetch


def test_a_secret_that_changed_is_named_and_not_shown() -> None:
    tokens = {"SLACK__BOT_TOKEN": "xoxb-new-secret", "SLACK__APP_TOKEN": "xapp-new-secret"}
    read = reload(config(), config(**tokens))
    assert set(read.waiting) == {"[slack] bot_token", "[slack] app_token"}
    assert "secret" not in repr(read)


def test_the_same_file_changes_nothing() -> None:
    read = reload(config(LOG__LEVEL="debug"), config(LOG__LEVEL="debug"))
    assert (read.changed, read.waiting) == ((), ())


def test_the_guide_names_what_takes_hold() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert [key for key in reloadable() if key not in page] == []


# --- the service, on SIGHUP

CONFIG = """
[storage]
path = "p.db"
[slack]
bot_token = "{slack.bot_token}"
app_token = "{slack.app_token}"
api_url = "{slack.api_url}"
[log]
format = "json"
[health]
port = {port}
[admins]
notices = ["slack:C9"]
"""
DESK = '[[routes]]\nname = "desk"\nchannel = "slack:C1"\n'


@dataclass
class Service:
    """The service as a process, with a configuration to change and systemd's end of its socket."""

    file: Path
    text: str
    slack: LoopbackSlack
    manager: socket.socket
    process: asyncio.subprocess.Process
    lines: list[dict[str, Any]] = field(default_factory=list)

    def write(self, more: str) -> None:
        """What the file holds from now on."""
        self.file.write_text(self.text + more)

    async def hears(self, first: str) -> None:
        """Wait until systemd was told something that begins so."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(20):
            while not (await loop.sock_recv(self.manager, 9999)).decode().startswith(first):
                pass

    async def reloaded(self) -> None:
        """Send SIGHUP and wait until the service is ready again."""
        self.process.send_signal(signal.SIGHUP)
        await self.hears("RELOADING=1")
        await self.hears("READY=1")

    async def routes(self) -> list[Route]:
        async with await Store.open(self.file.with_name("p.db"), read_only=True) as store:
            return await store.routes()

    async def notices(self, count: int) -> list[str]:
        """What the admins' channel was told so far, once there is so much of it."""
        await self.slack.until(lambda: len(self.slack.messages("C9")) >= count)
        return [json.dumps(m, ensure_ascii=False) for m in self.slack.messages("C9")]


@asynccontextmanager
async def serving(tmp_path: Path) -> AsyncIterator[Service]:
    address = str(tmp_path / "notify")
    async with LoopbackSlack() as slack:
        slack.add_channel("C1")
        slack.add_channel("C9")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(address)
            manager.setblocking(False)
            text = CONFIG.format(slack=slack, port=_free_port())
            (tmp_path / "config.toml").write_text(text)
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot",
                "run",
                cwd=tmp_path,
                env={
                    **os.environ,
                    "PYTHONPATH": str(ROOT),
                    "NOTIFY_SOCKET": address,
                    "WATCHDOG_USEC": "1000000",
                },
                stderr=asyncio.subprocess.PIPE,
            )
            service = Service(tmp_path / "config.toml", text, slack, manager, process)
            try:
                await service.hears("READY=1")
                yield service
            finally:
                if process.returncode is None:
                    process.terminate()
                _, err = await asyncio.wait_for(process.communicate(), 20)
                sys.stderr.write(err.decode())
                service.lines += [json.loads(line) for line in err.decode().splitlines()]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_the_service_takes_on_what_changed_and_says_so(tmp_path: Path) -> None:
    async with serving(tmp_path) as service:
        assert [r.name for r in await service.routes()] == []
        service.write(DESK + "[watchdog]\nno_poll_minutes = 5\n")
        await service.reloaded()
        assert [(r.name, r.channel) for r in await service.routes()] == [("desk", "slack:C1")]
        (told,) = await service.notices(1)
        assert "The configuration was read again: [watchdog] no_poll_minutes, [[routes]]" in told


async def test_a_wrong_file_changes_nothing_and_says_so(tmp_path: Path) -> None:
    async with serving(tmp_path) as service:
        service.write(DESK)
        await service.reloaded()
        service.write(DESK.replace("channel", "chanel"))
        await service.reloaded()
        assert [r.name for r in await service.routes()] == ["desk"]
        told = (await service.notices(2))[1]
        assert "The configuration is wrong and changes nothing" in told
        assert "config.toml, line 14: [[routes]] channel is missing" in told
        assert service.process.returncode is None


async def test_an_admin_that_the_file_now_names_may_administer(tmp_path: Path) -> None:
    async with serving(tmp_path) as service:
        await service.slack.until(lambda: service.slack.connected)
        before = await service.slack.command("/pledgewatch status", user="U2")
        assert "is for admins" in json.dumps(before.shown)
        service.text = service.text.replace("[admins]", '[admins]\nusers = ["slack:U2"]')
        service.write("")
        await service.reloaded()
        after = await service.slack.command("/pledgewatch status", user="U2")
        assert "is for admins" not in json.dumps(after.shown)


async def test_what_needs_a_new_start_is_named(tmp_path: Path) -> None:
    async with serving(tmp_path) as service:
        service.text = service.text.replace('path = "p.db"', 'path = "other.db"')
        service.write("")
        await service.reloaded()
        (told,) = await service.notices(1)
        assert "These need a new start: [storage] path" in told
        assert not (tmp_path / "other.db").exists()


async def test_systemd_is_told_that_the_service_lives_and_stops(tmp_path: Path) -> None:
    async with serving(tmp_path) as service:
        for _ in range(3):
            await service.hears("WATCHDOG=1")
        service.process.terminate()
        await service.hears("STOPPING=1")
        assert await asyncio.wait_for(service.process.wait(), 15) == 0


async def test_a_service_that_is_held_gives_no_sign_of_life(tmp_path: Path) -> None:
    async with serving(tmp_path) as service:
        await service.hears("WATCHDOG=1")
        service.process.send_signal(signal.SIGSTOP)
        while True:  # what was said before it was held
            try:
                service.manager.recv(9999)
            except BlockingIOError:
                break
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1.5):
                await service.hears("WATCHDOG=1")
        service.process.send_signal(signal.SIGCONT)
        await service.hears("WATCHDOG=1")


async def test_health_and_figures_of_the_running_service_are_served(tmp_path: Path) -> None:
    async with serving(tmp_path) as service:
        port = load_config(service.file, {}).health.port
        await service.slack.until(lambda: service.slack.connected)
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
            async with session.get("/healthz/live") as answer:
                assert answer.status == 200
            async with session.get("/metrics") as answer:
                text = await answer.text()
        well = await _command(tmp_path, "health")
        assert (well[0], well[1].splitlines()[-1]) == (0, "well")
        service.process.send_signal(signal.SIGTERM)
        await service.process.wait()
        status, _, err = await _command(tmp_path, "health", "--live")
        assert (status, "Is it running?" in err) == (1, True)
    assert "pledgewatch_loop_lag_seconds_count " in text
    assert "pledgewatch_scheduler_idle_seconds " in text
    assert "pledgewatch_database_up 1\n" in text


async def _command(folder: Path, *words: str) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", *words),
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(), 30)
    return process.returncode or 0, out.decode(), err.decode()
