"""How well articles are read: `python -m tests.bench.classification WHAT [FILE]`.

WHAT is cross-validation, agreement or stories, on what is shipped; labelled or ordinary, on a file
of one's own. Of a file only its SHA-256 and figures are told: the texts belong to their publishers.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from classifiers.measures import Detection, SetScore, Share
from classifiers.reader import load_reader
from tests.bench.figures import Figures, Row, json_option, keep


def cross_validation() -> Figures:
    """The shipped examples, by models that have not seen them. Takes a minute."""
    from classifiers.cross_validation import report
    from classifiers.train import out_of_fold

    found = report(out_of_fold())
    return {
        "relevance": [
            _relevance(name, d) for name, d in {"all": found.overall, **found.languages}.items()
        ],
        "texts that report nothing": [
            {"": t.name, "false alarms": str(t.fired)} for t in found.traps
        ],
        "texts that report something": [
            {"": t.name, "found": str(t.found), "head word right": str(t.heads)}
            for t in found.twists
        ],
    }


def agreement() -> Figures:
    """Two readers of the shipped examples."""
    from classifiers.agreement import agreement as compare
    from classifiers.agreement import pairs

    found = compare(pairs())
    return {
        "examples": found.relevance.total,
        "relevance, the same": str(found.relevance),
        "relevance, Cohen's kappa": found.kappa,
        "head word, the same": str(found.heads),
        "stage within one": str(found.stages),
        "committers, F1": found.committers.f1,
        "beneficiaries, F1": found.beneficiaries.f1,
        **{f"label {verdict}": count for verdict, count in found.verdicts.items()},
        "by head word": [{"": head, "the same": str(s)} for head, s in found.by_head.items()],
    }


def stories() -> Figures:
    """The shipped stream."""
    from classifiers.same_story import Role
    from classifiers.story_stream import b_cubed, run, shipped_stream, wrong_merges, wrong_splits

    placed = run(shipped_stream(), load_reader().assess)
    score, copy = b_cubed(placed), Role.SYNDICATED.value
    copies = [p for p in placed if p.gold_role == copy]
    others = [p for p in placed if p.gold_role != copy]
    return {
        "articles": len(placed),
        "developments": len({p.gold for p in placed}),
        "B-cubed precision": score.precision,
        "B-cubed recall": score.recall,
        "B-cubed F1": score.f1,
        "wrong merges": len(wrong_merges(placed)),
        "wrong splits": len(wrong_splits(placed)),
        "copies of an agency's text recognised": str(_share(copies, copy)),
        "others taken for copies": str(_share(others, copy)),
    }


def _share(placed: Any, role: str) -> Share:
    return Share(sum(p.role == role for p in placed), len(placed))


def labelled(file: Path) -> Figures:
    """What `pledgewatch evaluate` measures, without the misses: their titles are not ours."""
    from classifiers.evaluate import evaluate

    found = evaluate(file)
    return {
        "SHA-256 of the file": found.digest,
        "model": found.model,
        "articles": found.rows,
        "of these ambiguous": found.ambiguous,
        "head word right, of the relevant that were read": str(found.heads),
        "head word, macro-F1": found.macro_f1,
        "stage within one": str(found.stages),
        **_sets("committers", found.committers),
        **_sets("beneficiaries", found.beneficiaries),
        "expected calibration error": found.calibration_error,
        "relevance": [_relevance(name, group) for name, group in found.relevance.items()],
        "by head word": [{"": head, "right": str(share)} for head, share in found.by_head.items()],
    }


def ordinary(file: Path) -> Figures:
    """Unlabelled news: how much of it would be told."""
    from classifiers.examples import article_of

    content = file.read_bytes()
    reader = load_reader()
    articles = [article_of(json.loads(line)) for line in content.decode().splitlines() if line]
    passed = [article for article in articles if reader.gate(article)]
    began = time.process_time()
    told = sum(reader.assess(article).relevant for article in articles)
    spent = time.process_time() - began
    return {
        "SHA-256 of the file": hashlib.sha256(content).hexdigest(),
        "model": reader.model.version,
        "articles": len(articles),
        "pass the gate": str(Share(len(passed), len(articles))),
        "taken for relevant": str(Share(told, len(articles))),
        "taken for relevant, of a thousand": 1000 * told / len(articles),
        "articles a second on one core": len(articles) / spent,
    }


def _relevance(name: str, found: Detection) -> Row:
    return {
        "": name,
        "precision": str(found.precision),
        "recall": str(found.recall),
        "F1": found.f1,
    }


def _sets(name: str, score: SetScore) -> dict[str, float]:
    return {
        f"{name}, F1": score.f1,
        f"{name}, precision": score.precision,
        f"{name}, recall": score.recall,
    }


_SHIPPED: Mapping[str, Callable[[], Figures]] = {
    "cross-validation": cross_validation,
    "agreement": agreement,
    "stories": stories,
}
_GIVEN: Mapping[str, Callable[[Path], Figures]] = {"labelled": labelled, "ordinary": ordinary}


def main() -> None:
    """Measure one and print it as JSON."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.classification")
    parser.add_argument("what", choices=[*_SHIPPED, *_GIVEN])
    parser.add_argument("file", nargs="?", type=Path)
    json_option(parser)
    options = parser.parse_args()
    if (options.file is None) is (options.what in _GIVEN):
        parser.error(f"a file goes with {' and '.join(_GIVEN)}, and with nothing else")
    found = _GIVEN[options.what](options.file) if options.file else _SHIPPED[options.what]()
    sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    keep(options.json, found)


if __name__ == "__main__":
    main()
