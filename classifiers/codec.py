"""Assessments to plain JSON values and back, without loss. Keys are the names of the fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from enum import Enum
from typing import Any

from classifiers.assessment import (
    Assessment,
    Attribution,
    Claim,
    Condition,
    Direction,
    Evidence,
    LegalForm,
    Modality,
    Obligation,
    Specifics,
    Stage,
    TrailStep,
)


def assessment_to_json(assessment: Assessment) -> dict[str, Any]:
    """Nothing but dictionaries, lists, strings, numbers and booleans; a stage is its number."""
    plain: dict[str, Any] = _plain(asdict(assessment))
    return plain


def assessment_from_json(data: Mapping[str, Any]) -> Assessment:
    """The assessment that was stored. Raises KeyError, TypeError or ValueError where it was not
    made by `assessment_to_json`."""
    return Assessment(
        relevant=bool(data["relevant"]),
        score=float(data["score"]),
        claims=tuple(claim_from_json(claim) for claim in data["claims"]),
        summary=tuple(data["summary"]),
        language=str(data["language"]),
        trail=tuple(TrailStep(**step) for step in data.get("trail", ())),
        model=str(data.get("model", "")),
    )


def claim_to_json(claim: Claim) -> dict[str, Any]:
    """As `assessment_to_json`, for one claim."""
    plain: dict[str, Any] = _plain(asdict(claim))
    return plain


def claim_from_json(data: Mapping[str, Any]) -> Claim:
    """As `assessment_from_json`, for one claim; a field that is absent has its default."""
    values = {name: data[name] for name in (f.name for f in fields(Claim)) if name in data}
    for name, kind in _KINDS.items():
        if name in values:
            values[name] = kind(values[name])
    for name, kind in _LISTS.items():
        if name in values:
            values[name] = tuple(kind(item) for item in values[name])
    return Claim(**values)


_KINDS: dict[str, Any] = {
    "stage": Stage,
    "direction": Direction,
    "legal_form": LegalForm,
    "modality": Modality,
    "attribution": Attribution,
    "specifics": lambda value: Specifics(**value),
    "confidence": float,
}
_LISTS: dict[str, Any] = {
    "committers": str,
    "beneficiaries": str,
    "adversaries": str,
    "non_signatories": str,
    "obligations": Obligation,
    "conditions": Condition,
    "left_open": str,
    "evidence": lambda value: Evidence(**value),
}


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
