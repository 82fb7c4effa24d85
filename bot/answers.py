"""Answers to commands: records -> card for people, and plain data for `--json`. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from bot.alert_card import alert_card, headline
from bot.cards import Block, Button, Card, Divider, Fields, Line, Quote, Span, Table, Text
from bot.claim_words import (
    actors,
    claim_line,
    ladder,
    moment,
    named,
    source_lines,
)
from bot.digest import Digest, brief_card
from bot.history import History
from bot.json_data import (
    article_data,
    assessment_data,
    development_data,
    ledger_data,
    record_data,
    source_data,
)
from bot.reply import Reply, ask_again, say_so, with_buttons
from bot.words import Words, words
from classifiers.actors import display
from classifiers.assessment import Assessment, Claim, Stage
from classifiers.second_opinion.verdict import STEP as SECOND_OPINION
from feeds.article import Article
from storage.records import (
    Compared,
    Development,
    Found,
    LedgerEntry,
    LedgerRecord,
    MatrixCell,
    Route,
    StoredArticle,
)

_MOST_EVIDENCE = 8
_MOST_DROPPED = 10
_HIT = re.compile("[\ue000\ue001]")


def latest(developments: Sequence[Development], *, asked: str, more: bool = False) -> Reply:
    """The newest developments, a line or two each; `more`: there are older ones besides."""
    if not developments:
        return say_so(f"Nothing yet {asked}.".replace(" .", "."), data=[])
    blocks: list[Block] = []
    for development in developments:
        blocks += [Divider(), Text(_development_lines(development))]
    if more:
        note = f"The newest {len(developments)}; for older ones name a country, a stage or a time."
        blocks += [Divider(), Text(((Span(note, muted=True),),))]
    return Reply(
        Card(f"Latest developments {asked}".strip(), tuple(blocks[1:])),
        lambda: [development_data(d) for d in developments],
    )


def search(found: Sequence[Found], query: str, *, more: bool = False) -> Reply:
    """Hits with their snippets; `more`: there are others that fit less well."""
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
    count = f"The best {len(found)}" if more else f"{len(found)} found"
    title = f"{count} for “{query[:80]}”"
    return Reply(Card(title, tuple(blocks)), lambda: [_hit_data(hit) for hit in found])


def _hit_data(hit: Found) -> dict[str, Any]:
    return {
        "article": article_data(hit.article),
        "development": hit.development.short_id if hit.development else None,
        "snippet": _HIT.sub("", hit.snippet),
    }


def show(development: Development, *, now: datetime) -> Reply:
    """One development in full: the alert, then its sources and history."""
    card = alert_card(development, now=now)
    blocks = [*card.blocks, Divider(), Text(source_lines(development.sources))]
    if len(development.history) > 1:
        blocks.append(Text(tuple((Span(line, muted=True),) for line in development.history)))
    return Reply(
        replace(card, blocks=tuple(blocks), buttons=card.buttons[1:]),
        partial(development_data, development),
    )


def sources(development: Development) -> Reply:
    """Who reports it."""
    count = development.independent_sources
    title = f"{development.short_id}: {count} independent source{'s' * (count != 1)}"
    card = Card(title, (Text(source_lines(development.sources)),), private=True)
    return Reply(card, lambda: [source_data(s) for s in development.sources])


def status(
    beneficiary: str,
    entries: Sequence[LedgerEntry],
    recent: Sequence[Development],
    *,
    now: datetime,
    committer: str = "",
) -> Reply:
    """Who is committed to a beneficiary, to what, how bindingly, and what changed in 30 days; with
    a committer, what of it is this one's."""
    say = words()
    name, by = named(beneficiary), f" of {named(committer)}" * bool(committer)
    groups = _alike(entries)
    rows = tuple(_commitment_row(group, say) for group in groups)
    blocks: list[Block] = []
    if rows:
        blocks.append(Table(("Who", "What", "How bindingly", "Since"), rows))
    else:
        of = f" of {display(committer)}" * bool(committer)
        nothing = f"The ledger holds no commitment{of} to {display(beneficiary)}."
        blocks.append(Text(((Span(nothing),),)))
    blocks += [Divider(), Text(((Span("Changed in 30 days", bold=True),), *_recent_lines(recent)))]

    def data() -> dict[str, Any]:
        return {
            "beneficiary": beneficiary,
            "as_of": now.isoformat(),
            "commitments": [ledger_data(e) for e in entries],
            "recent": [development_data(d) for d in recent],
            **({"committer": committer} if committer else {}),
        }

    if not committer:
        return Reply(Card(f"Commitments to {name}", tuple(blocks)), data)
    other = f"status from {beneficiary} to {committer}"
    label = f"{display(beneficiary)} → {display(committer)}"
    card = Card(f"Commitments{by} to {name}", tuple(blocks))
    reply = Reply(card, data)
    return with_buttons(reply, (ask_again("pledges", other, label),))


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
    when = say.date(oldest)
    if newest != oldest:
        when = f"{when} to {say.date(newest)}"
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
        partial(article_data, article),
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


