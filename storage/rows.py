"""How values become columns and columns values: times, JSON, digests."""

from __future__ import annotations

import json
import sqlite3
import struct
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

from pydantic import TypeAdapter

from classifiers.assessment import Assessment, Claim, TrailStep
from classifiers.story_report import Report
from storage.records import LedgerChange
from storage.sqlite import sqlite_utils

Db = sqlite_utils.Database
Row = sqlite3.Row

_assessment = TypeAdapter(Assessment)
_claims = TypeAdapter(tuple[Claim, ...])
_changes = TypeAdapter(tuple[LedgerChange, ...])
_texts = TypeAdapter(tuple[str, ...])
_pairs = TypeAdapter(tuple[tuple[str, str], ...])
_payload = TypeAdapter(dict[str, Any])


def last_id(cursor: sqlite3.Cursor) -> int:
    """The number of the row just inserted."""
    if cursor.lastrowid is None:
        raise ValueError("nothing was inserted")
    return cursor.lastrowid


def stamp(when: datetime) -> str:
    """UTC in one format of fixed width, so that the order of text is the order of time."""
    if when.tzinfo is None:
        raise ValueError("a time without a zone cannot be stored")
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")


def stamp_or_none(when: datetime | None) -> str | None:
    """The same, for a column that may be empty."""
    return None if when is None else stamp(when)


def moment(text: str) -> datetime:
    """The time in a column."""
    return datetime.fromisoformat(text)


def moment_or_none(text: str | None) -> datetime | None:
    """The same, for a column that may be empty."""
    return None if text is None else datetime.fromisoformat(text)


def day_number(when: datetime) -> int:
    """Days since 1970, for indexes by day."""
    return int(when.timestamp() // 86400)


def key_digest(key: str) -> bytes:
    """Twelve bytes: enough that no two keys of one feed ever meet, a third of their length."""
    return blake2b(key.encode(), digest_size=12).digest()


def number_digest(text: str) -> int:
    """Eight bytes as SQLite's signed integer, for an index over long text."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)


def assessment_json(value: Assessment) -> str:
    """What is the default is left out; of an irrelevant article only what its row does not say."""
    if value.relevant or value.claims:
        return _assessment.dump_json(value, exclude_defaults=True).decode()
    return _rest.dump_json(
        _Rest(value.summary, value.trail, value.model), exclude_defaults=True
    ).decode()


def assessment_from(text: str, *, relevant: bool, score: float, language: str) -> Assessment:
    """The other way; the rest is in the row's columns."""
    if text.startswith('{"relevant"'):
        return _assessment.validate_json(text)
    rest = _rest.validate_json(text)
    return Assessment(relevant, score, (), rest.summary, language, rest.trail, rest.model)


@dataclass(frozen=True, slots=True)
class _Rest:
    summary: tuple[str, ...] = ()
    trail: tuple[TrailStep, ...] = ()
    model: str = ""


_rest = TypeAdapter(_Rest)


def claims_json(value: tuple[Claim, ...]) -> str:
    """A development's claims."""
    return _claims.dump_json(value, exclude_defaults=True).decode()


def claims_from(text: str) -> tuple[Claim, ...]:
    """The other way."""
    return _claims.validate_json(text)


def changes_json(value: tuple[LedgerChange, ...]) -> str:
    """What a development changed, as it stood then."""
    return _changes.dump_json(value).decode()


def changes_from(text: str) -> tuple[LedgerChange, ...]:
    """The other way."""
    return _changes.validate_json(text)


def report_json(value: Report) -> str:
    """What the same-story decision keeps of an article. The claims are the development's to keep;
    digests are packed, four bytes each."""
    plain: dict[str, Any] = {"when": stamp(value.when), "outlet": value.outlet}
    plain |= {"language": value.language}
    plain |= {name: sorted(getattr(value, name)) for name in _CODE_SETS if getattr(value, name)}
    plain |= {name: _packed(getattr(value, name)) for name in _DIGEST_SETS if getattr(value, name)}
    return json.dumps(plain, separators=(",", ":"), ensure_ascii=False)


def report_from(text: str) -> Report:
    """The other way."""
    plain = json.loads(text)
    codes: dict[str, frozenset[str]] = {n: frozenset(plain.get(n, ())) for n in _CODE_SETS}
    digests: dict[str, frozenset[int]] = {n: _unpacked(plain.get(n, "")) for n in _DIGEST_SETS}
    when = moment(plain["when"])
    return Report(when, plain["outlet"], plain["language"], (), **codes, **digests)  # type: ignore[arg-type] # mypy takes any ** for any field


_CODE_SETS = ("heads", "actors", "acts", "all_acts", "moods", "matters")
_DIGEST_SETS = ("names", "words", "shingles")


def _packed(digests: frozenset[int]) -> str:
    return b64encode(struct.pack(f"<{len(digests)}I", *sorted(digests))).decode()


def _unpacked(text: str) -> frozenset[int]:
    content = b64decode(text)
    return frozenset(struct.unpack(f"<{len(content) // 4}I", content))


def texts_json(value: tuple[str, ...]) -> str:
    """A list of words, codes or lines."""
    return _texts.dump_json(value).decode()


def texts_from(text: str) -> tuple[str, ...]:
    """The other way."""
    return _texts.validate_json(text)


def pairs_json(value: tuple[tuple[str, str], ...]) -> str:
    """Request headers."""
    return _pairs.dump_json(value).decode()


def pairs_from(text: str) -> tuple[tuple[str, str], ...]:
    """The other way."""
    return _pairs.validate_json(text)


def payload_json(value: Mapping[str, Any]) -> str:
    """What a delivery carries."""
    return _payload.dump_json(dict(value)).decode()


def payload_from(text: str) -> dict[str, Any]:
    """The other way."""
    return _payload.validate_json(text)
