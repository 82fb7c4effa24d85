"""The demo: its sample feeds, what the classifier makes of them, and the tour itself."""

from __future__ import annotations

import asyncio
import io
import logging
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from rich.console import Console

from bot.demo import run_demo
from bot.demo_feeds import Item, Outlet, load_outlets, render
from classifiers.reader import Reader, load_reader
from feeds.article import Feed
from feeds.identity import identify
from feeds.parse import parse

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
OUTLETS = load_outlets()
ITEMS = [(outlet, item) for outlet in OUTLETS for item in outlet.items]
MATTER = [(outlet, item) for outlet, item in ITEMS if item.expect != "none"]


def story(item: Item) -> str:
    return item.story or item.title


@pytest.fixture(scope="module")
def reader() -> Reader:
    return load_reader()


# --- the sample feeds


def test_there_are_enough_outlets_items_and_developments() -> None:
    assert {outlet.format for outlet in OUTLETS} == {"rss", "atom", "rdf", "json"}
    assert len(ITEMS) >= 40
    assert len(MATTER) >= 12


def test_no_two_items_have_the_same_title() -> None:
    titles = Counter(item.title for _, item in ITEMS)
    assert titles.most_common(1)[0][1] == 1


def test_two_outlets_report_one_development() -> None:
    outlets = {story(item): set[str]() for _, item in MATTER}
    for outlet, item in MATTER:
        outlets[story(item)].add(outlet.name)
    assert [name for name, reported_by in outlets.items() if len(reported_by) > 1] != []


def test_there_are_a_correction_a_refusal_and_a_ratification() -> None:
    heads = {item.expect for _, item in MATTER}
    assert {"refused", "ratified"} <= heads
    assert [item for _, item in MATTER if item.correction] != []


@pytest.mark.parametrize(
    "trap", ["anniversary", "loan guarantee", "question headline", "opinion", "sport"]
)
def test_the_common_traps_are_set(trap: str) -> None:
    assert trap in {item.because for _, item in ITEMS}


def test_every_item_that_does_not_matter_says_why() -> None:
    assert [item.title for _, item in ITEMS if (item.expect == "none") != bool(item.because)] == []


@pytest.mark.parametrize("outlet", OUTLETS, ids=lambda outlet: outlet.slug)
def test_a_served_feed_is_well_formed_and_whole(outlet: Outlet) -> None:
    media_type, body = render(outlet, rounds=2, now=NOW)
    parsed = parse(body, url=outlet.home, content_type=media_type)
    assert parsed.format.startswith(outlet.format)
    assert parsed.title == outlet.name
    assert not parsed.warning
    assert {(e.title, e.link, e.published) for e in parsed.entries} == {
        (item.title, item.link, NOW - item.age) for item in outlet.items
    }


@pytest.mark.parametrize("outlet", OUTLETS, ids=lambda outlet: outlet.slug)
def test_the_second_round_adds_to_the_first(outlet: Outlet) -> None:
    first, second = (
        {entry.title for entry in parse(body, url=outlet.home, content_type=media_type).entries}
        for media_type, body in (render(outlet, rounds=n, now=NOW) for n in (1, 2))
    )
    assert first < second


def test_the_third_round_corrects_an_item_and_leaves_its_identity() -> None:
    (outlet,) = (o for o in OUTLETS if any(i.correction for i in o.items))
    second, third = (
        {e.link: e.title for e in parse(body, url=outlet.home, content_type=kind).entries}
        for kind, body in (render(outlet, rounds=n, now=NOW) for n in (2, 3))
    )
    assert second.keys() == third.keys()
    (changed,) = (link for link in second if second[link] != third[link])
    assert third[changed].startswith("CORRECTED")


def test_days_of_the_week_are_those_of_publication() -> None:
    bodies = [render(outlet, rounds=2, now=NOW)[1].decode() for outlet in OUTLETS]
    assert "on Wednesday" in "".join(bodies)  # NOW is one
    assert [body for body in bodies if "{" in re.sub(r"(?m)^ *[{\"].*", "", body)] == []


