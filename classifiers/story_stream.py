"""Measures the same-story decision on a labelled stream: `python -m classifiers.story_stream FILE`.

A stream is JSON lines in order of arrival with `id`, `published`, `source`, `language`, `title`,
`summary`, `development` (null: none) and `role`. Prints B-cubed precision, recall and F1 (Bagga and
Baldwin 1998), the wrong merges and the wrong splits, and how many copies were recognised.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from importlib import resources
from itertools import combinations
from pathlib import Path
from typing import Any

from classifiers.assessment import Assessment
from classifiers.same_story import Role
from classifiers.story_book import StoryBook
from classifiers.story_report import report_of
from feeds.article import Article

Assess = Callable[[Article], Assessment]


@dataclass(frozen=True, slots=True)
class Placed:
    """One article of a stream, where it belongs and where it was put."""

    id: str
    title: str
    gold: str
    story: str
    gold_role: str
    role: str


@dataclass(frozen=True, slots=True)
class Score:
    """B-cubed over articles."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def shipped_stream() -> list[dict[str, Any]]:
    """The labelled stream that comes with the package."""
    data = resources.files("classifiers").joinpath("data", "stories", "stream.jsonl")
    return read_stream(data.read_text(encoding="utf-8"))


def read_stream(text: str) -> list[dict[str, Any]]:
    """JSON lines to rows."""
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def run(rows: Iterable[Mapping[str, Any]], assess: Assess) -> list[Placed]:
    """Put each article of a stream into a story, in order of arrival."""
    book = StoryBook()
    placed = []
    for row in rows:
        article = article_of(row)
        report = report_of(article, assess(article), datetime.fromisoformat(row["published"]))
        decision, story = book.add(report)
        placed.append(
            Placed(
                row["id"],
                row["title"],
                row["development"] or f"none:{row['id']}",
                str(story),
                row.get("role") or "",
                decision.role.value,
            )
        )
    return placed


def article_of(row: Mapping[str, Any]) -> Article:
    """A row of a stream as an article."""
    return Article(
        keys=(f"id:{row['id']}",),
        url="",
        canonical_url="",
        title=row["title"],
        summary=row.get("summary", ""),
        text=row.get("text", ""),
        source=row["source"],
        language=row.get("language", ""),
        published=datetime.fromisoformat(row["published"]),
        updated=None,
        content_digest="",
    )


def b_cubed(placed: Sequence[Placed]) -> Score:
    """The mean over articles of the share of its story, and of its development, that is right."""
    stories, golds = defaultdict(set), defaultdict(set)
    for one in placed:
        stories[one.story].add(one.id)
        golds[one.gold].add(one.id)
    precision = recall = 0.0
    for one in placed:
        right = len(stories[one.story] & golds[one.gold])
        precision += right / len(stories[one.story])
        recall += right / len(golds[one.gold])
    return Score(precision / len(placed), recall / len(placed))


def wrong_merges(placed: Sequence[Placed]) -> list[tuple[Placed, Placed]]:
    """Pairs of developments put into one story, an article of each."""
    return _pairs(placed, key=lambda p: p.story, differ=lambda p: p.gold)


def wrong_splits(placed: Sequence[Placed]) -> list[tuple[Placed, Placed]]:
    """Pairs of stories made of one development, an article of each."""
    return _pairs(placed, key=lambda p: p.gold, differ=lambda p: p.story)


def _pairs(
    placed: Sequence[Placed], key: Callable[[Placed], str], differ: Callable[[Placed], str]
) -> list[tuple[Placed, Placed]]:
    groups: dict[str, dict[str, Placed]] = defaultdict(dict)
    for one in placed:
        groups[key(one)].setdefault(differ(one), one)
    return [pair for group in groups.values() for pair in combinations(group.values(), 2)]


def report(placed: Sequence[Placed]) -> str:
    """The figures and the lists as a page of text."""
    score = b_cubed(placed)
    merges, splits = wrong_merges(placed), wrong_splits(placed)
    copies = [p for p in placed if p.gold_role == Role.SYNDICATED.value]
    found = sum(p.role == Role.SYNDICATED.value for p in copies)
    others = [p for p in placed if p.gold_role != Role.SYNDICATED.value]
    false = sum(p.role == Role.SYNDICATED.value for p in others)
    lines = [
        f"articles {len(placed)}, developments {len({p.gold for p in placed})}",
        f"B-cubed precision {score.precision:.4f} recall {score.recall:.4f} F1 {score.f1:.4f}",
        f"syndicated copies recognised {found} of {len(copies)}, wrongly {false}",
        f"wrong merges {len(merges)}",
        *(f"  {a.gold} + {b.gold}: {a.id} {a.title!r} / {b.id} {b.title!r}" for a, b in merges),
        f"wrong splits {len(splits)}",
        *(f"  {a.gold}: {a.id} {a.title!r} / {b.id} {b.title!r}" for a, b in splits),
    ]
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    """Measure on the files named, or on the shipped stream."""
    from classifiers.reader import load_reader

    assess = load_reader().assess
    if not arguments:
        sys.stdout.write(report(run(shipped_stream(), assess)) + "\n")
    for name in arguments:
        text = Path(name).read_text(encoding="utf-8")
        digest = sha256(text.encode()).hexdigest()[:16]
        sys.stdout.write(f"{name} {digest}\n{report(run(read_stream(text), assess))}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
