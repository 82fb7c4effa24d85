"""`pledgewatch init`: a config.toml from a few answers, typed or given as options."""

from __future__ import annotations

import base64
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

from pydantic import TypeAdapter, ValidationError

from bot.channel_words import ChannelWords
from bot.command_table import COMMANDS
from bot.config import ConfigError
from bot.config.channels import Channel
from bot.config.schema import DIRECTIVE, schema_text
from bot.config.schema import FILE as SCHEMA
from bot.config.values import Actor, FeedUrl
from bot.feed_lists import starter_set
from bot.slack_manifest import manifest

Check = Callable[[str], str]
"""Returns the value to keep; raises ValueError with the rest of a sentence."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What is needed to begin with; everything may be left out."""

    discord_token: str = ""
    discord_channel: str = ""
    """The channel's id or link, with or without "discord:"; empty: chosen in chat."""
    slack_bot_token: str = ""
    slack_app_token: str = ""
    slack_channel: str = ""
    """The channel's id or link, with or without "slack:"; empty: chosen in chat."""
    countries: tuple[str, ...] = ()
    """Whose security is watched, by any name; none: everybody's."""
    feeds: tuple[str, ...] = ()
    starter: tuple[str, ...] = ()
    """Tags of the starter set to subscribe to, "all" for the whole; none: nothing of it."""


class Ask(Protocol):
    """Puts a question until its answer passes the check. An empty answer to an optional question
    is not checked."""

    def __call__(
        self, question: str, check: Check, *, secret: bool = False, optional: bool = False
    ) -> str: ...


Tell = Callable[[str], None]
"""Shows a paragraph before a question."""

_DISCORD_APP = (
    "Discord: at https://discord.com/developers/applications choose New Application, then under Bot"
    " press Reset Token and copy the token. No privileged intent is needed."
)
_SLACK_APP = (
    "Slack: `{program} init --slack-link` prints a link that makes the app with what it needs."
    " Install it; the bot token stands under OAuth & Permissions, and an app-level token with"
    " connections:write is made under Basic Information."
)


def ask_all(ask: Ask, tell: Tell) -> Answers:
    """The questions of the wizard, in order; what depends on an empty answer is not asked."""
    answers = Answers()
    tell(_DISCORD_APP)
    token = ask("Discord bot token (empty: no Discord)", token_of(""), secret=True, optional=True)
    if token:
        question = "Discord channel for alerts, its link or id (empty: choose it in chat)"
        channel = ask(question, discord_channel, optional=True)
        answers = replace(answers, discord_token=token, discord_channel=channel)
    tell(_SLACK_APP.format(program=program()))
    token = ask("Slack bot token (empty: no Slack)", token_of("xoxb-"), secret=True, optional=True)
    if token:
        question = "Slack channel for alerts, its link or id (empty: choose it in chat)"
        answers = replace(
            answers,
            slack_bot_token=token,
            slack_app_token=ask("Slack app-level token", token_of("xapp-"), secret=True),
            slack_channel=ask(question, slack_channel, optional=True),
        )
    countries: tuple[str, ...] = ()
    if _has_route(answers):  # else each channel's form asks
        countries = _until_empty(ask, "A country to watch (empty: {})", country, "all")
    tags = ", ".join(starter_tags())
    tell(f"Starter feeds, by tag: {tags}; or all.")
    chosen = ask("Tags of starter feeds (empty: none)", starter, optional=True)
    feeds = _until_empty(ask, "The address of a feed (empty: {})", feed, "add them later")
    return replace(answers, countries=countries, starter=tuple(chosen.split()), feeds=feeds)


def _has_route(answers: Answers) -> bool:
    """Whether alerts go somewhere from the start: to a channel, or without a chat the terminal."""
    chosen = answers.discord_channel or answers.slack_channel
    return bool(chosen) or not (answers.discord_token or answers.slack_bot_token)


def slack_link() -> str:
    """Where Slack makes the app from our manifest, with the least that it needs."""
    text = json.dumps(manifest(COMMANDS), separators=(",", ":"))
    return f"https://api.slack.com/apps?new_app=1&manifest_json={quote(text, safe='')}"


