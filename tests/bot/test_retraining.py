"""Corrections from use become examples; a model that is worse is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.chat import Press
from bot.cli import cli
from bot.cli.context import Failure
from bot.commands import Commands
from bot.config import ConfigError, load_config
from bot.core import open_core
from bot.retraining import corrections, summary, worse
from classifiers.evaluate import evaluate
from tests.bot.conftest import PLEDGE, WEATHER, Newsroom
from tests.bot.test_commands import ADMIN, MEMBER, commands

__all__ = ["commands"]  # the fixture


async def test_an_alert_that_an_admin_rejects_is_an_example(
    commands: Commands, newsroom: Newsroom
) -> None:
    await commands.press(Press("not_relevant", "UKR-1"), ADMIN)
    (example,) = await corrections(newsroom.store)
    assert example.article.title == PLEDGE[0]
    assert not example.relevant
    assert example.weight > 1


async def test_what_waits_for_an_admin_teaches_nothing_yet(
    commands: Commands, newsroom: Newsroom
) -> None:
    await commands.press(Press("not_relevant", "UKR-1"), MEMBER)
    assert await corrections(newsroom.store) == []


def test_a_model_that_tells_less_well_what_matters_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "labelled.jsonl"
    rows = [
        {"id": "1", "title": PLEDGE[0], "summary": PLEDGE[1], "relevant": True, "type": "pledged"},
        {"id": "2", "title": WEATHER[0], "summary": WEATHER[1], "relevant": False, "type": "none"},
    ]
    common = {"committers": ["FRA"], "beneficiaries": ["UKR"], "bindingness": 2, "language": "en"}
    file.write_text("\n".join(json.dumps({**common, "ambiguous": False, **row}) for row in rows))
    good = evaluate(file)
    told = good.relevance["all unambiguous"]
    blind = replace(told, recall=replace(told.recall, hits=0))
    bad = replace(good, relevance={**good.relevance, "all unambiguous": blind})
    assert "would fall" in worse(good, bad)
    assert worse(bad, good) == ""
    assert worse(good, good) == ""
    assert "recall 0.000" in summary(bad)


@pytest.mark.parametrize("content", [None, "{}", "not json", "[]", '{"version": 1}'])
async def test_a_model_that_is_none_is_named_with_its_key(
    tmp_path: Path, content: str | None
) -> None:
    if content is not None:
        (tmp_path / "model.json").write_text(content)
    (tmp_path / "config.toml").write_text('[classifier]\nmodel = "model.json"\n')
    config = load_config(tmp_path / "config.toml", {})
    async with open_core(config) as core:
        with pytest.raises(ConfigError, match=r"\[classifier\] model: .*model\.json"):
            _ = core.reader


def test_a_file_that_is_not_labelled_is_refused_before_the_training(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("no labels\n")
    refused = CliRunner().invoke(cli, ["train", "--measure", str(file)])
    assert isinstance(refused.exception, Failure)
    assert "A labelled row is a JSON object" in str(refused.exception)
    assert "Training" not in refused.output
