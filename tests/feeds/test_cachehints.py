from __future__ import annotations

import pytest
from multidict import CIMultiDict

from feeds.cachehints import NO_HINTS, CacheHints, read_hints

DATE = {"Date": "Tue, 06 Jan 2026 18:00:00 GMT"}


@pytest.mark.parametrize(
    ("headers", "fresh_for"),
    [
        ({"Cache-Control": "public, max-age=600"}, 600),
        ({"Cache-Control": "MAX-AGE=600", "Age": "100"}, 500),
        ({"Cache-Control": "max-age=60", "Age": "100"}, 0),
        ({"Cache-Control": "max-age=600", "Expires": "Tue, 06 Jan 2026 19:00:00 GMT", **DATE}, 600),
        ({"Expires": "Tue, 06 Jan 2026 18:10:00 GMT", **DATE}, 600),
        ({"Expires": "Tue, 06 Jan 2026 17:00:00 GMT", **DATE}, 0),
        ({"Expires": "0"}, None),
        ({"Cache-Control": "no-cache, max-age=600"}, None),
        ({"Cache-Control": "no-store"}, None),
        ({"Cache-Control": "s-maxage=600"}, None),
        ({"Cache-Control": "max-age=soon"}, None),
        ({}, None),
    ],
)
def test_how_long_a_document_stays_fresh(headers: dict[str, str], fresh_for: float | None) -> None:
    assert read_hints(CIMultiDict(headers)) == CacheHints(fresh_for=fresh_for)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 120 ", 120),
        ("Tue, 06 Jan 2026 18:05:00 GMT", 300),
        ("Tue, 06 Jan 2026 17:05:00 GMT", 0),
        ("-5", None),
        ("soon", None),
        ("", None),
    ],
)
def test_when_a_server_asks_to_be_left_alone(value: str, seconds: float | None) -> None:
    assert read_hints(CIMultiDict({"Retry-After": value, **DATE})).retry_after == seconds


def test_nothing_said_is_no_hint() -> None:
    assert read_hints(CIMultiDict()) == NO_HINTS
