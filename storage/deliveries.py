"""The outbox: what is to be sent, to whom, and what became of it.

A delivery waits, is leased by the worker, and ends as sent or dead. One whose attempt may have
reached the platform is `unknown` until the platform was asked. Within a development and channel the
order of recording is kept: an edit or a reply is leased only after its alert was sent, and is
dropped where the alert is dead. One edit at most waits for a message, and an edit to a revision
that was drawn already is dropped. The parts of a digest go out in their order too.

A channel has one alert of a development, and more only where developments were merged that it had
already (`storage/handover.py`). An edit names its alert in its payload; so does a reply, unless it
belongs to the development's own.
"""

# ruff: noqa: S608 - what is put together are names and clauses of ours; values are parameters.

from __future__ import annotations

import secrets
from base64 import b32encode
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from storage.errors import Conflict, NotFound
from storage.records import Delivery, DeliveryKind, Message, NewDelivery
from storage.rows import (
    Db,
    Row,
    last_id,
    moment,
    moment_or_none,
    payload_from,
    payload_json,
    stamp,
    texts_json,
)

_OPEN = "('waiting', 'leased', 'unknown')"


def new_key() -> str:
    """24 characters, unique for ever: a recreated database must never repeat one."""
    return b32encode(secrets.token_bytes(15)).decode().lower()


def insert(
    db: Db,
    deliveries: Sequence[NewDelivery],
    *,
    now: datetime,
    development_id: int | None = None,
    article_id: int | None = None,
) -> int:
    """Put them into the outbox, an edit once for every message that shows the development in its
    channel; how many were new."""
    return sum(
        insert_one(db, one, now=now, development_id=development_id, article_id=article_id)
        is not None
        for wanted in deliveries
        for one in _for_each_message(db, wanted, development_id)
    )


def _for_each_message(
    db: Db, new: NewDelivery, development_id: int | None
) -> Sequence[NewDelivery]:
    if new.kind is not DeliveryKind.EDIT:
        return [new]
    rows = db.execute(
        "SELECT id FROM deliveries WHERE development_id = ? AND channel = ? AND kind = 'alert'"
        " AND state <> 'dead' ORDER BY id",
        (development_id, new.channel),
    )
    return [replace(new, payload={**new.payload, "alert": row["id"]}) for row in rows]


def insert_one(
    db: Db,
    new: NewDelivery,
    *,
    now: datetime,
    development_id: int | None = None,
    article_id: int | None = None,
) -> int | None:
    """Its number; None where it is superfluous. An alert that was given up before is taken up again
    under its own key: it may have been posted, and is looked for then."""
    if _is_superfluous(db, new, development_id):
        return None
    given_up = _given_up(db, new, development_id)
    if given_up is not None:
        return _take_up(db, given_up, new, now=now, article_id=article_id)
    cursor = db.execute(
        "INSERT INTO deliveries (key, kind, chat, channel, route, development_id, article_id,"
        " payload, state, created, due) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'waiting', ?, ?)",
        (
            new_key(),
            new.kind.value,
            chat_of(new.channel),
            new.channel,
            new.route,
            development_id,
            article_id,
            payload_json(new.payload),
            stamp(now),
            stamp(new.not_before or now),
        ),
    )
    return last_id(cursor)


def _is_superfluous(db: Db, new: NewDelivery, development_id: int | None) -> bool:
    """A second alert to one channel, or a second edit while one still waits for its message."""
    if development_id is None:
        return False
    if new.kind is DeliveryKind.ALERT:
        return new.channel in channels_with_alert(db, development_id)
    if new.kind is DeliveryKind.EDIT:
        return (
            db.execute(
                "SELECT 1 FROM deliveries WHERE development_id = ? AND channel = ?"
                " AND kind = 'edit' AND state = 'waiting' AND payload ->> 'alert' = ?",
                (development_id, new.channel, new.payload.get("alert")),
            ).fetchone()
            is not None
        )
    return False


def _given_up(db: Db, new: NewDelivery, development_id: int | None) -> int | None:
    """The dead alert of the development in that channel, sooner one that may have been posted."""
    if new.kind is not DeliveryKind.ALERT or development_id is None:
        return None
    row = db.execute(
        "SELECT id FROM deliveries WHERE development_id = ? AND channel = ? AND kind = 'alert'"
        " AND state = 'dead' ORDER BY reconcile DESC, id DESC LIMIT 1",
        (development_id, new.channel),
    ).fetchone()
    return None if row is None else int(row["id"])


