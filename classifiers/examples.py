"""The labelled examples: short texts written for this project, with the claims they make.

`python -m classifiers.examples` counts them. `data/examples/README.md` describes their fields.
"""

# ruff: noqa: T201 - a table on standard output

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

from classifiers.assessment import Claim, head_word
from classifiers.codec import claim_from_json
from feeds.article import Article

_DATA = files("classifiers") / "data" / "examples"


@dataclass(frozen=True, slots=True)
class Example:
    """One text with its labels."""

    id: str
    article: Article
    relevant: bool
    claims: tuple[Claim, ...]
    case: str
    """The way such texts tend to be got wrong: "history", "speaker_not_committer" ..."""
    weight: float = 1.0
    """What it counts in training; a correction from use counts more."""

    @property
    def head(self) -> str:
        """The head word; "none" where it is not relevant."""
        return head_word(self.claims[0]).value if self.claims else "none"


def article_of(row: Mapping[str, Any]) -> Article:
    """A labelled row's text as an article."""
    day = str(row.get("date") or "")[:10]
    return Article(
        keys=(f"id:{row['id']}",),
        url="",
        canonical_url="",
        title=row["title"],
        summary=row.get("summary") or "",
        text=row.get("text") or "",
        source=row.get("source") or "",
        language=row.get("language") or "",
        published=datetime.fromisoformat(day).replace(tzinfo=UTC) if _is_day(day) else None,
        updated=None,
        content_digest="",
    )


def _is_day(text: str) -> bool:
    return len(text) == 10 and text[4] == text[7] == "-"


def example_of(row: Mapping[str, Any]) -> Example:
    """A row of the examples' schema. Raises KeyError or ValueError where it breaks the schema."""
    return Example(
        id=row["id"],
        article=article_of(row),
        relevant=bool(row["relevant"]),
        claims=tuple(claim_from_json(claim) for claim in row["claims"]),
        case=row["case"],
        weight=float(row.get("weight", 1.0)),
    )


def rows() -> list[dict[str, Any]]:
    """The shipped rows, in the order of file names and lines."""
    names = sorted(entry.name for entry in _DATA.iterdir() if entry.name.endswith(".jsonl"))
    found: list[dict[str, Any]] = []
    for name in names:
        if name not in _OF_STORIES:
            text = (_DATA / name).read_text(encoding="utf-8")
            found += [json.loads(line) for line in text.splitlines() if line]
    return found


# Articles of developments, for the tests of story matching; they carry no claims.
_OF_STORIES = frozenset({"stream.jsonl"})


def shipped() -> list[Example]:
    """All shipped examples."""
    return [example_of(row) for row in rows()]


def statistics(examples: Iterable[Example] | None = None) -> dict[str, dict[str, int]]:
    """Counts by language, relevance, direction, stage, obligation, committer and case: where
    coverage is thin."""
    chosen = list(examples) if examples is not None else shipped()
    heads = [e.claims[0] for e in chosen if e.claims]
    counted = {
        "relevant": Counter("yes" if e.relevant else "no" for e in chosen),
        "language": Counter(e.article.language for e in chosen),
        "head": Counter(e.head for e in chosen),
        "direction": Counter(claim.direction.value for claim in heads),
        "stage": Counter(str(int(claim.stage)) for claim in heads),
        "obligation": Counter(o.value for claim in heads for o in claim.obligations),
        "condition": Counter(c.value for claim in heads for c in claim.conditions),
        "committer": Counter(code for claim in heads for code in claim.committers),
        "case": Counter(e.case for e in chosen),
    }
    return {name: dict(counter.most_common()) for name, counter in counted.items()}


def main() -> None:
    """Print the counts."""
    for name, counts in statistics().items():
        print(f"{name}: " + ", ".join(f"{value} {count:,}" for value, count in counts.items()))


if __name__ == "__main__":
    main()
