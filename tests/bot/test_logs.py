"""No secret reaches a log line."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from bot.config import Config, load_config
from bot.logs import configure, secrets_of

SECRETS = ("xoxb-123456-secret", "xapp-1-secret", "MTA.discord.secret", "hunter22")


@pytest.fixture
def config(tmp_path: Path) -> Config:
    file = tmp_path / "config.toml"
    file.write_text(
        """
        [log]
        format = "json"
        [discord]
        token = "MTA.discord.secret"
        [slack]
        bot_token = "xoxb-123456-secret"
        app_token = "xapp-1-secret"
        [[feeds]]
        url = "https://times.example/feed"
        headers = { X-Key = "hunter22" }
        """
    )
    return load_config(file, {})


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """The process's own logging, put back after each test."""
    handlers, level = logging.getLogger().handlers[:], logging.getLogger().level
    yield
    logging.getLogger().handlers[:] = handlers
    logging.getLogger().setLevel(level)
    structlog.reset_defaults()


Errors = pytest.CaptureFixture[str]


def test_every_secret_of_the_configuration_is_known(config: Config) -> None:
    assert set(SECRETS) <= set(secrets_of(config))


def test_a_secret_is_struck_out_wherever_it_turns_up(config: Config, capsys: Errors) -> None:
    configure(config)
    log = structlog.get_logger("test")
    log.info("sent", url="https://x/?token=xoxb-123456-secret", nested={"h": ["hunter22"]})
    logging.getLogger("library").warning("refused %s", "xapp-1-secret")
    try:
        int("MTA.discord.secret")
    except ValueError:
        log.exception("failed")
    logged = capsys.readouterr().err
    for secret in SECRETS:
        assert secret not in logged
    assert logged.count("•••") >= 4
    for line in logged.splitlines():
        assert json.loads(line)["event"]


def test_a_quiet_command_logs_errors_only(config: Config, capsys: Errors) -> None:
    configure(config, quiet=True)
    structlog.get_logger("test").info("chatter")
    structlog.get_logger("test").error("trouble")
    logged = capsys.readouterr().err
    assert "chatter" not in logged
    assert "trouble" in logged
