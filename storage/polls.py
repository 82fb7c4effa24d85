"""What one poll brings, recorded: article, story, ledger and deliveries belong together.

`record` runs within one immediate transaction. Nothing of it is seen before all of it is kept, and
what is kept is recognised by its keys, so that a poll repeated after a crash repeats nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from classifiers.assessment import Assessment, Claim, head_word
from classifiers.same_story import Decision, Role, decide
from classifiers.story_report import Report, report_of
from feeds.article import Article
from feeds.schedule import FeedState
from storage import articles, developments, held, ledger, stories
from storage.feeds import save_feed_state
from storage.ledger_changes import changes_of
from storage.planning import plan_deliveries
from storage.records import (
    Assessed,
    ChangeKind,
    Decided,
    Development,
    DevelopmentChange,
    Recorded,
    RoutePlan,
)
from storage.rows import Db
from storage.wording import difference, dropped_line, history_line, outcome, source_line

CHUNK = 40
"""Articles in one transaction: few enough that a reader waits for tens of milliseconds at most."""


@dataclass(slots=True)
class _Tally:
    new: int = 0
    edited: int = 0
    deliveries: int = 0
    decisions: list[Decided] = field(default_factory=list)


def record(
    db: Db,
    feed_id: int,
    batch: Sequence[Assessed],
    state: FeedState | None,
    plan: RoutePlan,
    now: datetime,
) -> Recorded:
    """Keep a batch; the feed's state last, with the batch that completes the poll."""
    tally = _Tally()
    relevant: list[int] = []
    changes: list[DevelopmentChange] = []
    for assessed in batch:
        article_id = _keep(db, feed_id, assessed, now, tally)
        if article_id is None:
            continue
        if assessed.assessment.relevant:
            relevant.append(article_id)
        change = _follow(db, article_id, assessed, plan, now, tally)
        if change is not None:
            changes.append(change)
    if state is not None:
        save_feed_state(db, feed_id, state)
    kept = articles.by_ids(db, relevant)
    return Recorded(
        new=tally.new,
        edited=tally.edited,
        relevant=tuple(kept[i] for i in relevant),
        changes=tuple(changes),
        deliveries=tally.deliveries,
        decisions=tuple(tally.decisions),
    )


def together(parts: Sequence[Recorded]) -> Recorded:
    """What the batches of one poll changed, as one."""
    return Recorded(
        new=sum(p.new for p in parts),
        edited=sum(p.edited for p in parts),
        relevant=tuple(a for p in parts for a in p.relevant),
        changes=tuple(c for p in parts for c in p.changes),
        deliveries=sum(p.deliveries for p in parts),
        decisions=tuple(d for p in parts for d in p.decisions),
    )


def _keep(db: Db, feed_id: int, assessed: Assessed, now: datetime, tally: _Tally) -> int | None:
    """The number of an article that is new or was edited; None for one that is known as it is."""
    article = assessed.article
    known = articles.find_known(db, feed_id, article)
    if known is None:
        tally.new += 1
        return articles.insert(db, feed_id, article, assessed.assessment, now)
    articles.add_keys(db, feed_id, known["id"], article.keys)
    # Another feed's version of the same page is no edit: outlets cut titles differently.
    if (
        known["content_digest"] == article.content_digest
        or known["feed_id"] != feed_id
        or known["pruned"]
    ):
        return None
    tally.edited += 1
    articles.revise(db, known["id"], article, assessed.assessment, now)
    return int(known["id"])


def _follow(
    db: Db, article_id: int, assessed: Assessed, plan: RoutePlan, now: datetime, tally: _Tally
) -> DevelopmentChange | None:
    """Development, ledger and deliveries of a kept article; None where it moves none."""
    row = db.execute("SELECT development_id FROM articles WHERE id = ?", (article_id,)).fetchone()
    change = _change(db, article_id, row["development_id"], assessed, now)
    if change is None:
        known = _known(db, row["development_id"])
        name = known.short_id if known else ""
        _settle(db, article_id, assessed, name, _silent(assessed, known), tally)
        return None
    if assessed.held:
        held.hold(db, article_id, change, now)
    planned = plan_deliveries(db, article_id, change, plan, now)
    tally.deliveries += planned.sent
    told = outcome(change, assessed.reason, planned)
    _settle(db, article_id, assessed, change.development.short_id, told, tally)
    return change