def _snippet(text: str) -> Line:
    """A snippet with its hits in bold."""
    parts = re.split("(\ue000[^\ue001]*\ue001)", text)
    return tuple(Span(_HIT.sub("", p), bold=p.startswith("\ue000")) for p in parts if p)


def details(
    development: Development, article: StoredArticle | None, *, now: datetime, muted: bool
) -> Reply:
    """What the Details button answers, to the presser alone. `muted`: in the presser's channel."""
    reply = why(article, development) if article else show(development, now=now)
    card = Card(
        f"{development.short_id}: details",
        reply.card.blocks,
        footer=reply.card.footer,
        buttons=_other_buttons(development, muted=muted),
        private=True,
    )
    return Reply(card, reply.data)


def _other_buttons(development: Development, *, muted: bool) -> tuple[Button, ...]:
    """All that an alert's button can do; an alert in a short style has Details alone."""
    say, name = words(), development.short_id
    last = "unmute" if muted else "mute"
    return (
        Button("sources", name, say.label("sources_button")),
        Button("timeline", name, say.label("timeline")),
        Button("correct", name, say.label("correct")),
        Button("not_relevant", name, say.label("not_relevant"), danger=True),
        Button("follow", name, say.label("follow")),
        Button(last, name, say.label(last)),
    )


def listed(title: str, developments: Sequence[Development], nothing: str, action: str) -> Reply:
    """Developments that somebody has chosen, each of the first ones with a button to drop it."""
    if not developments:
        return say_so(nothing, data=[])
    blocks = tuple(Text(_development_lines(d)) for d in developments)
    buttons = tuple(
        Button(action, d.short_id, f"{action.title()} {d.short_id}")
        for d in developments[:_MOST_DROPPED]
    )
    card = Card(title, blocks, buttons=buttons, private=True)
    return Reply(card, lambda: [development_data(d) for d in developments])


def compare(left: str, right: str, rows: Sequence[Compared]) -> Reply:
    """Two committers side by side: what both owe first."""
    say = words()
    data = [
        {
            "beneficiary": r.beneficiary,
            "obligation": str(r.obligation),
            left: ledger_data(r.left) if r.left else None,
            right: ledger_data(r.right) if r.right else None,
        }
        for r in rows
    ]
    title = f"{named(left)} and {named(right)}"
    if not rows:
        return say_so(f"The ledger holds nothing of {title}.", data=data)
    table = Table(
        ("Towards", "What", display(left), display(right)),
        tuple(
            (
                (Span(named(r.beneficiary)),),
                (Span(say("obligation", r.obligation)),),
                (Span(_standing(r.left, say)),),
                (Span(_standing(r.right, say)),),
            )
            for r in rows
        ),
    )
    return Reply(Card(title, (table,)), data)


def _standing(entry: LedgerEntry | None, say: Words) -> str:
    if entry is None:
        return "–"
    return f"{ladder(entry.stage)} {say('stage', int(entry.stage))}, {entry.since:%b %Y}"


def timeline(history: History) -> Reply:
    """What was promised when, oldest first."""
    say, records = words(), history.records
    data = [record_data(r) for r in records]
    if not records:
        names = " and ".join(map(named, history.actors))
        return say_so(f"The ledger holds nothing of {names}.", data=data)
    # An instrument of several obligations has as many records, which read alike.
    lines = tuple(dict.fromkeys(_record_line(record, say) for record in records))
    return Reply(Card(history.title(say, named), (Text(lines),)), data)


