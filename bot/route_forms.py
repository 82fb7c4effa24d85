"""Forms for routes: what a modal asks, and what it makes."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Container, Mapping
from itertools import count

from bot.admin_desk import AdminDesk
from bot.cards import Ask, Form, FormField
from bot.chat import Asker, Submission
from bot.reply import Reply, failure
from bot.route_settings import settings_of
from storage.records import Mode, Origin, Route

ADD = "add_route"
EDIT = "edit_route"
_NAME = "alerts"
"""Of a route whose maker does not care what it is called."""
_MODES = (
    (Mode.INSTANT, "At once"),
    (Mode.HOURLY, "Hourly digest"),
    (Mode.DAILY, "Daily digest"),
    (Mode.WEEKLY, "Weekly digest"),
)
_OF_THEIR_OWN = ("beneficiaries", "mode")

SaveNew = Callable[[str, str, Asker], Awaitable[Reply]]
SaveChanged = Callable[[Route, str, Asker], Awaitable[Reply]]


class RouteForms:
    """The forms that add and edit a route."""

    def __init__(self, desk: AdminDesk, save_new: SaveNew, save_changed: SaveChanged) -> None:
        self._desk = desk
        self._save_new = save_new
        self._save_changed = save_changed

    async def add(self, channel: str, asker: Asker) -> Form:
        """For a channel; empty: the one where the asker is, if it is one. It can be sent off as it
        is."""
        here = "" if ":@" in asker.channel else asker.channel
        taken = {route.title.casefold() for route in await self._desk.routes(asker)}
        route = Route(_free(_NAME, taken), channel or here)
        return Form(ADD, "", "Add a route", tuple(_fields(route)), "Add")

    async def edit(self, name: str, asker: Asker) -> Form | Reply:
        """With what the route says now; a reply where the file fixes it. Raises NotFound."""
        route = await self._desk.route(name, asker)
        if route.origin is Origin.FILE:
            text = f"“{route.title}” stands in the configuration file."
            return failure(text, "Change it there; chat can mute it.")
        return Form(EDIT, route.name, f"Edit {route.title}", tuple(_fields(route)))

    async def submit(self, submission: Submission, asker: Asker) -> Reply:
        """Save what was filled in. Raises UsageError, StorageError."""
        text = _typed(submission.answers)
        if submission.action == ADD:
            return await self._save_new(_answer(submission.answers, "name"), text, asker)
        route = await self._desk.route(submission.value, asker)
        name = _answer(submission.answers, "name").replace('"', "")
        cleared = " ".join(f"{key}=none" for key, _ in settings_of(route) if key != "mode")
        return await self._save_changed(route, f'{cleared} {text} name="{name}"', asker)


def _fields(route: Route) -> list[FormField]:
    rest = "\n".join(f"{k}={v}" for k, v in settings_of(route) if k not in _OF_THEIR_OWN)
    whom = dict(settings_of(route)).get("beneficiaries", "")
    return [
        FormField("name", "Name", initial=_initial(route.title), hint="What commands call it"),
        FormField(
            "channel",
            "Channel",
            initial=_initial(route.channel),
            hint="A channel's link or id; here: where you are",
        ),
        FormField(
            "beneficiaries",
            "Towards whom",
            initial=_initial(whom),
            hint="Countries or organisations by any name, with commas; empty: all",
            required=False,
        ),
        FormField(
            "mode",
            "When it is told",
            Ask.CHOICE,
            tuple((mode.value, label) for mode, label in _MODES),
            (route.mode.value,),
        ),
        FormField(
            "settings",
            "Further settings",
            Ask.LONG,
            initial=_initial(rest),
            hint="A line each: min_stage=2, committers=GBR,FRA, at=07:00, zone=Europe/Kyiv ...",
            required=False,
        ),
    ]


def _free(name: str, taken: Container[str]) -> str:
    names = (f"{name} {number}" if number > 1 else name for number in count(1))
    return next(one for one in names if one not in taken)


def _initial(text: str) -> tuple[str, ...]:
    return (text,) if text else ()


def _answer(answers: Mapping[str, tuple[str, ...]], name: str) -> str:
    given = answers.get(name, ())
    return given[0].strip() if given else ""


def _typed(answers: Mapping[str, tuple[str, ...]]) -> str:
    """What was filled in, as somebody would have typed it."""
    parts = [_answer(answers, "settings"), f"mode={_answer(answers, 'mode') or Mode.INSTANT}"]
    parts.append(f"channel={_answer(answers, 'channel')}")
    whom = re.split(r"[,;\n]", _answer(answers, "beneficiaries").replace('"', ""))
    if names := [name.strip() for name in whom if name.strip()]:
        parts.append("beneficiaries=" + ",".join(f'"{name}"' for name in names))
    return " ".join(parts)
