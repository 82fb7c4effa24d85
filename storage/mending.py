"""What people mend: a wrong merge or split, a wrong alert or claim. Posted messages follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from classifiers.assessment import Claim, head_word
from storage import (
    articles,
    deliveries,
    developments,
    digests,
    follows,
    ledger,
    planning,
    polls,
    stories,
)
from storage.errors import Conflict
from storage.records import (
    ChangeKind,
    DeliveryKind,
    Development,
    DevelopmentChange,
    NewDelivery,
    RoutePlan,
)
from storage.rows import Db, report_from, stamp
from storage.wording import difference, history_line


def merge(db: Db, wrong: str, into: str, *, by: str, now: datetime) -> Development:
    """Make two developments one. The name of the first leads to the second from then on.

    Where a channel has both messages, the first is drawn anew as the second; where it has only the
    first, that message becomes the second's. Raises NotFound, Conflict.
    """
    loser, winner = developments.known(db, wrong), developments.known(db, into)
    if loser.id == winner.id:
        raise Conflict(f"{loser.short_id} is {winner.short_id} already.")
    ledger.reject(db, loser.id)
    _move_articles(db, [s.article_id for s in loser.sources], winner.id)
    db.execute(
        "UPDATE developments SET merged_into = ?, revision = revision + 1, updated = ?"
        " WHERE id = ?",
        (winner.id, stamp(now), loser.id),
    )
    db.execute("DELETE FROM development_actors WHERE development_id = ?", (loser.id,))
    _hand_over_messages(db, loser.id, winner.id)
    digests.hand_over(db, loser.id, winner.id)
    follows.hand_over(db, loser.id, winner.id)
    _request_edits(db, loser.id, now)
    merged = _rewritten(db, winner.id, f"{by} merged {loser.short_id} into it", now)
    _request_edits(db, winner.id, now)
    return merged


def _move_articles(db: Db, ids: Sequence[int], development_id: int) -> None:
    db.conn.executemany(
        "UPDATE articles SET development_id = ?, role = iif(role = 'first', 'further', role)"
        " WHERE id = ?",
        [(development_id, i) for i in ids],
    )
    db.conn.executemany(
        "UPDATE story_reports SET development_id = ? WHERE article_id = ?",
        [(development_id, i) for i in ids],
    )


def _hand_over_messages(db: Db, loser: int, winner: int) -> None:
    taken = deliveries.channels_with_alert(db, winner)
    for channel in deliveries.channels_with_alert(db, loser) - taken:
        db.execute(
            "UPDATE deliveries SET development_id = ? WHERE development_id = ? AND channel = ?",
            (winner, loser, channel),
        )


def _request_edits(db: Db, development_id: int, now: datetime) -> int:
    rows = db.execute(
        "SELECT channel, max(route) AS route FROM deliveries WHERE development_id = ?"
        " AND kind = 'alert' AND state <> 'dead' GROUP BY channel",
        (development_id,),
    ).fetchall()
    wanted = [NewDelivery(DeliveryKind.EDIT, row["channel"], row["route"]) for row in rows]
    return deliveries.insert(db, wanted, now=now, development_id=development_id)


def split(
    db: Db, reference: str, article_ids: Sequence[int], plan: RoutePlan, *, by: str, now: datetime
) -> DevelopmentChange:
    """Make some of a development's articles a development of their own, which is alerted like any
    new one. Raises NotFound; Conflict where nothing or everything would be left."""
    old = developments.known(db, reference)
    own = {s.article_id for s in old.sources}
    moving = sorted(set(article_ids) & own)
    if not moving or len(moving) == len(own):
        raise Conflict(
            f"Name some, but not all, of the articles of {old.short_id}: "
            + ", ".join(str(i) for i in sorted(own))
        )
    kept = articles.by_ids(db, moving)
    claims = next((kept[i].assessment.claims for i in moving if kept[i].assessment.claims), ())
    if not claims:
        raise Conflict("None of these articles carries a claim to make a development of.")
    new_id = _begin(db, moving, claims, kept[moving[0]].assessment.score, by, old.short_id, now)
    _after_leaving(db, old, set(moving), by, now)
    development = _rewritten(db, new_id, "", now)
    stored = kept[moving[0]]
    change = DevelopmentChange(ChangeKind.NEW, development, None, "", stored.article, alert=True)
    planning.plan_deliveries(db, moving[0], change, plan, now)
    return change


def _begin(
    db: Db,
    moving: Sequence[int],
    claims: tuple[Claim, ...],
    score: float,
    by: str,
    origin: str,
    now: datetime,
) -> int:
    new_id = developments.insert(
        db,
        claims,
        lead=moving[0],
        confidence=claims[0].confidence or score,
        happened=_earliest(db, moving, now),
        line=history_line(now, f"{by} split it from {origin}"),
        now=now,
    )
    _move_articles(db, moving, new_id)
    db.execute("UPDATE articles SET role = 'first' WHERE id = ?", (moving[0],))
    return new_id


def _earliest(db: Db, article_ids: Sequence[int], default: datetime) -> datetime:
    rows = db.execute(
        "SELECT report FROM story_reports WHERE article_id IN (SELECT value FROM json_each(?))",
        (str(list(article_ids)),),
    )
    return min((report_from(row["report"]).when for row in rows), default=default)


def _after_leaving(db: Db, old: Development, gone: set[int], by: str, now: datetime) -> None:
    """The development that lost articles: another lead and its claims where the lead went."""
    rest = [s.article_id for s in old.sources if s.article_id not in gone]
    if old.lead.article_id in gone:
        stored = articles.by_ids(db, rest)
        lead = next((i for i in rest if stored[i].assessment.claims), rest[0])
        claims = stored[lead].assessment.claims or old.claims
        db.execute("UPDATE articles SET role = 'first' WHERE id = ?", (lead,))
        fresh = developments.by_id(db, old.id)
        changed = replace(
            fresh,
            claims=claims,
            head=head_word(claims[0]),
            lead=next(s for s in fresh.sources if s.article_id == lead),
        )
        developments.save(db, changed)
    _rewritten(db, old.id, f"{by} split {len(gone)} articles from it", now, corrected=True)
    _request_edits(db, old.id, now)


def _rewritten(
    db: Db, development_id: int, line: str, now: datetime, *, corrected: bool = False
) -> Development:
    """Story index, dates and ledger of a development whose articles or claims were changed."""
    stories.reindex(db, development_id)
    development = developments.by_id(db, development_id)
    if line:
        development = developments.revised(development, history_line(now, line), now)
    happened = _earliest(
        db,
        [s.article_id for s in development.sources],
        developments.happened_at(db, development_id),
    )
    developments.save(db, development, happened=happened)
    return polls.with_ledger(db, development, now, corrected=corrected)


def withdraw(db: Db, reference: str, *, by: str, note: str, now: datetime) -> Development:
    """Take a development back: it is none. Its messages say so, its ledger entries are rejected."""
    development = developments.known(db, reference)
    return _set_status(db, development, "withdrawn", f"{by} found it not relevant", note, now)


def reinstate(db: Db, reference: str, *, by: str, note: str, now: datetime) -> Development:
    """Undo `withdraw`, or a denial that was none."""
    development = developments.known(db, reference)
    return _set_status(db, development, "active", f"{by} confirmed it", note, now)


def _set_status(
    db: Db, development: Development, status: str, line: str, note: str, now: datetime
) -> Development:
    changed = replace(development, status=status)
    line = f"{line} ({note})" if note else line
    changed = developments.revised(changed, history_line(now, line), now)
    developments.save(db, changed)
    changed = polls.with_ledger(db, changed, now)
    _request_edits(db, development.id, now)
    return changed


def put_back(db: Db, development: Development, *, now: datetime) -> None:
    """Let a development be as it is given, as an admin's change is undone."""
    line = history_line(now, "an admin undid the last change")
    restored = developments.revised(development, line, now)
    developments.save(db, restored, happened=developments.happened_at(db, development.id))
    polls.with_ledger(db, restored, now, corrected=True)
    _request_edits(db, development.id, now)


def correct(
    db: Db, reference: str, claims: tuple[Claim, ...], *, by: str, note: str, now: datetime
) -> Development:
    """Replace a development's claims by an admin's. The ledger and the messages follow."""
    if not claims:
        raise Conflict("A development has at least one claim. Withdraw it instead.")
    old = developments.known(db, reference)
    told = developments.corrected(old)
    changed = replace(told, claims=claims, head=head_word(claims[0]))
    what = difference(old, changed, ChangeKind.CORRECTION) or "its wording"
    line = f"{by} corrected {what}" + (f" ({note})" if note else "")
    changed = developments.revised(changed, history_line(now, line), now)
    developments.save(db, changed, happened=developments.happened_at(db, old.id))
    changed = polls.with_ledger(db, changed, now, corrected=True)
    _request_edits(db, old.id, now)
    return changed
