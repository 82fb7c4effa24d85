"""The asynchronous face of the database: nothing else of this package is called from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType

from feeds.article import Feed
from feeds.schedule import FeedState
from storage.records import (
    Assessed,
    Delivery,
    Development,
    Filter,
    Found,
    KnownEntry,
    LedgerEntry,
    Message,
    NewDelivery,
    Origin,
    Recorded,
    Route,
    RoutePlan,
    StoredArticle,
    StoredFeed,
    StoreFigures,
)


class Store:
    """One SQLite file, one thread, one writer. Every method raises StorageError and its kin."""

    @classmethod
    async def open(cls, path: Path) -> Store:
        """Open or create the file, migrate it, load the starting ledger."""
        raise NotImplementedError

    async def close(self) -> None:
        """Finish what is queued and close; may be called twice."""
        raise NotImplementedError

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
        raise NotImplementedError

    async def sync_feeds(self, feeds: Sequence[Feed], *, now: datetime) -> None:
        """Make the feeds of origin FILE exactly these: add, change, retire (memory is kept)."""
        raise NotImplementedError

    async def remove_feed(self, url_or_name: str, *, now: datetime) -> StoredFeed:
        """Raises NotFound; Conflict where the file fixes it."""
        raise NotImplementedError

    async def pause_feed(self, url_or_name: str, *, paused: bool, now: datetime) -> StoredFeed:
        """Raises NotFound."""
        raise NotImplementedError

    async def feeds(self) -> list[StoredFeed]:
        """All that are subscribed, by name."""
        raise NotImplementedError

    async def due_feeds(self, now: datetime, *, limit: int = 100) -> list[StoredFeed]:
        """Those not paused, not ended, whose next check has come; longest overdue first."""
        raise NotImplementedError

    async def save_feed_state(self, feed_id: int, state: FeedState) -> None:
        """For a poll that brought no document."""
        raise NotImplementedError

    async def known_entries(self, feed_id: int, keys: Sequence[str]) -> Mapping[str, KnownEntry]:
        """Which of these keys the feed has shown before."""
        raise NotImplementedError

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
        raise NotImplementedError

    # routes

    async def sync_routes(self, routes: Sequence[Route], *, now: datetime) -> None:
        """Make the routes of origin FILE exactly these; a changed one is enabled again."""
        raise NotImplementedError

    async def add_route(self, route: Route, *, now: datetime, by: str = "") -> None:
        """Raises Conflict where the name is taken."""
        raise NotImplementedError

    async def remove_route(self, name: str, *, now: datetime) -> Route:
        """Raises NotFound; Conflict where the file fixes it."""
        raise NotImplementedError

    async def routes(self) -> list[Route]:
        """All, by name."""
        raise NotImplementedError

    async def disable_channel(self, channel: str, reason: str, *, now: datetime) -> list[str]:
        """Disable the routes to a channel that does not work; their names. What waits for that
        channel goes on waiting."""
        raise NotImplementedError

    async def enable_channel(self, channel: str, *, now: datetime) -> list[str]:
        """Enable them again; what waited is due at once."""
        raise NotImplementedError

    # deliveries

    async def enqueue(self, deliveries: Sequence[NewDelivery], *, now: datetime) -> None:
        """For notices, which belong to no development."""
        raise NotImplementedError

    async def recover_leases(self, *, now: datetime) -> int:
        """At start: whatever was leased when the last process died is of unknown outcome."""
        raise NotImplementedError

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
        raise NotImplementedError

    async def mark_sent(
        self, delivery_id: int, message: Message, revision: int, *, now: datetime
    ) -> None:
        """`revision` is the development's as it was drawn."""
        raise NotImplementedError

    async def mark_retry(
        self, delivery_id: int, reason: str, *, not_before: datetime, unknown: bool
    ) -> None:
        """It failed for now; `unknown` where it may have been posted."""
        raise NotImplementedError

    async def mark_dead(self, delivery_id: int, reason: str, *, now: datetime) -> None:
        """It will not be tried again unless told to."""
        raise NotImplementedError

    async def deliveries(self, *, state: str = "", limit: int = 50) -> list[dict[str, object]]:
        """For people: newest first, with state, channel, attempts, reason."""
        raise NotImplementedError

    # questions

    async def development(self, reference: str) -> Development | None:
        """By short id ("UKR-142", any case), or "" + row number."""
        raise NotImplementedError

    async def latest(self, where: Filter, *, limit: int = 10) -> list[Development]:
        """Newest first."""
        raise NotImplementedError

    async def search(self, query: str, where: Filter, *, limit: int = 10) -> list[Found]:
        """Full text; harmless with any input."""
        raise NotImplementedError

    async def ledger(self, *, beneficiary: str = "", committer: str = "") -> list[LedgerEntry]:
        """Current entries, most binding first, then newest."""
        raise NotImplementedError

    async def article(self, reference: str) -> StoredArticle | None:
        """By address (compared canonically), or by number."""
        raise NotImplementedError

    async def feedback(
        self, development: str, verdict: str, *, by: str, platform: str, now: datetime, note: str = ""
    ) -> None:
        """Keep who said what of an alert. Raises NotFound."""
        raise NotImplementedError

    async def figures(self) -> StoreFigures:
        """Counts for the status command."""
        raise NotImplementedError
