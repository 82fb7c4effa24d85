"""`python -m bot.charts.process`: a plan as JSON in, its picture as PNG out."""

from __future__ import annotations

import os
import sys

from bot.charts.draw_grid import draw_grid
from bot.charts.draw_timeline import draw_timeline
from bot.charts.draw_weeks import draw_weeks
from bot.charts.plans import GridPlan, Plan, TimelinePlan
from bot.charts.worker import read_plan

_NICE = 5
"""Alerts go before pictures."""


def picture(plan: Plan) -> bytes:
    """The plan as PNG."""
    match plan:
        case TimelinePlan():
            return draw_timeline(plan)
        case GridPlan():
            return draw_grid(plan)
        case _:
            return draw_weeks(plan)


def main() -> None:
    """Draw what standard input says."""
    if hasattr(os, "nice"):
        os.nice(_NICE)
    plan = read_plan(sys.stdin.buffer.read())
    sys.stdout.buffer.write(picture(plan))


if __name__ == "__main__":
    main()
