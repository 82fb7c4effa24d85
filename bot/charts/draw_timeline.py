"""A timeline as a picture: a row an act, oldest on top, each on the ladder of stages.

Acts come in bursts with decades between them, so that a scale of time would heap them up; the rows
are evenly spaced instead, and say where years went by.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.charts.canvas import (
    FAINT,
    HAIRLINE,
    MARGIN,
    MUTED,
    WIDTH,
    Canvas,
    drawable,
    line_height,
    wrapped,
)
from bot.charts.frame import Legend, header, legend
from bot.charts.palette import ACTORS
from bot.charts.plans import Act, Mark, TimelinePlan

_TRACK = 1.4
_STEP = 0.205
_TEXT = 2.84
_TEXT_WIDTH = WIDTH - MARGIN - _TEXT
_TITLE, _SMALL = 9.0, 8.0
_CLEAR = 0.1
"""Between a date and the mark of stage 0."""
_SCALE = 0.46
_ROOM = 0.1
"""Above and below the text of a row."""
_GAP = 0.26


@dataclass(frozen=True, slots=True)
class _Row:
    act: Act
    gap: str
    when: tuple[str, ...]
    title: tuple[str, ...]
    meaning: tuple[str, ...]

    @property
    def height(self) -> float:
        text = len(self.title) * line_height(_TITLE) + len(self.meaning) * line_height(_SMALL)
        text = max(text, len(self.when) * line_height(_TITLE))
        return text + 2 * _ROOM + (_GAP if self.gap else 0)


def draw_timeline(plan: TimelinePlan) -> bytes:
    """The picture as PNG."""
    rows = [_row(act, gap) for act, gap in zip(plan.acts, plan.gaps, strict=True)]
    top = header(plan.title, plan.subtitle)
    bottom = legend(_entries(plan), plan.note)
    table = _SCALE + sum(row.height for row in rows)
    canvas = Canvas(top.height + table + bottom.height)
    top.draw(canvas)
    y = top.height
    _draw_scale(canvas, y, table, plan.scale)
    y += _SCALE
    for row in rows:
        _draw_row(canvas, y, row)
        y += row.height
    bottom.draw(canvas, y)
    return canvas.png()


def _row(act: Act, gap: str) -> _Row:
    return _Row(
        act,
        gap,
        wrapped(act.when, _TITLE, _TRACK - MARGIN - _CLEAR, 2, bold=True),
        wrapped(drawable(act.title), _TITLE, _TEXT_WIDTH, 2),
        wrapped(drawable(act.meaning), _SMALL, _TEXT_WIDTH, 2),
    )


def _x(stage: float) -> float:
    return _TRACK + stage * _STEP


def _draw_scale(canvas: Canvas, y: float, height: float, ends: tuple[str, str]) -> None:
    canvas.text(_x(0) - 0.08, y + 0.13, ends[0], 7.5, colour=MUTED)
    canvas.text(_x(6) + 0.08, y + 0.13, ends[1], 7.5, colour=MUTED, align="right")
    for stage in range(7):
        canvas.text(_x(stage), y + 0.33, str(stage), _SMALL, colour=MUTED, align="center")
        canvas.line((_x(stage), y + 0.4), (_x(stage), y + height), FAINT, 1.2)


def _draw_row(canvas: Canvas, y: float, row: _Row) -> None:
    canvas.line((MARGIN, y), (WIDTH - MARGIN, y), HAIRLINE, 0.8)
    if row.gap:
        canvas.box(MARGIN, y + 0.01, WIDTH - 2 * MARGIN, _GAP - 0.02, FAINT)
        canvas.text(MARGIN + 0.06, y + 0.17, f"↓ {row.gap}", _SMALL, colour=MUTED)
        canvas.line((MARGIN, y + _GAP), (WIDTH - MARGIN, y + _GAP), HAIRLINE, 0.8)
        y += _GAP
    first = y + _ROOM + _TITLE / 72
    canvas.paragraph(MARGIN, first, row.when, _TITLE, bold=True)
    below = canvas.paragraph(_TEXT, first, row.title, _TITLE)
    canvas.paragraph(_TEXT, below, row.meaning, _SMALL, colour=MUTED)
    _draw_act(canvas, first - 0.045, row.act)


def _draw_act(canvas: Canvas, y: float, act: Act) -> None:
    colour, symbol = ACTORS[act.actor]
    made = act.mark is Mark.MADE
    if act.stage:
        canvas.line((_x(0), y), (_x(act.stage), y), colour, 3.2 if made else 1.6, dotted=not made)
    canvas.mark(_x(act.stage), y, act.mark, symbol, colour)


def _entries(plan: TimelinePlan) -> tuple[Legend, ...]:
    actors = tuple(
        Legend(name, mark=Mark.MADE, symbol=ACTORS[n][1], colour=ACTORS[n][0])
        for n, name in enumerate(plan.actors)
    )
    shapes = tuple(Legend(words, mark=mark, colour=MUTED) for mark, words in plan.marks)
    return (*(actors if len(actors) > 1 else ()), *(shapes if len(shapes) > 1 else ()))
