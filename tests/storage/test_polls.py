"""What one poll changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from classifiers.assessment import Attribution, Condition, Direction, Stage
from feeds.article import Feed
from feeds.schedule import FeedState
from storage.records import (
    ChangeKind,
    DevelopmentChange,
    Filter,
    NewDelivery,
    Origin,
    Route,
    RoutingFacts,
)
from tests.storage.makers import NOW, Desk, assessed, claim

PLEDGE = "Britain pledges to send troops to Ukraine after a ceasefire"


async def test_a_relevant_article_makes_a_development_and_an_alert(routed: Desk) -> None:
    recorded = await routed.poll(assessed(PLEDGE, claim()))
    (change,) = recorded.changes
    assert (change.kind, change.development.short_id, recorded.deliveries) == (
        ChangeKind.NEW,
        "UKR-1",
        1,
    )
    assert recorded.relevant[0].outcome == "made UKR-1; alerted"


async def test_an_irrelevant_article_is_kept_with_its_reason(desk: Desk) -> None:
    recorded = await desk.poll(assessed("Rain in Kent", url="https://gazette.example/rain"))
    kept = await desk.store.article("http://www.gazette.example/rain?utm_source=x")
    assert kept is not None
    assert (recorded.new, recorded.relevant, kept.outcome) == (1, (), "not relevant")


async def test_a_second_poll_repeats_nothing(routed: Desk) -> None:
    await routed.poll(assessed(PLEDGE, claim()))
    again = await routed.poll(assessed(PLEDGE, claim()))
    assert (again.new, again.edited, again.changes, again.deliveries) == (0, 0, (), 0)


async def test_the_same_page_in_another_feed_is_not_repeated(routed: Desk) -> None:
    other = await routed.store.add_feed(Feed("https://b.example/feed"), origin=Origin.CHAT, now=NOW)
    url = "https://gazette.example/story"
    await routed.poll(assessed(PLEDGE, claim(), url=url))
    shown = assessed(PLEDGE, claim(), url=url, key="id:elsewhere")
    again = await routed.poll(shown, feed_id=other.id)
    assert (again.new, again.changes) == (0, ())
    assert "id:elsewhere" in await routed.store.known_entries(other.id, ["id:elsewhere"])


async def test_an_edited_article_becomes_a_revision_and_is_reassessed(routed: Desk) -> None:
    await routed.poll(assessed(PLEDGE, claim(), key="id:1"))
    signed = claim(stage=Stage.POLITICAL_TEXT)
    edited = await routed.poll(assessed("Britain signs declaration on troops", signed, key="id:1"))
    assert (edited.new, edited.edited) == (0, 1)
    (change,) = edited.changes
    assert change.kind is ChangeKind.CORRECTION
    assert change.what == "stage 2 pledge > 3 political text"
    assert edited.relevant[0].revision == 2
    assert (await routed.only()).claims[0].stage is Stage.POLITICAL_TEXT


async def test_a_further_outlet_adds_a_source_and_an_edit(routed: Desk) -> None:
    await routed.poll(assessed(PLEDGE, claim()))
    recorded = await routed.poll(
        assessed("London ready to put soldiers into Ukraine", claim(), source="Courier")
    )
    (change,) = recorded.changes
    assert change.kind is ChangeKind.SOURCE
    assert [s.outlet for s in change.development.sources] == ["Gazette", "Courier"]
    assert change.development.confirmed
    assert change.development.revision == 2


async def test_a_copy_of_the_text_is_no_independent_source(routed: Desk) -> None:
    summary = "The defence secretary told parliament that two brigades stand ready in the west."
    await routed.poll(assessed(PLEDGE, claim(), summary=summary))
    recorded = await routed.poll(assessed(PLEDGE, claim(), summary=summary, source="Courier"))
    assert [s.role for s in recorded.changes[0].development.sources] == ["first", "syndicated"]
    assert not recorded.changes[0].development.confirmed


async def test_a_later_stage_updates_the_development_and_says_what_changed(routed: Desk) -> None:
    await routed.poll(assessed(PLEDGE, claim()))
    signed = claim(stage=Stage.POLITICAL_TEXT, conditions=(Condition.PARLIAMENT,))
    recorded = await routed.poll(assessed("Britain signs on troops", signed, source="Courier"))
    (change,) = recorded.changes
    assert change.kind is ChangeKind.UPDATE
    assert change.what == "stage 2 pledge > 3 political text · conditions: now also parliament"
    assert change.previous is not None
    assert change.previous.claims[0].stage is Stage.PLEDGE
    assert recorded.deliveries == 2  # an edit and a reply


async def test_a_refusal_is_no_source_of_a_pledge(routed: Desk) -> None:
    await routed.poll(assessed(PLEDGE, claim()))
    refused = claim(direction=Direction.REFUSED, stage=Stage.TALK)
    recorded = await routed.poll(assessed("Britain rules out troops", refused, source="Courier"))
    assert recorded.changes[0].kind is ChangeKind.NEW
    assert recorded.changes[0].development.short_id == "UKR-2"


async def test_what_must_not_be_alerted_makes_a_development_in_silence(routed: Desk) -> None:
    silent = assessed(PLEDGE, claim(), alert=False, reason="first poll")
    recorded = await routed.poll(silent)
    assert recorded.deliveries == 0
    assert recorded.relevant[0].outcome == "made UKR-1; not alerted: first poll"
    assert len(await routed.store.latest(Filter())) == 1


async def test_an_alert_that_no_route_wants_says_so(desk: Desk) -> None:
    recorded = await desk.poll(assessed(PLEDGE, claim()))
    assert recorded.relevant[0].outcome == "made UKR-1; no route wants it"


async def test_a_relevant_article_without_claims_is_kept_without_a_development(
    routed: Desk,
) -> None:
    vague = assessed(PLEDGE, claim())
    vague = replace(vague, assessment=replace(vague.assessment, claims=()))
    recorded = await routed.poll(vague)
    assert recorded.relevant[0].outcome == "no claim was found in it"
    assert recorded.changes == ()


async def test_the_first_article_of_the_first_claim_gives_the_short_id(routed: Desk) -> None:
    coalition = claim(beneficiaries=("COALITION_OF_THE_WILLING",))
    recorded = await routed.poll(assessed("France joins the coalition's command", coalition))
    assert recorded.changes[0].development.short_id == "COTW-1"
    found = await routed.store.development(" cotw-1 ")
    assert found == recorded.changes[0].development


async def test_the_state_of_the_feed_is_kept_with_the_articles(desk: Desk) -> None:
    state = FeedState(last_checked=NOW, good_polls=3)
    await desk.store.record_poll(desk.feed_id, [assessed("Rain")], state, no_plan, now=NOW)
    assert (await desk.store.feeds())[0].state == state


async def test_nothing_is_kept_when_the_plan_fails(desk: Desk) -> None:
    def broken(
        change: DevelopmentChange, routes: Sequence[Route], facts: RoutingFacts
    ) -> Sequence[NewDelivery]:
        raise ZeroDivisionError

    batch = [assessed("Rain"), assessed(PLEDGE, claim())]
    state = FeedState(last_checked=NOW, good_polls=3)
    with pytest.raises(ZeroDivisionError):
        await desk.store.record_poll(desk.feed_id, batch, state, broken, now=NOW)
    assert (await desk.store.figures()).articles == 0
    assert (await desk.store.feeds())[0].state == FeedState()


async def test_a_large_first_poll_is_kept_whole(desk: Desk) -> None:
    recorded = await desk.poll(*(assessed(f"Item {n}") for n in range(205)))
    assert (recorded.new, (await desk.store.figures()).articles) == (205, 205)


async def test_a_late_article_joins_the_earlier_development_and_moves_its_date(
    routed: Desk,
) -> None:
    await routed.poll(assessed(PLEDGE, claim()))
    early = NOW - timedelta(hours=20)
    recorded = await routed.poll(
        assessed(
            "Britain promises to send troops to Ukraine", claim(), source="Courier", published=early
        )
    )
    assert recorded.changes[0].kind is ChangeKind.SOURCE
    later = Filter(since=NOW - timedelta(hours=1))
    assert await routed.store.latest(later) == []


@pytest.mark.parametrize("dated", [True, False])
async def test_a_clock_that_was_put_back_makes_no_update_late(routed: Desk, dated: bool) -> None:
    await routed.poll(assessed(PLEDGE, claim(), published=NOW if dated else None))
    routed.now -= timedelta(hours=5)
    signed = claim(stage=Stage.POLITICAL_TEXT)
    published = NOW + timedelta(minutes=10) if dated else None
    recorded = await routed.poll(
        assessed("Britain signs on troops", signed, source="Courier", published=published)
    )
    assert recorded.changes[0].what == "stage 2 pledge > 3 political text"
    assert (await routed.only()).claims[0].stage is Stage.POLITICAL_TEXT


async def test_a_higher_stage_from_before_the_first_report_is_told_to_nobody(routed: Desk) -> None:
    await routed.poll(assessed(PLEDGE, claim()))
    signed = claim(stage=Stage.POLITICAL_TEXT)
    early = NOW - timedelta(minutes=30)
    recorded = await routed.poll(
        assessed("Britain signs on troops", signed, source="Courier", published=early)
    )
    assert recorded.changes[0].kind is ChangeKind.SOURCE
    assert (await routed.only()).claims[0].stage is Stage.PLEDGE


async def test_a_confirmed_claim_of_the_committer_moves_the_ledger(routed: Desk) -> None:
    new = claim(committers=("SWE",), beneficiaries=("KEN",))
    await routed.poll(assessed("Sweden pledges troops for Kenya", new))
    assert await routed.store.ledger(committer="SWE", beneficiary="KEN") == []
    await routed.poll(assessed("Stockholm to station soldiers in Kenya", new, source="Courier"))
    (entry,) = await routed.store.ledger(committer="SWE", beneficiary="KEN")
    assert (entry.stage, entry.status) == (Stage.PLEDGE, "active")


async def test_what_others_claim_does_not_move_the_ledger(routed: Desk) -> None:
    said = claim(committers=("SWE",), beneficiaries=("KEN",), attribution=Attribution.BENEFICIARY)
    await routed.poll(assessed("Sweden will send troops, Kenya says", said))
    await routed.poll(assessed("Kenya expects Swedish soldiers", said, source="Courier"))
    assert await routed.store.ledger(committer="SWE", beneficiary="KEN") == []


async def test_a_change_is_judged_against_the_ledger_before_it(routed: Desk) -> None:
    pledge = claim(committers=("SWE",), beneficiaries=("KEN",))
    await routed.poll(
        assessed("Sweden pledges troops", pledge, published=NOW - timedelta(days=40)),
        assessed(
            "Stockholm's soldiers for Kenya",
            pledge,
            source="Courier",
            published=NOW - timedelta(days=40),
        ),
    )
    signed = replace(pledge, stage=Stage.SIGNED_BINDING)
    recorded = await routed.poll(assessed("Sweden and Kenya sign on troops", signed))
    (change,) = recorded.changes
    assert change.kind is ChangeKind.NEW
    (against,) = change.development.changes
    assert against.direction is Direction.STRENGTHENED
    assert [(e.committer, e.stage) for e in against.before] == [("SWE", Stage.PLEDGE)]


@pytest.mark.parametrize(
    ("source", "key"), [("Courier", ""), ("Gazette", "id:1")], ids=["update", "edit"]
)
async def test_a_development_is_found_by_the_actors_it_has_now(
    routed: Desk, source: str, key: str
) -> None:
    await routed.poll(assessed("Sweden pledges troops to Kenya", claim(**_SWEDEN), key="id:1"))
    both = claim(**_SWEDEN | {"committers": ("NOR", "DNK")}, stage=Stage.SIGNED_BINDING)
    later = NOW + timedelta(minutes=2)
    title = "Norway and Denmark, not Sweden, sign to deploy troops to Kenya"
    await routed.poll(assessed(title, both, source=source, key=key, published=later))
    development = await routed.only()
    assert development.claims[0].committers == ("NOR", "DNK")
    for committer, found in (("NOR", [development]), ("DNK", [development]), ("SWE", [])):
        where = Filter(committer=committer)
        assert await routed.store.latest(where) == found
        assert len(await routed.store.weeks(where)) == len(found)


_SWEDEN = {"committers": ("SWE",), "beneficiaries": ("KEN",)}


# --- an outlet's edit, after a denial or an admin's decision

SWE = claim(committers=("SWE",), beneficiaries=("KEN",))
WIDER = replace(SWE, conditions=(Condition.CEASEFIRE,))
SWEDEN = "Sweden pledges troops to Kenya"


async def confirmed(desk: Desk) -> None:
    """A pledge that two outlets report."""
    await desk.poll(assessed(SWEDEN, SWE, key="id:1"))
    await desk.poll(assessed("Stockholm to station soldiers in Kenya", SWE, source="Courier"))


async def denied(desk: Desk) -> None:
    await desk.poll(assessed(SWEDEN, SWE, key="id:1"))
    denial = assessed("Sweden denies it pledged troops to Kenya", SWE, source="Courier")
    assert (await desk.poll(denial)).changes[0].kind is ChangeKind.DENIAL


async def withdrawn(desk: Desk) -> None:
    await confirmed(desk)
    await desk.store.withdraw("KEN-1", desk.plan, by="an admin", now=NOW)


async def test_an_edit_of_what_an_admin_withdrew_is_told_to_nobody(routed: Desk) -> None:
    await withdrawn(routed)
    edited = await routed.poll(assessed(f"{SWEDEN}, if", WIDER, key="id:1"))
    assert (edited.edited, edited.changes, edited.deliveries) == (1, (), 0)
    assert edited.relevant[0].outcome == "edited; KEN-1 is withdrawn, so nothing is told"
    assert [d.development for d in edited.decisions] == ["KEN-1"]


async def test_an_edit_leaves_what_an_admin_withdrew_withdrawn(routed: Desk) -> None:
    await withdrawn(routed)
    await routed.poll(assessed(f"{SWEDEN}, if", WIDER, key="id:1"))
    development = await routed.store.development("KEN-1")
    assert development is not None
    assert development.status == "withdrawn"
    assert await routed.store.latest(Filter()) == []
    assert await routed.store.ledger(committer="SWE", beneficiary="KEN") == []


async def test_what_was_edited_while_it_was_withdrawn_is_reinstated_as_it_reads_now(
    routed: Desk,
) -> None:
    await withdrawn(routed)
    signed = replace(SWE, stage=Stage.SIGNED_BINDING)
    await routed.poll(assessed("Sweden signs on troops to Kenya", signed, key="id:1"))
    back = await routed.store.reinstate("KEN-1", routed.plan, by="an admin", now=NOW)
    assert (back.status, back.claims[0].stage) == ("active", Stage.SIGNED_BINDING)
    (entry,) = await routed.store.ledger(committer="SWE", beneficiary="KEN")
    assert entry.stage is Stage.SIGNED_BINDING


async def test_what_an_admin_withdrew_is_not_retracted_by_its_outlet(routed: Desk) -> None:
    await routed.poll(assessed(SWEDEN, SWE, key="id:1"))
    await routed.store.withdraw("KEN-1", routed.plan, by="an admin", now=NOW)
    edited = await routed.poll(assessed("Sweden plays Kenya", key="id:1"))
    development = await routed.store.development("KEN-1")
    assert development is not None
    assert (development.status, edited.deliveries) == ("withdrawn", 0)
    assert development.history[-1].endswith("Gazette edited its article; it no longer reports this")
    assert await routed.store.latest(Filter()) == []


async def test_an_edit_corrects_what_was_denied_and_leaves_it_denied(routed: Desk) -> None:
    await denied(routed)
    edited = await routed.poll(assessed(f"{SWEDEN}, if", WIDER, key="id:1"))
    (change,) = edited.changes
    assert (change.kind, change.what) == (
        ChangeKind.CORRECTION,
        "conditions: now also ceasefire",
    )
    assert change.development.status == "denied"
    assert (await routed.only()).claims[0].conditions == (Condition.CEASEFIRE,)
    owed = await routed.store.ledger_history(committer="SWE", beneficiary="KEN")
    assert {r.entry.status for r in owed} == {"disputed"}


async def test_another_outlets_correction_leaves_what_was_denied_denied(routed: Desk) -> None:
    await denied(routed)
    other = assessed(f"Correction: {SWEDEN} after a ceasefire", WIDER, source="Herald")
    (change,) = (await routed.poll(other)).changes
    assert change.kind is ChangeKind.CORRECTION
    assert change.development.status == "denied"


async def test_what_was_denied_is_still_denied_when_its_only_source_drops_it(
    routed: Desk,
) -> None:
    await denied(routed)
    denial = (await routed.only()).sources[1].article_id
    await routed.store.split("KEN-1", [denial], routed.plan, by="an admin", now=NOW)
    (change,) = (await routed.poll(assessed("Sweden plays Kenya", key="id:1"))).changes
    assert (change.development.status, change.what) == ("denied", "")
    assert "it no longer reports this" in change.development.history[-1]


async def test_what_its_only_source_dropped_is_told_once(routed: Desk) -> None:
    await routed.poll(assessed(SWEDEN, SWE, key="id:1"))
    first = await routed.poll(assessed("Sweden plays Kenya", key="id:1"))
    second = await routed.poll(assessed("Sweden beats Kenya", key="id:1"))
    assert [r.changes[0].kind for r in (first, second)] == [
        ChangeKind.CORRECTION,
        ChangeKind.SOURCE,
    ]


@pytest.mark.parametrize("vague", [True, False], ids=["no claim is left", "it is irrelevant"])
async def test_what_its_only_source_drops_leaves_nothing_in_the_ledger(
    routed: Desk, vague: bool
) -> None:
    await routed.poll(assessed(SWEDEN, SWE, key="id:1"))
    edited = assessed("Sweden and Kenya talk", *([SWE] * vague), key="id:1")
    edited = replace(edited, assessment=replace(edited.assessment, claims=()))
    await routed.poll(edited)
    assert (await routed.only()).status == "retracted"
    (left,) = await routed.store.ledger_history(committer="SWE", beneficiary="KEN")
    assert left.standing == "rejected"


async def test_an_edit_of_a_further_source_says_why_nothing_is_told(routed: Desk) -> None:
    await confirmed(routed)
    again = assessed(
        "Stockholm to station soldiers in Kenya soon",
        SWE,
        source="Courier",
        key="id:Courier:Stockholm to station soldiers in Kenya",
    )
    edited = await routed.poll(again)
    assert edited.relevant[0].outcome == "edited; another article leads KEN-1"


def no_plan(
    change: DevelopmentChange, routes: Sequence[Route], facts: RoutingFacts
) -> Sequence[NewDelivery]:
    return []
