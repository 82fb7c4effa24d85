"""A card as a Slack message in Block Kit.

Slack takes 50 blocks, 150 characters in a header, 10 elements in a context, 25 buttons in a row of
actions, and about 12,000 characters in a whole message (it does not say; 9,000 is safe). mrkdwn has
no escape for * _ ~ and `, so text from outside goes into plain_text and rich_text elements, where
nothing acts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from bot.cards import (
    MARKS,
    Block,
    Button,
    Card,
    Divider,
    Fields,
    Line,
    Picture,
    Quote,
    Span,
    Table,
    Text,
)
from bot.outside_text import clean, cut, units, web_address

Json = dict[str, Any]

EVENT_TYPE = "pledgewatch_delivery"
ACTION_PREFIX = "pw"
_HEADER = 150
_NOTIFICATION = 300
_BUTTON = 75
_MOST_BUTTONS = 25
_VALUE = 2000
_LABEL = 80
_ALT = 2000
_LINE = 1500
_PAGE = 6000
_PAGE_ELEMENTS = 300
_PAGE_BLOCKS = 45
_FOOTER = 800
_MOST_FOOTER = 10
_LEAST = 100
_DATE = "{date_short_pretty} {time}"
_MENTION = re.compile(r"!subteam\^([A-Z0-9]{1,30})|!(here|channel|everyone)|@([A-Z0-9]{1,30})")
_MARKDOWN = str.maketrans({"*": "∗", "_": "＿", "~": "∼", "`": "ˋ"})
_ENTITIES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))
_CUT = "… cut: the rest does not fit in a message"


@dataclass(frozen=True, slots=True)
class Drawing:
    """What goes to Slack for one card; the first page has the headline, the last the buttons."""

    text: str
    """For notifications: the headline, in mrkdwn's escapes."""
    pages: tuple[list[Json], ...]


def draw(card: Card, pages: int = 1, file: str = "") -> Drawing:
    """At most `pages` pages; what does not fit is cut, and says so. `file` is the id of the card's
    picture; without it the picture's alternative text stands there."""
    headline = f"{MARKS[card.tone]} {clean(card.headline).strip() or '…'}".strip()
    drawn = [list(_built(page)) for page in _paged(_pieces(card.blocks, file), pages)]
    drawn[0][:0] = [*_head(card, headline), *_called(card.mention)]
    if card.void:
        headline = f"{clean(card.void)} · {headline}"
    if card.footer and card.blocks:
        drawn[-1].append({"type": "context", "elements": _footer(card.footer)})
    if card.buttons:
        drawn[-1].append({"type": "actions", "elements": _buttons(card.buttons)})
    return Drawing(entities(cut(headline, _NOTIFICATION)), tuple(drawn))


def _head(card: Card, headline: str) -> Iterator[Json]:
    """A header; rich text where the headline is too long for one, is struck through, or is all
    that there is."""
    void = cut(clean(card.void), _HEADER)
    if void and card.blocks:
        yield {"type": "header", "text": _plain(void)}
    elif card.blocks and units(headline) <= _HEADER:
        yield {"type": "header", "text": _plain(headline)}
        return
    style = {"bold": True, **({"strike": True} if card.void else {})}
    elements = [_text(f"{void} ", {"bold": True})] if void and not card.blocks else []
    elements.append(_text(cut(headline, _LINE), style))
    if card.footer and not card.blocks:
        elements += [_text(" · "), *_line(card.footer, _FOOTER)]
    yield _rich("rich_text_section", elements)


def _called(mention: str) -> Iterator[Json]:
    """The one mention of a card: "!subteam^S1", "!here", "!channel" or "@U1"."""
    found = _MENTION.fullmatch(mention)
    if found is None:
        return
    group, everybody, user = found.groups()
    if group:
        yield _rich("rich_text_section", [{"type": "usergroup", "usergroup_id": group}])
    elif everybody:
        yield _rich("rich_text_section", [{"type": "broadcast", "range": everybody}])
    else:
        yield _rich("rich_text_section", [{"type": "user", "user_id": user}])


