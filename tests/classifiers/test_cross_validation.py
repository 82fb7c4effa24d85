"""The figures by what tends to go wrong, from judged examples."""

from __future__ import annotations

from classifiers import examples
from classifiers.cross_validation import failure_classes, lines, report
from classifiers.train import Unseen

SHIPPED = examples.shipped()


def judged(*, relevant: bool | None = None) -> list[Unseen]:
    """Every example judged rightly, or all alike."""
    return [
        Unseen(e, e.relevant if relevant is None else relevant, e.head if e.claims else "")
        for e in SHIPPED
    ]


def test_a_perfect_reader_has_perfect_figures() -> None:
    found = report(judged())
    assert found.overall.f1 == 1.0
    assert all(trap.fired.hits == 0 for trap in found.traps)
    assert all(twist.found.value == 1.0 == twist.heads.value for twist in found.twists)


def test_a_reader_that_always_fires_falls_into_every_trap() -> None:
    found = report(judged(relevant=True))
    assert found.overall.recall.value == 1.0
    assert all(trap.fired.value == 1.0 for trap in found.traps)


def test_every_class_has_examples() -> None:
    found = report(judged())
    assert [t.name for t in found.traps if t.fired.total < 20] == []
    assert [t.name for t in found.twists if t.found.total < 8] == []


def test_every_case_named_is_a_case_of_the_examples() -> None:
    known = {example.case for example in SHIPPED}
    named = {
        case for kind in failure_classes().values() for cases in kind.values() for case in cases
    }
    assert named - known == set()


def test_the_table_names_every_class() -> None:
    text = "\n".join(lines(report(judged())))
    assert all(name in text for kind in failure_classes().values() for name in kind)
