"""`latest`, `search`, `show`, `status`, `why`: the answers of the chats, from the same table."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from bot.cli.completion import value_of, words_of
from bot.cli.context import CONFIG_OPTION, JSON_OPTION, print_reply, terminal_asker, with_core
from bot.command_table import COMMANDS, Command, Parameter

if TYPE_CHECKING:
    from bot.arguments import Value
    from bot.core import Core
    from bot.reply import Reply

_LIMITED = {"pledges latest", "pledges search", "pledges status"}
"""Those that list as many developments as there are."""


def reading_commands() -> list[click.Command]:
    """A command of the command line for each that everybody has in chat."""
    return [
        as_click(command, read_only=command.path != ("submit",))
        for command in COMMANDS
        if command.root == "pledges" and command.path != ("help",) and not command.chat_only
    ]


def as_click(command: Command, *, read_only: bool = True) -> click.Command:
    """A command of the table for the command line. One that writes opens the database for it."""
    words = click.Argument(
        ["words"], nargs=-1, metavar=_metavar(command), shell_complete=words_of(command)
    )
    options = [_option(p) for p in command.parameters if not p.required]

    def call(words: Sequence[str], as_json: bool, **named: Any) -> None:
        limit = named.pop("limit", 10)
        given = {name: word for name, word in named.items() if word}
        ask(command, words, given, as_json=as_json, limit=limit, read_only=read_only)

    made = click.Command(
        command.path[-1],
        callback=call,
        params=[words, *options, *([_limit()] if command.name in _LIMITED else [])],
        help=_help(command),
        no_args_is_help=False,
    )
    return CONFIG_OPTION(JSON_OPTION(made))


def _limit() -> click.Option:
    many = click.IntRange(1, 25)
    return click.Option(
        ["--limit"], type=many, default=10, show_default=True, help="How many at most."
    )


def _help(command: Command) -> str:
    if not command.example:
        return f"{command.help}."
    return f"{command.help}.\n\nExample: pledgewatch {' '.join(command.path)} {command.example}"


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _option(parameter: Parameter) -> click.Option:
    return click.Option(
        [f"--{parameter.name.replace('_', '-')}", parameter.name],
        help=_sentence(parameter.help),
        shell_complete=value_of(parameter),
    )


def _metavar(command: Command) -> str:
    return " ".join(
        p.name.upper() if p.required else f"[{p.name.upper()}]" for p in command.parameters
    )


def ask(
    command: Command,
    words: Sequence[str],
    named: Mapping[str, str],
    *,
    as_json: bool,
    limit: int = 10,
    read_only: bool = True,
) -> None:
    """Answer a command of the table on the terminal. Wrong arguments exit with 2."""

    async def work(core: Core) -> Reply:
        from bot.commands import SERVICE_STATUS, Commands

        commands = Commands(core.store, lambda: core.probe, lambda: core.submissions, core.clock)
        if command.name == "pledges status" and not words:
            return await commands.run(SERVICE_STATUS, {}, terminal_asker())
        return await commands.run(
            command, {**read_words(command, words, core, named), "limit": limit}, terminal_asker()
        )

    print_reply(with_core(work, read_only=read_only), as_json=as_json)


def read_words(
    command: Command, words: Sequence[str], core: Core, named: Mapping[str, str] | None = None
) -> dict[str, Value]:
    """The values of a call: bare words, and options by their names. Wrong ones exit with 2."""
    from bot.arguments import UsageError, check, parse
    from bot.names import resolve

    now = core.clock()
    optional = {p.name: p for p in command.parameters}
    try:
        given = {
            name: check(command, optional[name], word, now=now, resolve=resolve)
            for name, word in (named or {}).items()
        }
        return parse(command, _line(command, words), now=now, resolve=resolve, given=given)
    except UsageError as error:
        click.echo(
            f"pledgewatch: {re.sub('/(pledges|pledgewatch) ', 'pledgewatch ', str(error))}",
            err=True,
        )
        sys.exit(2)


def _line(command: Command, words: Sequence[str]) -> str:
    """The words as one line; the shell has taken the quotation marks away. What takes the rest of
    the line as text needs none."""
    takes_text = (n for n, p in enumerate(command.parameters) if p.rest and p.name != "settings")
    firsts = next(takes_text, len(words))
    return " ".join((*map(_quoted, words[:firsts]), *words[firsts:]))


def _quoted(word: str) -> str:
    if not re.search(r"\s", word) or '"' in word:
        return word
    found = re.fullmatch(r"([\w-]+(?:\+=|-=|>=|=|:))(.*)", word, re.DOTALL)
    return f'{found[1]}"{found[2]}"' if found else f'"{word}"'
