"""One table says all of an obligation; what lacks is named with its place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from classifiers import obligations
from classifiers.assessment import Obligation
from classifiers.frames import acts
from classifiers.language_file import languages
from classifiers.lexicon import concepts
from classifiers.obligations import ObligationsError, Row, parse, rows, write

ROOT = Path(__file__).parents[2]
MADE = ("classifiers/assessment.py", "docs/domain.md")
FILE = "classifiers/data/obligations.toml"
TABLE = """
[training]
objects = ["train"]
[cyber_defence]
objects = ["cyber_defence"]
like = "train"
words = { en = "cyber defence" }
terms = { en = "cyber defence; cyber shield*" }
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What is made from the file, to be written anew."""
    for name in MADE:
        (tmp_path / name).parent.mkdir()
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_what_is_made_from_the_obligations_is_up_to_date(checkout: Path) -> None:
    assert list(Obligation) == list(rows()), "run python -m classifiers.obligations"
    write(checkout)
    for name in MADE:
        made = (checkout / name).read_text("utf-8")
        assert made == (ROOT / name).read_text("utf-8"), "run python -m classifiers.obligations"


def test_a_further_obligation_comes_into_code_and_document(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(obligations, "rows", lambda: parse(TABLE))
    write(checkout)
    code, page = ((checkout / name).read_text("utf-8") for name in MADE)
    assert '\n    TRAINING = "training"\n    CYBER_DEFENCE = "cyber_defence"\n\n\nclass' in code
    assert "## What is promised\n\n`training` `cyber_defence`\n\n## In what form" in page


def test_every_object_of_an_obligation_has_words() -> None:
    known = concepts("en")
    unknown = [
        f"[{name}] {concept}"
        for name, row in rows().items()
        for concept in row.objects
        if f"object.{concept}" not in known
    ]
    assert unknown == [], f"{FILE}: no [object] of data/lexicons/en.toml, and no terms of their own"


def test_an_obligation_with_words_of_its_own_has_them_in_every_language() -> None:
    lacking = [
        f"[{name}.terms] {language}"
        for name, row in rows().items()
        for language in languages()
        if row.terms and f"object.{row.objects[0]}" not in concepts(language)
    ]
    assert lacking == [], f"{FILE} lacks these (or [object] in the language's own file)"


def test_every_obligation_of_its_own_object_is_governed_by_acts() -> None:
    governed = frozenset().union(*(act.objects for act in acts().values()))
    idle = [name for name, row in rows().items() if row.like and row.like not in governed]
    assert idle == [], f"{FILE}: no act of data/acts.toml governs what these are like"


def test_a_table_says_all_of_an_obligation() -> None:
    assert parse(TABLE)["cyber_defence"] == Row(
        ("cyber_defence",),
        like="train",
        words={"en": "cyber defence"},
        terms={"en": ("cyber defence", "cyber shield*")},
    )


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[Cyber]", "[Cyber] must be called in small letters and underscores"),
        ("[cyber]\nobject = ['a']", "[cyber] object is none of objects (list), weak (bool)"),
        ("[cyber]\nweak = 1", "[cyber] weak is none of objects (list), weak (bool)"),
        ("[a]\nobjects = ['x']\n[b]\nobjects = ['x']", "[b] names the object x, which is [a]'s"),
        ("[a]\nobjects = ['x']\n[a.terms]\nen = 'y'", "[a] takes objects, like and terms together"),
        ("[a]\nobjects = ['x']\nlike = 'y'", "[a] takes objects, like and terms together"),
        (TABLE.replace('"train"]', '"drill"]'), '[cyber_defence] like = "train" is no object'),
    ],
)
def test_a_wrong_table_says_what_and_where(text: str, fault: str) -> None:
    with pytest.raises(ObligationsError) as told:
        parse(text)
    assert str(told.value).startswith(f"{FILE}: {fault}")
