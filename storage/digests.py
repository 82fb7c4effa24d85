"""What is held for a route and told in one message.

An item waits from the transaction that recorded its development until `make` puts all that a route
has into one delivery, in one transaction as well: whatever happens between, an item stands in
exactly one digest. Within a channel a development waits once; what else becomes of it meanwhile is
added to the item. An item of a route that is gone, or leads elsewhere, counts for nothing.
"""

# ruff: noqa: S608 - what is put together are clauses of ours; values are parameters.

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from classifiers.assessment import Claim
from storage import deliveries, developments
from storage.records import (
    DeliveryKind,
    Development,
    DevelopmentChange,
    DigestItem,
    Held,
    Message,
    NewDelivery,
    NewDigestItem,
    Route,
)
from storage.routes import all_routes, by_spelling
from storage.rows import Db, Row, claims_from, claims_json, moment, payload_from, stamp

_TELLABLE = "(d.status <> 'withdrawn' OR i.what <> '')"
"""What is not withdrawn before the channel heard of it."""
_OF_A_ROUTE = "EXISTS (SELECT 1 FROM routes r WHERE r.name = i.route AND r.channel = i.channel)"


def queue(
    db: Db, items: Iterable[NewDigestItem], *, change: DevelopmentChange, now: datetime
) -> None:
    """Let a development stand in routes' next digests; not where a digest that is made and not sent
    yet will show it as it is by then."""
    development = change.development
    for item in items:
        if item.what and _is_about_to_be_told(db, development.id, item.channel):
            continue
        _forget_stray(db, development.id, item.channel)
        db.execute(
            _QUEUE,
            (
                item.route,
                item.channel,
                development.id,
                development.revision,
                item.why.value,
                item.what,
                claims_json(_known(item, change)),
                stamp(now),
                stamp(item.due),
            ),
        )


_QUEUE = (
    "INSERT INTO digest_items"
    " (route, channel, development_id, revision, why, what, before, queued, due)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (channel, development_id) WHERE delivery_id IS NULL DO UPDATE SET"
    " revision = excluded.revision,"
    # What is new to the channel stays new to it; of what it knows, all changes are told.
    " what = iif(what = '' OR excluded.what = '' OR instr(what, excluded.what), what,"
    " what || ' · ' || excluded.what),"
    " route = iif(excluded.due < due, excluded.route, route),"
    " why = iif(excluded.due < due, excluded.why, why),"
    " due = min(due, excluded.due)"
)


def _known(item: NewDigestItem, change: DevelopmentChange) -> tuple[Claim, ...]:
    """What the channel was told of it last, without the evidence, which no digest shows."""
    if not item.what or change.previous is None:
        return ()
    return (replace(change.previous.claims[0], evidence=()),)


def _is_about_to_be_told(db: Db, development_id: int, channel: str) -> bool:
    row = db.execute(
        "SELECT 1 FROM digest_items i JOIN deliveries x ON x.id = i.delivery_id"
        " OR (x.payload ->> 'digest' = i.delivery_id AND x.payload ->> 'part' = i.part)"
        " WHERE i.development_id = ? AND i.channel = ?"
        " AND x.channel = i.channel AND x.chat = ? AND x.kind = 'digest' AND x.state = 'waiting'",
        (development_id, channel, deliveries.chat_of(channel)),
    ).fetchone()
    return row is not None


def _forget_stray(db: Db, development_id: int, channel: str) -> None:
    db.execute(
        "DELETE FROM digest_items AS i WHERE development_id = ? AND channel = ?"
        f" AND delivery_id IS NULL AND NOT {_OF_A_ROUTE}",
        (development_id, channel),
    )


def forget(db: Db, development_id: int, channel: str) -> None:
    """The channel is told by an alert after all."""
    db.execute(
        "DELETE FROM digest_items WHERE development_id = ? AND channel = ? AND delivery_id IS NULL",
        (development_id, channel),
    )


def channels(db: Db, development_id: int) -> frozenset[str]:
    """Where the development stood in a digest, or will."""
    rows = db.execute(
        "SELECT i.channel FROM digest_items i LEFT JOIN deliveries d ON d.id = i.delivery_id"
        f" WHERE i.development_id = ? AND iif(d.id IS NULL, {_OF_A_ROUTE}, d.state <> 'dead')",
        (development_id,),
    )
    return frozenset(row["channel"] for row in rows)


def due(db: Db, now: datetime) -> list[Route]:
    """The routes that hold something whose time has come, by name. One that is muted, or whose
    channel does not work, goes on holding it."""
    rows = db.execute(
        "SELECT DISTINCT i.route, i.channel FROM digest_items i"
        " JOIN developments d ON d.id = i.development_id"
        f" WHERE i.delivery_id IS NULL AND i.due <= ? AND {_TELLABLE}",
        (stamp(now),),
    )
    holding = {(row["route"], row["channel"]) for row in rows}
    return [
        route
        for route in (all_routes(db) if holding else ())
        if (route.name, route.channel) in holding and not route.disabled and not route.muted(now)
    ]


