"""Answers from the ledger of commitments: records -> card for people, and plain data. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from bot.answers import development_lines
from bot.cards import Block, Card, Divider, Line, Span, Table, Text
from bot.claim_words import (
    actors,
    ladder,
    named,
)
from bot.history import History
from bot.json_data import (
    development_data,
    ledger_data,
    record_data,
)
from bot.reply import Reply, ask_again, say_so, with_buttons
from bot.words import Words, words
from classifiers.actors import display
from classifiers.assessment import Stage
from storage.records import (
    Compared,
    Development,
    LedgerEntry,
    LedgerRecord,
    MatrixCell,
)


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
    lines = [line for d in recent for line in development_lines(d)]
    return tuple(lines) or ((Span("nothing", muted=True),),)


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
