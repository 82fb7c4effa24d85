"""After a merge: the messages of the one development are the other's.

A channel gets no second alert of what it has, or waits for, already. Where it has both, both are
kept true: an alert that came by a merge is marked as `merged` in its payload, so that what is said
of the development from then on stands under its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from storage.rows import Db, Row

_PERHAPS_POSTED = ("sent", "leased", "unknown")


def hand_over(db: Db, loser: int, winner: int) -> None:
    """Give all deliveries of the loser to the winner, but those that would tell it twice."""
    rows = db.execute(
        "SELECT DISTINCT channel FROM deliveries WHERE development_id = ? AND kind = 'alert'",
        (loser,),
    ).fetchall()
    for row in rows:
        _join(db, row["channel"], loser, winner)
    db.execute("UPDATE deliveries SET development_id = ? WHERE development_id = ?", (winner, loser))


def _join(db: Db, channel: str, loser: int, winner: int) -> None:
    alerts = db.execute(
        "SELECT id, development_id, state FROM deliveries WHERE development_id IN (?, ?)"
        " AND channel = ? AND kind = 'alert' ORDER BY payload ->> 'merged' IS NOT NULL, id DESC",
        (loser, winner, channel),
    ).fetchall()
    spare = _spare(alerts, winner)
    _forget(db, spare)
    kept = [alert for alert in alerts if alert not in spare]
    sides = {alert["development_id"] for alert in kept}
    for side in {loser, winner} - sides:
        _forget_words(db, side, channel)
    if len(sides) > 1:
        _subordinate(db, [alert for alert in kept if alert["development_id"] == loser], channel)
    elif loser in sides and kept[0]["state"] not in _PERHAPS_POSTED:
        _forget_that_it_merged(db, loser, channel)


def _spare(alerts: Sequence[Row], winner: int) -> list[Row]:
    """What is certainly not posted and need not be any more: all of it where something is posted,
    else all but the winner's."""
    unsent = [alert for alert in alerts if alert["state"] not in _PERHAPS_POSTED]
    if len(unsent) < len(alerts):
        return unsent
    return sorted(unsent, key=lambda a: (a["state"] == "dead", a["development_id"] != winner))[1:]


def _forget(db: Db, alerts: Sequence[Row]) -> None:
    db.conn.executemany("DELETE FROM deliveries WHERE id = ?", [(alert["id"],) for alert in alerts])


def _forget_words(db: Db, development_id: int, channel: str) -> None:
    """The edits and replies of an alert that is not sent."""
    db.execute(
        "DELETE FROM deliveries WHERE development_id = ? AND channel = ?"
        " AND kind IN ('edit', 'reply') AND state IN ('waiting', 'dead')",
        (development_id, channel),
    )


def _subordinate(db: Db, alerts: Sequence[Row], channel: str) -> None:
    """Mark the loser's alerts as merged; what is still to be said of it stands under its own, the
    first."""
    own = alerts[0]
    db.execute(
        "UPDATE deliveries SET payload = json_set(payload, '$.alert', ?) WHERE development_id = ?"
        " AND channel = ? AND kind IN ('edit', 'reply') AND state <> 'sent'"
        " AND payload ->> 'alert' IS NULL",
        (own["id"], own["development_id"], channel),
    )
    db.conn.executemany(
        "UPDATE deliveries SET payload = json_set(payload, '$.merged', 1) WHERE id = ?",
        [(alert["id"],) for alert in alerts],
    )


def _forget_that_it_merged(db: Db, development_id: int, channel: str) -> None:
    """The channel has not heard of it yet, and will hear of it as the other."""
    db.execute(
        "DELETE FROM deliveries WHERE development_id = ? AND channel = ? AND kind = 'reply'"
        " AND state = 'waiting' AND payload ->> 'kind' = 'merged'",
        (development_id, channel),
    )
