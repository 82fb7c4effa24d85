"""The files that are made from the code: `python -m bot.reference` in the project's folder writes
them. A test compares them with what is there."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from inspect import cleandoc
from pathlib import Path

import click

from bot.cli import cli
from bot.command_table import COMMANDS, Command
from bot.config.reference import configuration_markdown
from bot.config.schema import FILE, schema_text

_IN_CHAT = """\
# Commands

<!-- Made from the code by `python -m bot.reference`; change the table of commands instead. -->

## In Discord and Slack

The answers are the same on both, and on the command line. A country can be given by any usual name,
code or flag.
"""

_ON_THE_LINE = """\
## On the command line

`--config PATH`, before or after the command, names the configuration file; without it `config.toml`
in the current folder is read, where there is one. `python -m bot` is the same as `pledgewatch`.

bash, zsh and fish complete commands, options, countries, and the names of feeds and routes:

    eval "$(pledgewatch completion bash)"       # in ~/.bashrc; with zsh in ~/.zshrc
    pledgewatch completion fish > ~/.config/fish/completions/pledgewatch.fish

| exit status | means |
| --- | --- |
| 0 | done; for `doctor`, `health` and `ledger check`: all is well |
| 1 | something failed, or is not well; for `poll`: every feed; also where it was stopped by hand |
| 2 | wrongly called: an unknown command or option, a missing argument, a value that cannot be |
| 78 | the configuration is wrong, or the file that `--config` names is not there |

What went wrong stands on standard error, with what to do about it; answers, and JSON with `--json`,
stand on standard output.
"""


def commands_markdown() -> str:
    """The page of commands."""
    return "\n".join([_IN_CHAT, *_chat_tables(), _ON_THE_LINE, *_line_sections(cli, "pledgewatch")])


FILES: Mapping[str, Callable[[], str]] = {
    "docs/commands.md": commands_markdown,
    "docs/configuration.md": configuration_markdown,
    FILE: schema_text,
}
"""By their path in the project."""


def _chat_tables() -> Iterator[str]:
    for admin, heading in ((False, "For everybody"), (True, "For admins")):
        yield f"### {heading}\n"
        yield "| command | what it answers | example |"
        yield "| --- | --- | --- |"
        yield from (_row(command) for command in COMMANDS if command.admin is admin)
        yield ""


def _row(command: Command) -> str:
    parameters = (p.name if p.required else f"[{p.name}]" for p in command.parameters)
    example = f"`/{command.name} {command.example}`" if command.example else ""
    return f"| `{' '.join((f'/{command.name}', *parameters))}` | {command.help} | {example} |"


def _line_sections(group: click.Group, path: str) -> Iterator[str]:
    for name in sorted(group.commands):
        command = group.commands[name]
        full = f"{path} {name}"
        if isinstance(command, click.Group):
            yield from _line_sections(command, full)
        else:
            yield from _line_section(command, full)


def _line_section(command: click.Command, full: str) -> Iterator[str]:
    context = click.Context(command, info_name=full)
    yield f"### `{' '.join([full, *_arguments(command, context)])}`\n"
    yield f"{cleandoc(command.help or '')}\n"
    if command.epilog:
        yield f"{command.epilog}\n"
    options = [p for p in command.params if isinstance(p, click.Option) and p.name != "config"]
    rows = [record for o in options if (record := o.get_help_record(context))]
    if rows:
        yield "| option | meaning |"
        yield "| --- | --- |"
        yield from (f"| `{_cell(option)}` | {_cell(meaning)} |" for option, meaning in rows)
        yield ""


def _arguments(command: click.Command, context: click.Context) -> list[str]:
    names = (p.make_metavar(context) for p in command.params if isinstance(p, click.Argument))
    return [name for name in names if name]


def _cell(text: str) -> str:
    """On one line, with no mark that would end the cell."""
    return " ".join(text.split()).replace("|", "\\|")


def write(root: Path) -> None:
    """Write every file."""
    for name, text in FILES.items():
        (root / name).write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    write(Path(*sys.argv[1:]))
