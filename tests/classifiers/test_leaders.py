"""Terms of office: what a line may get wrong is said with the line."""

from __future__ import annotations

from datetime import date
from itertools import combinations

import pytest

from classifiers.actors import directory
from classifiers.language_file import language_file, languages
from classifiers.leaders import Leader, LeadersError, leaders, parse
from classifiers.matching import fold

FILE = "classifiers/data/actors/leaders.tsv"
OF_ONE = {
    "president",
    "prime minister",
    "taoiseach",
    "chancellor",
    "foreign minister",
    "foreign secretary",
    "secretary of state",
    "defence minister",
    "defence secretary",
    "secretary-general",
}
"""Offices that one person holds."""


def test_every_leader_speaks_for_an_actor_that_there_is() -> None:
    unknown = [(one.names[0], one.code) for one in leaders() if one.code not in directory()]
    assert unknown == [], f"{FILE}: no such code in countries.tsv or organisations.tsv"


def test_nobody_holds_an_office_beside_a_predecessor_without_end() -> None:
    in_office = [one for one in leaders() if one.until is None and one.office in OF_ONE]
    both = [
        f"{a.code} {a.office}: {a.names[0]}, {b.names[0]}"
        for a, b in combinations(in_office, 2)
        if (a.code, a.office) == (b.code, b.office)
    ]
    assert both == [], f"{FILE}: write the day on which the predecessor's term ended"


def test_no_leader_is_called_as_something_that_a_lexicon_knows() -> None:
    terms = {t for one in languages() for own in language_file(one).concepts.values() for t in own}
    words = [name for one in leaders() for name in one.names if fold(name) in terms]
    assert words == [], f"{FILE}: these are words too; write them with a first name"


def test_a_line_is_a_term_of_office() -> None:
    (one,) = parse("# who\nNovak;Novák\tCZE\tprime minister\t2026-02-01\t\tновак*\n")
    assert one == Leader(
        ("Novak", "Novák"), "CZE", "prime minister", date(2026, 2, 1), None, ("новак*",)
    )


def test_an_editor_may_cut_the_tabs_at_the_end() -> None:
    (one,) = parse("Novak\tCZE\tprime minister\t2026-02-01")
    assert (one.until, one.stems) == (None, ())


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("Novak CZE prime minister 2026-02-01", "needs names, code, office, from, to, Cyrillic"),
        ("Novak\tCZE\t\t2026-02-01", "names, code and office may not be empty"),
        ("Novak\tCZE\tpresident\t1.2.2026", "'1.2.2026' is no day; write it as 2026-03-02"),
        ("Novak\tCZE\tpresident\t2026-02-01\t2025-02-01", "the term ends 2025-02-01, before it"),
    ],
)
def test_a_wrong_line_is_named(line: str, fault: str) -> None:
    with pytest.raises(LeadersError) as told:
        list(parse(f"# who\n{line}\n"))
    assert str(told.value).startswith(f"{FILE}, line 2: {fault}")
