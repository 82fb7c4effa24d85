"""The drawing of docs/architecture.md: `python -m tests.render.architecture FILE` writes it.

A test compares the file with what is made here, and each arrow with the imports.
"""

from __future__ import annotations

import html
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_WIDTH, _HEIGHT = 212, 54
_GAP_X, _GAP_Y = 32, 26
_LEFT, _TOP = 28, 158
_FONT = "system-ui, 'Segoe UI', Lato, 'DejaVu Sans', sans-serif"
_MONO = "ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
_COLOURS = {
    "feeds": "#2f6f4f",
    "classifiers": "#7a4b12",
    "storage": "#2f4a6d",
    "bot": "#6a2f6d",
}
_COLUMNS = (
    ("feeds", "the network into articles", 0, 1),
    ("classifiers", "articles into claims", 1, 1),
    ("storage", "claims into a record", 2, 1),
    ("bot", "the application", 3, 2),
)
"""Package, what it makes of what, first column, number of columns."""


@dataclass(frozen=True, slots=True)
class Box:
    """A module, or a package within one of the four."""

    module: str
    words: str
    column: int
    row: int
    step: int = 0
    """On the way of an article; 0: beside it."""


@dataclass(frozen=True, slots=True)
class Hand:
    """One hands an article on to the other. `by` is the module that takes it from the one and gives
    it to the other, the contract that both know, the door at which the other asks, or what the one
    asks for it."""

    source: str
    target: str
    by: str


BOXES = (
    Box("feeds.fetch", "asks, if it changed; guarded", 0, 0, 1),
    Box("feeds.parse_pool", "reads it, in a process apart", 0, 1, 2),
    Box("feeds.identity", "what is new, or edited", 0, 2, 3),
    Box("feeds.article_pages", "the page behind a teaser", 0, 3),
    Box("feeds.schedule", "when to ask again", 0, 4),
    Box("classifiers.gate", "passes by most of the news", 1, 0),
    Box("classifiers.assembly", "who commits what to whom", 1, 1),
    Box("classifiers.reader", "an article, assessed", 1, 2, 4),
    Box("classifiers.judge", "relevance, head word, roles", 1, 3),
    Box("classifiers.same_story", "one development or two", 1, 4),
    Box("storage.store", "the door to the database", 2, 2, 5),
    Box("storage.polls", "one transaction for a poll", 2, 3, 6),
    Box("storage.stories", "which are known already", 2, 4, 7),
    Box("storage.ledger_changes", "what changed by it", 2, 5, 8),
    Box("storage.planning", "who is told", 2, 6, 9),
    Box("storage.deliveries", "the outbox", 2, 7, 10),
    Box("bot.app", "the service: starts, stops", 3, 0),
    Box("bot.commands", "questions, buttons, forms", 3, 1),
    Box("bot.opinions", "a language model, if asked", 3, 2),
    Box("bot.digest", "many, in one message", 3, 5),
    Box("bot.routing", "which channels, and when", 3, 6),
    Box("bot.delivery", "sends, looks, tries again", 3, 7, 11),
    Box("bot.alert_card", "what an alert says", 3, 8, 12),
    Box("bot.cli", "the command line", 4, 0),
    Box("bot.questions", "/pledges", 4, 1),
    Box("bot.administration", "/pledgewatch", 4, 2),
    Box("bot.config", "config.toml, checked", 4, 3),
    Box("bot.discord_chat", "", 4, 6, 13),
    Box("bot.slack_chat", "", 4, 7, 13),
    Box("bot.terminal_chat", "", 4, 8, 13),
)
CONDUCTOR = "bot.pipeline"
WAY = (
    Hand("feeds.fetch", "feeds.parse_pool", CONDUCTOR),
    Hand("feeds.parse_pool", "feeds.identity", CONDUCTOR),
    Hand("feeds.identity", "classifiers.reader", CONDUCTOR),
    Hand("classifiers.reader", "storage.store", CONDUCTOR),
    Hand("storage.store", "storage.polls", "storage.store"),
    Hand("storage.polls", "storage.stories", "storage.polls"),
    Hand("storage.stories", "storage.ledger_changes", "storage.polls"),
    Hand("storage.ledger_changes", "storage.planning", "storage.polls"),
    Hand("storage.planning", "storage.deliveries", "storage.planning"),
    Hand("storage.deliveries", "bot.delivery", "storage.store"),
    Hand("bot.delivery", "bot.alert_card", "bot.delivery_cards"),
    Hand("bot.delivery", "bot.discord_chat", "bot.chat"),
    Hand("bot.delivery", "bot.slack_chat", "bot.chat"),
    Hand("bot.delivery", "bot.terminal_chat", "bot.chat"),
)
IMPORTS = (
    ("classifiers.reader", "classifiers.judge"),
    ("classifiers.reader", "classifiers.assembly"),
    ("storage.stories", "classifiers.same_story"),
    ("bot.commands", "bot.questions"),
    ("bot.commands", "bot.administration"),
    ("bot.app", "bot.commands"),
    ("bot.cli", "bot.app"),
    ("bot.commands", "storage.store"),
)
"""Who asks whom, besides. The arrow points at what is imported."""
PLAN = ("bot.routing", "storage.planning")
"""Handed in by the conductor as a function, since storage may not import it."""


