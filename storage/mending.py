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
    handover,
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


def merge(db: Db, wrong: str, into: str, plan: RoutePlan, *, by: str, now: datetime) -> Development:
    """Make two developments one. The name of the first leads to the second from then on.

    Where a channel has both messages, the first is drawn anew as the second, now and whenever that
    changes; where it has only the first, that message becomes the second's; where both still wait,
    one is sent. Who knows the first is told. Raises NotFound, Conflict.
    """
    loser, winner = developments.known(db, wrong), developments.known(db, into)
    if loser.id == winner.id:
        raise Conflict(f"{loser.short_id} is {winner.short_id} already.")
    what = f"a part of {winner.short_id}"
    _tell(db, ChangeKind.MERGED, loser, loser, what, plan, now)
    ledger.reject(db, loser.id)
    ledger.hand_over(db, loser.id, winner.id)
    _move_articles(db, [s.article_id for s in loser.sources], winner.id)
    db.execute(
        "UPDATE developments SET merged_into = ?, revision = revision + 1, updated = ?"
        " WHERE id = ?",
        (winner.id, stamp(now), loser.id),
    )
    db.execute("DELETE FROM development_actors WHERE development_id = ?", (loser.id,))
    # Its next revision is newer than whatever a message of either shows.
    db.execute(
        "UPDATE developments SET revision = max(revision, ?) WHERE id = ?",
        (loser.revision, winner.id),
    )
    handover.hand_over(db, loser.id, winner.id)
    digests.hand_over(db, loser.id, winner.id)
    follows.hand_over(db, loser.id, winner.id)
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


def _request_edits(db: Db, development_id: int, now: datetime) -> int:
    channels = sorted(deliveries.channels_with_alert(db, development_id))
    wanted = [NewDelivery(DeliveryKind.EDIT, channel, "") for channel in channels]
    return deliveries.insert(db, wanted, now=now, development_id=development_id)


def split(
    db: Db, reference: str, article_ids: Sequence[int], plan: RoutePlan, *, by: str, now: datetime
) -> DevelopmentChange:
    """Make some of a development's articles a development of their own, which is alerted like any
    new one. Who knows the old one is told. Raises NotFound; Conflict where nothing or everything
    would be left."""
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
    rest = _after_leaving(db, old, set(moving), by, now)
    development = _rewritten(db, new_id, "", now)
    what = difference(old, rest, ChangeKind.CORRECTION)
    kind = ChangeKind.CORRECTION if what else ChangeKind.SPLIT
    what = what or f"{development.short_id} is a development of its own"
    _tell(db, kind, rest, old, what, plan, now)
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


def _after_leaving(db: Db, old: Development, gone: set[int], by: str, now: datetime) -> Development:
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
    line = f"{by} split {len(gone)} articles from it"
    return _rewritten(db, old.id, line, now, corrected=True)


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


def withdraw(
    db: Db, reference: str, plan: RoutePlan, *, by: str, note: str, now: datetime
) -> Development:
    """Take a development back: it is none. Its messages say so, its ledger entries are rejected,
    who knows it is told."""
    line = f"{by} found it not relevant"
    return _set_status(db, developments.known(db, reference), "withdrawn", line, note, plan, now)


def reinstate(
    db: Db, reference: str, plan: RoutePlan, *, by: str, note: str, now: datetime
) -> Development:
    """Undo `withdraw`, or a denial that was none. Who knows it is told."""
    line = f"{by} confirmed it"
    return _set_status(db, developments.known(db, reference), "active", line, note, plan, now)


def _set_status(
    db: Db,
    development: Development,
    status: str,
    line: str,
    note: str,
    plan: RoutePlan,
    now: datetime,
) -> Development:
    changed = replace(development, status=status)
    line = f"{line} ({note})" if note else line
    changed = developments.revised(changed, history_line(now, line), now)
    developments.save(db, changed)
    changed = polls.with_ledger(db, changed, now)
    _tell_of_change(db, changed, development, plan, now)
    return changed


def put_back(db: Db, development: Development, plan: RoutePlan, *, now: datetime) -> None:
    """Let a development be as it is given, as an admin's change is undone. Who knows it is told."""
    before = developments.by_id(db, development.id)
    line = history_line(now, "an admin undid the last change")
    restored = developments.revised(development, line, now)
    developments.save(db, restored, happened=developments.happened_at(db, development.id))
    restored = polls.with_ledger(db, restored, now, corrected=True)
    _tell_of_change(db, restored, before, plan, now)


def correct(
    db: Db,
    reference: str,
    claims: tuple[Claim, ...],
    plan: RoutePlan,
    *,
    by: str,
    note: str,
    now: datetime,
) -> Development:
    """Replace a development's claims by an admin's. The ledger and the messages follow, who knows
    it is told."""
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
    _tell_of_change(db, changed, old, plan, now)
    return changed


def _tell_of_change(
    db: Db, development: Development, before: Development, plan: RoutePlan, now: datetime
) -> None:
    """Tell of a status or claims that an admin changed; where a reader would see no difference,
    the messages are drawn anew and that is all."""
    kind, what = _difference(before, development)
    if what:
        _tell(db, kind, development, before, what, plan, now)
    else:
        _request_edits(db, development.id, now)


def _difference(before: Development, after: Development) -> tuple[ChangeKind, str]:
    if after.status != before.status:
        if after.status in _VOID:
            return _VOID[after.status], after.status
        if before.status in _VOID:
            return ChangeKind.REINSTATED, "reinstated"
    return ChangeKind.CORRECTION, difference(before, after, ChangeKind.CORRECTION)


_VOID = {
    "withdrawn": ChangeKind.WITHDRAWN,
    "denied": ChangeKind.DENIAL,
    "retracted": ChangeKind.CORRECTION,
}
"""What does not stand, and how that is told."""


def _tell(
    db: Db,
    kind: ChangeKind,
    development: Development,
    before: Development,
    what: str,
    plan: RoutePlan,
    now: datetime,
) -> None:
    """Tell those who know it, in the transaction that changes it."""
    lead = development.lead.article_id
    article = articles.by_ids(db, [lead])[lead].article
    change = DevelopmentChange(kind, development, before, what, article, alert=True, by_admin=True)
    planning.plan_deliveries(db, lead, change, plan, now)
