"""Our table of commands as discord.py's tree of application commands."""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from typing import Any

import discord
from discord import app_commands

from bot.command_table import Command, Parameter
from bot.outside_text import cut

Suggest = Callable[[discord.Interaction, str, str], Awaitable[Sequence[tuple[str, str]]]]
"""(interaction, what a parameter takes, what is typed so far) -> (label, value), best first."""
Run = Callable[[discord.Interaction, Command, Mapping[str, Any]], Awaitable[None]]

_ADMIN = discord.Permissions(manage_guild=True)
_HELP = 100
_MOST_CHOICES = 25
_SUGGESTED = {"country", "reference", "feed", "route", "command"}


def fill(
    tree: app_commands.CommandTree[Any], table: Iterable[Command], run: Run, suggest: Suggest
) -> None:
    """Put the table into the tree. A root with nothing but admin commands is offered to those who
    may manage the server; who may run it is checked again when it runs."""
    for root, commands in _by_root(table).items():
        only_admins = all(command.admin for command in commands)
        group = app_commands.Group(
            name=root,
            description=_ROOT_HELP.get(root, root),
            default_permissions=_ADMIN if only_admins else None,
            guild_only=only_admins,
        )
        for command in commands:
            _parent(group, command.path[:-1]).add_command(_made(command, run, suggest))
        tree.add_command(group)


def digest(tree: app_commands.CommandTree[Any]) -> str:
    """Changes when what Discord must be told changes."""
    told = [command.to_dict(tree) for command in tree.get_commands()]
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


def typed(command: Command, options: Mapping[str, Any]) -> str:
    """The options as somebody would have typed them: `latest beneficiary:UKR since:7d`."""
    words = list(command.path)
    rest = ""
    for parameter in command.parameters:
        value = options.get(parameter.name)
        if value is None:
            continue
        if parameter.rest:
            rest = str(value)
        else:
            text = value.url if isinstance(value, discord.Attachment) else str(value)
            words.append(f"{parameter.name}:{_quoted(text)}")
    return " ".join([*words, rest] if rest else words)


_TYPES: Mapping[str, type] = {"integer": int, "file": discord.Attachment}
"""All others are texts to Discord. A file arrives as its address."""
_ROOT_HELP = {
    "pledges": "Who is committed to whom, and what changed",
    "pledgewatch": "Feeds, routes and the state of Pledgewatch",
}


def _quoted(value: str) -> str:
    value = value.replace('"', "")
    return f'"{value}"' if not value or any(c.isspace() for c in value) else value


def _by_root(table: Iterable[Command]) -> dict[str, list[Command]]:
    roots: dict[str, list[Command]] = {}
    for command in table:
        roots.setdefault(command.root, []).append(command)
    return roots


def _parent(root: app_commands.Group, names: Sequence[str]) -> app_commands.Group:
    for name in names:
        found = root.get_command(name)
        if not isinstance(found, app_commands.Group):
            found = app_commands.Group(name=name, description=name.capitalize(), parent=root)
        root = found
    return root


def _made(command: Command, run: Run, suggest: Suggest) -> app_commands.Command[Any, ..., None]:
    """discord.py reads a command's options from its callback's signature, so it gets one."""

    async def callback(interaction: discord.Interaction, **options: Any) -> None:
        await run(interaction, command, options)

    ordered = sorted(command.parameters, key=lambda p: not p.required)
    callback.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter("interaction", inspect.Parameter.POSITIONAL_OR_KEYWORD),
            *map(_option, ordered),
        ]
    )
    app_commands.describe(**{p.name: cut(p.help, _HELP) for p in ordered})(callback)
    fixed = {p.name: _choices(p) for p in ordered if _has_fixed_choices(p)}
    if fixed:
        app_commands.choices(**fixed)(callback)
    completed = {p.name: _completion(p, suggest) for p in ordered if _is_completed(p)}
    app_commands.autocomplete(**completed)(callback)
    return app_commands.Command(
        name=command.path[-1], description=cut(command.help, _HELP), callback=callback
    )


def _option(parameter: Parameter) -> inspect.Parameter:
    kind: Any = _TYPES.get(parameter.kind, str)
    return inspect.Parameter(
        parameter.name,
        inspect.Parameter.KEYWORD_ONLY,
        annotation=kind if parameter.required else kind | None,
        default=inspect.Parameter.empty if parameter.required else None,
    )


def _is_completed(parameter: Parameter) -> bool:
    return bool(parameter.suggest) or parameter.kind in _SUGGESTED


def _has_fixed_choices(parameter: Parameter) -> bool:
    return 0 < len(parameter.choices) <= _MOST_CHOICES and not _is_completed(parameter)


def _choices(parameter: Parameter) -> list[app_commands.Choice[str]]:
    return [
        app_commands.Choice(name=cut(choice.replace("_", " "), _HELP), value=choice)
        for choice in parameter.choices
    ]


def _completion(
    parameter: Parameter, suggest: Suggest
) -> Callable[[discord.Interaction, str], Coroutine[Any, Any, list[app_commands.Choice[Any]]]]:
    async def complete(
        interaction: discord.Interaction, current: str
    ) -> list[app_commands.Choice[Any]]:
        kind = parameter.suggest or parameter.kind
        found = await suggest(interaction, kind, str(current))  # a number for an integer
        return [
            app_commands.Choice(name=cut(label, _HELP), value=_taken(parameter, value))
            for label, value in found[:_MOST_CHOICES]
        ]

    return complete


def _taken(parameter: Parameter, value: str) -> str | int:
    return int(value) if parameter.kind == "integer" else cut(value, _HELP)
