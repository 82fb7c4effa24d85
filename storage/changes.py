"""What one admin changes: each change and its entry in the audit in one transaction.

What an entry keeps is what undoing it needs (`storage/undoing.py`). Histories of developments are
read by every space, so they say "an admin"; who it was stands in the audit of the admin's space.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from classifiers.assessment import Claim, Condition, Stage
from feeds.addresses import redacted
from feeds.article import Feed
from storage import accounts, audit, deliveries, developments, feedback, held, mending, undoing
from storage import feeds as subscriptions
from storage import routes as route_table
from storage.database import Database
from storage.errors import Conflict
from storage.records import (
    AuditEntry,
    Author,
    Development,
    DevelopmentChange,
    LedgerRecord,
    Origin,
    Route,
    RoutePlan,
    StoredFeed,
    StoredFeedback,
)
from storage.rows import Db

T = TypeVar("T")
Kept = Mapping[str, Any] | None
_ADMIN = "an admin"


class Changes:
    """The changes of one author. Every method raises StorageError and its kin."""

    def __init__(self, database: Database, author: Author) -> None:
        self._database = database
        self._author = author
        self.number = 0
        """Of what was changed last, in the audit; 0 before that."""

    # feeds

    async def add_feed(self, feed: Feed, *, origin: Origin, now: datetime) -> StoredFeed:
        """Subscribe. Raises Conflict."""

        def work(db: Db) -> StoredFeed:
            stored = subscriptions.add_feed(db, feed, origin=origin, now=now, by=self._author.by)
            self._note(db, "feeds add", _feed_name(stored), None, {"feeds": [stored.id]}, now)
            return stored

        return await self._database.write(work)

    async def import_feeds(
        self, feeds: Sequence[Feed], *, origin: Origin, now: datetime
    ) -> tuple[list[StoredFeed], list[Feed]]:
        """Subscribe to all that are not subscribed yet: those, and the ones that were there."""

        def work(db: Db) -> tuple[list[StoredFeed], list[Feed]]:
            added, known = list[StoredFeed](), list[Feed]()
            for feed in feeds:
                try:
                    by = self._author.by
                    added.append(subscriptions.add_feed(db, feed, origin=origin, now=now, by=by))
                except Conflict:
                    known.append(feed)
            if added:
                subject = f"{len(added)} feed{'s' * (len(added) != 1)}"
                kept = {"feeds": [stored.id for stored in added]}
                self._note(db, "feeds import", subject, None, kept, now)
            return added, known

        return await self._database.write(work)

    async def remove_feed(self, reference: str, *, now: datetime) -> StoredFeed:
        """Raises NotFound; Conflict where the file fixes it."""

        def work(db: Db) -> StoredFeed:
            stored = subscriptions.remove_feed(db, reference, now=now)
            before = {"feed": stored.id, "paused": stored.paused}
            self._note(db, "feeds remove", _feed_name(stored), before, None, now)
            return stored

        return await self._database.write(work)

    async def pause_feed(self, reference: str, *, paused: bool, now: datetime) -> StoredFeed:
        """Pause or resume. Raises NotFound."""

        def work(db: Db) -> StoredFeed:
            before = subscriptions.find_feed(db, reference)
            stored = subscriptions.pause_feed(db, reference, paused=paused)
            self._note(
                db,
                "feeds pause" if paused else "feeds resume",
                _feed_name(stored),
                {"feed": stored.id, "paused": before.paused},
                {"feed": stored.id, "paused": paused},
                now,
            )
            return stored

        return await self._database.write(work)

    async def undo_move(self, reference: str, *, now: datetime) -> StoredFeed:
        """Poll a feed where it was before it moved. Raises NotFound."""

        def work(db: Db) -> StoredFeed:
            stored = subscriptions.undo_move(db, reference)
            self._note(db, "feeds unmove", _feed_name(stored), None, {"feed": stored.id}, now)
            return stored

        return await self._database.write(work)

    async def release(self, reference: str, plan: RoutePlan, *, now: datetime) -> int:
        """Tell what a burst brought; how many deliveries. Raises NotFound."""

        def work(db: Db) -> int:
            stored = subscriptions.find_feed(db, reference)
            told = held.release(db, reference, plan, now=now)
            self._note(db, "feeds release", _feed_name(stored), None, {"deliveries": told}, now)
            return told

        return await self._database.write(work)

    async def discard(self, reference: str, *, now: datetime) -> int:
        """Tell nobody what a burst brought; how many articles. Raises NotFound."""

        def work(db: Db) -> int:
            stored = subscriptions.find_feed(db, reference)
            articles = held.articles_of(db, stored.id)
            count = held.discard(db, reference)
            before = {"feed": stored.id, "articles": articles}
            self._note(db, "feeds discard", _feed_name(stored), before, None, now)
            return count

        return await self._database.write(work)

    # routes and deliveries

    async def add_route(self, route: Route, *, now: datetime) -> None:
        """Raises Conflict where the name is taken."""

        def work(db: Db) -> None:
            route_table.add_route(db, route, now=now, by=self._author.by)
            self._note(db, "routes add", route.name, None, route_table.settings(route), now)

        await self._database.write(work)

    async def update_route(self, name: str, route: Route, *, now: datetime) -> Route:
        """How it was before. Raises NotFound; Conflict where the file fixes it or the new name is
        taken."""

        def work(db: Db) -> Route:
            before = route_table.update_route(db, name, route)
            old, new = route_table.settings(before), route_table.settings(route)
            self._note(db, "routes edit", before.name, old, new, now)
            return before

        return await self._database.write(work)

    async def remove_route(self, name: str, *, now: datetime) -> Route:
        """Raises NotFound; Conflict where the file fixes it."""

        def work(db: Db) -> Route:
            route = route_table.remove_route(db, name, now=now)
            self._note(db, "routes remove", route.name, route_table.settings(route), None, now)
            return route

        return await self._database.write(work)

    async def mute_route(self, name: str, until: datetime | None, *, now: datetime) -> Route:
        """Let a route say nothing until a time; None: let it speak. How it was before. Raises
        NotFound."""

        def work(db: Db) -> Route:
            before = route_table.mute_route(db, name, until)
            action = "routes mute" if until else "routes unmute"
            self._note(db, action, before.name, _muted(before.muted_until), _muted(until), now)
            return before

        return await self._database.write(work)

    async def enable_route(self, name: str, *, now: datetime) -> Route:
        """Send to a route's channel again; what waited is due at once. Raises NotFound."""

        def work(db: Db) -> Route:
            route = route_table.by_name(db, name)
            route_table.enable_channel(db, route.channel, now=now)
            self._note(db, "routes enable", route.name, {"disabled": route.disabled}, None, now)
            return route

        return await self._database.write(work)

    async def retry_dead(
        self, delivery_id: int | None, *, channels: frozenset[str] | None, now: datetime
    ) -> int:
        """Put a dead delivery (None: all) of these channels (None: of all) back into the outbox;
        how many. Raises NotFound, Conflict."""

        def work(db: Db) -> int:
            count = deliveries.retry_dead(db, delivery_id, channels=channels, now=now)
            subject = f"delivery {delivery_id}" if delivery_id else f"{count} deliveries"
            self._note(db, "retry", subject, None, {"deliveries": count}, now)
            return count

        return await self._database.write(work)

    # developments

    async def merge(self, wrong: str, into: str, plan: RoutePlan, *, now: datetime) -> Development:
        """Raises NotFound, Conflict."""

        def work(db: Db) -> Development:
            loser = developments.known(db, wrong)
            articles = sorted(s.article_id for s in loser.sources)
            kept = mending.merge(db, wrong, into, plan, by=_ADMIN, now=now)
            before = {"development": loser.short_id, "articles": articles}
            after = {"development": kept.short_id}
            self._note(db, "merge", f"{loser.short_id} > {kept.short_id}", before, after, now)
            return kept

        return await self._database.write(work)

    async def split(
        self, reference: str, article_ids: Sequence[int], plan: RoutePlan, *, now: datetime
    ) -> DevelopmentChange:
        """Raises NotFound, Conflict."""

        def work(db: Db) -> DevelopmentChange:
            old = developments.known(db, reference)
            change = mending.split(db, reference, article_ids, plan, by=_ADMIN, now=now)
            made = change.development.short_id
            before, after = {"development": old.short_id}, {"development": made}
            self._note(db, "split", f"{old.short_id} > {made}", before, after, now)
            return change

        return await self._database.write(work)

    async def withdraw(
        self, reference: str, plan: RoutePlan, *, now: datetime, note: str = ""
    ) -> Development:
        """Raises NotFound."""
        return await self._mend(
            "withdraw",
            reference,
            lambda db: mending.withdraw(db, reference, plan, by=_ADMIN, note=note, now=now),
            now,
        )

    async def reinstate(
        self, reference: str, plan: RoutePlan, *, now: datetime, note: str = ""
    ) -> Development:
        """Raises NotFound."""
        return await self._mend(
            "reinstate",
            reference,
            lambda db: mending.reinstate(db, reference, plan, by=_ADMIN, note=note, now=now),
            now,
        )

    async def correct(
        self,
        reference: str,
        claims: tuple[Claim, ...],
        plan: RoutePlan,
        *,
        now: datetime,
        note: str = "",
    ) -> Development:
        """Raises NotFound, Conflict."""
        return await self._mend(
            "correct",
            reference,
            lambda db: mending.correct(db, reference, claims, plan, by=_ADMIN, note=note, now=now),
            now,
        )

    async def _mend(
        self, action: str, reference: str, work: Callable[[Db], Development], now: datetime
    ) -> Development:
        def both(db: Db) -> Development:
            before = undoing.development_kept(developments.known(db, reference))
            made = work(db)
            after = undoing.development_kept(made)
            self._note(db, action, made.short_id, before, after, now)
            return made

        return await self._database.write(both)

    # what members said, the ledger

    async def decide_feedback(
        self,
        feedback_id: int,
        plan: RoutePlan,
        *,
        accept: bool,
        space: str | None,
        now: datetime,
    ) -> StoredFeedback:
        """Accept or refuse what a member of a space (None: of any) said. Raises NotFound,
        Conflict."""

        def work(db: Db) -> StoredFeedback:
            short_id = feedback.development_of(db, feedback_id, space)
            before = undoing.development_kept(developments.known(db, short_id))
            given = feedback.decide(
                db, feedback_id, plan, accept=accept, by=self._author.by, space=space, now=now
            )
            after = undoing.development_kept(developments.known(db, short_id))
            kept = before | {"feedback": feedback_id}
            action = "feedback accept" if accept else "feedback refuse"
            self._note(db, action, f"{given.short_id} ({feedback_id})", kept, after, now)
            return given

        return await self._database.write(work)

    async def decide_entry(
        self, entry_id: int, standing: str, *, now: datetime, note: str = ""
    ) -> LedgerRecord:
        """Make an entry of the ledger confirmed or rejected. Raises NotFound, Conflict."""
        action = {"confirmed": "ledger confirm", "rejected": "ledger reject"}[standing]
        return await self._entry(
            action,
            entry_id,
            lambda db: accounts.decide(
                db, entry_id, standing, by=self._author.by, note=note, now=now
            ),
            now,
        )

    async def edit_entry(
        self,
        entry_id: int,
        *,
        now: datetime,
        stage: Stage | None = None,
        status: str = "",
        conditions: Sequence[Condition] | None = None,
        note: str = "",
    ) -> LedgerRecord:
        """Change what an entry says, which also confirms it. Raises NotFound, Conflict."""
        return await self._entry(
            "ledger edit",
            entry_id,
            lambda db: accounts.edit(
                db,
                entry_id,
                stage=stage,
                status=status,
                conditions=conditions,
                by=self._author.by,
                note=note,
                now=now,
            ),
            now,
        )

    async def _entry(
        self, action: str, entry_id: int, work: Callable[[Db], LedgerRecord], now: datetime
    ) -> LedgerRecord:
        def both(db: Db) -> LedgerRecord:
            before = undoing.ledger_kept(db, entry_id)
            record = work(db)
            after = undoing.ledger_kept(db, entry_id)
            entry = record.entry
            subject = f"entry {entry_id}, {entry.committer} > {entry.beneficiary}"
            self._note(db, action, subject, before, after, now)
            return record

        return await self._database.write(both)

    # undoing

    async def undo(
        self, number: int | None, plan: RoutePlan, *, space: str | None, now: datetime
    ) -> AuditEntry:
        """Take back a change of a space (None: of any): the one of this number, else the newest of
        the author's own. What it was. Raises NotFound; Conflict where it cannot be undone, and what
        to do instead."""

        def work(db: Db) -> AuditEntry:
            if number is None:
                entry = audit.last(db, self._author)
            else:
                entry = audit.entry(db, number, space)
            undoing.undo(db, entry, plan, now=now)
            subject = f"{entry.id}: {entry.action} {entry.subject}"
            done = self._note(db, audit.UNDO, subject, entry.after, entry.before, now)
            audit.mark_undone(db, entry.id, done)
            return entry

        return await self._database.write(work)

    def _note(
        self, db: Db, action: str, subject: str, before: Kept, after: Kept, now: datetime
    ) -> int:
        self.number = audit.note(
            db, self._author, action, subject, before=before, after=after, now=now
        )
        return self.number


def _feed_name(stored: StoredFeed) -> str:
    return stored.feed.name or redacted(stored.feed.url)


def _muted(until: datetime | None) -> dict[str, Any]:
    return {"muted_until": until.isoformat() if until else None}
