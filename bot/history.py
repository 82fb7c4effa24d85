"""Which entries of the ledger a timeline is about, and what it is called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.words import Words
from storage.records import LedgerRecord
from storage.store import Store


@dataclass(frozen=True, slots=True)
class History:
    """The acts, oldest first."""

    actors: tuple[str, ...]
    records: tuple[LedgerRecord, ...]
    promised_to: bool = False
    """What others promised to the one actor, who promised nothing."""

    def title(self, say: Words, name: Callable[[str], str]) -> str:
        """Whom it is about; `name` makes a code readable."""
        if len(self.actors) > 1:
            return " · ".join(map(name, self.actors))
        key = "promised_to" if self.promised_to else "promised_by"
        return say("chart", key).format(actor=name(self.actors[0]))


async def history_of(store: Store, actor: str, other: str = "") -> History:
    """What passed between two actors. Of one: what it promised by itself; where that is nothing,
    what its alliances did; where that is nothing either, what it was promised."""
    if other:
        return History((actor, other), tuple(await store.timeline(actor, other)))
    found = await store.ledger_history(committer=actor)
    own = [record for record in found if record.entry.committer == actor]
    if found:
        return History((actor,), tuple(own or found)[::-1])
    owed = await store.ledger_history(beneficiary=actor)
    return History((actor,), tuple(owed)[::-1], promised_to=True)