def discord_link(token: str) -> str:
    """The link that invites the bot of a token, with the least permissions; empty where the token
    does not say whose it is. Its first part is the application's number in base 64."""
    head = token.partition(".")[0]
    try:
        number = base64.b64decode(head + "=" * (-len(head) % 4), validate=True).decode("ascii")
    except ValueError:
        return ""
    if not number.isdecimal():
        return ""
    from bot.discord_chat import invite_url

    return invite_url(int(number))


def starter_tags() -> list[str]:
    """The tags of the starter set, the largest first."""
    counted = Counter(tag for listed in starter_set() for tag in listed.tags)
    return [tag for tag, _ in counted.most_common()]


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
    """With its prefix; a link to it will do. Raises ValueError."""
    return _channel_of("discord", value.strip())


def slack_channel(value: str) -> str:
    """With its prefix; a link to it will do. Raises ValueError."""
    return _channel_of("slack", value.strip())


def _channel_of(platform: str, value: str) -> str:
    linked = ChannelWords(platform, "").read(value) if "://" in value else ""
    return _checked(Channel, f"{platform}:{(linked or value).removeprefix(f'{platform}:')}")


def starter(value: str) -> str:
    """Tags of the starter set, with blanks between. Raises ValueError."""
    tags = value.lower().replace(",", " ").split()
    known = {*starter_tags(), "all"}
    if unknown := [tag for tag in tags if tag not in known]:
        raise ValueError(f"has no tag “{unknown[0]}”; there are {', '.join(starter_tags())}")
    return " ".join(tags)


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
    """Write the file, readable by its owner alone, and beside it the schema for editors. Raises
    ConfigError for an answer that cannot be, and where the file is there already."""
    text = render(_verified(answers))
    how = os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if overwrite else os.O_EXCL)
    try:
        with os.fdopen(os.open(path, how, 0o600), "w", encoding="utf-8") as file:
            path.chmod(0o600)  # an older file may be open to all
            file.write(text)
        path.with_name(SCHEMA).write_text(schema_text(), encoding="utf-8")
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
    yield f"{DIRECTIVE}\n# What is not here has its default; config.example.toml lists every key.\n"
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
    if not (answers.discord_token or answers.slack_bot_token):
        chosen = {"terminal": "terminal"}
    for name, channel in chosen.items():
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
        if channel and not token:
            raise ConfigError(f"{platform} takes a token for its channel; give that too.")
    return replace(
        answers,
        discord_channel="".join(
            _each("The Discord channel", discord_channel, [answers.discord_channel])
        ),
        slack_channel="".join(_each("The Slack channel", slack_channel, [answers.slack_channel])),
        countries=_each("A country", country, answers.countries),
        feeds=_each("The address of a feed", feed, answers.feeds),
        starter=_each("The starter set", starter, answers.starter),
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
    """What to do with the file, a command a line with its reason, and what to do in chat."""
    option = "" if path == Path("config.toml") else f" --config {path}"
    steps = [("doctor", "check that all is well"), ("run", "start")]
    if not (answers.feeds or answers.starter):
        steps.insert(0, ("feeds add URL", "subscribe to a feed"))
    width = max(len(command) for command, _ in steps)
    lines = [
        f"{program()} {command + option:<{width + len(option)}}   {why}" for command, why in steps
    ]
    return [*lines, *_in_chat(answers)]


def _in_chat(answers: Answers) -> Iterator[str]:
    """Invitations; where no channel was chosen, how it is."""
    if link := discord_link(answers.discord_token) if answers.discord_token else "":
        yield f"Invite the bot into your Discord server: {link}"
    if answers.slack_bot_token:
        yield "Invite the app in a Slack channel: /invite @Pledgewatch"
    if (answers.discord_token and not answers.discord_channel) or (
        answers.slack_bot_token and not answers.slack_channel
    ):
        yield "Its first message there has “Send alerts here”, and leads to a sample of an alert."
