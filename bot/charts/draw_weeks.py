"""Developments a week as a picture: columns stacked above and below a line."""

from __future__ import annotations

from bot.charts.canvas import FAINT, INK, MARGIN, MUTED, WIDTH, Canvas, drawable
from bot.charts.frame import Legend, header, legend
from bot.charts.palette import WEEKS, WHITE_ON
from bot.charts.plans import Series, WeeksPlan

_PLOT = 2.5
_LEFT = MARGIN + 0.34
_RIGHT = WIDTH - MARGIN
_TICKS = 0.3
_SMALL = 8.0
_COUNT_FROM = 0.17
"""A part of a column at least so high, in inches, has its number on it."""


def draw_weeks(plan: WeeksPlan) -> bytes:
    """The picture as PNG."""
    top = header(plan.title, plan.subtitle)
    bottom = legend([Legend(s.label, WEEKS[s.kind]) for s in plan.series], plan.note)
    canvas = Canvas(top.height + _PLOT + _TICKS + bottom.height)
    top.draw(canvas)
    above, below = _extents(plan)
    scale = _Scale(top.height + 0.06, _PLOT - 0.12, above, below)
    _draw_axis(canvas, scale)
    for week in range(len(plan.mondays)):
        _draw_week(canvas, scale, plan, week)
    if plan.empty:
        middle = (_LEFT + _RIGHT) / 2
        canvas.text(
            middle, scale.y(above / 2), drawable(plan.empty), 11, colour=MUTED, align="center"
        )
    bottom.draw(canvas, top.height + _PLOT + _TICKS)
    return canvas.png()


class _Scale:
    """Counts to inches from the top."""

    def __init__(self, top: float, height: float, above: int, below: int) -> None:
        self.above, self.below = above, below
        self._unit = height / (above + below)
        self._zero = top + above * self._unit

    def y(self, count: float) -> float:
        """Where a count above the line (negative: below it) ends."""
        return self._zero - count * self._unit


def _extents(plan: WeeksPlan) -> tuple[int, int]:
    """The highest column above and below, rounded up to a tick."""
    highest = [
        max(
            (
                sum(s.counts[n] for s in plan.series if s.below is side)
                for n in range(len(plan.mondays))
            ),
            default=0,
        )
        for side in (False, True)
    ]
    step = _step(max(highest))
    above, below = (-(-count // step) * step for count in highest)
    return max(above, step), below


def _step(highest: int) -> int:
    """Between two lines of the grid: 1, 2 or 5 and their tens, about five lines high."""
    step = 1
    while True:
        for factor in (1, 2, 5):
            if highest <= 5 * factor * step:
                return factor * step
        step *= 10


def _draw_axis(canvas: Canvas, scale: _Scale) -> None:
    step = _step(max(scale.above, scale.below))
    for count in range(-scale.below, scale.above + 1, step):
        y = scale.y(count)
        canvas.line((_LEFT, y), (_RIGHT, y), "#7C8794" if count == 0 else FAINT, 1.2)
        canvas.text(_LEFT - 0.08, y + 0.04, str(abs(count)), _SMALL, colour=MUTED, align="right")


def _draw_week(canvas: Canvas, scale: _Scale, plan: WeeksPlan, week: int) -> None:
    step = (_RIGHT - _LEFT) / len(plan.mondays)
    x = _LEFT + week * step
    for side in (False, True):
        reached = 0
        for series in (s for s in plan.series if s.below is side):
            _draw_part(canvas, scale, series, week, reached, x, step)
            reached += series.counts[week]
    if plan.ticks[week]:
        y = scale.y(-scale.below) + 0.2
        canvas.text(x + step / 2, y, plan.ticks[week], _SMALL, colour=MUTED, align="center")


def _draw_part(
    canvas: Canvas,
    scale: _Scale,
    series: Series,
    week: int,
    reached: int,
    x: float,
    step: float,
) -> None:
    count = series.counts[week]
    if not count:
        return
    sign = -1 if series.below else 1
    ends = sorted((scale.y(sign * reached), scale.y(sign * (reached + count))))
    height = ends[1] - ends[0]
    canvas.box(x + step * 0.12, ends[0] + 0.008, step * 0.76, height - 0.016, WEEKS[series.kind])
    if height >= _COUNT_FROM and step > 0.25:
        colour = "#FFFFFF" if series.kind in WHITE_ON else INK
        middle = (ends[0] + ends[1]) / 2 + 0.04
        canvas.text(x + step / 2, middle, str(count), _SMALL, colour=colour, align="center")
