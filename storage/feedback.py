"""What people said of alerts."""

from __future__ import annotations

from datetime import datetime

from storage import developments
from storage.errors import NotFound
from storage.rows import Db, claims_json, stamp


def give(
    db: Db, reference: str, verdict: str, *, by: str, platform: str, now: datetime, note: str
) -> None:
    """Keep who said what, and of what: the claims as they were shown. Raises NotFound."""
    development = developments.find(db, reference)
    if development is None:
        raise NotFound(f"No development is called {reference!r}. `latest` shows their names.")
    db.execute(
        "INSERT INTO feedback (development_id, verdict, by, platform, given, note, revision, shown)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            development.id,
            verdict,
            by,
            platform,
            stamp(now),
            note,
            development.revision,
            claims_json(development.claims),
        ),
    )
