"""Answers to commands: records -> card for people, and plain data for `--json`. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.alert_card import (
    actors,
    actors_line,
    alert_card,
    claim_line,
    headline,
    ladder,
    moment,
    source_lines,
)
from bot.cards import Block, Button, Card, Divider, Fields, Line, Quote, Span, Table, Text, Tone
from bot.feed_health import health
from bot.json_data import article_data, development_data, feed_data, ledger_data, route_data
from bot.words import Words, words
from classifiers.actors import display, flag
from classifiers.assessment import Claim
from feeds.discover import FoundFeed
from storage.records import (
    Development,
    Found,
    HeldFeed,
    LedgerEntry,
    Route,
    StoredArticle,
    StoredFeed,
    StoreFigures,
)

_MOST_LEDGER_ROWS = 20
_MOST_EVIDENCE = 8
_HIT = re.compile("[\ue000\ue001]")


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer in both forms."""

    card: Card
    data: Any
    """JSON: what `--json` prints."""
    ok: bool = True
    """False where the question could not be answered: the command line then exits with 1."""


def say_so(text: str, *, detail: str = "", tone: Tone = Tone.PLAIN, data: Any = None) -> Reply:
    """A sentence as an answer."""
    blocks = (Text(((Span(detail),),)),) if detail else ()
    message = {"message": text, **({"detail": detail} if detail else {})}
    return Reply(Card(text, blocks, tone, private=True), message if data is None else data)


def latest(developments: Sequence[Development], *, asked: str) -> Reply:
    """The newest developments, a line or two each."""
    if not developments:
        return say_so(f"Nothing yet {asked}.".replace(" .", "."), data=[])
    lines: list[Line] = []
    for development in developments:
        lines.extend(_development_lines(development))
    return Reply(
        Card(f"Latest developments {asked}".strip(), (Text(tuple(lines)),)),
        [development_data(d) for d in developments],
    )


def search(found: Sequence[Found], query: str) -> Reply:
    """Hits with their snippets."""
    if not found:
        return say_so(f"Nothing found for “{query[:80]}”.", data=[])
    blocks: list[Block] = []
    for hit in found:
        article = hit.article.article
        top: Line = (Span(article.title, link=article.url, bold=True),)
        under: Line = (
            Span(f"{article.source} · ", muted=True),
            moment(article.published or hit.article.first_seen),
            *((Span(" · "), Span(hit.development.short_id, code=True)) if hit.development else ()),
        )
        blocks.append(Text((top, _snippet(hit.snippet), under)))
    data = [
        {
            "article": article_data(hit.article),
            "development": hit.development.short_id if hit.development else None,
            "snippet": _HIT.sub("", hit.snippet),
        }
        for hit in found
    ]
    return Reply(Card(f"{len(found)} found for “{query[:80]}”", tuple(blocks)), data)


def show(development: Development, *, now: datetime) -> Reply:
    """One development in full: the alert, then its sources and history."""
    card = alert_card(development, now=now)
    blocks = [*card.blocks, Divider(), Text(source_lines(development.sources))]
    if len(development.history) > 1:
        blocks.append(Text(tuple((Span(line, muted=True),) for line in development.history)))
    return Reply(
        Card(card.headline, tuple(blocks), card.tone, card.buttons[1:], card.footer),
        development_data(development),
    )


def sources(development: Development) -> Reply:
    """Who reports it."""
    count = development.independent_sources
    title = f"{development.short_id}: {count} independent source{'s' * (count != 1)}"
    card = Card(title, (Text(source_lines(development.sources)),), private=True)
    return Reply(card, development_data(development)["sources"])


