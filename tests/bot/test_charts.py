"""Pictures: what a plan decides, and what the drawing makes of it."""

from __future__ import annotations

import asyncio
import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from PIL import Image

from bot.cards import Card, Divider, Picture
from bot.charts import (
    ChartFailed,
    Charts,
    ChartsMissing,
    GridPlan,
    Plan,
    TimelinePlan,
    WeeksPlan,
    obligations_plan,
    pairs_plan,
    timeline_plan,
    weeks_plan,
    worker,
)
from bot.charts.canvas import DPI, WIDTH, drawable, measured, wrapped
from bot.charts.matrix import MOST_COLUMNS, MOST_ROWS
from bot.charts.phrases import MOST_ALT
from bot.charts.plans import Cell, Mark
from bot.charts.process import picture
from bot.charts.timeline import MOST_ACTORS, MOST_ACTS
from classifiers.assessment import Direction, Obligation, Stage
from storage.records import LedgerEntry, LedgerRecord, MatrixCell, WeekCount

TODAY = date(2026, 3, 4)
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


def entry(number: int = 1, **changes: object) -> LedgerEntry:
    base = LedgerEntry(
        id=number,
        committer="GBR",
        beneficiary="UKR",
        obligation=Obligation.TRAINING,
        stage=Stage.PLEDGE,
        status="active",
        conditions=(),
        legal_form="unilateral_statement",
        since=datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=number),
        title=f"Act {number}",
        development_id=None,
        source="instrument",
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def record(
    number: int = 1,
    direction: Direction = Direction.NEW,
    standing: str = "confirmed",
    **changes: object,
) -> LedgerRecord:
    return LedgerRecord(entry(number, **changes), direction, standing, "committer")


def timeline(*records: LedgerRecord, language: str = "en") -> TimelinePlan:
    plan = timeline_plan(
        "United Kingdom · Ukraine", records or [record()], today=TODAY, language=language
    )
    assert plan is not None
    return plan


def grid(*cells: MatrixCell, language: str = "en") -> GridPlan:
    plan = pairs_plan(cells, today=TODAY, language=language)
    assert plan is not None
    return plan


def weeks(*counts: WeekCount, language: str = "en", now: datetime = NOW) -> WeeksPlan:
    return weeks_plan(counts, now=now, language=language)


# --- a timeline


def test_a_timeline_runs_from_the_oldest_act_to_the_newest() -> None:
    plan = timeline(record(3), record(1), record(2))
    assert [act.title for act in plan.acts] == ["Act 1", "Act 2", "Act 3"]


def test_acts_of_one_day_stand_by_stage() -> None:
    noon = datetime(2025, 5, 1, 12, tzinfo=UTC)
    ratified = record(1, stage=Stage.IN_FORCE, since=noon - timedelta(hours=3))
    plan = timeline(ratified, record(2, stage=Stage.SIGNED_BINDING, since=noon))
    assert [act.title for act in plan.acts] == ["Act 2", "Act 1"]


def test_the_obligations_of_one_agreement_are_one_act() -> None:
    plan = timeline(record(1), record(1, obligation=Obligation.FINANCE))
    assert len(plan.acts) == 1


def test_a_long_history_keeps_its_newest_acts_and_says_what_is_missing() -> None:
    plan = timeline(*map(record, range(1, MOST_ACTS + 13)))
    assert len(plan.acts) == MOST_ACTS
    assert plan.acts[-1].title == f"Act {MOST_ACTS + 12}"
    assert plan.note == "Not shown: 12 acts before these, the first in 2024."


@pytest.mark.parametrize(
    ("direction", "standing", "mark"),
    [
        (Direction.NEW, "confirmed", Mark.MADE),
        (Direction.REAFFIRMED, "confirmed", Mark.MADE),
        (Direction.HEDGED, "confirmed", Mark.OPEN),
        (Direction.NEW, "pending", Mark.OPEN),
        (Direction.SUSPENDED, "confirmed", Mark.BACK),
        (Direction.REFUSED, "pending", Mark.BACK),
    ],
)
def test_shapes_tell_what_was_made_left_open_and_taken_back(
    direction: Direction, standing: str, mark: Mark
) -> None:
    assert timeline(record(1, direction, standing)).acts[0].mark is mark


def test_an_unconfirmed_act_says_so() -> None:
    assert timeline(record(1, standing="pending")).acts[0].meaning.endswith("unconfirmed")


def test_years_in_which_nothing_happened_are_told() -> None:
    plan = timeline(record(1), record(2, since=datetime(2037, 6, 1, tzinfo=UTC)), record(13000))
    assert plan.gaps[:2] == ("", "13 years")


