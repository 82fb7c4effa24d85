"""Answers with pictures, and the same answers without."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cards import Card, Picture
from bot.charts import Charts, Plan, TimelinePlan
from bot.chat import Asker
from bot.commands import Commands
from bot.history import history_of
from bot.words import words
from storage.store import Store
from tests.builders import NOW

MEMBER = Asker("slack", "U2", "Ana", "slack:C1", "T1", admin=False)


class Drawn(Charts):
    """Keeps the plans instead of drawing them."""

    def __init__(self) -> None:
        super().__init__()
        self.plans: list[Plan] = []

    async def draw(self, plan: Plan) -> Picture:
        self.plans.append(plan)
        return Picture(b"png", plan.alt, plan.name)


def unused() -> None:
    raise AssertionError


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await Store.open(tmp_path / "p.db") as opened:
        yield opened


async def ask(store: Store, charts: Charts | None, text: str) -> Card:
    commands = Commands(store, unused, unused, lambda: NOW, charts=charts)  # type: ignore[arg-type]
    return await commands.answer("pledges", text, MEMBER)


@pytest.mark.parametrize("text", ["timeline GBR UKR", "timeline Estonia", "matrix", "matrix EST"])
async def test_an_answer_begins_with_its_picture_and_keeps_its_words(
    store: Store, text: str
) -> None:
    drawn, plain = await ask(store, Drawn(), text), await ask(store, None, text)
    assert isinstance(drawn.blocks[0], Picture)
    assert drawn.blocks[1:] == plain.blocks
    assert not any(isinstance(block, Picture) for block in plain.blocks)


async def test_nothing_known_is_answered_without_a_picture(store: Store) -> None:
    charts = Drawn()
    card = await ask(store, charts, "timeline CHE AUT")
    assert "holds nothing of" in card.headline
    assert charts.plans == []


async def test_only_the_first_page_of_an_answer_has_the_picture(store: Store) -> None:
    card = await ask(store, Drawn(), "timeline USA")
    (more,) = (b for b in card.buttons if "2 " in b.value)
    page = await ask(store, Drawn(), more.value.partition("pledges ")[2])
    assert isinstance(card.blocks[0], Picture)
    assert page.headline == card.headline


async def test_a_pair_is_called_by_both_names(store: Store) -> None:
    charts = Drawn()
    await ask(store, charts, "timeline GBR UKR")
    (plan,) = charts.plans
    assert isinstance(plan, TimelinePlan)
    assert plan.title == "United Kingdom · Ukraine"


@pytest.mark.parametrize(
    ("actor", "title"),
    [
        ("GBR", "What United Kingdom promised"),
        ("UKR", "What was promised to Ukraine"),
        ("ISL", "What Iceland promised"),
    ],
)
async def test_one_actor_is_shown_by_what_it_promised_or_else_was_promised(
    store: Store, actor: str, title: str
) -> None:
    history = await history_of(store, actor)
    assert history.records
    assert history.title(words(), words().actor) == title


async def test_an_actors_own_promises_stand_without_those_of_its_alliances(store: Store) -> None:
    history = await history_of(store, "EST")
    assert {record.entry.committer for record in history.records} == {"EST"}
