"""Answers with pictures, and the same answers without."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cards import Card, Picture
from bot.charts import Charts, Plan, TimelinePlan
from bot.chat import Asker, Press
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
async def test_an_answer_has_its_words_before_its_picture_is_drawn(store: Store, text: str) -> None:
    charts = Drawn()
    card, plain = await ask(store, charts, text), await ask(store, None, text)
    assert card == plain
    assert charts.plans == []
    assert card.picture is not None
    assert await card.picture() == Picture(b"png", charts.plans[0].alt, charts.plans[0].name)
    assert plain.picture is None


async def test_nothing_known_is_answered_without_a_picture(store: Store) -> None:
    charts = Drawn()
    card = await ask(store, charts, "timeline CHE AUT")
    assert "holds nothing of" in card.headline
    assert card.picture is None


async def test_only_the_first_page_of_an_answer_has_the_picture(store: Store) -> None:
    card = await ask(store, Drawn(), "timeline USA")
    (more,) = (b for b in card.buttons if "2 " in b.value)
    commands = Commands(store, unused, unused, lambda: NOW, charts=Drawn())  # type: ignore[arg-type]
    page = await commands.press(Press(more.action, more.value), MEMBER)
    assert card.picture is not None
    assert page.picture is None
    assert page.headline == card.headline


async def test_a_pair_is_called_by_both_names(store: Store) -> None:
    charts = Drawn()
    card = await ask(store, charts, "timeline GBR UKR")
    assert card.picture is not None
    await card.picture()
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
