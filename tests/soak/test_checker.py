"""The bench's own judgement: a checker that sees nothing would find every run perfect."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from tests.soak.checker import Expected, Shown, busiest, check, latencies, quantile
from tests.soak.news import Sequel
from tests.soak.plan import LINES, Disk, Step, make_plan, quiet_plan

PLAIN = Expected("slack:C1", "Oslovik")
TOLD_TWICE = Expected("slack:C1", "Oslovik", (Sequel.FURTHER,))
SIGNED = Expected("slack:C1", "Oslovik", (Sequel.SIGNED,))
RATIFIED = Expected("slack:C1", "Oslovik", (Sequel.SIGNED, Sequel.RATIFIED))
ALERT = Shown("m1", "slack:C1", 10.0, "https://news.example/Oslovik-first")
EDITED = replace(ALERT, text=f"{ALERT.text} 2 sources")
EDITED_4 = replace(ALERT, text=f"{EDITED.text} stage 4 of 6")
EDITED_5 = replace(ALERT, text=f"{EDITED.text} stage 5 of 6")
REPLY = Shown("m2", "slack:C1", 12.0, "Oslovik-signed 2 pledge → 4 signed, binding", parent="m1")
SECOND = Shown("m3", "slack:C1", 14.0, "Oslovik-ratified 4 signed → 5 in force", parent="m1")


def test_what_is_as_expected_is_clean() -> None:
    assert check([PLAIN], [ALERT]).clean
    assert check([TOLD_TWICE], [EDITED]).clean
    assert check([SIGNED], [EDITED_4, REPLY]).clean
    assert check([RATIFIED], [EDITED_5, REPLY, SECOND]).clean


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


@pytest.mark.parametrize(
    ("expected", "alert"),
    [(TOLD_TWICE, ALERT), (SIGNED, EDITED), (SIGNED, EDITED_5)],
    ids=["not at all", "by the source alone", "with another state"],
)
def test_an_edit_that_was_not_made_is_seen(expected: Expected, alert: Shown) -> None:
    replies = [REPLY] if expected is SIGNED else []
    assert check([expected], [alert, *replies]).unedited == ["slack:C1 Oslovik"]


@pytest.mark.parametrize(
    "replies",
    [
        [],
        [REPLY, REPLY],
        [replace(REPLY, at=9.0)],
        [replace(REPLY, parent="m7")],
        [SECOND],
        [replace(REPLY, text=REPLY.text.replace("-signed", "-first"))],
    ],
    ids=["none", "two", "before the alert", "elsewhere", "of another update", "another's report"],
)
def test_a_reply_that_is_not_where_it_belongs_is_seen(replies: list[Shown]) -> None:
    assert len(check([SIGNED], [EDITED_4, *replies]).replies) == 1


def test_updates_in_a_wrong_order_are_seen() -> None:
    early = replace(SECOND, at=11.0)
    assert len(check([RATIFIED], [EDITED_5, REPLY, early]).replies) == 1


DIGESTED = Expected("slack:CD", "Oslovik", (Sequel.SIGNED,), digest=True, changed=30.0)
OTHER = Expected("slack:CD", "Elsevik", digest=True)
DIGEST = Shown("d1", "slack:CD", 20.0, "Oslovik-first Elsevik-first")
PART = Shown("d2", "slack:CD", 40.0, "Oslovik-signed", parent="d1")


def test_digests_that_tell_each_state_once_are_clean() -> None:
    assert check([DIGESTED, OTHER], [DIGEST, PART]).clean


def test_a_development_that_no_digest_tells_is_seen() -> None:
    assert check([DIGESTED, OTHER], [replace(DIGEST, text="Oslovik-first"), PART]).lost == [
        "digest slack:CD Elsevik"
    ]


def test_a_development_that_two_digests_tell_is_seen() -> None:
    again = Shown("d3", "slack:CD", 50.0, "Elsevik-first")
    assert check([DIGESTED, OTHER], [DIGEST, PART, again]).duplicated == ["digest slack:CD Elsevik"]


def test_an_update_that_no_digest_tells_is_seen() -> None:
    assert check([DIGESTED, OTHER], [DIGEST]).unedited == ["digest slack:CD Oslovik"]


def test_a_part_that_stands_under_no_digest_is_seen() -> None:
    assert check([DIGESTED, OTHER], [DIGEST, replace(PART, parent="d7")]).replies


def test_latency_runs_from_the_reading_of_the_feed_to_the_alert() -> None:
    assert latencies([ALERT, REPLY], {"Oslovik": 9.5}) == [0.5]
    assert quantile([1.0, 2.0, 3.0], 0.99) == 3.0


def test_the_busiest_channel_is_measured_over_ten_seconds() -> None:
    other = replace(ALERT, channel="slack:C2")
    close = [replace(ALERT, at=at) for at in (0.0, 4.0, 9.0, 30.0)]
    assert busiest([*close, other]) == (2, 0.3)
    assert busiest([]) == (0, 0.0)


def test_one_seed_gives_one_plan() -> None:
    assert make_plan(7, 100, 30) == make_plan(7, 100, 30)
    assert make_plan(7, 100, 30) != make_plan(8, 100, 30)


def test_a_plan_kills_at_every_step_as_often_as_it_is_told() -> None:
    kills = [cycle.kill for cycle in make_plan(7, 100, 30).cycles if cycle.kill]
    assert len(kills) == 30
    assert {kill.step for kill in kills} == set(Step)


def test_a_long_plan_leaves_out_nothing_that_can_go_wrong() -> None:
    cycles = make_plan(7, 1000, 200).cycles
    assert {cycle.disk for cycle in cycles} == set(Disk)
    assert {cycle.line for cycle in cycles} - {""} == set(LINES)
    assert {t.where for c in cycles for t in c.troubles} == {"feeds", "slack", "discord"}


def test_a_plan_puts_the_clock_by_hours_in_both_directions_and_never_far() -> None:
    clocks = [0.0, *(c.clock for c in make_plan(7, 1000, 200).cycles if c.clock is not None)]
    steps = [after - before for before, after in pairwise(clocks)]
    assert min(steps) <= -1
    assert max(steps) >= 1
    assert max(map(abs, clocks)) <= 6


def test_a_plan_publishes_every_story_once() -> None:
    told = [number for cycle in make_plan(7, 100, 30).cycles for number in cycle.stories]
    assert told == list(range(100))


def test_a_quiet_plan_publishes_turn_by_turn() -> None:
    assert [cycle.stories for cycle in quiet_plan(7, [2, 1]).cycles] == [(0, 1), (2,)]
