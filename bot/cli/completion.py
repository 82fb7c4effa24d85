"""`completion`: shells complete commands, options, countries, and names that the database holds.

click does the work; this says what the arguments of the table of commands may be, and mends what
its script for bash does to names with blanks. Nothing here makes, upgrades or holds a database, and
what cannot be read is not offered.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ZshComplete,
    add_completion_class,
)

from bot.cli.context import read_config, terminal_asker
from bot.command_table import Command, Parameter

if TYPE_CHECKING:
    from bot.suggestions import Offer

VARIABLE = "_PLEDGEWATCH_COMPLETE"
"""Set where a shell asks."""
Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem[str]]]
_STORED = {"feed", "route", "reference", "feedback", "entry"}


@click.command(
    epilog='In ~/.bashrc or ~/.zshrc: eval "$(pledgewatch completion bash)", or zsh. For fish:'
    " pledgewatch completion fish > ~/.config/fish/completions/pledgewatch.fish"
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script by which SHELL completes commands, countries, feeds and routes."""
    made = _MADE[shell](context.find_root().command, {}, "pledgewatch", VARIABLE)
    click.echo(made.source(), nl=False)


def words_of(command: Command) -> Complete:
    """What the next bare word of a command of the table may be."""

    def complete(
        context: click.Context, _: click.Parameter, typed: str
    ) -> list[CompletionItem[str]]:
        given = len(context.params.get("words") or ())
        kinds = _next(command, given)
        return [item for p in kinds for item in _items(p, typed, context)]

    return complete


def value_of(parameter: Parameter) -> Complete:
    """What the value of an option may be."""
    return lambda context, _, typed: list(_items(parameter, typed, context))


def _next(command: Command, given: int) -> Sequence[Parameter]:
    """The parameters that a word may belong to after so many: the required ones in their order, the
    others in any."""
    required = [p for p in command.parameters if p.required]
    if given < len(required):
        return [required[given]]
    return [p for p in command.parameters if not p.required]


def _items(
    parameter: Parameter, typed: str, context: click.Context
) -> Iterator[CompletionItem[str]]:
    kind = parameter.suggest or parameter.kind
    if kind == "country":
        yield from _countries(typed)
    elif parameter.choices:
        yield from (CompletionItem(c) for c in parameter.choices if _begins(c, typed))
    elif kind in _STORED:
        offers = _stored(kind, typed, context)
        yield from (CompletionItem(v, help=label) for label, v in offers if _begins(v, typed))


def _begins(value: str, typed: str) -> bool:
    return value.casefold().startswith(typed.casefold())


def _countries(typed: str) -> Iterator[CompletionItem[str]]:
    """Codes, and by name what is typed by name."""
    from classifiers.actors import directory, display

    for code in directory():
        if _begins(code, typed):
            yield CompletionItem(code, help=display(code))
        elif _begins(display(code), typed):
            yield CompletionItem(display(code), help=code)


def _stored(kind: str, typed: str, context: click.Context) -> list[Offer]:
    """What the database that the command would use offers, as autocomplete in chat does."""
    from bot.config import ConfigError
    from bot.logs import configure
    from bot.suggestions import Suggestions
    from storage.errors import StorageError
    from storage.store import Store

    async def ask() -> list[Offer]:
        async with await Store.open(config.storage.path, read_only=True) as store:
            suggestions = Suggestions(store, lambda _: True, lambda _: store.routes())
            return await suggestions.suggest(kind, typed, terminal_asker())

    try:
        with context.scope(cleanup=False):
            config = read_config()
        if not config.storage.path.exists():
            return []
        configure(config, quiet=True)
        return asyncio.run(ask())
    except (ConfigError, StorageError, OSError):
        return []


class _Bash(BashComplete):
    """With names of several words and signs put as bash must read them back."""

    def format_completion(self, item: CompletionItem[str]) -> str:
        value = item.value
        if item.type == "plain" and not _within_quotation_marks():
            value = re.sub(r"([^\w@%+=:,./-])", r"\\\1", value)
        value = value.replace("\\", "\\\\")  # the script's own `read` takes one level away
        return f"{item.type},{value}"


def _within_quotation_marks() -> bool:
    words, place = os.environ["COMP_WORDS"].split("\n"), int(os.environ["COMP_CWORD"])
    return place < len(words) and words[place][:1] in {'"', "'"}


add_completion_class(_Bash)
_MADE = {"bash": _Bash, "zsh": ZshComplete, "fish": FishComplete}
