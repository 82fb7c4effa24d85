"""Long answers, a page at a time: which blocks stand on which page. Pure.

A page is counted anew from the whole answer whenever somebody turns to it, so that nothing is kept
but the question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.cards import Block, Card, Divider, Fields, Line, Picture, Quote, Span, Table, Text

PAGE_LINES = 30
PAGE_SIZE = 3000
"""In characters, links and escapes included: less than either platform takes in one message."""
_TOGETHER = 4
"""A paragraph of so many lines is never torn apart."""
_ACTIVE = re.compile(r"[\\*_~|`<>\[\]#@:]")
"""What platforms read as marks; escaped, each is a character longer."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """What stands on one page together; `block` is the whole block that it is a part of."""

    block: Block
    number: int
    lines: int
    size: int


def page_of(card: Card, number: int) -> tuple[Card, int]:
    """The card with one page of its blocks, 1 being the first, and how many pages there are. A
    number beyond the last page is the last page."""
    pages = list(_pages(card.blocks))
    if len(pages) < 2:
        return card, 1
    number = min(max(number, 1), len(pages))
    between = (Span(" · "),) if card.footer else ()
    footer = (*card.footer, *between, Span(f"page {number} of {len(pages)}", muted=True))
    picture = card.picture if number == 1 else None
    shown = replace(card, blocks=pages[number - 1], footer=footer, picture=picture)
    return shown, len(pages)


def _pages(blocks: Sequence[Block]) -> Iterator[tuple[Block, ...]]:
    page: list[_Piece] = []
    lines = size = 0
    for piece in _pieces(blocks):
        if page and (lines + piece.lines > PAGE_LINES or size + piece.size > PAGE_SIZE):
            yield tuple(_joined(page))
            page, lines, size = [], 0, 0
        if page or not isinstance(piece.block, Divider):
            page.append(piece)
            lines, size = lines + piece.lines, size + piece.size
    if any(not isinstance(piece.block, Divider) for piece in page):
        yield tuple(_joined(page))


def _pieces(blocks: Sequence[Block]) -> Iterator[_Piece]:
    for number, block in enumerate(blocks):
        for part in _parts(block):
            yield _Piece(part, number, _lines(part), _size(part))


def _parts(block: Block) -> Iterator[Block]:
    match block:
        case Text(lines) if len(lines) > _TOGETHER:
            yield from (Text((line,)) for line in lines)
        case Fields(rows):
            yield from (Fields((row,)) for row in rows)
        case Table(columns, rows):
            yield from (Table(columns, (row,)) for row in rows)
        case _:
            yield block


def _lines(part: Block) -> int:
    return len(part.lines) if isinstance(part, Text) else int(not isinstance(part, Picture))


def _size(part: Block) -> int:
    match part:
        case Text(lines):
            return sum(_width(line) for line in lines)
        case Fields(rows):
            return sum(len(label) + 6 + _width(line) for label, line in rows)
        case Table(_, rows):
            return sum(_width(cell) + 3 for row in rows for cell in row)
        case Quote(text, source, url):
            return _width((Span(text), Span(source, link=url))) + 12
        case Divider() | Picture():
            return 10


def _width(line: Line) -> int:
    return 1 + sum(
        len(span.text) + len(_ACTIVE.findall(span.text)) + len(span.link) + 8 * bool(span.link)
        for span in line
    )


def _joined(page: Sequence[_Piece]) -> Iterator[Block]:
    """The parts of one block as one block again; no line at the page's end."""
    kept = list(page)
    while kept and isinstance(kept[-1].block, Divider):
        kept.pop()
    whole: Block | None = None
    number = -1
    for piece in kept:
        if whole is not None and piece.number == number:
            whole = _appended(whole, piece.block)
            continue
        if whole is not None:
            yield whole
        whole, number = piece.block, piece.number
    if whole is not None:
        yield whole


def _appended(whole: Block, part: Block) -> Block:
    match whole, part:
        case Text(), Text():
            return Text(whole.lines + part.lines)
        case Fields(), Fields():
            return Fields(whole.rows + part.rows)
        case Table(), Table():
            return Table(whole.columns, whole.rows + part.rows)
    raise ValueError(f"no parts of one block: {whole!r}, {part!r}")
