from __future__ import annotations

from datetime import UTC, datetime

import pytest

from feeds.dates import _months, parse_date

EVENING = datetime(2026, 1, 6, 18, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-06T18:04:00.000+00:00",
        "20260106T180400Z",
        "Tue, 6 Jan 2026 18:04:00",
        "Ter, 06 Jan 2026 15:04:00 -0300",
        "Di., 6. Januar 2026 18:04",
        "6 janvier 2026 19:04 +01:00",
        "wt., 6 stycznia 2026 18:04:00 GMT",
        "вт, 6 січня 2026 20:04:00 +0200",
        "6 de enero de 2026 18:04",
        " Tue,\n 6 Jan  2026 18:04 ",
    ],
)
def test_dates_in_other_shapes_and_languages(text: str) -> None:
    assert parse_date(text) == EVENING


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "32 Jan 2026 18:04", "6 Brumaire 2026", "6 Januar 2026 18:04 QQQ", "9" * 500],
)
def test_what_is_no_date(text: str) -> None:
    assert parse_date(text) is None


def test_the_names_of_months_are_complete() -> None:
    assert set(_months().values()) == set(range(1, 13))
