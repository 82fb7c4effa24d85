"""What is kept of a model's answer: values of our enumerations whose words stand in the article.

Nothing else of the answer goes anywhere, not even into a log: it may hold whatever the article told
the model to say.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from classifiers.actors import directory, resolve
from classifiers.assessment import (
    Attribution,
    Claim,
    Condition,
    Direction,
    Evidence,
    LegalForm,
    Modality,
    Obligation,
    Specifics,
)
from classifiers.document import place_text
from classifiers.evidence import LONGEST_QUOTE, unique
from classifiers.second_opinion.question import Excerpt, Question
from classifiers.second_opinion.schema import ACTORS, LISTS, SINGLE, STAGES, Verdict

_MOST_CLAIMS = 4
_MOST_VALUES = 40
_LONGEST_NAME = 60
_FEWEST_LETTERS = 3
"""A shorter quotation stands in any text and shows nothing, but for the name of an actor."""
_TOLD = frozenset({"stage", "direction"})
"""Fields whose words must stand in a sentence that speaks of a commitment."""
_CORE = ("stage", "direction", "committers", "beneficiaries")


class BadAnswer(Exception):
    """An answer that is not of the schema. The message repeats nothing of it."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a model says of an article, as far as the article's words support it."""

    verdict: Verdict | None
    """None where its words are not in the article."""
    claim: Claim | None
    dropped: tuple[str, ...]
    """What was left out and why, in our own words."""
    quote: str = ""
    """The article's words that show the verdict."""


def opinion(content: str, question: Question) -> Opinion:
    """Reads the answer to a question. Raises BadAnswer."""
    answer = _parsed(content)
    claims = answer.get("claims")
    if not isinstance(answer.get("verdict"), dict) or not isinstance(claims, list):
        raise BadAnswer("the answer is not of the schema")
    reading = _Reading(question, question.actors)
    verdict, support = reading.single("verdict", answer["verdict"], Verdict)
    if verdict is not None and verdict != Verdict.DEVELOPMENT:
        return Opinion(Verdict(verdict), None, reading.dropped(), _quote_of(support))
    found = (reading.claim(raw) for raw in claims[:_MOST_CLAIMS])
    claim = next((c for c in found if c is not None), None)
    known = Verdict(verdict) if verdict else None
    return Opinion(known, claim, reading.dropped(), _quote_of(support))


def _parsed(content: str) -> dict[str, Any]:
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        raise BadAnswer("the answer is no JSON, or was cut off") from None
    if not isinstance(answer, dict):
        raise BadAnswer("the answer is not of the schema")
    return answer


def _quote_of(support: Evidence | None) -> str:
    return support.quote if support else ""