def drawing() -> str:
    """The SVG."""
    width = 2 * _LEFT + 5 * _WIDTH + 4 * _GAP_X
    height = _TOP + 9 * _HEIGHT + 8 * _GAP_Y + 70
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"'
            f' font-family="{_FONT}">',
            "<title>Packages, main modules, and the way of an article</title>",
            *_marks(),
            f'<rect width="{width}" height="{height}" rx="10" fill="#fff"/>',
            *_bands(height),
            *_conductor(width),
            *(_line(*_ends(a, b), "import") for a, b in IMPORTS),
            _line(*_ends(*PLAN), "plan"),
            *(_line(*_ends(hand.source, hand.target), "way") for hand in WAY),
            *(part for box in BOXES for part in _box(box)),
            *_legend(height),
            "</svg>\n",
        ]
    )


def _marks() -> Iterator[str]:
    yield "<defs>"
    for name, colour in (("way", "#c2410c"), ("import", "#94a3b8"), ("plan", "#6a2f6d")):
        yield (
            f'<marker id="{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8"'
            f' markerHeight="8" markerUnits="userSpaceOnUse" orient="auto">'
            f'<path d="M0 0L8 4L0 8z" fill="{colour}"/></marker>'
        )
    yield (
        "</defs><style>.way{stroke:#c2410c;stroke-width:2.4}.import{stroke:#94a3b8;stroke-width:1.5}"
        ".plan{stroke:#6a2f6d;stroke-width:1.8;stroke-dasharray:5 4}"
        "path.way,path.import,path.plan{fill:none}</style>"
    )


def _bands(height: int) -> Iterator[str]:
    """A package each, with the arrow of its imports."""
    for package, words, column, columns in _COLUMNS:
        left = _x(column) - 12
        wide = columns * _WIDTH + (columns - 1) * _GAP_X + 24
        colour = _COLOURS[package]
        yield (
            f'<rect x="{left}" y="66" width="{wide}" height="{height - 66 - 62}" rx="10"'
            f' fill="{colour}" fill-opacity="0.07" stroke="{colour}" stroke-opacity="0.35"/>'
        )
        yield _text(left + 14, 92, package, colour, 18, f'font-weight="700" font-family="{_MONO}"')
        yield _text(left + 14, 112, words, "#475569", 13)
        if column:
            yield f'<path class="import" d="M{left + 4} 92H{left - 12}" marker-end="url(#import)"/>'


def _conductor(width: int) -> Iterator[str]:
    colour = _COLOURS["bot"]
    left, wide = _x(0) - 12, width - 2 * (_x(0) - 12)
    yield (
        f'<rect x="{left}" y="16" width="{wide}" height="36" rx="8" fill="{colour}"'
        f' fill-opacity="0.12" stroke="{colour}"/>'
    )
    name = f'font-weight="700" font-family="{_MONO}"'
    yield _text(left + 14, 39, CONDUCTOR, colour, 15, name)
    words = (
        "calls 1 to 5 in this order for each feed, and hands bot.routing to the store as the plan"
    )
    yield _text(left + 146, 39, words, "#334155", 13)


def _box(box: Box) -> Iterator[str]:
    x, y = _x(box.column), _y(box.row)
    package, _, name = box.module.partition(".")
    colour = _COLOURS[package]
    yield (
        f'<rect x="{x}" y="{y}" width="{_WIDTH}" height="{_HEIGHT}" rx="7" fill="#fff"'
        f' stroke="{colour}" stroke-width="{2 if box.step else 1}"/>'
    )
    indent = 36 if box.step else 12
    style = f'font-weight="600" font-family="{_MONO}"'
    yield _text(x + indent, y + (23 if box.words else 33), name, "#0f172a", 14, style)
    if box.words:
        yield _text(x + indent, y + 42, box.words, "#475569", 12)
    if box.step:
        yield f'<circle cx="{x + 18}" cy="{y + 27}" r="12" fill="#c2410c"/>'
        middle = 'text-anchor="middle" font-weight="700"'
        yield _text(x + 18, y + 32, str(box.step), "#fff", 13, middle)


def _legend(height: int) -> Iterator[str]:
    y, x = height - 28, _LEFT
    for kind, words, wide in (
        ("way", "the way of an article, from feed to channel", 350),
        ("import", "imports; a package imports those to its left alone", 410),
        ("plan", "a function that is handed in", 0),
    ):
        yield f'<path class="{kind}" d="M{x} {y}H{x + 34}" marker-end="url(#{kind})"/>'
        yield _text(x + 44, y + 4, words, "#475569", 13)
        x += wide


def _ends(source: str, target: str) -> tuple[Box, Box]:
    by_name = {box.module: box for box in BOXES}
    return by_name[source], by_name[target]


def _line(source: Box, target: Box, kind: str) -> str:
    """From edge to edge: down or up in a column, across between columns."""
    if source.column == target.column:
        x = _x(source.column) + _WIDTH // 2
        down = source.row < target.row
        y1 = _y(source.row) + (_HEIGHT if down else 0)
        y2 = _y(target.row) + (0 if down else _HEIGHT)
        way = f"M{x} {y1}V{y2}"
    else:
        right = source.column < target.column
        x1 = _x(source.column) + (_WIDTH if right else 0)
        x2 = _x(target.column) + (0 if right else _WIDTH)
        y1, y2 = (_y(box.row) + _HEIGHT // 2 for box in (source, target))
        middle = (x1 + x2) // 2
        way = f"M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}"
    return f'<path class="{kind}" d="{way}" marker-end="url(#{kind})"/>'


def _x(column: int) -> int:
    return _LEFT + column * (_WIDTH + _GAP_X)


def _y(row: int) -> int:
    return _TOP - 30 + row * (_HEIGHT + _GAP_Y)


def _text(x: int, y: int, words: str, colour: str, size: int, more: str = "") -> str:
    said = html.escape(words)
    return f'<text x="{x}" y="{y}" fill="{colour}" font-size="{size}" {more}>{said}</text>'


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(drawing(), encoding="utf-8")
