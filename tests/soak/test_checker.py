"""The bench's own judgement: a checker that sees nothing would find every run perfect."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.soak.checker import Expected, Shown, check, latencies, quantile
from tests.soak.news import Sequel
from tests.soak.plan import Step, make_plan, quiet_plan

PLAIN = Expected("slack:C1", "Oslovik", Sequel.NONE)
TOLD_TWICE = Expected("slack:C1", "Oslovik", Sequel.FURTHER)
SIGNED = Expected("slack:C1", "Oslovik", Sequel.UPDATE)
ALERT = Shown("m1", "slack:C1", 10.0, "https://news.example/Oslovik-first")
EDITED = replace(ALERT, text=f"{ALERT.text} 2 sources")
REPLY = Shown("m2", "slack:C1", 12.0, "https://news.example/Oslovik-second", parent="m1")


def test_what_is_as_expected_is_clean() -> None:
    assert check([PLAIN], [ALERT]).clean
    assert check([TOLD_TWICE], [EDITED]).clean
    assert check([SIGNED], [EDITED, REPLY]).clean


def test_a_lost_alert_is_seen() -> None:
    assert check([PLAIN], []).lost == ["slack:C1 Oslovik"]


def test_an_alert_that_stands_twice_is_seen() -> None:
    assert check([PLAIN], [ALERT, replace(ALERT, id="m9")]).duplicated == ["slack:C1 Oslovik"]


@pytest.mark.parametrize(
    "message",
    [
        replace(ALERT, channel="slack:C2"),
        replace(ALERT, text="https://news.example/Elsevik-first"),
        replace(ALERT, text="rain"),
    ],
    ids=["another channel", "nobody published it", "no development"],
)
def test_an_alert_that_nobody_called_for_is_seen(message: Shown) -> None:
    assert len(check([PLAIN], [ALERT, message]).spurious) == 1


def test_an_edit_that_was_not_made_is_seen() -> None:
    assert check([TOLD_TWICE], [ALERT]).unedited == ["slack:C1 Oslovik"]


@pytest.mark.parametrize(
    "replies",
    [[], [REPLY, REPLY], [replace(REPLY, at=9.0)], [replace(REPLY, parent="m7")]],
    ids=["none", "two", "before the alert", "in another's thread"],
)
def test_a_reply_that_is_not_where_it_belongs_is_seen(replies: list[Shown]) -> None:
    assert len(check([SIGNED], [EDITED, *replies]).replies) == 1


def test_latency_runs_from_the_reading_of_the_feed_to_the_alert() -> None:
    assert latencies([ALERT, REPLY], {"Oslovik": 9.5}) == [0.5]
    assert quantile([1.0, 2.0, 3.0], 0.99) == 3.0


def test_one_seed_gives_one_plan() -> None:
    assert make_plan(7, 100, 30) == make_plan(7, 100, 30)
    assert make_plan(7, 100, 30) != make_plan(8, 100, 30)


def test_a_plan_kills_at_every_step_as_often_as_it_is_told() -> None:
    kills = [cycle.kill for cycle in make_plan(7, 100, 30).cycles if cycle.kill]
    assert len(kills) == 30
    assert {kill.step for kill in kills} == set(Step)


def test_a_plan_publishes_every_story_once() -> None:
    told = [number for cycle in make_plan(7, 100, 30).cycles for number in cycle.stories]
    assert told == list(range(100))


def test_a_quiet_plan_publishes_turn_by_turn() -> None:
    assert [cycle.stories for cycle in quiet_plan(7, [2, 1]).cycles] == [(0, 1), (2,)]
