"""When a delivery is tried again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.retry import exhausted, retry_at
from tests.builders import NOW


def test_the_wait_doubles_with_each_failure() -> None:
    waits = [(retry_at(n, NOW, None, 0.0) - NOW).total_seconds() for n in range(4)]
    assert waits == [2, 4, 8, 16]


def test_the_wait_never_grows_beyond_a_quarter_of_an_hour_and_its_jitter() -> None:
    assert retry_at(500, NOW, None, 1.0) - NOW == timedelta(seconds=900 * 1.25)


def test_what_failed_together_is_not_tried_again_together() -> None:
    waits = {retry_at(5, NOW, None, jitter / 4) for jitter in range(5)}
    assert len(waits) == 5
    assert all(64 <= (when - NOW).total_seconds() <= 80 for when in waits)


def test_the_platform_is_never_asked_before_the_time_it_named() -> None:
    assert retry_at(0, NOW, 73.0, 0.0) == NOW + timedelta(seconds=73)


def test_a_short_retry_after_does_not_shorten_the_backoff() -> None:
    assert retry_at(5, NOW, 1.0, 0.0) == NOW + timedelta(seconds=64)


@pytest.mark.parametrize(("hours", "over"), [(23, False), (24, True)])
def test_a_delivery_is_given_up_after_a_day(hours: int, over: bool) -> None:
    assert exhausted(NOW, NOW + timedelta(hours=hours), attempts=104) is over


def test_what_waited_for_days_for_a_stopped_service_is_tried_before_it_is_given_up() -> None:
    assert not exhausted(NOW, NOW + timedelta(days=3), attempts=1)
