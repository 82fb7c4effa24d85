"""Regular expressions that people write."""

from __future__ import annotations

import pytest

from bot.expressions import expression


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("nuclear|ядерн", "A Nuclear umbrella", True),
        ("nuclear|ядерн", "ЯДЕРНА парасолька", True),
        ("nuclear|ядерн", "A conventional force", False),
        (r"\bвійська\b", "Британія пообіцяла війська.", True),
        (r"\bвійська\b", "військами", False),
        (r"\bgrâce\b", "La Grâce accordée", True),
        (r"^troops", "No troops", False),
    ],
)
def test_a_match_is_found_anywhere_in_any_case_and_script(
    pattern: str, text: str, found: bool
) -> None:
    assert expression(pattern)(text) is found


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(troops", "unclosed group"),
        (r"(a)\1", "backreferences are not supported"),
        ("(?=troops)", "look-around"),
        ("(a{1000}){1000}", "its repetitions make it too large"),
        ("a" * 501, "more than 500 characters"),
    ],
)
def test_what_cannot_be_used_says_why(pattern: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        expression(pattern)


def test_an_expression_made_to_run_for_ever_does_not() -> None:
    """A backtracking engine would need longer than the universe has lasted."""
    assert expression(r"^(a+)+$|(a|a)*b|(\w+\s?)*!")("a" * 20_000 + "c") is False
