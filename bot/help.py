"""What can be asked, from the table of commands."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from bot.arguments import tidy, usage
from bot.cards import Block, Card, Divider, Fields, Line, Span, Text
from bot.command_table import Command, Parameter
from bot.reply import Reply, ask_again, failure, with_buttons

_TITLES = {"pledges": "What you can ask", "pledgewatch": "What an admin can do"}
_TYPING = (
    "Arguments stand in any order. Countries go by any name, in any of the languages that news is "
    "read in, by code or by flag; times are 24h, 7d, yesterday, last week, 31 Jan or 2026-01-31."
)
_ALIKE = 0.6


def help_for(root: str, table: Sequence[Command], about: str = "") -> Reply:
    """All commands below a root, or one of them with its arguments and examples."""
    commands = [c for c in table if c.root == root and c.path != ("help",)]
    wanted = " ".join(tidy(about).lower().lstrip("/").split()).removeprefix(f"{root} ")
    if not wanted:
        return _all(root, commands)
    chosen = [c for c in commands if " ".join(c.path) == wanted or c.path[0] == wanted]
    if len(chosen) == 1:
        return _one(chosen[0])
    return _all(root, chosen) if chosen else _none(root, commands, wanted)


def _all(root: str, commands: Sequence[Command]) -> Reply:
    rows = tuple((f"/{c.name}", _line(c)) for c in commands)
    more = f"/{root} help COMMAND tells more of one. {_TYPING}"
    blocks: tuple[Block, ...] = (Fields(rows), Divider(), Text(((Span(more, muted=True),),)))
    data = [_data(c) for c in commands]
    return Reply(Card(_TITLES[root], blocks, private=True), data)


def _line(command: Command) -> Line:
    said = Span(f"{command.help}.")
    if not command.example:
        return (said,)
    return (said, Span(" For example "), Span(f"/{command.name} {command.example}", code=True))


def _one(command: Command) -> Reply:
    takes = tuple(
        (p.name, (Span(f"{p.help}{'' if p.required else ' (may be left out)'}{_choices(p)}"),))
        for p in command.parameters
    )
    examples = tuple(e for e in (command.example, *command.examples) if e)
    blocks: list[Block] = [Text(((Span(usage(command)),),))]
    blocks += [Fields(takes)] * bool(takes)
    if examples:
        lines: tuple[Line, ...] = tuple(
            (Span(f"/{command.name} {e}", code=True),) for e in examples
        )
        blocks.append(Text((((Span("Examples", bold=True),)), *lines)))
    card = Card(f"/{command.name}: {command.help}", tuple(blocks), private=True)
    return Reply(card, _data(command))


def _choices(parameter: Parameter) -> str:
    names = ", ".join(choice.replace("_", " ") for choice in parameter.choices)
    return f": {names}" if names else ""


def _none(root: str, commands: Sequence[Command], wanted: str) -> Reply:
    paths = [" ".join(c.path) for c in commands]
    near = difflib.get_close_matches(wanted, paths, n=3, cutoff=_ALIKE)
    question = f"Did you mean {' or '.join(f'“{n}”' for n in near)}?" if near else ""
    reply = failure(f"There is no command “{wanted[:60]}”.", question or f"See /{root} help.")
    return with_buttons(reply, tuple(ask_again(root, f"help {n}", n) for n in near))


def _data(command: Command) -> dict[str, object]:
    examples = [e for e in (command.example, *command.examples) if e]
    return {
        "command": command.name,
        "help": command.help,
        "usage": usage(command),
        "examples": examples,
    }
