"""Who wants to hear of a development wherever it goes, and which channels want no more of it."""

from __future__ import annotations

from datetime import datetime

from storage import developments
from storage.records import Development
from storage.rows import Db, stamp


def follow(db: Db, reference: str, channel: str, *, now: datetime, asked_in: str = "") -> bool:
    """Tell a person ("discord:@1", "slack:@U1") when the development moves; whether that is new.
    `asked_in` is the channel where they said so: they are told in its route's words. Raises
    NotFound."""
    development = developments.known(db, reference)
    done = db.execute(
        "INSERT INTO follows (development_id, channel, since, asked_in) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        (development.id, channel, stamp(now), asked_in),
    )
    return bool(done.rowcount)


def unfollow(db: Db, reference: str, channel: str) -> bool:
    """Tell that person no more of it; whether they followed it. Raises NotFound."""
    development = developments.known(db, reference)
    done = db.execute(
        "DELETE FROM follows WHERE development_id = ? AND channel = ?", (development.id, channel)
    )
    return bool(done.rowcount)


def unfollow_all(db: Db, channel: str) -> int:
    """Tell that person no more of anything; how many developments they followed."""
    return int(db.execute("DELETE FROM follows WHERE channel = ?", (channel,)).rowcount)


def following(db: Db, channel: str) -> list[Development]:
    """What a person follows, followed last first."""
    return _of_channel(db, "follows", channel)


def followers(db: Db, development_id: int) -> dict[str, str]:
    """The direct-message channels of those who follow it, the first follower first, each with the
    channel where they asked for it."""
    rows = db.execute(
        "SELECT channel, asked_in FROM follows WHERE development_id = ? ORDER BY since, channel",
        (development_id,),
    )
    return {row["channel"]: row["asked_in"] for row in rows}


def mute(db: Db, reference: str, channel: str, *, by: str, now: datetime) -> bool:
    """Say no more of a development in a channel; whether that is new. Its alert there is still
    kept true. Raises NotFound."""
    development = developments.known(db, reference)
    done = db.execute(
        "INSERT INTO mutes (development_id, channel, by, since) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        (development.id, channel, by, stamp(now)),
    )
    return bool(done.rowcount)


def unmute(db: Db, reference: str, channel: str) -> bool:
    """Speak of it there again; whether it was muted. Raises NotFound."""
    development = developments.known(db, reference)
    done = db.execute(
        "DELETE FROM mutes WHERE development_id = ? AND channel = ?", (development.id, channel)
    )
    return bool(done.rowcount)


def muted(db: Db, channel: str) -> list[Development]:
    """What a channel wants to hear no more of, muted last first."""
    return _of_channel(db, "mutes", channel)


def muted_in(db: Db, development_id: int) -> frozenset[str]:
    """The channels that want to hear no more of it."""
    rows = db.execute("SELECT channel FROM mutes WHERE development_id = ?", (development_id,))
    return frozenset(row["channel"] for row in rows)


def hand_over(db: Db, loser: int, winner: int) -> None:
    """After a merge: who followed or muted the one follows or mutes the other."""
    for table in ("follows", "mutes"):
        db.execute(
            f"UPDATE OR REPLACE {table} SET development_id = ? WHERE development_id = ?",  # noqa: S608 - one of two names of ours
            (winner, loser),
        )


def erase_person(db: Db, by: str, platform: str) -> int:
    """Forget what somebody follows and has muted, on request; the mutes stay, nameless. How
    many."""
    followed = unfollow_all(db, f"{platform}:@{by}")
    muted_by = db.execute(
        "UPDATE mutes SET by = '' WHERE by = ? AND channel LIKE ? || ':%'", (by, platform)
    )
    return followed + int(muted_by.rowcount)


def _of_channel(db: Db, table: str, channel: str) -> list[Development]:
    rows = db.execute(
        f"SELECT development_id FROM {table} WHERE channel = ?"  # noqa: S608 - one of two names of ours
        " ORDER BY since DESC, development_id DESC",
        (channel,),
    )
    return developments.by_ids(db, [row["development_id"] for row in rows])