def status(
    beneficiary: str,
    entries: Sequence[LedgerEntry],
    recent: Sequence[Development],
    *,
    now: datetime,
) -> Reply:
    """Who is committed to a beneficiary, to what, how bindingly, and what changed in 30 days."""
    say = words()
    name = f"{flag(beneficiary)} {display(beneficiary)}".strip()
    groups = _alike(entries)
    rows = tuple(_commitment_row(group, say) for group in groups[:_MOST_LEDGER_ROWS])
    blocks: list[Block] = []
    if rows:
        blocks.append(Table(("Who", "What", "How bindingly", "Since"), rows))
    else:
        blocks.append(
            Text(((Span(f"The ledger holds no commitment to {display(beneficiary)}."),),))
        )
    if len(groups) > len(rows):
        more = f"and {len(groups) - len(rows)} more; narrow it: /pledges search to:{beneficiary}"
        blocks.append(Text(((Span(more, muted=True),),)))
    blocks += [Divider(), Text(((Span("Changed in 30 days", bold=True),), *_recent_lines(recent)))]
    data = {
        "beneficiary": beneficiary,
        "as_of": now.isoformat(),
        "commitments": [ledger_data(e) for e in entries],
        "recent": [development_data(d) for d in recent],
    }
    return Reply(Card(f"Commitments to {name}", tuple(blocks)), data)


def _alike(entries: Iterable[LedgerEntry]) -> list[list[LedgerEntry]]:
    """Entries gathered: all obligations of one instrument, then all committers who owe the same in
    the same way (twenty bilateral agreements of one pattern are one row)."""
    instruments: dict[tuple[str, str, int, str], list[LedgerEntry]] = {}
    for entry in entries:
        key = (entry.committer, entry.title, int(entry.stage), entry.status)
        instruments.setdefault(key, []).append(entry)
    groups: dict[tuple[int, str, frozenset[str]], list[LedgerEntry]] = {}
    for (_, _, stage, state), rows in instruments.items():
        owed = frozenset(str(entry.obligation) for entry in rows)
        groups.setdefault((stage, state, owed), []).extend(rows)
    return list(groups.values())


def _commitment_row(group: Sequence[LedgerEntry], say: Words) -> tuple[Line, ...]:
    first = group[0]
    committers = tuple(dict.fromkeys(entry.committer for entry in group))
    owed = dict.fromkeys(say("obligation", entry.obligation) for entry in group)
    titles = tuple(dict.fromkeys(entry.title for entry in group))
    oldest, newest = min(e.since for e in group), max(e.since for e in group)
    when = f"{oldest:%d %b %Y}"
    if newest != oldest:
        when = f"{when} to {newest:%d %b %Y}"
    title = titles[0] if len(titles) == 1 else f"{titles[0]} and {len(titles) - 1} more"
    return (
        (Span(actors(committers, say, most=len(committers)), bold=True),),
        (Span(", ".join(owed)),),
        (Span(f"{ladder(first.stage)} {say('stage', int(first.stage))}"),),
        (Span(f"{title} ({when}, {say('status', first.status)})"),),
    )


def _recent_lines(recent: Sequence[Development]) -> tuple[Line, ...]:
    lines = [line for d in recent for line in _development_lines(d)]
    return tuple(lines) or ((Span("nothing", muted=True),),)


def _development_lines(development: Development) -> tuple[Line, Line]:
    count = development.independent_sources
    return (
        (Span(development.short_id, code=True), Span(" "), Span(headline(development), bold=True)),
        (
            Span(f"{ladder(development.claims[0].stage)} · ", muted=True),
            moment(development.created),
            Span(f" · {count} source{'s' * (count != 1)} · "),
            Span(development.lead.title, link=development.lead.url),
        ),
    )


def why(article: StoredArticle, development: Development | None) -> Reply:
    """How an article came to its assessment: evidence, steps, score."""
    assessment = article.assessment
    verdict = "reports a development" if assessment.relevant else "reports no development"
    blocks: list[Block] = [
        Text(
            (
                (Span(article.article.title, link=article.article.url, bold=True),),
                (
                    Span(
                        f"{article.article.source} · {verdict} · score {assessment.score:.2f} · "
                        f"{article.outcome or 'no alert'}"
                    ),
                ),
            )
        )
    ]
    for claim in assessment.claims:
        blocks.append(Divider())
        blocks += _claim_blocks(claim)
    if assessment.trail:
        blocks.append(Divider())
        blocks.append(Fields(tuple((s.stage, (Span(s.text),)) for s in assessment.trail)))
    title = f"Why {development.short_id}" if development else "Why"
    return Reply(
        Card(
            title,
            tuple(blocks),
            footer=(Span(f"model {assessment.model}", muted=True),),
            private=True,
        ),
        article_data(article),
    )