def _record_line(record: LedgerRecord, say: Words) -> Line:
    entry = record.entry
    who = f"{entry.committer} → {entry.beneficiary}"
    return (
        Span(f"{say.date(entry.since)}  "),
        Span(f"{ladder(entry.stage)}  "),
        Span(f"{who} {say('direction', record.direction)}: ", bold=True),
        Span(entry.title),
        Span(f" ({record.standing})" * (record.standing != "confirmed"), muted=True),
    )


def matrix(cells: Sequence[MatrixCell]) -> Reply:
    """Who is committed to whom, the most binding stage a pair."""
    say = words()
    data = [
        {
            "committer": c.committer,
            "beneficiary": c.beneficiary,
            "stage": int(c.stage),
            "obligations": c.obligations,
        }
        for c in cells
    ]
    if not cells:
        return say_so("The ledger holds nothing of that.", data=data)
    by_stage: dict[tuple[str, int], list[str]] = {}
    for cell in cells:
        by_stage.setdefault((cell.beneficiary, int(cell.stage)), []).append(cell.committer)
    rows = tuple(
        (
            (Span(named(beneficiary), bold=True),),
            (Span(f"{ladder(Stage(stage))} {say('stage', stage)}"),),
            (Span(", ".join(display(c) for c in committers)),),
        )
        for (beneficiary, stage), committers in by_stage.items()
    )
    table = Table(("To", "How bindingly", "Who"), rows)
    return Reply(Card("Who is committed to whom", (table,)), data)


def brief(digest: Digest) -> Reply:
    """A digest now: by beneficiary, the biggest change first."""
    if not digest.entries:
        return say_so(f"Since {digest.since:%d %b %Y %H:%M} UTC: no development.", data=[])
    return Reply(
        brief_card(digest), lambda: [development_data(e.development) for e in digest.entries]
    )


def why_not(article: StoredArticle, routes: Sequence[Route], refusals: Sequence[str] = ()) -> Reply:
    """Why an article was not alerted: gate, threshold, duplicate, first poll, quiet hours, and why
    each of these routes says nothing of it."""
    assessment = article.assessment
    reasons = [article.outcome or "it was kept and told to nobody"]
    if not assessment.relevant:
        gate = next((step.text for step in assessment.trail if step.stage == "gate"), "")
        score = next((step.text for step in assessment.trail if step.stage == "score"), "")
        second = next((s.text for s in assessment.trail if s.stage == SECOND_OPINION), "")
        reasons += [f"gate: {gate}" * bool(gate), f"score: {score}" * bool(score)]
        reasons.append(f"second opinion: {second}" * bool(second))
    off = [f"route “{r.title}” is off: {r.disabled}" for r in routes if r.disabled]
    reasons += list(refusals) or off
    if not routes:
        reasons.append("there is no route: nothing is sent anywhere")
    lines: tuple[Line, ...] = (
        (Span(article.article.title, link=article.article.url, bold=True),),
        *((Span(reason),) for reason in reasons if reason),
    )
    was_alerted = "alerted" in article.outcome.split("; ")
    title = "It was alerted" if was_alerted else "Why it was not alerted"
    card = Card(title, (Text(lines),), private=True)
    return Reply(card, {**article_data(article), "reasons": [r for r in reasons if r]})


def submitted(article: Article, assessment: Assessment, note: str) -> Reply:
    """What the classifier says of an article that was found missing."""
    verdict = "it reports a development" if assessment.relevant else "it reports no development"
    lines: list[Line] = [
        (Span(article.title, link=article.url, bold=True),),
        (
            Span(
                f"By our reading {verdict} (score {assessment.score:.2f}). No feed has brought it."
            ),
        ),
    ]
    if note:
        lines.append((Span(note),))
    blocks: list[Block] = [Text(tuple(lines))]
    for claim in assessment.claims:
        blocks += [Divider(), *_claim_blocks(claim)]
    blocks.append(Fields(tuple((s.stage, (Span(s.text),)) for s in assessment.trail)))
    data = {"url": article.url, "title": article.title, **assessment_data(assessment)}
    return Reply(Card("Thank you: it is kept as an example", tuple(blocks), private=True), data)
