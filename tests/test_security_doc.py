"""docs/security.md names no test and no file that does not exist."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
TESTS = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))
FILES = sorted(set(re.findall(r"`((?:feeds|classifiers|storage|bot)/[\w/.]+)`", PAGE)))
THREATS = [line for line in PAGE.splitlines() if line.startswith("| ")]


@cache
def functions(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in tree.body if isinstance(node, kinds))


@pytest.mark.parametrize(("file", "name"), TESTS, ids=lambda part: part)
def test_each_test_that_the_threat_table_names_exists(file: str, name: str) -> None:
    assert name in functions(file)


@pytest.mark.parametrize("file", FILES)
def test_each_file_that_the_threat_table_names_exists(file: str) -> None:
    assert (ROOT / file).exists()


def test_each_threat_has_what_stops_it_and_a_test() -> None:
    rows = [row.strip("| ").split(" | ") for row in THREATS]
    header = ["threat", "what stops it", "the test that shows it"]
    tables = [row for row in rows if len(row) == 3 and row != header and row[0] != "---"]
    guarded = [row for row in tables if row[0] not in _TRUSTED]
    assert len(guarded) > 50
    assert [row[0] for row in guarded if not row[1] or "::test_" not in row[2]] == []


_TRUSTED = {
    line.strip("| ").split(" | ")[0]
    for line in PAGE.partition("## Who is trusted")[2].partition("\n## ")[0].splitlines()
    if line.startswith("| ")
}