def _claim_blocks(claim: Claim) -> list[Block]:
    say = words()
    seen: dict[str, list[str]] = {}
    for evidence in claim.evidence:
        seen.setdefault(evidence.quote, []).append(evidence.field)
    blocks: list[Block] = [Text(((Span(claim_line(claim, say), bold=True),),))]
    blocks += [
        Quote(quote, ", ".join(dict.fromkeys(fields)))
        for quote, fields in list(seen.items())[:_MOST_EVIDENCE]
    ]
    return blocks


def feeds(stored: Sequence[StoredFeed], now: datetime) -> Reply:
    """The subscriptions, the ones in trouble first."""
    if not stored:
        return say_so("No feeds yet.", detail="Add one: /pledgewatch feeds add URL", data=[])
    ordered = sorted(stored, key=lambda f: (not health(f, now).trouble, f.feed.name or f.feed.url))
    rows = tuple(
        (
            (Span(f.feed.name or f.feed.url, link=f.feed.url),),
            (Span(health(f, now).text),),
            (moment(f.state.next_check),) if f.state.next_check else (Span("now"),),
            (Span(str(f.origin)),),
        )
        for f in ordered
    )
    card = Card(
        f"{len(stored)} feeds",
        (Table(("Feed", "State", "Next look", "Set in"), rows),),
        private=True,
    )
    return Reply(card, [feed_data(f) for f in stored])


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
    rows = tuple((f.feed.name or f.feed.url, (Span(s.text),)) for f, s in ailing)
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


def routes(stored: Sequence[Route]) -> Reply:
    """The routes; the disabled ones say why."""
    if not stored:
        return say_so(
            "No routes: nothing is sent anywhere.",
            detail="Add one: pledgewatch routes add NAME CHANNEL",
            data=[],
        )
    rows = tuple(
        (
            (Span(r.name, bold=True),),
            (Span(r.channel, code=True),),
            (Span(_route_filter(r)),),
            (Span(f"off: {r.disabled}" if r.disabled else str(r.mode)),),
        )
        for r in stored
    )
    card = Card(f"{len(stored)} routes", (Table(("Route", "Channel", "Lets pass", "Mode"), rows),))
    return Reply(card, [route_data(r) for r in stored])


def _route_filter(route: Route) -> str:
    parts = [
        f"to {', '.join(route.beneficiaries)}" if route.beneficiaries else "",
        f"by {', '.join(route.committers)}" if route.committers else "",
        ", ".join(route.directions),
        f"stage {int(route.min_stage)} and up" if route.min_stage else "",
        f"confidence {route.min_confidence:.2f} and up" if route.min_confidence else "",
    ]
    return " · ".join(part for part in parts if part) or "everything"


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


def _snippet(text: str) -> Line:
    """A snippet with its hits in bold."""
    parts = re.split("(\ue000[^\ue001]*\ue001)", text)
    return tuple(Span(_HIT.sub("", p), bold=p.startswith("\ue000")) for p in parts if p)


def details(development: Development, article: StoredArticle | None, *, now: datetime) -> Reply:
    """What the Details button answers, to the presser alone."""
    reply = why(article, development) if article else show(development, now=now)
    line: Line = (Span(actors_line(development.claims[0], words())),)
    card = Card(
        f"{development.short_id}: details",
        (Text((line,)), *reply.card.blocks),
        footer=reply.card.footer,
        buttons=(Button("sources", development.short_id, words().label("sources_button")),),
        private=True,
    )
    return Reply(card, reply.data)
