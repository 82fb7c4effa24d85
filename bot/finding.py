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

_ALIKE = 0.65
_LONGEST_CODE = 3
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
    reply = failure(f"I do not know “/{root} {cut(text, _SHOWN)}”.", _hint(root, meant))
    return _offered(reply, root, meant)


def _hint(root: str, meant: list[str]) -> str:
    if meant:
        question = " or ".join(f"“{cut(text, _SHOWN)}”" for text in meant)
        return f"Did you mean {question}? /{root} help lists all commands."
    return f"I know: {', '.join(_paths(root))}."


def _paths(root: str) -> list[str]:
    return [" ".join(c.path) for c in COMMANDS if c.root == root]


def _meant(root: str, text: str, resolve: Resolve) -> list[str]:
    """Whole texts: with the command spelt right, or with one before a country or an address."""
    found: list[str] = []
    words, paths = text.split(), _paths(root)
    if group := [path for path in paths if path.startswith(f"{text.lower()} ")]:
        return group[:_MOST_MEANT]
    for length in (2, 1):
        typed, rest = " ".join(words[:length]).lower(), words[length:]
        near = difflib.get_close_matches(typed, paths, n=_MOST_MEANT, cutoff=_ALIKE)
        found += [" ".join([path, *rest]) for path in near]
    if root == "pledges" and resolve(text):
        found = [f"latest {text}", f"status {text}"]
    elif root == "pledges" and "://" in text and len(words) == 1:
        found = [f"why {text}", f"submit {text}"]
    elif root == "pledges" and not found:
        bare = (word.strip("?!.,") for word in words)
        # "and" is no Andorra.
        names = (word for word in bare if word.isupper() or len(word) > _LONGEST_CODE)
        found = _of_countries([word for word in names if resolve(word)])
    return list(dict.fromkeys(found))[:_MOST_MEANT]


def _of_countries(named: list[str]) -> list[str]:
    """What a sentence with these countries may ask."""
    if not named:
        return []
    first, *others = named
    if not others:
        return [f"latest {first}", f"status {first}"]
    return [f"latest from {first} to {others[0]}", f"timeline {first} {others[0]}"]


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
