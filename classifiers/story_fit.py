"""Fits the weights of the same-story decision: `python -m classifiers.story_fit` (extra `train`).

Every article of the shipped stream is paired with the stories that the index offers, known rightly
up to then, and a logistic regression learns which pair is one act. The stream is also played in
closer order, its developments set to random days of a few weeks, since a real day holds more
look-alikes than the stream. Signs are bounded: what agrees never counts against, what differs never
for; and claims keep a least weight, since news that gets here has better claims than the stream.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from math import inf
from pathlib import Path
from random import Random
from typing import Any

from classifiers.known_story import features
from classifiers.same_story import COPY, WINDOW, contradiction, copied, nearest
from classifiers.story_book import StoryBook
from classifiers.story_report import Report, report_of
from classifiers.story_stream import Assess, article_of, shipped_stream

LEAST = {
    "same_obligation": 0.3,
    "same_committer": 0.5,
    "same_beneficiary": 0.3,
    "names": 0.3,
    "words": 0.5,
    "same_act": 0.3,
    "same_matter": 0.2,
    "rare_actors": 0.0,
    "all_actors_named": 0.0,
    "actors_known": 0.0,
    "same_actors": 0.0,
    "same_day": 0.0,
}
MOST = {
    "stage_gap": -0.3,
    "other_matter": -0.2,
    "other_step": -0.5,
    "hours": 0.0,
    "looks_back": -2.5,
    "missing_actor": 0.0,
    "nothing_shared": 0.0,
    "other_act": 0.0,
    "other_actor_instead": 0.0,
    "strange_actor": -1.0,
}
LOWEST = {"hours": -2.2}
"""The stream's articles follow each other sooner than real ones do."""
RIDGE = 5.0
CAUTION = -0.28
"""A wrong split is mended by the next article, a wrong merge by a person; yet the fit on sure pairs
is too cautious, so the threshold lies this much lower in log odds."""

Labelled = list[tuple[str, Report]]
Pairs = list[tuple[dict[str, float], bool]]


def labelled_reports(assess: Assess) -> Labelled:
    """The shipped stream as reports, each with its development."""
    rows = []
    for row in shipped_stream():
        article = article_of(row)
        if article.published is None:
            continue
        report = report_of(article, assess(article), article.published)
        rows.append((row["development"] or f"none:{row['id']}", report))
    return rows


def closer(rows: Labelled, days: float, seed: int) -> Labelled:
    """The same stream with its developments set to random times of some days."""
    random = Random(seed)  # noqa: S311 - a repeatable shuffle, no secret
    first: dict[str, Any] = {}
    for gold, report in rows:
        first[gold] = min(first.get(gold, report.when), report.when)
    begin = min(first.values())
    moved = {gold: begin + timedelta(days=random.random() * days) - when
             for gold, when in first.items()}  # fmt: skip
    shifted = [(gold, replace(r, when=r.when + moved[gold])) for gold, r in rows]
    return sorted(shifted, key=lambda row: row[1].when)


def pairs_of(rows: Labelled) -> Pairs:
    """Each article with each story offered, and whether they are one act."""
    book, numbers, found = StoryBook(), dict[str, int](), Pairs()
    for gold, report in rows:
        number = numbers.setdefault(gold, len(numbers) + 1)
        for story in book.candidates(report):
            gap = nearest(report, story)
            decided = copied(report, story) >= COPY
            if gap <= WINDOW and not decided and not contradiction(report, story):
                found.append((features(report, story, gap), story.id == number))
        book.put(report, number)
    return found


def fit(pairs: Pairs) -> dict[str, float]:
    """Bounded logistic regression by projected, accelerated gradient descent."""
    import numpy as np

    names = sorted({name for values, _ in pairs for name in values})
    x = np.array([[values.get(name, 0.0) for name in names] + [1.0] for values, _ in pairs])
    y = np.array([float(one) for _, one in pairs])
    low = np.array([LEAST.get(n, LOWEST.get(n, -inf)) for n in names] + [-inf])
    high = np.array([MOST.get(n, inf) for n in names] + [inf])
    ridge = np.array([RIDGE] * len(names) + [0.0])
    step = 1.0 / (0.25 * np.linalg.norm(x, 2) ** 2 + RIDGE)
    weights = ahead = np.clip(np.zeros(len(names) + 1), low, high)
    for turn in range(3000):
        slope = x.T @ (1 / (1 + np.exp(-(x @ ahead))) - y) + ridge * ahead
        better = np.clip(ahead - step * slope, low, high)
        ahead = better + turn / (turn + 3) * (better - weights)
        weights = better
    fitted = {n: round(float(w), 2) for n, w in zip(names, weights, strict=False)}
    return {**fitted, "bias": round(float(weights[-1]) - CAUTION, 2)}


def main(arguments: Sequence[str]) -> int:
    """Write the weights to the file named, or to standard output."""
    from classifiers.reader import load_reader

    rows = labelled_reports(load_reader().assess)
    pairs = pairs_of(rows) * 3
    for days, seed in ((60, 0), (60, 1), (20, 0)):
        pairs += pairs_of(closer(rows, days, seed))
    text = json.dumps(fit(pairs), indent=1, sort_keys=True) + "\n"
    if arguments:
        Path(arguments[0]).write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
