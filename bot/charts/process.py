"""`python -m bot.charts.process`: a pickled plan in, its picture as PNG out.

Nothing is imported that drawing does not need.
"""

from __future__ import annotations

import os
import pickle
import sys

from bot.charts.draw_grid import draw_grid
from bot.charts.draw_timeline import draw_timeline
from bot.charts.draw_weeks import draw_weeks
from bot.charts.plans import GridPlan, Plan, TimelinePlan

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
    plan: Plan = pickle.load(sys.stdin.buffer)  # noqa: S301 - written by the service itself
    sys.stdout.buffer.write(picture(plan))


if __name__ == "__main__":
    main()
