"""Pictures of the ledger and of the news: a timeline, a matrix, developments a week.

A plan decides what a picture shows (pure); `Charts` draws it with Pillow, in a process of its
own. Pillow comes with the extra "charts"; without it `installed()` is false.

Each name is imported when it is first asked for: the process that draws needs none of what plans
are made from, and takes a third less memory without it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.charts.matrix import obligations_plan, pairs_plan
    from bot.charts.plans import GridPlan, Plan, TimelinePlan, WeeksPlan
    from bot.charts.timeline import timeline_plan
    from bot.charts.weeks import first_monday, weeks_plan
    from bot.charts.worker import MISSING, ChartFailed, Charts, ChartsMissing, installed

__all__ = [
    "MISSING",
    "ChartFailed",
    "Charts",
    "ChartsMissing",
    "GridPlan",
    "Plan",
    "TimelinePlan",
    "WeeksPlan",
    "first_monday",
    "installed",
    "obligations_plan",
    "pairs_plan",
    "timeline_plan",
    "weeks_plan",
]

_HOMES = {
    "matrix": ("obligations_plan", "pairs_plan"),
    "plans": ("GridPlan", "Plan", "TimelinePlan", "WeeksPlan"),
    "timeline": ("timeline_plan",),
    "weeks": ("first_monday", "weeks_plan"),
    "worker": ("MISSING", "ChartFailed", "Charts", "ChartsMissing", "installed"),
}


def __getattr__(name: str) -> object:
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
