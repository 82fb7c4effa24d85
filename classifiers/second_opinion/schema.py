"""The form of a model's answer: the fields of a claim, each value with the words that support it.

Kept to what strict structured output takes everywhere: objects, arrays, texts, enumerations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from enum import StrEnum
from typing import Any

from classifiers.assessment import (
    Attribution,
    Condition,
    Direction,
    LegalForm,
    Modality,
    Obligation,
    Specifics,
    Stage,
)


class Verdict(StrEnum):
    """What an article is."""

    DEVELOPMENT = "development"
    HISTORY = "history"
    OPINION = "opinion"
    SPECULATION = "speculation"
    OTHER_SENSE = "other_sense"
    AID_OR_SALE = "aid_or_sale"
    MEETING = "meeting"
    NO_ACT = "no_act"


STAGES: Mapping[str, Stage] = {stage.name.lower(): stage for stage in Stage}
SINGLE: Mapping[str, Iterable[str]] = {
    "stage": tuple(STAGES),
    "direction": tuple(Direction),
    "legal_form": tuple(LegalForm),
    "modality": tuple(Modality),
    "attribution": tuple(Attribution),
}
"""Fields with one value, and what it may be."""
ACTORS = ("committers", "beneficiaries", "adversaries", "non_signatories")
LISTS: Mapping[str, Iterable[str]] = {
    "obligations": tuple(Obligation),
    "conditions": tuple(Condition),
    "specifics": tuple(field.name for field in fields(Specifics)),
}
"""Fields with several values, and what each may be."""


def answer_schema() -> dict[str, Any]:
    """The JSON schema of an answer."""
    claim = {
        **{name: _quoted(values) for name, values in SINGLE.items()},
        **{name: _several(_quoted()) for name in ACTORS},
        **{name: _several(_quoted(values)) for name, values in LISTS.items()},
    }
    return _object({"verdict": _quoted(Verdict), "claims": _several(_object(claim))})


def _quoted(values: Iterable[str] = ()) -> dict[str, Any]:
    value: dict[str, Any] = {"type": "string"}
    if allowed := [str(v) for v in values]:
        value["enum"] = allowed
    return _object({"value": value, "quote": {"type": "string"}})


def _several(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