@dataclass(slots=True)
class _Reading:
    """Reads values against one question, and counts what it drops."""

    question: Question
    named: frozenset[str]
    lost: Counter[tuple[str, str]] = field(default_factory=Counter)

    def dropped(self) -> tuple[str, ...]:
        return tuple(
            f"{name}: {why}" + f" ({count} times)" * (count > 1)
            for (name, why), count in self.lost.items()
        )

    def single(
        self, name: str, raw: object, allowed: Iterable[str]
    ) -> tuple[str | None, Evidence | None]:
        """A value with its support; None where either is wanting."""
        pair = self._pair(name, raw)
        if pair is None:
            return None, None
        value, quote = pair
        if value not in set(allowed):
            self.lost[name, "no known value"] += 1
            return None, None
        support = self._support(name, quote)
        return (value, support) if support else (None, None)

    def claim(self, raw: object) -> Claim | None:
        """The claim, without what is not supported; None where too little is left of it."""
        if not isinstance(raw, dict):
            self.lost["claim", "malformed"] += 1
            return None
        singles = {name: self._optional(name, raw.get(name)) for name in SINGLE}
        actors = {name: self._actors(name, raw.get(name)) for name in ACTORS}
        lists = {name: self._list(name, raw.get(name)) for name in LISTS}
        values = {name: value for name, (value, _) in singles.items() if value is not None}
        codes = {name: tuple(found) for name, found in actors.items()}
        if len(codes["committers"]) == 1:
            codes["beneficiaries"] = _without(codes["beneficiaries"], codes["committers"])
        missing = [n for n in _CORE if not (values.get(n) or codes.get(n))]
        if missing:
            self.lost["claim", f"nothing supports its {', '.join(missing)}"] += 1
            return None
        taken = (*codes["committers"], *codes["beneficiaries"])
        support = [
            *(evidence for _, evidence in singles.values() if evidence),
            *(actors[n][c] for n in ACTORS for c in codes[n]),
            *(evidence for found in lists.values() for evidence in found.values()),
        ]
        return Claim(
            stage=STAGES[values["stage"]],
            direction=Direction(values["direction"]),
            committers=codes["committers"],
            beneficiaries=codes["beneficiaries"],
            adversaries=_without(codes["adversaries"], taken),
            non_signatories=_without(codes["non_signatories"], codes["committers"]),
            obligations=tuple(Obligation(value) for value in lists["obligations"]),
            legal_form=LegalForm(values.get("legal_form", LegalForm.NONE_REPORTED)),
            conditions=tuple(Condition(value) for value in lists["conditions"]),
            modality=Modality(values.get("modality", Modality.ACTUAL)),
            attribution=Attribution(values.get("attribution", Attribution.COMMITTER)),
            specifics=Specifics(
                **{n: evidence.quote for n, evidence in lists["specifics"].items()}
            ),
            evidence=unique(support),
        )

    def _optional(self, name: str, raw: object) -> tuple[str | None, Evidence | None]:
        """A field that says by an empty quotation that the article does not tell."""
        if name not in _CORE and isinstance(raw, dict) and raw.get("quote") == "":
            return None, None
        return self.single(name, raw, SINGLE[name])

    def _list(self, name: str, raw: object) -> dict[str, Evidence]:
        found: dict[str, Evidence] = {}
        for item in self._items(name, raw):
            value, support = self.single(name, item, LISTS[name])
            if value and support:
                field = f"{name}.{value}"
                found.setdefault(value, _renamed(support, field))
        return found

    def _actors(self, name: str, raw: object) -> dict[str, Evidence]:
        found: dict[str, Evidence] = {}
        for item in self._items(name, raw):
            pair = self._pair(name, item)
            code = _code(pair[0]) if pair else None
            if pair is None:
                continue
            if code is None:
                self.lost[name, "no known actor"] += 1
            elif code not in self.named:
                self.lost[name, "the article does not name the actor"] += 1
            elif support := self._support(name, pair[1]):
                found.setdefault(code, support)
        return found

    def _items(self, name: str, raw: object) -> list[object]:
        if not isinstance(raw, list):
            self.lost[name, "malformed"] += 1
            return []
        return raw[:_MOST_VALUES]

    def _pair(self, name: str, raw: object) -> tuple[str, str] | None:
        if isinstance(raw, dict):
            value, quote = raw.get("value"), raw.get("quote")
            if isinstance(value, str) and isinstance(quote, str):
                return value, quote
        self.lost[name, "malformed"] += 1
        return None

    def _support(self, name: str, quote: str) -> Evidence | None:
        letters = sum(c.isalnum() for c in quote)
        fewest = 2 if name in ACTORS else _FEWEST_LETTERS
        if len(quote) > LONGEST_QUOTE or letters < fewest:
            self.lost[name, "its words are too many or too few"] += 1
            return None
        found = [(e, span) for e in self.question.excerpts for span in e.spans(quote)]
        found = [(e, (start, end)) for e, (start, end) in found if end - start <= LONGEST_QUOTE]
        if not found:
            self.lost[name, "its words are not in the article"] += 1
            return None
        if name in _TOLD:
            found = [(e, span) for e, span in found if _is_told(e, *span)]
        if not found:
            self.lost[name, "its words tell of no commitment"] += 1
            return None
        excerpt, (start, end) = found[0]
        text = place_text(self.question.article, excerpt.place)[start:end]
        return Evidence(name, text, excerpt.place, start, end)


def _is_told(excerpt: Excerpt, start: int, end: int) -> bool:
    return any(first < end and start < last for first, last in excerpt.telling)


def _code(name: str) -> str | None:
    """The code of an actor that we know; models write "UK" for GBR as well."""
    if len(name) > _LONGEST_NAME:
        return None
    code = name if name in directory() else resolve(name)
    return code if code in directory() else None


def _renamed(evidence: Evidence, field: str) -> Evidence:
    return Evidence(field, evidence.quote, evidence.place, evidence.start, evidence.end)


def _without(codes: tuple[str, ...], others: Iterable[str]) -> tuple[str, ...]:
    left_out = set(others)
    return tuple(code for code in codes if code not in left_out)