def metadata(key: str) -> Json:
    """What `find` looks for in a channel's history."""
    return {"event_type": EVENT_TYPE, "event_payload": {"key": key}}


def carries(message: Json, key: str) -> bool:
    """Whether this message was posted under the key."""
    kept = message.get("metadata") or {}
    return (
        kept.get("event_type") == EVENT_TYPE and (kept.get("event_payload") or {}).get("key") == key
    )


def entities(text: str) -> str:
    """mrkdwn's three escapes, in their order, once."""
    for char, entity in _ENTITIES:
        text = text.replace(char, entity)
    return text


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": False}


def _buttons(buttons: Sequence[Button]) -> list[Json]:
    return [
        {
            "type": "button",
            "text": _plain(cut(clean(button.label), _BUTTON) or "…"),
            "action_id": f"{ACTION_PREFIX}:{button.action}:{number}",
            "value": cut(button.value, _VALUE),
            **({"style": "danger"} if button.danger else {}),
        }
        for number, button in enumerate(buttons[:_MOST_BUTTONS])
    ]


# --- the body: a rich_text block for each block of the card


@dataclass(frozen=True, slots=True)
class _Piece:
    """What is never torn apart: a line, a quotation, a divider."""

    block: int
    """The number of the card's block that it belongs to."""
    kind: str
    elements: list[Json]

    @property
    def size(self) -> int:
        """Characters, addresses included."""
        return 1 + sum(
            units(element.get(name, ""))
            for element in self.elements
            for name in ("text", "url", "fallback", "alt_text")
        )


def _pieces(blocks: Iterable[Block], file: str) -> Iterator[_Piece]:
    for number, block in enumerate(blocks):
        match block:
            case Text(lines):
                yield from (_Piece(number, "line", _line(line)) for line in lines)
            case Quote():
                yield _Piece(number, "quote", _quote(block))
            case Fields(rows):
                yield from (_Piece(number, "line", _field(*row)) for row in rows)
            case Table():
                yield from (_Piece(number, "line", row) for row in _rows(block))
            case Picture() if file:
                yield _Piece(number, "image", [_image(block, file)])
                file = ""
            case Picture():
                yield _Piece(number, "line", [_text(cut(clean(block.alt), _LINE) or "…")])
            case Divider():
                yield _Piece(number, "divider", [])


def _image(picture: Picture, file: str) -> Json:
    alt = cut(clean(picture.alt), _ALT) or "…"
    return {"type": "image", "slack_file": {"id": file}, "alt_text": alt}


def _field(label: str, line: Line) -> list[Json]:
    return [_text(cut(clean(label), _LABEL) + ": ", {"bold": True}), *_line(line)]


def _quote(quote: Quote) -> list[Json]:
    words = _text(f"“{cut(clean(quote.text), _LINE)}”")
    source = _span(Span(quote.source, link=quote.url), _LINE)
    return [words, _text("\n— "), source] if source else [words]


def _rows(table: Table) -> Iterator[list[Json]]:
    """A line a row: Slack's own table block may stand only once, at a message's end."""
    if heads := [cut(clean(column), _LABEL) for column in table.columns if clean(column)]:
        yield [_text(" · ".join(heads), {"italic": True})]
    for row in table.rows:
        room = _LINE // max(len(row), 1)
        cells = [drawn for cell in row if (drawn := _line(cell, room))]
        yield [part for number, cell in enumerate(cells) for part in _joined(number, cell)]


def _joined(number: int, cell: list[Json]) -> list[Json]:
    return [_text(" · "), *cell] if number else cell


def _line(line: Line, room: int = _LINE) -> list[Json]:
    drawn: list[Json] = []
    for span in line:
        if room < 2:
            break
        part = _span(span, room)
        if part is not None:
            drawn.append(part)
            room -= units(part.get("text", "")) + units(part.get("url", ""))
    return drawn


