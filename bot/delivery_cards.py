"""What a delivery says: drawn when it is sent, from the development as it stands by then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.alert_card import DEFAULTS, alert_card
from bot.cards import Card
from bot.charts import Charts
from bot.digest_delivery import DigestCards
from bot.follow_card import follow_card
from bot.notices import notice_card
from bot.update_card import Update, update_card
from bot.welcome import sample_card, welcome_card
from storage.records import Delivery, DeliveryKind, Development, Route
from storage.store import Store


class DeliveryCards:
    """Cards for deliveries of every kind, in the style and language of their routes."""

    def __init__(
        self, store: Store, clock: Callable[[], datetime], charts: Charts | None = None
    ) -> None:
        self._store = store
        self._clock = clock
        self._digests = DigestCards(store, charts)

    async def drawn(self, delivery: Delivery) -> tuple[Card, int]:
        """The card, and the revision of the development that it shows; 0 where it shows none.
        Raises StorageError."""
        match delivery.kind:
            case DeliveryKind.NOTICE:
                return await self._notice(delivery), 0
            case DeliveryKind.DIGEST:
                return await self._digests.card(delivery, await self._route(delivery)), 0
        development = await self._development(delivery)
        return self._of(development, delivery, await self._route(delivery)), development.revision

    def _of(self, development: Development, delivery: Delivery, route: Route) -> Card:
        mention = str(delivery.payload.get("mention", ""))
        match delivery.kind:
            case DeliveryKind.FOLLOW:
                return follow_card(development, Update.from_payload(delivery.payload), route)
            case DeliveryKind.REPLY:
                update = Update.from_payload(delivery.payload)
                return update_card(development, update, route, mention=mention)
        waited = delivery.created if delivery.kind is DeliveryKind.ALERT else None
        return alert_card(
            development, now=self._clock(), route=route, waited_since=waited, mention=mention
        )

    async def _notice(self, delivery: Delivery) -> Card:
        """A word to the admins, a first message, or a sample of an alert."""
        payload = delivery.payload
        match payload.get("card"):
            case "welcome":
                return welcome_card(delivery.channel, feeds=len(await self._store.subscriptions()))
            case "sample":
                return sample_card(self._clock(), await self._route(delivery))
        good = bool(payload.get("good"))
        return notice_card(str(payload["text"]), str(payload["remedy"]), good=good)

    async def _development(self, delivery: Delivery) -> Development:
        if delivery.development_id is None:
            raise RuntimeError(f"{delivery.kind} {delivery.key} has no development")
        development = await self._store.development(str(delivery.development_id))
        if development is None:
            raise RuntimeError(f"development {delivery.development_id} is gone")
        return development

    async def _route(self, delivery: Delivery) -> Route:
        """The route that the alert came by, or the defaults where it is gone."""
        routes = await self._store.routes()
        return next((route for route in routes if route.name == delivery.route), DEFAULTS)
