"""Answers of developments and articles: records -> card for people, and plain data for `--json`.
Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from bot.alert_card import alert_card, headline
from bot.cards import Block, Button, Card, Divider, Line, Span, Text
from bot.claim_words import (
    ladder,
    moment,
    source_lines,
)
from bot.digest import Digest, brief_card
from bot.json_data import (
    article_data,
    development_data,
    source_data,
)
from bot.reply import Reply, say_so
from bot.why_answers import why
from bot.words import words
from storage.records import (
    Development,
    Found,
    StoredArticle,
)

_MOST_DROPPED = 10
_HIT = re.compile("[\ue000\ue001]")


def latest(developments: Sequence[Development], *, asked: str, more: bool = False) -> Reply:
    """The newest developments, a line or two each; `more`: there are older ones besides."""
    if not developments:
        return say_so(f"Nothing yet {asked}.".replace(" .", "."), data=[])
    blocks: list[Block] = []
    for development in developments:
        blocks += [Divider(), Text(development_lines(development))]
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


def development_lines(development: Development) -> tuple[Line, Line]:
    """A development in two lines."""
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
    blocks = tuple(Text(development_lines(d)) for d in developments)
    buttons = tuple(
        Button(action, d.short_id, f"{action.title()} {d.short_id}")
        for d in developments[:_MOST_DROPPED]
    )
    card = Card(title, blocks, buttons=buttons, private=True)
    return Reply(card, lambda: [development_data(d) for d in developments])


def brief(digest: Digest) -> Reply:
    """A digest now: by beneficiary, the biggest change first."""
    if not digest.entries:
        return say_so(f"Since {digest.since:%d %b %Y %H:%M} UTC: no development.", data=[])
    return Reply(
        brief_card(digest), lambda: [development_data(e.development) for e in digest.entries]
    )
