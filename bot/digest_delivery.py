"""A digest's messages as they are sent: what the store kept, laid out once, drawn."""

from __future__ import annotations

import asyncio
from datetime import datetime

import structlog

from bot.cards import Card, Picture
from bot.charts import Charts, Plan
from bot.charts.worker import ChartFailed, ChartsMissing
from bot.digest import Digest, digest_card, laid_out, part_card
from bot.digest_picture import picture_plan
from storage.records import Delivery, Route
from storage.store import Store

log = structlog.get_logger(__name__)


class DigestCards:
    """Cards for deliveries of kind DIGEST: main messages and the replies to them."""

    def __init__(self, store: Store, charts: Charts | None) -> None:
        self._store = store
        self._charts = charts

    async def card(self, delivery: Delivery, route: Route) -> Card:
        """The message. What stands in it, and what in the replies, is decided and kept before the
        main message is sent for the first time."""
        payload = delivery.payload
        told = await self._store.digest(payload.get("digest", delivery.id))
        until = datetime.fromisoformat(payload["until"]) if "until" in payload else delivery.created
        since = datetime.fromisoformat(payload["since"])
        digest = Digest.of(told, since=since, until=until, route=route)
        part = payload.get("part", 0)
        if "parts" in payload:
            here, parts = {d.id for item, d in told if item.part == part}, payload["parts"]
        else:
            here, parts = await self._lay_out(delivery, digest)
        named = [d.short_id for _, d in told if d.id in here]
        log.info("digest.drawn", delivery=delivery.key, part=part, developments=named)
        if part:
            return part_card(digest, here, part=part, parts=parts)
        picture = await self._picture(picture_plan(digest))
        return digest_card(digest, here, picture=picture, parts=parts)

    async def _lay_out(self, delivery: Delivery, digest: Digest) -> tuple[set[int], int]:
        """What stands in the main message, and how many messages there are."""
        plan = picture_plan(digest) if self._charts else None
        # A digest of hundreds takes longer than the event loop may be held.
        pages = await asyncio.to_thread(laid_out, digest, plan.alt if plan else "")
        await self._store.lay_out_digest(delivery.id, pages)
        return set(pages[0]), len(pages)

    async def _picture(self, plan: Plan | None) -> Picture | None:
        """A digest in words is better than none."""
        if self._charts is None or plan is None:
            return None
        try:
            return await self._charts.draw(plan)
        except (ChartsMissing, ChartFailed, OSError):
            log.exception("digest.picture", picture=plan.name)
            return None
