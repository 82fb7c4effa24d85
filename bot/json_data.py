"""Records as plain data for `--json`. Its keys are contract: add, never rename."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from classifiers.assessment import Assessment
from classifiers.codec import assessment_to_json, claim_to_json
from feeds.article import Article, ParsedFeed
from feeds.text import one_line, plain, teaser_and_text
from storage.records import (
    Development,
    LedgerEntry,
    LedgerRecord,
    Route,
    Source,
    StoredArticle,
    StoredFeed,
)

if TYPE_CHECKING:
    from bot.pipeline import PollReport


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def article_data(stored: StoredArticle) -> dict[str, Any]:
    """An article with its assessment."""
    article = stored.article
    return {
        "id": stored.id,
        "feed": stored.feed_url,
        "source": article.source,
        "title": article.title,
        "summary": article.summary,
        "url": article.url,
        "published": _at(article.published),
        "first_seen": _at(stored.first_seen),
        "revision": stored.revision,
        "outcome": stored.outcome,
        "assessment": assessment_data(stored.assessment),
    }


def assessment_data(assessment: Assessment) -> dict[str, Any]:
    """An assessment, with the head word of the alert that it makes as its type."""
    return {**assessment_to_json(assessment), "type": str(assessment.head)}


def development_data(development: Development) -> dict[str, Any]:
    """A development with its claims, sources and changes."""
    return {
        "id": development.short_id,
        "type": str(development.head),
        "status": development.status,
        "revision": development.revision,
        "confidence": round(development.confidence, 4),
        "confirmed": development.confirmed,
        "created": _at(development.created),
        "updated": _at(development.updated),
        "claims": [claim_to_json(c) for c in development.claims],
        "sources": [source_data(s) for s in development.sources],
        "changes": [
            {
                "committers": list(c.committers),
                "beneficiaries": list(c.beneficiaries),
                "direction": str(c.direction),
                "stage": int(c.stage),
                "before": [ledger_data(e) for e in c.before],
            }
            for c in development.changes
        ],
        "history": list(development.history),
    }


def source_data(source: Source) -> dict[str, Any]:
    """One article that reports a development."""
    return {
        "outlet": source.outlet,
        "title": source.title,
        "url": source.url,
        "published": _at(source.published),
        "first_seen": _at(source.first_seen),
        "role": source.role,
    }


def ledger_data(entry: LedgerEntry) -> dict[str, Any]:
    """One row of the ledger."""
    return {
        "committer": entry.committer,
        "beneficiary": entry.beneficiary,
        "obligation": str(entry.obligation),
        "stage": int(entry.stage),
        "status": entry.status,
        "conditions": [str(c) for c in entry.conditions],
        "legal_form": entry.legal_form,
        "since": _at(entry.since),
        "title": entry.title,
        "source": entry.source,
    }


def record_data(record: LedgerRecord) -> dict[str, Any]:
    """One entry of the ledger's history."""
    return {
        "id": record.entry.id,
        **ledger_data(record.entry),
        "direction": str(record.direction),
        "standing": record.standing,
        "attribution": record.attribution,
        "development": record.short_id or None,
        "instrument": record.instrument or None,
        "decided_by": record.decided_by,
        "note": record.note,
    }


def feed_data(stored: StoredFeed) -> dict[str, Any]:
    """A subscription; its headers are secret and left out."""
    state = stored.state
    return {
        "url": stored.feed.url,
        "name": stored.feed.name,
        "tags": list(stored.feed.tags),
        "origin": str(stored.origin),
        "paused": stored.paused,
        "ended": state.ended,
        "failures": state.failures,
        "failure": state.failure_text,
        "last_good": _at(state.last_good),
        "next_check": _at(state.next_check),
    }


def route_data(route: Route) -> dict[str, Any]:
    """A route with all its settings."""
    return dict(_route.dump_python(route, mode="json"))


_route = TypeAdapter(Route)


def document_data(document: ParsedFeed) -> dict[str, Any]:
    """A parsed feed document."""
    return {
        "title": document.title,
        "format": document.format,
        "language": document.language,
        "link": document.link,
        "warning": document.warning,
        "entries": [
            {
                "id": entry.id,
                "link": entry.link,
                "title": entry.title,
                "summary": entry.summary,
                "published": _at(entry.published),
                "updated": _at(entry.updated),
            }
            for entry in document.entries
        ],
    }


def poll_data(reports: Sequence[PollReport], *, sent: int) -> dict[str, Any]:
    """What one pass over the feeds did."""
    done = [r.recorded for r in reports if r.recorded]
    return {
        "feeds": len(reports),
        "unchanged": sum(r.outcome == "unchanged" for r in reports),
        "failed": [{"url": r.feed.feed.url, "error": str(r.error)} for r in reports if r.error],
        "new": sum(r.new for r in done),
        "edited": sum(r.edited for r in done),
        "relevant": [_relevant(article) for r in done for article in r.relevant],
        "developments": [
            {"id": c.development.short_id, "kind": str(c.kind), "type": str(c.development.head)}
            for r in done
            for c in r.changes
        ],
        "sent": sent,
    }


def _relevant(stored: StoredArticle) -> dict[str, Any]:
    """A relevant article with its claims beside it, as scripts want them."""
    data = article_data(stored)
    assessment = data.pop("assessment")
    return {**data, **{key: assessment[key] for key in _ASSESSED}}


def article_from_line(row: Mapping[str, Any]) -> Article:
    """An article as `classify` takes it: title, summary, text, source, published, language; what
    is written is cleaned as what feeds write is."""
    summary, text = teaser_and_text(
        plain(str(row.get("summary") or "")), plain(str(row.get("text") or ""))
    )
    return Article(
        keys=("text:line",),
        url=str(row.get("url") or ""),
        canonical_url="",
        title=one_line(str(row.get("title") or "")),
        summary=summary,
        text=text,
        source=str(row.get("source") or ""),
        language=str(row.get("language") or ""),
        published=_moment(row.get("published") or row.get("date")),
        updated=None,
        content_digest="",
    )


def _moment(value: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


_ASSESSED = ("relevant", "score", "type", "claims", "summary", "language")


def classified(row: Mapping[str, Any], assessment: Assessment) -> dict[str, Any]:
    """A line of `classify`: the input's id, the assessment, and the input's further keys."""
    data = assessment_data(assessment)
    taken = {"id", "title", "summary", "text", *_ASSESSED}
    return {
        "id": row.get("id"),
        **{key: data[key] for key in _ASSESSED},
        **{key: value for key, value in row.items() if key not in taken},
    }
