"""The asynchronous face of the database: whatever is asked of it or changed in it, from outside of
this package, goes through here or, with an entry in the audit, through `changes`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any

from classifiers.assessment import Assessment, Claim, Condition, Stage
from feeds.article import Article, Feed
from feeds.schedule import FeedState
from storage import (
    accounts,
    audit,
    backup,
    developments,
    digests,
    erasure,
    export,
    feedback,
    figures,
    follows,
    held,
    ledger,
    memory,
    mending,
    opinions,
    polls,
    retention,
    search,
    soundness,
    submissions,
    views,
    waiting,
)
from storage import articles as article_table
from storage import deliveries as outbox
from storage import feeds as subscriptions
from storage import replay as replaying
from storage import routes as route_table
from storage.changes import Changes
from storage.database import Database
from storage.erasure import Erased
from storage.errors import DatabaseCorrupt
from storage.records import (
    Assessed,
    AuditEntry,
    Author,
    Compared,
    Contradiction,
    Delivery,
    Development,
    DevelopmentChange,
    DigestItem,
    Filter,
    Found,
    HeldFeed,
    KnownEntry,
    Lately,
    LedgerEntry,
    LedgerRecord,
    MatrixCell,
    Message,
    NewDelivery,
    Origin,
    Precision,
    Recorded,
    Route,
    RoutePlan,
    StoredArticle,
    StoredFeed,
    StoredFeedback,
    StoreFigures,
    WeekCount,
)
from storage.replay import Replayed, Reported
from storage.soundness import Faults


class Store:
    """One SQLite file, one writer. Every method raises StorageError and its kin."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    async def open(cls, path: Path, *, read_only: bool = False, service: bool = False) -> Store:
        """Open or create the file, migrate it, load the starting ledger.

        `service` holds the file for this process alone among services (`run`, `poll`): a second
        one is refused with DatabaseLocked. `read_only` neither makes nor upgrades a file, and reads
        beside a running service. Other commands write beside it, each for a moment.
        """
        database = Database(path)
        await database.open(read_only=read_only, service=service)
        return cls(database)

    async def close(self) -> None:
        """Finish what is queued and close; may be called twice."""
        await self._database.close()

    async def __aenter__(self) -> Store:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    # feeds

    async def add_feed(
        self, feed: Feed, *, origin: Origin, now: datetime, by: str = ""
    ) -> StoredFeed:
        """Subscribe. A feed that was removed comes back with its memory. Raises Conflict."""
        return await self._database.write(
            subscriptions.add_feed, feed, origin=origin, now=now, by=by
        )

    async def sync_feeds(self, feeds: Sequence[Feed], *, now: datetime) -> None:
        """Make the feeds of origin FILE exactly these: add, change, retire (memory is kept)."""
        await self._database.write(subscriptions.sync_feeds, feeds, now=now)

    async def remove_feed(self, url_or_name: str, *, now: datetime) -> StoredFeed:
        """Raises NotFound; Conflict where the file fixes it."""
        return await self._database.write(subscriptions.remove_feed, url_or_name, now=now)

    async def pause_feed(self, url_or_name: str, *, paused: bool, now: datetime) -> StoredFeed:
        """Raises NotFound."""
        return await self._database.write(subscriptions.pause_feed, url_or_name, paused=paused)

    async def move_feed(self, url_or_name: str, url: str, state: FeedState) -> StoredFeed:
        """Poll a feed at another address from now on, with its memory. Raises NotFound; Conflict
        where the file fixes it, or the address is subscribed already."""
        return await self._database.write(subscriptions.move_feed, url_or_name, url, state)

    async def undo_move(self, url_or_name: str) -> StoredFeed:
        """Poll a feed where it was before it moved; it is not moved there again. Raises
        NotFound."""
        return await self._database.write(subscriptions.undo_move, url_or_name)

    async def held(self) -> list[HeldFeed]:
        """The feeds whose burst waits for an admin, longest held first."""
        return await self._database.read(held.held_feeds)

    async def release(self, url_or_name: str, plan: RoutePlan, *, now: datetime) -> int:
        """Tell what a burst brought, as if it had come now; how many deliveries. Raises
        NotFound."""
        return await self._database.write(held.release, url_or_name, plan, now=now)

    async def discard(self, url_or_name: str) -> int:
        """Tell nobody what a burst brought; how many articles. Raises NotFound."""
        return await self._database.write(held.discard, url_or_name)

    async def feeds(self) -> list[StoredFeed]:
        """All that are subscribed, by name."""
        return await self._database.read(subscriptions.all_feeds)

    async def subscriptions(self) -> list[Feed]:
        """All that are subscribed, by name, without what is known of their polls: quickly."""
        return await self._database.read(subscriptions.subscriptions)

    async def feed(self, url_or_name: str) -> StoredFeed:
        """By address, name (any case) or number. Raises NotFound; Conflict where two share it."""
        return await self._database.read(subscriptions.find_feed, url_or_name)

    async def due_feeds(self, now: datetime, *, limit: int = 100) -> list[StoredFeed]:
        """Those not paused whose next check has come; longest overdue first."""
        return await self._database.read(subscriptions.due_feeds, now, limit)

    async def save_feed_state(self, feed_id: int, state: FeedState) -> None:
        """For a poll that brought no document."""
        await self._database.write_again(subscriptions.save_feed_state, feed_id, state)

    async def known_entries(self, feed_id: int, keys: Sequence[str]) -> Mapping[str, KnownEntry]:
        """Which of these keys the feed has shown before."""
        return await self._database.read(subscriptions.known_entries, feed_id, keys)

    # the one transaction

    async def record_poll(
        self,
        feed_id: int,
        articles: Sequence[Assessed],
        state: FeedState,
        plan: RoutePlan,
        *,
        now: datetime,
    ) -> Recorded:
        """Article, assessment, development, ledger, deliveries, and only then the feed's state:
        one immediate transaction. Articles that another feed brought (same canonical address) gain
        a key and are not repeated."""
        parts: list[Recorded] = []
        starts = range(0, len(articles), polls.CHUNK)
        batches = [articles[i : i + polls.CHUNK] for i in starts] or [()]
        for batch in batches:
            last = state if batch is batches[-1] else None
            parts.append(
                await self._database.write_again(polls.record, feed_id, batch, last, plan, now)
            )
        return polls.together(parts)

    # routes

    async def sync_routes(self, routes: Sequence[Route], *, now: datetime) -> None:
        """Make the routes of origin FILE exactly these; a changed one is enabled again."""
        await self._database.write(route_table.sync_routes, routes, now=now)

    async def add_route(self, route: Route, *, now: datetime, by: str = "") -> None:
        """Raises Conflict where the name is taken."""
        await self._database.write(route_table.add_route, route, now=now, by=by)

    async def remove_route(self, name: str, *, now: datetime) -> Route:
        """Raises NotFound; Conflict where the file fixes it."""
        return await self._database.write(route_table.remove_route, name, now=now)

    async def update_route(self, name: str, route: Route) -> Route:
        """Put `route` in the place of the one of that name; its own name and channel may differ,
        origin and fault stay. How it was before. Raises NotFound; Conflict where the file fixes it
        or the new name is taken."""
        return await self._database.write(route_table.update_route, name, route)

    async def mute_route(self, name: str, until: datetime | None) -> Route:
        """Let a route, one of the file too, say nothing until a time; what it misses it does not
        tell later. None: unmute. How it was before. Raises NotFound."""
        return await self._database.write(route_table.mute_route, name, until)

    async def route(self, name: str) -> Route:
        """By name in any case. Raises NotFound."""
        return await self._database.read(route_table.by_name, name)

    async def routes(self) -> list[Route]:
        """All, by name."""
        return await self._database.read(route_table.all_routes)

    async def disable_channel(self, channel: str, reason: str, *, now: datetime) -> list[str]:
        """Disable the routes to a channel that does not work; the names of those that were not
        disabled yet. What waits for that channel goes on waiting."""
        return await self._database.write(route_table.disable_channel, channel, reason)

    async def enable_channel(self, channel: str, *, now: datetime) -> list[str]:
        """Enable them again; what waited is due at once. The names of those that were disabled."""
        return await self._database.write(route_table.enable_channel, channel, now=now)

    async def route_makers(self, channel: str) -> list[str]:
        """Who made the routes to a channel in chat, by their ids there."""
        return await self._database.read(route_table.makers, channel)

    # digests

    async def due_digests(self, now: datetime) -> list[Route]:
        """The routes that hold something whose time has come. One that is muted, or whose channel
        does not work, goes on holding it."""
        return await self._database.read(digests.due, now)

    async def make_digest(self, route: str, *, now: datetime) -> bool:
        """Put all that is held for a route into one delivery of kind DIGEST, in one transaction;
        False where nothing is left to tell. Its payload has `items`, the numbers of its items, and
        `since`, when the first was queued (ISO 8601). Raises NotFound."""
        return await self._database.write(digests.make, route, now=now)

    async def digest(self, delivery_id: int) -> list[tuple[DigestItem, Development]]:
        """What a digest tells, in the order it came, with the developments as they are now;
        without what was taken back since."""
        return await self._database.read(digests.contents, delivery_id)

    async def lay_out_digest(self, delivery_id: int, parts: Sequence[Collection[int]]) -> None:
        """Keep which developments stand in the main message of a digest and in each of the replies
        to it, before the first is sent. The replies go into the outbox when the main message is
        marked as sent."""
        await self._database.write(digests.lay_out, delivery_id, parts)

    # follows and mutes

    async def follow(
        self, development: str, channel: str, *, now: datetime, asked_in: str = ""
    ) -> bool:
        """Tell a person ("discord:@1", "slack:@U1") when a development moves: a delivery of kind
        FOLLOW whose payload has `kind` and `what` like a reply's. Whether that is new. Raises
        NotFound."""
        return await self._database.write(
            follows.follow, development, channel, now=now, asked_in=asked_in
        )

    async def unfollow(self, development: str, channel: str) -> bool:
        """Whether they followed it. Raises NotFound."""
        return await self._database.write(follows.unfollow, development, channel)

    async def unfollow_all(self, channel: str) -> int:
        """How many developments they followed."""
        return await self._database.write(follows.unfollow_all, channel)

    async def following(self, channel: str) -> list[Development]:
        """What a person follows, followed last first."""
        return await self._database.read(follows.following, channel)

    async def mute(self, development: str, channel: str, *, by: str, now: datetime) -> bool:
        """Say no more of a development in a channel; a posted alert is still kept true. Whether
        that is new. Raises NotFound."""
        return await self._database.write(follows.mute, development, channel, by=by, now=now)

    async def unmute(self, development: str, channel: str) -> bool:
        """Whether it was muted there. Raises NotFound."""
        return await self._database.write(follows.unmute, development, channel)

    async def muted(self, channel: str) -> list[Development]:
        """What a channel wants to hear no more of, muted last first."""
        return await self._database.read(follows.muted, channel)

    # deliveries

    async def enqueue(self, deliveries: Sequence[NewDelivery], *, now: datetime) -> None:
        """For notices, which belong to no development."""
        await self._database.write(outbox.insert, deliveries, now=now)

    async def recover_leases(self, *, now: datetime) -> int:
        """At start: whatever was leased when the last process died is of unknown outcome."""
        return await self._database.write(outbox.recover_leases, now=now)

    async def lease_deliveries(
        self,
        now: datetime,
        *,
        limit: int,
        lease: timedelta,
        chats: frozenset[str],
        busy: frozenset[str] = frozenset(),
    ) -> list[Delivery]:
        """What is due for these platforms, not for the `busy` channels: at most one a channel,
        in order within a development (an edit or a reply never before its alert)."""
        return await self._database.write(
            outbox.lease_deliveries, now, limit=limit, lease=lease, chats=chats, busy=busy
        )

    async def mark_sent(
        self, delivery_id: int, message: Message, revision: int, *, now: datetime
    ) -> None:
        """`revision` is the development's as it was drawn."""
        await self._database.write(digests.mark_sent, delivery_id, message, revision, now=now)

    async def mark_retry(
        self, delivery_id: int, reason: str, *, not_before: datetime, unknown: bool
    ) -> None:
        """It failed for now; `unknown` where it may have been posted."""
        await self._database.write(
            outbox.mark_retry, delivery_id, reason, not_before=not_before, unknown=unknown
        )

    async def mark_dead(self, delivery_id: int, reason: str, *, now: datetime) -> None:
        """It will not be tried again unless told to."""
        await self._database.write(outbox.mark_dead, delivery_id, reason, now=now)

    async def retry_dead(self, delivery_id: int | None, *, now: datetime) -> int:
        """Put a dead delivery (None: all) back into the outbox; how many. Raises NotFound."""
        return await self._database.write(outbox.retry_dead, delivery_id, now=now)

    async def put_back(self, by: timedelta, *, now: datetime) -> None:
        """The wall clock was put back by as much: what waits for a time waits no longer for it."""
        await self._database.write(waiting.put_back, by, now=now)

    async def deliveries(
        self, *, state: str = "", channels: frozenset[str] | None = None, limit: int = 50
    ) -> list[dict[str, object]]:
        """For people: newest first, with state, channel, attempts, reason; to these channels, or
        to any (None)."""
        return await self._database.read(
            outbox.listing, state=state, channels=channels, limit=limit
        )

    # buttons

    async def keep_view(self, question: str, *, now: datetime) -> str:
        """A short name for the question behind a button, under which it is found for a year."""
        return await self._database.write(views.keep, question, now=now)

    async def view(self, token: str) -> str | None:
        """The question of that name."""
        return await self._database.read(views.find, token)

    # questions

    async def development(self, reference: str) -> Development | None:
        """By short id ("UKR-142", any case), or by row number."""
        return await self._database.read(developments.find, reference)

    async def names_beginning(self, prefix: str, *, limit: int = 25) -> list[Development]:
        """Developments whose short id begins so, in any case, newest first."""
        return await self._database.read(developments.names_beginning, prefix, limit)

    async def latest(self, where: Filter, *, limit: int = 10) -> list[Development]:
        """Newest first."""
        return await self._database.read(developments.latest, where, limit)

    async def weeks(self, where: Filter) -> list[WeekCount]:
        """How many developments a week brought, by direction; oldest week first, a week without
        any is left out."""
        return await self._database.read(developments.weeks, where)

    async def search(self, query: str, where: Filter, *, limit: int = 10) -> list[Found]:
        """Full text; harmless with any input."""
        return await self._database.read(search.search, query, where, limit, datetime.now(UTC))

    async def ledger(self, *, beneficiary: str = "", committer: str = "") -> list[LedgerEntry]:
        """Current entries, most binding first, then newest."""
        return await self._database.read(
            ledger.current, beneficiary=beneficiary, committer=committer
        )

    async def article(self, reference: str) -> StoredArticle | None:
        """By address (compared canonically), or by number."""
        return await self._database.read(article_table.find, reference)

    async def ledger_history(
        self,
        *,
        committer: str = "",
        beneficiary: str = "",
        obligation: str = "",
        limit: int = 200,
    ) -> list[LedgerRecord]:
        """Every entry on these actors, whether it moved the ledger or not, newest first."""
        return await self._database.read(
            accounts.history,
            committer=committer,
            beneficiary=beneficiary,
            obligation=obligation,
            limit=limit,
        )

    async def pending_entries(self, *, limit: int = 50) -> list[LedgerRecord]:
        """What waits for a second source or an admin before it moves the ledger, newest first."""
        return await self._database.read(accounts.pending, limit)

    async def timeline(self, one: str, other: str, *, limit: int = 100) -> list[LedgerRecord]:
        """What either owed the other, oldest first; the newest `limit` of it."""
        return await self._database.read(accounts.timeline, one, other, limit)

    async def compare(self, left: str, right: str, *, beneficiary: str = "") -> list[Compared]:
        """Where two committers stand side by side: what both owe first."""
        return await self._database.read(accounts.compare, left, right, beneficiary)

    async def matrix(
        self, *, committers: Sequence[str] = (), beneficiaries: Sequence[str] = ()
    ) -> list[MatrixCell]:
        """Who owes whom, the most binding stage a pair, most binding first."""
        return await self._database.read(accounts.matrix, committers, beneficiaries)

    async def check_ledger(self) -> list[Contradiction]:
        """What in the ledger cannot hold."""
        return await self._database.read(accounts.contradictions)

    # what admins decide

    async def decide_entry(
        self, entry_id: int, standing: str, *, by: str, now: datetime, note: str = ""
    ) -> LedgerRecord:
        """Make an entry confirmed, rejected or pending. Raises NotFound, Conflict."""
        return await self._database.write(
            accounts.decide, entry_id, standing, by=by, note=note, now=now
        )

    async def edit_entry(
        self,
        entry_id: int,
        *,
        by: str,
        now: datetime,
        stage: Stage | None = None,
        status: str = "",
        conditions: Sequence[Condition] | None = None,
        note: str = "",
    ) -> LedgerRecord:
        """Change what an entry says, which also confirms it. Raises NotFound, Conflict."""
        return await self._database.write(
            accounts.edit,
            entry_id,
            stage=stage,
            status=status,
            conditions=conditions,
            by=by,
            note=note,
            now=now,
        )

    async def merge(
        self, wrong: str, into: str, plan: RoutePlan, *, by: str, now: datetime
    ) -> Development:
        """Make two developments one; the messages follow. Raises NotFound, Conflict."""
        return await self._database.write(mending.merge, wrong, into, plan, by=by, now=now)

    async def split(
        self,
        reference: str,
        article_ids: Sequence[int],
        plan: RoutePlan,
        *,
        by: str,
        now: datetime,
    ) -> DevelopmentChange:
        """Make some articles a development of their own, alerted as such. Raises NotFound,
        Conflict."""
        return await self._database.write(
            mending.split, reference, article_ids, plan, by=by, now=now
        )

    async def withdraw(
        self, reference: str, plan: RoutePlan, *, by: str, now: datetime, note: str = ""
    ) -> Development:
        """Take a development back: it is none. Who knows it is told. Raises NotFound."""
        return await self._database.write(
            mending.withdraw, reference, plan, by=by, note=note, now=now
        )

    async def reinstate(
        self, reference: str, plan: RoutePlan, *, by: str, now: datetime, note: str = ""
    ) -> Development:
        """Undo `withdraw`, or a denial that was none. Who knows it is told. Raises NotFound."""
        return await self._database.write(
            mending.reinstate, reference, plan, by=by, note=note, now=now
        )

    async def correct(
        self,
        reference: str,
        claims: tuple[Claim, ...],
        plan: RoutePlan,
        *,
        by: str,
        now: datetime,
        note: str = "",
    ) -> Development:
        """Replace a development's claims; the ledger follows, and who knows it is told. Raises
        NotFound, Conflict."""
        return await self._database.write(
            mending.correct, reference, claims, plan, by=by, note=note, now=now
        )

    async def feedback(
        self,
        development: str,
        verdict: str,
        plan: RoutePlan,
        *,
        by: str,
        platform: str,
        now: datetime,
        note: str = "",
        admin: bool = False,
        space: str = "",
        corrected: tuple[Claim, ...] = (),
        name: str = "",
    ) -> StoredFeedback:
        """Keep who said what of an alert, with what was shown. An admin's verdict ("not_relevant",
        "confirmed", "corrected" with the right claims) is applied at once and told to those who
        know it, another's waits. Raises NotFound."""
        return await self._database.write(
            feedback.give,
            development,
            verdict,
            plan,
            by=by,
            platform=platform,
            now=now,
            note=note,
            admin=admin,
            space=space,
            corrected=corrected,
            name=name,
        )

    async def decide_feedback(
        self,
        feedback_id: int,
        plan: RoutePlan,
        *,
        accept: bool,
        by: str,
        space: str | None,
        now: datetime,
    ) -> StoredFeedback:
        """An admin accepts or refuses what a member of the same server (None: of any) said. Raises
        NotFound, Conflict."""
        return await self._database.write(
            feedback.decide, feedback_id, plan, accept=accept, by=by, space=space, now=now
        )

    async def feedback_given(
        self, *, state: str = "", space: str | None = None, limit: int = 50
    ) -> list[StoredFeedback]:
        """What people said, newest first; of one server or of all (None)."""
        return await self._database.read(feedback.listing, state=state, space=space, limit=limit)

    async def keep_submission(
        self,
        article: Article,
        assessment: Assessment,
        *,
        by: str,
        platform: str,
        space: str,
        now: datetime,
    ) -> None:
        """Keep an article that somebody found missing, as an example for training."""
        await self._database.write(
            submissions.keep,
            article,
            assessment,
            by=by,
            platform=platform,
            space=space,
            now=now,
        )

    async def erase_person(self, by: str, platform: str) -> Erased:
        """Take away, on request, what somebody left here; what others rely on stays, nameless. The
        id is the platform's: ("U024BE7LH", "slack")."""
        await self._database.bare(erasure.overwritten)
        try:
            return await self._database.write(erasure.erase_person, by, platform)
        finally:
            await self._database.bare(erasure.emptied_log)

    async def precision(
        self, group: str, *, since: datetime, channels: frozenset[str] | None = None
    ) -> list[Precision]:
        """Alerts to these channels (None: to any) by "week", "route" or "source", and how they
        fared. Raises Conflict."""
        return await self._database.read_beside(feedback.precision, group, since, channels)

    # the audit

    def by(self, author: Author) -> Changes:
        """The changes of an admin: each with its entry in the audit, in one transaction."""
        return Changes(self._database, author)

    async def audit(
        self,
        *,
        space: str | None,
        since: datetime | None = None,
        before: int | None = None,
        limit: int = 20,
    ) -> list[AuditEntry]:
        """What admins of a space (None: of any) changed, newest first; `before`: only what is
        older than the entry of this number."""
        return await self._database.read(
            audit.listing, space=space, since=since, before=before, limit=limit
        )

    # second opinions

    async def reserve_opinion(
        self, day: date, *, most_calls: int, cost: float, most_cost: float | None
    ) -> tuple[int, float] | None:
        """Count a call of a language model before it is made, with the most it can cost. None
        where it was counted; else the day's calls and cost, which leave no room for it."""
        return await self._database.write(
            opinions.reserve, day, most_calls=most_calls, cost=cost, most_cost=most_cost
        )

    async def correct_opinion(self, day: date, difference: float) -> None:
        """Add to what the day's calls have cost, or take away."""
        await self._database.write(opinions.correct, day, difference)

    async def opinion_spending(self, day: date) -> tuple[int, float]:
        """Calls and cost of a day."""
        return await self._database.read(opinions.spending, day)

    # memory

    async def recall(self, key: str) -> str:
        """A short text that was kept under a key, or nothing."""
        return await self._database.read(memory.recall, key)

    async def recall_names(self, prefix: str, value: str) -> list[str]:
        """What follows the prefix in the keys under which a short text is kept."""
        return await self._database.read(memory.names, prefix, value)

    async def remember(self, key: str, value: str) -> None:
        """Keep a short text across restarts, in place of what was under the key."""
        await self._database.write(memory.remember, key, value)

    # care of the file

    async def backup(self, target: Path) -> Path:
        """Write a verified copy while the database is in use. Raises Conflict where it exists."""
        return await self._database.beside(backup.backup, target)

    async def integrity(self) -> Faults:
        """What is wrong with the file, its references or its full-text index, looked for while the
        database is in use. Takes seconds for a large file; nobody waits for it."""
        try:
            found = await self._database.beside(soundness.faults, self._database.path)
        except DatabaseCorrupt as error:
            return Faults(damage=(str(error),))
        if not found.damage:
            self._database.suspect = False
        return found

    @property
    def suspect(self) -> bool:
        """Whether SQLite has called the file damaged since `integrity` last found it sound."""
        return self._database.suspect

    async def rebuild_search(self) -> None:
        """Make the full-text index anew."""
        await self._database.write(soundness.rebuild_index)

    async def prune(self, *, bodies_before: datetime, deliveries_before: datetime) -> int:
        """Drop old bodies and finished deliveries, a batch at a time; how many bodies."""
        old = await self._database.beside(retention.old_deliveries, deliveries_before)
        for first in range(0, len(old), retention.BATCH):
            batch = old[first : first + retention.BATCH]
            await self._database.write_again(retention.forget_deliveries, batch)
        await self._database.write_again(digests.prune, deliveries_before)
        total = 0
        while done := await self._database.write_again(retention.prune_articles, bodies_before):
            total += done
        return total

    async def export(self, what: str, *, after: int = 0, limit: int = 1000) -> list[dict[str, Any]]:
        """Rows of "ledger", "developments", "articles" or "feedback" beyond a number, in order;
        `storage.export` writes them as JSON lines, CSV or a page. Raises Conflict."""
        return await self._database.read(export.page, what, after, limit)

    async def replay(self, threshold: float, *, limit: int = 100) -> list[Replayed]:
        """Articles whose verdict another threshold would change, the surest first."""
        return await self._database.read(replaying.replay, threshold, limit)

    async def reported(self, since: datetime, *, limit: int = 5000) -> list[Reported]:
        """The developments that were told to us since then, newest first, for trying a route."""
        return await self._database.read_beside(replaying.reported, since, limit)

    async def beginning(
        self, threshold: float, since: datetime, *, limit: int = 200
    ) -> list[Reported]:
        """The developments that a lower threshold would have begun since then, newest first."""
        return await self._database.read_beside(replaying.beginning, threshold, since, limit)

    async def figures(self) -> StoreFigures:
        """Counts for the status command."""
        return await self._database.read(figures.figures)

    async def lately(self, since: datetime) -> Lately:
        """What came since a time, counted beside the service's own work."""
        return await self._database.read_beside(figures.lately, since)