def test_sides_are_named_only_where_they_differ() -> None:
    assert timeline(record(1), record(2)).acts[0].meaning == "new, pledge"
    mixed = timeline(record(1), record(2, committer="UKR", beneficiary="GBR"))
    assert mixed.acts[0].meaning == "United Kingdom → Ukraine · new, pledge"


def test_no_more_actors_have_colours_than_can_be_told_apart() -> None:
    codes = ("GBR", "FRA", "DEU", "POL", "USA", "CAN")
    plan = timeline(*(record(n, committer=code) for n, code in enumerate(codes)))
    assert len(plan.actors) == MOST_ACTORS
    assert plan.actors[-1] == "others"
    assert {act.actor for act in plan.acts} == set(range(MOST_ACTORS))


def test_a_timeline_of_nothing_is_none() -> None:
    assert timeline_plan("Switzerland", [], today=TODAY) is None


# --- a matrix


def test_committers_who_owe_the_same_share_a_row() -> None:
    codes = ("EST", "LTU", "LVA")
    plan = grid(*(MatrixCell(code, "UKR", Stage.IN_FORCE, 5) for code in codes))
    assert [name for name, _ in plan.rows] == ["Estonia, Lithuania +1"]


def test_a_large_matrix_keeps_what_binds_most_and_says_so() -> None:
    cells = [
        MatrixCell(f"C{n}", f"B{m}", Stage((n * n + m * n // 7) % 7), 1)
        for n in range(30)
        for m in range(20)
    ]
    plan = grid(*cells)
    assert len(plan.columns) == MOST_COLUMNS
    assert len(plan.rows) == MOST_ROWS
    assert plan.note.startswith("Shown: ")
    assert "of 600 pairs" in plan.note


def test_a_suspended_promise_is_in_doubt() -> None:
    plan = grid(MatrixCell("USA", "UKR", Stage.IN_FORCE, 1, "suspended"))
    assert plan.rows[0][1] == (Cell(5, doubtful=True),)
    assert plan.doubtful == "suspended or disputed"
    assert grid(MatrixCell("USA", "UKR", Stage.IN_FORCE, 1)).doubtful == ""


def test_what_is_owed_to_one_country_is_told_by_obligation() -> None:
    plan = obligations_plan(
        "UKR",
        [
            entry(1, stage=Stage.PLEDGE),
            entry(2, stage=Stage.IN_FORCE),
            entry(3, obligation=Obligation.FINANCE),
            entry(4, committer="UKR"),
        ],
        today=TODAY,
    )
    assert plan is not None
    assert plan.title == "What is owed to Ukraine"
    assert plan.columns == ("training", "finance")
    assert plan.rows == (("United Kingdom", (Cell(5), Cell(2))),)


def test_a_matrix_of_nothing_is_none() -> None:
    assert pairs_plan([], today=TODAY) is None
    assert obligations_plan("CHE", [], today=TODAY) is None


# --- weeks


def test_every_direction_is_in_one_group() -> None:
    counts = [WeekCount(date(2026, 3, 2), direction, 1) for direction in Direction]
    assert sum(s.counts[-1] for s in weeks(*counts).series) == len(Direction)


def test_what_makes_a_commitment_less_stands_below_the_line() -> None:
    counts = [WeekCount(date(2026, 3, 2), d, 1) for d in (Direction.NEW, Direction.WITHDRAWN)]
    assert [s.below for s in weeks(*counts).series] == [False, True]


def test_weeks_without_news_are_there_and_later_ones_are_not() -> None:
    plan = weeks(WeekCount(date(2026, 1, 5), Direction.NEW, 2))
    assert plan.mondays[0] == date(2025, 12, 15)
    assert plan.mondays[-1] == date(2026, 3, 2)
    assert plan.series[0].counts == (0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0)


def test_an_unfinished_week_is_told_and_a_finished_one_is_not() -> None:
    count = WeekCount(date(2026, 3, 2), Direction.NEW, 1)
    assert weeks(count).note
    assert not weeks(count, now=datetime(2026, 3, 8, 12, tzinfo=UTC)).note


def test_a_time_without_developments_says_so() -> None:
    assert weeks().empty == "No development in 12 weeks"


# --- for those who cannot see it


def test_the_alternative_text_tells_what_a_timeline_shows() -> None:
    plan = timeline(record(1, stage=Stage.IN_FORCE), record(2, Direction.HEDGED))
    assert plan.alt == (
        "Timeline, United Kingdom · Ukraine: 2 acts from 2 Jan 2024 to 3 Jan 2024. "
        "Most binding: in force, 2 Jan 2024, Act 1. Newest: 3 Jan 2024, hedged, Act 2."
    )


def test_the_alternative_text_fits_both_platforms_and_one_line() -> None:
    plan = timeline(record(1, title="Long\nname " * 300))
    assert len(plan.alt) <= MOST_ALT
    assert "\n" not in plan.alt


# --- drawing


PLANS: list[Plan] = [
    timeline(record(1), record(2, Direction.SUSPENDED, committer="UKR"), record(9000)),
    timeline(*map(record, range(40))),
    grid(MatrixCell("USA", "UKR", Stage.IN_FORCE, 1, "disputed")),
    grid(*(MatrixCell(f"C{n}", f"B{n % 9}", Stage(n % 7), 1) for n in range(90))),
    weeks(),
    weeks(*(WeekCount(date(2026, 2, 23), direction, 40) for direction in Direction)),
    *(timeline(record(1), language=code) for code in ("uk", "fr", "de")),
    *(grid(MatrixCell("USA", "UKR", Stage.TALK, 1), language=code) for code in ("uk", "fr", "de")),
]


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.name)
def test_a_picture_is_a_png_that_a_telephone_can_show(plan: Plan) -> None:
    png = picture(plan)
    image = Image.open(io.BytesIO(png))
    assert (image.format, image.width) == ("PNG", round(WIDTH * DPI))
    assert image.height < 2 * image.width
    assert len(png) < 500_000


def test_a_card_has_its_own_background_and_clear_corners() -> None:
    image = Image.open(io.BytesIO(picture(weeks()))).convert("RGBA")
    assert image.getchannel("A").getpixel((0, 0)) == 0
    assert image.getpixel((image.width // 2, 30)) == (255, 255, 255, 255)


# --- beside the service


@pytest.fixture
async def charts() -> Charts:
    return Charts()


@pytest.mark.parametrize("plan", [PLANS[0], PLANS[2], PLANS[5]], ids=lambda plan: plan.name)
async def test_the_process_draws_what_the_plan_says(charts: Charts, plan: Plan) -> None:
    assert await charts.draw(plan) == Picture(picture(plan), plan.alt, plan.name)


async def test_what_many_ask_for_at_once_is_drawn_once(
    charts: Charts, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Plan] = []

    async def drawn(plan: Plan) -> bytes:
        asked.append(plan)
        return b"png"

    monkeypatch.setattr(worker, "drawn", drawn)
    await asyncio.gather(*(charts.draw(plan) for plan in (weeks(), weeks(), timeline(), weeks())))
    assert asked == [weeks(), timeline()]


async def test_without_pillow_a_sentence_says_what_brings_it(
    charts: Charts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "installed", lambda: False)
    with pytest.raises(ChartsMissing, match=r"pip install 'pledgewatch\[charts\]'"):
        await charts.draw(weeks())


async def test_a_picture_that_cannot_be_drawn_says_why(charts: Charts) -> None:
    act = replace(timeline().acts[0], stage=99, actor=99)
    with pytest.raises(ChartFailed, match=r"(?s)timeline\.png.*IndexError"):
        await charts.draw(replace(timeline(), acts=(act,)))


async def test_drawing_that_takes_too_long_is_ended(
    charts: Charts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_DEADLINE", 0.01)
    with pytest.raises(ChartFailed, match="within"):
        await charts.draw(weeks())


async def test_an_answer_stands_before_its_picture_is_drawn(charts: Charts) -> None:
    card = charts.illustrated(Card("Weeks", (Divider(),)), weeks())
    assert card == Card("Weeks", (Divider(),))
    assert card.picture is not None
    assert await card.picture() == Picture(picture(weeks()), weeks().alt, "weeks.png")


async def test_an_answer_goes_out_without_a_picture_that_cannot_be_drawn(
    charts: Charts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "installed", lambda: False)
    card = charts.illustrated(Card("Weeks"), weeks())
    assert card.picture is not None
    assert await card.picture() is None


# --- text from outside


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Рада ратифікувала угоду", "Рада ратифікувала угоду"),
        ("$x^2$ a_b \\frac", "$x^2$ a_b \\frac"),
        ("Signed 🇺🇦 today", "Signed today"),
        ("Oʻzbekiston, Hawaiʻi, ʿAbd", "Oʻzbekiston, Hawaiʻi, ʿAbd"),
        ("条約に署名", ""),
        ("توقيع الاتفاق", ""),
    ],
)
def test_only_what_the_font_has_is_drawn(title: str, shown: str) -> None:
    assert drawable(title) == shown


@pytest.mark.parametrize("title", ["条約に署名", "$\\frac{", "x" * 900, "\u0301\u200d", "a\tb"])
def test_any_title_can_be_drawn(title: str) -> None:
    assert picture(timeline(record(1, title=title)))


@pytest.fixture(params=["short words and more of them", "x" * 200, "Ω" * 90, ""])
def words(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_wrapped_lines_fit_their_width(words: str) -> None:
    lines = wrapped(words, 9, 1.0, 3)
    assert len(lines) <= 3
    assert all(measured(line, 9) <= 1.0 for line in lines)