def _span(span: Span, room: int) -> Json | None:
    text = cut(clean(span.text), room)
    if span.time is not None:
        return {
            "type": "date",
            "timestamp": int(span.time.timestamp()),
            "format": _DATE,
            "fallback": text or span.time.isoformat(),
        }
    if not text:
        return None
    style = {
        name: True
        for name, on in (("bold", span.bold), ("code", span.code), ("strike", span.struck))
        if on
    }
    url = web_address(span.link)
    if url and text.strip():
        return {"type": "link", "url": url, "text": text, **({"style": style} if style else {})}
    return _text(text, style)


def _text(text: str, style: Json | None = None) -> Json:
    return {"type": "text", "text": text, **({"style": style} if style else {})}


# --- the footer: a context block is small and grey, and knows no rich text


def _footer(line: Line) -> list[Json]:
    drawn: list[Json] = []
    room = _FOOTER
    for span in line:
        element = _footer_element(span, room)
        if element is not None:
            drawn.append(element)
            room -= units(element["text"])
        if room < _LEAST or len(drawn) == _MOST_FOOTER:
            break
    return drawn or [_plain("…")]


def _footer_element(span: Span, room: int) -> Json | None:
    text = cut(clean(span.text).strip(" ·"), room // 4)
    if span.time is not None:
        fallback = entities(text.translate(_MARKDOWN).replace("|", "¦")) or "time"
        stamp = int(span.time.timestamp())
        return _verbatim(f"<!date^{stamp}^{_DATE}|{fallback}>")
    if not text:
        return None
    label = entities(text.translate(_MARKDOWN).replace("|", "¦"))
    url = web_address(span.link)
    link = f"<{entities(url)}|{label}>"
    return _verbatim(link) if url and units(link) <= room else _plain(text)


def _verbatim(markup: str) -> Json:
    """mrkdwn in which Slack looks for no addresses and channel names of its own accord."""
    return {"type": "mrkdwn", "text": markup, "verbatim": True}


# --- pages


def _paged(pieces: Iterable[_Piece], most: int) -> list[list[_Piece]]:
    pages = [_Page()]
    for piece in pieces:
        if pages[-1].take(piece):
            continue
        if len(pages) == most:
            pages[-1].pieces.append(_Piece(-1, "line", [_text(_CUT)]))
            break
        pages.append(_Page())
        pages[-1].take(piece)
    return [page.pieces for page in pages]


class _Page:
    """What goes into one message, counted as it comes: a long list would hold the loop if each of
    its lines were counted again for the next."""

    def __init__(self) -> None:
        self.pieces: list[_Piece] = []
        self._size = self._elements = 0
        self._blocks: set[int] = set()

    def take(self, piece: _Piece) -> bool:
        """Whether there was room for it; an empty page takes anything."""
        size, elements = self._size + piece.size, self._elements + len(piece.elements) + 1
        blocks = self._blocks | {piece.block}
        fits = size <= _PAGE and elements <= _PAGE_ELEMENTS and len(blocks) <= _PAGE_BLOCKS
        if self.pieces and not fits:
            return False
        self.pieces.append(piece)
        self._size, self._elements, self._blocks = size, elements, blocks
        return True


def _built(page: Sequence[_Piece]) -> Iterator[Json]:
    for (_, kind), group in groupby(page, key=lambda p: (p.block, p.kind)):
        pieces = list(group)
        if kind == "divider":
            yield {"type": "divider"}
        elif kind == "image":
            yield pieces[0].elements[0]
        elif kind == "quote":
            yield _rich("rich_text_quote", pieces[0].elements)
        elif elements := _lines(pieces):
            yield _rich("rich_text_section", elements)


def _rich(kind: str, elements: list[Json]) -> Json:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": elements}]}


def _lines(pieces: Sequence[_Piece]) -> list[Json]:
    joined: list[Json] = []
    for number, piece in enumerate(pieces):
        joined += [_text("\n"), *piece.elements] if number else piece.elements
    return joined
