"""Why a route says nothing of a development."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.route_reasons import refusal
from classifiers.assessment import Direction, Head, Obligation, Stage
from storage.records import Origin, Route
from tests.bot.conftest import ADMIN, People
from tests.bot.test_alert_card import text_of
from tests.storage.makers import NOW, assessed, claim

ROUTE = Route("desk", "slack:C1")


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({}, ""),
        ({"beneficiaries": ("UKR",)}, ""),
        (
            {"beneficiaries": ("POL", "EST")},
            "wants promises to Poland, Estonia, this is to Ukraine",
        ),
        ({"committers": ("FRA",)}, "wants acts of France, this is by United Kingdom"),
        ({"directions": (Direction.REFUSED,)}, "wants refused, this is new"),
        ({"heads": (Head.SIGNED,)}, "wants signed, this is pledged"),
        ({"obligations": (Obligation.FINANCE,)}, "wants finance, this is troop deployment"),
        (
            {"min_stage": Stage.IN_FORCE},
            "wants stage 5 in force and up, this has 2 pledge",
        ),
        ({"min_confidence": 0.95}, "wants a confidence of 0.95, this has 0.80"),
        ({"sources": ("Reuters",)}, "wants reports by Reuters, this is by Gazette"),
        ({"languages": ("uk",)}, "wants uk, this is in en"),
        ({"words": "submarine"}, "wants words like “submarine”, which no title or quotation has"),
        ({"disabled": "archived"}, "is off: archived"),
        ({"muted_until": NOW + timedelta(days=1)}, "is muted until 03 Mar 2026 12:00 UTC"),
        (
            {"committers": ("FRA",), "min_stage": Stage.IN_FORCE},
            "wants stage 5 in force and up, this has 2 pledge; "
            "wants acts of France, this is by United Kingdom",
        ),
    ],
)
async def test_the_setting_that_keeps_it_out_is_named(
    people: People, settings: dict[str, Any], reason: str
) -> None:
    development = await people.development()
    assert refusal(replace(ROUTE, **settings), development, "en", NOW) == reason


async def test_filters_that_no_one_claim_passes_together_are_told(people: People) -> None:
    both = (claim(beneficiaries=("MDA",)), claim(committers=("DEU",), beneficiaries=("POL",)))
    await people.desk.poll(assessed("Two acts", *both))
    route = replace(ROUTE, committers=("DEU",), beneficiaries=("MDA",))
    found = refusal(route, await people.development("MDA-1"), "en", NOW)
    assert found == "wants what no single claim of it has together"


async def test_whynot_says_what_each_route_has_against_it(people: People) -> None:
    store = people.desk.store
    for name, more in (("east", {"beneficiaries": ("POL",)}), ("all", {})):
        route = Route(name, "slack:C1", origin=Origin.CHAT, space="T1", **more)  # type: ignore[arg-type]
        await store.add_route(route, now=NOW)
    source = (await people.development()).lead
    text = text_of(await people.ask(f"pledges whynot {source.article_id}", ADMIN))
    assert "route “east” wants promises to Poland, this is to Ukraine" in text
    assert "route “all”" not in text
