"""What autocomplete offers while somebody types: countries, developments, feeds, routes, commands.

The answer must be there within three seconds, whatever the size of the database: every question
goes to an index and asks for no more than can be shown.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

from bot.admin_answers import said_of
from bot.alert_card import headline
from bot.chat import Asker
from bot.claim_words import named
from bot.command_table import COMMANDS
from bot.outside_text import storable
from bot.questions import personal_channel
from bot.spaces import heard_in
from classifiers import actors
from storage.records import Development, Filter, Route
from storage.store import Store

MOST = 25
"""Discord shows no more."""
Offer = tuple[str, str]
"""(what is shown, what is taken)."""
_Source = Callable[[str, Asker], Awaitable[list[Offer]]]
_ID = re.compile(r"#?([A-Za-z]{1,8})[\s_-]*(\d*)")


class Suggestions:
    """Answers `Handlers.suggest`."""

    def __init__(
        self,
        store: Store,
        may_administer: Callable[[Asker], bool],
        routes_of: Callable[[Asker], Awaitable[Sequence[Route]]],
    ) -> None:
        """`routes_of` are the routes that an asker may see."""
        self._store = store
        self._may_administer = may_administer
        self._routes_of = routes_of
        self._for_all: Mapping[str, _Source] = {
            "country": self._countries,
            "reference": self._developments,
            "followed": self._followed,
            "muted": self._muted,
            "command": self._commands,
        }
        self._for_admins: Mapping[str, _Source] = {
            "feed": self._feeds,
            "route": self._routes,
            "feedback": self._feedback,
            "entry": self._entries,
        }

    async def suggest(self, kind: str, typed: str, asker: Asker) -> list[Offer]:
        """(label, value), best first; nothing for what an asker may not see. Raises
        StorageError."""
        source = self._for_all.get(kind)
        if source is None and self._may_administer(asker):
            source = self._for_admins.get(kind)
        return (await source(storable(typed).strip(), asker))[:MOST] if source else []

    async def _countries(self, typed: str, asker: Asker) -> list[Offer]:
        found = [code for code, _ in actors.suggest(typed, MOST)]
        exact = actors.resolve(typed)
        if exact:
            found = list(dict.fromkeys((exact, *found)))
        return [(f"{named(code)} ({code})", code) for code in found]

    async def _developments(self, typed: str, asker: Asker) -> list[Offer]:
        """By the beginning of the id, or by a country that it is about; else the newest."""
        given = _ID.fullmatch(typed)
        prefix = f"{given[1]}-{given[2]}" if given and given[2] else typed
        found = await self._store.names_beginning(prefix, limit=MOST)
        code = actors.resolve(typed) if typed else None
        if code and len(found) < MOST:
            for where in (Filter(beneficiary=code), Filter(committer=code)):
                found += await self._store.latest(where, limit=MOST)
        return _offers({d.id: d for d in found}.values())

    async def _followed(self, typed: str, asker: Asker) -> list[Offer]:
        found = _offers(await self._store.following(personal_channel(asker)))
        return [*_matching(found, typed), *([("all of them", "all")] * bool(found))]

    async def _muted(self, typed: str, asker: Asker) -> list[Offer]:
        here = await heard_in(asker, self._store)
        return _matching(_offers(await self._store.muted(here)), typed)

    async def _commands(self, typed: str, asker: Asker) -> list[Offer]:
        paths = [(f"/{c.name}: {c.help}", " ".join(c.path)) for c in COMMANDS]
        return _matching(paths, typed)

    async def _feeds(self, typed: str, asker: Asker) -> list[Offer]:
        names = [feed.title for feed in await self._store.subscriptions()]
        return _matching([(name, name) for name in names], typed)

    async def _routes(self, typed: str, asker: Asker) -> list[Offer]:
        routes = await self._routes_of(asker)
        return _matching([(f"{r.title} · {r.channel}", r.title) for r in routes], typed)

    async def _feedback(self, typed: str, asker: Asker) -> list[Offer]:
        space = None if asker.platform == "terminal" else asker.space
        given = await self._store.feedback_given(state="waiting", space=space, limit=MOST)
        offers = [(f"{g.id} · {g.short_id}: {said_of(g)}", str(g.id)) for g in given]
        return _matching(offers, typed)

    async def _entries(self, typed: str, asker: Asker) -> list[Offer]:
        found = [record.entry for record in await self._store.pending_entries()]
        offers = [
            (f"{e.id} · {e.committer} → {e.beneficiary}: {e.title}", str(e.id)) for e in found
        ]
        return _matching(offers, typed)


def _offers(developments: Iterable[Development]) -> list[Offer]:
    return [(f"{d.short_id} · {headline(d)}", d.short_id) for d in developments]


def _matching(offers: Iterable[Offer], typed: str) -> list[Offer]:
    """What begins with the words typed first, then what holds them."""
    wanted = typed.casefold()
    held = [offer for offer in offers if wanted in offer[0].casefold()]
    return sorted(held, key=lambda offer: not offer[0].casefold().startswith(wanted))
