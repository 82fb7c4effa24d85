"""Full text, harmless with any input."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classifiers.assessment import Direction, Stage
from storage.query import parse_query
from storage.records import Filter, Found
from tests.storage.makers import NOW, Desk, assessed, claim

ANY = Filter()


@pytest.fixture
async def library(desk: Desk) -> Desk:
    await desk.poll(
        assessed("Britain pledges troops for Ukraine", claim(), source="Reuters World"),
        assessed(
            "Франція обіцяє літаки Україні",
            claim(committers=("FRA",), obligations=()),
            language="uk",
            source="Правда",
        ),
        assessed("Élysée : traité signé à Nancy", claim(committers=("FRA",), beneficiaries=("POL",),
                 stage=Stage.SIGNED_BINDING), language="fr", source="Le Monde"),
        assessed("Poland rules out soldiers", claim(committers=("POL",), stage=Stage.TALK,
                 direction=Direction.REFUSED), source="PAP", published=NOW - timedelta(days=300)),
        assessed("Troops parade in the rain", source="Gazette"),
    )  # fmt: skip
    return desk


def titles(found: list[Found]) -> list[str]:
    return [f.article.article.title for f in found]


async def test_words_are_found_in_any_order_without_accents_or_case(library: Desk) -> None:
    found = await library.store.search("NANCY elysee", ANY)
    assert titles(found) == ["Élysée : traité signé à Nancy"]


async def test_cyrillic_is_found(library: Desk) -> None:
    assert len(await library.store.search("україні літаки", ANY)) == 1


async def test_a_beginning_of_a_word_is_found_with_a_star(library: Desk) -> None:
    assert len(await library.store.search("parad*", ANY)) == 1
    assert await library.store.search("parad", ANY) == []


async def test_a_phrase_is_found_in_its_order_only(library: Desk) -> None:
    assert len(await library.store.search('"pledges troops"', ANY)) == 1
    assert await library.store.search('"troops pledges"', ANY) == []


async def test_what_reports_a_development_comes_before_what_does_not(library: Desk) -> None:
    assert titles(await library.store.search("troops", ANY)) == [
        "Britain pledges troops for Ukraine",
        "Troops parade in the rain",
    ]


async def test_a_minus_leaves_out(library: Desk) -> None:
    assert titles(await library.store.search("troops -rain", ANY)) == [
        "Britain pledges troops for Ukraine"
    ]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("from:GBR", 1),
        ("from:fra to:ukr", 1),
        ("stage:>=3", 1),
        ("stage:2", 2),
        ("is:refused", 1),
        ("source:reuters", 1),
        ("lang:uk", 1),
        ("source:reuters troops", 1),
        ("from:FRA,GBR", 3),
        ("about:troop_deployment to:UKR", 2),
        ("since:2020-01-01 from:GBR", 1),
        ("until:2020-01-01 from:GBR", 0),
    ],
)
async def test_filters(library: Desk, query: str, count: int) -> None:
    assert len(await library.store.search(query, ANY)) == count


async def test_the_filter_of_the_command_narrows_too(library: Desk) -> None:
    where = Filter(committer="FRA", min_stage=Stage.POLITICAL_TEXT)
    assert titles(await library.store.search("", where)) == ["Élysée : traité signé à Nancy"]


async def test_hits_are_marked_in_the_snippet(library: Desk) -> None:
    (found,) = await library.store.search("troops -rain", ANY)
    assert "\ue000troops\ue001" in found.snippet


async def test_words_with_that_beginning_are_marked_and_filters_are_not(library: Desk) -> None:
    (found,) = await library.store.search("troo* from:GBR", ANY)
    assert found.snippet == "Britain pledges \ue000troops\ue001 for Ukraine"


async def test_the_snippet_is_of_where_most_of_the_words_stand(desk: Desk) -> None:
    await desk.poll(assessed("Medics", text="Rain, and then Spain sends medics to Kyiv."))
    (found,) = await desk.store.search("spain medics", ANY)
    assert "\ue000Spain\ue001 sends \ue000medics\ue001" in found.snippet


async def test_a_hit_in_the_title_comes_before_one_in_the_text(desk: Desk) -> None:
    await desk.poll(
        assessed("Spain sends medics", source="Title"),
        assessed("A long day", text="In the end Spain sends medics.", source="Text"),
    )
    found = await desk.store.search("medics", ANY)
    assert [f.article.article.source for f in found] == ["Title", "Text"]


async def test_the_more_often_a_word_occurs_the_better(desk: Desk) -> None:
    await desk.poll(
        assessed("Monday", text="Medics came, medics stayed, medics left.", source="Often"),
        assessed("Tuesday", text="Medics came, nurses stayed, doctors left.", source="Once"),
    )
    found = await desk.store.search("medics", ANY)
    assert [f.article.article.source for f in found] == ["Often", "Once"]


async def test_a_development_is_answered_once(library: Desk) -> None:
    await library.poll(assessed("UK troops for Ukraine promised", claim(), source="Courier"))
    found = await library.store.search("troops ukraine", ANY)
    assert [f.development.short_id for f in found if f.development] == ["UKR-1"]


async def test_of_two_alike_the_newer_comes_first(desk: Desk) -> None:
    await desk.poll(
        assessed("Spain sends medics", source="A", published=NOW - timedelta(days=200)),
        assessed("Spain sends medics", source="B"),
    )
    assert [f.article.article.source for f in await desk.store.search("medics", ANY)] == ["B", "A"]


@pytest.mark.parametrize(
    "hostile",
    ["", " ", '"', "AND", "a AND", "NEAR(", "title:", "*", "x:*", "';DROP TABLE articles;--",
     "from:", "stage:>=99", "stage:>=²", "since:2026-99-99", "-", '""', "\x00", "^x", "{a b}: c",
     "from:((", "a" * 5000, "\ue000", "lang:\"", "from:\"x\" OR 1"],
)  # fmt: skip
async def test_odd_input_is_answered_and_not_refused(library: Desk, hostile: str) -> None:
    assert isinstance(await library.store.search(hostile, ANY), list)


@settings(max_examples=150, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(st.text(max_size=60))
def test_any_text_makes_a_query_that_the_index_takes(typed: str) -> None:
    import contextlib
    import sqlite3

    from storage.search import _expression

    query = parse_query(typed)
    with contextlib.closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE VIRTUAL TABLE t USING fts5 (title, summary, text, quotations, facets)")
        for relevant in (True, False):
            expression = _expression(query, relevant=relevant)
            if expression:
                db.execute("SELECT * FROM t WHERE t MATCH ?", (expression,)).fetchall()
    db.close()
