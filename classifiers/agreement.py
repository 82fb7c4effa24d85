"""How far two readers of the examples agree: `python -m classifiers.agreement`.

A second annotator labelled every shipped example from the text alone; where the two differed the
label was upheld, corrected or found undecidable, and classes of texts that were labelled unevenly
were harmonised afterwards. What two readers agree on is the ceiling for a classifier that learns
from one of them.

Cohen, A coefficient of agreement for nominal scales (1960).
"""

# ruff: noqa: T201 - a table on standard output

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files

from classifiers.assessment import Claim, Direction, Stage, head_word
from classifiers.measures import SetScore, Share, set_score

_FILE = files("classifiers") / "data" / "examples" / "annotators.tsv"
_NONE = "none"


@dataclass(frozen=True, slots=True)
class Label:
    """What one reader made of a text: whether it matters and, of its first claim, the core."""

    claim: Claim | None

    @property
    def head(self) -> str:
        """The head word; "none" where the text reports nothing."""
        return head_word(self.claim).value if self.claim else _NONE


@dataclass(frozen=True, slots=True)
class Pair:
    """Both readings of one example, and what became of their difference."""

    id: str
    first: Label
    second: Label
    verdict: str
    """agreed, upheld, corrected, harmonised, ambiguous."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """All figures. `kappa` is Cohen's, for relevance."""

    relevance: Share
    kappa: float
    heads: Share
    by_head: dict[str, Share]
    stages: Share
    """Within one step, 5 and 6 taken together."""
    committers: SetScore
    beneficiaries: SetScore
    verdicts: dict[str, int]


def label(text: str) -> Label:
    """A label as it is written: "none", or "refused 0 DEU>UKR". Raises ValueError."""
    if text == _NONE:
        return Label(None)
    direction, stage, actors = text.split(" ")
    committers, beneficiaries = (
        tuple(code for code in side.split(",") if code) for side in actors.split(">")
    )
    return Label(Claim(Stage(int(stage)), Direction(direction), committers, beneficiaries))


def pairs() -> list[Pair]:
    """Both readings of every shipped example."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()[1:]
    rows = (line.split("\t") for line in lines)
    return [
        Pair(name, label(first), label(second), verdict) for name, first, second, verdict in rows
    ]


def agreement(read: Sequence[Pair]) -> Agreement:
    """How far two readers agree."""
    relevant = [(p.first.claim, p.second.claim) for p in read]
    both = [(one, other) for one, other in relevant if one and other]
    heads = [(head_word(one).value, head_word(other).value) for one, other in both]
    said = [(one is not None, other is not None) for one, other in relevant]
    return Agreement(
        relevance=Share(sum(one == other for one, other in said), len(said)),
        kappa=kappa(said),
        heads=_equal(heads),
        by_head={h: _equal([p for p in heads if p[0] == h]) for h in sorted({a for a, _ in heads})},
        stages=Share(sum(_near(one.stage, other.stage) for one, other in both), len(both)),
        committers=_sets((one.committers, other.committers) for one, other in both),
        beneficiaries=_sets((one.beneficiaries, other.beneficiaries) for one, other in both),
        verdicts=dict(Counter(p.verdict for p in read).most_common()),
    )


def kappa(said: Sequence[tuple[bool, bool]]) -> float:
    """Agreement beyond chance: 1 is perfect, 0 is chance."""
    total = len(said)
    seen = sum(one == other for one, other in said) / total
    yes = [sum(pair[reader] for pair in said) / total for reader in (0, 1)]
    chance = yes[0] * yes[1] + (1 - yes[0]) * (1 - yes[1])
    return (seen - chance) / (1 - chance) if chance < 1 else 1.0


def _equal(found: Sequence[tuple[str, str]]) -> Share:
    return Share(sum(one == other for one, other in found), len(found))


def _near(one: Stage, other: Stage) -> bool:
    return abs(min(5, int(one)) - min(5, int(other))) <= 1


def _sets(found: Iterable[tuple[tuple[str, ...], tuple[str, ...]]]) -> SetScore:
    return set_score((frozenset(one), frozenset(other)) for one, other in found)


def main() -> None:
    """Print the table."""
    found = agreement(pairs())
    print(f"relevance        {found.relevance}  kappa {found.kappa:.3f}")
    print(f"head word        {found.heads}")
    for head, share in found.by_head.items():
        print(f"  {head:14} {share}")
    print(f"stage within one {found.stages}")
    print(f"committers       F1 {found.committers.f1:.3f}")
    print(f"beneficiaries    F1 {found.beneficiaries.f1:.3f}")
    print(", ".join(f"{verdict} {count:,}" for verdict, count in found.verdicts.items()))


if __name__ == "__main__":
    main()
