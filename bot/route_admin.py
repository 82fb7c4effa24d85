"""`/pledgewatch routes ...`: which developments go where."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from bot import route_answers
from bot.admin_desk import AdminDesk, origin_of, undo_button
from bot.arguments import UsageError, Value
from bot.cards import Button
from bot.channel_words import ChannelWords
from bot.chat import Asker, SendFailed
from bot.config.channels import one_of
from bot.config.platforms import BY_NAME, PLATFORMS
from bot.mute_words import FOREVER, until
from bot.names import resolve
from bot.questions import Handler
from bot.reply import Reply, failure, say_so, with_buttons
from bot.route_forms import RouteForms
from bot.route_settings import RouteWords, difference
from bot.route_test import SPAN, Comparison, trial, trials, under_threshold
from bot.route_words import read_route_words
from bot.spaces import is_operator
from storage.errors import Conflict
from storage.records import DeliveryKind, NewDelivery, Origin, Route
from storage.replay import Reported

_NEW = "the new route"
_TEST_KEYS = frozenset({"threshold", "days"})
_LONGEST_DAYS = 365
_MOST_TRIED = 600
"""Developments: a month of a large set of feeds, in a tenth of a second."""


class RouteAdmin:
    """`handlers` by the name of the command."""

    def __init__(self, desk: AdminDesk) -> None:
        self._desk = desk
        self.forms = RouteForms(desk, self._save_new, self._save_changed)
        self.handlers: dict[str, Handler] = {
            "pledgewatch routes list": self._list,
            "pledgewatch routes add": self._add,
            "pledgewatch routes edit": self._edit,
            "pledgewatch routes remove": self._remove,
            "pledgewatch routes mute": self._mute,
            "pledgewatch routes unmute": self._unmute,
            "pledgewatch routes enable": self._enable,
            "pledgewatch routes test": self._test,
            "pledgewatch routes sample": self._sample,
        }

    async def _list(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        routes = await self._desk.routes(asker)
        names = await self._desk.spaces.names(r.channel for r in routes)
        return route_answers.listing(
            routes, self._desk.clock(), everything=is_operator(asker), names=names
        )

    # add, edit

    async def _add(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        return await self._save_new(str(values["name"]), str(values.get("settings", "")), asker)

    async def _save_new(self, name: str, text: str, asker: Asker) -> Reply:
        """Add a route from what was typed or filled in. Raises UsageError, StorageError."""
        words = await _read(text, asker)
        if is_operator(asker) and "channel" not in words.changes:
            forms = one_of(platform.channel_form for platform in PLATFORMS)
            raise UsageError(f"Name the channel: {forms}.")
        space = "" if is_operator(asker) else asker.space
        base = Route(name.strip(), asker.channel, origin=origin_of(asker), space=space)
        route = words.apply(base)
        if fault := await self._fault_of(route.channel, asker):
            return fault
        route = replace(route, name=await self._desk.free_name(route.name, asker))
        changes = self._desk.changes(asker)
        await changes.add_route(route, now=self._desk.clock())
        reply = await self._shown(f"Route “{route.title}” added.", route)
        return with_buttons(reply, (*_next(route), undo_button(changes.number)))

    async def _shown(self, text: str, route: Route) -> Reply:
        return route_answers.one(text, route, names=await self._desk.spaces.names([route.channel]))

    async def _fault_of(self, channel: str, asker: Asker) -> Reply | None:
        """Why a channel cannot be a route's: it is another space's, or cannot be written to."""
        if is_operator(asker):
            return None
        chat = self._desk.chats().get(channel.partition(":")[0])
        try:
            if await self._desk.spaces.asked(channel) != asker.space:
                where = BY_NAME[asker.platform].space
                return failure(
                    f"{channel} is no channel of this {where}.",
                    "Give the command in the channel itself, or paste its link.",
                )
            if chat is not None:
                await self._desk.spaces.call(channel, await chat.check(channel))
        except SendFailed as error:
            return failure(f"{channel}: {error.reason}.", error.remedy)
        return None

    async def _edit(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        route, text = await self._route_and(values, asker)
        if not text:
            reply = await self._shown(f"Route “{route.title}”", route)
            return with_buttons(reply, (Button("edit_route", route.name, "Edit"),))
        return await self._save_changed(route, text, asker)

    async def _save_changed(self, route: Route, text: str, asker: Asker) -> Reply:
        """Change a route by what was typed or filled in. Raises UsageError, StorageError."""
        changed = (await _read(text, asker)).apply(replace(route, name=route.title))
        if changed.channel != route.channel and (
            fault := await self._fault_of(changed.channel, asker)
        ):
            return fault
        if changed.name == route.title:
            changed = replace(changed, name=route.name)
        else:
            changed = replace(changed, name=await self._desk.free_name(changed.name, asker))
        if changed == route:
            return say_so(f"Route “{route.title}” is like that already.")
        changes = self._desk.changes(asker)
        await changes.update_route(route.name, changed, now=self._desk.clock())
        told = ", ".join(route_answers.changed_settings(route, changed))
        reply = await self._shown(f"Route “{changed.title}” changed: {told}", changed)
        return with_buttons(reply, (*_next(changed), undo_button(changes.number)))

    # remove, mute, enable

    async def _remove(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        route = await self._desk.route(str(values["route"]), asker)
        changes = self._desk.changes(asker)
        await changes.remove_route(route.name, now=self._desk.clock())
        reply = say_so(f"Route “{route.title}” to {route.channel} removed.")
        return with_buttons(reply, (undo_button(changes.number),))

    async def question(self, values: Mapping[str, Value], asker: Asker) -> tuple[str, str, str]:
        """What is asked before a route is removed: question, detail, the button's label. Raises
        NotFound, Conflict."""
        route = await self._desk.route(str(values["route"]), asker)
        if route.origin is Origin.FILE:
            raise Conflict(f"“{route.title}” stands in the configuration file. Take it out there.")
        detail = f"{route.channel}: {route_answers.passing(route)}. Nothing more is sent by it."
        return f"Remove the route “{route.title}”?", detail, "Remove"

    async def _mute(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        route, text = await self._route_and(values, asker)
        now = self._desk.clock()
        end = until(text, now)
        if end is None:
            raise UsageError(f"“{text[:60]}” is no span. Write 2h, 3 days or until 2026-12-01.")
        changes = self._desk.changes(asker)
        await changes.mute_route(route.name, end, now=now)
        how_long = "" if end == FOREVER else f" until {end:%d %b %Y %H:%M} UTC"
        detail = "What it misses it does not tell later."
        reply = say_so(f"Route “{route.title}” is muted{how_long}.", detail=detail)
        return with_buttons(reply, (undo_button(changes.number),))

    async def _unmute(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        route = await self._desk.route(str(values["route"]), asker)
        now = self._desk.clock()
        if not route.muted(now):
            return say_so(f"Route “{route.title}” is not muted.")
        changes = self._desk.changes(asker)
        await changes.mute_route(route.name, None, now=now)
        reply = say_so(f"Route “{route.title}” speaks again.")
        return with_buttons(reply, (undo_button(changes.number),))

    async def _enable(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        route = await self._desk.route(str(values["route"]), asker)
        await self._desk.changes(asker).enable_route(route.name, now=self._desk.clock())
        self._desk.wake()
        return say_so(f"Route “{route.title}” is on; what waited for {route.channel} goes out now.")

    # test

    async def _test(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        """What routes would have told, also with settings that are not saved yet."""
        given = f"{values.get('route', '')} {values.get('settings', '')}"
        route, text = await self._desk.named_first(given, asker)
        words = await _read(text, asker, _TEST_KEYS)
        span = _span(words)
        since = self._desk.clock() - span
        reported = await self._desk.store.reported(since, limit=_MOST_TRIED)
        if len(reported) == _MOST_TRIED:  # a busy year: as far back as that reaches
            span = self._desk.clock() - reported[-1].development.created
        if route is None and not words.changes and "threshold" not in words.further:
            return await self._test_all(reported, span, asker)
        before = route or await self._imagined(words, asker)
        after = words.apply(before) if route else before
        others = await self._under(words, reported, span)
        changes = route_answers.changed_settings(before, after)
        if "threshold" in words.further:
            changes.append(f"threshold {words.further['threshold']}")
        everything = is_operator(asker)

        def answered() -> Reply:
            if not changes:
                return route_answers.tried([trial(after, others)], span, everything=everything)
            comparison = Comparison(trial(before, reported), trial(after, others))
            return route_answers.compared(comparison, span, changes, everything=everything)

        reply = await asyncio.to_thread(answered)
        return await self._offer(reply, route, words, asker) if changes else reply

    async def _test_all(self, reported: Sequence[Reported], span: timedelta, asker: Asker) -> Reply:
        routes = await self._desk.routes(asker)
        if not routes:
            return failure("There is no route to test.", "Try settings: routes test to=UKR")
        everything = is_operator(asker)
        return await asyncio.to_thread(  # too long for the event loop
            lambda: route_answers.tried(trials(routes, reported), span, everything=everything)
        )

    async def _imagined(self, words: RouteWords, asker: Asker) -> Route:
        return words.apply(Route(_NEW, asker.channel, origin=origin_of(asker), space=asker.space))

    async def _under(
        self, words: RouteWords, reported: Sequence[Reported], span: timedelta
    ) -> Sequence[Reported]:
        text = words.further.get("threshold")
        if text is None:
            return reported
        threshold = _threshold(text)
        begun = await self._desk.store.beginning(threshold, self._desk.clock() - span)
        return under_threshold(reported, begun, threshold)

    async def _offer(
        self, reply: Reply, route: Route | None, words: RouteWords, asker: Asker
    ) -> Reply:
        """A button that saves what was tried."""
        if route is None or not words.changes or route.origin is Origin.FILE or is_operator(asker):
            return reply
        changed = words.apply(replace(route, name=route.title))
        settings = difference(route, changed)
        values: dict[str, Value] = {"route": f'"{route.title}"', "settings": settings}
        asked = await self._desk.ask("pledgewatch routes edit", values, "", "", "Save")
        return with_buttons(reply, (replace(asked.card.buttons[0], danger=False),))

    # a sample

    async def _sample(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        """Post an example where a route leads: it shows that the way is open."""
        route = await self._desk.route(str(values["route"]), asker)
        payload = {"card": "sample", "route": route.title}
        sample = NewDelivery(DeliveryKind.NOTICE, route.channel, route.name, payload)
        await self._desk.store.enqueue([sample], now=self._desk.clock())
        self._desk.wake()
        return say_so(f"A sample is on its way to {route.channel}.")

    async def _route_and(self, values: Mapping[str, Value], asker: Asker) -> tuple[Route, str]:
        """The route that is named, and what stands after its name. Raises NotFound."""
        given = f"{values['route']} {values.get('settings', values.get('span', ''))}"
        route, rest = await self._desk.named_first(given, asker)
        return route or await self._desk.route(given.split(maxsplit=1)[0], asker), rest


async def _read(text: str, asker: Asker, further: frozenset[str] = frozenset()) -> RouteWords:
    """Names are looked up in many languages: too long for the event loop."""
    channels = ChannelWords(asker.platform, asker.channel)
    return await asyncio.to_thread(
        read_route_words, text, resolve=resolve, channels=channels, further=further
    )


def _next(route: Route) -> tuple[Button, ...]:
    """What one does after a route is set."""
    return (
        Button("edit_route", route.name, "Edit"),
        Button("sample", route.name, "Send a sample"),
        Button("test_route", route.name, "Try on 30 days"),
    )


def _span(words: RouteWords) -> timedelta:
    days = words.further.get("days", "")
    if not days:
        return SPAN
    if not days.isdecimal() or not 1 <= int(days) <= _LONGEST_DAYS:
        raise UsageError(f"days must be a number from 1 to {_LONGEST_DAYS}.")
    return timedelta(days=int(days))


def _threshold(text: str) -> float:
    try:
        threshold = float(text)
    except ValueError:
        threshold = -1.0
    if not 0 <= threshold <= 1:
        raise UsageError("threshold must be a number from 0 to 1, such as 0.5.")
    return threshold