def _settle(
    db: Db, article_id: int, assessed: Assessed, development: str, told: str, tally: _Tally
) -> None:
    articles.settle_outcome(db, article_id, told)
    assessment = assessed.assessment
    tally.decisions.append(
        Decided(
            article_id,
            assessed.article.url,
            assessment.relevant,
            assessment.score,
            development,
            told,
        )
    )


def _known(db: Db, development_id: int | None) -> Development | None:
    return None if development_id is None else developments.by_id(db, development_id)


def _silent(assessed: Assessed, known: Development | None) -> str:
    if known is not None and known.status == "withdrawn":
        return f"edited; {known.short_id} is withdrawn, so nothing is told"
    if not assessed.assessment.relevant:
        return "not relevant"
    if not assessed.assessment.claims:
        return "no claim was found in it"
    return f"edited; another article leads {known.short_id}" if known else ""


def _change(
    db: Db, article_id: int, development_id: int | None, assessed: Assessed, now: datetime
) -> DevelopmentChange | None:
    assessment = assessed.assessment
    tells = assessment.relevant and bool(assessment.claims)
    if development_id is not None:
        return _edited(db, article_id, development_id, assessed, now)
    if not tells:
        return None
    report = report_of(assessed.article, assessment, now)
    report = replace(report, when=stories.report_time(assessed.article.published, now))
    known = stories.candidates(db, report)
    decision = decide(report, known)
    if decision.story is None:
        return _begin(db, article_id, assessed, report, now)
    return _extend(db, article_id, decision, assessed, report, now)


def _begin(
    db: Db, article_id: int, assessed: Assessed, report: Report, now: datetime
) -> DevelopmentChange:
    claims = assessed.assessment.claims
    development_id = developments.insert(
        db,
        claims,
        lead=article_id,
        confidence=confidence(assessed.assessment),
        happened=report.when,
        line=history_line(now, f"first reported by {assessed.article.source}"),
        now=now,
    )
    articles.settle_outcome(db, article_id, "", development_id=development_id, role="first")
    stories.keep(db, article_id, development_id, report)
    development = with_ledger(db, developments.by_id(db, development_id), now)
    return DevelopmentChange(
        ChangeKind.NEW, development, None, "", assessed.article, assessed.alert
    )


def _extend(
    db: Db,
    article_id: int,
    decision: Decision,
    assessed: Assessed,
    report: Report,
    now: datetime,
) -> DevelopmentChange:
    development_id = decision.story
    assert development_id is not None  # noqa: S101 - the caller has asked
    previous = developments.by_id(db, development_id)
    articles.settle_outcome(
        db, article_id, "", development_id=development_id, role=decision.role.value
    )
    stories.keep(db, article_id, development_id, report)
    kind = _KINDS[decision.role]
    joined = developments.by_id(db, development_id)
    earlier = report.when < developments.happened_at(db, development_id)
    late = earlier and not _is_newest(assessed.article, previous)
    if late and kind is ChangeKind.UPDATE:
        kind = ChangeKind.SOURCE  # what came before changes nothing of what is known
    changed = _changed(joined, kind, article_id, assessed.assessment, late=late)
    what = "" if kind is ChangeKind.SOURCE else difference(previous, changed, kind)
    line = what or source_line(decision.role, assessed.article)
    changed = developments.revised(changed, history_line(now, line), now)
    developments.save(db, changed, happened=report.when if late else None)
    changed = with_ledger(db, changed, now, corrected=kind is ChangeKind.CORRECTION)
    return DevelopmentChange(kind, changed, previous, what, assessed.article, assessed.alert)


def _is_newest(article: Article, development: Development) -> bool:
    """By what the outlets themselves say: our own clock may have been put back since."""
    if article.published is None:
        return True
    told = (source.published or source.first_seen for source in development.sources)
    return all(article.published >= when for when in told)


_KINDS = {
    Role.FURTHER: ChangeKind.SOURCE,
    Role.SYNDICATED: ChangeKind.SOURCE,
    Role.UPDATE: ChangeKind.UPDATE,
    Role.DENIAL: ChangeKind.DENIAL,
    Role.CORRECTION: ChangeKind.CORRECTION,
}


