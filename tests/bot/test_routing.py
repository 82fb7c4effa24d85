"""Which channels are told of a change."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.routing import due, matches, plan
from classifiers.assessment import Direction, Stage
from storage.records import ChangeKind, DeliveryKind, Mode, Route, RoutingFacts
from tests.builders import change, claim, development

DESK = Route(name="desk", channel="slack:C1")


NOW = datetime(2026, 1, 7, 12, tzinfo=UTC)


def told(*channels: str) -> RoutingFacts:
    return RoutingFacts(NOW, told=frozenset(channels))


@pytest.mark.parametrize(
    ("route", "passes"),
    [
        (Route("all", "terminal"), True),
        (Route("r", "terminal", beneficiaries=("UKR",)), True),
        (Route("r", "terminal", beneficiaries=("TWN",)), False),
        (Route("r", "terminal", committers=("FRA", "GBR")), True),
        (Route("r", "terminal", committers=("USA",)), False),
        (Route("r", "terminal", directions=(Direction.NEW,)), True),
        (Route("r", "terminal", directions=(Direction.REFUSED,)), False),
        (Route("r", "terminal", min_stage=Stage.PLEDGE), True),
        (Route("r", "terminal", min_stage=Stage.POLITICAL_TEXT), False),
        (Route("r", "terminal", min_confidence=0.95), False),
    ],
)
def test_a_route_lets_pass_what_meets_its_filters(route: Route, passes: bool) -> None:
    assert matches(route, development()) is passes


def test_the_filters_of_a_route_must_hold_for_one_claim_together() -> None:
    pledge_to_moldova = claim(beneficiaries=("MDA",), stage=Stage.PLEDGE)
    talk_on_ukraine = claim(beneficiaries=("UKR",), stage=Stage.TALK)
    route = Route("r", "terminal", beneficiaries=("UKR",), min_stage=Stage.PLEDGE)
    assert not matches(route, development(pledge_to_moldova, talk_on_ukraine))


def test_a_later_claim_of_an_article_opens_a_route_too() -> None:
    route = Route("r", "terminal", committers=("USA",))
    withheld = claim(committers=("USA",), direction=Direction.WITHHELD)
    assert matches(route, development(claim(), withheld))


def test_a_new_development_is_an_alert_in_each_matching_channel() -> None:
    routes = [DESK, Route("b", "discord:2", beneficiaries=("TWN",)), Route("c", "terminal")]
    planned = plan(change(), routes, told())
    assert [(d.kind, d.channel, d.route) for d in planned] == [
        (DeliveryKind.ALERT, "slack:C1", "desk"),
        (DeliveryKind.ALERT, "terminal", "c"),
    ]


def test_two_routes_to_one_channel_make_one_alert() -> None:
    planned = plan(change(), [DESK, Route("other", "slack:C1")], told())
    assert len(planned) == 1


def test_the_instant_one_of_two_routes_to_a_channel_decides() -> None:
    daily = Route("daily", "slack:C1", mode=Mode.DAILY)
    (only,) = plan(change(), [daily, DESK], told())
    assert (only.route, only.not_before) == ("desk", None)


def test_a_silent_article_tells_nobody() -> None:
    assert plan(change(alert=False), [DESK], told()) == []


def test_a_further_source_redraws_the_alert_and_says_nothing_more() -> None:
    planned = plan(change(ChangeKind.SOURCE), [DESK], told("slack:C1"))
    assert [d.kind for d in planned] == [DeliveryKind.EDIT]


@pytest.mark.parametrize("kind", [ChangeKind.UPDATE, ChangeKind.DENIAL, ChangeKind.CORRECTION])
def test_a_change_of_substance_redraws_the_alert_and_replies_to_it(kind: ChangeKind) -> None:
    planned = plan(change(kind, what="stage 2 > 3"), [DESK], told("slack:C1"))
    assert [d.kind for d in planned] == [DeliveryKind.EDIT, DeliveryKind.REPLY]
    assert planned[1].payload == {"kind": str(kind), "what": "stage 2 > 3"}


def test_a_development_that_grew_into_a_route_is_an_alert_there() -> None:
    binding_only = Route("binding", "terminal", min_stage=Stage.SIGNED_BINDING)
    grown = development(claim(stage=Stage.SIGNED_BINDING))
    planned = plan(
        change(ChangeKind.UPDATE, development=grown), [DESK, binding_only], told("slack:C1")
    )
    assert (DeliveryKind.ALERT, "terminal") in [(d.kind, d.channel) for d in planned]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (Mode.INSTANT, None),
        (Mode.HOURLY, datetime(2026, 3, 3, 10, tzinfo=UTC)),
        (Mode.DAILY, datetime(2026, 3, 4, 7, tzinfo=UTC)),
        (Mode.WEEKLY, datetime(2026, 3, 9, 7, tzinfo=UTC)),
    ],
)
def test_gathered_alerts_wait_for_their_hour(mode: Mode, expected: datetime | None) -> None:
    tuesday = datetime(2026, 3, 3, 9, 15, tzinfo=UTC)
    assert due(mode, tuesday) == expected


def test_a_weekly_alert_of_early_monday_goes_out_that_morning() -> None:
    assert due(Mode.WEEKLY, datetime(2026, 3, 2, 6, tzinfo=UTC)) == datetime(
        2026, 3, 2, 7, tzinfo=UTC
    )
