"""What all pictures have in common: a headline on top, a legend and a note at the foot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.charts.canvas import MARGIN, MUTED, WIDTH, Canvas, drawable, line_height, measured, wrapped
from bot.charts.plans import Mark

_INNER = WIDTH - 2 * MARGIN
_TITLE, _SMALL, _NOTE = 14.0, 9.0, 8.0
_SIGN = 0.2
"""Room for a sign of the legend."""
_APART = 0.24
_LEGEND_LINE = 0.24


@dataclass(frozen=True, slots=True)
class Header:
    """A headline that wraps, and a line under it."""

    title: tuple[str, ...]
    subtitle: tuple[str, ...]

    @property
    def height(self) -> float:
        """In inches, with the room around it."""
        lines = len(self.title) * line_height(_TITLE) + len(self.subtitle) * line_height(_SMALL)
        return MARGIN + lines + 0.14

    def draw(self, canvas: Canvas) -> None:
        """At the top of the card."""
        y = canvas.paragraph(MARGIN, MARGIN + _TITLE / 72, self.title, _TITLE, bold=True)
        canvas.paragraph(MARGIN, y - 0.03, self.subtitle, _SMALL, colour=MUTED)


def header(title: str, subtitle: str) -> Header:
    """Wrapped to the card's width."""
    return Header(
        wrapped(drawable(title), _TITLE, _INNER, 2, bold=True),
        wrapped(drawable(subtitle), _SMALL, _INNER, 2),
    )


@dataclass(frozen=True, slots=True)
class Legend:
    """What a colour or a shape means: a box where there is no mark."""

    words: str
    colour: str
    mark: Mark | None = None
    symbol: str = "o"
    stripes: str = ""

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """With its baseline at y."""
        if self.mark is None:
            canvas.box(x, y - 0.115, 0.14, 0.14, self.colour, self.stripes)
        else:
            canvas.mark(x + 0.07, y - 0.045, self.mark, self.symbol, self.colour)
        canvas.text(x + _SIGN, y, self.words, _SMALL)

    @property
    def width(self) -> float:
        """In inches."""
        return _SIGN + measured(self.words, _SMALL)


@dataclass(frozen=True, slots=True)
class Footer:
    """Lines of legend, then the note."""

    lines: tuple[tuple[Legend, ...], ...]
    note: tuple[str, ...]

    @property
    def height(self) -> float:
        """In inches, with the room around it."""
        body = len(self.lines) * _LEGEND_LINE + len(self.note) * line_height(_NOTE)
        return 0.12 + body + (MARGIN if body else 0.1)

    def draw(self, canvas: Canvas, y: float) -> None:
        """From y down."""
        y += 0.12 + _SMALL / 72
        for line in self.lines:
            x = MARGIN
            for entry in line:
                entry.draw(canvas, x, y)
                x += entry.width + _APART
            y += _LEGEND_LINE
        canvas.paragraph(MARGIN, y, self.note, _NOTE, colour=MUTED)


def legend(entries: Sequence[Legend], note: str) -> Footer:
    """Entries flow into as many lines as they need."""
    lines: list[list[Legend]] = []
    x = _INNER
    for entry in entries:
        if x + entry.width > _INNER:
            lines.append([])
            x = 0.0
        lines[-1].append(entry)
        x += entry.width + _APART
    return Footer(tuple(map(tuple, lines)), wrapped(drawable(note), _NOTE, _INNER, 2))