def _changed(
    development: Development,
    kind: ChangeKind,
    article_id: int,
    assessment: Assessment,
    *,
    late: bool,
) -> Development:
    """A development with what an article adds to it, before its revision is counted."""
    if kind is ChangeKind.DENIAL:
        return replace(development, status="denied")
    if development.status == "retracted":
        development = replace(development, status="active")
    if kind is ChangeKind.SOURCE or late:
        best = max(development.confidence, confidence(assessment))
        return replace(development, confidence=best)
    claims = updated_claims(development.claims, assessment.claims)
    lead = next(s for s in development.sources if s.article_id == article_id)
    if kind is ChangeKind.CORRECTION:
        marked = developments.corrected(development)
        development = replace(marked, status=_status(development, marked.status))
    return replace(
        development,
        claims=claims,
        head=head_word(claims[0]),
        lead=lead,
        confidence=confidence(assessment),
    )


def updated_claims(old: tuple[Claim, ...], new: tuple[Claim, ...]) -> tuple[Claim, ...]:
    """The newer article's claims; of the older ones, those that it does not speak of. What the
    newer first claim leaves empty stays as it was known."""
    first = new[0]
    carried = {
        name: getattr(old[0], name)
        for name in ("committers", "beneficiaries", "obligations", "conditions")
        if not getattr(first, name)
    }
    spoken = {(c.committers, c.beneficiaries) for c in new}
    rest = [c for c in old[1:] if (c.committers, c.beneficiaries) not in spoken]
    return (replace(first, **carried), *new[1:], *rest)


def _edited(
    db: Db, article_id: int, development_id: int, assessed: Assessed, now: datetime
) -> DevelopmentChange | None:
    """An edited article of a known development: a correction where it led it, else nothing new. Of
    a development that an admin withdrew nothing is told."""
    development = developments.by_id(db, development_id)
    tells = assessed.assessment.relevant and bool(assessed.assessment.claims)
    if development.lead.article_id != article_id or not (tells or len(development.sources) == 1):
        return None
    changed, what, line = (_reworded if tells else _dropped)(development, assessed)
    changed = replace(changed, status=_status(development, changed.status))
    changed = developments.revised(changed, history_line(now, line), now)
    developments.save(db, changed)
    changed = with_ledger(db, changed, now, corrected=bool(what), void=not tells)
    if changed.status == "withdrawn":
        return None
    kind = ChangeKind.CORRECTION if what else ChangeKind.SOURCE
    return DevelopmentChange(kind, changed, development, what, assessed.article, assessed.alert)


def _reworded(development: Development, assessed: Assessed) -> tuple[Development, str, str]:
    """With what the edited lead says now, the difference in words, and the line of history."""
    lead, assessment = development.lead.article_id, assessed.assessment
    changed = _changed(development, ChangeKind.UPDATE, lead, assessment, late=False)
    what = difference(development, changed, ChangeKind.UPDATE)
    if not what:
        return changed, "", f"{assessed.article.source} edited its article"
    told = developments.corrected(development)
    return replace(changed, status=told.status, corrected_from=told.corrected_from), what, what


def _dropped(development: Development, assessed: Assessed) -> tuple[Development, str, str]:
    """Without a source that reports it, and the same two: nothing new where it did not stand."""
    line = dropped_line(assessed.article)
    what = "" if development.status in ("denied", "retracted") else line
    return replace(development, status="retracted"), what, line


def _status(before: Development, after: str) -> str:
    """A correction overrules neither a denial nor an admin; only an admin takes those back."""
    return before.status if before.status in ("denied", "withdrawn") else after


def with_ledger(
    db: Db,
    development: Development,
    now: datetime,
    *,
    corrected: bool = False,
    void: bool = False,
) -> Development:
    """Compare with the ledger as it stood before, then write to it."""
    happened = developments.happened_at(db, development.id)
    changes = changes_of(db, development.id, development.claims, happened)
    development = replace(development, changes=changes)
    developments.save(db, development)
    if void or development.status == "withdrawn":
        ledger.reject(db, development.id)
        return development
    ledger.record(
        db,
        development.id,
        development.claims,
        confirmed=development.confirmed,
        happened=happened,
        title=development.lead.title,
        source=development.lead.url,
        now=now,
        corrected=corrected,
    )
    ledger.dispute(db, development.id, denied=development.status == "denied")
    return development


def confidence(assessment: Assessment) -> float:
    """That of the first claim, or the article's where the claim bears none."""
    return assessment.claims[0].confidence or assessment.score
