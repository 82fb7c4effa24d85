"""A matrix as a picture: a cell a pair, darker and with a higher number the more it binds."""

from __future__ import annotations

import math

from bot.charts.canvas import (
    HAIRLINE,
    INK,
    MARGIN,
    MUTED,
    WIDTH,
    Canvas,
    drawable,
    line_height,
    measured,
    wrapped,
)
from bot.charts.frame import Legend, header, legend
from bot.charts.palette import DARK_FROM, STAGES, stripes
from bot.charts.plans import Cell, GridPlan

_NAMES = 1.75
_GRID = MARGIN + _NAMES
_ROW = 0.37
_WIDEST = 0.56
_TURN = math.radians(40)
_SIZE = 9.0
_HEADING = 1.5
"""The longest heading, in inches."""
_SPACE = 0.025
_LEGEND_STRIPES = 5


def draw_grid(plan: GridPlan) -> bytes:
    """The picture as PNG."""
    headings = [_heading(name) for name in plan.columns]
    top = header(plan.title, plan.subtitle)
    bottom = legend(_entries(plan), plan.note)
    slant = max(measured(words, _SIZE) for words in headings) * math.sin(_TURN) + 0.16
    canvas = Canvas(top.height + slant + len(plan.rows) * _ROW + bottom.height)
    top.draw(canvas)
    width = _column_width(headings)
    y = top.height + slant
    _draw_corner(canvas, y - 0.08, plan.corner)
    for number, words in enumerate(headings):
        x = _GRID + (number + 0.5) * width
        canvas.text(x, y - 0.08, words, _SIZE, turned=math.degrees(_TURN))
    for name, cells in plan.rows:
        _draw_row(canvas, y, name, cells, width)
        y += _ROW
    bottom.draw(canvas, y)
    return canvas.png()


def _heading(name: str) -> str:
    lines = wrapped(drawable(name), _SIZE, _HEADING, 1)
    return lines[0] if lines else ""


def _column_width(headings: list[str]) -> float:
    """The headings lean out to the right, and need their room there."""
    room = WIDTH - MARGIN - _GRID
    reach = math.cos(_TURN)
    return min(
        _WIDEST,
        *((room - measured(words, _SIZE) * reach) / (n + 0.5) for n, words in enumerate(headings)),
    )


def _draw_corner(canvas: Canvas, y: float, corner: tuple[str, str]) -> None:
    rows, columns = corner
    canvas.text(MARGIN, y, f"{rows} ↓", 8, colour=MUTED)
    canvas.text(_GRID - 0.1, y, f"{columns} →", 8, colour=MUTED, align="right")


def _draw_row(
    canvas: Canvas, y: float, name: str, cells: tuple[Cell | None, ...], width: float
) -> None:
    lines = wrapped(drawable(name), _SIZE, _NAMES - 0.12, 2)
    baseline = y + _ROW / 2 + 0.045 - (len(lines) - 1) * line_height(_SIZE) / 2
    canvas.paragraph(MARGIN, baseline, lines, _SIZE)
    for number, cell in enumerate(cells):
        x = _GRID + number * width
        if cell is None:
            canvas.box(x + width / 2 - 0.02, y + _ROW / 2 - 0.02, 0.04, 0.04, HAIRLINE)
        else:
            _draw_cell(canvas, x, y, width, cell)


def _draw_cell(canvas: Canvas, x: float, y: float, width: float, cell: Cell) -> None:
    colour = STAGES[cell.stage]
    inner = (x + _SPACE, y + _SPACE, width - 2 * _SPACE, _ROW - 2 * _SPACE)
    canvas.box(*inner, colour, stripes(cell.stage) if cell.doubtful else "")
    middle, baseline = x + width / 2, y + _ROW / 2 + 0.05
    if cell.doubtful:
        canvas.box(middle - 0.08, baseline - 0.135, 0.16, 0.17, colour)
    ink = "#FFFFFF" if cell.stage >= DARK_FROM else INK
    canvas.text(middle, baseline, str(cell.stage), 10, bold=True, colour=ink, align="center")


def _entries(plan: GridPlan) -> tuple[Legend, ...]:
    present = sorted({cell.stage for _, cells in plan.rows for cell in cells if cell is not None})
    stages = tuple(Legend(f"{n} {plan.stages[n]}", STAGES[n]) for n in present)
    doubtful = Legend(plan.doubtful, STAGES[_LEGEND_STRIPES], stripes=stripes(_LEGEND_STRIPES))
    return (*stages, doubtful) if plan.doubtful else stages
