"""What was reported, for trying other settings and another threshold on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from classifiers.assessment import Stage
from storage.records import Assessed
from tests.storage.makers import NOW, Desk, assessed, claim, plan


def unsure(made: Assessed, score: float) -> Assessed:
    """The same article below the threshold, its claims kept."""
    assessment = replace(made.assessment, relevant=False, score=score)
    return replace(made, assessment=assessment)


async def test_developments_are_reported_with_their_best_score(desk: Desk) -> None:
    await desk.poll(assessed("Britain pledges troops", claim(), published=NOW))
    (one,) = await desk.store.reported(NOW - timedelta(days=30))
    assert (one.development.short_id, one.score, one.language) == ("UKR-1", 0.9, "en")
    assert one.at == NOW


async def test_what_is_older_or_taken_back_is_left_out(desk: Desk) -> None:
    await desk.poll(assessed("Britain pledges troops", claim()))
    assert await desk.store.reported(desk.now + timedelta(minutes=1)) == []
    await desk.store.withdraw("UKR-1", plan, by="U1", now=desk.now)
    assert await desk.store.reported(NOW - timedelta(days=30)) == []


async def test_a_lower_threshold_begins_what_fell_below(desk: Desk) -> None:
    article = assessed("Japan pledges jets", claim(committers=("JPN",)))
    await desk.poll(unsure(article, 0.4))
    since = NOW - timedelta(days=30)
    assert await desk.store.beginning(0.5, since) == []
    (begun,) = await desk.store.beginning(0.4, since)
    assert begun.development.short_id == ""
    assert begun.development.lead.title == "Japan pledges jets"


async def test_a_further_report_begins_nothing(desk: Desk) -> None:
    title = "Britain pledges to send five thousand troops to Ukraine after a ceasefire holds"
    await desk.poll(assessed(title, claim(), summary=title))
    again = assessed(title, claim(), summary=title, source="Herald")
    await desk.poll(unsure(again, 0.4))
    assert await desk.store.beginning(0.3, NOW - timedelta(days=30)) == []


async def test_an_act_that_two_articles_report_begins_once(desk: Desk) -> None:
    title = "Norway pledges to send two frigates to Ukraine once a ceasefire in the war holds"
    act = claim(committers=("NOR",), stage=Stage.PLEDGE)
    for source in ("Gazette", "Herald"):
        await desk.poll(unsure(assessed(title, act, summary=title, source=source), 0.4))
    assert len(await desk.store.beginning(0.3, NOW - timedelta(days=30))) == 1