def _take_up(
    db: Db, delivery_id: int, new: NewDelivery, *, now: datetime, article_id: int | None
) -> int:
    db.execute(
        "UPDATE deliveries SET state = iif(reconcile, 'unknown', 'waiting'), route = ?,"
        " payload = ?, article_id = ?, created = ?, due = ?, attempts = 0, finished = NULL,"
        " reason = '',"
        " first_attempt = iif(reconcile, first_attempt, NULL) WHERE id = ?",
        (
            new.route,
            payload_json(new.payload),
            article_id,
            stamp(now),
            stamp(new.not_before or now),
            delivery_id,
        ),
    )
    return delivery_id


def chat_of(channel: str) -> str:
    """The platform of "slack:C024BE91L"."""
    return channel.partition(":")[0]


def channels_with_alert(db: Db, development_id: int) -> frozenset[str]:
    """Where the development's alert is posted or on its way."""
    rows = db.execute(
        "SELECT channel FROM deliveries WHERE development_id = ? AND kind = 'alert'"
        " AND state <> 'dead'",
        (development_id,),
    )
    return frozenset(row["channel"] for row in rows)


def recent_alerts(db: Db, since: datetime) -> dict[str, int]:
    """How many alerts each route had since then."""
    rows = db.execute(
        "SELECT route, count(*) AS alerts FROM deliveries WHERE kind = 'alert' AND created > ?"
        " AND state <> 'dead' GROUP BY route",
        (stamp(since),),
    )
    return {row["route"]: row["alerts"] for row in rows}


def recover_leases(db: Db, *, now: datetime) -> int:
    """Whatever was leased when the last process died is of unknown outcome. The attempt does not
    count: our own end is no reason to be more patient with the platform."""
    return int(
        db.execute(
            "UPDATE deliveries SET state = 'unknown', reconcile = 1, leased_until = NULL, due = ?,"
            " attempts = max(attempts - 1, 0),"
            " reason = 'the service stopped while it was being sent' WHERE state = 'leased'",
            (stamp(now),),
        ).rowcount
    )


def lease_deliveries(
    db: Db,
    now: datetime,
    *,
    limit: int,
    lease: timedelta,
    chats: frozenset[str],
    busy: frozenset[str],
) -> list[Delivery]:
    """At most one a channel: the first that is due and whose turn it is."""
    _expire_leases(db, now)
    leased: list[Delivery] = []
    for channel in _channels_with_work(db, now, chats, busy):
        if len(leased) == limit:
            break
        row = _next_in(db, channel, now)
        if row is not None:
            leased.append(_lease(db, row, now, lease))
    return leased


def _expire_leases(db: Db, now: datetime) -> None:
    db.execute(
        "UPDATE deliveries SET state = 'unknown', reconcile = 1, leased_until = NULL,"
        " reason = 'the sending took too long' WHERE state = 'leased' AND leased_until <= ?",
        (stamp(now),),
    )


def _channels_with_work(
    db: Db, now: datetime, chats: frozenset[str], busy: frozenset[str]
) -> list[str]:
    """Channels with something due, longest waiting first; not those busy or disabled."""
    rows = db.execute(
        f"SELECT channel, chat, max(state = 'leased') AS held, min(due) AS due FROM deliveries"
        f" WHERE state IN {_OPEN} GROUP BY chat, channel ORDER BY due"
    ).fetchall()
    disabled = _disabled_channels(db)
    return [
        row["channel"]
        for row in rows
        if row["chat"] in chats
        and not row["held"]
        and row["due"] <= stamp(now)
        and row["channel"] not in busy
        and row["channel"] not in disabled
    ]


def _disabled_channels(db: Db) -> set[str]:
    rows = db.execute(
        "SELECT channel FROM routes GROUP BY channel HAVING min(length(disabled)) > 0"
    )
    return {row["channel"] for row in rows}


def _next_in(db: Db, channel: str, now: datetime) -> Row | None:
    """The first delivery to a channel whose turn has come, dropping what has lost its purpose."""
    rows = db.execute(
        f"SELECT * FROM deliveries WHERE chat = ? AND channel = ? AND state IN {_OPEN} ORDER BY id",
        (chat_of(channel), channel),
    )
    blocked: set[str] = set()  # threads with an earlier delivery that has not gone yet
    purposeless: list[int] = []
    chosen: Row | None = None
    for row in rows:
        thread = _thread(row)
        if thread in blocked:
            continue
        if _lost_its_purpose(db, row):
            purposeless.append(row["id"])
        elif row["due"] <= stamp(now):
            chosen = row
            break
        elif thread:
            blocked.add(thread)
    db.conn.executemany("DELETE FROM deliveries WHERE id = ?", [(i,) for i in purposeless])
    return chosen


def _thread(row: Row) -> str:
    """What is told one after another: of one development, or the parts of one digest."""
    if row["development_id"] is not None:
        return f"development {row['development_id']}"
    main = payload_from(row["payload"]).get("digest")
    return f"digest {main}" if main else ""


