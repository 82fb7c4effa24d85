"""For how long a route is muted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.mute_words import FOREVER, until
from tests.builders import NOW


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("", FOREVER),
        ("for ever", FOREVER),
        ("2h", NOW + timedelta(hours=2)),
        ("for 3 days", NOW + timedelta(days=3)),
        ("a week", NOW + timedelta(weeks=1)),
        ("tomorrow", datetime(2026, 3, 3, tzinfo=UTC)),
        ("until Friday", datetime(2026, 3, 6, tzinfo=UTC)),
        ("until Monday", datetime(2026, 3, 9, tzinfo=UTC)),
        ("until next Tuesday", datetime(2026, 3, 3, tzinfo=UTC)),
        ("until 2026-12-01", datetime(2026, 12, 1, tzinfo=UTC)),
        ("until 31 Dec", datetime(2026, 12, 31, tzinfo=UTC)),
        ("until 1 March", datetime(2027, 3, 1, tzinfo=UTC)),
        ("until 3rd March", datetime(2026, 3, 3, tzinfo=UTC)),
        ("until December", datetime(2026, 12, 1, tzinfo=UTC)),
        ("until 29 Feb", datetime(2028, 2, 29, tzinfo=UTC)),
    ],
)
def test_a_span_ends_at_a_time(text: str, end: datetime) -> None:
    assert until(text, NOW) == end


@pytest.mark.parametrize(
    "text",
    ["soon", "yesterday", "2025-01-01", "desk", "5", "0h", "9999 years", "last week", "5 desks"],
)
def test_what_is_no_span_is_refused(text: str) -> None:
    assert until(text, NOW) is None
