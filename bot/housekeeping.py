"""What keeps the database sound and small: checks, backups with rotation, retention."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from bot.config import Config
from storage.backup import backup_name, newest_scheduled, rotate
from storage.errors import DatabaseCorrupt, StorageError
from storage.store import Store

log = structlog.get_logger(__name__)

KEEP_DELIVERIES = timedelta(days=90)

Notify = Callable[[str, str], Awaitable[None]]
OnDamage = Callable[[DatabaseCorrupt], Awaitable[None]]
"""Ends the service: what goes on writing to a damaged file makes it worse."""


@dataclass(frozen=True, slots=True)
class HousekeepingSettings:
    """`backup_folder` None: no scheduled backups. `keep_text` None: bodies are kept for ever."""

    backup_folder: Path | None
    backup_every: timedelta
    keep_backups: int
    keep_text: timedelta | None


def housekeeping_settings(config: Config) -> HousekeepingSettings:
    """As configured."""
    table = config.storage
    return HousekeepingSettings(
        backup_folder=table.backup_folder,
        backup_every=timedelta(hours=table.backup_hours),
        keep_backups=table.keep_backups,
        keep_text=timedelta(days=table.keep_text_days) if table.keep_text_days else None,
    )


class Housekeeping:
    """One round every hour; each part when its time has come."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        settings: HousekeepingSettings,
        notify: Notify,
        on_damage: OnDamage,
    ) -> None:
        self.settings = settings
        self.last_backup: datetime | None = None
        """Of the newest scheduled copy, as far as it was looked for."""
        self._store = store
        self._clock = clock
        self._notify = notify
        self._on_damage = on_damage
        self._checked: datetime | None = None
        self._sound = True

    async def round(self) -> None:
        """Check, back up, prune. A part that fails is told to the admins and stops no other."""
        for what, part in (
            ("The check of the database", self._check),
            ("The backup", self._back_up),
            ("The pruning of old articles", self._prune),
        ):
            try:
                await part()
            except (StorageError, OSError) as error:
                await self._notify(f"{what} failed: {error}", "")

    async def suspicion(self) -> None:
        """Check at once where SQLite has called the file damaged."""
        if self._sound and self._store.suspect:
            self._checked = None
            await self.round()

    async def _check(self) -> None:
        """Once a day, and at the start."""
        now = self._clock()
        if self._checked is not None and now - self._checked < timedelta(days=1):
            return
        self._checked = now
        faults = await self._store.integrity()
        self._sound = not faults.damage
        log.info("database.checked", sound=not faults)
        if faults.damage:
            await self._damaged(faults.damage[0])
        elif faults.index:
            await self._store.rebuild_search()
            await self._notify("The search index was damaged and is made anew.", faults.index[0])
        elif faults.dangling:
            text = f"The database contradicts itself: {faults.dangling[0]}"
            await self._notify(text, "Nothing is lost by it. Please report it as a bug.")

    async def _damaged(self, fault: str) -> None:
        text = f"The database is damaged: {fault}"
        remedy = "The service stops. Start it again: it names the backup to restore."
        try:
            await self._notify(text, remedy)
        except StorageError as error:
            log.error("notice.lost", error=str(error))
        await self._on_damage(DatabaseCorrupt(text))

    async def _back_up(self) -> None:
        folder = self.settings.backup_folder
        if folder is None or not self._sound:
            return  # a damaged database must not push good copies out of the rotation
        now = self._clock()
        newest = await asyncio.to_thread(newest_scheduled, folder)
        self.last_backup = newest
        if newest is not None and now - newest < self.settings.backup_every:
            return
        made = await self._store.backup(backup_name(folder, now))
        self.last_backup = now
        gone = await asyncio.to_thread(rotate, folder, self.settings.keep_backups)
        log.info("backup.made", path=str(made), removed=len(gone))

    async def _prune(self) -> None:
        now = self._clock()
        keep = self.settings.keep_text
        bodies_before = now - keep if keep else datetime.min.replace(tzinfo=now.tzinfo)
        pruned = await self._store.prune(
            bodies_before=bodies_before, deliveries_before=now - KEEP_DELIVERIES
        )
        if pruned:
            log.info("articles.pruned", bodies=pruned)
