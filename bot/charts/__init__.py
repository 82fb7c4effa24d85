"""Pictures of the ledger and of the news: a timeline, a matrix, developments a week.

A plan decides what a picture shows (pure); `Charts` draws it with matplotlib, in a process of its
own. matplotlib comes with the extra "charts"; without it `installed()` is false.
"""

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