def make(db: Db, name: str, *, now: datetime) -> bool:
    """Put all that is held for a route into one delivery; False where nothing is left to tell.

    What was muted in the channel meanwhile, or told there by an alert, is left out. So is what was
    taken back; withdrawn, it goes on waiting, since an admin may reinstate it.
    """
    route = by_spelling(db, name)
    rows = db.execute(
        "SELECT i.id, i.queued, i.development_id, i.channel, i.what,"
        f" {deliveries.STANDING} AS standing"
        " FROM digest_items i JOIN developments d ON d.id = i.development_id"
        f" WHERE i.route = ? AND i.channel = ? AND i.delivery_id IS NULL AND {_TELLABLE}"
        " ORDER BY i.id",
        (route.name, route.channel),
    ).fetchall()
    telling = [row for row in rows if _is_worth_telling(db, row)]
    _delete(db, {row["id"] for row in rows} - {row["id"] for row in telling})
    if not telling:
        return False
    payload = {"items": [row["id"] for row in telling], "since": min(r["queued"] for r in telling)}
    new = NewDelivery(DeliveryKind.DIGEST, route.channel, route.name, payload)
    delivery_id = deliveries.insert_one(db, new, now=now)
    db.conn.executemany(
        "UPDATE digest_items SET delivery_id = ? WHERE id = ?",
        [(delivery_id, row["id"]) for row in telling],
    )
    return True


def _is_worth_telling(db: Db, row: Row) -> bool:
    if not row["standing"]:
        return False
    muted = db.execute(
        "SELECT 1 FROM mutes WHERE development_id = ? AND channel = ?",
        (row["development_id"], row["channel"]),
    ).fetchone()
    if muted is not None:
        return False
    return bool(row["what"]) or row["channel"] not in deliveries.channels_with_alert(
        db, row["development_id"]
    )


def _delete(db: Db, ids: Iterable[int]) -> None:
    db.conn.executemany("DELETE FROM digest_items WHERE id = ?", [(i,) for i in sorted(ids)])


def contents(db: Db, delivery_id: int) -> list[tuple[DigestItem, Development]]:
    """What a digest tells, in the order it came, with the developments as they are now; without
    what was taken back since the digest was made. Of two that were merged meanwhile, one."""
    rows = db.execute(
        "SELECT i.* FROM digest_items i JOIN developments d ON d.id = i.development_id"
        f" WHERE i.delivery_id = ? AND {deliveries.STANDING} ORDER BY i.part DESC, i.id DESC",
        (delivery_id,),
    )
    items = {row["development_id"]: _item(row) for row in rows}
    ids = sorted(items, key=lambda i: items[i].queued)
    return [(items[found.id], found) for found in developments.by_ids(db, ids)]


def _item(row: Row) -> DigestItem:
    return DigestItem(
        development_id=row["development_id"],
        revision=row["revision"],
        why=Held(row["why"]),
        what=row["what"],
        queued=moment(row["queued"]),
        before=next(iter(claims_from(row["before"])), None),
        part=row["part"],
    )


def lay_out(db: Db, delivery_id: int, parts: Sequence[Collection[int]]) -> None:
    """Keep which developments stand in which message of a digest: the main one, then its replies.

    That is decided once, before the first of them is sent: so however often sending begins anew,
    and whatever becomes of the developments meanwhile, none is left out and none is told twice.
    """
    for number, ids in enumerate(parts):
        db.conn.executemany(
            "UPDATE digest_items SET part = ? WHERE delivery_id = ? AND development_id = ?",
            [(number, delivery_id, i) for i in sorted(ids)],
        )
    db.execute(
        "UPDATE deliveries SET payload = json_set(payload, '$.parts', ?) WHERE id = ?",
        (len(parts), delivery_id),
    )


def mark_sent(db: Db, delivery_id: int, message: Message, revision: int, *, now: datetime) -> None:
    """The platform has it. What of a digest did not fit into its main message follows now, as
    deliveries of their own."""
    row = db.execute(
        "SELECT * FROM deliveries WHERE id = ? AND kind = 'digest' AND state <> 'sent'",
        (delivery_id,),
    ).fetchone()
    deliveries.mark_sent(db, delivery_id, message, revision, now=now)
    main = payload_from(row["payload"]) if row else {}
    for part in range(1, main.get("parts", 1)):
        payload = {"digest": delivery_id, "part": part, "parts": main["parts"]}
        payload |= {"since": main["since"], "until": row["created"]}
        new = NewDelivery(DeliveryKind.DIGEST, row["channel"], row["route"], payload)
        deliveries.insert_one(db, new, now=now)


def hand_over(db: Db, loser: int, winner: int) -> None:
    """After a merge: what was told of the one was told of the other. What is held for a channel
    that knows the other is no news there; of both held, the other stays."""
    db.execute(
        "DELETE FROM digest_items WHERE development_id = ?1 AND delivery_id IS NULL AND channel IN"
        " (SELECT channel FROM digest_items WHERE development_id = ?2 AND delivery_id IS NULL)",
        (loser, winner),
    )
    db.conn.executemany(
        "DELETE FROM digest_items WHERE development_id = ? AND channel = ? AND what = ''"
        " AND delivery_id IS NULL",
        [
            (loser, channel)
            for channel in channels(db, winner) | deliveries.channels_with_alert(db, winner)
        ],
    )
    db.execute(
        "UPDATE digest_items SET development_id = ? WHERE development_id = ?", (winner, loser)
    )


def prune(db: Db, before: datetime) -> None:
    """Forget what has waited since then for a route that never came back, or withdrawn."""
    db.execute(
        "DELETE FROM digest_items AS i WHERE delivery_id IS NULL AND due < ?"
        f" AND (NOT {_OF_A_ROUTE} OR EXISTS (SELECT 1 FROM developments d"
        f" WHERE d.id = i.development_id AND NOT {_TELLABLE}))",
        (stamp(before),),
    )