# --- what the classifier makes of them


@pytest.mark.parametrize(("outlet", "item"), ITEMS, ids=[item.title for _, item in ITEMS])
def test_each_item_is_assessed_as_expected(outlet: Outlet, item: Item, reader: Reader) -> None:
    media_type, body = render(outlet, rounds=2, now=NOW)
    parsed = parse(body, url=outlet.home, content_type=media_type)
    articles = identify(parsed, Feed(outlet.home, name=outlet.name))
    article = next(a for a in articles if a.title == item.title)
    assessment = reader.assess(article)
    assert assessment.head == item.expect
    if assessment.relevant:
        claim = assessment.claims[0]
        assert set(claim.committers) == set(item.committers)
        assert set(claim.beneficiaries) == set(item.beneficiaries)


def test_a_corrected_item_is_assessed_as_corrected(reader: Reader) -> None:
    for outlet, item in MATTER:
        if item.correction:
            kind, body = render(outlet, rounds=3, now=NOW)
            articles = identify(parse(body, url=outlet.home, content_type=kind), Feed(outlet.home))
            (article,) = (a for a in articles if a.title == item.correction.title)
            assessment = reader.assess(article)
            assert assessment.head == item.expect
            assert set(assessment.claims[0].committers) == set(item.correction.committers)
            assert set(assessment.claims[0].beneficiaries) == set(item.beneficiaries)


# --- the tour


@pytest.fixture(scope="module")
def tour() -> Iterator[tuple[int, str]]:
    """The exit status and the text of one run."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    output = io.StringIO()
    status = asyncio.run(run_demo(Console(file=output, width=100, color_system=None)))
    yield status, output.getvalue()
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_the_demo_ends_well(tour: tuple[int, str]) -> None:
    status, _ = tour
    assert status == 0


def test_each_development_of_the_second_round_is_alerted_once(tour: tuple[int, str]) -> None:
    _, text = tour
    stories = {story(item) for _, item in MATTER if item.round == 2}
    alerts = text.partition("Alerts ─")[2].partition("A correction ─")[0]
    assert alerts.count("[Not relevant]") == len(stories)


def test_the_first_poll_alerts_nobody(tour: tuple[int, str]) -> None:
    _, text = tour
    before = text.partition("Alerts ─")[0]
    assert "[Not relevant]" not in before


def test_the_corrected_alert_is_drawn_anew(tour: tuple[int, str]) -> None:
    _, text = tour
    correction = text.partition("A correction ─")[2].partition("pledgewatch latest ─")[0]
    assert correction.count("[Not relevant]") == 1
    assert "Norway" in correction
    headline, _, before = correction.partition("Said before")
    assert "Denmark" not in headline
    assert "Denmark →" in before


def test_the_alert_in_the_readme_is_one_of_the_demo(tour: tuple[int, str]) -> None:
    _, text = tour
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"(?s)```text\n(.*?)```", readme)
    assert as_words(shown) in as_words(text)


def as_words(drawn: str) -> str:
    """What was drawn, without frames and line breaks, and without what differs by the minute."""
    words = " ".join(re.sub(r"[─│╭╮╰╯┃]", " ", drawn).split())
    return re.sub(r"\d\d \w{3} \d{4} \d\d:\d\d UTC|(?<=confidence )[\d.]+", "...", words)


def test_the_questions_are_answered(tour: tuple[int, str]) -> None:
    _, text = tour
    for heading in ("pledgewatch latest", "pledgewatch status UKR", "pledgewatch search troops"):
        answer = text.partition(f"{heading} ─")[2].partition("╯")[0]
        assert "Ukraine" in answer


def test_a_demo_whose_reader_goes_ends_without_a_word() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "demo"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as demo:
        assert demo.stdout is not None
        assert demo.stderr is not None
        assert any(b"Second poll" in line for line in demo.stdout)
        demo.stdout.close()
        assert demo.stderr.read() == b""
    assert demo.returncode == 1
