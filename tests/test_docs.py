"""The documents say what the code does."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from urllib.parse import unquote

import pytest

from bot.channel_words import ChannelWords
from bot.cli import cli
from bot.command_table import COMMANDS
from bot.names import resolve
from bot.reference import FILES as MADE
from bot.route_words import read_route_words
from classifiers import assessment
from storage.records import Route

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_ADDED = re.compile(r'(?m)^    /pledgewatch routes add ("[^"]+"|\S+) (.+)$')
ROUTES = [found for page in PAGES for found in _ADDED.findall(page.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("name", MADE)
def test_what_is_made_from_the_code_is_up_to_date(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert text == MADE[name](), "run python -m bot.reference"


@pytest.mark.parametrize(
    "values",
    [
        assessment.Direction,
        assessment.Obligation,
        assessment.LegalForm,
        assessment.Condition,
        assessment.Modality,
    ],
)
def test_the_domain_model_names_every_value(values: type[StrEnum]) -> None:
    page = (ROOT / "docs" / "domain.md").read_text(encoding="utf-8")
    assert [value for value in values if f"`{value}`" not in page] == []


def test_the_domain_model_names_every_stage() -> None:
    page = (ROOT / "docs" / "domain.md").read_text(encoding="utf-8")
    rows = [f"| {stage.value} | `{stage.name.lower()}` |" for stage in assessment.Stage]
    assert [row for row in rows if row not in page] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_within_the_documents_leads_somewhere(page: Path) -> None:
    text = re.sub(r"(?s)```.*?```", "", page.read_text(encoding="utf-8"))
    targets = [t for t in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in t]
    dead = [t for t in targets if not _exists(page, t)]
    assert dead == []


def _exists(page: Path, target: str) -> bool:
    name, _, anchor = unquote(target).partition("#")
    path = (page.parent / name) if name else page
    return path.exists() and (not anchor or anchor in _anchors(path))


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"(?m)^#+ (.+)$", page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}


@pytest.mark.parametrize("typed", ROUTES, ids=" ".join)
def test_every_route_that_the_documents_add_can_be_typed(typed: tuple[str, str]) -> None:
    name, settings = typed
    channels = ChannelWords("slack", "slack:C1")
    words = read_route_words(settings, resolve=resolve, channels=channels)
    route = words.apply(Route(name, "slack:C1"))
    assert words.changes
    assert route.channel == "slack:C1"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_that_the_documents_name_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    line = re.findall(r"(?m)(?:`|^ +(?:\.venv/bin/)?)pledgewatch ([a-z][a-z-]*)", text)
    assert [name for name in line if name not in cli.commands] == []
    chat = re.findall(r"`/((?:pledges|pledgewatch) [a-z][a-z-]*)", text)
    known = {" ".join((command.root, command.path[0])) for command in COMMANDS}
    assert [name for name in chat if name not in known] == []
