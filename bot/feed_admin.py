"""`/pledgewatch feeds ...`: what is read."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot import admin_answers
from bot.admin_desk import AdminDesk, origin_of, undo_button
from bot.arguments import Value
from bot.cards import Ask, Button, Card, Form, FormField, Line, Span, Text, Tone
from bot.chat import Asker, Submission
from bot.feed_lists import chosen, listed, starter_set, subscribe
from bot.json_data import feed_data
from bot.outside_text import cut
from bot.questions import Handler
from bot.reply import Reply, at_fault, failure, say_so, with_buttons
from bot.routing import plan
from feeds.article import Feed
from feeds.errors import ParseError
from feeds.opml import read_opml
from storage.errors import Conflict
from storage.records import Origin

if TYPE_CHECKING:
    from bot.probe import FeedProbe

ADD = "add_feed"
STARTER = "starter"
_MOST_TAGS = 14
_SHOWN, _MOST_NAMED = 40, 3
_EXAMPLE = "/pledgewatch feeds import starter nato asia"


class FeedAdmin:
    """`handlers` by the name of the command."""

    def __init__(self, desk: AdminDesk, probe: Callable[[], FeedProbe]) -> None:
        self._desk = desk
        self._probe = probe
        self.handlers: dict[str, Handler] = {
            "pledgewatch feeds list": self._list,
            "pledgewatch feeds add": self._add,
            "pledgewatch feeds remove": self._remove,
            "pledgewatch feeds test": self._test,
            "pledgewatch feeds pause": self._pause,
            "pledgewatch feeds resume": self._resume,
            "pledgewatch feeds health": self._health,
            "pledgewatch feeds held": self._held,
            "pledgewatch feeds release": self._release,
            "pledgewatch feeds discard": self._discard,
            "pledgewatch feeds unmove": self._unmove,
            "pledgewatch feeds import": self._import,
            "pledgewatch feeds export": self._export,
        }

    async def _list(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        feeds, now = await self._desk.store.feeds(), self._desk.clock()
        # Thousands of feeds make tens of milliseconds; not for the event loop.
        reply = await asyncio.to_thread(admin_answers.feeds, feeds, now)
        return with_buttons(reply, (Button(ADD, "", "Add feeds"),))

    async def _test(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        from bot.probe import preview_reply

        return preview_reply(await self._probe().preview(str(values["url"]), self._desk.clock()))

    async def _health(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        feeds, now = await self._desk.store.feeds(), self._desk.clock()
        return await asyncio.to_thread(admin_answers.feeds_health, feeds, now)

    async def _held(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        return admin_answers.held(await self._desk.store.held())

    # add, remove, pause

    async def _add(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        return await self._subscribe(str(values["url"]), str(values.get("name", "")), (), asker)

    async def _subscribe(self, url: str, name: str, tags: tuple[str, ...], asker: Asker) -> Reply:
        """After a look at the feed. Raises FeedError, Conflict."""
        now = self._desk.clock()
        if faults := listed([Feed(url)])[1]:
            return at_fault(failure(f"{faults[0]}."), "feeds")
        preview = await self._probe().preview(url, now)
        feed = Feed(preview.url, name=name or preview.title, tags=tags)
        changes = self._desk.changes(asker)
        stored = await changes.add_feed(feed, origin=origin_of(asker), now=now)
        others = f" The site has more: {', '.join(preview.others)}." if preview.others else ""
        detail = (
            f"{len(preview.items)} items now, {len(preview.relevant)} of them worth an alert. "
            f"Its first poll alerts nobody; what comes after it does.{others}"
        )
        text = f"Subscribed to {stored.feed.title}."
        reply = say_so(text, detail=detail, tone=Tone.BINDING, data=feed_data(stored))
        return with_buttons(reply, (undo_button(changes.number),))

    async def _remove(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        changes, now = self._desk.changes(asker), self._desk.clock()
        stored = await changes.remove_feed(str(values["feed"]), now=now)
        detail = "Its articles are kept; added again, it goes on where it stopped."
        reply = say_so(
            f"Unsubscribed from {stored.feed.title}.", detail=detail, data=feed_data(stored)
        )
        return with_buttons(reply, (undo_button(changes.number),))

    async def _pause(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        return await self._set_paused(str(values["feed"]), asker, paused=True)

    async def _resume(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        return await self._set_paused(str(values["feed"]), asker, paused=False)

    async def _set_paused(self, feed: str, asker: Asker, *, paused: bool) -> Reply:
        changes, now = self._desk.changes(asker), self._desk.clock()
        stored = await changes.pause_feed(feed, paused=paused, now=now)
        verb = "Paused" if paused else "Resumed"
        reply = say_so(f"{verb} {stored.feed.title}.", data=feed_data(stored))
        return with_buttons(reply, (undo_button(changes.number),))

    async def _unmove(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        now = self._desk.clock()
        stored = await self._desk.changes(asker).undo_move(str(values["feed"]), now=now)
        text = f"{stored.feed.name or 'The feed'} is polled at {stored.feed.url} again."
        return say_so(text, data=feed_data(stored))

    # bursts

    async def _release(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        changes = self._desk.changes(asker)
        told = await changes.release(str(values["feed"]), plan, now=self._desk.clock())
        self._desk.wake()
        text = f"Released: {told} message{'s' * (told != 1)} on the way."
        return say_so(text, tone=Tone.BINDING, data={"deliveries": told})

    async def _discard(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        changes, now = self._desk.changes(asker), self._desk.clock()
        count = await changes.discard(str(values["feed"]), now=now)
        text = f"Discarded: {count} articles are kept and told to nobody."
        reply = say_so(text, data={"articles": count})
        return with_buttons(reply, (undo_button(changes.number),))

    # what is asked first: question, detail, the button's label

    async def removal(self, values: Mapping[str, Value], asker: Asker) -> tuple[str, str, str]:
        """Raises NotFound, Conflict."""
        stored = await self._desk.store.feed(str(values["feed"]))
        if stored.origin is Origin.FILE:
            raise Conflict(
                f"{stored.feed.title} stands in the configuration file. Take it out there; chat can"
                " pause it."
            )
        detail = "For every server here: feeds are common. Its articles are kept."
        return f"Unsubscribe from {stored.feed.title}?", detail, "Unsubscribe"

    async def releasing(self, values: Mapping[str, Value], asker: Asker) -> tuple[str, str, str]:
        """Raises NotFound."""
        name, count = await self._burst(str(values["feed"]))
        detail = f"{count} developments are told to every channel whose route lets them pass."
        return f"Tell what the burst of {name} brought?", detail, "Tell it"

    async def discarding(self, values: Mapping[str, Value], asker: Asker) -> tuple[str, str, str]:
        """Raises NotFound."""
        name, count = await self._burst(str(values["feed"]))
        detail = f"{count} developments are kept and told to nobody."
        return f"Discard what the burst of {name} brought?", detail, "Discard"

    async def _burst(self, reference: str) -> tuple[str, int]:
        stored = await self._desk.store.feed(reference)
        held = [h for h in await self._desk.store.held() if h.url == stored.feed.url]
        return stored.feed.title, sum(h.developments for h in held)

    # lists of feeds

    async def _import(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        source, tags = str(values.get("source", "")), _words(str(values.get("tags", "")))
        if "file" in values:  # then no word is the source
            source, tags = str(values["file"]), (*_words(source), *tags)
        if not source or source.casefold() == STARTER:
            return await self.starter(tags, asker)
        body = await self._probe().document(source)
        feeds = await asyncio.to_thread(read_opml, body)
        return await self._take(chosen(feeds, tags), asker)

    async def starter(self, tags: Sequence[str], asker: Asker) -> Reply:
        """The starter set, or what of it bears one of these tags; without a tag, which there
        are. "all" stands for every tag."""
        feeds = starter_set()
        if not tags:
            return starter_tags(feeds)
        wanted = chosen(feeds, () if "all" in tags else tags)
        if not wanted:
            offered = starter_tags(feeds)
            headline = f"No starter feed bears the tag {_quoted(tags)}"
            return replace(offered, card=replace(offered.card, headline=headline))
        return await self._take(wanted, asker)

    async def _take(self, feeds: Sequence[Feed], asker: Asker) -> Reply:
        changes, now = self._desk.changes(asker), self._desk.clock()
        reply = await subscribe(changes, feeds, origin=origin_of(asker), now=now)
        added = reply.ok and reply.data["added"]
        return with_buttons(reply, (undo_button(changes.number),)) if added else reply

    async def _export(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        """As lines that the form for adding takes back; the command line writes OPML."""
        feeds = await self._desk.store.subscriptions()
        if not feeds:
            return say_so("There are no feeds.", data=[])
        lines: tuple[Line, ...] = tuple((Span(_as_line(feed), code=True),) for feed in feeds)
        note = "“Add feeds” takes these lines back. `pledgewatch feeds export` writes an OPML file."
        blocks = (Text(((Span(note, muted=True),),)), Text(lines))
        card = Card(admin_answers.counted(len(feeds), "feed"), blocks, private=True)
        data = [{"url": f.url, "name": f.name, "tags": list(f.tags)} for f in feeds]
        return Reply(card, data)

    # the form

    def form(self) -> Form:
        """One feed or many."""
        tags = ", ".join(sorted(_tags(starter_set()))[:6])
        fields = (
            FormField(
                "feeds",
                "Addresses",
                Ask.LONG,
                hint="Of feeds or sites, a line each; or the text of an OPML file",
            ),
            FormField("name", "Name", hint="For a single feed; empty: its own", required=False),
            FormField("tags", "Tags", hint=f"To group by, such as {tags}", required=False),
        )
        return Form(ADD, "", "Add feeds", fields, "Subscribe")

    async def submit(self, submission: Submission, asker: Asker) -> Reply:
        """Subscribe to what was filled in. Raises FeedError, Conflict."""
        given = {name: (value or ("",))[0].strip() for name, value in submission.answers.items()}
        text, tags = given.get("feeds", ""), _words(given.get("tags", ""))
        if text.startswith("<"):
            try:
                feeds = await asyncio.to_thread(read_opml, text.encode())
            except ParseError as error:
                return at_fault(failure(f"{error}.", error.remedy), "feeds")
        else:
            feeds = [_from_line(line) for line in text.splitlines() if line.strip()]
        if len(feeds) == 1:
            (feed,) = feeds
            name = given.get("name", "") or feed.name
            return await self._subscribe(feed.url, name, (*feed.tags, *tags), asker)
        tagged = [Feed(f.url, f.name, tags=(*f.tags, *tags)) for f in feeds]
        reply = await self._take(tagged, asker)
        return reply if reply.ok else at_fault(reply, "feeds")


def _quoted(tags: Sequence[str]) -> str:
    return " or ".join(f"“{cut(tag, _SHOWN)}”" for tag in tags[:_MOST_NAMED])


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in text.replace(",", " ").split() if word)


def _as_line(feed: Feed) -> str:
    return " ".join([feed.url, feed.name, *(f"#{tag.replace(' ', '-')}" for tag in feed.tags)])


def _from_line(line: str) -> Feed:
    """An address, then perhaps a name, and tags with a #."""
    url, *words = line.split()
    name = " ".join(word for word in words if not word.startswith("#"))
    tags = tuple(word[1:] for word in words if word.startswith("#") and word[1:])
    return Feed(url if "://" in url else f"https://{url}", name, tags=tags)


def _tags(feeds: Sequence[Feed]) -> Counter[str]:
    return Counter(tag for feed in feeds for tag in feed.tags)


def starter_tags(feeds: Sequence[Feed]) -> Reply:
    """Which tags the starter set has, with a button for the largest."""
    counted = _tags(feeds).most_common()
    shown, others = counted[:_MOST_TAGS], counted[_MOST_TAGS:]
    lines: list[Line] = [(Span("Governments, alliances, agencies, newspapers; each bears tags."),)]
    if others:
        named = ", ".join(tag for tag, _ in others)
        lines.append((Span(f"More: {named}. "), Span(_EXAMPLE, code=True)))
    buttons = (
        Button(STARTER, "all", f"All {len(feeds)}"),
        *(Button(STARTER, tag, f"{tag} ({count})") for tag, count in shown),
    )
    card = Card("Which feeds to start with?", (Text(tuple(lines)),), private=True, buttons=buttons)
    return Reply(card, {"feeds": len(feeds), "tags": dict(counted)})
