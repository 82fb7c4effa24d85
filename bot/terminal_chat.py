"""The terminal as a `Chat`, and cards as `rich` draws them."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Iterator
from datetime import UTC, datetime

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.segment import Segment
from rich.style import Style
from rich.table import Table as Grid
from rich.text import Text as Words

from bot.cards import Block, Card, Divider, Fields, Line, Picture, Quote, Span, Table, Text, Tone
from bot.chat import Handlers, SendFailed
from bot.outside_text import clean, web_address
from storage.records import Message

COLOURS = {
    Tone.BINDING: "green",
    Tone.POLITICAL: "blue",
    Tone.OPEN: "yellow",
    Tone.NEGATIVE: "red",
    Tone.PLAIN: "bright_black",
    Tone.ERROR: "bright_red",
}
_WIDEST = 100
_REMEMBERED = 1000
_THREAD = (0, 0, 0, 4)
_COPIED = re.compile(r"https?://\S*[^\s.,;:)]|(?<=`)[^`\n]+(?=`)")


def draw(card: Card) -> RenderableType:
    """A card as a panel: coloured edge, bold headline, aligned fields, muted footer."""
    colour = COLOURS[card.tone]
    parts: list[RenderableType] = [_headline(card, colour)]
    parts.extend(_spaced(card.blocks))
    if card.buttons:
        labels = "   ".join(f"[{clean(button.label)}]" for button in card.buttons)
        parts += [Words(), Words(labels, style=f"dim {colour}")]
    if card.footer:
        parts += [Words(), _line(card.footer, "dim")]
    return Panel(
        Group(*parts), box=box.ROUNDED, border_style=colour, padding=(0, 1), width=None, expand=True
    )


def torn(card: Card, width: int) -> list[str]:
    """What somebody will want to copy, addresses and commands, and `draw` breaks over lines."""
    paper = Console(file=io.StringIO(), width=width)
    with paper.capture() as drawn:
        paper.print(draw(card))
    text = "\n".join(_texts(card.blocks))
    return [whole for whole in _COPIED.findall(text) if whole not in drawn.get()]


def _texts(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Text(lines):
                yield from ("".join(clean(span.text) for span in line) for line in lines)
            case Fields(rows):
                yield from ("".join(clean(span.text) for span in line) for _, line in rows)


class TerminalChat:
    """Prints alerts. It remembers for the process only what it printed."""

    name = "terminal"

    def __init__(self, console: Console) -> None:
        self._console = console
        self._numbers = itertools.count(1)
        self._printed: dict[str, Message] = {}

    @property
    def healthy(self) -> str:
        """A terminal has nothing to connect to."""
        return ""

    @property
    def deaf(self) -> str:
        """Nobody types here."""
        return ""

    async def start(self, handlers: Handlers) -> None:
        """Nothing to do: nobody types here, and buttons are only shown."""

    async def close(self) -> None:
        """Nothing to do."""

    async def identify(self) -> str:
        """There is nobody to log in to."""
        return "this terminal"

    async def check(self, channel: str) -> str:
        """A terminal can always be written to."""
        return channel

    async def space_of(self, channel: str) -> str:
        """A terminal is nobody's server."""
        return ""

    async def send(
        self, channel: str, card: Card, key: str, reply_to: Message | None = None
    ) -> Message:
        """Print a card; a reply is indented below."""
        known = self._printed.get(key)
        if known is not None:
            return known
        self._print(Padding(draw(card), _THREAD) if reply_to else draw(card))
        message = Message(channel, str(next(self._numbers)))
        self._printed[key] = message
        if len(self._printed) > _REMEMBERED:
            del self._printed[next(iter(self._printed))]
        return message

    async def edit(self, message: Message, card: Card) -> None:
        """Print it again: what was printed stays."""
        note = Words(f"↻ alert {message.id}, updated", style="dim")
        self._print(Padding(Group(note, draw(card)), _THREAD))

    async def find(
        self, channel: str, key: str, since: datetime, reply_to: Message | None = None
    ) -> Message | None:
        """What this process printed under the key."""
        return self._printed.get(key)

    def _print(self, drawn: RenderableType) -> None:
        width = min(self._console.width, _WIDEST)
        try:
            self._console.print(drawn, width=width)
        except (OSError, SystemExit) as error:  # rich exits when the reader of a pipe went away
            raise SendFailed(
                "the terminal is gone", retryable=False, remedy="start Pledgewatch in a terminal"
            ) from error


def _headline(card: Card, colour: str) -> Words:
    if not card.void:
        return Words(clean(card.headline), style=f"bold {colour}")
    struck = Words(clean(card.headline), style="strike")
    return Words(f"{clean(card.void)} ", style=f"bold {colour}").append_text(struck)


def _spaced(blocks: tuple[Block, ...]) -> Iterator[RenderableType]:
    for block in blocks:
        if not isinstance(block, Divider):
            yield Words()
        yield _block(block)


def _block(block: Block) -> RenderableType:
    match block:
        case Text(lines):
            return Group(*(_line(line) for line in lines))
        case Quote():
            return _quote(block)
        case Fields(rows):
            return _fields(rows)
        case Table():
            return _table(block)
        case Picture():
            return Words(f"[{clean(block.alt)}]", style="dim")
        case Divider():
            return Rule(style="dim")


def _quote(quote: Quote) -> RenderableType:
    words = Words(f"“{clean(quote.text)}”", style="italic")
    source = Words("— ", style="dim").append(_span(Span(quote.source, link=quote.url)))
    return _Barred(Group(words, source))


class _Barred:
    """Something with a bar at its left, however many lines it takes."""

    def __init__(self, inner: RenderableType) -> None:
        self._inner = inner

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        narrower = options.update_width(max(options.max_width - 2, 1))
        for line in console.render_lines(self._inner, narrower, pad=False):
            yield Segment("┃ ", Style(dim=True))
            yield from line
            yield Segment.line()


def _fields(rows: tuple[tuple[str, Line], ...]) -> RenderableType:
    grid = Grid.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for label, line in rows:
        grid.add_row(Words(clean(label)), _line(line))
    return grid


def _table(table: Table) -> RenderableType:
    grid = Grid(
        box=box.SIMPLE_HEAD,
        header_style="dim",
        show_header=any(table.columns),
        show_edge=False,
        pad_edge=False,
    )
    for column in table.columns or ("",) * max((len(row) for row in table.rows), default=0):
        grid.add_column(Words(clean(column)), overflow="fold")
    for row in table.rows:
        grid.add_row(*(_line(cell) for cell in row))
    return grid


def _line(line: Line, style: str = "") -> Words:
    words = Words(style=style)
    for span in line:
        words.append(_span(span))
    return words


def _span(span: Span) -> Words:
    text = clean(span.text)
    if span.time is not None:
        text = f"{span.time.astimezone(UTC):%d %b %Y %H:%M} UTC"
    style = Style(
        bold=span.bold or None,
        dim=span.muted or None,
        strike=span.struck or None,
        color="cyan" if span.code else None,
        link=web_address(span.link) or None,
    )
    return Words(text, style=style)
