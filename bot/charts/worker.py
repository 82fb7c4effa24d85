"""Drawing off the event loop: one thread, since matplotlib keeps global settings."""

from __future__ import annotations

import asyncio
import importlib.util
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import lru_cache

import structlog

from bot.cards import Card, Picture
from bot.charts.plans import GridPlan, Plan, TimelinePlan

log = structlog.get_logger(__name__)

MISSING = (
    "Pictures need matplotlib, which is not installed; `pip install 'pledgewatch[charts]'` "
    "brings it."
)
_KEPT = 32


class ChartsMissing(Exception):
    """matplotlib is not there; the message says how to get it."""

    def __init__(self) -> None:
        super().__init__(MISSING)


def installed() -> bool:
    """Whether the extra "charts" is there; imports nothing."""
    return importlib.util.find_spec("matplotlib") is not None


class Charts:
    """Draws plans. matplotlib is imported when the first one is drawn."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="charts")

    async def draw(self, plan: Plan) -> Picture:
        """The picture, with its alternative text. Raises ChartsMissing."""
        if not installed():
            raise ChartsMissing
        png = await asyncio.get_running_loop().run_in_executor(self._thread, drawn, plan)
        return Picture(png, plan.alt, plan.name)

    async def illustrated(self, card: Card, plan: Plan) -> Card:
        """The card with the picture on top. An answer in words is better than none, so that a
        picture which cannot be drawn is left out, and logged."""
        try:
            picture = await self.draw(plan)
        except Exception:
            log.exception("charts.draw", picture=plan.name)
            return card
        return replace(card, blocks=(picture, *card.blocks))


@lru_cache(maxsize=_KEPT)
def drawn(plan: Plan) -> bytes:
    """A plan as PNG; slow, and not for the event loop. What a whole team asks for at once is drawn
    once."""
    from bot.charts.draw_grid import draw_grid
    from bot.charts.draw_timeline import draw_timeline
    from bot.charts.draw_weeks import draw_weeks

    match plan:
        case TimelinePlan():
            return draw_timeline(plan)
        case GridPlan():
            return draw_grid(plan)
        case _:
            return draw_weeks(plan)
