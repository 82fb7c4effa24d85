"""The app's home page: what an admin steers by, and what a member finds there. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.alert_card import headline
from bot.cards import Block, Button, Card, Divider, Fields, Line, Span, Text, Tone
from bot.claim_words import moment
from bot.feed_admin import ADD as ADD_FEED
from bot.feed_admin import STARTER
from bot.feed_health import health
from bot.reply import Reply, ask_again
from bot.route_answers import Names, called, edit_buttons, passing, state, timing
from bot.route_forms import ADD as ADD_ROUTE
from storage.records import Development, Route, StoredFeed

_MOST_ROUTES = 15
_MOST_TROUBLES = 10


def admin_home(
    status: Reply,
    feeds: Sequence[StoredFeed],
    routes: Sequence[Route],
    now: datetime,
    names: Names,
) -> Card:
    """How the service does, the feeds in trouble, the routes of the admin's space. `names` is what
    people call the channels."""
    blocks: list[Block] = [*_first_steps(feeds, routes), *status.card.blocks, Divider()]
    blocks += [*_feeds(feeds, now), Divider(), *_routes(routes, now, names)]
    buttons = [Button(ADD_ROUTE, "", "Add a route"), Button(ADD_FEED, "", "Add feeds")]
    if not feeds:
        buttons.append(Button(STARTER, "", "Starter feeds"))
    buttons.append(ask_again("pledgewatch", "audit", "Who changed what"))
    return replace(status.card, blocks=tuple(blocks), buttons=(*buttons, *edit_buttons(routes)))


def _feeds(feeds: Sequence[StoredFeed], now: datetime) -> list[Block]:
    found = [(feed, health(feed, now)) for feed in feeds]
    ailing = [(f, h) for f, h in found if h.trouble not in {"", "new"}]
    lines: list[Line] = [(Span(f"Feeds: {len(feeds)}", bold=True),)]
    if feeds and not ailing:
        lines.append((Span("All are well."),))
    lines += [
        (Span(f.feed.title), Span(f": {h.text}", muted=True)) for f, h in ailing[:_MOST_TROUBLES]
    ]
    if len(ailing) > _MOST_TROUBLES:
        lines.append((Span(f"… and {len(ailing) - _MOST_TROUBLES} more", muted=True),))
    return [Text(tuple(lines))]


def _routes(routes: Sequence[Route], now: datetime, names: Names) -> list[Block]:
    title = Text(((Span(f"Routes: {len(routes)}", bold=True),),))
    rows = tuple(
        (
            route.title,
            (
                called(route.channel, names),
                Span(f" · {passing(route)} · {state(route, now) or timing(route)}"),
            ),
        )
        for route in routes[:_MOST_ROUTES]
    )
    return [title, Fields(rows)] if rows else [title]


def _first_steps(feeds: Sequence[StoredFeed], routes: Sequence[Route]) -> list[Block]:
    """What is missing before the first alert."""
    steps = []
    if not feeds:
        steps.append("Choose feeds: “Starter feeds” brings a set, “Add feeds” takes your own.")
    if not routes:
        steps.append("Say where alerts shall appear: “Add a route”.")
    if not steps:
        return []
    lines = tuple((Span(f"{number}. {step}"),) for number, step in enumerate(steps, 1))
    return [Text((((Span("Before the first alert", bold=True)),), *lines)), Divider()]


def member_home(latest: Sequence[Development], followed: Sequence[Development]) -> Card:
    """The newest developments, what the member follows, and what can be asked."""
    blocks: list[Block] = [Text((((Span("Latest developments", bold=True)),), *_lines(latest)))]
    if followed:
        title: Line = (Span("You follow", bold=True),)
        blocks += [Divider(), Text((title, *_lines(followed)))]
    asked = "/pledges latest Ukraine · /pledges status Ukraine · /pledges search WORDS"
    blocks += [Divider(), Text(((Span("Ask anywhere: "), Span(asked, code=True)),))]
    buttons = (
        ask_again("pledges", "latest", "More developments"),
        ask_again("pledges", "brief 7d", "The last 7 days"),
        ask_again("pledges", "help", "What you can ask"),
    )
    return Card("Pledgewatch", tuple(blocks), Tone.PLAIN, buttons=buttons, private=True)


def _lines(developments: Sequence[Development]) -> list[Line]:
    if not developments:
        return [(Span("Nothing yet.", muted=True),)]
    return [
        (
            moment(d.updated),
            Span(" "),
            Span(d.short_id, code=True),
            Span(" "),
            Span(headline(d), link=d.lead.url),
        )
        for d in developments
    ]
