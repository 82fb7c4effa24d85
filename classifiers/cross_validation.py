"""How examples fare with models that have not seen them: `python -m classifiers.cross_validation`.

By language, and by what tends to go wrong. The examples are harder than news: most come in pairs, a
development and its near miss in the same words. Takes about a minute; needs the extra `train`.
"""

# ruff: noqa: T201 - a table on standard output

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from classifiers.measures import Detection, Share, detection
from classifiers.train import Unseen, out_of_fold

_CLASSES = files("classifiers") / "data" / "examples" / "failure_classes.toml"


@dataclass(frozen=True, slots=True)
class Trap:
    """Texts that report nothing: how many fire."""

    name: str
    fired: Share


@dataclass(frozen=True, slots=True)
class Twist:
    """Texts that report something in words that mislead."""

    name: str
    found: Share
    heads: Share
    """How often the head word is right, found or not."""


@dataclass(frozen=True, slots=True)
class Report:
    """All figures."""

    overall: Detection
    languages: Mapping[str, Detection]
    traps: tuple[Trap, ...]
    twists: tuple[Twist, ...]


def failure_classes() -> dict[str, dict[str, list[str]]]:
    """ "traps" and "twists": class -> the cases that belong to it."""
    return tomllib.loads(_CLASSES.read_text(encoding="utf-8"))


def report(judged: Sequence[Unseen]) -> Report:
    """The figures of judged examples."""
    classes = failure_classes()
    languages = sorted({u.example.article.language for u in judged})
    return Report(
        overall=_detection(judged),
        languages={
            name: _detection(_of(judged, lambda u, n=name: u.example.article.language == n))  # type: ignore[misc]
            for name in languages
        },
        traps=tuple(_trap(name, cases, judged) for name, cases in classes["traps"].items()),
        twists=tuple(_twist(name, cases, judged) for name, cases in classes["twists"].items()),
    )


def _of(judged: Iterable[Unseen], test: Callable[[Unseen], bool]) -> list[Unseen]:
    return [unseen for unseen in judged if test(unseen)]


def _detection(judged: Iterable[Unseen]) -> Detection:
    return detection((u.relevant, u.example.relevant) for u in judged)


def _trap(name: str, cases: Sequence[str], judged: Sequence[Unseen]) -> Trap:
    chosen = _of(judged, lambda u: u.example.case in cases and not u.example.relevant)
    return Trap(name, Share(sum(u.relevant for u in chosen), len(chosen)))


def _twist(name: str, cases: Sequence[str], judged: Sequence[Unseen]) -> Twist:
    chosen = _of(judged, lambda u: u.example.case in cases and u.example.relevant)
    right = sum(u.head == u.example.head for u in chosen)
    return Twist(
        name, Share(sum(u.relevant for u in chosen), len(chosen)), Share(right, len(chosen))
    )


def lines(found: Report) -> Iterable[str]:
    """The tables."""
    yield f"{'relevance':52} {'precision':36} recall"
    for name, of_it in {"all": found.overall, **found.languages}.items():
        yield f"{name:52} {of_it.precision!s:36} {of_it.recall}"
    yield ""
    yield f"{'texts that report nothing':52} false alarms"
    for trap in found.traps:
        yield f"{trap.name:52} {trap.fired}"
    yield ""
    yield f"{'texts that report something':52} {'found':36} head word right"
    for twist in found.twists:
        yield f"{twist.name:52} {twist.found!s:36} {twist.heads}"


def main() -> None:
    """Print the tables."""
    for line in lines(report(out_of_fold())):
        print(line)


if __name__ == "__main__":
    main()
