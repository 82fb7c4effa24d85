"""Answers to admins: records -> card for people, and plain data for `--json`. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.cards import Card, Fields, Line, Span, Table, Tone
from bot.claim_words import moment
from bot.corrections import difference
from bot.feed_health import health
from bot.json_data import feed_data, record_data
from bot.reply import Reply, ask_again, say_so
from bot.words import words
from feeds.discover import FoundFeed
from storage.records import (
    HeldFeed,
    LedgerRecord,
    Precision,
    StoredFeed,
    StoredFeedback,
    StoreFigures,
)
from storage.replay import Replayed

_MOST_DECIDED = 5
"""Of the feedback that waits, how many have buttons."""


def counted(count: int, noun: str) -> str:
    """ "1 feed", "2 feeds"."""
    return f"{count} {noun}{'s' * (count != 1)}"


def feeds(stored: Sequence[StoredFeed], now: datetime) -> Reply:
    """The subscriptions, the ones in trouble first."""
    if not stored:
        return say_so("No feeds yet.", detail="Add one: /pledgewatch feeds add URL", data=[])
    seen = [(f, health(f, now)) for f in stored]
    seen.sort(key=lambda one: (not one[1].trouble, one[0].feed.title))
    rows = tuple(
        (
            (Span(f.feed.title, link=f.feed.url),),
            (Span(state.text),),
            (moment(f.state.next_check),) if f.state.next_check else (Span("now"),),
            (Span(str(f.origin)),),
        )
        for f, state in seen
    )
    card = Card(
        counted(len(stored), "feed"),
        (Table(("Feed", "State", "Next look", "Set in"), rows),),
        private=True,
    )
    return Reply(card, lambda: [feed_data(f) for f in stored])


def feeds_health(stored: Sequence[StoredFeed], now: datetime) -> Reply:
    """What is late, failing, silent or moved, with the reason in words."""
    found = [(feed, health(feed, now)) for feed in stored]
    ailing = [(feed, state) for feed, state in found if state.trouble not in {"", "new"}]
    data = [
        {"url": f.feed.url, "name": f.feed.name, "trouble": s.trouble, "text": s.text}
        for f, s in found
    ]
    if not ailing:
        return say_so(f"All {len(stored)} feeds are well.", tone=Tone.BINDING, data=data)
    rows = tuple((f.feed.title, (Span(s.text),)) for f, s in ailing)
    headline = f"{len(ailing)} of {len(stored)} feeds need a look"
    return Reply(Card(headline, (Fields(rows),), Tone.OPEN, private=True), data)


def held(feeds_held: Sequence[HeldFeed]) -> Reply:
    """The bursts that wait for an admin."""
    data = [
        {
            "url": f.url,
            "name": f.name,
            "articles": f.articles,
            "developments": f.developments,
            "since": f.since.isoformat(),
        }
        for f in feeds_held
    ]
    if not feeds_held:
        return say_so("Nothing is held.", data=data)
    rows = tuple(
        (
            f.name or f.url,
            (
                Span(f"{f.articles} articles, {f.developments} developments, since "),
                moment(f.since),
            ),
        )
        for f in feeds_held
    )
    return Reply(
        Card("Held until an admin decides", (Fields(rows),), Tone.OPEN, private=True), data
    )


def found_feeds(found: Sequence[FoundFeed]) -> Reply:
    """The feeds of a site."""
    rows = tuple(
        (feed.parsed.title or feed.url, (Span(f"{feed.url} ({len(feed.parsed.entries)} items)"),))
        for feed in found
    )
    data = [
        {
            "url": f.url,
            "title": f.parsed.title,
            "format": f.parsed.format,
            "items": len(f.parsed.entries),
        }
        for f in found
    ]
    return Reply(Card(f"{len(found)} feed{'s' * (len(found) != 1)} found", (Fields(rows),)), data)


def deliveries(rows: Sequence[Mapping[str, object]]) -> Reply:
    """What was sent, what waits, what was given up and why."""
    if not rows:
        return say_so("No deliveries.", data=[])
    columns = ("key", "kind", "channel", "state", "attempts", "reason")
    lines = tuple(tuple((Span(str(row.get(c) or "")),) for c in columns) for row in rows)
    card = Card(
        f"{len(rows)} deliveries, newest first", (Table(tuple(c.title() for c in columns), lines),)
    )
    return Reply(card, [dict(row) for row in rows])


def service_status(
    figures: StoreFigures, chats: dict[str, str], *, version: str, uptime: timedelta | None
) -> Reply:
    """How the service does."""

    def at(moment_or_none: datetime | None) -> Line:
        return (moment(moment_or_none),) if moment_or_none else (Span("never"),)

    rows: list[tuple[str, Line]] = [
        ("Version", (Span(f"{version}, schema {figures.schema}"),)),
        ("Feeds", (Span(f"{figures.feeds}, {figures.feeds_failing} failing"),)),
        ("Articles", (Span(f"{figures.articles:,}"),)),
        ("Developments", (Span(f"{figures.developments:,}"),)),
        ("Last poll", at(figures.last_poll)),
        ("Last alert", at(figures.last_alert)),
        ("Waiting", (Span(f"{figures.waiting} deliveries, {figures.dead} given up"),)),
    ]
    if uptime is not None:
        rows.insert(1, ("Up", (Span(_span(uptime)),)))
    rows += [(name, (Span(trouble or "connected"),)) for name, trouble in chats.items()]
    bad = figures.feeds_failing or figures.dead or any(chats.values())
    data = {
        "version": version,
        "schema": figures.schema,
        "uptime_seconds": uptime.total_seconds() if uptime is not None else None,
        "feeds": figures.feeds,
        "feeds_failing": figures.feeds_failing,
        "articles": figures.articles,
        "developments": figures.developments,
        "waiting": figures.waiting,
        "dead": figures.dead,
        "last_poll": figures.last_poll.isoformat() if figures.last_poll else None,
        "last_alert": figures.last_alert.isoformat() if figures.last_alert else None,
        "chats": chats,
    }
    tone = Tone.OPEN if bad else Tone.BINDING
    return Reply(Card("Pledgewatch", (Fields(tuple(rows)),), tone, private=True), data)


def _span(length: timedelta) -> str:
    hours, rest = divmod(int(length.total_seconds()), 3600)
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if days else f"{hours} h {rest // 60} min"


def pending(records: Sequence[LedgerRecord]) -> Reply:
    """What waits for a second source or an admin before it moves the ledger."""
    if not records:
        return say_so("Nothing waits: the ledger holds all that was confirmed.", data=[])
    say = words()
    rows = tuple(
        (
            (Span(str(r.entry.id), code=True),),
            (Span(f"{r.entry.committer} → {r.entry.beneficiary}"),),
            (Span(f"{say('obligation', r.entry.obligation)}, {say('stage', int(r.entry.stage))}"),),
            (Span(f"{r.short_id} {r.entry.title}"),),
        )
        for r in records
    )
    table = Table(("Entry", "Who", "What", "Reported by"), rows)
    headline = f"{len(records)} entries wait: /pledgewatch ledger confirm or reject NUMBER"
    return Reply(Card(headline, (table,), private=True), [record_data(r) for r in records])


def feedback(given: Sequence[StoredFeedback]) -> Reply:
    """What members said that waits for an admin."""
    data = [
        {
            "id": g.id,
            "development": g.short_id,
            "verdict": g.verdict,
            "platform": g.platform,
            "given": g.given.isoformat(),
            "note": g.note,
            "state": g.state,
            "change": said_of(g),
        }
        for g in given
    ]
    if not given:
        return say_so("No feedback waits for a decision.", data=data)
    rows = tuple(
        (f"{g.id}", (Span(f"{g.short_id}: {said_of(g)} · "), moment(g.given))) for g in given
    )
    buttons = tuple(
        ask_again("pledgewatch", f"feedback {verb} {g.id}", f"{verb.title()} {g.id}")
        for g in given[:_MOST_DECIDED]
        for verb in ("accept", "refuse")
    )
    headline = "Feedback: /pledgewatch feedback accept or refuse NUMBER"
    return Reply(Card(headline, (Fields(rows),), buttons=buttons, private=True), data)


def said_of(given: StoredFeedback) -> str:
    """A verdict in words, with what a correction changes."""
    parts = [given.verdict.replace("_", " ")]
    if given.shown and given.corrected:
        parts.append(difference(given.shown[0], given.corrected[0]))
    if given.note:
        parts.append(f"“{given.note}”")
    return ", ".join(parts)


def stats(group: str, rows: Sequence[Precision], counted: datetime | None = None) -> Reply:
    """How the alerts fared, by week, route or source; `counted` when, where not just now."""
    footer = (Span(f"As of {counted:%H:%M:%S} UTC", muted=True),) if counted else ()
    data = [
        {
            group: r.group,
            "alerts": r.alerts,
            "confirmed": r.confirmed,
            "corrected": r.corrected,
            "rejected": r.rejected,
        }
        for r in rows
    ]
    if not rows:
        return say_so("No alerts yet.", data=data)
    table = Table(
        (group.title(), "Alerts", "Confirmed", "Corrected", "Not relevant"),
        tuple(
            tuple(
                (Span(str(v)),) for v in (r.group, r.alerts, r.confirmed, r.corrected, r.rejected)
            )
            for r in rows
        ),
    )
    return Reply(Card(f"Alerts by {group}", (table,), footer=footer, private=True), data)


def replayed(threshold: float, found: Sequence[Replayed]) -> Reply:
    """What another threshold would have added and lost."""
    data = {
        "threshold": threshold,
        "added": [_replayed_data(r) for r in found if r.gained],
        "lost": [_replayed_data(r) for r in found if not r.gained],
    }
    if not found:
        return say_so(f"A threshold of {threshold:g} would have changed nothing.", data=data)
    rows = tuple(
        (
            "added" if r.gained else "lost",
            (
                Span(f"{r.score:.2f} "),
                Span(r.title, link=r.url),
                Span(f" · {r.source}", muted=True),
            ),
        )
        for r in found
    )
    gained = sum(r.gained for r in found)
    headline = f"At {threshold:g}: {gained} articles added, {len(found) - gained} lost"
    return Reply(Card(headline, (Fields(rows),)), data)


def _replayed_data(found: Replayed) -> dict[str, object]:
    return {
        "article": found.article_id,
        "title": found.title,
        "source": found.source,
        "url": found.url,
        "score": found.score,
    }