def _lost_its_purpose(db: Db, row: Row) -> bool:
    """A second alert, an edit or reply without a posted alert, an edit to what was drawn already, a
    digest of which nothing is left, or a word to somebody who follows no more."""
    if row["kind"] == "alert":
        return not row["reconcile"] and _is_told_already(db, row)
    if row["kind"] == "follow":
        return not row["reconcile"] and not _is_followed(db, row)
    if row["kind"] == "digest":
        return not row["reconcile"] and _is_empty(db, row)
    if row["kind"] not in ("edit", "reply"):
        return False
    alert = _alert(db, row)
    if alert is None:
        return True
    return row["kind"] == "edit" and not row["reconcile"] and _is_drawn(db, row, alert)


STANDING = "(d.status NOT IN ('withdrawn', 'retracted') OR i.what <> '')"
"""Of a digest's item i and its development d: that there is something to tell. What an outlet or an
admin took back is told to those who have heard of it."""


def _is_told_already(db: Db, row: Row) -> bool:
    """Whether another alert of the development is in the channel, or may be: that of one that was
    merged while this one was on its way."""
    return (
        db.execute(
            "SELECT 1 FROM deliveries WHERE development_id = ? AND channel = ? AND kind = 'alert'"
            " AND state IN ('sent', 'unknown') AND id <> ?",
            (row["development_id"], row["channel"], row["id"]),
        ).fetchone()
        is not None
    )


def _is_followed(db: Db, row: Row) -> bool:
    return (
        db.execute(
            "SELECT 1 FROM follows WHERE development_id = ? AND channel = ?",
            (row["development_id"], row["channel"]),
        ).fetchone()
        is not None
    )


def _is_empty(db: Db, row: Row) -> bool:
    """Whether all that a digest, or a part of one, was to tell was taken back."""
    payload = payload_from(row["payload"])
    return (
        db.execute(
            "SELECT 1 FROM digest_items i JOIN developments d ON d.id = i.development_id"
            f" WHERE i.delivery_id = ? AND i.part = coalesce(?, i.part) AND {STANDING}",
            (payload.get("digest", row["id"]), payload.get("part")),
        ).fetchone()
        is None
    )


def _is_drawn(db: Db, row: Row, alert: Row) -> bool:
    drawn = db.execute(
        "SELECT max(revision) FROM deliveries WHERE development_id = ? AND channel = ?"
        " AND state = 'sent' AND kind IN ('alert', 'edit') AND message_id = ?",
        (row["development_id"], row["channel"], alert["message_id"]),
    ).fetchone()[0]
    now = db.execute(
        "SELECT revision FROM developments WHERE id = ?", (row["development_id"],)
    ).fetchone()[0]
    return drawn is not None and drawn >= now


def _alert(db: Db, row: Row) -> Row | None:
    """The posted alert that an edit or reply names; where it names none, the development's own
    rather than one that came to it by a merge."""
    found: Row | None = db.execute(
        "SELECT message_id, message_channel, route, payload FROM deliveries"
        " WHERE development_id = ?1 AND channel = ?2 AND kind = 'alert' AND state = 'sent'"
        " AND (?3 IS NULL OR id = ?3) ORDER BY payload ->> 'merged' IS NOT NULL, id DESC LIMIT 1",
        (row["development_id"], row["channel"], payload_from(row["payload"]).get("alert")),
    ).fetchone()
    return found


def _lease(db: Db, row: Row, now: datetime, lease: timedelta) -> Delivery:
    db.execute(
        "UPDATE deliveries SET state = 'leased', leased_until = ?, attempts = attempts + 1,"
        " first_attempt = coalesce(first_attempt, ?) WHERE id = ?",
        (stamp(now + lease), stamp(now), row["id"]),
    )
    alert = _alert(db, row) if row["kind"] in ("edit", "reply") else None
    above = alert or _main_message(db, row)
    return Delivery(
        id=row["id"],
        key=row["key"],
        kind=DeliveryKind(row["kind"]),
        channel=row["channel"],
        route=row["route"] or ("" if alert is None else alert["route"]),
        development_id=row["development_id"],
        payload=_payload(row, alert),
        attempts=row["attempts"] + 1,
        created=moment(row["created"]),
        reconcile=bool(row["reconcile"]),
        first_attempt=moment_or_none(row["first_attempt"]),
        message=None if above is None else Message(above["message_channel"], above["message_id"]),
        development=_short_id(db, row["development_id"]),
        article_id=row["article_id"],
    )


