"""Why a route says nothing of a development, in words. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from bot.routing import matches
from bot.words import words
from classifiers.actors import display
from classifiers.assessment import Claim, Stage, head_word
from storage.records import Development, Route

_OPEN = Route("", "")


def refusal(route: Route, development: Development, language: str, now: datetime) -> str:
    """Which of a route's settings keeps a development out; empty where none does. `language` is
    that of the report at hand."""
    if route.disabled:
        return f"is off: {route.disabled}"
    if route.muted(now) and route.muted_until is not None:
        return f"is muted until {route.muted_until:%d %b %Y %H:%M} UTC"
    if matches(route, development, language):
        return ""
    return "; ".join(_reasons(route, development, language)) or (
        "wants what no single claim of it has together"
    )


def _reasons(route: Route, development: Development, language: str) -> Iterator[str]:
    """Each filter that the development would fail if it were the only one."""
    for name, told in _FILTERS.items():
        alone = replace(_OPEN, **{name: getattr(route, name)})
        if not matches(alone, development, language):
            yield told(route, development, language)


def _listed(*codes: str) -> str:
    return ", ".join(display(code) if code.isupper() else code.replace("_", " ") for code in codes)


def _first(development: Development) -> Claim:
    return development.claims[0]


def _stage(stage: Stage) -> str:
    return f"{int(stage)} {words()('stage', int(stage))}"


_FILTERS: Mapping[str, Callable[[Route, Development, str], str]] = {
    "min_confidence": lambda r, d, _: (
        f"wants a confidence of {r.min_confidence:.2f}, this has {d.confidence:.2f}"
    ),
    "min_stage": lambda r, d, _: (
        f"wants stage {_stage(r.min_stage)} and up, this has {_stage(_first(d).stage)}"
    ),
    "beneficiaries": lambda r, d, _: (
        f"wants promises to {_listed(*r.beneficiaries)}, "
        f"this is to {_listed(*_first(d).beneficiaries) or 'nobody named'}"
    ),
    "committers": lambda r, d, _: (
        f"wants acts of {_listed(*r.committers)}, "
        f"this is by {_listed(*_first(d).committers) or 'nobody named'}"
    ),
    "directions": lambda r, d, _: f"wants {_listed(*r.directions)}, this is {_first(d).direction}",
    "heads": lambda r, d, _: f"wants {_listed(*r.heads)}, this is {head_word(_first(d))}",
    "obligations": lambda r, d, _: (
        f"wants {_listed(*r.obligations)}, "
        f"this is {_listed(*_first(d).obligations) or 'of nothing named'}"
    ),
    "sources": lambda r, d, _: (
        f"wants reports by {', '.join(r.sources)}, this is by {d.lead.outlet}"
    ),
    "languages": lambda r, _, language: f"wants {', '.join(r.languages)}, this is in {language}",
    "words": lambda r, _d, _l: f"wants words like “{r.words}”, which no title or quotation has",
}
