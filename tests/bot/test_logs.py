"""No secret reaches a log line."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

import pytest
import structlog

from bot.config import Config, load_config
from bot.config.models import LogFormat, LogTable
from bot.logs import configure, secrets_of

SECRETS = (
    "xoxb-123456-secret",
    "xapp-1-secret",
    "MTA.discord.secret",
    "hunter22",
    "feed-password",
    "proxy!password",
)


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
        [[feeds]]
        url = "https://wire.example/feed"
        user = "desk"
        password = "feed-password"
        [fetch]
        proxy = "http://me:proxy%21password@proxy.example:3128"
        """
    )
    return load_config(file, {})


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


def test_a_secret_within_an_object_is_struck_out(config: Config, capsys: Errors) -> None:
    configure(config)
    secret = ValueError("the token xoxb-123456-secret is wrong")
    structlog.get_logger("test").info("sent", error=secret, feed={b"k": {"hunter22"}})
    logged = capsys.readouterr().err
    assert "is wrong" in logged
    assert "123456" not in logged
    assert "hunter22" not in logged


@pytest.mark.parametrize(
    "text",
    [
        "xoxb-17653672481-SECRET",
        "xoxe.xoxp-1-SECRET123",
        "xapp-1-A0-17-SECRET",
        "https://hooks.slack.com/commands/T1/17/SECRET",
        "POST /api/v10/webhooks/1234567890/aW50ZXJhY3Rpb246MTIzNDU2SECRET",
        "POST /interactions/1234567890/aW50ZXJhY3Rpb246MTIzNDU2SECRET/callback",
        "Bearer sk-abcSECRET",
        "{'Authorization': 'Basic dXNlcjpwSECRET=='}",
        "authorization: Bot SECRETSECRET",
        "https://me:SECRET@example.org/feed",
        "MTA1NjQ4OTk4NzY1NDMyMTA5OA.GpTzXw.SECRETw3hk5dJvC0rN2uYt1qLmZ8xBf4Ea",
    ],
)
def test_what_looks_like_a_token_is_struck_out(config: Config, capsys: Errors, text: str) -> None:
    configure(config)
    structlog.get_logger("test").info("failed", reason=f"it was {text}, they said")
    logging.getLogger("library").warning("it was %s, they said", text)
    logged = capsys.readouterr().err
    assert "SECRET" not in logged
    assert logged.count("•••") == 2


def test_what_is_no_secret_is_left_as_it_is(config: Config, capsys: Errors) -> None:
    configure(config)
    text = "basic understanding at https://example.org:8443/a?b=c by an authorization, 3.11.4"
    structlog.get_logger("test").info(text)
    assert text in capsys.readouterr().err


def test_what_strangers_wrote_forges_no_line_and_moves_no_cursor(
    config: Config, capsys: Errors
) -> None:
    configure(config.model_copy(update={"log": LogTable(format=LogFormat.TEXT)}))
    hostile = "no\n2026-01-01T00:00:00Z [error] forged\r\x1b[2J\x9b31m\u202edlrow"
    structlog.get_logger("test").info("failed", reason=hostile)
    logging.getLogger("library").warning("failed: %s", hostile)
    logged = capsys.readouterr().err
    assert len(logged.splitlines()) == 2
    assert not set("\x1b\x9b\u202e\r") & set(logged)


def test_a_traceback_keeps_its_lines(config: Config, capsys: Errors) -> None:
    configure(config.model_copy(update={"log": LogTable(format=LogFormat.TEXT)}))
    try:
        int("\x1b[2J")
    except ValueError:
        structlog.get_logger("test").exception("failed")
    logged = capsys.readouterr().err
    assert len(logged.splitlines()) > 3
    assert "\x1b" not in logged


def test_the_traceback_of_a_crash_shows_no_secret(config: Config, capsys: Errors) -> None:
    configure(config, quiet=True)
    try:
        int("cannot log in with MTA.discord.secret")
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    logged = capsys.readouterr().err
    assert "cannot log in" in logged
    assert "MTA" not in logged


def test_a_quiet_command_logs_errors_only(config: Config, capsys: Errors) -> None:
    configure(config, quiet=True)
    structlog.get_logger("test").info("chatter")
    structlog.get_logger("test").error("trouble")
    logged = capsys.readouterr().err
    assert "chatter" not in logged
    assert "trouble" in logged


@pytest.mark.parametrize(
    ("form", "terminal", "as_json"),
    [
        ("auto", True, False),
        ("auto", False, True),
        ("text", False, False),
        ("json", True, True),
    ],
)
def test_lines_are_for_people_on_a_terminal_and_json_elsewhere(
    monkeypatch: pytest.MonkeyPatch, capsys: Errors, form: str, terminal: bool, as_json: bool
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal, raising=False)
    configure(load_config(None, {"PLEDGEWATCH_LOG__FORMAT": form}))
    structlog.get_logger("test").info("article.decided", article=7)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("{") is as_json
    assert "article.decided" in line
