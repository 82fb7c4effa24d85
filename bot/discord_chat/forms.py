"""A form as a Discord modal, and what comes back.

Discord takes 45 characters of title and label, 100 of a description, 5 fields and 25 options. What
a modal means stands in its custom id, as with buttons, so that one that was opened before a restart
can be sent off after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import discord

from bot.cards import Ask, Form, FormField
from bot.chat import Submission
from bot.outside_text import clean, cut

_PREFIX = "pwf"
_MAX_CUSTOM_ID = 100
_TITLE = 45
_LABEL = 45
_HINT = 100
_OPTION = 100
_TEXT = 4000
_MOST_FIELDS = 5
_MOST_OPTIONS = 25
_DEEPEST = 3


def modal(form: Form) -> discord.ui.Modal:
    """The library is told (by `stop`) not to remember it. Raises ValueError where the form carries
    too much: a bug of ours."""
    made = f"{_PREFIX}:{form.action}:{form.value}"
    if len(made) > _MAX_CUSTOM_ID:
        raise ValueError(f"the form {form.action!r} carries too much: {made!r}")
    drawn = discord.ui.Modal(title=cut(clean(form.title), _TITLE) or "…", custom_id=made)
    for field in form.fields:
        drawn.add_item(
            discord.ui.Label(
                text=cut(clean(field.label), _LABEL) or "…",
                description=cut(clean(field.hint), _HINT) or None,
                component=_input(field),
            )
        )
    drawn.stop()
    return drawn


def submission(data: Mapping[str, Any]) -> Submission | None:
    """What was sent off, or None where it is no form of ours. The sender's client made it, so
    nothing is taken for granted but its type."""
    prefix, _, rest = str(data.get("custom_id", "")).partition(":")
    action, separator, value = rest.partition(":")
    if prefix != _PREFIX or not separator:
        return None
    answers = dict(_answers(data.get("components"), _DEEPEST))
    return Submission(action, value, dict(list(answers.items())[:_MOST_FIELDS]))


def _input(field: FormField) -> discord.ui.Item[Any]:
    if field.ask in {Ask.CHOICE, Ask.CHOICES}:
        return _select(field)
    initial = field.initial[0] if field.initial else ""
    long = field.ask is Ask.LONG
    return discord.ui.TextInput(
        custom_id=field.name,
        style=discord.TextStyle.paragraph if long else discord.TextStyle.short,
        default=cut(initial, _TEXT) or None,
        required=field.required,
        max_length=_TEXT,
    )


def _select(field: FormField) -> discord.ui.Select[Any]:
    options = field.options[:_MOST_OPTIONS]
    several = field.ask is Ask.CHOICES
    chosen = set(field.initial if several else field.initial[:1])
    return discord.ui.Select(
        custom_id=field.name,
        options=[
            discord.SelectOption(
                label=cut(clean(label), _OPTION) or "…", value=value, default=value in chosen
            )
            for value, label in options
        ],
        min_values=1 if field.required else 0,
        max_values=len(options) if several else 1,
        required=field.required,
    )


def _answers(components: object, depth: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Inputs lie in labels, or in rows in older clients."""
    if not isinstance(components, list) or not depth:
        return
    for part in components:
        if not isinstance(part, Mapping):
            continue
        yield from _answers(part.get("components"), depth - 1)
        yield from _answers([part.get("component")], depth - 1)
        name = part.get("custom_id")
        if isinstance(name, str):
            yield name, _given(part)


def _given(part: Mapping[str, Any]) -> tuple[str, ...]:
    given = part.get("values") if "values" in part else [part.get("value")]
    if not isinstance(given, list):
        return ()
    texts = [one.strip() for one in given[:_MOST_OPTIONS] if isinstance(one, str)]
    return tuple(text[:_TEXT] for text in texts if text)