def _short_id(db: Db, development_id: int | None) -> str:
    row = db.execute("SELECT short_id FROM developments WHERE id = ?", (development_id,)).fetchone()
    return str(row["short_id"]) if row else ""


def _main_message(db: Db, row: Row) -> Row | None:
    """What a part of a digest replies to."""
    found: Row | None = db.execute(
        "SELECT message_id, message_channel FROM deliveries WHERE id = ?",
        (payload_from(row["payload"]).get("digest"),),
    ).fetchone()
    return found


def _payload(row: Row, alert: Row | None) -> dict[str, Any]:
    """An edit has its alert's: it must not take back a mention."""
    own = payload_from(row["payload"])
    if row["kind"] == "edit" and alert is not None:
        return payload_from(alert["payload"]) | own
    return own


def mark_sent(db: Db, delivery_id: int, message: Message, revision: int, *, now: datetime) -> None:
    """The platform has it."""
    db.execute(
        "UPDATE deliveries SET state = 'sent', message_id = ?, message_channel = ?, revision = ?,"
        " finished = ?, leased_until = NULL, reconcile = 0, reason = '' WHERE id = ?",
        (message.id, message.channel, revision, stamp(now), delivery_id),
    )


def mark_retry(
    db: Db, delivery_id: int, reason: str, *, not_before: datetime, unknown: bool
) -> None:
    """Back to waiting. What may have been posted once stays to be reconciled until it is known."""
    db.execute(
        "UPDATE deliveries SET state = iif(? OR reconcile, 'unknown', 'waiting'),"
        " reconcile = ? OR reconcile, due = ?, leased_until = NULL, reason = ? WHERE id = ?",
        (unknown, unknown, stamp(not_before), reason, delivery_id),
    )


def mark_dead(db: Db, delivery_id: int, reason: str, *, now: datetime) -> None:
    """Given up, until somebody says `retry`."""
    db.execute(
        "UPDATE deliveries SET state = 'dead', reason = ?, finished = ?, leased_until = NULL"
        " WHERE id = ?",
        (reason, stamp(now), delivery_id),
    )


def retry_dead(
    db: Db, delivery_id: int | None, *, channels: frozenset[str] | None = None, now: datetime
) -> int:
    """Put one dead delivery (None: all) of these channels (None: of all) back into the outbox, as
    if it had never been tried; how many. An alert of what the channel has another alert of stays,
    and its reason says so. Raises NotFound, and Conflict where that is the one asked for."""
    rows = db.execute(
        "SELECT id, kind, channel, development_id FROM deliveries WHERE state = 'dead'"
        f" AND (?1 IS NULL OR id = ?1) AND {_OF_CHANNELS.format(2)}"
        " ORDER BY reconcile DESC, id DESC",
        (delivery_id, _names(channels)),
    ).fetchall()
    if delivery_id is not None and not rows:
        raise NotFound(f"No dead delivery has the number {delivery_id}. `deliveries` lists them.")
    count = sum(_retry(db, row, now) for row in rows)
    if delivery_id is not None and not count:
        raise Conflict(f"Delivery {delivery_id} is not sent: {_REPLACED}.")
    return count


_REPLACED = "its channel has another alert of the development"


def _retry(db: Db, row: Row, now: datetime) -> bool:
    told = row["kind"] == "alert" and row["channel"] in channels_with_alert(
        db, row["development_id"]
    )
    if told:
        db.execute("UPDATE deliveries SET reason = ? WHERE id = ?", (_REPLACED, row["id"]))
    else:
        db.execute(
            "UPDATE deliveries SET state = iif(reconcile, 'unknown', 'waiting'), due = ?,"
            " finished = NULL, attempts = 0 WHERE id = ?",
            (stamp(now), row["id"]),
        )
    return not told


_OF_CHANNELS = "(?{0} IS NULL OR channel IN (SELECT value FROM json_each(?{0})))"


def _names(channels: frozenset[str] | None) -> str | None:
    return None if channels is None else texts_json(tuple(sorted(channels)))


def listing(
    db: Db, *, state: str, channels: frozenset[str] | None = None, limit: int
) -> list[dict[str, object]]:
    """For people: newest first; of these channels, or of all (None)."""
    rows = db.execute(
        "SELECT x.id, x.key, x.kind, x.channel, x.route, d.short_id AS development, x.state,"
        " x.attempts, x.created, x.due, x.finished, x.reason, x.message_id AS message"
        " FROM deliveries x LEFT JOIN developments d ON d.id = x.development_id"
        f" WHERE (?1 = '' OR x.state = ?1) AND {_OF_CHANNELS.format(2)}"
        " ORDER BY x.id DESC LIMIT ?3",
        (state, _names(channels), limit),
    )
    return [dict(row) for row in rows]
