"""Drawing beside the service: one process a picture.

Drawing holds the interpreter, a thread would make the event loop wait for it, and what it leaves in
memory the service would carry for good.
"""

from __future__ import annotations

import asyncio
import importlib.util
import pickle
import sys
from collections import OrderedDict
from contextlib import suppress
from dataclasses import replace
from functools import partial

import structlog

from bot.cards import Card, Picture
from bot.charts.plans import Plan
from feeds.parse_pool import worker_environment

log = structlog.get_logger(__name__)

MISSING = (
    "Pictures need Pillow, which is not installed; `pip install 'pledgewatch[charts]'` brings it."
)
_KEPT = 32
_DEADLINE = 60.0
"""Seconds. A picture takes a quarter of one; a machine that is busy or swaps takes longer."""


class ChartsMissing(Exception):
    """Pillow is not there; the message says how to get it."""

    def __init__(self) -> None:
        super().__init__(MISSING)


class ChartFailed(Exception):
    """The process that drew ended without a picture: a bug of ours, or no memory left."""


def installed() -> bool:
    """Whether the extra "charts" is there; imports nothing."""
    return importlib.util.find_spec("PIL") is not None


class Charts:
    """Draws plans, one at a time. What a whole team asks for at once is drawn once."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._drawn: OrderedDict[Plan, bytes] = OrderedDict()

    async def draw(self, plan: Plan) -> Picture:
        """The picture, with its alternative text. Raises ChartsMissing, ChartFailed."""
        if not installed():
            raise ChartsMissing
        async with self._turn:
            png = self._drawn.get(plan) or await drawn(plan)
            self._drawn[plan] = png
            self._drawn.move_to_end(plan)
            if len(self._drawn) > _KEPT:
                self._drawn.popitem(last=False)
        return Picture(png, plan.alt, plan.name)

    def illustrated(self, card: Card, plan: Plan) -> Card:
        """The card, to which its picture is added when it is drawn."""
        return replace(card, picture=partial(self._drawn_or_none, plan))

    async def _drawn_or_none(self, plan: Plan) -> Picture | None:
        """An answer in words is better than none, so that a picture which cannot be drawn is left
        out, and logged."""
        try:
            return await self.draw(plan)
        except Exception:
            log.exception("charts.draw", picture=plan.name)
            return None


async def drawn(plan: Plan) -> bytes:
    """A plan as PNG, drawn anew. Raises ChartFailed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",  # never import from the folder that the service happens to run in
        "-m",
        "bot.charts.process",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=worker_environment(),
    )
    try:
        async with asyncio.timeout(_DEADLINE):
            png, said = await process.communicate(pickle.dumps(plan))
    except TimeoutError as error:
        raise ChartFailed(f"{plan.name} was not drawn within {_DEADLINE:g} s") from error
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode or not png:
        raise ChartFailed(f"{plan.name}: {said.decode(errors='replace').strip()[-500:]}")
    return png
