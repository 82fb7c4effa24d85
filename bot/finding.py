"""Which command a text begins with, and which one was meant where there is none. Pure."""

from __future__ import annotations

import difflib
import re

from bot.argument_values import Resolve
from bot.arguments import UsageError, tidy
from bot.command_table import COMMANDS, Command
from bot.outside_text import cut, units
from bot.phrases import phrases
from bot.reply import LONGEST_QUESTION, Reply, ask_again, failure, with_buttons

_ALIKE = 0.6
_MOST_MEANT = 3
_SHORT_ID = re.compile(r"#?[A-Za-z]{2,8}[\s-]?\d{1,7}")
_USAGE = " Usage: "
_SHOWN = 60
_BUTTON = 75


def find(root: str, text: str) -> tuple[Command | None, str]:
    """The command that a text begins with, and the rest of the text; help for an empty one. A
    lone id is shown."""
    text = tidy(text).removeprefix("/").removeprefix(f"{root} ").strip()
    words = text.split() or ["help"]
    for length in (2, 1):
        path = tuple(word.lower() for word in words[:length])
        if command := _called(root, path):
            rest = text.split(None, length)
            return command, rest[length] if len(rest) > length else ""
    if other := phrases().commands.get(words[0].lower()):
        return _called(root, (other,)), " ".join(words[1:])
    if _SHORT_ID.fullmatch(text):
        return _called(root, ("show",)), text
    return None, text


def _called(root: str, path: tuple[str, ...]) -> Command | None:
    return next((c for c in COMMANDS if c.root == root and c.path == path), None)


def unknown(root: str, text: str, resolve: Resolve) -> Reply:
    """That there is no such command, and what may have been meant."""
    meant = _meant(root, text, resolve)
    known = ", ".join(" ".join(c.path) for c in COMMANDS if c.root == root)
    question = f"Did you mean {' or '.join(f'“{m}”' for m in meant)}? " if meant else ""
    reply = failure(f"I do not know “/{root} {cut(text, _SHOWN)}”.", f"{question}I know: {known}.")
    return _offered(reply, root, meant)


def _meant(root: str, text: str, resolve: Resolve) -> list[str]:
    """Whole texts: with the command spelt right, or with one before a country or an address."""
    found: list[str] = []
    words = text.split()
    paths = [" ".join(c.path) for c in COMMANDS if c.root == root]
    for length in (2, 1):
        typed, rest = " ".join(words[:length]).lower(), words[length:]
        near = difflib.get_close_matches(typed, paths, n=_MOST_MEANT, cutoff=_ALIKE)
        found += [" ".join([path, *rest]) for path in near]
    if root == "pledges" and resolve(text):
        found = [f"latest {text}", f"status {text}"]
    elif root == "pledges" and "://" in text and len(words) == 1:
        found = [f"why {text}", f"submit {text}"]
    return list(dict.fromkeys(found))[:_MOST_MEANT]


def misunderstood(command: Command, error: UsageError) -> Reply:
    """What is wrong with the arguments, and what may have been meant."""
    path = " ".join(command.path)
    sentence, usage, rest = str(error).partition(_USAGE)
    reply = failure(sentence, f"{usage}{rest}".strip())
    return _offered(reply, command.root, [f"{path} {text}" for text in error.instead])


def _offered(reply: Reply, root: str, meant: list[str]) -> Reply:
    buttons = tuple(
        ask_again(root, text, cut(f"/{root} {text}", _BUTTON))
        for text in meant
        if units(text) <= LONGEST_QUESTION
    )
    return with_buttons(reply, buttons)
