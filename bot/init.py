"""`pledgewatch init`: a config.toml from a few answers, typed or given as options."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from pydantic import TypeAdapter, ValidationError

from bot.config import ConfigError
from bot.config.values import Actor, Channel, FeedUrl

Check = Callable[[str], str]
"""Returns the value to keep; raises ValueError with the rest of a sentence."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What is needed to begin with; everything may be left out."""

    discord_token: str = ""
    discord_channel: str = ""
    """The channel's id, with or without "discord:"."""
    slack_bot_token: str = ""
    slack_app_token: str = ""
    slack_channel: str = ""
    """The channel's id, with or without "slack:"."""
    countries: tuple[str, ...] = ()
    """Whose security is watched, by any name; none: everybody's."""
    feeds: tuple[str, ...] = ()


class Ask(Protocol):
    """Puts a question until its answer passes the check. An empty answer to an optional question
    is not checked."""

    def __call__(
        self, question: str, check: Check, *, secret: bool = False, optional: bool = False
    ) -> str: ...


def ask_all(ask: Ask) -> Answers:
    """The questions of the wizard, in order; what depends on an empty answer is not asked."""
    answers = Answers()
    token = ask("Discord bot token (empty: no Discord)", token_of(""), secret=True, optional=True)
    if token:
        channel = ask("Discord channel for alerts, its id", discord_channel)
        answers = replace(answers, discord_token=token, discord_channel=channel)
    token = ask("Slack bot token (empty: no Slack)", token_of("xoxb-"), secret=True, optional=True)
    if token:
        answers = replace(
            answers,
            slack_bot_token=token,
            slack_app_token=ask("Slack app-level token", token_of("xapp-"), secret=True),
            slack_channel=ask("Slack channel for alerts, its id (C...)", slack_channel),
        )
    return replace(
        answers,
        countries=_until_empty(ask, "A country to watch (empty: {})", country, "all"),
        feeds=_until_empty(ask, "The address of a feed (empty: {})", feed, "add them later"),
    )


def _until_empty(ask: Ask, question: str, check: Check, at_first: str) -> tuple[str, ...]:
    given: list[str] = []
    while answer := ask(question.format("no more" if given else at_first), check, optional=True):
        given.append(answer)
    return tuple(given)


def token_of(prefix: str) -> Check:
    """A check for tokens that begin so."""

    def check(value: str) -> str:
        if not value.strip().startswith(prefix):
            raise ValueError(f"must begin with {prefix}")
        return value.strip()

    return check


def discord_channel(value: str) -> str:
    """With its prefix. Raises ValueError."""
    return _checked(Channel, "discord:" + value.strip().removeprefix("discord:"))


def slack_channel(value: str) -> str:
    """With its prefix. Raises ValueError."""
    return _checked(Channel, "slack:" + value.strip().removeprefix("slack:"))


def country(value: str) -> str:
    """Its code. Raises ValueError."""
    return _checked(Actor, value.strip())


def feed(value: str) -> str:
    """An address without a password in it. Raises ValueError."""
    return _checked(FeedUrl, value.strip())


def refuse_to_replace(path: Path) -> None:
    """Raises ConfigError where the file is there: better before the questions than after."""
    if path.exists():
        raise _there_already(path)


def _there_already(path: Path) -> ConfigError:
    return ConfigError(f"{path} is there already; use --force to replace it.")


def write_config(path: Path, answers: Answers, *, overwrite: bool = False) -> None:
    """Write the file, readable by its owner alone. Raises ConfigError for an answer that cannot be,
    and where the file is there already."""
    text = render(_verified(answers))
    how = os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if overwrite else os.O_EXCL)
    try:
        with os.fdopen(os.open(path, how, 0o600), "w", encoding="utf-8") as file:
            path.chmod(0o600)  # an older file may be open to all
            file.write(text)
    except FileExistsError:
        raise _there_already(path) from None
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be written ({error.strerror}); name another file with --config."
        ) from error


def render(answers: Answers) -> str:
    """The text of the file: what was answered, all else by default."""
    return "\n".join(_sections(answers))


def _sections(answers: Answers) -> Iterator[str]:
    yield "# What is not here has its default; config.example.toml lists every key.\n"
    if answers.discord_token:
        yield f"[discord]\ntoken = {_text(answers.discord_token)}\n"
    if answers.slack_bot_token:
        yield (
            f"[slack]\nbot_token = {_text(answers.slack_bot_token)}\n"
            f"app_token = {_text(answers.slack_app_token)}\n"
        )
    for address in answers.feeds:
        yield f"[[feeds]]\nurl = {_text(address)}\n"
    channels = {"discord": answers.discord_channel, "slack": answers.slack_channel}
    chosen = {name: channel for name, channel in channels.items() if channel}
    for name, channel in (chosen or {"terminal": "terminal"}).items():
        countries = ", ".join(_text(code) for code in answers.countries)
        filter_line = f"beneficiaries = [{countries}]\n" if countries else ""
        yield f"[[routes]]\nname = {_text(name)}\nchannel = {_text(channel)}\n{filter_line}"


def _verified(answers: Answers) -> Answers:
    """The same, with checked values. Raises ConfigError."""
    if bool(answers.slack_bot_token) != bool(answers.slack_app_token):
        raise ConfigError("Slack takes both tokens or neither; give the other one too.")
    for platform, token, channel in (
        ("Discord", answers.discord_token, answers.discord_channel),
        ("Slack", answers.slack_bot_token, answers.slack_channel),
    ):
        if bool(token) != bool(channel):
            raise ConfigError(f"{platform} takes a token and a channel; give the other one too.")
    return replace(
        answers,
        discord_channel="".join(
            _each("The Discord channel", discord_channel, [answers.discord_channel])
        ),
        slack_channel="".join(_each("The Slack channel", slack_channel, [answers.slack_channel])),
        countries=_each("A country", country, answers.countries),
        feeds=_each("The address of a feed", feed, answers.feeds),
    )


def _each(what: str, check: Check, values: Sequence[str]) -> tuple[str, ...]:
    """The values that are not empty, checked, each once. Raises ConfigError."""
    try:
        return tuple(dict.fromkeys(check(value) for value in values if value))
    except ValueError as error:
        raise ConfigError(f"{what} {error}.") from error


def _checked(kind: Any, value: str) -> str:
    try:
        checked: str = TypeAdapter(kind).validate_python(value)
    except ValidationError as error:
        raise ValueError(str(error.errors()[0]["ctx"]["error"])) from None
    return checked


def _text(value: str) -> str:
    # A string of JSON is one of TOML.
    return json.dumps(value, ensure_ascii=False)


def program() -> str:
    """How this program was called: outside of an activated environment it is not on the PATH."""
    return sys.argv[0] if Path(sys.argv[0]).name == "pledgewatch" else "pledgewatch"


def next_steps(path: Path, answers: Answers) -> list[str]:
    """What to do with the file, a command a line with its reason."""
    option = "" if path == Path("config.toml") else f" --config {path}"
    steps = [("doctor", "check that all is well"), ("run", "start")]
    if not answers.feeds:
        steps.insert(0, ("feeds add URL", "subscribe to a feed"))
    width = max(len(command) for command, _ in steps)
    return [
        f"{program()} {command + option:<{width + len(option)}}   {why}" for command, why in steps
    ]
