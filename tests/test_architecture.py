"""The house rules: four packages in one chain, no cycle, each library behind its one door."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

CHAIN = ("feeds", "classifiers", "storage", "bot")
"""Each may import those before it."""

DOORS = {
    "feedparser": "feeds.parse",
    "trafilatura": "feeds.fulltext",
    "sqlite_utils": "storage",
    "discord": "bot.discord_chat",
    "slack_bolt": "bot.slack_chat",
    "slack_sdk": "bot.slack_chat",
    "apscheduler": "bot.scheduler",
    "PIL": "bot.charts",
}
"""Library -> the only module, or package, that may import it."""


def breaches(root: Path) -> list[str]:
    """Every breach of the rules in a source tree, in words."""
    imports = import_graph(root)
    return [
        *_strangers(root),
        *_upward(imports),
        *_through_the_wall(imports),
        *_cycles(imports),
    ]


def import_graph(root: Path) -> dict[str, set[str]]:
    """Every module of the packages, and the dotted names that it imports."""
    modules = {_name(path, root): path for package in CHAIN for path in _sources(root / package)}
    return {name: set(_imports(path, name)) for name, path in modules.items()}


def _sources(folder: Path) -> Iterator[Path]:
    return folder.rglob("*.py")


def _name(path: Path, root: Path) -> str:
    return ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


def _imports(path: Path, module: str) -> Iterator[str]:
    """Dotted names that a file imports, anywhere in it; a name from a module counts as both."""
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package.rsplit(".", node.level - 1)[0] + "." if node.level else ""
            source = (base + (node.module or "")).rstrip(".")
            yield source
            yield from (f"{source}.{alias.name}" for alias in node.names)


def _within(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def _strangers(root: Path) -> Iterator[str]:
    known = {*CHAIN, "tests", "build", "dist"}
    for entry in sorted(root.iterdir()):
        if entry.name.startswith(".") or entry.name in known:
            continue
        if entry.suffix == ".py" or (entry.is_dir() and any(_sources(entry))):
            yield f"{entry.name} belongs to none of the packages"


def _upward(imports: Mapping[str, set[str]]) -> Iterator[str]:
    for module, names in sorted(imports.items()):
        later = CHAIN[CHAIN.index(module.split(".")[0]) + 1 :]
        for name in sorted(names):
            if name in {*later, "tests"} or name.startswith(tuple(f"{p}." for p in later)):
                yield f"{module} imports {name}"


def _through_the_wall(imports: Mapping[str, set[str]]) -> Iterator[str]:
    for module, names in sorted(imports.items()):
        for library, door in DOORS.items():
            if not _within(module, door) and any(_within(name, library) for name in names):
                yield f"{module} imports {library}, which only {door} may"


def _cycles(imports: Mapping[str, set[str]]) -> Iterator[str]:
    graph = {module: (names & imports.keys()) - {module} for module, names in imports.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        yield "cycle: " + " > ".join(reversed(error.args[1]))


def test_the_tree_keeps_the_rules() -> None:
    assert breaches(ROOT) == []


def test_every_package_of_the_chain_is_there() -> None:
    assert [p for p in CHAIN if not (ROOT / p / "__init__.py").is_file()] == []


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small tree that keeps every rule."""
    for package in CHAIN:
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text("")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_a.py").write_text("import bot, feedparser")
    (tmp_path / "feeds" / "parse.py").write_text("import feedparser")
    (tmp_path / "feeds" / "article.py").write_text("import asyncio")
    (tmp_path / "bot" / "discord_chat").mkdir()
    (tmp_path / "bot" / "discord_chat" / "__init__.py").write_text("from .drawing import draw")
    (tmp_path / "bot" / "discord_chat" / "drawing.py").write_text("import discord.ui")
    (tmp_path / "bot" / "app.py").write_text("from storage import store\nimport bot.discord_chat")
    (tmp_path / "storage" / "store.py").write_text("from feeds.article import Article")
    return tmp_path


def test_a_sound_tree_passes(tree: Path) -> None:
    assert breaches(tree) == []


@pytest.mark.parametrize(
    ("file", "source", "breach"),
    [
        ("feeds/a.py", "import storage", "feeds.a imports storage"),
        ("feeds/a.py", "import bot.app", "feeds.a imports bot.app"),
        (
            "classifiers/a.py",
            "def f():\n    from storage import x",
            "classifiers.a imports storage",
        ),
        ("storage/a.py", "from bot.app import App", "storage.a imports bot.app"),
        ("feeds/a.py", "from feedparser import parse", "feeds.a imports feedparser"),
        ("feeds/parser.py", "import feedparser", "feeds.parser imports feedparser"),
        ("bot/a.py", "import trafilatura", "bot.a imports trafilatura"),
        ("bot/a.py", "import sqlite_utils", "bot.a imports sqlite_utils"),
        ("bot/a.py", "from discord.ext import commands", "bot.a imports discord"),
        ("bot/a.py", "from slack_bolt.async_app import AsyncApp", "bot.a imports slack_bolt"),
        ("bot/a.py", "import slack_sdk.errors", "bot.a imports slack_sdk"),
        ("bot/a.py", "from apscheduler.schedulers import asyncio", "bot.a imports apscheduler"),
        ("common/a.py", "", "common belongs to none"),
        ("helpers.py", "", "helpers.py belongs to none"),
        ("feeds/article.py", "from . import parse\nfrom .b import c", ""),
        ("feeds/parse.py", "from feeds import parse", ""),
    ],
)
def test_each_breach_is_found(tree: Path, file: str, source: str, breach: str) -> None:
    (tree / file).parent.mkdir(exist_ok=True)
    (tree / file).write_text(source)
    assert [b for b in breaches(tree) if not b.startswith(breach)] == []
    assert bool(breach) == bool(breaches(tree))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("import feeds.b", "import feeds.a"),
        ("from feeds import b", "from feeds.a import x"),
        ("from .b import x", "def f():\n    from . import a"),
    ],
)
def test_a_cycle_is_found(tree: Path, first: str, second: str) -> None:
    (tree / "feeds" / "a.py").write_text(first)
    (tree / "feeds" / "b.py").write_text(second)
    (breach,) = breaches(tree)
    assert breach.startswith("cycle: ")
    assert "feeds.a" in breach
    assert "feeds.b" in breach
