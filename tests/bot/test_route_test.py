"""What a route would have told of the past weeks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.route_answers import compared, passing, summary, timing, tried
from bot.route_test import SPAN, Comparison, trial, under_threshold
from classifiers.assessment import Head, Stage
from storage.records import Held, Mode, Route
from storage.replay import Reported
from tests.bot.test_alert_card import text_of
from tests.builders import NOW, claim, development

ROUTE = Route("desk", "slack:C1")


def reported(number: int, at: datetime = NOW, score: float = 0.9, **changes: Any) -> Reported:
    made = development(claim(**changes), id=number, short_id=f"UKR-{number}")
    return Reported(made, at, "en", score)


def test_what_passes_is_told_the_newest_first() -> None:
    history = [
        reported(1, NOW - timedelta(days=2)),
        reported(2, NOW),
        reported(3, NOW, beneficiaries=("JPN",)),
    ]
    found = trial(Route("desk", "slack:C1", beneficiaries=("UKR",)), history)
    assert [t.reported.development.id for t in found.told] == [2, 1]
    assert found.tried == 3


def test_quiet_hours_hold_and_let_the_urgent_through() -> None:
    night = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)
    route = Route("desk", "slack:C1", quiet="22:00-07:00", urgent=(Head.SIGNED,))
    signed = reported(2, night, stage=Stage.SIGNED_BINDING)
    found = trial(route, [reported(1, night), signed])
    assert [t.reported.development.id for t in found.alerts] == [2]
    assert found.held_for(Held.QUIET) == 1
    assert found.told[-1].when == datetime(2026, 3, 3, 7, 0, tzinfo=UTC)


def test_a_ceiling_counts_the_alerts_of_an_hour() -> None:
    route = Route("desk", "slack:C1", ceiling=2)
    history = [reported(n, NOW + timedelta(minutes=n)) for n in range(4)]
    later = reported(9, NOW + timedelta(hours=2))
    found = trial(route, [*history, later])
    assert [t.reported.development.id for t in found.alerts] == [9, 1, 0]
    assert found.held_for(Held.CEILING) == 2


def test_a_digest_is_counted_once_a_day() -> None:
    route = Route("desk", "slack:C1", mode=Mode.DAILY)
    history = [reported(n, NOW + timedelta(days=n // 3)) for n in range(6)]
    found = trial(route, history)
    assert (len(found.told), found.digests) == (6, 2)
    assert "6 for its digest, in 2 digests" in summary(found)


def test_a_route_that_is_off_or_muted_is_tried_as_if_it_worked() -> None:
    route = Route("desk", "slack:C1", disabled="archived", muted_until=NOW + timedelta(days=9))
    assert len(trial(route, [reported(1)]).told) == 1


def test_a_change_is_what_it_adds_and_takes_away() -> None:
    history = [reported(1), reported(2, stage=Stage.TALK), reported(3, committers=("GBR",))]
    before = trial(Route("desk", "slack:C1", min_stage=Stage.PLEDGE), history)
    after = trial(Route("desk", "slack:C1", committers=("FRA",)), history)
    comparison = Comparison(before, after)
    assert [t.reported.development.id for t in comparison.gained] == [2]
    assert [t.reported.development.id for t in comparison.lost] == [3]
    card = compared(comparison, SPAN, ["min_stage 2 → –"]).card
    assert "1 added, 1 fewer" in card.headline
    assert "min_stage 2 → –" in text_of(card)


def test_another_threshold_keeps_what_scores_enough_and_adds_what_it_begins() -> None:
    history = [reported(1, score=0.9), reported(2, score=0.5)]
    begun = [reported(-7, score=0.4)]
    kept = under_threshold(history, begun, 0.6)
    assert [r.development.id for r in kept] == [1, -7]


def test_the_answer_says_how_many_a_week() -> None:
    history = [reported(n, NOW - timedelta(days=n)) for n in range(29)]
    reply = tried([trial(ROUTE, history)], SPAN)
    text = text_of(reply.card)
    assert "29 alerts, about 7 a week" in text
    assert "… and 19 more" in text
    assert len(reply.data["routes"][0]["told"]) == 29


def test_a_few_days_are_no_week() -> None:
    assert summary(trial(ROUTE, [reported(1), reported(2)])) == "2 alerts"


def test_a_route_is_told_in_words() -> None:
    route = Route(
        "desk",
        "slack:C1",
        beneficiaries=("UKR", "MDA"),
        min_stage=Stage.PLEDGE,
        mode=Mode.WEEKLY,
        zone="Europe/Kyiv",
        quiet="22:00-07:00",
        ceiling=5,
    )
    assert passing(route) == "to Ukraine or Moldova · stage 2 and up"
    assert timing(route) == (
        "weekly digest, Monday at 07:00 Europe/Kyiv · quiet 22:00-07:00 Europe/Kyiv"
        " · at most 5 an hour"
    )
    assert passing(ROUTE) == "everything"
