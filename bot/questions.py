"""`/pledges ...`: what everybody may ask."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot import answers, ledger_answers, why_answers
from bot.arguments import Value
from bot.charts import Charts, Plan, obligations_plan, pairs_plan, timeline_plan
from bot.chat import Asker
from bot.command_table import COMMANDS
from bot.digest import brief
from bot.digest_picture import picture_plan
from bot.help import help_for
from bot.history import history_of
from bot.outside_text import cut
from bot.reply import Reply, ask_again, no_such, with_buttons
from bot.route_reasons import refusal
from bot.words import words
from classifiers.actors import display, resolve
from classifiers.assessment import Direction, Stage
from storage.records import Development, Filter, Route, StoredArticle
from storage.store import Store

if TYPE_CHECKING:
    from bot.submission import Submissions

Handler = Callable[[Mapping[str, Value], Asker], Awaitable[Reply]]

_RECENT = timedelta(days=30)
_MOST = 100
"""How many answers at most; chats show them a page at a time."""
_MOST_FOUND = 50
_MOST_NEAR = 5
_LABEL = 75
"""Characters of a button."""


class Questions:
    """Answers from the store; `handlers` by the name of the command."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        submissions: Callable[[], Submissions],
        charts: Charts | None = None,
        *,
        routes_of: Callable[[Asker], Awaitable[Sequence[Route]]],
    ) -> None:
        """`charts` draws the pictures of answers; without it they come in words alone. `routes_of`
        are the routes that an asker may see."""
        self._store = store
        self._charts = charts
        self._routes_of = routes_of
        self._submissions = submissions
        self._clock = clock
        self.handlers: dict[str, Handler] = {
            "pledges latest": self._latest,
            "pledges search": self._search,
            "pledges show": self._show,
            "pledges status": self._status,
            "pledges compare": self._compare,
            "pledges timeline": self._timeline,
            "pledges matrix": self._matrix,
            "pledges brief": self._brief,
            "pledges why": self._why,
            "pledges whynot": self._why_not,
            "pledges submit": self._submit,
            "pledges help": self._help,
        }

    async def _latest(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        limit = limit_of(values)
        found = await self._store.latest(filter_of(values), limit=limit + 1)
        return answers.latest(found[:limit], asked=in_words(values), more=len(found) > limit)

    async def _search(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        query = str(values["query"])
        limit = min(limit_of(values), _MOST_FOUND)
        found = await self._store.search(query, Filter(), limit=limit + 1)
        return answers.search(found[:limit], query, more=len(found) > limit)

    async def _show(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        reference = str(values["reference"])
        development = await self._store.development(reference)
        if development is None:
            return await self._near(reference)
        return await asyncio.to_thread(answers.show, development, now=self._clock())

    async def _status(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        code, committer = str(values["beneficiary"]), str(values.get("committer", ""))
        now = self._clock()
        entries = await self._store.ledger(beneficiary=code, committer=committer)
        where = Filter(beneficiary=code, committer=committer, since=now - _RECENT)
        recent = await self._store.latest(where, limit=limit_of(values))
        return ledger_answers.status(code, entries, recent, now=now, committer=committer)

    async def _compare(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        left, right = str(values["first"]), str(values["second"])
        beneficiary = str(values.get("beneficiary", ""))
        rows = await self._store.compare(left, right, beneficiary=beneficiary)
        return ledger_answers.compare(left, right, rows)

    async def _timeline(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        actor, other = str(values["actor"]), str(values.get("beneficiary", ""))
        history = await history_of(self._store, actor, other)
        title = history.title(words(), words().actor)
        plan = timeline_plan(title, history.records, today=self._clock().date())
        return self._illustrated(ledger_answers.timeline(history), plan)

    async def _matrix(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        beneficiary = str(values.get("beneficiary", ""))
        cells = await self._store.matrix(beneficiaries=(beneficiary,) if beneficiary else ())
        today = self._clock().date()
        if beneficiary:
            owed = await self._store.ledger(beneficiary=beneficiary)
            plan = obligations_plan(beneficiary, owed, today=today)
        else:
            plan = pairs_plan(cells, today=today)
        return self._illustrated(ledger_answers.matrix(cells), plan)

    def _illustrated(self, reply: Reply, plan: Plan | None) -> Reply:
        if self._charts is None or plan is None:
            return reply
        return replace(reply, card=self._charts.illustrated(reply.card, plan))

    async def _brief(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        since = values.get("since")
        now = self._clock()
        begin = since if isinstance(since, datetime) else now - timedelta(days=1)
        found = await self._store.latest(Filter(since=begin), limit=_MOST)
        digest = brief(found, since=begin, until=now)
        return self._illustrated(answers.brief(digest), picture_plan(digest))

    async def _why(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        reference = str(values["reference"])
        article, development = await self._article_or_lead(reference)
        if article is None:
            return await self._like("why", reference)
        return why_answers.why(article, development)

    async def _why_not(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        reference = str(values["reference"])
        article, _ = await self._article_or_lead(reference)
        if article is None:
            return await self._like("whynot", reference)
        routes = await self._routes_of(asker)
        return why_answers.why_not(article, routes, await self._refusals(article, routes))

    async def _refusals(self, article: StoredArticle, routes: Sequence[Route]) -> list[str]:
        """What each route has against the development that an article reports."""
        if article.development_id is None:
            return []
        development = await self._store.development(str(article.development_id))
        if development is None:
            return []
        now, language = self._clock(), article.assessment.language
        found = [(route, refusal(route, development, language, now)) for route in routes]
        return [f"route “{route.title}” {reason}" for route, reason in found if reason]

    async def _submit(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        routes = await self._routes_of(asker)
        return await self._submissions().submit(str(values["url"]), asker, routes)

    async def _help(self, values: Mapping[str, Value], asker: Asker) -> Reply:
        return help_for("pledges", COMMANDS, str(values.get("command", "")))

    async def _article_or_lead(
        self, reference: str
    ) -> tuple[StoredArticle | None, Development | None]:
        """An article, or that which a development began with."""
        development = await self._store.development(reference)
        lead = str(development.lead.article_id) if development else reference
        return await self._article(lead), development

    async def _article(self, reference: str) -> StoredArticle | None:
        """By address, number or title; None where several articles bear the title."""
        if not _is_title(reference):
            return await self._store.article(reference)
        found = await self._titled(f'"{reference}"')
        return found[0] if len(found) == 1 else None

    async def _titled(self, query: str) -> list[StoredArticle]:
        found = await self._store.search(query, Filter(), limit=_MOST_NEAR)
        return [one.article for one in found]

    async def _like(self, command: str, reference: str) -> Reply:
        """That no article is called so, and which are called much like it."""
        if not _is_title(reference):
            return await self._near(reference)
        found = await self._titled(f'"{reference}"') or await self._titled(reference)
        buttons = tuple(
            ask_again("pledges", f"{command} {one.id}", cut(one.article.title, _LABEL))
            for one in found
        )
        return with_buttons(no_such(reference), buttons)

    async def _near(self, reference: str) -> Reply:
        """That nothing is called so, and what is called much like it."""
        prefix = reference.partition("-")[0] if "-" in reference else reference
        named = await self._store.names_beginning(f"{prefix}-", limit=_MOST_NEAR)
        code = resolve(reference)
        if not named and code:
            named = await self._store.latest(Filter(beneficiary=code), limit=_MOST_NEAR)
        buttons = tuple(ask_again("pledges", f"show {d.short_id}", d.short_id) for d in named)
        return with_buttons(no_such(reference), buttons)


def _is_title(reference: str) -> bool:
    return any(c.isspace() for c in reference)


def filter_of(values: Mapping[str, Value]) -> Filter:
    """The filter that a command's arguments name."""
    direction = values.get("direction")
    stage = values.get("min_stage")
    since = values.get("since")
    return Filter(
        beneficiary=str(values.get("beneficiary", "")),
        committer=str(values.get("committer", "")),
        directions=(Direction(str(direction)),) if direction else (),
        min_stage=Stage[str(stage).upper()] if stage else None,
        since=since if isinstance(since, datetime) else None,
    )


def limit_of(values: Mapping[str, Value]) -> int:
    """How many answers at most."""
    limit = values.get("limit", _MOST)
    return min(limit, _MOST) if isinstance(limit, int) else _MOST


def personal_channel(asker: Asker) -> str:
    """Where somebody gets direct messages; empty where there is no such place."""
    return "" if asker.platform == "terminal" else f"{asker.platform}:@{asker.user}"


def in_words(values: Mapping[str, Value]) -> str:
    """The filter in words, for the title of an answer."""
    parts = []
    if "beneficiary" in values:
        parts.append(f"for {display(str(values['beneficiary']))}")
    if "committer" in values:
        parts.append(f"by {display(str(values['committer']))}")
    if "direction" in values:
        parts.append(f"({values['direction']})")
    if "min_stage" in values:
        parts.append(f"from stage {values['min_stage']} up".replace("_", " "))
    if isinstance(at := values.get("since"), datetime):
        parts.append(f"since {at:%d %b %Y %H:%M} UTC")
    return " ".join(parts)
